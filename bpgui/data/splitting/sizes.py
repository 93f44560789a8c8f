"""How many rows each part gets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Split

Rows = NDArray[np.int64]
Parts = tuple[Rows, Rows, Rows]
PARTS = ("train", "validation", "test")
_SPLIT_STREAM = 1  # the purpose "split" of the seed's streams


def stream(seed: int) -> np.random.Generator:
    """The numbers that a split is drawn with: the same for the same seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _SPLIT_STREAM, 0])))


def fractions_of(split: Split) -> tuple[float, float, float]:
    """(train, validation, test), adding up to 1. Raises DataError if the split's do not."""
    fractions = (split.train, split.validation, split.test)
    total = sum(fractions)
    if abs(total - 1.0) > 1e-6:
        words = " + ".join(f"{fraction:g}" for fraction in fractions)
        raise DataError(f"The parts of the split add up to {total:g} ({words}); they must add up to 1.")
    return (fractions[0] / total, fractions[1] / total, fractions[2] / total)


def part_sizes(n: int, split: Split) -> tuple[int, int, int]:
    """Rows of (train, validation, test), adding up to `n`.

    Largest remainders; a part with a positive fraction gets at least one row as long as there are rows, training first.
    Raises DataError if the fractions do not add up to 1.
    """
    fractions = fractions_of(split)
    exact = [fraction * n for fraction in fractions]
    sizes = [int(value + 1e-9) for value in exact]
    by_remainder = sorted(range(3), key=lambda part: sizes[part] - exact[part])
    for part in by_remainder[: max(0, n - sum(sizes))]:
        sizes[part] += 1
    for part in range(3):
        if fractions[part] > 0 and sizes[part] == 0:
            giver = max(range(3), key=lambda other: sizes[other])
            if sizes[giver] > 1 or giver > part:
                sizes[giver] -= 1
                sizes[part] = 1
    return sizes[0], sizes[1], sizes[2]


def cut(order: Rows, sizes: tuple[int, int, int]) -> Parts:
    """The rows in that order cut into parts of those sizes, each sorted."""
    first, second, third = np.split(order, [sizes[0], sizes[0] + sizes[1]])
    return np.sort(first), np.sort(second), np.sort(third)


def gathered(part: NDArray[np.integer]) -> Parts:
    """From (rows,) 0, 1 or 2 for training, validation or test."""
    train, validation, test = (np.flatnonzero(part == number).astype(np.int64) for number in range(3))
    return train, validation, test
