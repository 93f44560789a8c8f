"""What every layer kind is: stateless but for its parameters; the arrays it works on are handed to it."""

from __future__ import annotations

from typing import Protocol

from bpgui.engine.activations import Array


class Layer(Protocol):
    """`id` is that of the project's layer it belongs to. Arrays are (rows, inputs) and (rows, units)."""

    id: str
    kind: str
    inputs: int
    units: int

    def parameter_shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of its parameters, in the order in which they lie in the flat vector."""

    def bind(self, parameters: tuple[Array, ...], gradients: tuple[Array, ...]) -> None:
        """Take views into the flat vectors as its own."""

    def forward(self, x: Array, out: Array) -> None:
        """Write the output for x."""

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None) -> None:
        """Write the gradients of its parameters, and ∂L/∂x into `d_x` where there is one."""
