"""a = f(z), element by element or, for softmax, row by row."""

from __future__ import annotations

from bpgui.engine.activations import ACTIVATIONS, Array


class Activation:
    kind = "activation"

    def __init__(self, id: str, units: int, name: str) -> None:
        self.id, self.inputs, self.units, self.name = id, units, units, name
        self.function = ACTIVATIONS[name]

    def parameter_shapes(self) -> tuple[tuple[int, ...], ...]:
        return ()

    def bind(self, parameters: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        """Nothing to bind."""

    def forward(self, x: Array, out: Array) -> None:
        self.function.forward(x, out)

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None) -> None:
        if d_x is not None:
            self.function.backward(x, out, d_out, d_x)
