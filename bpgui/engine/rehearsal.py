"""Taking a StepTrace: the next step, on a copy.

The training stays as it is: parameters, moments, running statistics, random streams and the order of the rows. Taking
the step afterwards gives the very bits of the trace.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows
from bpgui.engine.clipping import CLIPPINGS, ByNorm, clip_factor
from bpgui.engine.layers import Activation, BatchNorm, Dense, Dropout, Kept, Layer
from bpgui.engine.losses import divisor
from bpgui.engine.network import Network
from bpgui.engine.optimizers import entry_of, twin_of
from bpgui.engine.regularizers import Penalty
from bpgui.engine.trace import LayerTrace, Slot, StepTrace
from bpgui.engine.training import Training
from bpgui.engine.workspace import Workspace


def take_trace(training: Training, rows: Rows | None = None) -> StepTrace:
    """The next step of a training between two steps; of these rows (indices into its data) instead of its batch.

    Raises ValueError for no rows, and for one alone where batch norm couples rows.
    """
    real = rows is None
    chosen = np.array(training.batch_rows() if rows is None else rows, np.int64)
    if not len(chosen):
        raise ValueError("a step needs a row")
    if training.network.couples_rows and len(chosen) < 2:
        raise ValueError("batch norm needs at least two rows")
    with np.errstate(all="ignore"):
        return _Rehearsal(training, chosen).trace(real)


class _Rehearsal:
    """The step, taken by a twin of network and optimizer in the order of `Training.step`."""

    def __init__(self, training: Training, rows: Rows) -> None:
        self.training, self.rows = training, rows
        self.x, self.y, self.weights = training.feed.look(rows)
        self.network = network = training.network.twin()
        self.optimizer = twin_of(training.optimizer, network.parameters, network.gradients, network.trained)
        self.penalties = Penalty(network.dense)
        self.deltas: dict[int, Array] = {}

    def trace(self, real: bool) -> StepTrace:
        training, network = self.training, self.network
        rows = len(self.rows)
        training.lend_masks(network, rows)
        space = network.workspace(rows)
        self._listen(space)
        before, moments = network.parameters.copy(), _copies(self.optimizer.moments)
        loss = float(network.loss_and_gradients(self.x, self.y, self.weights))
        data_gradient = network.gradients.copy()
        if training.l1 or training.l2:
            self.penalties.add_gradient(training.l1, training.l2)
        penalty = self._penalty()
        gradient = network.gradients.copy()
        own = divisor(network.loss, network.reduction, 1, self.y.shape[1])
        row_losses, parts = space.terms.sum(axis=1) / own, space.parts
        network.finish(space)
        layers = self._layers(space)
        taken = math.isfinite(loss + penalty)
        running = network.running.copy()
        norm, rate = ByNorm(network.gradients, network.trained).norm(), training.next_rate()
        if taken:
            self._update(rate, space)
        clipped = network.gradients.copy()
        statistics = network.running.copy()
        after = self._again()
        return StepTrace(
            dtype=network.dtype, step=training.step_count + 1, epoch=training.epoch, rows=self.rows, real=real,
            inputs=self.x, targets=self.y, weights=self.weights, layers=layers, slots=slots_of(network),
            loss_name=network.loss.name, reduction=network.reduction, loss_options=dict(network.options),
            from_logits=network.from_logits, parts=float(parts), row_losses=row_losses,
            loss=loss, penalty=penalty, l1=training.l1, l2=training.l2,
            data_gradient=data_gradient, gradient=gradient, clipped=clipped,
            clip=training.clip, clip_at=training.clip_at, gradient_norm=norm,
            clip_factor=clip_factor(norm, training.clip_at) if training.clip == "norm" else 1.0,
            learning_rate=training.learning_rate, rate=rate,
            optimizer=entry_of(self.optimizer).name, options=dict(self.optimizer.options),
            count=training.optimizer.count + 1, moments_before=moments, moments_after=_copies(self.optimizer.moments),
            before=before, after=network.parameters.copy(), running_before=running,
            running_after=statistics, loss_after=after[0], penalty_after=after[1], taken=taken,
        )  # fmt: skip

    def _listen(self, space: Workspace) -> None:
        """Let the backward pass note what each layer is handed, before it writes over it."""
        plan, first = space.backwards(), self.network.layers[0]
        last = len(self.network.layers) - 1 - self.network.from_logits
        places = range(last, last - len(plan), -1)
        plan[:] = [(self._noting(place, call[0]), *call[1:]) for place, call in zip(places, plan, strict=True)]
        self._unasked = None if first.parameter_shapes() or not plan else plan[-1][4]

    def _noting(self, place: int, backward: Callable[..., None]) -> Callable[..., None]:
        def noted(x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
            self.deltas[place] = d_out.copy()
            backward(x, out, d_out, d_x, kept)

        return noted

    def _layers(self, space: Workspace) -> tuple[LayerTrace, ...]:
        if 0 not in self.deltas:  # a first layer without parameters is not gone back through
            self.deltas[0] = space.delta.copy() if self._unasked is None else self._unasked.copy()
        outs = [out.copy() for out in space.outs]
        before = [self.x, *outs[:-1]]
        judged = len(outs) - self.network.from_logits
        return tuple(
            _layer(layer, before[p], outs[p], self.deltas.get(p) if p < judged else None, space.kept[p])
            for p, layer in enumerate(self.network.layers)
        )

    def _penalty(self) -> float:
        l1, l2 = self.training.l1, self.training.l2
        return float(self.penalties.value(l1, l2).real) if l1 or l2 else 0.0

    def _update(self, rate: float, space: Workspace) -> None:
        training, network = self.training, self.network
        if training.clip != "none":
            CLIPPINGS[training.clip].make(network.gradients, network.trained)(training.clip_at)
        self.optimizer.update(rate)
        for position, layer in network.norms:
            layer.follow(space.kept[position], len(self.rows))

    def _again(self) -> tuple[float, float]:
        """Loss and penalty of the same rows with the same masks, with the parameters as they are now."""
        space = self.network.forward(self.x)
        return float(self.network.loss_of(space, self.y, self.weights)), self._penalty()


def _copies(arrays: Mapping[str, Array]) -> dict[str, Array]:
    return {name: values.copy() for name, values in arrays.items()}


def _layer(layer: Layer, x: Array, out: Array, delta: Array | None, kept: Kept) -> LayerTrace:
    if isinstance(layer, Activation):
        return LayerTrace(layer.id, layer.kind, x, out, delta, name=layer.name)
    if isinstance(layer, Dropout):
        return LayerTrace(layer.id, layer.kind, x, out, delta, rate=layer.rate, mask=kept[0].copy())
    if isinstance(layer, BatchNorm):
        normal, mean, variance, scale = (kept[k].copy() for k in (0, 3, 4, 5))
        return LayerTrace(
            layer.id, layer.kind, x, out, delta,
            epsilon=layer.epsilon, normal=normal, mean=mean, variance=variance, scale=scale,
        )  # fmt: skip
    return LayerTrace(layer.id, layer.kind, x, out, delta)


def slots_of(network: Network) -> tuple[Slot, ...]:
    """Where each array of parameters lies in the network's flat vectors."""
    found: list[Slot] = []
    offset = 0
    for position, layer in enumerate(network.layers):
        names = ("W", "b") if isinstance(layer, Dense) else ("gamma", "beta")
        for name, shape in zip(names, layer.parameter_shapes(), strict=False):
            part = slice(offset, offset + math.prod(shape))
            found.append(Slot(position, name, shape, part, part not in network.trained))
            offset = part.stop
    return tuple(found)
