"""z = x W + b."""

from __future__ import annotations

import numpy as np

from bpgui.engine.activations import Array


class Dense:
    kind = "dense"

    def __init__(self, id: str, inputs: int, units: int, bias: bool = True) -> None:
        self.id, self.inputs, self.units, self.bias = id, inputs, units, bias
        self.W: Array
        self.b: Array | None = None
        self.dW: Array
        self.db: Array | None = None

    def parameter_shapes(self) -> tuple[tuple[int, ...], ...]:
        W = (self.inputs, self.units)
        return (W, (self.units,)) if self.bias else (W,)

    def bind(self, parameters: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        self.W, self.dW = parameters[0], gradients[0]
        if self.bias:
            self.b, self.db = parameters[1], gradients[1]

    def forward(self, x: Array, out: Array) -> None:
        np.dot(x, self.W, out=out)
        if self.b is not None:
            out += self.b

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None) -> None:
        # delta = ∂L/∂z is d_out: dW = xᵀ delta, db = Σ rows of delta, ∂L/∂x = delta Wᵀ
        np.dot(x.T, d_out, out=self.dW)
        if self.db is not None:
            np.add.reduce(d_out, axis=0, out=self.db)
        if d_x is not None:
            np.dot(d_out, self.W.T, out=d_x)
