"""A table of columns, immutable and known by the SHA-256 of its bytes: what every file and generator becomes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]


def _frozen(array: NDArray[Any], dtype: str) -> NDArray[Any]:
    """The same values, C-contiguous, native byte order, read-only; copied unless nobody can write to them."""
    result = np.ascontiguousarray(array, dtype=dtype)
    if result.flags.writeable and (result is array or np.may_share_memory(result, array)):
        result = result.copy()
    result.flags.writeable = False
    return result


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """`values` (rows, *shape) float64, NaN = missing. `shape` is () for plain numbers, (8, 8, 1) for an image."""

    name: str
    values: Floats

    def __post_init__(self) -> None:
        values = np.asarray(self.values)
        if values.ndim == 0:
            raise DataError(f"Column {self.name!r}: one value where a column of values was expected.")
        object.__setattr__(self, "values", _frozen(values, "=f8"))

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape[1:]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """(rows,) True where a value of the row is missing."""
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


class _Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="number"):
    name: str
    shape: tuple[int, ...]
    values: bytes


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="text"):
    name: str
    levels: tuple[str, ...]
    codes: bytes


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["bpgui-table"]
    version: Literal[1]
    rows: int
    columns: tuple[_Numbers | _Texts, ...]


def _record_of(column: AnyColumn) -> _Numbers | _Texts:
    if isinstance(column, TextColumn):
        return _Texts(column.name, column.levels, _bytes_of(column.codes.astype("<i4", copy=False)))
    values = column.values.astype("<f8", copy=False)
    missing = np.isnan(values)
    if missing.any():
        values = np.where(missing, np.nan, values)  # one bit pattern for NaN, so that equal tables have equal bytes
    return _Numbers(column.name, column.shape, _bytes_of(values))


def _bytes_of(array: NDArray[Any]) -> bytes:
    """The array's own memory where that can be had: a table's bytes are made without a second copy of it."""
    if not array.flags.c_contiguous or not array.size:
        return array.tobytes()
    return array.data.cast("B")  # type: ignore[return-value]


def _column_of(record: _Numbers | _Texts, rows: int) -> AnyColumn:
    if isinstance(record, _Texts):
        codes = _array(record.name, record.codes, "<i4", (rows,))
        return TextColumn(record.name, codes, record.levels)
    if any(size < 0 for size in record.shape):
        raise DataError(f"Column {record.name!r} of the stored table has a negative size.")
    return NumberColumn(record.name, _array(record.name, record.values, "<f8", (rows, *record.shape)))


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
    def names(self) -> tuple[str, ...]:
        return tuple(self._index)

    def column(self, name: str) -> AnyColumn:
        """The column of that name; raises KeyError."""
        return self._index[name]

    @cached_property
    def sha(self) -> str:
        """Hex SHA-256 of `to_bytes()`."""
        return hashlib.sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """MessagePack, little-endian, equal for equal tables everywhere. Raises DataError (unpaired surrogates)."""
        record = _Record("bpgui-table", 1, self.rows, tuple(_record_of(column) for column in self.columns))
        try:
            return msgspec.msgpack.encode(record)
        except (ValueError, OverflowError) as error:
            raise DataError(f"The table cannot be stored: {error}.") from error

    @classmethod
    def from_bytes(cls, data: bytes, *, own: bool = False) -> Table:
        """The inverse of `to_bytes`. Raises DataError for anything else.

        `own`: `data` is certainly what `to_bytes` made, so that its hash need not be worked out by making it again.
        """
        try:
            record = msgspec.msgpack.decode(data, type=_Record)
        except (msgspec.DecodeError, ValueError) as error:
            raise DataError(f"The stored table is damaged: {error}.") from error
        if record.rows < 0 or (not record.columns and record.rows):
            raise DataError("The stored table is damaged: its number of rows does not fit its columns.")
        table = cls([_column_of(column, record.rows) for column in record.columns])
        if own:
            table.__dict__["sha"] = hashlib.sha256(data).hexdigest()
        return table

    def __eq__(self, other: object) -> bool:
        return self.sha == other.sha if isinstance(other, Table) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.sha)

    def __repr__(self) -> str:
        return f"Table({self.rows} rows, {', '.join(self.names)})"
