"""Columns that give the target away, and columns that only say which row it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoding import Dataset
from bpgui.data.inspection.codes import Ints, level_codes, sample
from bpgui.data.roles import all_differ
from bpgui.data.spec import Column, DataSpec
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

ROWS = 10_000  # training rows looked at: one half learns, the other is guessed
LEAST_ROWS = 60
LEAST_OF_A_CLASS = 5  # in the half that is guessed
DOUBT = 2  # wrong guesses that are added
PURE = 0.98  # share of the wrong guesses without the column that are right with it
_LOOK = 1000  # rows that settle most columns
LINEAR = 0.999  # correlation with a numeric target, without its sign
NAMED = 0.9  # enough of either where the column is called like the target
_ID_NAME = re.compile(r"(.*[_\s-])?(id|ids|index|idx|row|nr|no|number|key|uuid|guid|#)", re.IGNORECASE)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GiveAway:
    """A feature that alone says the target: `score` 0..1 is the share of errors it takes away (classes), or the
    correlation without its sign (a number), on rows it was not learnt from; `named` that it is called like the target.
    """

    column: str
    target: str
    score: float
    named: bool


def give_aways(table: Table, data: DataSpec, dataset: Dataset, seed: int = 0) -> tuple[GiveAway, ...]:
    """Features that alone predict a target nearly perfectly, judged within the training rows.

    For classes each value is guessed to be the class that is most frequent at that value, or at the nearest known one
    for numbers, in a sample with equally many rows of each class where there are enough; a numeric target is compared
    by its correlation with numbers, and with the means of categories.
    """
    found = []
    for target in data.targets:
        values = table.column(target.name)
        if values.shape:
            continue
        judge = _of_classes if target.kind in ("category", "ordinal") else _of_number
        rows = dataset.rows[dataset.train]
        scores = judge(table, data.features, values, rows, seed)
        for name, score in scores:
            named = _called_alike(name, target.name)
            least = PURE if judge is _of_classes else LINEAR
            if score >= (NAMED if named else least):
                found.append(GiveAway(name, target.name, float(score), named))
    return tuple(found)


def _called_alike(name: str, target: str) -> bool:
    """Whether one name stands, as whole words, within the other: price_eur and price."""
    words, others = ({word for word in re.split(r"[^a-z]+", text.lower()) if len(word) > 2} for text in (name, target))
    return bool(words and others) and (words <= others or others <= words)


def _of_classes(
    table: Table, features: tuple[Column, ...], target: AnyColumn, rows: Ints, seed: int
) -> list[tuple[str, float]]:
    codes, _ = level_codes(target, rows)
    chosen = _balanced(codes, seed)
    rows, codes = rows[chosen], codes[chosen]
    _, codes = np.unique(codes, return_inverse=True)
    learnt, guessed = _halves(codes, seed)
    if rows.size < LEAST_ROWS or np.bincount(codes[guessed], minlength=1).min() < LEAST_OF_A_CLASS or not codes.any():
        return []
    base = float(np.bincount(codes[guessed]).max()) / guessed.size
    result = []
    for column in features:
        values = table.column(column.name)
        if values.shape:
            continue
        right, copy = _guess(values, column.kind == "category", rows, codes, learnt, guessed)
        # Few right guesses in a row are no proof, unless there is a value for each class.
        right = right if copy else right * guessed.size / (guessed.size + DOUBT)
        result.append((column.name, max(0.0, (right - base) / (1.0 - base))))
    return result


def _balanced(codes: Ints, seed: int) -> Ints:
    """Places of at most ROWS rows, equally many of each class as far as there are; those without a class left out."""
    present = np.flatnonzero(codes >= 0)
    if not present.size:
        return present
    classes = np.unique(codes[present])
    each = max(2 * LEAST_OF_A_CLASS, ROWS // classes.size)
    drawn = present[np.random.default_rng(seed).permutation(present.size)]
    order = drawn[np.argsort(codes[drawn], kind="stable")]
    rank = np.arange(order.size) - np.searchsorted(codes[order], codes[order], side="left")
    return np.sort(order[rank < each])


def _halves(codes: Ints, seed: int) -> tuple[Ints, Ints]:
    """Places of the rows learnt from and of those guessed: every other one of each class, in a random order."""
    order = np.random.default_rng([seed, 1]).permutation(codes.size)
    order = order[np.argsort(codes[order], kind="stable")]
    rank = np.arange(order.size) - np.searchsorted(codes[order], codes[order], side="left")
    return order[rank % 2 == 0], order[rank % 2 == 1]


def _guess(
    values: AnyColumn, category: bool, rows: Ints, codes: Ints, learnt: Ints, guessed: Ints
) -> tuple[float, bool]:
    """The share of right guesses from this column alone, and whether it has as few values as there are classes.

    A value never met is a wrong guess for a category.
    """
    if isinstance(values, TextColumn):
        keys = values.codes[rows].astype(np.float64)
    else:
        keys = np.nan_to_num(values.values[rows].astype(np.float64), nan=-np.inf)
    known, inverse = np.unique(keys[learnt], return_inverse=True)
    counts = np.zeros((known.size, int(codes.max()) + 1), dtype=np.int32)
    np.add.at(counts, (inverse, codes[learnt]), 1)
    best = counts.argmax(axis=1)
    right = np.clip(np.searchsorted(known, keys[guessed]), 1, max(known.size - 1, 1)) if known.size > 1 else None
    if right is None:
        place = np.zeros(guessed.size, dtype=np.int64)
    else:
        with np.errstate(invalid="ignore"):
            nearer = keys[guessed] - known[right - 1] < known[right] - keys[guessed]
        place = np.where(nearer, right - 1, right)
    hit = best[place] == codes[guessed]
    if category or isinstance(values, TextColumn):
        hit &= known[place] == keys[guessed]
    return float(hit.mean()), known.size <= counts.shape[1]


def _of_number(
    table: Table, features: tuple[Column, ...], target: AnyColumn, rows: Ints, seed: int
) -> list[tuple[str, float]]:
    rows = sample(rows, ROWS, seed)
    if isinstance(target, TextColumn) or rows.size < LEAST_ROWS:
        return []
    y = target.values[rows].astype(np.float64)
    result = []
    for column in features:
        values = table.column(column.name)
        if values.shape:
            continue
        if isinstance(values, NumberColumn) and column.kind != "category":
            result.append((column.name, _correlation(values.values[rows].astype(np.float64), y)))
        else:
            result.append((column.name, _by_level(level_codes(values, rows)[0], y)))
    return result


def _by_level(codes: Ints, y: Floats) -> float:
    """The correlation of the rows' targets with the means of their levels, learnt from the other half of the rows."""
    learnt, guessed = np.arange(0, y.size, 2), np.arange(1, y.size, 2)
    codes = codes + 1
    counts = np.bincount(codes[learnt], minlength=int(codes.max()) + 1)
    means = np.bincount(codes[learnt], weights=y[learnt], minlength=counts.size) / np.maximum(counts, 1)
    known = counts[codes[guessed]] > 0
    if known.mean() < 0.5:
        return 0.0
    return _correlation(means[codes[guessed]][known], y[guessed][known])


