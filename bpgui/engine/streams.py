"""Random streams: one for each purpose, so that an edit in one place moves no number in another."""

from __future__ import annotations

from typing import Any

import numpy as np

WEIGHTS, SPLIT, SHUFFLE, DROPOUT, DATA = range(5)

# PCG64's: state and increment in hex, and the half of a drawn word that is still unused.
GeneratorState = tuple[str, str, int, int]


def stream(seed: int, purpose: int, index: int = 0) -> np.random.Generator:
    """PCG64 seeded with SeedSequence([seed, purpose, index]).

    For weights `index` counts the layers that carry some, for dropout the layers that drop.
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose, index])))


def take_generator(generator: np.random.Generator) -> GeneratorState:
    """Where a stream stands."""
    whole: Any = generator.bit_generator.state
    words = whole["state"]
    return hex(words["state"]), hex(words["inc"]), whole["has_uint32"], whole["uinteger"]


def put_generator(generator: np.random.Generator, state: GeneratorState) -> None:
    """Go on from there. Raises ValueError for words that are no numbers."""
    whole: dict[str, Any] = dict(generator.bit_generator.state)
    word, increment, whole["has_uint32"], whole["uinteger"] = state
    whole["state"] = {"state": int(word, 16), "inc": int(increment, 16)}
    generator.bit_generator.state = whole
