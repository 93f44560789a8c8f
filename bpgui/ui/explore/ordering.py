"""Which rows of a table are listed, in which order: pure, a hundred milliseconds for a million rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import AnyColumn, TextColumn

Rows = NDArray[np.int64]


def sort_keys(column: AnyColumn) -> NDArray[np.float64] | NDArray[np.int64]:
    """(rows,) numbers that sort as a person would: texts by their letters, NaN or -1 = missing."""
    if isinstance(column, TextColumn):
        order = sorted(range(len(column.levels)), key=lambda code: (column.levels[code].casefold(), code))
        rank = np.empty(len(order) + 1, dtype=np.int64)
        rank[order] = np.arange(len(order))
        rank[-1] = -1
        return rank[column.codes]
    if column.shape:
        # Images go by how bright they are.
        return np.asarray(column.values.reshape(column.rows, -1).mean(axis=1, dtype=np.float64))
    return np.asarray(column.values, dtype=np.float64)


def sorted_rows(rows: Rows, keys: NDArray[np.float64] | NDArray[np.int64], *, descending: bool) -> Rows:
    """`rows` by their keys, equal ones as they stand in the table, missing ones last in either direction."""
    chosen = keys[rows]
    missing = np.isnan(chosen) if chosen.dtype.kind == "f" else chosen < 0
    there, gone = rows[~missing], rows[missing]
    values = chosen[~missing]
    if descending:
        # The order of the mirrored list turned round keeps equal ones as they stand.
        order = (len(values) - 1 - np.argsort(values[::-1], kind="stable"))[::-1]
    else:
        order = np.argsort(values, kind="stable")
    return np.concatenate((there[order], gone))
