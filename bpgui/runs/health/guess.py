"""What a network must do better than: giving always the same answer."""

from __future__ import annotations

import math
from weakref import WeakKeyDictionary

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.engine.activations import Array

_known: WeakKeyDictionary[Dataset, dict[str, float]] = WeakKeyDictionary()


def guess_for(data: Dataset, loss: str) -> float:
    """`constant_guess` for the training rows, worked out once for each data set: a run is judged all along."""
    known = _known.setdefault(data, {})
    if loss not in known:
        known[loss] = constant_guess(loss, data.y[data.train])
    return known[loss]


def constant_guess(loss: str, targets: Array) -> float:
    """The mean loss of the best constant answer to targets (n, outputs); NaN where none is worked out.

    bce, cce: the entropy of the class shares; mse: the variance; mae: the mean distance from the median.
    """
    y = targets.astype(np.float64)
    share = y.mean(axis=0)
    with np.errstate(all="ignore"):
        match loss:
            case "bce":
                return float(-(_xlogx(share) + _xlogx(1.0 - share)).mean())
            case "cce":
                return float(-_xlogx(share).sum())
            case "mse":
                return float(y.var(axis=0).mean())
            case "mae":
                return float(np.abs(y - np.median(y, axis=0)).mean())
    return math.nan


def _xlogx(values: Array) -> Array:
    """x ln x, 0 at 0."""
    found: Array = np.where(values > 0.0, values * np.log(np.maximum(values, 1e-300)), 0.0)
    return found
