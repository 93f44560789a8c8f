"""Numbers and names as Python text: exact, wrapped, and packed where they are many."""

from __future__ import annotations

import base64
import io
import math
import textwrap
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 116
LITERAL_NUMBERS = 2000  # more of them are packed
LESSON_LINES = 32  # a block longer than this goes below the lesson
# Beyond this many characters the data lies in a file of its own.
LARGEST_TEXT = 20_000_000
# The kinds of packed numbers, the smallest first: the first that holds all values exactly is taken.
_KINDS = ("<u1", "<i2", "<i4", "<f4", "<f8")


def number(value: float) -> str:
    """Python text of exactly this number."""
    if isinstance(value, (int, np.integer)):
        return repr(int(value))
    value = float(value)
    if math.isfinite(value):
        return repr(value)
    return "math.nan" if math.isnan(value) else "math.inf" if value > 0 else "-math.inf"


def text(value: str) -> str:
    """A Python string in double quotes, on one line."""
    shown = repr(value)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in value else shown


def listed(parts: Iterable[str], before: str = "", after: str = "", indent: str = "", shift: int = 0) -> list[str]:
    """`before` + parts between commas + `after`, on one line if it fits, else wrapped and indented.

    `shift` columns are kept free for an indentation that is added later.
    """
    parts = list(parts)
    line = f"{indent}{before}{', '.join(parts)}{after}"
    if len(line) <= WIDTH - shift:
        return [line]
    inner = indent + "    "
    lines, current = [f"{indent}{before}".rstrip()], inner
    for part in parts:
        if len(current) + len(part) + 1 > WIDTH - shift and current.strip():
            lines.append(current.rstrip())
            current = inner
        current += part + ", "
    return [*lines, current.rstrip(), f"{indent}{after}"]


def matrix(rows: Sequence[Sequence[str]], before: str, after: str) -> list[str]:
    """A list of lists: short rows side by side, longer ones a line each."""
    shown = [f"[{', '.join(row)}]" for row in rows]
    if max(map(len, shown), default=0) <= WIDTH // 3:
        return listed(shown, f"{before}[", f"]{after}")
    wrapped = (textwrap.wrap(row, WIDTH, initial_indent="    ", subsequent_indent="     ") for row in shown)
    return [f"{before}[", *(line for row in wrapped for line in (*row[:-1], f"{row[-1]},")), f"]{after}"]


def fitted(lines: list[str]) -> list[str]:
    """The same code with comments that make a line too long moved above it."""
    result: list[str] = []
    for line in lines:
        if len(line) <= WIDTH + 4:
            result.append(line)
            continue
        indent = line[: len(line) - len(line.lstrip())]
        code, mark, comment = line.partition("  # ")
        if not mark and not line.lstrip().startswith("#"):
            result.append(line)
            continue
        alone = not code.strip() or code.lstrip().startswith("#")
        words = line.lstrip("# ") if alone else comment
        result += textwrap.wrap(words, WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
        result += [] if alone else [code]
    return result


def array(name: str, values: NDArray[Any], dtype: str) -> list[str]:
    """`name = np.array(...)` of one or two dimensions."""
    kind = "" if dtype == "float64" else f", np.{dtype}"
    if values.ndim == 1:
        same = bool(values.size) and bool((values == values[0]).all()) and not np.signbit(values[0])
        if same and values[0] in (0.0, 1.0):
            made = "zeros" if values[0] == 0.0 else "ones"
            return [f"{name} = np.{made}({values.size}{kind})"]
        return listed(map(number, values.tolist()), f"{name} = np.array([", f"]{kind})")
    return matrix([[number(v) for v in row] for row in values.tolist()], f"{name} = np.array(", f"{kind})")


def smallest(values: NDArray[Any]) -> NDArray[Any]:
    """The same numbers, little-endian, in the smallest kind that holds each of them exactly."""
    for kind in _KINDS:
        with np.errstate(all="ignore"):
            cast = values.astype(kind)
        if np.array_equal(cast.astype(values.dtype), values, equal_nan=True) and not _loses_a_sign(values, cast):
            return cast
    return values.astype("<f8")


def _loses_a_sign(values: NDArray[Any], cast: NDArray[Any]) -> bool:
    """An integer has no minus zero."""
    return cast.dtype.kind != "f" and values.dtype.kind == "f" and bool((np.signbit(values) & (values == 0)).any())


def _level(raw: bytes) -> int:
    """How hard to compress: what is large would take many seconds."""
    return 6 if len(raw) < 1_000_000 else 1


class Packed:
    """Where large arrays go: a block of text below the lesson, or a file beside once that would be too long."""

    def __init__(self, beside: str) -> None:
        self._beside, self._size = beside, 0
        self.arrays: dict[str, NDArray[Any]] = {}
        self.used = False

    def assign(self, name: str, values: NDArray[Any], dtype: str) -> list[str]:
        """Lines that make `name` an array of that dtype with these values; it can be written to."""
        small = smallest(values)
        raw = small.tobytes()
        cast = f".astype(np.{dtype})"
        if len(raw) < 8 * LARGEST_TEXT:
            packed = base64.b64encode(zlib.compress(raw, _level(raw))).decode()
            if self._size + len(packed) <= LARGEST_TEXT:
                self._size += len(packed)
                self.used = True
                shape = ", ".join(map(str, values.shape))
                head = f'{name} = unpack("{small.dtype.str}", ({shape}{"," if values.ndim == 1 else ""}), """'
                lines = (packed[i : i + WIDTH] for i in range(0, len(packed), WIDTH))
                return [head, *lines, f'"""){cast}']
        self.arrays[name] = small
        return [f'{name} = beside["{name}"]{cast}']

    def files(self) -> dict[str, bytes]:
        """What has to lie beside the script."""
        if not self.arrays:
            return {}
        out = io.BytesIO()
        np.savez_compressed(out, **self.arrays)  # type: ignore[arg-type]
        return {self._beside: out.getvalue()}

    def opening(self) -> list[str]:
        """The line that opens the file beside."""
        if not self.arrays:
            return []
        return [f"beside = np.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), {text(self._beside)}))"]


UNPACK = (
    "def unpack(kind, shape, packed):",
    '    """Numbers of that kind and shape from base64 of zlib of little-endian bytes."""',
    "    return np.frombuffer(zlib.decompress(base64.b64decode(packed)), kind).reshape(shape)",
)
