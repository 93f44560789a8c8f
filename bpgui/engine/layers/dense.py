"""z = x W + b."""

from __future__ import annotations

import numpy as np
from numpy import add
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers.base import Kept, Plain, Shapes


class Dense(Plain):
    """W (inputs, units), b (units,). Frozen ones get their gradients, but no training step changes them."""

    kind = "dense"

    def __init__(
        self, id: str, inputs: int, units: int, bias: bool = True,
        *, freeze_weights: bool = False, freeze_biases: bool = False,
    ) -> None:  # fmt: skip
        self.id, self.inputs, self.units, self.bias = id, inputs, units, bias
        self.freeze_weights, self.freeze_biases = freeze_weights, freeze_biases
        self.W: Array
        self.b: Array | None = None
        self.dW: Array
        self.db: Array | None = None

    def parameter_shapes(self) -> Shapes:
        W = (self.inputs, self.units)
        return (W, (self.units,)) if self.bias else (W,)

    def parameters(self) -> Kept:
        return (self.W,) if self.b is None else (self.W, self.b)

    def bind(self, parameters: Kept, gradients: Kept, running: Kept) -> None:
        self.W, self.dW = parameters[0], gradients[0]
        self._W_T = self.W.T
        if self.bias:
            self.b, self.db = parameters[1], gradients[1]

    def multiply_adds(self) -> int:
        return self.inputs * self.units

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        return (np.ones(rows, dtype),)

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        x.dot(self.W, out)
        if self.b is not None:
            add(out, self.b, out)

    evaluate = forward

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
        # delta = ∂L/∂z is d_out: dW = xᵀ delta, db = Σ rows of delta, ∂L/∂x = delta Wᵀ
        x.T.dot(d_out, self.dW)
        if self.db is not None:
            kept[0].dot(d_out, self.db)  # ones · delta: the sum of its rows, quicker than a reduction
        if d_x is not None:
            d_out.dot(self._W_T, d_x)
