"""L1 and L2 penalties on the weights, never on biases: λ₁ Σ |W| + λ₂ / 2 Σ W²."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.layers import Dense


def _size_of(W: Array, out: Array) -> None:
    if W.dtype.kind == "c":
        np.copyto(out, np.sign(W.real) * W)
    else:
        np.absolute(W, out)


class Penalty:
    """Of the weights of `layers`; allocates once."""

    def __init__(self, layers: Sequence[Dense]) -> None:
        self._parts = [(layer.W.reshape(-1), layer.dW.reshape(-1)) for layer in layers]
        largest = max((W for W, _ in self._parts), key=len, default=np.zeros(0))
        self._scratch = np.empty_like(largest)

    def value(self, l1: float, l2: float) -> float | complex:
        """What it adds to the loss."""
        total: float | complex = 0.0
        for W, _ in self._parts:
            if l2:
                total += l2 / 2.0 * W.dot(W).item()
            if l1:
                t = self._scratch[: W.size]
                _size_of(W, t)
                total += l1 * np.add.reduce(t).item()
        return total

    def add_gradient(self, l1: float, l2: float) -> None:
        """dW += λ₂ W + λ₁ sign W; sign 0 = 0."""
        for W, dW in self._parts:
            t = self._scratch[: W.size]
            if l2:
                np.multiply(W, l2, t)
                np.add(dW, t, dW)
            if l1:
                np.sign(W, t)
                np.multiply(t, l1, t)
                np.add(dW, t, dW)
