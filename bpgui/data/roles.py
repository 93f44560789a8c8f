"""What each column is probably for: one target, features, columns to leave out. A guess, to be shown and changed."""

from __future__ import annotations

import re

import numpy as np
from msgspec.structs import replace

from bpgui.data.describing import describe
from bpgui.data.errors import DataError
from bpgui.data.legality import all_differ, levels_of, possible_kinds, possible_missing, possible_scalings, present
from bpgui.data.listing import listed
from bpgui.data.orders import known_order
from bpgui.data.spec import Column, Kind, Missing, Role, Scaling, Split
from bpgui.data.splitting.words import TRAIN, VALIDATION, parts_said
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

__all__ = [
    "FEATURE_LEVELS", "TARGET_NAMES", "all_differ", "describe", "guess_columns", "guess_split", "guess_target",
    "guess_uses", "left_out", "levels_of", "possible_kinds", "possible_missing", "possible_scalings",
]  # fmt: skip

TARGET_NAMES = (
    "target", "label", "labels", "class", "classes", "species", "outcome", "output", "result", "category",
    "diagnosis", "survived", "churn", "y",
)  # fmt: skip
PART_NAMES = ("part", "split", "fold", "subset", "set", "partition")
GROUP_NAMES = ("speaker", "voice")
FILE_NAMES = ("file", "filename", "file_name", "path")
WEIGHT_NAME = "sample_weight"
TARGET_CLASSES = 20  # a whole-number target with more different values is a number
FEATURE_LEVELS = 50  # a text with more is a name or a remark, not a category
PIXELS = 50  # so many columns of whole numbers from 0 to 255 are a picture, or several counts alike
_COUNTER_NAME = re.compile(r"(id|index|row|rows|row_?id|nr|no|number|#|unnamed.*|column 1)", re.IGNORECASE)


def _looks_like_classes(column: NumberColumn) -> bool:
    """Two different whole numbers, or 0..k-1 or 1..k with k at most 20 and at least two rows a class."""
    values = np.unique(present(column)).astype(np.float64)
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
    return bool((np.diff(column.values.astype(np.float64)) == 1).all())


def _can_be_target(column: AnyColumn) -> bool:
    if column.shape or _is_date(column) or _is_counter(column) or column.missing.all():
        return False
    return not _too_many_texts(column)


def _is_date(column: AnyColumn) -> bool:
    return isinstance(column, NumberColumn) and column.meaning == "date"


def guess_target(table: Table) -> str | None:
    """The column with a name that says so, else the last that can be one, else the last; None for no columns."""
    aside = _set_aside(table)
    columns = [column for column in table.columns if column.name not in aside]
    by_name = {column.name.strip().lower(): column.name for column in columns if not column.shape}
    for name in TARGET_NAMES:
        if name in by_name:
            return by_name[name]
    usable = [column.name for column in columns if _can_be_target(column)]
    names = usable or list(table.names)
    return names[-1] if names else None


def _set_aside(table: Table) -> dict[str, Role]:
    """Columns whose names and values say that they are neither asked nor answered."""
    found: dict[str, Role] = {}
    for column in table.columns:
        name = column.name.strip().lower()
        if name in PART_NAMES and _says_parts(column):
            found[column.name] = "split"
        elif name == WEIGHT_NAME and _can_weigh(column):
            found[column.name] = "weight"
        elif isinstance(column, TextColumn) and name in FILE_NAMES + GROUP_NAMES and _has_pictures(table):
            found[column.name] = "ignore"
    return found


def _has_pictures(table: Table) -> bool:
    return any(isinstance(c, NumberColumn) and c.meaning in ("image", "sound") for c in table.columns)


def _says_parts(column: AnyColumn) -> bool:
    """Whether each row names its part, in words, and some row is for training and some is not."""
    if not isinstance(column, TextColumn) or len(column.levels) > len(("train", "validation", "test")):
        return False
    try:
        parts = np.unique(parts_said(column))
    except DataError:
        return False
    return bool((parts == TRAIN).any() and parts.size > 1)


def _can_weigh(column: AnyColumn) -> bool:
    if isinstance(column, TextColumn) or column.shape:
        return False
    values = present(column)
    return bool(values.size and np.isfinite(values).all() and (values >= 0).all() and (values > 0).any())


def _worth_ignoring(column: AnyColumn) -> bool:
    """Mostly missing, a row number, or a text with too many different values, or another in every row."""
    if column.rows and int(column.missing.sum()) * 2 > column.rows:
        return True
    return _is_counter(column) or _too_many_texts(column)


def _too_many_texts(column: AnyColumn) -> bool:
    return isinstance(column, TextColumn) and (levels_of(column) > FEATURE_LEVELS or all_differ(column))


def _feature_kind(column: AnyColumn) -> tuple[Kind, tuple[str, ...]]:
    """What a feature is taken as, and the order of its levels."""
    if isinstance(column, TextColumn):
        if _too_many_texts(column):
            return "text", ()
        order = known_order(column.levels[code] for code in np.unique(column.codes[column.codes >= 0]))
        return ("ordinal", order) if order else ("category", ())
    return ("date", ()) if _is_date(column) else ("number", ())


def _target_kind(column: AnyColumn) -> Kind:
    if isinstance(column, TextColumn):
        return "category"
    return "category" if not column.shape and not _is_date(column) and _looks_like_classes(column) else "number"


