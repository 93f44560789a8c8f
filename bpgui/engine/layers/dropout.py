"""Inverted dropout: in training each number is 0 with probability `rate`, the others are divided by 1 − rate.

Srivastava and others 2014. In evaluation nothing is dropped.
"""

from __future__ import annotations

import numpy as np
from numpy import copyto, divide, multiply
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers.base import Kept, Plain


class Dropout(Plain):
    """`rate` in [0, 1). The mask is drawn apart from the forward pass, so that a step can be repeated with it."""

    kind = "dropout"

    def __init__(self, id: str, units: int, rate: float) -> None:
        self.id, self.inputs, self.units, self.rate = id, units, units, rate
        self._keep = 1.0 - rate

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        """The mask (rows, units), all kept until one is drawn, and the uniform numbers it is made from."""
        return np.ones((rows, self.units), dtype), np.empty((rows, self.units)), np.empty((rows, self.units), np.bool_)

    def draw(self, kept: Kept, generator: np.random.Generator) -> None:
        """A new mask: (uniform in [0, 1) ≥ rate) / (1 − rate). Drawn in float64 whatever the network's precision."""
        mask, uniform, over = kept
        generator.random(out=uniform)
        np.greater_equal(uniform, self.rate, over)
        copyto(mask, over)
        divide(mask, self._keep, mask)

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        multiply(x, kept[0], out)

    def evaluate(self, x: Array, out: Array, kept: Kept) -> None:
        copyto(out, x)

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
        if d_x is not None:
            multiply(d_out, kept[0], d_x)
