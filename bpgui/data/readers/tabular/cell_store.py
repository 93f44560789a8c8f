"""Columns of cells that go into files where together they would not fit into memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bpgui.data.readers.tabular.cells import CellColumn

_CELL = 9  # bytes


class CellStore:
    """Makes columns; what they hold goes into files in `folder` when it is more than `limit` bytes (None: never)."""

    def __init__(self, folder: Path, limit: int | None) -> None:
        self._folder, self._limit = folder, limit
        self._columns: list[CellColumn] = []
        self._held = 0

    def column(self, missing_before: int = 0) -> CellColumn:
        """An empty column, but for cells that were missing before."""
        number = len(self._columns)
        made = _Column(self, missing_before, (self._folder / f"kinds{number}", self._folder / f"values{number}"))
        self._columns.append(made)
        self.grew(missing_before)
        return made

    def grew(self, cells: int) -> None:
        """So many cells more are in memory. Raises OSError where there is no room for them on the disk."""
        self._held += cells * _CELL
        if self._limit is not None and self._held > self._limit:
            for column in self._columns:
                column.lay_aside()
            self._held = 0


class _Column(CellColumn):
    def __init__(self, store: CellStore, missing_before: int, aside: tuple[Path, Path]) -> None:
        super().__init__(missing_before, aside)
        self._store = store

    def extend(self, cells: Sequence[object]) -> None:
        super().extend(cells)
        self._store.grew(len(cells))
