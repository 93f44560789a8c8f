"""A table of columns, immutable and known by the SHA-256 of its bytes: what every file and generator becomes."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from sys import intern
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]
Meaning = Literal["number", "date", "image", "sound"]
# What numbers may be kept as; pixels need no more than a byte each. Anything else becomes float64.
_HASHED = 1 << 22  # so many numbers at a time: a large column is not copied whole
_KEPT = {"float64": "<f8", "float32": "<f4", "uint8": "|u1"}


def _frozen(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """The same values, C-contiguous, native byte order, read-only; copied unless nobody can write to them."""
    result = np.ascontiguousarray(array, dtype=dtype)
    if result.flags.writeable and (result is array or np.may_share_memory(result, array)):
        result = result.copy()
    result.flags.writeable = False
    return result


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """`values` (rows, *shape), NaN = missing; float64, float32 or uint8, which has no missing values.

    `shape` is () for plain numbers and dates (days since 1970-01-01), (height, width, channels) for an image with
    values 0..255 where they are bytes, (bands, frames, 1) for the spectrogram of a sound, lowest band first. Turn bytes
    into float64 before reckoning with them.
    """

    name: str
    values: NDArray[Any]
    meaning: Meaning = "number"

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim == 0:
            raise DataError(f"Column {self.name!r}: one value where a column of values was expected.")
        if (self.meaning in ("image", "sound")) != (values.ndim == 4) and self.meaning != "number":
            raise DataError(f"Column {self.name!r}: values of shape {values.shape[1:]} cannot be {self.meaning}s.")
        kept = values.dtype.name if values.dtype.name in _KEPT else "float64"
        object.__setattr__(self, "values", _frozen(values, "=" + _KEPT[kept][1:]))

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape[1:]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(rows,) True where a value of the row is missing."""
        if self.values.dtype == np.uint8:
            return np.zeros(self.rows, dtype=np.bool_)
        if not self.shape:
            return np.asarray(np.isnan(self.values), dtype=np.bool_)
        missing = np.isnan(self.values.reshape(self.rows, prod(self.shape)))
        return np.asarray(missing.any(axis=1), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class TextColumn:
    """`codes` (rows,) int32 point into `levels`, the different texts; -1 = missing."""

    name: str
    codes: Codes
    levels: tuple[str, ...]

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if codes.ndim != 1:
            raise DataError(f"Column {self.name!r}: its codes have {codes.ndim} dimensions, 1 was expected.")
        if codes.size and (int(codes.min()) < -1 or int(codes.max()) >= len(self.levels)):
            raise DataError(f"Column {self.name!r}: a code points at none of its {len(self.levels)} texts.")
        if len(set(self.levels)) != len(self.levels):
            raise DataError(f"Column {self.name!r}: the same text stands twice among its different texts.")
        object.__setattr__(self, "codes", _frozen(codes, "=i4"))
        object.__setattr__(self, "levels", tuple(self.levels))

    @classmethod
    def of(cls, name: str, texts: Iterable[str | None]) -> TextColumn:
        """From the texts themselves; the levels are those that occur, sorted."""
        listed = list(texts)
        levels = tuple(sorted({text for text in listed if text is not None}))
        index: dict[str | None, int] = {text: code for code, text in enumerate(levels)}
        return cls(name, np.array([index.get(text, -1) for text in listed], dtype=np.int32), levels)

    @property
    def rows(self) -> int:
        return int(self.codes.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        return ()

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(rows,) True where the text is missing."""
        return self.codes < 0

    def texts(self) -> list[str | None]:
        """The text of every row, None where it is missing."""
        return [self.levels[code] if code >= 0 else None for code in self.codes.tolist()]


AnyColumn = NumberColumn | TextColumn


class _Numbers(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type", tag="number"
):
    """What is as it is in most tables is left out, so that they keep the hash they have always had."""

    name: str
    shape: tuple[int, ...]
    values: bytes
    meaning: Meaning = "number"
    dtype: Literal["float64", "float32", "uint8"] = "float64"


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="text"):
    name: str
    levels: tuple[str, ...]
    codes: bytes


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["bpgui-table"]
    version: Literal[1]
    rows: int
    columns: tuple[_Numbers | _Texts, ...]


def head_of(rows: int, columns: int) -> bytes:
    """The bytes of a table before those of its columns."""
    return msgspec.msgpack.encode(_Record("bpgui-table", 1, rows, ()))[:-1] + _head(columns, "array")


def pieces_of(column: AnyColumn) -> Iterator[bytes | memoryview]:
    """The bytes of a column's record, its numbers in a piece of their own: in their own memory where that can be had.

    Raises ValueError for texts that have no bytes.
    """
    record: _Numbers | _Texts
    if isinstance(column, TextColumn):
        field, array = "codes", column.codes.astype("<i4", copy=False)
        record = _Texts(column.name, column.levels, b"")
    else:
        field, array = "values", column.values
        # A default is left out where it is the very same object, which an equal text need not be.
        meaning, kept = intern(column.meaning), intern(array.dtype.name)
        record = _Numbers(column.name, column.shape, b"", meaning, kept)  # type: ignore[arg-type]
    encoded = msgspec.msgpack.encode(record)
    empty = msgspec.msgpack.encode(field) + msgspec.msgpack.encode(b"")
    place = encoded.rindex(empty) + len(empty)
    yield encoded[: place - 2] + _head(array.nbytes, "bytes")
    flat = array.reshape(-1)
    for start in range(0, flat.size, _HASHED):
        part = flat[start : start + _HASHED]
        yield np.ascontiguousarray(part if isinstance(column, TextColumn) else _one_nan(part)).data.cast("B")
    yield encoded[place:]


def _one_nan(values: NDArray[Any]) -> NDArray[Any]:
    """Little-endian, with one bit pattern for NaN, so that equal tables have equal bytes."""
    values = values.astype(_KEPT[values.dtype.name], copy=False)
    if values.dtype == np.uint8 or not np.isnan(values).any():
        return values
    return np.where(np.isnan(values), values.dtype.type(np.nan), values)


def _head(length: int, what: Literal["bytes", "array"]) -> bytes:
    """How MessagePack begins so many bytes or so many things; more bytes than it can say get a mark of our own."""
    sizes: tuple[tuple[int, int, str], ...]
    if what == "array":
        sizes = ((16, 0x90 | length, ""), (1 << 16, 0xDC, ">H"), (1 << 32, 0xDD, ">I"))
    else:
        sizes = ((1 << 8, 0xC4, ">B"), (1 << 16, 0xC5, ">H"), (1 << 32, 0xC6, ">I"), (1 << 64, 0xC1, ">Q"))
    mark, form = next((mark, form) for limit, mark, form in sizes if length < limit)
    return bytes([mark]) + (struct.pack(form, length) if form else b"")


def _column_of(record: _Numbers | _Texts, rows: int) -> AnyColumn:
    if isinstance(record, _Texts):
        codes = _array(record.name, record.codes, "<i4", (rows,))
        return TextColumn(record.name, codes, record.levels)
    if any(size < 0 for size in record.shape):
        raise DataError(f"Column {record.name!r} of the stored table has a negative size.")
    values = _array(record.name, record.values, _KEPT[record.dtype], (rows, *record.shape))
    return NumberColumn(record.name, values, record.meaning)


def _array(name: str, data: bytes, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    expected = prod(shape) * np.dtype(dtype).itemsize  # Python integers: a lying size cannot overflow
    if len(data) != expected:
        raise DataError(f"Column {name!r} of the stored table has {len(data):,} bytes, {expected:,} were expected.")
    return np.frombuffer(data, dtype=dtype).reshape(shape)


class Table:
    """Columns of equal length with different names. Arrays are read-only; equality is equality of `sha`."""

    def __init__(self, columns: Sequence[AnyColumn]) -> None:
        """Raises DataError for unequal lengths or a name that stands twice."""
        self.columns: tuple[AnyColumn, ...] = tuple(columns)
        self._index = {column.name: column for column in self.columns}
        if len(self._index) != len(self.columns):
            raise DataError("Two columns of the table have the same name; every column needs its own.")
        if len({column.rows for column in self.columns}) > 1:
            lengths = ", ".join(f"{column.name!r} {column.rows}" for column in self.columns)
            raise DataError(f"The columns of the table have different numbers of rows: {lengths}.")

    @property
    def rows(self) -> int:
        return self.columns[0].rows if self.columns else 0

    @property
    def nbytes(self) -> int:
        """Bytes of all numbers."""
        return sum((c.codes if isinstance(c, TextColumn) else c.values).nbytes for c in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._index)

    def column(self, name: str) -> AnyColumn:
        """The column of that name; raises KeyError."""
        return self._index[name]

    @cached_property
    def sha(self) -> str:
        """Hex SHA-256 of `to_bytes()`, worked out without having all of the bytes at once. Raises DataError."""
        found = hashlib.sha256()
        for piece in self._pieces():
            found.update(piece)
        return found.hexdigest()

    def to_bytes(self) -> bytes:
        """MessagePack, little-endian, equal for equal tables everywhere. Raises DataError (unpaired surrogates)."""
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes | memoryview]:
        """The bytes of a `_Record`."""
        try:
            yield head_of(self.rows, len(self.columns))
            for column in self.columns:
                yield from pieces_of(column)
        except (ValueError, OverflowError) as error:
            raise DataError(f"The table cannot be stored: {error}.") from error

    @classmethod
    def from_bytes(cls, data: bytes) -> Table:
        """The inverse of `to_bytes`. Raises DataError for anything else."""
        try:
            record = msgspec.msgpack.decode(data, type=_Record)
        except (msgspec.DecodeError, ValueError) as error:
            raise DataError(f"The stored table is damaged: {error}.") from error
        if record.rows < 0 or (not record.columns and record.rows):
            raise DataError("The stored table is damaged: its number of rows does not fit its columns.")
        return cls([_column_of(column, record.rows) for column in record.columns])

    def __eq__(self, other: object) -> bool:
        return self.sha == other.sha if isinstance(other, Table) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sha)

    def __repr__(self) -> str:
        return f"Table({self.rows} rows, {', '.join(self.names)})"
