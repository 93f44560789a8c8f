"""What every layer kind is: stateless but for its parameters; the arrays it works on are handed to it."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array

Kept = tuple[Array, ...]
Shapes = tuple[tuple[int, ...], ...]


class Layer(Protocol):
    """`id` is that of the project's layer it belongs to. Arrays are (rows, inputs) and (rows, units).

    `couples_rows`: in training a row's output depends on the other rows of its batch.
    """

    id: str
    kind: str
    inputs: int
    units: int
    couples_rows: bool

    def parameter_shapes(self) -> Shapes:
        """Shapes of its parameters, in the order in which they lie in the flat vector."""

    def parameters(self) -> Kept:
        """The parameters themselves, in that order."""

    def running_shapes(self) -> Shapes:
        """Shapes of what training follows but no gradient changes (batch norm's statistics)."""

    def bind(self, parameters: Kept, gradients: Kept, running: Kept) -> None:
        """Take views into the flat vectors as its own."""

    def initial(self) -> None:
        """Set parameters that have no initializer, and running values, to where they start."""

    def multiply_adds(self) -> int:
        """Multiplications with an addition that a row's forward pass takes."""

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        """The arrays it needs beside input and output for that many rows: scratch, and what backward looks up."""

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        """Write the output for x in training mode. Changes nothing else: drawing and following are apart."""

    def evaluate(self, x: Array, out: Array, kept: Kept) -> None:
        """Write the output for x in evaluation mode."""

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
        """After `forward`: write the gradients of its parameters, and ∂L/∂x into `d_x` where there is one."""


class Plain:
    """What most kinds have in common: no parameters, no running values, the same in training and evaluation."""

    couples_rows = False

    def parameter_shapes(self) -> Shapes:
        return ()

    def parameters(self) -> Kept:
        return ()

    def running_shapes(self) -> Shapes:
        return ()

    def bind(self, parameters: Kept, gradients: Kept, running: Kept) -> None:
        """Nothing to bind."""

    def initial(self) -> None:
        """Nothing to set."""

    def multiply_adds(self) -> int:
        return 0

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        return ()


def zeros(count: int, rows: int, units: int, dtype: DTypeLike) -> Kept:
    """So many arrays (rows, units)."""
    return tuple(np.zeros((rows, units), dtype) for _ in range(count))
