"""The header of an NPY file, taken apart by hand: every size is checked against the file before memory is asked for.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpgui.data.errors import DataError

MAGIC = b"\x93NUMPY"
HEADER_LIMIT = 1 << 18
DEPTH_LIMIT = 16
MAX_DIMENSIONS = 32
FIELD_LIMIT = 10_000
PADDING = "\0"  # begins the names of fields that hold nothing
# kind and bytes: truth values, whole numbers, floating point, text, dates; complex ones to say so.
_SCALAR = re.compile(
    r"[<>|=]?(?:[?]|b1|[iu][1248]|f(?:2|4|8|12|16)|c(?:8|16|24|32)|[SUaV]\d{1,9}|[Mm]8(?:\[\d{0,9}[A-Za-zμ]{1,7}\])?)"
)


@dataclass(frozen=True)
class Header:
    """`offset` is the byte at which the values begin; `shape` in order of the axes as numpy counts them."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes of the values, as a Python integer."""
        return self.count * self.dtype.itemsize


def parse_header(name: str, head: bytes, size: int) -> Header:
    """From the first bytes of an array of `size` bytes in all (HEADER_LIMIT + 12 of them, or all). Raises DataError.

    Makes sure that the array has exactly as many bytes as its header says.
    """
    if not head.startswith(MAGIC):
        raise DataError(f"{name} is not an array of numpy: it begins with {head[:6]!r}, {MAGIC!r} was expected.")
    if len(head) < 10:
        raise DataError(f"{name} ends after {len(head)} bytes, within its header. Save the array again.")
    major = head[6]
    if major not in (1, 2, 3):
        raise DataError(f"{name}: version {major}.{head[7]} of the NPY format was found; 1, 2 and 3 are known.")
    start = 10 if major == 1 else 12
    length = int.from_bytes(head[8:start], "little")
    if start + length > size:
        raise DataError(f"{name}: its header claims {length:,} bytes, the file has {size:,}. Save the array again.")
    if length > HEADER_LIMIT:
        raise DataError(f"{name}: its header has {length:,} bytes; at most {HEADER_LIMIT:,} were expected.")
    header = _fields(name, head[start : start + length], "utf-8" if major == 3 else "latin-1", start + length)
    if header.size != size - header.offset:
        raise DataError(
            f"{name}: its header speaks of {' × '.join(f'{n:,}' for n in header.shape) or 'one'} values of "
            f"{header.dtype.itemsize:,} bytes ({header.size:,} bytes), {size - header.offset:,} bytes follow. "
            "It was cut off or changed; save the array again."
        )
    return header


def _fields(name: str, text: bytes, encoding: str, offset: int) -> Header:
    described = _literal(name, text, encoding)
    if not isinstance(described, dict) or set(described) != {"descr", "fortran_order", "shape"}:
        raise DataError(f"{name}: its header has no 'descr', 'fortran_order' and 'shape'. Save the array again.")
    shape, fortran = described["shape"], described["fortran_order"]
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape) or len(shape) > MAX_DIMENSIONS:
        raise DataError(f"{name}: {_short(shape)} is no shape of an array. Save the array again.")
    if not isinstance(fortran, bool):
        raise DataError(f"{name}: the order of its values is {_short(fortran)}; True or False was expected.")
    descr = _dtype(name, described["descr"])
    try:
        dtype = np.dtype(descr)
    except (TypeError, ValueError) as error:  # a type that this machine has not, an unknown unit of time
        raise DataError(f"{name}: values of the type {_short(descr)} are not known here; save numbers.") from error
    if not dtype.itemsize or not math.prod(shape):
        raise DataError(f"{name} holds no values (shape {shape}). An array with rows was expected.")
    return Header(dtype, shape, fortran, offset)


def _literal(name: str, text: bytes, encoding: str) -> Any:
    """The Python literal in the header, if its brackets are few. Raises DataError."""
    depth = deepest = 0
    for byte in text:
        if byte in b"([{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b")]}":
            depth -= 1
    if deepest > DEPTH_LIMIT:
        raise DataError(f"{name}: its header has {deepest:,} brackets inside each other; that is no array's header.")
    try:
        return ast.literal_eval(text.decode(encoding).strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise DataError(f"{name}: its header {_short(text)} cannot be understood. Save the array again.") from error


def _dtype(name: str, described: Any) -> Any:
    """What np.dtype may be asked to make. Raises DataError for objects (pickles), and for anything else not known."""
    if isinstance(described, str):
        bare = described.lstrip("<>|=")
        if bare in ("O", "O8", "O4"):
            raise DataError(
                f"{name} holds Python objects, stored as a pickle. Pickles are never opened, because they can run any "
                "program. Save it as an array of numbers or text: array.astype(float) or array.astype(str)."
            )
        if bare[:1] == "c" and _SCALAR.fullmatch(described):
            raise DataError(
                f"{name} holds complex numbers, which are no columns of a table. Save their real and imaginary parts "
                "(array.real, array.imag) or sizes (abs(array)) instead."
            )
        if bare == "V" or bare[:1] == "V" or not _SCALAR.fullmatch(described):
            raise DataError(f"{name}: values of the type {_short(described)} are not known here. Save them as numbers.")
        return described
    if not isinstance(described, list) or not described or len(described) > FIELD_LIMIT:
        raise DataError(f"{name}: {_short(described)} is no type of values. Save the array again.")
    fields: list[tuple[str, Any, tuple[int, ...]]] = []
    for field in described:
        if not (isinstance(field, tuple) and len(field) in (2, 3)):
            raise DataError(f"{name}: {_short(field)} is no field of an array with fields. Save the array again.")
        label = field[0][-1] if isinstance(field[0], tuple) and field[0] else field[0]
        shape = field[2] if len(field) == 3 else ()
        if not isinstance(label, str) or isinstance(field[1], list):
            raise DataError(f"{name}: field {_short(label)} has fields of its own. Save each in a column of its own.")
        if not isinstance(shape, tuple) or not all(type(n) is int and 0 < n <= 1 << 20 for n in shape):
            raise DataError(f"{name}, field {_short(label)}: {_short(shape)} is no shape. Save the array again.")
        if math.prod(shape) > 1 << 24:
            raise DataError(f"{name}, field {_short(label)}: {math.prod(shape):,} values in each row are too many.")
        if not label and isinstance(field[1], str) and re.fullmatch(r"[|]?V\d{1,6}", field[1]):
            fields.append((f"{PADDING}{len(fields)}", field[1], shape))  # bytes that align the next field
            continue
        fields.append((label, _dtype(f"{name}, field {_short(label)}", field[1]), shape))
    labels = [label for label, _, _ in fields]
    if len(set(labels)) != len(labels):
        raise DataError(f"{name}: two fields of the array have the same name. Save the array again.")
    return [(label, kind, shape) if shape else (label, kind) for label, kind, shape in fields]


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else text[:59] + "…"
