"""Random streams: one for each purpose, so that an edit in one place moves no number in another."""

from __future__ import annotations

import numpy as np

WEIGHTS, SPLIT, SHUFFLE, DROPOUT, DATA = range(5)


def stream(seed: int, purpose: int, index: int = 0) -> np.random.Generator:
    """PCG64 seeded with SeedSequence([seed, purpose, index]); for weights `index` counts the layers that carry some."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose, index])))
