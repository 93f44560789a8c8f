"""What each column is probably for: one target, features, columns to leave out. A guess, to be shown and changed."""

from __future__ import annotations

import re

import numpy as np

from bpgui.data.spec import Column, Kind, Role
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

TARGET_NAMES = (
    "target", "label", "labels", "class", "classes", "species", "outcome", "output", "result", "category",
    "diagnosis", "survived", "churn", "y",
)  # fmt: skip
TARGET_CLASSES = 20  # a whole-number target with more different values is a number
FEATURE_LEVELS = 50  # a text with more is a name or a remark, not a category
DIFFERENT = 0.9  # of so large a share of the rows, different texts are names, dates or remarks
FEW = 5  # as many different texts are categories in a table however short
CATEGORY_LIMIT = 100  # a number with more different values is not offered as a category
_COUNTER_NAME = re.compile(r"(id|index|row|rows|row_?id|nr|no|number|#|unnamed.*|column 1)", re.IGNORECASE)


def _present(column: NumberColumn) -> np.ndarray:
    return column.values[~np.isnan(column.values)]


def levels_of(column: AnyColumn) -> int:
    """How many different texts, or different numbers, occur."""
    if isinstance(column, TextColumn):
        return int(np.unique(column.codes[column.codes >= 0]).size)
    return int(np.unique(_present(column)).size)


def all_differ(column: AnyColumn) -> bool:
    """Whether (nearly) every row has a text of its own, so that nothing can be learnt from it."""
    if not isinstance(column, TextColumn):
        return False
    least = max(FEW + 1, DIFFERENT * int((column.codes >= 0).sum()))
    return len(column.levels) >= least and levels_of(column) >= least


def _looks_like_classes(column: NumberColumn) -> bool:
    """Two different whole numbers, or 0..k-1 or 1..k with k at most 20 and at least two rows a class."""
    values = np.unique(_present(column))
    if not 2 <= values.size <= TARGET_CLASSES or not np.isfinite(values).all() or (values % 1 != 0).any():
        return False
    if column.rows < 2 * values.size:
        return False
    consecutive = values[-1] - values[0] == values.size - 1 and values[0] in (0.0, 1.0)
    return bool(values.size == 2 or consecutive)


def _is_counter(column: AnyColumn) -> bool:
    """A row number: its name says so and its values go up by one."""
    if isinstance(column, TextColumn) or column.shape or column.rows < 2 or not _COUNTER_NAME.fullmatch(column.name):
        return False
    return bool((np.diff(column.values) == 1).all())


def _can_be_target(column: AnyColumn) -> bool:
    if column.shape or _is_counter(column) or column.missing.all():
        return False
    return not _too_many_texts(column)


def guess_target(table: Table) -> str | None:
    """The column with a name that says so, else the last that can be one, else the last; None for no columns."""
    by_name = {column.name.strip().lower(): column.name for column in table.columns if not column.shape}
    for name in TARGET_NAMES:
        if name in by_name:
            return by_name[name]
    usable = [column.name for column in table.columns if _can_be_target(column)]
    names = usable or list(table.names)
    return names[-1] if names else None


def _worth_ignoring(column: AnyColumn) -> bool:
    """Mostly missing, a row number, or a text with too many different values, or another in every row."""
    if column.rows and int(column.missing.sum()) * 2 > column.rows:
        return True
    return _is_counter(column) or _too_many_texts(column)


def _too_many_texts(column: AnyColumn) -> bool:
    return isinstance(column, TextColumn) and (levels_of(column) > FEATURE_LEVELS or all_differ(column))


def _guess(column: AnyColumn, is_target: bool, standardise: bool) -> Column:
    category = isinstance(column, TextColumn) or (is_target and not column.shape and _looks_like_classes(column))
    kind: Kind = "category" if category else "number"
    if is_target:
        return Column(name=column.name, role="target", kind=kind, standardise=standardise and not category)
    role: Role = "ignore" if _worth_ignoring(column) else "feature"
    return Column(name=column.name, role=role, kind=kind, standardise=standardise and not category)


def guess_columns(table: Table, *, standardise: bool) -> tuple[Column, ...]:
    """One `Column` for each of the table's, in its order, exactly one of them the target.

    Texts are categories, numbers are numbers, a target of few whole numbers that look like classes is a category.
    Texts with more than 50 different values or another in nearly every row, row numbers and columns mostly missing
    are left out.
    `standardise` is set on every number when asked.
    """
    target = guess_target(table)
    return tuple(_guess(column, column.name == target, standardise) for column in table.columns)


def possible_kinds(column: AnyColumn) -> tuple[Kind, ...]:
    """What the column can be taken as; the first is the natural one."""
    if isinstance(column, TextColumn):
        return ("category",)
    if column.shape or levels_of(column) > CATEGORY_LIMIT:
        return ("number",)
    return ("number", "category")


def describe(column: AnyColumn) -> str:
    """A line for a person: "number 0.1 … 7.9, 3 missing", "3 classes: setosa, versicolor, virginica"."""
    missing = int(column.missing.sum())
    tail = f", {missing:,} missing" if missing else ""
    if isinstance(column, TextColumn):
        used = [column.levels[code] for code in np.unique(column.codes[column.codes >= 0])]
        shown = ", ".join(_short(level) for level in used[:4]) + (", …" if len(used) > 4 else "")
        if all_differ(column):
            every = "every" if len(used) == int((column.codes >= 0).sum()) else "nearly every"
            return f"{len(used):,} different texts, {every} row has its own: {shown}{tail}"
        return f"{len(used):,} {'class' if len(used) == 1 else 'classes'}: {shown}{tail}" if used else f"empty{tail}"
    numbers = _present(column)
    what = " × ".join(str(size) for size in column.shape) + " numbers" if column.shape else "number"
    if not numbers.size:
        return f"empty{tail}"
    return f"{what} {numbers.min():.4g} … {numbers.max():.4g}{tail}"


def _short(text: str, length: int = 20) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
