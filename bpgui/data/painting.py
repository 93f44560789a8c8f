"""Points added to a table and taken out of it by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.table import AnyColumn, Floats, NumberColumn, Table, TextColumn


def with_rows(table: Table, values: Mapping[str, Floats | str | float]) -> Table:
    """`table` and further rows at its end: for each column (rows,) numbers, or the same text or number for all.

    Columns that are not named miss their values there. Raises DataError for a text that no row has, and for images.
    """
    count = max((len(given) for given in values.values() if isinstance(given, np.ndarray)), default=1)
    return Table([_longer(column, values.get(column.name), count) for column in table.columns])


def without_rows(table: Table, gone: NDArray[np.bool_]) -> Table:
    """The rows that are not `gone` (rows,)."""
    kept = ~gone
    return Table([_chosen(column, kept) for column in table.columns])


def near(x: Floats, y: Floats, centres: Floats, radii: tuple[float, float]) -> NDArray[np.bool_]:
    """(n,) whether a point lies within an ellipse of those half axes about one of the `centres` (k, 2)."""
    found = np.zeros(len(x), dtype=np.bool_)
    for across, up in centres.tolist():
        found |= ((x - across) / radii[0]) ** 2 + ((y - up) / radii[1]) ** 2 <= 1.0
    return found


def _longer(column: AnyColumn, given: Floats | str | float | None, count: int) -> AnyColumn:
    if isinstance(column, TextColumn):
        return TextColumn(column.name, np.append(column.codes, np.full(count, _code(column, given))), column.levels)
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; points cannot be added to such a table.")
    if isinstance(given, str):
        given = float(given)
    added = np.full(count, np.nan if given is None else given, dtype=np.float64)
    # Bytes have no way to miss a value and no halves.
    values = column.values.astype(np.float64) if column.values.dtype == np.uint8 else column.values
    return NumberColumn(column.name, np.append(values, added.astype(values.dtype)), column.meaning)


def _code(column: TextColumn, given: Floats | str | float | None) -> int:
    if given is None:
        return -1
    if given not in column.levels:
        raise DataError(f"Column {column.name!r} has no value {given!r}.")
    return column.levels.index(str(given))


def _chosen(column: AnyColumn, kept: NDArray[np.bool_]) -> AnyColumn:
    if isinstance(column, TextColumn):
        return TextColumn(column.name, column.codes[kept], column.levels)
    return NumberColumn(column.name, column.values[kept], column.meaning)
