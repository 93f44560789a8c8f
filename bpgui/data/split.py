"""Which rows are learned from, which are looked at while learning, which are kept for the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Split

Rows = NDArray[np.int64]
_SPLIT_STREAM = 1  # the purpose "split" of the seed's streams


def part_sizes(n: int, split: Split) -> tuple[int, int, int]:
    """Rows of (train, validation, test), adding up to `n`.

    Largest remainders; a part with a positive fraction gets at least one row as long as there are rows, training first.
    Raises DataError if the fractions do not add up to 1.
    """
    fractions = (split.train, split.validation, split.test)
    total = sum(fractions)
    if abs(total - 1.0) > 1e-6:
        words = " + ".join(f"{fraction:g}" for fraction in fractions)
        raise DataError(f"The parts of the split add up to {total:g} ({words}); they must add up to 1.")
    exact = [fraction / total * n for fraction in fractions]
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


def split_rows(n: int, split: Split, seed: int) -> tuple[Rows, Rows, Rows]:
    """(train, validation, test): sorted int64 row numbers below `n`, each row in exactly one part.

    The order comes from `SeedSequence([seed, 1, 0])`, so that the same seed makes the same parts. Raises DataError.
    """
    train, validation, _ = part_sizes(n, split)
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, _SPLIT_STREAM, 0])))
    order = generator.permutation(n).astype(np.int64)
    first, second, third = np.split(order, [train, train + validation])
    return np.sort(first), np.sort(second), np.sort(third)
