"""One IDX file, plain or packed with gzip: what its header says, checked against its size, and its rows.

The format (Y. LeCun, C. Cortes, C. Burges, "The MNIST database", 1998): two zero bytes, a byte for the type of the
values, a byte for the number of dimensions, each dimension in four bytes, the values; all big-endian, the first
dimension counts the rows.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.pictures.plain import is_plain_text

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
DIMENSIONS = 4
_DEFLATE = 1032  # zlib packs by no more than this (zlib.net, "zlib technical details")
_SLACK = 1 << 16
_BLOCK = 1 << 20
_IDX_NAME = re.compile(r"idx[1-9]?[-_. ]?(u?byte|u?int|short|float|double)|\.idx[1-9]?($|\.)", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """`dims` (rows, ...), `dtype` of the values, `start` of the values in bytes from the beginning of the unpacked."""

    path: Path
    dims: tuple[int, ...]
    dtype: str
    packed: bool

    @property
    def start(self) -> int:
        return 4 + 4 * len(self.dims)

    @property
    def rows(self) -> int:
        return self.dims[0]

    @property
    def row_bytes(self) -> int:
        return prod(self.dims[1:]) * np.dtype(self.dtype).itemsize

    @property
    def whole(self) -> int:
        """Bytes of the file that the header promises, unpacked."""
        return self.start + self.rows * self.row_bytes


def looks_like_idx(head: bytes, path: Path) -> bool:
    """By the magic number, unpacked where it is packed; or by a name that says so over bytes that are no table."""
    begin = _unpacked(head) if is_gzip(head) else head
    if len(begin) >= 4 and begin[:2] == b"\0\0" and begin[2] in TYPES and begin[3] > 0:
        return True
    return bool(_IDX_NAME.search(path.name)) and (begin[:1] == b"<" or not is_plain_text(begin))


def is_gzip(head: bytes) -> bool:
    return head[:2] == b"\x1f\x8b"


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, 4096)
    except zlib.error:
        return b""


def read_header(path: Path) -> Header:
    """The header of a file, with sizes that the file can hold. Raises DataError. Nothing large is allocated."""
    name = path.name
    size = path.stat().st_size
    with path.open("rb") as file:
        packed = is_gzip(file.read(2))
    with _opened(path, packed) as stream:
        head = stream.read(4)
        dims_bytes = stream.read(4 * head[3]) if len(head) == 4 else b""
    _check_magic(name, head)
    if len(dims_bytes) < 4 * head[3]:
        raise DataError(
            f"{name} ends at byte {4 + len(dims_bytes):,}, within its header, which promises {head[3]} sizes of four "
            "bytes each. The file was cut off; get it again."
        )
    dims = tuple(int.from_bytes(dims_bytes[4 * i : 4 * i + 4], "big") for i in range(head[3]))
    header = Header(path, dims, TYPES[head[2]], packed)
    _check_size(header, size)
    return header


def _check_magic(name: str, head: bytes) -> None:
    if len(head) < 4:
        raise DataError(f"{name} has {_bytes(len(head))} of data; an IDX file begins with four that say what it holds.")
    if head[:2] != b"\0\0":
        page = " This is a web page, perhaps with the reason why the file could not be had." if head[:1] == b"<" else ""
        raise DataError(
            f"{name} begins with the bytes {head.hex(' ')}; an IDX file begins with 00 00.{page} Get the file again."
        )
    if head[2] not in TYPES:
        codes = ", ".join(f"{code:02x}" for code in TYPES)
        raise DataError(
            f"{name}, byte 3: {head[2]:02x} is no type of values; one of {codes} was expected. Get the file again."
        )
    if not 1 <= head[3] <= DIMENSIONS:
        raise DataError(
            f"{name}, byte 4: it says that the values have {head[3]} dimensions; 1 to {DIMENSIONS} can be read, images "
            "have 3. Get the file again."
        )


def sizes(dims: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in dims)


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def row_words(header: Header) -> str:
    """ "28 × 28 values (unsigned, 8 bits)"."""
    kinds = {"u": "unsigned", "i": "whole", "f": "floating"}
    kind = header.dtype.strip(">")
    return f"{sizes(header.dims[1:]) or '1'} values ({kinds[kind[0]]}, {8 * int(kind[1])} bits)"


def _check_size(header: Header, size: int) -> None:
    name, whole = header.path.name, header.whole
    if 0 in header.dims:
        raise DataError(f"{name} holds no values: its header says {sizes(header.dims)}.")
    said = f"its header says {sizes(header.dims)} values of {_bytes(np.dtype(header.dtype).itemsize)}"
    if header.packed:
        if whole > size * _DEFLATE + _SLACK:
            raise DataError(
                f"{name}: {said}, which are {whole:,} bytes; {size:,} packed bytes cannot hold so many. The header is "
                "wrong or the file was cut off; get it again."
            )
    elif whole != size:
        what = "was cut off" if size < whole else "holds something else besides"
        raise DataError(
            f"{name}: {said}, so that the file should have {whole:,} bytes; it has {size:,}. Its header is wrong, or "
            f"it {what}; get it again."
        )


@contextmanager
def _opened(path: Path, packed: bool) -> Iterator[BinaryIO]:
    """The unpacked bytes. Raises DataError for packed data that are damaged or end too early."""
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as stream:
            yield stream  # type: ignore[misc]
    except EOFError as error:
        raise DataError(
            f"{path.name}: the packed data (gzip) end too early. The file was cut off; get it again."
        ) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path.name}: the packed data (gzip) are damaged ({error}). Get the file again.") from error


def read_rows(
    header: Header, wanted: NDArray[np.int64], heard: Callable[[int], None], to_end: bool = True
) -> Iterator[NDArray[np.uint8]]:
    """The bytes of the `wanted` rows, ascending, some (rows, row_bytes) at a time.

    `heard` is told of bytes as they are read. `to_end`: look that the file ends where the header says. Raises
    DataError.
    """
    step = max(1, _BLOCK // header.row_bytes)
    with _opened(header.path, header.packed) as stream:
        stream.read(header.start)
        for begin in range(0, header.rows, step):
            end = min(begin + step, header.rows)
            low, high = np.searchsorted(wanted, (begin, end)).tolist()
            if not to_end and low == len(wanted):
                return
            block = np.empty((end - begin, header.row_bytes), dtype=np.uint8)
            _fill(stream, header, block, begin)
            if high > low:
                yield block if high - low == end - begin else block[wanted[low:high] - begin]
            heard((end - begin) * header.row_bytes)
        if to_end and stream.read(1):
            raise DataError(
                f"{header.path.name}: its header says {sizes(header.dims)} values, but unpacked the file goes on after "
                f"byte {header.whole:,}. Its header is wrong, or it holds something else besides; get it again."
            )


def _fill(stream: BinaryIO, header: Header, block: NDArray[np.uint8], row: int) -> None:
    view = block.data.cast("B")
    done = 0
    while done < len(view):
        count = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            at = header.start + row * header.row_bytes + done
            raise DataError(
                f"{header.path.name} ends at byte {at:,}; its header says {sizes(header.dims)} values, "
                f"which is {header.whole:,} bytes. The file was cut off; get it again."
            )
        done += count
