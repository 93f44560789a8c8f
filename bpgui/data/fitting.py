"""What is learned about a column from its training rows, and nothing from any other row."""

from __future__ import annotations

import numpy as np

from bpgui.data.encoder import InputColumn, TargetEncoding, TargetKind, label_of
from bpgui.data.errors import DataError
from bpgui.data.spec import Column
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, TextColumn

CLASS_LIMIT = 1000  # different values that can be told apart as classes


def fit_input(column: Column, values: AnyColumn, train: Rows) -> InputColumn:
    """The encoding of a feature. Raises DataError for a category with too many different values."""
    if column.kind == "category":
        levels = levels_in(column.name, values, train)
        return InputColumn(name=column.name, kind="category", levels=levels, width=len(levels))
    assert not isinstance(values, TextColumn)
    used = values.values[train]
    mean, scale, _ = mean_and_scale(used) if column.standardise else (0.0, 1.0, False)
    return InputColumn(
        name=column.name,
        kind="number",
        mean=mean,
        scale=scale,
        shape=values.shape,
        width=int(np.prod(values.shape, dtype=np.int64)),
        minimum=float(used.min()),
        maximum=float(used.max()),
    )


def fit_target(
    column: Column, values: AnyColumn, train: Rows, one_hot: bool, negative: float = 0.0
) -> tuple[TargetEncoding, list[str]]:
    """The encoding of the target, and notes. Raises DataError for fewer than two or too many classes."""
    if column.kind == "number":
        assert not isinstance(values, TextColumn)
        mean, scale, constant = mean_and_scale(values.values[train])
        notes = [f"The target {column.name!r} is the same in every training row."] if constant else []
        if not column.standardise:
            mean, scale = 0.0, 1.0
        return TargetEncoding(name=column.name, kind="number", mean=mean, scale=scale), notes
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
    if isinstance(values, TextColumn):
        levels = tuple(sorted(values.levels[code] for code in np.unique(values.codes[rows])))
    else:
        levels = tuple(label_of(value) for value in np.unique(values.values[rows]).tolist())
    if len(levels) > CLASS_LIMIT:
        raise DataError(
            f"Column {name!r} has {len(levels):,} different values in the training rows; at most {CLASS_LIMIT:,} "
            "can be categories. Leave the column out, or take it as a number if it holds numbers."
        )
    return levels


def mean_and_scale(values: Floats) -> tuple[float, float, bool]:
    """Mean and standard deviation over all elements (n in the denominator), and whether the values are constant.

    A constant has the scale 1; constant is judged as scikit-learn's StandardScaler does, by the rounding error of the
    variance (Chan, Golub, LeVeque 1983). Values near the ends of float64 are scaled first, so that nothing overflows.
    """
    largest = float(np.abs(values).max(initial=0.0))
    unit = 1.0 if largest == 0.0 or 1e-100 < largest < 1e100 else largest
    scaled = values / unit
    mean = float(scaled.mean())
    variance = float(np.square(scaled - mean).mean())
    rounding = values.size * np.finfo(np.float64).eps
    if variance <= rounding * variance + (rounding * mean) ** 2:
        return mean * unit, 1.0, True
    return mean * unit, float(np.sqrt(variance)) * unit, False
