"""A table in a folder: one file of numbers that can be mapped into memory, and a head that says where they lie.

The child that reads a file writes it; what is larger than memory is then ordinary rows by their index.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.running_sha import RunningSha
from bpgui.data.table import AnyColumn, Meaning, NumberColumn, Table, TextColumn

HEAD, NUMBERS = "head", "numbers"
IN_MEMORY = 64 << 20  # bytes; a larger table stays in its file, of which the system holds in memory what is used
_ALIGNED = 64
_MAPPED = 64 << 20  # bytes, at least


class _Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column: `levels` of texts, else None; `start` in bytes."""

    name: str
    dtype: Literal["float64", "float32", "uint8", "int32"]
    shape: tuple[int, ...]
    meaning: Meaning
    levels: tuple[str, ...] | None
    start: int


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sha: str
    rows: int
    columns: tuple[_Place, ...]


class Space:
    """Numbers (rows, *shape) that come piece by piece, the first rows first: here in memory."""

    def __init__(self, shape: tuple[int, ...], dtype: str) -> None:
        self._array = np.empty(shape, dtype)
        self._filled = 0

    def add(self, piece: NDArray[Any]) -> None:
        """The next rows. Raises OSError where there is no room for them."""
        self._array[self._filled : self._filled + len(piece)] = piece
        self._filled += len(piece)

    def done(self) -> NDArray[Any]:
        """The rows that came, read-only."""
        self._array.flags.writeable = False
        return self._array[: self._filled]


class _FileSpace(Space):
    """The same in the file."""

    def __init__(self, writer: TableWriter, start: int, shape: tuple[int, ...], dtype: str) -> None:
        self._writer, self._start, self._row, self._dtype = writer, start, shape[1:], np.dtype(dtype)
        self._filled = 0

    def add(self, piece: NDArray[Any]) -> None:
        at = self._start + self._filled * prod(self._row) * self._dtype.itemsize
        self._writer.write(at, np.ascontiguousarray(piece, self._dtype))
        self._filled += len(piece)

    def done(self) -> NDArray[Any]:
        return self._writer.mapped(self._start, (self._filled, *self._row), self._dtype)


