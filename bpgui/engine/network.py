"""A feed-forward network: layers in order over one flat parameter and one flat gradient vector."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers import Activation, Dense, Layer
from bpgui.engine.losses import LOSSES, divisor

# Evaluation runs in chunks of this many rows: a matrix product's last bit depends on how many rows it has.
EVALUATION_ROWS = 256
_KEPT_WORKSPACES = 8


class Workspace:
    """Buffers for a number of rows: `outs[i]` is layer i's output, `deltas[i]` ∂L/∂(its input); both (rows, ·)."""

    def __init__(self, layers: Sequence[Layer], rows: int, dtype: DTypeLike) -> None:
        self.rows = rows
        self.outs = [np.empty((rows, layer.units), dtype) for layer in layers]
        self.terms = np.empty((rows, layers[-1].units), dtype)
        # The first layer's input is data: nobody asks for its gradient.
        self.deltas: list[Array | None] = [None, *(np.empty((rows, layer.inputs), dtype) for layer in layers[1:])]
        self.d_out = np.empty((rows, layers[-1].units), dtype)


class Network:
    """Forward pass, loss, backward pass. `parameters` and `gradients` are (size,); layers hold views into them.

    `loss` is a key of LOSSES, `reduction` of REDUCTIONS. Raises ValueError where sizes do not meet.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: str = "mse", reduction: str = "mean", dtype: DTypeLike = np.float64
    ) -> None:
        for left, right in pairwise(layers):
            if left.units != right.inputs:
                raise ValueError(f"layer {right.id} expects {right.inputs} inputs, layer {left.id} gives {left.units}")
        self.layers = tuple(layers)
        self.loss = LOSSES[loss]
        self.reduction = reduction
        self.dtype = np.dtype(dtype)
        size = sum(int(np.prod(shape)) for layer in layers for shape in layer.parameter_shapes())
        self.parameters: Array = np.zeros(size, dtype)
        self.gradients: Array = np.zeros(size, dtype)
        self._bind()
        last = self.layers[-1]
        # From the logits: the last activation and the loss are one function, and its layer is not gone back through.
        self.from_logits = isinstance(last, Activation) and last.name == self.loss.logits_of
        self._workspaces: dict[int, Workspace] = {}

    def _bind(self) -> None:
        offset = 0
        for layer in self.layers:
            views: list[tuple[Array, Array]] = []
            for shape in layer.parameter_shapes():
                end = offset + int(np.prod(shape))
                views.append((self.parameters[offset:end].reshape(shape), self.gradients[offset:end].reshape(shape)))
                offset = end
            layer.bind(tuple(p for p, _ in views), tuple(g for _, g in views))

    @property
    def dense(self) -> tuple[Dense, ...]:
        """The layers that carry weights, in order."""
        return tuple(layer for layer in self.layers if isinstance(layer, Dense))

    def workspace(self, rows: int) -> Workspace:
        """Buffers for that many rows, kept for the next call."""
        found = self._workspaces.get(rows)
        if found is None:
            while len(self._workspaces) >= _KEPT_WORKSPACES:
                del self._workspaces[next(iter(self._workspaces))]
            found = self._workspaces[rows] = Workspace(self.layers, rows, self.dtype)
        return found

    def forward(self, x: Array) -> Workspace:
        """x (rows, features) through all layers; the outputs are the last of `outs`."""
        space = self.workspace(len(x))
        value = x
        for layer, out in zip(self.layers, space.outs, strict=True):
            layer.forward(value, out)
            value = out
        return space

    def loss_of(self, space: Workspace, y: Array) -> Any:
        """Loss of a forward pass against y (rows, outputs), a scalar of the network's dtype."""
        self.loss.terms(self._judged(space), y, space.terms)
        return space.terms.sum() / divisor(self.loss, self.reduction, *y.shape)

    def _judged(self, space: Workspace) -> Array:
        return space.outs[-2] if self.from_logits else space.outs[-1]

    def backward(self, x: Array, space: Workspace, y: Array) -> None:
        """Fill `gradients` for the forward pass in `space`."""
        last = len(self.layers) - 1
        delta = space.deltas[last] if self.from_logits else space.d_out
        assert delta is not None
        self.loss.gradient(self._judged(space), y, delta)
        parts = divisor(self.loss, self.reduction, *y.shape)
        if parts != 1:
            delta /= parts
        for i in range(last - 1 if self.from_logits else last, -1, -1):
            d_x = space.deltas[i]
            self.layers[i].backward(space.outs[i - 1] if i else x, space.outs[i], delta, d_x)
            if d_x is not None:
                delta = d_x

    def loss_and_gradients(self, x: Array, y: Array) -> Any:
        """One forward and one backward pass; the loss comes back, the gradients are in `gradients`."""
        space = self.forward(x)
        value = self.loss_of(space, y)
        self.backward(x, space, y)
        return value

    def predict(self, x: Array) -> Array:
        """Outputs (rows, outputs) in evaluation mode, a new array."""
        out = np.empty((len(x), self.layers[-1].units), self.dtype)
        for start in range(0, len(x), EVALUATION_ROWS):
            chunk = x[start : start + EVALUATION_ROWS]
            out[start : start + len(chunk)] = self.forward(chunk).outs[-1]
        return out

    def evaluate(self, x: Array, y: Array) -> float:
        """Loss over all rows in evaluation mode, in chunks of a fixed size; NaN for no rows."""
        if not len(x):
            return float("nan")
        total = 0.0
        for start in range(0, len(x), EVALUATION_ROWS):
            chunk = slice(start, start + EVALUATION_ROWS)
            space = self.forward(x[chunk])
            self.loss.terms(self._judged(space), y[chunk], space.terms)
            total += float(space.terms.sum())
        return total / divisor(self.loss, self.reduction, *y.shape)

    def activations(self, x: Array) -> list[tuple[str, Array]]:
        """(layer id, output (rows, units)) of every layer of the project, after its activation; new arrays."""
        space = self.forward(x)
        found = {layer.id: out for layer, out in zip(self.layers, space.outs, strict=True)}
        return [(id, out.copy()) for id, out in found.items()]
