"""What is a spike of a loss: so far above the rest that an axis which holds it leaves the rest flat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

# A spike is so many times what the loss starts, ends and mostly is at; one that is over leaves the axis to what is
# at most so many times that. A logarithmic axis has room for more.
SPIKE, KEPT = 1e3, 10.0
LOG_SPIKE, LOG_KEPT = 1e6, 1e3
# No loss starts beyond this, but in a run that diverged within its first epoch.
ENORMOUS = 1e20


def spikes_from(series: Sequence[Floats], highest: float, log: bool) -> float:
    """Beyond which values are left out of the range, for the curve not to be flat after a spike that is over.

    `highest` is the largest value of all series, each (points,). Infinite where there is no such spike.
    """
    spike, kept = (LOG_SPIKE, LOG_KEPT) if log else (SPIKE, KEPT)
    usual = 0.0
    # What starts and ends the curves first: it takes no sorting, and tells in all runs without a spike.
    for measure in (_ends, _middle):
        usual = max(usual, max((measure(values) for values in series), default=0.0))
        if highest <= usual * spike:
            return math.inf
    return usual * kept if usual > 0 else math.inf


def _ends(values: Floats) -> float:
    """The larger of what a loss starts and ends at."""
    good = values[np.isfinite(values)]
    if not len(good):
        return 0.0
    small = np.abs(good) <= ENORMOUS
    start = float(abs(good[np.argmax(small)])) if small.any() else 0.0
    return max(start, float(abs(good[-1])))


def _middle(values: Floats) -> float:
    """The median size, of what a loss can be."""
    sizes = np.abs(values[np.isfinite(values)])
    sizes = sizes[sizes <= ENORMOUS]
    return float(np.median(sizes)) if len(sizes) else 0.0
