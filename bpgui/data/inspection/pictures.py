"""What is drawn of the data: a histogram with classes, a scatter of two columns, some images of each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.inspection.codes import Ints, level_codes, sample
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn

BINS = 40
WHOLE = 20  # a column of at most so many different whole numbers has a bin for each
LEVELS = 20
POINTS = 5000

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Histogram:
    """`counts` (bins, classes), one class where none were given.

    Of numbers and dates `edges` (bins + 1,) and no `labels`; of texts no `edges` and `labels`, the most frequent first.
    `others` is the count of all further texts, `missing` of rows without a finite value.
    """

    name: str
    edges: Floats
    labels: tuple[str, ...]
    counts: Ints
    others: int
    missing: int


@dataclass(frozen=True, eq=False)
class Scatter:
    """Points (n,) of two columns with the `rows` of the table that they are, `total` rows having both values."""

    x: Floats
    y: Floats
    rows: Ints
    total: int


def histogram(
    column: AnyColumn, classes: Ints | None = None, class_count: int = 1, rows: Ints | None = None
) -> Histogram:
    """At most 40 bins of equal width (numpy's), or the 20 most frequent texts.

    `classes` (rows of the table,) the class of each row, -1 for none (not counted); `rows` restricts it to those rows.
    Raises ValueError for images.
    """
    if column.shape:
        raise ValueError(f"{column.name} has no histogram")
    rows = np.arange(column.rows) if rows is None else rows
    codes = np.zeros(rows.size, dtype=np.int64) if classes is None else classes[rows]
    if isinstance(column, TextColumn):
        return _of_texts(column, rows, codes, class_count)
    return _of_numbers(column, rows, codes, class_count)


def _of_texts(column: TextColumn, rows: Ints, classes: Ints, class_count: int) -> Histogram:
    codes = column.codes[rows].astype(np.int64)
    totals = np.bincount(codes[codes >= 0], minlength=len(column.levels))
    shown = np.argsort(-totals, kind="stable")[:LEVELS]
    shown = shown[totals[shown] > 0]
    place = np.full(len(column.levels) + 1, -1, dtype=np.int64)  # the last one is for missing texts, code -1
    place[shown] = np.arange(shown.size)
    counts = _counts(place[codes], classes, shown.size, class_count)
    labels = tuple(column.levels[code] for code in shown)
    others = int(totals.sum() - totals[shown].sum())
    return Histogram(column.name, np.empty(0), labels, counts, others, int((codes < 0).sum()))


def _of_numbers(column: NumberColumn, rows: Ints, classes: Ints, class_count: int) -> Histogram:
    values = column.values[rows].astype(np.float64)
    finite = np.isfinite(values)
    missing = int(values.size - finite.sum())
    values, classes = values[finite], classes[finite]
    edges = _edges(values)
    # The last bin is closed, as numpy's is.
    bins = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(edges.size - 2, 0))
    counts = _counts(bins, classes, max(edges.size - 1, 0), class_count)
    return Histogram(column.name, edges, (), counts, 0, missing)


def _edges(values: Floats) -> Floats:
    if not values.size:
        return np.empty(0)
    low, high = float(values.min()), float(values.max())
    if high - low < WHOLE and not (values % 1).any():
        return np.arange(low, high + 2.0) - 0.5
    if not np.isfinite(high - low):  # the ends of float64
        return np.linspace(low / 2, high / 2, BINS + 1) * 2
    bins = int(min(BINS, max(5, np.ceil(np.sqrt(values.size)))))
    if low == high:
        half = max(0.5, float(np.spacing(abs(low))) * bins)
        low, high = low - half, high + half
    return np.unique(np.linspace(low, high, bins + 1))  # between neighbours of float64 there is no room for more


def _counts(bins: Ints, classes: Ints, bin_count: int, class_count: int) -> Ints:
    good = (bins >= 0) & (classes >= 0)
    flat = np.bincount(bins[good] * class_count + classes[good], minlength=bin_count * class_count)
    return flat.reshape(bin_count, class_count)


def scatter(
    first: AnyColumn, second: AnyColumn, limit: int = POINTS, seed: int = 0, rows: Ints | None = None
) -> Scatter:
    """At most `limit` rows with finite values in both columns, drawn by the seed; texts are places among the levels."""
    rows = np.arange(first.rows) if rows is None else rows
    x, y = _numbers(first, rows), _numbers(second, rows)
    good = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    chosen = sample(good, limit, seed)
    return Scatter(x[chosen], y[chosen], rows[chosen], good.size)


def _numbers(column: AnyColumn, rows: Ints) -> Floats:
    if column.shape:
        raise ValueError(f"{column.name} is not one number a row")
    if isinstance(column, TextColumn):
        return np.where(column.codes[rows] < 0, np.nan, column.codes[rows].astype(np.float64))
    return column.values[rows].astype(np.float64)


def class_samples(
    target: AnyColumn, per_class: int = 10, seed: int = 0, rows: Ints | None = None
) -> tuple[tuple[str, Ints], ...]:
    """(class, at most `per_class` sorted rows of the table) for each class that occurs: which images to show."""
    rows = np.arange(target.rows) if rows is None else rows
    codes, names = level_codes(target, rows)
    drawn = np.random.default_rng(seed).permutation(rows.size)
    order = drawn[np.argsort(codes[drawn], kind="stable")]
    rank = np.arange(order.size) - np.searchsorted(codes[order], codes[order], side="left")
    chosen = order[(rank < per_class) & (codes[order] >= 0)]
    return tuple((names[code], np.sort(rows[chosen[codes[chosen] == code]])) for code in np.unique(codes[chosen]))
