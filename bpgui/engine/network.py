"""A feed-forward network: layers in order over one flat parameter and one flat gradient vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers import Activation, Dense, Dropout, Layer
from bpgui.engine.layers.batchnorm import BatchNorm
from bpgui.engine.losses import LOSSES, divisor
from bpgui.engine.vectors import aligned_zeros
from bpgui.engine.workspace import Workspace

# Evaluation runs in chunks of this many rows: a matrix product's last bit depends on how many rows it has.
EVALUATION_ROWS = 256
_KEPT_WORKSPACES = 8


class Network:
    """Forward pass, loss, backward pass. `parameters` and `gradients` are (size,); layers hold views into them.

    `running` is the flat vector of what training follows without a gradient. `loss` is a key of LOSSES, `reduction`
    of REDUCTIONS, `options` hold the numbers that the loss's fields name. Raises ValueError where sizes do not meet.
    """

    def __init__(
        self, layers: Sequence[Layer], loss: str = "mse", reduction: str = "mean", dtype: DTypeLike = np.float64,
        options: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        for left, right in pairwise(layers):
            if left.units != right.inputs:
                raise ValueError(f"layer {right.id} expects {right.inputs} inputs, layer {left.id} gives {left.units}")
        self.layers = tuple(layers)
        self.loss = LOSSES[loss]
        self.reduction = reduction
        self.dtype = np.dtype(dtype)
        self.options = {field.name: float(field.default) for field in self.loss.fields} | dict(options or {})
        size = sum(_size(layer.parameter_shapes()) for layer in layers)
        self.parameters: Array = aligned_zeros(size, dtype)
        self.gradients: Array = aligned_zeros(size, dtype)
        self.running: Array = np.zeros(sum(_size(layer.running_shapes()) for layer in layers), dtype)
        # The arrays that a step changes, as parts of the flat vectors: all but the frozen ones.
        self.trained: tuple[slice, ...] = ()
        self._bind()
        for layer in self.layers:
            layer.initial()
        last = self.layers[-1]
        # From the logits: the last activation and the loss are one function, and its layer is not gone back through.
        self.from_logits = isinstance(last, Activation) and last.name == self.loss.logits_of
        self._judged = len(self.layers) - self.from_logits
        self._workspaces: dict[int, Workspace] = {}

    def _bind(self) -> None:
        offset = place = 0
        trained = []
        for layer in self.layers:
            views, running = [], []
            for shape in layer.parameter_shapes():
                part = slice(offset, offset + int(np.prod(shape)))
                views.append((self.parameters[part].reshape(shape), self.gradients[part].reshape(shape)))
                frozen = isinstance(layer, Dense) and (layer.freeze_weights if len(shape) == 2 else layer.freeze_biases)
                if not frozen:
                    trained.append(part)
                offset = part.stop
            for shape in layer.running_shapes():
                running.append(self.running[place : place + int(np.prod(shape))].reshape(shape))
                place += int(np.prod(shape))
            layer.bind(tuple(p for p, _ in views), tuple(g for _, g in views), tuple(running))
        self.trained = tuple(trained)

    def twin(self, dtype: DTypeLike | None = None) -> Network:
        """The same network with the same numbers (of another type, where asked for) and buffers of its own."""
        layers = [copy(layer) for layer in self.layers]  # each is bound anew
        made = Network(layers, self.loss.name, self.reduction, dtype or self.dtype, self.options)
        made.parameters[...] = self.parameters
        made.running[...] = self.running
        return made

    @property
    def dense(self) -> tuple[Dense, ...]:
        """The layers that carry weights, in order."""
        return tuple(layer for layer in self.layers if isinstance(layer, Dense))

    @property
    def dropouts(self) -> tuple[tuple[int, Dropout], ...]:
        """(position, layer) of those that draw a mask in each step."""
        return tuple((i, layer) for i, layer in enumerate(self.layers) if isinstance(layer, Dropout))

    @property
    def norms(self) -> tuple[tuple[int, BatchNorm], ...]:
        """(position, layer) of those whose running statistics follow each step."""
        return tuple((i, layer) for i, layer in enumerate(self.layers) if isinstance(layer, BatchNorm))

    @property
    def couples_rows(self) -> bool:
        """Whether a batch of one row has no meaning in training."""
        return any(layer.couples_rows for layer in self.layers)

    def workspace(self, rows: int) -> Workspace:
        """Buffers for that many rows, kept for the next call."""
        found = self._workspaces.get(rows)
        if found is None:
            while len(self._workspaces) >= _KEPT_WORKSPACES:
                del self._workspaces[next(iter(self._workspaces))]
            divided = divisor(self.loss, self.reduction, rows, self.layers[-1].units)
            found = Workspace(self.layers, rows, self.dtype, self._judged, self.loss.scratch, divided)
            self._workspaces[rows] = found
        return found

    def forward(self, x: Array, *, training: bool = True) -> Workspace:
        """x (rows, features) through all layers; the outputs are the last of `outs`.

        In training mode dropout takes the masks that lie in the workspace, batch norm the statistics of the batch.
        """
        space = self.workspace(len(x))
        value = x
        for forward, out, kept in (*space.forwards, *space.rest) if training else space.evaluations:
            forward(value, out, kept)
            value = out
        return space

    def loss_of(self, space: Workspace, y: Array, weights: Array | None = None) -> Any:
        """Loss of a forward pass against y (rows, outputs), `weights` (rows,); a Python number of the dtype's kind."""
        self.loss.terms(space.judged, y, space.terms, space.scratch, self.options)
        if weights is None:
            space.weighted, space.parts = False, space.usual_parts
            return space.ones.dot(space.flat_terms).item() / space.parts
        space.weighted = True
        space.parts = divisor(self.loss, self.reduction, float(np.add.reduce(weights)), y.shape[1])
        np.copyto(space.weights, weights[:, None])
        return space.weights.reshape(-1).dot(space.flat_terms).item() / space.parts

    def backward(self, x: Array, space: Workspace, y: Array) -> None:
        """Fill `gradients` for the forward pass and the loss in `space`."""
        plan = space.backwards()
        delta = space.delta
        self.loss.gradient(space.judged, y, delta, space.scratch, self.options)
        if space.weighted:
            np.multiply(delta, space.weights, delta)
            np.divide(delta, space.parts, delta)
        elif space.parts != 1:
            np.divide(delta, space.usual_divisor, delta)
        for backward, before, out, d_out, d_x, kept in plan:
            backward(x if before is None else before, out, d_out, d_x, kept)

    def loss_and_gradients(self, x: Array, y: Array, weights: Array | None = None) -> Any:
        """One forward and one backward pass; the loss comes back, the gradients are in `gradients`."""
        space = self.workspace(len(x))
        value = x
        for forward, out, kept in space.forwards:
            forward(value, out, kept)
            value = out
        loss = self.loss_of(space, y, weights)
        self.backward(x, space, y)
        return loss

    def finish(self, space: Workspace) -> Array:
        """The outputs (rows, outputs) of a training step, which itself ends at the logits."""
        value = space.judged
        for forward, out, kept in space.rest:
            forward(value, out, kept)
            value = out
        return value

    def predict(self, x: Array) -> Array:
        """Outputs (rows, outputs) in evaluation mode, a new array."""
        out = np.empty((len(x), self.layers[-1].units), self.dtype)
        for start in range(0, len(x), EVALUATION_ROWS):
            chunk = x[start : start + EVALUATION_ROWS]
            out[start : start + len(chunk)] = self.forward(chunk, training=False).outs[-1]
        return out

    def evaluate(self, x: Array, y: Array, weights: Array | None = None, rows: Array | None = None) -> float:
        """Loss over the `rows` (indices; None: all) in evaluation mode, in chunks of a fixed size; NaN for no rows."""
        count = len(x) if rows is None else len(rows)
        if not count:
            return float("nan")
        total = 0.0
        for start in range(0, count, EVALUATION_ROWS):
            chunk: Any = slice(start, start + EVALUATION_ROWS)
            chunk = chunk if rows is None else rows[chunk]
            space = self.forward(x[chunk], training=False)
            part = None if weights is None else weights[chunk]
            total += self.loss_of(space, y[chunk], part) * space.parts
        weight = float(count)
        if weights is not None:
            weight = float(np.add.reduce(weights if rows is None else weights[rows]))
        return float(total / divisor(self.loss, self.reduction, weight, y.shape[1]))

    def activations(self, x: Array) -> list[tuple[str, Array]]:
        """(layer id, output (rows, units)) of every layer of the project, after its activation; new arrays."""
        space = self.forward(x, training=False)
        found = {layer.id: out for layer, out in zip(self.layers, space.outs, strict=True)}
        return [(id, out.copy()) for id, out in found.items()]


def _size(shapes: tuple[tuple[int, ...], ...]) -> int:
    return sum(int(np.prod(shape)) for shape in shapes)
