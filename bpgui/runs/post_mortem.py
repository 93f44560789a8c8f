"""Why a run diverged: the step, the layer that went first, the row that weighs most, and what to try.

Worked out at the divergence itself, before anything is put back: the batch's numbers still lie in the workspace.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoding import Dataset
from bpgui.data.split import Rows
from bpgui.engine.activations import Array
from bpgui.engine.layers import Dense
from bpgui.engine.network import EVALUATION_ROWS, Network
from bpgui.engine.training import Training
from bpgui.engine.vitals import norm
from bpgui.engine.workspace import Workspace
from bpgui.project.checks import Finding, Fix
from bpgui.project.names import made_name
from bpgui.project.spec import ProjectSpec
from bpgui.runs.health import remedies

FAR_INPUT = 100.0  # an encoded input beyond it is worth a word
GROWN = 2.0  # times its first length


@dataclass(frozen=True)
class Growth:
    """‖W‖ / ‖W₀‖ of a Dense; infinite where it began at nothing, or is not finite."""

    layer: str
    name: str
    factor: float


@dataclass(frozen=True)
class Culprit:
    """The row that weighs most: an index into the encoded data, and its `number` in the table, from 1.

    `share` of the batch's loss, NaN where that is not finite. `feature` is its largest input, `value` that in the
    file's units; empty where none is far from 1. `alone`: the only row of its batch whose numbers are not finite.
    """

    row: int
    number: int
    share: float
    feature: str
    value: float
    alone: bool


@dataclass(frozen=True)
class PostMortem:
    """`what` became not finite, in words; `layer` is the id of the Dense to look at, "" for none.

    `step` counts from 1. `untaken`: the step was not taken, so that the next step explained is this one. `growths` are
    of the Dense in order, `largest_input` the largest |x| of the rows looked at.
    """

    what: str
    step: int
    epoch: int
    rate: float
    layer: str
    growths: tuple[Growth, ...]
    culprit: Culprit | None
    largest_input: float
    untaken: bool

    @property
    def most_grown(self) -> Growth | None:
        """The layer whose weights grew most, where any have."""
        most = max(self.growths, key=lambda growth: growth.factor, default=None)
        return most if most is not None and most.factor > GROWN else None

    def details(self) -> str:
        """What `what` does not say, in sentences."""
        said = []
        most = self.most_grown
        if most is not None:
            far = "beyond all bounds"
            if math.isfinite(most.factor):
                far = f"most, to {most.factor:.3g} times their first length"
            said.append(f"The weights of {most.name} had grown {far}.")
        if self.culprit is not None:
            said.append(self.culprit_said(self.culprit))
        return " ".join(said)

    @staticmethod
    def culprit_said(culprit: Culprit) -> str:
        """ "Row 13 weighs most in its batch: its x2 is 1e+308." """
        who = f"Row {culprit.number} of the data"
        verb = "alone is not finite" if culprit.alone else "weighs most in its batch"
        if culprit.feature:
            return f"{who} {verb}: its {culprit.feature} is {culprit.value:.4g}."
        return f"{who} {verb}" + (f", with {culprit.share:.0%} of the loss." if culprit.share > 0.0 else ".")

    def advice(self) -> str:
        """What to try first, in a sentence."""
        if self.largest_input > FAR_INPUT:
            return "Standardise the data, for its numbers are far from 1, or try a learning rate ten times smaller."
        return "Try a learning rate ten times smaller, or clip the gradient."

    def fixes(self, spec: ProjectSpec) -> tuple[Fix, ...]:
        """Edits that help, the likeliest first."""
        scaling = remedies.standardised(spec) if self.largest_input > FAR_INPUT else ()
        clipping = (remedies.clipped(),) if spec.training.clip == "none" else ()
        return (*scaling, *clipping, remedies.slower(spec))

    def finding(self, spec: ProjectSpec) -> Finding:
        """As an error to show beside the warnings."""
        where = f"layer:{self.layer}" if self.layer else "loss"
        why = " ".join(filter(None, (self.details(), self.advice())))
        return Finding("diverged", "error", where, f"{self.summary()}.", why, self.fixes(spec))

    def summary(self) -> str:
        """What happened, without a full stop."""
        return f"Training diverged: {self.what}, at learning rate {self.rate:g}"


def of_step(training: Training, data: Dataset, initial: Array, what: str) -> PostMortem:
    """Of a step whose loss or penalty is not finite: `initial` (parameters,) is where the weights began."""
    rows = training.batch_rows()
    space = training.network.workspace(len(rows))
    first = _first_layer(training.network, space.outs)
    culprit = _culprit(data, rows, training.x[rows], space, first)
    return _made(training, data, initial, what, first, culprit, rows, untaken=True)


def of_weights(training: Training, data: Dataset, initial: Array, what: str) -> PostMortem:
    """Of weights that are no longer finite at an epoch's end: their step is over, and with it its rows."""
    broken = (layer.id for layer in training.network.dense if not np.isfinite(layer.W).all())
    return _made(training, data, initial, what, next(broken, ""), None, data.train, untaken=False)


