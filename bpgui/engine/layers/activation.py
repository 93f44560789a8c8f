"""a = f(z), element by element or, for softmax, row by row."""

from __future__ import annotations

from numpy.typing import DTypeLike

from bpgui.engine.activations import ACTIVATIONS, Array
from bpgui.engine.layers.base import Kept, Plain, zeros


class Activation(Plain):
    kind = "activation"

    def __init__(self, id: str, units: int, name: str) -> None:
        self.id, self.inputs, self.units, self.name = id, units, units, name
        self.function = ACTIVATIONS[name]
        self._forward, self._backward = self.function.forward, self.function.backward

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        return zeros(self.function.scratch, rows, self.units, dtype)

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        self._forward(x, out, kept)

    evaluate = forward

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
        if d_x is not None:
            self._backward(x, out, d_out, d_x, kept)
