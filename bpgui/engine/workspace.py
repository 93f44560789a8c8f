"""The arrays that a network works in, for one number of rows, and the order of its calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers import Kept, Layer
from bpgui.engine.layers.dense import Dense

Forward = tuple[Callable[[Array, Array, Kept], None], Array, Kept]


class Workspace:
    """Buffers for a number of rows, all (rows, ·): `outs[i]` is layer i's output, `kept[i]` what it keeps beside.

    `terms` are the loss's, before the reduction. `judged` is the number of layers up to what the loss looks at: all,
    or all but the output activation where the loss takes the logits; `divided` what an unweighted sum is divided by.
    """

    def __init__(
        self, layers: Sequence[Layer], rows: int, dtype: DTypeLike, judged: int, scratch: int, divided: float
    ) -> None:
        self.rows = rows
        self.dtype = dtype
        outputs = layers[-1].units
        self.outs: list[Array] = [np.zeros((rows, layer.units), dtype) for layer in layers]
        self.kept: list[Kept] = [layer.kept(rows, dtype) for layer in layers]
        parts = tuple(zip(layers, self.outs, self.kept, strict=True))
        whole: list[Forward] = [(layer.forward, out, kept) for layer, out, kept in parts]
        self.forwards: list[Forward] = whole[:judged]
        self.rest: list[Forward] = whole[judged:]
        self.evaluations: list[Forward] = [(layer.evaluate, out, kept) for layer, out, kept in parts]
        self.judged: Array = self.outs[judged - 1]
        self.terms: Array = np.zeros((rows, outputs), dtype)
        self.scratch: Kept = tuple(np.zeros((rows, outputs), dtype) for _ in range(scratch))
        self.flat_terms: Array = self.terms.reshape(-1)
        self.ones: Array = np.ones(rows * outputs, dtype)
        self.weights: Array = np.ones((rows, outputs), dtype)
        self.weighted = False
        # What the sum of the terms is divided by, see `losses.divisor`; also as an array, which numpy takes quicker.
        self.usual_parts = self.parts = divided
        self.usual_divisor = np.array(divided, dtype)
        self._layers, self._judged_count = layers, judged
        self._backwards: list[tuple[Any, Array | None, Array, Array, Array | None, Kept]] | None = None
        self.delta: Array

    def backwards(self) -> list[tuple[Any, Array | None, Array, Array, Array | None, Kept]]:
        """(backward, x or None for the network's input, out, d_out, d_x, kept), from the last judged layer down.

        Made when first asked for: an evaluation needs none of it. `delta` is where the loss puts its gradient.
        Only a Dense layer takes a new array for ∂L/∂x, the others write over ∂L/∂out.
        """
        if self._backwards is None:
            self._backwards = []
            last = self._judged_count - 1
            self.delta = d_out = np.zeros((self.rows, self._layers[last].units), self.dtype)
            for i in range(last, 0, -1):
                layer = self._layers[i]
                d_x = np.zeros((self.rows, layer.inputs), self.dtype) if isinstance(layer, Dense) else d_out
                self._backwards.append((layer.backward, self.outs[i - 1], self.outs[i], d_out, d_x, self.kept[i]))
                d_out = d_x
            first = self._layers[0]
            if first.parameter_shapes():  # its input is data: nobody asks for a gradient there
                self._backwards.append((first.backward, None, self.outs[0], d_out, None, self.kept[0]))
        return self._backwards

    def first_not_finite(self) -> int | None:
        """The position of the first layer whose output is not finite, of those that the loss looks at: what comes
        after them is finite where they are.
        """
        outs = enumerate(self.outs[: self._judged_count])
        return next((place for place, out in outs if not np.isfinite(out).all()), None)
