"""Numbers that belong to the weights of a layer, as probes: the weights, their gradients, updates and changes.

Nothing is kept for them while a run trains. After a step the gradients lie where the backward pass wrote them, the
optimizer can say its last step from its moments, and where the weights began is a copy made once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.layers import Dense
from bpgui.runs.answers import LayerWeights
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Unanswerable
from bpgui.runs.stopping import DIVERGED, PATIENCE

Take = Callable[[Driver, slice], Array | None]


def _weights(driver: Driver, at: slice) -> Array:
    return driver.parameters[at].copy()


def _gradient(driver: Driver, at: slice) -> Array | None:
    return driver.training.network.gradients[at].copy() if driver.stepped else None


def _update(driver: Driver, at: slice) -> Array | None:
    """None too where the last step was refused or has been undone: after a divergence, or for the best weights."""
    training = driver.training
    if not driver.stepped or not training.optimizer.count or driver.stop_reason in (DIVERGED, PATIENCE):
        return None
    trained = any(part.start <= at.start and at.stop <= part.stop for part in training.network.trained)
    return training.optimizer.last_step(at) if trained else np.zeros_like(driver.parameters[at])


def _change(driver: Driver, at: slice) -> Array:
    return driver.parameters[at] - driver.initial[at]


@dataclass(frozen=True)
class NumberKind:
    """One entry of NUMBER_KINDS. `word` is for a header, `W` and `b` are what a weight and a bias are called in it.

    `take` gives the numbers (n,) at a part of the flat parameters, with a stride where only some of them are wanted:
    a copy, or None while there are none; `missing` says why that is so.
    """

    key: str
    word: str
    label: str
    help: str
    W: str
    b: str
    take: Take
    missing: str = ""


NUMBER_KINDS: dict[str, NumberKind] = {
    kind.key: kind
    for kind in (
        NumberKind(
            "weights", "W", "Weights", "The weights as they are now.", "W", "b", _weights,
        ),
        NumberKind(
            "gradient", "∂L/∂W", "Gradients",
            "The gradient of the last step's batch as the optimizer took it: with penalties, and after clipping if"
            " there is any.",
            "∂L/∂W", "∂L/∂b", _gradient, "No gradient yet: it shows after the next step",
        ),
        NumberKind(
            "update", "ΔW", "Last update", "What the optimizer added to each weight in the last step.",
            "ΔW", "Δb", _update, "No update to show: there is one after the next step",
        ),
        NumberKind(
            "change", "W−W₀", "Change since the start", "How far each weight has come since the run began.",
            "W − W₀", "b − b₀", _change,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where the numbers of a Dense lie among the flat parameters."""

    layer: Dense
    W: slice
    b: slice | None


def places(driver: Driver) -> tuple[Place, ...]:
    """Of every Dense, in order."""
    found, start = [], 0
    for layer in driver.training.network.layers:
        parts = []
        for shape in layer.parameter_shapes():
            parts.append(slice(start, start + prod(shape)))
            start = parts[-1].stop
        if isinstance(layer, Dense):
            found.append(Place(layer, parts[0], parts[1] if len(parts) > 1 else None))
    return tuple(found)


@dataclass(frozen=True)
class LayerNumbersAnswer:
    """`layer` is None while there are no such numbers. `first` and `last` say where it stands among the Dense."""

    kind: str
    layer: LayerWeights | None
    first: bool
    last: bool


@dataclass(frozen=True)
class LayerNumbers:
    """The numbers of one kind, a key of NUMBER_KINDS, of one Dense by its id; of the first one for ""."""

    kind: str = "weights"
    id: str = ""

    def __call__(self, driver: Driver) -> LayerNumbersAnswer:
        every = places(driver)
        place = next((place for place in every if place.layer.id == self.id), every[0] if every else None)
        if place is None:
            raise Unanswerable
        first, last = place is every[0], place is every[-1]
        take = NUMBER_KINDS[self.kind].take
        W = take(driver, place.W)
        if W is None:
            return LayerNumbersAnswer(self.kind, None, first, last)
        b = take(driver, place.b) if place.b is not None else None
        layer = LayerWeights(place.layer.id, W.reshape(place.layer.W.shape), b)
        return LayerNumbersAnswer(self.kind, layer, first, last)
