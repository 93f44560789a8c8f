"""Missing values: which rows they cost, what stands for those of the others."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from bpgui.data.categories import category_codes
from bpgui.data.dates import date_text
from bpgui.data.inputs import InputColumn
from bpgui.data.listing import listed, some_of
from bpgui.data.spec import Column
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Table, TextColumn

LISTED = 6
_WORDS = {"mean": "the mean", "median": "the median", "frequent": "the most frequent,"}


def finite_rows(column: AnyColumn) -> NDArray[np.bool_]:
    """(rows,) True where the value is there and finite."""
    if isinstance(column, TextColumn):
        return ~column.missing
    if column.values.dtype == np.uint8:
        return np.ones(column.rows, dtype=np.bool_)
    finite = np.isfinite(column.values).reshape(column.rows, prod(column.shape))
    return np.asarray(finite.all(axis=1), dtype=np.bool_)


def there(column: AnyColumn, used: Column) -> NDArray[np.bool_]:
    """(rows,) True where there is a value that the use of the column can do something with."""
    if used.kind == "ordinal" and used.levels:
        return category_codes(column, used.levels, np.arange(column.rows)) >= 0
    return finite_rows(column)


def needed(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Those that a row cannot do without: features that nothing stands for, the weight, the targets, in this order."""
    features = [c for c in columns if c.role == "feature" and c.missing == "drop"]
    return (*features, *(c for c in columns if c.role == "weight"), *(c for c in columns if c.role == "target"))


def usable_rows(table: Table, columns: Sequence[Column]) -> tuple[NDArray[np.bool_], list[str]]:
    """(rows,) True where no needed value is missing or infinite, and a note about the others."""
    usable = np.ones(table.rows, dtype=bool)
    causes = []
    for column in needed(columns):
        good = there(table.column(column.name), column)
        if not good.all():
            causes.append(f"{column.name} {int((~good).sum()):,}")
            usable &= good
    dropped = int((~usable).sum())
    if not dropped:
        return usable, []
    noted = listed(causes, LISTED)
    what = some_of(dropped, table.rows, "rows", "is", "are")
    return usable, [f"{what} left out: a value is missing or infinite ({noted})."]


def filled(pairs: Sequence[tuple[Column, InputColumn]], table: Table, rows: Rows) -> list[str]:
    """A note about the missing values of those rows that something stands for."""
    found = []
    for column, fitted in pairs:
        if column.missing == "drop":
            continue
        count = int(fitted.missing(table.column(column.name), rows).sum())
        if count:
            found.append(f"{column.name} {count:,}, {standing_for(column, fitted)}")
    return [f"Missing values are filled in: {listed(found, LISTED, '; ')}."] if found else []


def standing_for(column: Column, fitted: InputColumn) -> str:
    """In words, what stands for a missing value: "the median 28"."""
    if column.missing == "category":
        if fitted.kind == "category":
            return "counted as none of the categories" if fitted.gap == -1 else "a category of their own"
        extra = " and an input of their own" if fitted.flag else ""
        return f"the mean{extra}"
    return f"{_WORDS[column.missing]} {_shown(fitted)}"


def _shown(fitted: InputColumn) -> str:
    """What is filled in, in the file's words."""
    if fitted.gap is not None:
        return fitted.levels[fitted.gap]
    assert fitted.fill is not None
    if fitted.kind == "date":
        return date_text(fitted.fill)
    if fitted.kind == "ordinal" and fitted.fill == int(fitted.fill):
        return fitted.levels[int(fitted.fill)]
    return f"{fitted.fill:.4g}"
