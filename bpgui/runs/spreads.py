"""How the numbers of each layer are spread, and how that went over the steps of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.runs.driver import Driver
from bpgui.runs.layer_numbers import NUMBER_KINDS, Place, places
from bpgui.runs.moments import Moments

# Shares of a layer's weights that lie at or below each of the numbers: smallest, median and largest among them.
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
SAMPLED = 4096  # weights of a layer at most: sorting all of a wide one would take milliseconds

Values = NDArray[np.float64]


@dataclass(frozen=True)
class SpreadsAnswer:
    """`values` (kinds, layers, QUANTILES) in the order of `kinds` and of `layers`, the ids of the Dense; NaN where
    there are no such numbers. `counts` are (weights looked at, weights) of each layer.
    """

    step: int
    kinds: tuple[str, ...]
    layers: tuple[str, ...]
    counts: tuple[tuple[int, int], ...]
    values: Values


@dataclass(frozen=True)
class Spreads:
    """The quantiles of every kind of number of every Dense's weights, without biases."""

    def __call__(self, driver: Driver) -> SpreadsAnswer:
        every = places(driver)
        parts = [_sampled(place) for place in every]
        values = np.full((len(NUMBER_KINDS), len(every), len(QUANTILES)), np.nan)
        for row, kind in zip(values, NUMBER_KINDS.values(), strict=True):
            for found, part in zip(row, parts, strict=True):
                taken = kind.take(driver, part)
                if taken is not None and len(taken):
                    found[:] = quantiles(taken)
        counts = tuple((len(range(p.start, p.stop, p.step)), p.stop - p.start) for p in parts)
        return SpreadsAnswer(
            driver.step_count, tuple(NUMBER_KINDS), tuple(place.layer.id for place in every), counts, values
        )


def _sampled(place: Place) -> slice:
    """At most SAMPLED of the weights, evenly taken, and of every row and column alike."""
    inputs, units = place.layer.W.shape
    stride = -(-(inputs * units) // SAMPLED) or 1
    while stride > 1 and gcd(stride, units) > 1:
        stride += 1
    return slice(place.W.start, place.W.stop, stride)


def quantiles(values: Array) -> Values:
    """(QUANTILES,) by the nearest rank: each is one of the numbers. Sorts them in place; NaN counts as the largest."""
    values.sort()
    return np.asarray(values[_ranks(len(values))], dtype=np.float64)


@lru_cache(maxsize=64)
def _ranks(count: int) -> list[int]:
    return [round(share * (count - 1)) for share in QUANTILES]


class Course(Moments[SpreadsAnswer]):
    """The spreads of a run, evenly over its steps as far as it was looked at."""

    def of(self, kind: str, layer: str) -> tuple[NDArray[np.int64], Values]:
        """(steps (n,), quantiles (n, QUANTILES)) of one kind of number of one layer, NaN where there were none."""
        last = self.last
        if last is None or kind not in last.kinds or layer not in last.layers:
            return np.empty(0, np.int64), np.empty((0, len(QUANTILES)))
        at = last.kinds.index(kind), last.layers.index(layer)
        steps = np.array([moment.step for moment in self], dtype=np.int64)
        return steps, np.stack([moment.values[at] for moment in self])
