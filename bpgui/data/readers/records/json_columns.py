"""Columns of cells from JSON that holds one column after the other, or names for the rows in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from bpgui.data.readers.records.json_outline import Outline
from bpgui.data.readers.tabular.cells import CellColumn

CHUNK = 2000
Progress = Callable[[float], None]
T = TypeVar("T")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """A few thousand at a time."""
    left = iter(items)
    while batch := list(islice(left, CHUNK)):
        yield batch


def listed_columns(
    columns: Iterable[Outline], make: Callable[[], CellColumn], rows: int | None, progress: Progress
) -> list[CellColumn]:
    """Lists of equal length, of which so many `rows` are wanted (None: all). Raises DataError, OSError."""
    made = []
    for outline in columns:
        made.append(make())
        _extend(made[-1], islice(outline.items(progress), rows))
    return made


def named_rows(
    columns: Sequence[Outline], make: Callable[[], CellColumn], wanted: int | None, progress: Progress
) -> tuple[list[CellColumn], int]:
    """Records with a value for each row, by the rows' names; and how many rows. Raises DataError, OSError."""
    return _numbered(columns, make, wanted, progress) or _by_names(columns, make, wanted, progress)


def _numbered(
    columns: Sequence[Outline], make: Callable[[], CellColumn], wanted: int | None, progress: Progress
) -> tuple[list[CellColumn], int] | None:
    """Where the names are 0, 1, 2 in every column, as pandas writes them: no row need be looked up. Else None."""
    made, lengths = [], []
    for outline in columns:
        made.append(make())
        lengths.append(0)
        for batch in batches(islice(outline.pairs(progress), wanted)):
            if any(name != str(row) for row, (name, _) in enumerate(batch, lengths[-1])):
                return None
            made[-1].extend([cell for _, cell in batch])
            lengths[-1] += len(batch)
    rows = max(lengths)
    for column, length in zip(made, lengths, strict=True):
        _extend(column, (None for _ in range(rows - length)))
    return made, rows


def _by_names(
    columns: Sequence[Outline], make: Callable[[], CellColumn], wanted: int | None, progress: Progress
) -> tuple[list[CellColumn], int]:
    """Rows in the order in which their names come; these, and one column, are in memory."""
    names = (name for outline in columns for name, _ in outline.pairs(progress))
    rows: dict[str, int] = {}
    for name in names:
        rows.setdefault(name, len(rows))
        if len(rows) == wanted:
            break
    made = []
    for outline in columns:
        cells: list[Any] = [None] * len(rows)
        for name, cell in outline.pairs(progress):
            row = rows.get(name)
            if row is not None:
                cells[row] = cell
        made.append(make())
        _extend(made[-1], cells)
    return made, len(rows)


def _extend(column: CellColumn, cells: Iterable[Any]) -> None:
    for batch in batches(cells):
        column.extend(batch)