def of_validation(training: Training, data: Dataset, initial: Array, what: str) -> PostMortem:
    """Of a validation loss that is not finite at an epoch's end."""
    network, rows = training.network, data.validation
    for start in range(0, len(rows), EVALUATION_ROWS):
        chunk = rows[start : start + EVALUATION_ROWS]
        space = network.forward(data.x[chunk], training=False)
        loss = network.loss_of(space, data.y[chunk])
        first = _first_layer(network, space.outs)
        if first is not None or not math.isfinite(loss):
            culprit = _culprit(data, chunk, data.x[chunk], space, first)
            return _made(training, data, initial, what, first, culprit, chunk, untaken=False)
    return _made(training, data, initial, what, None, None, rows, untaken=False)


def _first_layer(network: Network, outs: list[Array]) -> int | None:
    """The position of the first layer whose outputs are not finite."""
    return next((position for position, out in enumerate(outs) if not np.isfinite(out).all()), None)


def _culprit(data: Dataset, rows: Rows, x: Array, space: Workspace, first: int | None) -> Culprit | None:
    """Where a layer's numbers are not finite, of those rows the one with the largest numbers before it; else the one
    with the largest loss, and where losses are not finite that with the largest output.
    """
    losses = np.abs(space.terms.astype(np.float64)).sum(axis=1)
    alone = False
    if first is not None:
        broken = ~np.isfinite(space.outs[first]).all(axis=1)
        weights = np.where(broken, _largest(x if first == 0 else space.outs[first - 1]), -1.0)
        alone = np.count_nonzero(broken) == 1
    else:
        weights = losses if np.isfinite(losses).all() else _largest(space.judged)
    place = int(weights.argmax())
    whole = float(losses.sum())
    share = float(losses[place] / whole) if math.isfinite(whole) and whole > 0.0 else math.nan
    column = int(np.abs(x[place]).argmax())
    feature, value = "", math.nan
    if abs(x[place, column]) > FAR_INPUT:
        feature = data.feature_names[column]
        value = float(data.encoder.raw_inputs(x[place : place + 1])[0, column])
    return Culprit(int(rows[place]), int(data.rows[rows[place]]) + 1, share, feature, value, alone)


def _largest(numbers: Array) -> Array:
    """(rows,) the largest size in each row."""
    found: Array = np.nan_to_num(np.abs(numbers).max(axis=1), nan=np.inf)
    return found


def _made(
    training: Training, data: Dataset, initial: Array, what: str, layer: int | str | None, culprit: Culprit | None,
    rows: NDArray[np.integer], *, untaken: bool,
) -> PostMortem:  # fmt: skip
    network = training.network
    growths = _growths(network, initial)
    id = network.layers[layer].id if isinstance(layer, int) else layer or ""
    if not id and growths:
        id = max(growths, key=lambda growth: growth.factor).layer
    return PostMortem(
        what, training.step_count + untaken, training.epoch, training.rate, id,
        growths, culprit, float(np.abs(data.x[rows]).max(initial=0.0)), untaken,
    )  # fmt: skip


def _growths(network: Network, initial: Array) -> tuple[Growth, ...]:
    start, found = 0, []
    for layer in network.layers:
        for index, shape in enumerate(layer.parameter_shapes()):
            part = slice(start, start + int(np.prod(shape)))
            start = part.stop
            if isinstance(layer, Dense) and index == 0:
                before, now = norm(initial[part]), norm(network.parameters[part])
                factor = now / before if before and math.isfinite(now) else math.inf if now else 1.0
                found.append(Growth(layer.id, made_name(network, layer.id), factor))
    return tuple(found)


# How a divergence is examined, by what was not finite.
EXAMINED = {"step": of_step, "weights": of_weights, "validation": of_validation}
