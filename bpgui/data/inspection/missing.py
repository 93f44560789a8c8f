"""Where values are missing: the table as a picture of at most 200 × 60."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import Table

ROWS = 200
COLUMNS = 60


@dataclass(frozen=True, eq=False)
class MissingMap:
    """`shares` (bands, fields) 0..1 of the values that are missing.

    Band i holds the rows `row_edges[i]` to `row_edges[i + 1]`; field j the columns `names[column_edges[j]]` up to the
    one before `names[column_edges[j + 1]]`. `counts` (columns,) missing values of each column, in the order of `names`.
    """

    shares: NDArray[np.float64]
    row_edges: NDArray[np.int64]
    column_edges: NDArray[np.int64]
    names: tuple[str, ...]
    counts: NDArray[np.int64]


def missing_map(table: Table) -> MissingMap:
    """Every row and column of the table; neighbours share a band or a field where there are too many."""
    rows, columns = _edges(table.rows, ROWS), _edges(len(table.columns), COLUMNS)
    shares = np.zeros((rows.size - 1, columns.size - 1))
    counts = np.zeros(len(table.columns), dtype=np.int64)
    field = np.searchsorted(columns, np.arange(len(table.columns)), side="right") - 1
    for place, column in enumerate(table.columns):
        missing = column.missing
        counts[place] = int(missing.sum())
        if counts[place]:
            shares[:, field[place]] += np.add.reduceat(missing, rows[:-1], dtype=np.int64) / np.diff(rows)
    shares /= np.maximum(np.diff(columns), 1)
    return MissingMap(shares, rows, columns, table.names, counts)


def _edges(count: int, most: int) -> NDArray[np.int64]:
    """At most `most` stretches of nearly equal length."""
    stretches = min(count, most)
    return np.arange(stretches + 1) * count // max(stretches, 1)
