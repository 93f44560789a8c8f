"""A sheet that is larger than memory, in pieces of so many rows: each is a workbook of its own, read as any other."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bpgui.data.readers.zip_guard import GuardedZip

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

PLACE_BYTES = 200  # of a place of a piece's rectangle: its XML, the library's cell, Python's value
SHARE = 4  # of the memory, a piece takes one part in so many
MOST_ROWS = 50_000
Row = list[Any]
# The sheet of that name in a workbook (None: the only one), and whether it is hidden; where its rows are, for messages.
Open = Callable[[Path, str | None, str], "tuple[CalamineSheet | None, bool]"]
Spans = list[tuple[tuple[int, int], tuple[int, int]]]
Progress = Callable[[float], None]


class Pieces(Protocol):
    """One sheet. All may raise DataError, OSError."""

    left: int  # the column of the sheet with which the rows begin

    def rows(self, progress: Progress) -> Iterator[Row]:
        """All rows from the first of the sheet on; blank ones are empty."""

    def merged(self) -> Spans:
        """First and last (row, column) of cells that span several."""


def rows_in(memory: int, columns: int) -> int:
    """How many rows of so many columns make a piece."""
    return max(1, min(MOST_ROWS, memory // SHARE // (max(1, columns) * PLACE_BYTES)))


class PieceFile:
    """A workbook with all members of another but one: that is put in, anew for each piece."""

    def __init__(self, path: Path, archive: GuardedZip, members: Iterable[str]) -> None:
        """Raises DataError, OSError."""
        self._path = path
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
            for name in members:
                with made.open(zipfile.ZipInfo(name), "w", force_zip64=True) as out:
                    for part in archive.chunks(name):
                        out.write(part)
        with zipfile.ZipFile(path) as made:
            self._end = made.start_dir
        with path.open("rb") as file:
            file.seek(self._end)
            self._directory = file.read()

    def put(self, member: str, data: bytes) -> Path:
        """The workbook with that member, in place of the one before. Raises OSError."""
        with self._path.open("r+b") as file:
            file.seek(self._end)
            file.write(self._directory)
            file.truncate()
        with zipfile.ZipFile(self._path, "a") as made:
            made.writestr(zipfile.ZipInfo(member), data)
        return self._path


def cells_of(sheet: CalamineSheet, columns: tuple[int, int]) -> tuple[int, list[Row]]:
    """The first row with cells (from 0), and the rows from it on, between these columns of the sheet."""
    if sheet.start is None or sheet.end is None:
        return 0, []
    rows = sheet.to_python()
    before, after = [""] * (sheet.start[1] - columns[0]), [""] * (columns[1] - sheet.end[1])
    return sheet.start[0], [before + cells + after for cells in rows] if before or after else rows
