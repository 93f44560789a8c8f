"""Edits of the split: fractions, the way, the column that it goes by."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.spec import Column, Role, Split, SplitMethod
from bpgui.data.split import BY_COLUMN
from bpgui.data.splitting.words import parts_said
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import Invalid, check_split

# Columns used for nothing but the split while it goes by them.
_SETS_ROLE = ("grouped", "column")
_LOOKED_AT = 2000  # texts whose order in time is looked at before a column is offered
_NAMES = {
    "grouped": re.compile(r"group|patient|person|subject|speaker|voice|user|customer|card|client|account|file|id$"),
    "time": re.compile(r"time|date|day|month|year|when"),
    "column": re.compile(r"split|part|set|fold|train|test"),
}


def set_split(
    spec: ProjectSpec,
    train: float | None = None,
    validation: float | None = None,
    test: float | None = None,
    *,
    table: Table | None = None,
    method: SplitMethod | None = None,
    column: str | None = None,
) -> ProjectSpec:
    """Fractions of the rows in each part, which must add up to 1; the way; the column that it goes by.

    What is None stays. A way that needs a column and is given none takes the likeliest of the table's. A column that
    names groups or parts is used for nothing else from then on. Raises IllegalEdit.
    """
    before = spec.data.split
    given = {"train": train, "validation": validation, "test": test, "method": method}
    split = replaced(before, **{name: value for name, value in given.items() if value is not None})
    try:
        check_split(split.train, split.validation, split.test)
    except Invalid as error:
        raise IllegalEdit(str(error).removeprefix("data.")) from None
    split = replace(split, column=_column_for(spec, split, table, before, column))
    columns = tuple(_used_for_it(c, before, split) for c in spec.data.columns)
    return legal(replace(spec, data=replace(spec.data, split=split, columns=columns)))


def _column_for(spec: ProjectSpec, split: Split, table: Table | None, before: Split, column: str | None) -> str:
    """The column that the split goes by, "" where it needs none. Raises IllegalEdit."""
    if split.method not in BY_COLUMN:
        return ""
    if column is None and split.method == before.method:
        return before.column
    purpose = BY_COLUMN[split.method]
    if column is None:
        found = () if table is None else split_columns(spec, table, split.method)
        if not found:
            raise IllegalEdit(f"No column {purpose}. Split at random, or read data that has such a column.")
        return found[0]
    role = next((c.role for c in spec.data.columns if c.name == column), None)
    if role is None:
        raise IllegalEdit(f"The data has no column called {column!r}.")
    if role == "target":
        raise IllegalEdit(f"{column} is the target; it cannot be what {purpose}. Choose another column.")
    if table is not None:
        _refuse_unfit(table.column(column), split.method)
    return column


def _refuse_unfit(column: AnyColumn, method: SplitMethod) -> None:
    try:
        if column.shape:
            raise DataError(f"{column.name} holds images; it cannot be what {BY_COLUMN[method]}.")
        if method == "time":
            from bpgui.data.splitting.times import order_of

            order_of(column)
        elif method == "column":
            parts_said(column)
    except DataError as error:
        raise IllegalEdit(str(error)) from None


def _used_for_it(column: Column, before: Split, split: Split) -> Column:
    """`column` with the role that it has under the new split."""
    if column.name == split.column and split.method in _SETS_ROLE and column.role in ("feature", "ignore"):
        return replace(column, role="split")
    if column.role == "split" and column.name != split.column and column.name == before.column:
        return replace(column, role="ignore")
    return column


def split_columns(spec: ProjectSpec, table: Table, method: SplitMethod) -> tuple[str, ...]:
    """Names of the columns that such a split can go by, the likeliest first; none where it needs none."""
    if method not in BY_COLUMN:
        return ()
    roles = {column.name: column.role for column in spec.data.columns}
    others = [column for column in table.columns if roles.get(column.name, "target") != "target"]
    able = [column for column in others if _fits(column, method)]
    return tuple(column.name for column in sorted(able, key=lambda column: _unlikely(column, method, roles)))


def _unlikely(column: AnyColumn, method: SplitMethod, roles: dict[str, Role]) -> tuple[bool, bool, bool]:
    named = _NAMES[method].search(column.name.lower()) is None
    date = method == "time" and not (isinstance(column, NumberColumn) and column.meaning == "date")
    return (roles[column.name] != "split", date, named)


def _fits(column: AnyColumn, method: SplitMethod) -> bool:
    if column.shape:
        return False
    try:
        if method == "time" and isinstance(column, TextColumn):
            from bpgui.data.splitting.times import order_of

            order_of(TextColumn(column.name, column.codes[:0], column.levels[:_LOOKED_AT]))
        elif method == "column":
            if isinstance(column, NumberColumn) and not ((column.values >= 0) & (column.values <= 2)).all():
                return False
            parts_said(column)
    except DataError:
        return False
    return True
