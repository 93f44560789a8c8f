"""Outputs of classes brought to 0 … 1, the one place for it: `negative` is the target of every other class, 1 its own.

0 and 1 where outputs are probabilities, −1 and 1 where a loss wants signs. Outputs are (..., k); a single one speaks
for the second of two classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Outputs = NDArray[Any]


def class_shares(outputs: Outputs, negative: float = 0.0) -> Outputs:
    """Each output on the way from `negative` (0) to 1 (1), of the same shape; what lies beyond clips, NaN stays."""
    if negative:
        outputs = (outputs - negative) / (1.0 - negative)
    return np.minimum(np.maximum(outputs, 0.0), 1.0)


def sureness(outputs: Outputs, negative: float = 0.0, threshold: float | None = None) -> Outputs:
    """The same with ½ at a chosen threshold: both sides of it are stretched to 0 … ½ and ½ … 1."""
    shares = class_shares(outputs, negative)
    if threshold is None:
        return shares
    at = min(max((threshold - negative) / (1.0 - negative), 0.0), 1.0)
    below, above = 0.5 / max(at, 1e-12), 0.5 / max(1.0 - at, 1e-12)
    return np.where(outputs < threshold, np.minimum(shares * below, 0.5), 1.0 - np.minimum((1.0 - shares) * above, 0.5))


def class_of(outputs: Outputs, negative: float = 0.0, threshold: float | None = None) -> NDArray[np.intp]:
    """(...,) the largest output as it is, unclipped; a single one says the second class from the threshold on.

    The threshold is the middle unless another is chosen.
    """
    if outputs.shape[-1] == 1:
        return np.asarray(outputs[..., 0] >= ((1.0 + negative) / 2.0 if threshold is None else threshold), np.intp)
    return np.asarray(outputs.argmax(axis=-1), dtype=np.intp)


def each_class(outputs: Outputs, negative: float = 0.0) -> Outputs:
    """(..., classes) the outputs themselves; a single one v and, for the other class, its mirror: 1 − v, or −v."""
    if outputs.shape[-1] != 1:
        return outputs
    return np.concatenate(((1.0 + negative) - outputs, outputs), axis=-1)
