"""A StepTrace: the next step of a training, worked out on a copy and written down in full.

`rehearsal.take_trace` makes it. Arrays are copies and cannot be written to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows

FORWARD, LOSS, BACKWARD, UPDATE = PHASES = ("Forward pass", "Loss", "Backward pass", "Update")
INPUT = -1  # the position of the network's input, before layer 0


@dataclass(frozen=True)
class Station:
    """A place on the walk through a step: a phase of PHASES and a layer's position.

    `layer` is INPUT where the rows come in; None at the loss, and at the end, where the loss is looked at again.
    """

    phase: str
    layer: int | None


@dataclass(frozen=True)
class Slot:
    """One array of parameters: `name` (W, b, gamma, beta) of the layer at position `layer`, and its `part` of the flat
    vectors; `frozen`: no step changes it.
    """

    layer: int
    name: str
    shape: tuple[int, ...]
    part: slice
    frozen: bool = False


def _none() -> Array:
    return np.empty(0)


@dataclass(frozen=True)
class LayerTrace:
    """One layer in the step. `x` (rows, inputs) and `out` (rows, units); of an activation these are z and a.

    `delta` (rows, units) is ∂L/∂out. It is None of an output activation that is one function with its loss: the
    backward pass begins in front of it. `name` is the activation's key. `mask` (rows, units) is a dropout's. Of a batch
    norm: `normal` (rows, units) its x less the mean, by the spread; `mean`, `variance` (biased) and
    `scale` = 1/√(variance + ε), all (units,). What a kind does not have is empty.
    """

    id: str
    kind: str
    x: Array
    out: Array
    delta: Array | None = None
    name: str = ""
    rate: float = 0.0
    mask: Array = field(default_factory=_none)
    epsilon: float = 0.0
    normal: Array = field(default_factory=_none)
    mean: Array = field(default_factory=_none)
    variance: Array = field(default_factory=_none)
    scale: Array = field(default_factory=_none)


@dataclass(frozen=True)
class StepTrace:
    """The next step. Flat vectors are (parameters,), cut by `slots`; arrays over rows are in the batch's order.

    `step` counts from 1, `epoch` finished epochs. `rows` are indices into the training's data; `real`: they are the
    next batch, so that this step will be taken just so. `weights` (rows,) is None where all rows count 1.
    `row_losses` (rows,) are what the loss of each row alone would be; the data loss is their sum, each times its
    `row_share`. `parts` is what the weighted sum of all the loss's terms is divided by.
    `data_gradient` is the data loss's, `gradient` that and the penalties', `clipped` what the optimizer got.
    `before` and `after` are the parameters; `moments_before`, `moments_after` the optimizer's by name.
    `loss_after` and `penalty_after`: the same batch with the same masks once more, with the new parameters.
    `taken`: False where loss or penalty is not finite, and nothing is updated.
    """

    dtype: np.dtype[Any]
    step: int
    epoch: int
    rows: Rows
    real: bool
    inputs: Array
    targets: Array
    weights: Array | None
    layers: tuple[LayerTrace, ...]
    slots: tuple[Slot, ...]
    loss_name: str
    reduction: str
    loss_options: Mapping[str, float]
    from_logits: bool
    parts: float
    row_losses: Array
    loss: float
    penalty: float
    l1: float
    l2: float
    data_gradient: Array
    gradient: Array
    clipped: Array
    clip: str
    clip_at: float
    clip_factor: float
    gradient_norm: float
    learning_rate: float
    rate: float
    optimizer: str
    options: Mapping[str, float]
    count: int  # updates with this one
    moments_before: Mapping[str, Array]
    moments_after: Mapping[str, Array]
    before: Array
    after: Array
    running_before: Array
    running_after: Array
    loss_after: float
    penalty_after: float
    taken: bool = True

    def __post_init__(self) -> None:
        for array in self._arrays():
            array.flags.writeable = False

    def _arrays(self) -> Iterator[Array]:
        records = (self, *self.layers)
        yield from (value for record in records for value in vars(record).values() if isinstance(value, np.ndarray))
        yield from (*self.moments_before.values(), *self.moments_after.values())

    @property
    def judged(self) -> int:
        """The position of the layer whose output the loss looks at."""
        return len(self.layers) - 1 - self.from_logits

    @property
    def coupled(self) -> bool:
        """Whether batch norm makes each row's numbers depend on the other rows."""
        return any(layer.kind == "batchnorm" for layer in self.layers)

    @cached_property
    def change(self) -> Array:
        """ΔW (parameters,)."""
        return self.after - self.before

    @cached_property
    def predicted_change(self) -> float:
        """Of loss and penalty, to first order: Σ gradient · ΔW over all parameters, in float64."""
        return float(np.dot(self.gradient.astype(np.float64), self.change.astype(np.float64)))

    @property
    def actual_change(self) -> float:
        """Of loss and penalty, with the new parameters on the same batch with the same masks."""
        return (self.loss_after + self.penalty_after) - (self.loss + self.penalty)

    def slot(self, layer: int, name: str) -> Slot:
        """Raises KeyError."""
        return self._places[layer, name]

    @cached_property
    def _places(self) -> dict[tuple[int, str], Slot]:
        return {(slot.layer, slot.name): slot for slot in self.slots}

    def array(self, flat: Array, layer: int, name: str) -> Array:
        """The part of a flat vector (`before`, `clipped`, a moment ...) that belongs to that array, in its shape."""
        slot = self.slot(layer, name)
        return flat[slot.part].reshape(slot.shape)

    def positions(self, id: str) -> tuple[int, ...]:
        """Where the layers of the project's layer `id` stand: a Dense and its activation are two, in this order."""
        return tuple(p for p, layer in enumerate(self.layers) if layer.id == id)

    def row_share(self, row: int) -> float:
        """What the row's own loss is multiplied by in the batch's: weight / Σ weights for a mean, weight for a sum."""
        weight = 1.0 if self.weights is None else float(self.weights[row])
        return weight * self.own_divisor / self.parts

    @property
    def own_divisor(self) -> float:
        """What a row's terms are divided by to be its own loss."""
        outputs = self.targets.shape[1]
        return {"mean": 1 if self.loss_name == "cce" else outputs, "half_sum": 2}.get(self.reduction, 1)

    @property
    def stations(self) -> tuple[Station, ...]:
        """The walk, in order: forwards through the layers, the loss, backwards to the first, the update of each layer
        that has parameters, the loss again.
        """
        count = len(self.layers)
        with_parameters = sorted({slot.layer for slot in self.slots})
        return (
            *(Station(FORWARD, p) for p in range(INPUT, count)),
            Station(LOSS, None),
            *(Station(BACKWARD, p) for p in range(self.judged, -1, -1) if self.layers[p].delta is not None),
            *(Station(UPDATE, p) for p in with_parameters),
            Station(UPDATE, None),
        )
