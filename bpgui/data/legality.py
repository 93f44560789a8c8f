"""What a column can be used as, and the sentence that says why not."""

from __future__ import annotations

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.spec import Column, Kind, Missing, Role, Scaling
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

CATEGORY_LIMIT = 100  # a number with more different values is not offered as a category
DIFFERENT = 0.9  # of so large a share of the rows, different texts are names, dates or remarks
FEW = 5  # as many different texts are categories in a table however short
SCALED_KINDS: tuple[Kind, ...] = ("number", "ordinal", "date")
TARGET_KINDS: tuple[Kind, ...] = ("number", "category")
SCALINGS: tuple[Scaling, ...] = ("none", "standard", "minmax", "robust", "log")
FILLINGS: tuple[Missing, ...] = ("drop", "mean", "median", "frequent", "category")


def levels_of(column: AnyColumn) -> int:
    """How many different texts, or different numbers, occur."""
    if isinstance(column, TextColumn):
        return int(np.unique(column.codes[column.codes >= 0]).size)
    return int(np.unique(present(column)).size)


def all_differ(column: AnyColumn) -> bool:
    """Whether (nearly) every row has a text of its own, so that nothing can be learnt from it."""
    if not isinstance(column, TextColumn):
        return False
    least = max(FEW + 1, DIFFERENT * int((column.codes >= 0).sum()))
    return len(column.levels) >= least and levels_of(column) >= least


def present(column: NumberColumn) -> np.ndarray:
    """Its numbers, without the missing ones."""
    if column.values.dtype == np.uint8:
        return column.values.ravel()
    values: np.ndarray = column.values[~np.isnan(column.values)]
    return values


def possible_kinds(column: AnyColumn, role: Role = "feature") -> tuple[Kind, ...]:
    """What the column can be taken as in that role; the first is the natural one."""
    if role == "weight":
        return ("number",) if isinstance(column, NumberColumn) and not column.shape else ()
    if isinstance(column, TextColumn):
        kinds: tuple[Kind, ...] = ("category", "ordinal", "text")
    elif column.shape:
        kinds = ("number",)
    elif column.meaning == "date":
        kinds = ("date", "number")
    else:
        kinds = ("number",) if levels_of(column) > CATEGORY_LIMIT else ("number", "category", "ordinal")
    return tuple(kind for kind in kinds if kind in TARGET_KINDS) if role == "target" else kinds


def possible_scalings(kind: Kind) -> tuple[Scaling, ...]:
    """The ways in which a column of that kind can be scaled; only "none" where there are no numbers to scale."""
    return SCALINGS if kind in SCALED_KINDS else ("none",)


def possible_missing(column: AnyColumn, kind: Kind, role: Role = "feature") -> tuple[Missing, ...]:
    """What can stand for a missing value; only "drop" where the row has to be left out: for targets and images."""
    if role != "feature" or kind == "text" or column.shape:
        return ("drop",)
    return ("drop", "frequent", "category") if kind == "category" else FILLINGS


def usable_as(table: Table, column: Column) -> AnyColumn:
    """The table's column of that name, if it can be used in that way. Raises DataError with what can be done."""
    name, kind = column.name, column.kind
    if name not in table.names:
        raise DataError(f"The table has no column {name!r}. It has: {', '.join(table.names)}.")
    found = table.column(name)
    words = isinstance(found, TextColumn)
    if kind == "text":
        raise DataError(
            f"Column {name!r} holds free text, which is no input yet. Leave it out or take it as a category."
        )
    if words and kind in ("number", "date"):
        what = "a number" if kind == "number" else "a date"
        raise DataError(f"Column {name!r} holds text and cannot be taken as {what}. Take it as a category.")
    if column.role == "weight" and (words or found.shape):
        raise DataError(f"Column {name!r} cannot weigh rows: a weight is one number a row.")
    if found.shape and (kind != "number" or column.role == "target"):
        raise DataError(f"Column {name!r} holds images; it can only be a feature, as numbers.")
    if found.shape and column.missing == "category":
        raise DataError(f"Column {name!r} holds images; a missing one cannot be filled in. Leave those rows out.")
    if column.role == "target" and kind not in TARGET_KINDS:
        what = "in an order" if kind == "ordinal" else "as dates"
        raise DataError(f"The target {name!r} cannot be taken {what}. Take it as a number or as classes.")
    return found
