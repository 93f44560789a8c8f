"""a = f(z), element by element or, for softmax, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import DTypeLike

from bpgui.engine.activations import ACTIVATIONS, Array
from bpgui.engine.layers.base import Kept, Plain, zeros


class Activation(Plain):
    """Its passes are those of its entry in ACTIVATIONS themselves, without a call between."""

    kind = "activation"

    forward: Callable[[Array, Array, Kept], None]
    evaluate: Callable[[Array, Array, Kept], None]
    backward: Callable[[Array, Array, Array, Any, Kept], None]

    def __init__(self, id: str, units: int, name: str) -> None:
        self.id, self.inputs, self.units, self.name = id, units, units, name
        self.function = ACTIVATIONS[name]
        self.forward = self.evaluate = self.function.forward
        self.backward = self.function.backward

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        return zeros(self.function.scratch, rows, self.units, dtype)
