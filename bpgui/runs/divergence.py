"""How a divergence is examined: which layer's numbers went first, and which row weighs most.

At the divergence itself, before anything is put back: the batch's numbers still lie in the workspace.
"""

from __future__ import annotations

import math

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
from bpgui.project.names import made_name
from bpgui.runs.post_mortem import FAR_INPUT, Culprit, Growth, PostMortem


def of_step(training: Training, data: Dataset, initial: Array, loss: float) -> PostMortem:
    """Of a step whose `loss` or penalty is not finite: `initial` (parameters,) is where the weights began."""
    rows = training.batch_rows()
    space = training.network.workspace(len(rows))
    layer = space.first_not_finite()
    culprit = _culprit(data, rows, training.x[rows], space, layer)
    what = f"the loss became {loss} at step {training.step_count + 1}, in epoch {training.epoch + 1}"
    what += _first(training.network, layer)
    return _made(training, data, initial, what, layer, culprit, rows, untaken=True)


def of_weights(training: Training, data: Dataset, initial: Array, loss: float) -> PostMortem:
    """Of weights that are no longer finite at an epoch's end: their step is over, and with it its rows."""
    network = training.network
    layers = enumerate(network.layers)
    broken = (place for place, layer in layers if not all(np.isfinite(array).all() for array in layer.parameters()))
    layer = next(broken, None)
    whose = "" if layer is None else f" of {made_name(network, network.layers[layer].id)}"
    what = f"a weight{whose} was no longer finite after {_place(training)}"
    return _made(training, data, initial, what, layer, None, data.train, untaken=False)


def of_validation(training: Training, data: Dataset, initial: Array, loss: float) -> PostMortem:
    """Of a validation `loss` that is not finite at an epoch's end."""
    network, rows = training.network, data.validation
    what = f"the validation loss became {loss} after {_place(training)}"
    for start in range(0, len(rows), EVALUATION_ROWS):
        chunk = rows[start : start + EVALUATION_ROWS]
        space = network.forward(data.x[chunk], training=False)
        layer = space.first_not_finite()
        if layer is not None or not math.isfinite(network.loss_of(space, data.y[chunk])):
            what += _first(network, layer)
            culprit = _culprit(data, chunk, data.x[chunk], space, layer)
            return _made(training, data, initial, what, layer, culprit, chunk, untaken=False)
    what += _first(network, None)
    return _made(training, data, initial, what, None, None, rows, untaken=False)


def _place(training: Training) -> str:
    return f"epoch {training.epoch} (step {training.step_count})"


def _first(network: Network, layer: int | None) -> str:
    if layer is None:
        return "; every layer's numbers were finite, but too large for the loss"
    return f"; the first numbers to go were those of {made_name(network, network.layers[layer].id)}"


def _culprit(data: Dataset, rows: Rows, x: Array, space: Workspace, layer: int | None) -> Culprit | None:
    """Where a layer's numbers are not finite, of those rows the one with the largest numbers before it; else the one
    with the largest loss, and where losses are not finite that with the largest output.
    """
    losses = np.abs(space.terms.astype(np.float64)).sum(axis=1)
    alone = False
    if layer is not None:
        broken = ~np.isfinite(space.outs[layer]).all(axis=1)
        weights = np.where(broken, _largest(x if layer == 0 else space.outs[layer - 1]), -1.0)
        alone = int(broken.sum()) == 1
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
    training: Training, data: Dataset, initial: Array, what: str, layer: int | None, culprit: Culprit | None,
    rows: NDArray[np.integer], *, untaken: bool,
) -> PostMortem:  # fmt: skip
    network = training.network
    growths = _growths(network, initial)
    id = "" if layer is None else network.layers[layer].id
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
