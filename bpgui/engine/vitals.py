"""Vital signs of a training, layer by layer: units that no longer answer, the gradient, the size of the last update.

Worked out between two steps from what is there anyway; nothing that a step depends on is changed.
"""

from __future__ import annotations

import math
from itertools import takewhile
from math import prod

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows
from bpgui.engine.layers import Activation, Dense
from bpgui.engine.network import EVALUATION_ROWS
from bpgui.engine.training import Training

SIGNS = ("dead", "saturated", "gradient", "update", "weights")
DEAD, SATURATED, GRADIENT, UPDATE, WEIGHTS = range(len(SIGNS))

# A unit is flat where its slope is at most 6 % of its steepest. For tanh that is |a| > 0.97, as A. Karpathy counts
# saturation ("Building makemore, part 3", 2022); |z| beyond which it holds, of activations that are flat at both ends.
SQUASHING = {"sigmoid": 4.1690, "tanh": 2.0845}
# The z up to which it holds, of those that are flat at one end. Leaky ReLU is not among them: it was made not to die.
RECTIFYING = {"relu": 0.0, "elu": -2.8134, "softplus": -2.7515, "gelu": -2.2491, "silu": -3.7843}
_SMALL, _LARGE = 1e-30, 1e30  # squares between these neither vanish nor overflow, in float32 too


class Vitals:
    """Measures a training over at most EVALUATION_ROWS of its rows, evenly taken, in evaluation mode.

    `layers` are the ids of the Dense, in order, `activations` the names of what follows each, empty for none;
    `largest_input` is the largest |x| of those rows.
    """

    def __init__(self, training: Training) -> None:
        self.training = training
        self._x = training.x[_spread(training.rows)]
        self.largest_input = float(np.abs(self._x).max(initial=0.0))
        network = training.network
        self.layers = tuple(layer.id for layer in network.dense)
        self._places: list[tuple[slice, bool]] = []  # the part of W among the parameters, and whether it is trained
        self._units: list[tuple[int, str]] = []  # the position of the activation after each Dense, and its name
        start = 0
        for position, layer in enumerate(network.layers):
            parts = []
            for shape in layer.parameter_shapes():
                parts.append(slice(start, start + prod(shape)))
                start = parts[-1].stop
            if isinstance(layer, Dense):
                self._places.append((parts[0], not layer.freeze_weights))
                after = enumerate(network.layers[position + 1 :], position + 1)
                following = takewhile(lambda at: not isinstance(at[1], Dense), after)
                found = ((i, x.name) for i, x in following if isinstance(x, Activation))
                self._units.append(next(found, (-1, "")))
        self.activations = tuple(name for _, name in self._units)
        self._asked = any(name in SQUASHING or name in RECTIFYING for _, name in self._units)

    def measure(self, *, stepped: bool = True, updated: bool = True) -> Array:
        """(layers, SIGNS) in float64, NaN for what there is not.

        dead: the share of units of a RECTIFYING activation that are flat for every row; saturated: the share of a
        SQUASHING activation's outputs, over units and rows, that are flat, but for the network's own output, which is
        flat where it is sure. gradient: ‖∂L/∂W‖ of the last step as the optimizer took it (NaN unless `stepped`);
        update: ‖ΔW‖ / ‖W‖ of the last step with W as it was before (NaN unless `updated`, and of frozen weights).
        weights: ‖W‖. All norms are those of Frobenius.
        """
        found = np.full((len(self.layers), len(SIGNS)), np.nan)
        with np.errstate(all="ignore"):
            if self._asked:
                self._measure_units(found)
            for row, (at, trained) in zip(found, self._places, strict=True):
                self._measure_weights(row, at, stepped, updated and trained)
        return found

    def _measure_units(self, found: Array) -> None:
        outs = self.training.network.forward(self._x, training=False).outs
        for index, (position, name) in enumerate(self._units):
            z = outs[position - 1]
            if name in RECTIFYING:
                found[index, DEAD] = np.count_nonzero(z.max(axis=0) <= RECTIFYING[name]) / z.shape[1]
            elif name in SQUASHING and index < len(found) - 1:
                found[index, SATURATED] = np.count_nonzero(np.abs(z) > SQUASHING[name]) / z.size

    def _measure_weights(self, row: Array, at: slice, stepped: bool, updated: bool) -> None:
        network = self.training.network
        W = network.parameters[at]
        row[WEIGHTS] = norm(W)
        if stepped:
            row[GRADIENT] = norm(network.gradients[at])
        if updated:
            step = self.training.optimizer.last_step(at)
            before = norm(W - step)
            row[UPDATE] = norm(step) / before if before else np.nan


def _spread(rows: Rows) -> Rows:
    every = max(1, -(-len(rows) // EVALUATION_ROWS))
    return rows[::every]


def norm(values: Array) -> float:
    """√Σ v² of a flat array, also where the squares are too small or too large for its type."""
    with np.errstate(all="ignore"):
        square = float(values.dot(values))
    if _SMALL < square < _LARGE:
        return math.sqrt(square)
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    scaled = values.astype(np.float64) / largest
    return largest * math.sqrt(float(scaled.dot(scaled)))
