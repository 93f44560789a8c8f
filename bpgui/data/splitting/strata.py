"""Stratified: every class has the same share in each part, to within one row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.splitting.sizes import Parts, fractions_of, gathered, part_sizes, stream
from bpgui.data.table import AnyColumn, TextColumn

BINS = 10  # a number with many different values is stratified by tenths of the rows
ROWS_A_VALUE = 5  # with so many rows a value on average, each value is a class of its own
_TINY = 1e-9

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def stratified(target: AnyColumn | None, split: Split, seed: int) -> Parts:
    """Each class (of a number: each tenth of the rows by size) in equal shares; which rows is drawn. Raises DataError.

    Sizes are those of `part_sizes`; a class has in each part its share of the rows rounded down or up, unless a part
    would be empty otherwise. Rows without a target are a class of their own.
    """
    if target is None or target.shape:
        raise DataError(
            "A stratified split keeps the target's classes in equal shares, and no column that has any is the target. "
            "Choose a target, or split at random."
        )
    strata = strata_of(target)
    counts = class_sizes(np.bincount(strata, minlength=1), split)
    order = stream(seed).permutation(target.rows)
    order = order[np.argsort(strata[order], kind="stable")]
    part = np.empty(target.rows, dtype=np.int8)
    part[order] = np.repeat(np.tile(np.arange(3, dtype=np.int8), len(counts)), counts.ravel())
    return gathered(part)


def strata_of(target: AnyColumn) -> Counts:
    """(rows,) the class of each row, from 0; missing ones come last."""
    if isinstance(target, TextColumn):
        return np.where(target.codes < 0, len(target.levels), target.codes).astype(np.int64)
    present = ~target.missing
    values, inverse, counts = np.unique(target.values[present], return_inverse=True, return_counts=True)
    before = np.cumsum(counts) - counts
    few = values.size * ROWS_A_VALUE <= inverse.size
    classes = np.arange(values.size) if few else before * BINS // max(1, inverse.size)
    result = np.full(target.rows, values.size, dtype=np.int64)
    result[present] = classes[inverse]
    return result


def class_sizes(rows: Counts, split: Split) -> Counts:
    """(classes, 3) rows of each class in each part, from (classes,) their rows; Σ over classes is `part_sizes`.

    Controlled rounding: each class by largest remainders, then single rows change parts within a class, the least
    felt first, until every part has its size. Raises DataError.
    """
    ideal = rows[:, None] * np.array(fractions_of(split))
    counts: Counts = np.floor(ideal + _TINY).astype(np.int64)
    left = rows - counts.sum(axis=1)
    rank = np.argsort(np.argsort(counts - ideal, axis=1, kind="stable"), axis=1, kind="stable")
    counts += rank < left[:, None]
    wanted = np.array(part_sizes(int(rows.sum()), split))
    while (counts.sum(axis=0) != wanted).any():
        over = counts.sum(axis=0) - wanted
        giver, taker = int(over.argmax()), int(over.argmin())
        between = next(part for part in range(3) if part not in (giver, taker))
        _pass_on(counts, ideal, rows, giver, taker, between)
    return counts


def _pass_on(counts: Counts, ideal: Floats, rows: Counts, giver: int, taker: int, between: int) -> None:
    """One row from one part to another, straight or by way of the third, each within a class."""
    for strict in (True, False):
        straight = _gains(counts, ideal, rows, giver, taker, strict)
        first, second = (_gains(counts, ideal, rows, *way, strict) for way in ((giver, between), (between, taker)))
        if straight.max() >= first.max() + second.max() and np.isfinite(straight.max()):
            _move(counts, int(straight.argmax()), giver, taker)
            return
        if np.isfinite(first.max() + second.max()):
            _move(counts, int(first.argmax()), giver, between)
            _move(counts, int(second.argmax()), between, taker)
            return


def _move(counts: Counts, row: int, giver: int, taker: int) -> None:
    counts[row, giver] -= 1
    counts[row, taker] += 1


def _gains(counts: Counts, ideal: Floats, rows: Counts, giver: int, taker: int, strict: bool) -> Floats:
    """(classes,) how little a class minds that one of its rows changes parts; -inf where it cannot.

    `strict`: no part's share of the class may be rounded by a row or more.
    """
    gives, takes = counts[:, giver] - 1 - ideal[:, giver], counts[:, taker] + 1 - ideal[:, taker]
    possible = counts[:, giver] > 0
    if strict:
        possible &= (gives > -1 + _TINY) & (takes < 1 - _TINY)
    return np.where(possible, (gives - takes) / np.maximum(rows, 1), -np.inf)
