"""Columns as small whole numbers: what the other inspections count with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import AnyColumn, TextColumn

Ints = NDArray[np.int64]


def level_codes(column: AnyColumn, rows: Ints | None = None) -> tuple[Ints, tuple[str, ...]]:
    """(rows,) the place of each value among the different ones, -1 = missing, and their names.

    Texts keep their levels; numbers are in their order. Raises ValueError for images.
    """
    if column.shape:
        raise ValueError(f"{column.name} has no levels")
    if isinstance(column, TextColumn):
        texts = column.codes if rows is None else column.codes[rows]
        return texts.astype(np.int64), column.levels
    values = column.values if rows is None else column.values[rows]
    codes = np.full(values.shape, -1, dtype=np.int64)
    present = ~np.isnan(values) if values.dtype != np.uint8 else np.ones(values.shape, dtype=np.bool_)
    found, inverse = np.unique(values[present], return_inverse=True)
    codes[present] = inverse
    return codes, tuple(f"{value:.15g}" for value in found.tolist())


def sample(rows: Ints, limit: int, seed: int = 0) -> Ints:
    """At most `limit` of the rows, sorted; the same for the same seed."""
    if rows.size <= limit:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, limit, replace=False))
