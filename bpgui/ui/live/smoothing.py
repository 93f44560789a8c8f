"""Exponential smoothing of a curve."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def smoothed(values: NDArray[Any], weight: float) -> NDArray[np.float64]:
    """Exponential moving average (points,), started without bias: s = w s + (1 − w) v, divided by 1 − wⁿ.

    `weight` 0 … below 1. What is not finite stays a gap (NaN) and is left out of the mean.
    """
    array = np.asarray(values, dtype=np.float64)
    if not 0.0 < weight < 1.0:
        return np.where(np.isfinite(array), array, np.nan)
    result = np.full(array.shape, np.nan)
    good = np.flatnonzero(np.isfinite(array))
    mean = total = 0.0
    found = []
    for value in array[good].tolist():
        mean += (1.0 - weight) * (value - mean)
        total += (1.0 - weight) * (1.0 - total)
        found.append(mean / total)
    result[good] = found
    return result
