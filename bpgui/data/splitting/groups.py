"""Rows that belong together are never parted: those with the same value in a column, or with the same features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.row_hashes import row_hashes
from bpgui.data.spec import Split
from bpgui.data.splitting.sizes import Parts, gathered, part_sizes, stream
from bpgui.data.table import AnyColumn, TextColumn

_ROUNDS = 200
_SIZES = 400  # different sizes of groups that exchanges are looked for among
_PAIRS = ((0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1))

Ints = NDArray[np.int64]


def grouped(column: AnyColumn, split: Split, seed: int) -> Parts:
    """Rows with the same value stay together; where it is missing, the row is a group of its own.

    Raises DataError for images.
    """
    return in_groups(*groups_of(column), split, seed)


def alike(features: tuple[AnyColumn, ...], split: Split, seed: int, rows: int) -> Parts:
    """Rows that are the same in every feature stay together; a missing value equals another."""
    _, groups = np.unique(row_hashes(features, np.arange(rows)), return_inverse=True)
    return in_groups(groups.astype(np.int64), np.bincount(groups), split, seed)


def in_groups(groups: Ints, sizes: Ints, split: Split, seed: int) -> Parts:
    """Groups in an order drawn go to training, validation, test; then some change places until the sizes fit best.

    `groups` (rows,) is the group of each row, `sizes` (groups,) how many it has. Every part with a positive fraction
    gets a group as long as there are groups, training first.
    """
    if not sizes.size:
        return gathered(np.empty(0, dtype=np.int8))
    wanted = part_sizes(groups.size, split)
    fractions = (split.train, split.validation, split.test)
    order = stream(seed).permutation(sizes.size)
    part = np.empty(sizes.size, dtype=np.int64)
    ends = np.cumsum(sizes[order])
    borders = np.cumsum(wanted)[:2]
    part[order] = np.searchsorted(borders, ends - sizes[order] / 2, side="right")
    # A border that no group reaches over leaves rows for a part without any share.
    for unwanted in (number for number in range(3) if fractions[number] <= 0):
        part[part == unwanted] = int(np.argmax(wanted))
    _fill(part, sizes, fractions)
    _improve(part, sizes, order, np.array(wanted))
    return gathered(part[groups])


def groups_of(column: AnyColumn) -> tuple[Ints, Ints]:
    """(rows,) the group of each row, from 0, and (groups,) their sizes. Raises DataError for images."""
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; rows cannot be grouped by them. Choose another column.")
    missing = column.missing
    values = column.codes if isinstance(column, TextColumn) else column.values
    found, inverse = np.unique(values[~missing], return_inverse=True)
    groups = np.empty(column.rows, dtype=np.int64)
    groups[~missing] = inverse
    groups[missing] = found.size + np.arange(int(missing.sum()))
    return groups, np.bincount(groups)


def _fill(part: Ints, sizes: Ints, fractions: tuple[float, float, float]) -> None:
    """A part without a group gets the smallest of the part with the most groups."""
    for number in range(3):
        if fractions[number] <= 0 or (part == number).any():
            continue
        counts = np.bincount(part, minlength=3)
        giver = int(counts.argmax())
        if counts[giver] > 1 or giver > number:
            own = np.flatnonzero(part == giver)
            part[own[sizes[own].argmin()]] = number


def _improve(part: Ints, sizes: Ints, order: Ints, wanted: Ints) -> None:
    """Move one group, or exchange two, as long as the squared distances from the wanted sizes become less."""
    for _ in range(_ROUNDS):
        over = np.bincount(part, weights=sizes, minlength=3) - wanted
        best: tuple[float, int, int, int, int] | None = None
        for giver, taker in _PAIRS:
            if over[giver] - over[taker] <= 1 or wanted[taker] == 0:
                continue
            found = _exchange(part, sizes, giver, taker, (over[giver] - over[taker]) / 2)
            if found is not None and (best is None or found[0] < best[0]):
                best = (*found, giver, taker)
        if best is None:
            return
        _, given, taken, giver, taker = best
        first = _one_of(part, sizes, order, giver, given)
        if taken:
            part[_one_of(part, sizes, order, taker, taken)] = giver
        part[first] = taker


def _exchange(part: Ints, sizes: Ints, giver: int, taker: int, shift: float) -> tuple[float, int, int] | None:
    """(change of the squared distances, size given, size taken back or 0); None where nothing becomes better.

    Moving a net of s rows changes them by 2 s (s - 2 shift), least at s = shift.
    """
    own = np.flatnonzero(part == giver)
    given = np.unique(sizes[own])[:_SIZES]
    taken = np.unique(sizes[part == taker])[:_SIZES]
    taken = np.concatenate(([0], taken)) if own.size > 1 else taken
    if not given.size or not taken.size:
        return None
    net = given[:, None] - taken[None, :]
    change = 2.0 * net * (net - 2.0 * shift)
    place = int(change.argmin())
    if change.flat[place] >= -1e-9:
        return None
    row, column = divmod(place, taken.size)
    return float(change.flat[place]), int(given[row]), int(taken[column])


def _one_of(part: Ints, sizes: Ints, order: Ints, number: int, size: int) -> int:
    """The first group, in the order drawn, of that part and size."""
    return int(order[np.argmax((part[order] == number) & (sizes[order] == size))])
