"""What is learned about a column from its training rows, and nothing from any other row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bpgui.data.categories import category_codes, label_of
from bpgui.data.dates import has_clock, periods_of
from bpgui.data.errors import DataError
from bpgui.data.inputs import MISSING, InputColumn, missing_at
from bpgui.data.orders import proposed_order
from bpgui.data.scaling import Pieces, fit_scale, limits, mean_and_scale, moments, pieces_of, quantiles
from bpgui.data.spec import Column, Missing
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, TextColumn
from bpgui.data.targets import TargetEncoding, TargetKind

__all__ = ["CLASS_LIMIT", "fit_input", "fit_target", "fit_targets", "levels_in", "mean_and_scale"]

CLASS_LIMIT = 1000  # different values that can be told apart as classes


def fit_input(column: Column, values: AnyColumn, train: Rows) -> InputColumn:
    """The encoding of a feature, from the values that its training rows have; missing ones tell nothing.

    Raises DataError for a category with too many different values, and where no training row has a value.
    """
    if column.kind == "category":
        return _fit_category(column, values, train)
    levels: tuple[str, ...] = ()
    if column.kind == "ordinal":
        levels = column.levels or proposed_order(levels_in(column.name, values, train))
        places = category_codes(values, levels, train).astype(np.float64)
        pieces, gaps = _one(places[places >= 0.0]), bool((places < 0.0).any())
    else:
        assert not isinstance(values, TextColumn)
        pieces, gaps = pieces_of(values.values, train), bool(missing_at(values, train).any())
    if not any(piece.size for piece in pieces()):
        raise DataError(
            f"Column {column.name!r} has no value in any training row: there is nothing to put in place of the "
            "missing ones. Leave the column out."
        )
    return _fit_numbers(column, values.shape, levels, pieces, gaps)


def _fit_numbers(
    column: Column, shape: tuple[int, ...], levels: tuple[str, ...], pieces: Pieces, gaps: bool
) -> InputColumn:
    low, high = limits(pieces)
    scale = fit_scale(pieces, column.scaling)
    flag = column.missing == "category" and gaps
    clock = column.kind == "date" and any(has_clock(piece) for piece in pieces())
    waves = 2 * len(periods_of(clock)) if column.kind == "date" else 0
    return InputColumn(
        name=column.name,
        kind=column.kind,
        center=scale.center,
        scale=scale.scale,
        log=scale.log,
        fill=FILLS[column.missing](pieces) if column.missing in FILLS else None,
        flag=flag,
        levels=levels,
        shape=shape,
        width=int(np.prod(shape, dtype=np.int64)) + waves + flag,
        clock=clock,
        minimum=low,
        maximum=high,
    )


def _one(values: Floats) -> Pieces:
    return lambda: iter((values,))


def _frequent(pieces: Pieces) -> float:
    """The number that occurs most often, the smallest of several."""
    values, counts = np.unique(np.concatenate(list(pieces())), return_counts=True)
    return float(values[np.argmax(counts)])


FILLS: dict[Missing, Callable[[Pieces], float]] = {
    "mean": lambda pieces: moments(pieces)[0],
    "median": lambda pieces: quantiles(pieces, (0.5,))[0],
    "frequent": _frequent,
    "category": lambda pieces: moments(pieces)[0],
}


def _fit_category(column: Column, values: AnyColumn, train: Rows) -> InputColumn:
    levels = levels_in(column.name, values, train)
    gap: int | None = None
    if column.missing == "category":
        gap = -1  # where no training row misses a value, nothing would be learnt of a category of its own
        if missing_at(values, train).any():
            name = MISSING
            while name in levels:
                name += " value"
            gap, levels = len(levels), (*levels, name)
    elif column.missing != "drop" and levels:
        codes = category_codes(values, levels, train)
        gap = int(np.argmax(np.bincount(codes[codes >= 0], minlength=len(levels))))
    if not levels:
        raise DataError(f"Column {column.name!r} has no value in any training row. Leave the column out.")
    return InputColumn(name=column.name, kind="category", levels=levels, gap=gap, width=len(levels))


def fit_targets(
    columns: tuple[Column, ...], values: tuple[AnyColumn, ...], train: Rows, one_hot: bool, negative: float = 0.0
) -> tuple[TargetEncoding, list[str]]:
    """The encoding of the target or the targets, and notes.

    Several are all numbers, or all of two classes. Raises DataError for others, and as `fit_target` does.
    """
    if len(columns) == 1:
        return fit_target(columns[0], values[0], train, one_hot, negative)
    refuse_mixed(columns)
    numeric = columns[0].kind == "number"
    if one_hot and not numeric:
        raise DataError(
            "Categorical cross-entropy gives one class a row, but there are several targets of yes or no. "
            "Use binary cross-entropy with sigmoid outputs."
        )
    parts, notes = [], []
    for column, found in zip(columns, values, strict=True):
        part, remarks = fit_target(column, found, train, False, negative)
        if part.kind == "classes":
            raise DataError(
                f"The target {column.name!r} has {len(part.classes)} classes. Several targets have two classes each, "
                f"or are numbers: predict {column.name} alone, or leave it out."
            )
        parts.append(part)
        notes += remarks
    name = ", ".join(column.name for column in columns)
    kind: TargetKind = "numbers" if numeric else "labels"
    return TargetEncoding(name=name, kind=kind, negative=negative, parts=tuple(parts)), notes


def refuse_mixed(columns: tuple[Column, ...]) -> None:
    """Raises DataError where some targets are numbers and others classes: no loss judges both."""
    numbers = [column.name for column in columns if column.kind == "number"]
    classes = [column.name for column in columns if column.kind != "number"]
    if numbers and classes:
        raise DataError(
            f"Numbers ({', '.join(numbers)}) and classes ({', '.join(classes)}) cannot be predicted together: a loss "
            "is made for one or the other. Predict only the numbers, or only the classes."
        )


def fit_target(
    column: Column, values: AnyColumn, train: Rows, one_hot: bool, negative: float = 0.0
) -> tuple[TargetEncoding, list[str]]:
    """The encoding of one target, and notes. Raises DataError for fewer than two or too many classes."""
    if column.kind == "number":
        assert not isinstance(values, TextColumn)
        pieces = pieces_of(values.values, train)
        low, high = limits(pieces)
        constant = low == high or moments(pieces)[2]
        notes = [f"The target {column.name!r} is the same in every training row."] if constant else []
        scale = fit_scale(pieces, column.scaling)
        encoding = TargetEncoding(
            name=column.name, kind="number", center=scale.center, scale=scale.scale, log=scale.log
        )
        return encoding, notes
    classes = levels_in(column.name, values, train)
    if len(classes) < 2:
        raise DataError(
            f"The target {column.name!r} is {classes[0]!r} in every training row; at least two classes are needed. "
            "Choose another target or add rows of another class."
        )
    kind: TargetKind = "binary" if len(classes) == 2 else "classes"
    columns = one_hot or len(classes) > 2
    return TargetEncoding(name=column.name, kind=kind, classes=classes, one_hot=columns, negative=negative), []


def levels_in(name: str, values: AnyColumn, rows: Rows) -> tuple[str, ...]:
    """The categories that occur in those rows: texts sorted, numbers in the order of numbers. Raises DataError."""
    # Counted only because numpy 2.4 else imports its masked arrays, in the very start of the program.
    if isinstance(values, TextColumn):
        codes, _ = np.unique(values.codes[rows], return_counts=True)
        levels = tuple(sorted(values.levels[code] for code in codes if code >= 0))
    else:
        numbers, _ = np.unique(values.values[rows], return_counts=True)
        levels = tuple(label_of(value) for value in numbers[np.isfinite(numbers)].tolist())
    if len(levels) > CLASS_LIMIT:
        raise DataError(
            f"Column {name!r} has {len(levels):,} different values in the training rows; at most {CLASS_LIMIT:,} "
            "can be categories. Leave the column out, or take it as a number if it holds numbers."
        )
    return levels