class TableWriter:
    """Takes a table column by column, so that no more than one of them need be in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / NUMBERS).open("wb")
        self._end = self._at = 0
        self._map: NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._mapped: dict[tuple[int, int], tuple[int, NDArray[Any]]] = {}  # by address and bytes: where in the file
        self._places: dict[int, tuple[AnyColumn, _Place]] = {}
        self._sha: RunningSha | None = None

    def expect(self, names: Sequence[str], rows: int) -> None:
        """What the table will most likely be: then its hash is found while its columns come."""
        if self._sha is None:
            self._sha = RunningSha(names, rows)

    def space(self, shape: tuple[int, ...], dtype: str) -> Space:
        """Room for a column that is to be filled."""
        return _FileSpace(self, self._reserve(prod(shape) * np.dtype(dtype).itemsize), shape, dtype)

    def _reserve(self, size: int) -> int:
        start = -(-self._end // _ALIGNED) * _ALIGNED
        self._end = start + size
        return start

    def write(self, start: int, array: NDArray[Any]) -> None:
        """Put a contiguous array at that byte of the file. Raises OSError where there is no room."""
        if array.size:
            if start != self._at:
                self._file.seek(start)
            self._file.write(array.data.cast("B"))
            self._at = start + array.nbytes

    def mapped(self, start: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """What lies at that byte, read-only. Raises OSError."""
        self._file.flush()
        if not prod(shape):
            return np.zeros(shape, dtype)
        end = start + prod(shape) * dtype.itemsize
        if end > self._map.size:  # ahead of what is written, since every map takes a file handle
            size = max(end, self._end, 2 * self._map.size, _MAPPED)
            self._file.truncate(size)
            self._map = np.memmap(self._folder / NUMBERS, np.uint8, "r", shape=(size,))
        array = self._map[start:end].view(dtype).reshape(shape)
        self._mapped[_lies(array)] = (start, array)
        return array

    def keep(self, column: AnyColumn) -> AnyColumn:
        """The same column with its numbers in the file. Raises OSError where there is no room."""
        array: NDArray[Any] = column.codes if isinstance(column, TextColumn) else column.values
        start, _ = self._mapped.get(_lies(array), (None, None))
        if start is None:
            start = self._reserve(array.nbytes)
            self.write(start, array)
            array = self.mapped(start, array.shape, array.dtype)
        place = _Place(
            column.name,
            array.dtype.name,  # type: ignore[arg-type]
            array.shape[1:],
            "number" if isinstance(column, TextColumn) else column.meaning,
            column.levels if isinstance(column, TextColumn) else None,
            start,
        )
        kept = _column(place, array)
        self._places[id(kept)] = (kept, place)
        if self._sha is not None:
            self._sha.add(kept)
        return kept

    def finish(self, table: Table) -> None:
        """Write the head; columns that are not kept yet are. Raises OSError, DataError."""
        columns = [column if id(column) in self._places else self.keep(column) for column in table.columns]
        sha = Table(columns).sha if self._sha is None else self._sha.of(Table(columns))
        self.close()
        places = tuple(self._places[id(column)][1] for column in columns)
        renamed = tuple(msgspec.structs.replace(p, name=c.name) for p, c in zip(places, columns, strict=True))
        head = _Head(sha, table.rows, renamed)
        (self._folder / HEAD).write_bytes(msgspec.msgpack.encode(head))

    def close(self) -> None:
        """Give back what was mapped ahead; again does nothing. Without a head, for columns needed only for a while."""
        if self._file.closed:
            return
        if self._sha is not None:
            self._sha.stop()
        self._map = np.zeros(0, np.uint8)
        with contextlib.suppress(OSError):  # a system may not shorten a file that is mapped
            self._file.truncate(self._end)
        self._file.close()


def _lies(array: NDArray[Any]) -> tuple[int, int]:
    """Where in memory, and over how many bytes."""
    return int(array.__array_interface__["data"][0]), array.nbytes


def _column(place: _Place, array: NDArray[Any]) -> AnyColumn:
    if place.levels is not None:
        return TextColumn(place.name, array, place.levels)
    return NumberColumn(place.name, array, place.meaning)


def sha_of(folder: Path) -> str:
    """The hash of the table that lies there, as its writer worked it out. Raises OSError, DataError."""
    return _head_of(folder).sha


def _head_of(folder: Path) -> _Head:
    try:
        return msgspec.msgpack.decode((folder / HEAD).read_bytes(), type=_Head)
    except (msgspec.DecodeError, ValueError) as error:
        raise DataError(f"The table that was read is damaged: {error}. Read the file again.") from error


def open_table(folder: Path) -> Table:
    """The table that was written there: in memory, or mapped where it is large.

    Its hash is the one the writer worked out: only for folders of the program's own. Raises OSError, DataError.
    """
    head = _head_of(folder)
    path = folder / NUMBERS
    size = path.stat().st_size
    every: NDArray[np.uint8]
    if size == 0:
        every = np.zeros(0, np.uint8)
    elif size > IN_MEMORY:
        every = np.memmap(path, np.uint8, "r")
    else:
        every = np.fromfile(path, np.uint8)
        every.flags.writeable = False
    table = Table([_column(place, _part(every, place, head.rows)) for place in head.columns])
    table.__dict__["sha"] = head.sha
    return table


def _part(every: NDArray[np.uint8], place: _Place, rows: int) -> NDArray[Any]:
    shape = (rows, *place.shape)
    end = place.start + prod(shape) * np.dtype(place.dtype).itemsize
    if rows < 0 or any(size < 0 for size in place.shape) or not 0 <= place.start <= end <= every.size:
        raise DataError(f"The table that was read is damaged at column {place.name!r}. Read the file again.")
    return every[place.start : end].view(place.dtype).reshape(shape)