def _correlation(x: Floats, y: Floats) -> float:
    """Pearson's, without its sign, of the rows where both are finite; 0 where one of them is constant."""
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    if x.size < LEAST_ROWS // 2:
        return 0.0
    x, y = x - x.mean(), y - y.mean()
    size = float(np.abs(x).max()), float(np.abs(y).max())
    if 0.0 in size:
        return 0.0
    x, y = x / size[0], y / size[1]
    return float(abs(x @ y) / np.sqrt((x @ x) * (y @ y)))


def id_like(table: Table, data: DataSpec) -> tuple[str, ...]:
    """Features that only say which row it is: a text of its own in nearly every row, or whole numbers that all differ
    and are counted up or called an id."""
    return tuple(column.name for column in data.features if _only_says_which(table.column(column.name)))


def _only_says_which(column: AnyColumn) -> bool:
    if column.shape or column.rows < LEAST_ROWS:
        return False
    if isinstance(column, TextColumn):
        return all_differ(column)
    values = column.values
    if column.meaning != "number" or _repeats_or_breaks(values[:_LOOK]) or column.missing.any():
        return False
    if _repeats_or_breaks(values):
        return False
    steps = np.diff(values.astype(np.float64))
    counted = bool((steps == 1).all() or (steps == -1).all())
    return counted or _ID_NAME.fullmatch(column.name.strip()) is not None


def _repeats_or_breaks(values: NDArray[Any]) -> bool:
    """Whether not all of them are whole numbers that differ."""
    return bool((values % 1 != 0).any()) or np.unique(values).size < values.size