def guess_missing(column: AnyColumn, kind: Kind) -> Missing:
    """What stands for missing values: the median, or a category of their own; nothing where none is missing."""
    gaps = column.missing.any() or (not isinstance(column, TextColumn) and not _finite(column))
    if not gaps or column.shape:
        return "drop"
    return "category" if kind == "category" else "median"


def _finite(column: NumberColumn) -> bool:
    return column.values.dtype == np.uint8 or bool(np.isfinite(column.values).all())


def _guess_feature(column: AnyColumn, scaling: Scaling) -> Column:
    kind, levels = _feature_kind(column)
    role: Role = "ignore" if kind == "text" or _worth_ignoring(column) else "feature"
    if scaling != "none" and isinstance(column, NumberColumn) and column.meaning == "image":
        scaling = "minmax"
    return Column(
        name=column.name,
        role=role,
        kind=kind,
        scaling=scaling if scaling in possible_scalings(kind) else "none",
        missing=guess_missing(column, kind) if role == "feature" else "drop",
        levels=levels,
    )


def guess_columns(table: Table, *, scaling: Scaling = "none") -> tuple[Column, ...]:
    """One `Column` for each of the table's, in its order, exactly one of them the target.

    Texts are categories, ordinals where they are words like low and high; numbers are numbers, a target of few whole
    numbers that look like classes is a category. Texts with more than 50 different values or another in nearly every
    row, row numbers, names of files and columns mostly missing are left out. Missing values of features are filled in.
    `scaling` is set on every number; images, and tables of pixels, go to 0..1 instead, by which all stay comparable.
    """
    target, aside = guess_target(table), _set_aside(table)
    if scaling != "none" and _are_pixels(table, target):
        scaling = "minmax"
    return tuple(_guess(column, target, aside, scaling) for column in table.columns)


def _guess(column: AnyColumn, target: str | None, aside: dict[str, Role], scaling: Scaling) -> Column:
    if column.name == target:
        kind = _target_kind(column)
        scaling = "standard" if scaling == "minmax" else scaling
        return Column(name=column.name, role="target", kind=kind, scaling=scaling if kind == "number" else "none")
    role = aside.get(column.name)
    if role is None:
        return _guess_feature(column, scaling)
    kind = "number" if role == "weight" else "text" if _too_many_texts(column) else possible_kinds(column)[0]
    return Column(name=column.name, role=role, kind=kind)


def _are_pixels(table: Table, target: str | None) -> bool:
    """Whether all features are bytes, and many: a picture in columns, some of which hardly ever change."""
    features = [column for column in table.columns if column.name != target and not _is_counter(column)]
    return len(features) >= PIXELS and all(isinstance(c, NumberColumn) and _is_bytes(c) for c in features)


def _is_bytes(column: NumberColumn) -> bool:
    if column.shape or column.meaning != "number":
        return False
    values = present(column)
    return bool(((values >= 0) & (values <= 255) & (values % 1 == 0)).all())


def guess_split(table: Table, columns: tuple[Column, ...], fractions: Split) -> Split:
    """`fractions`, by the column that names the parts, or so that a speaker is in one part only.

    Where that column has rows for validation, or some for testing, those parts are as it says.
    """
    for column in columns:
        if column.role == "split":
            said = parts_said(table.column(column.name))
            share = 0.0 if (said == VALIDATION).any() else 0.1
            return Split(train=1.0 - share, validation=share, method="column", column=column.name)
    for column in columns:
        found = table.column(column.name)
        groups = column.name.strip().lower() in GROUP_NAMES and isinstance(found, TextColumn) and _has_pictures(table)
        if column.role == "ignore" and groups and levels_of(found) >= 3 and fractions.train < 1.0:
            return Split(
                train=fractions.train, validation=fractions.validation, test=fractions.test, method="grouped",
                column=column.name,
            )  # fmt: skip
    return fractions


def guess_uses(table: Table, fractions: Split, *, scaling: Scaling = "none") -> tuple[tuple[Column, ...], Split]:
    """`guess_columns` and `guess_split`; the column that the split goes by has that role."""
    columns = guess_columns(table, scaling=scaling)
    split = guess_split(table, columns, fractions)
    return tuple(replace(c, role="split") if c.name == split.column else c for c in columns), split


def left_out(table: Table, columns: tuple[Column, ...], split: Split) -> tuple[str, ...]:
    """Why columns are not used, a sentence for each reason; the split may go by one that is ignored elsewhere."""
    reasons: dict[str, list[str]] = {}
    for column in columns:
        if column.role == "ignore" and column.name in table.names and column.name != split.column:
            reason = _reason(table.column(column.name), column)
            if reason:
                reasons.setdefault(reason, []).append(column.name)
    return tuple(f"Not used: {listed(names, 6)}: {reason}." for reason, names in reasons.items())


def _reason(column: AnyColumn, used: Column) -> str:
    if column.rows and int(column.missing.sum()) * 2 > column.rows:
        return "more than half is missing"
    if _is_counter(column):
        return "it only counts the rows"
    if all_differ(column):
        return "(nearly) every row has a text of its own"
    if used.kind == "text" or _too_many_texts(column):
        return "it holds free text, which is no input yet"
    return ""
