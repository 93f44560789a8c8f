"""Probes: pure questions to a run, asked between two steps at most once a frame.

A probe is frozen and hashable, so that panels asking the same share one answer; calling it with a `Driver` gives a
record of `answers`, all of it copied. Everything here is evaluation mode. `part` is "train", "validation" or "test".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.engine import metrics
from bpgui.engine.activations import Array
from bpgui.runs import answers
from bpgui.runs.driver import Driver
from bpgui.runs.history import thin_rows

Probe = Callable[[Driver], Any]
_MARGIN = 0.08  # of the data's range, left around the points


class Unanswerable(Exception):
    """The question does not fit this run's data: a panel that has not yet seen that the data changed."""


@dataclass(frozen=True)
class Weights:
    """W and b of every Dense."""

    def __call__(self, driver: Driver) -> answers.WeightsAnswer:
        return answers.WeightsAnswer(
            tuple(
                answers.LayerWeights(layer.id, layer.W.copy(), None if layer.b is None else layer.b.copy())
                for layer in driver.training.network.dense
            )
        )


@dataclass(frozen=True)
class Curve:
    """The losses so far, at most `points` points."""

    points: int = 2000

    def __call__(self, driver: Driver) -> answers.CurveAnswer:
        epochs = driver.history.epochs.view()
        epochs = epochs[thin_rows(epochs, self.points)]
        batches = driver.history.batches.view()
        batches = batches[thin_rows(batches, self.points)]
        return answers.CurveAnswer(*epochs.T.copy(), *batches.T.copy())


@dataclass(frozen=True)
class Boundary:
    """Outputs on a grid over the feature columns at positions `x` and `y`."""

    size: int = 60
    x: int = 0
    y: int = 1
    extent: tuple[float, float, float, float] | None = None

    def __call__(self, driver: Driver) -> answers.BoundaryAnswer:
        data = driver.data
        columns = data.encoder.inputs
        if any(p >= len(columns) or columns[p].kind != "number" or columns[p].width != 1 for p in (self.x, self.y)):
            raise Unanswerable
        extent = self.extent or (*_range(data, self.x), *_range(data, self.y))
        grid = np.repeat(data.x[data.train].mean(axis=0, keepdims=True), self.size**2, axis=0)
        across = np.linspace(extent[0], extent[1], self.size)
        up = np.linspace(extent[2], extent[3], self.size)
        for position, values in ((self.x, np.tile(across, self.size)), (self.y, np.repeat(up, self.size))):
            column = data.encoder.inputs[position]
            grid[:, column_offset(data, position)] = (values - column.mean) / column.scale
        outputs = driver.training.network.predict(grid)
        return answers.BoundaryAnswer(outputs.reshape(self.size, self.size, -1), extent, data.classes)


def column_offset(data: Dataset, position: int) -> int:
    """Where a feature column begins among the encoded features."""
    return sum(column.width for column in data.encoder.inputs[:position])


def _range(data: Dataset, position: int) -> tuple[float, float]:
    column = data.encoder.inputs[position]
    margin = _MARGIN * (column.maximum - column.minimum) or 0.5
    return column.minimum - margin, column.maximum + margin


@dataclass(frozen=True)
class Confusion:
    """Counts of actual against predicted classes."""

    part: str = "train"

    def __call__(self, driver: Driver) -> answers.ConfusionAnswer:
        data, rows = driver.data, driver.data.part(self.part)
        if not data.classes:
            raise Unanswerable
        outputs = driver.training.network.predict(data.x[rows])
        counts = metrics.confusion(data.y[rows], outputs, len(data.classes))
        return answers.ConfusionAnswer(counts, data.classes, self.part)


@dataclass(frozen=True)
class Fit:
    """Actual and predicted values of a numeric target, of at most `limit` rows, evenly taken."""

    part: str = "train"
    limit: int = 2000

    def __call__(self, driver: Driver) -> answers.FitAnswer:
        data, rows = driver.data, driver.data.part(self.part)
        if data.target_kind != "number":
            raise Unanswerable
        rows = rows[:: max(1, -(-len(rows) // self.limit))]
        outputs = driver.training.network.predict(data.x[rows])
        inputs = data.encoder.raw_inputs(data.x[rows])[:, 0] if data.features == 1 else np.empty(0)
        return answers.FitAnswer(_values(data, data.y[rows]), _values(data, outputs), self.part, inputs)


def _values(data: Dataset, outputs: Array) -> Array:
    values = data.encoder.decode(outputs).values
    return outputs[:, 0] if values is None else values


def _words(data: Dataset, outputs: Array) -> tuple[str, ...]:
    decoded = data.encoder.decode(outputs)
    if decoded.labels is not None:
        return decoded.labels
    assert decoded.values is not None
    return tuple(f"{value:.6g}" for value in decoded.values)


@dataclass(frozen=True)
class Predictions:
    """`count` rows of a part, from the `first` on."""

    part: str = "train"
    first: int = 0
    count: int = 50

    def __call__(self, driver: Driver) -> answers.PredictionsAnswer:
        data, rows = driver.data, driver.data.part(self.part)
        total = len(rows)
        rows = rows[self.first : self.first + self.count]
        y = data.y[rows]
        outputs = driver.training.network.predict(data.x[rows])
        right = None if data.target_kind == "number" else metrics.classes_of(y) == metrics.classes_of(outputs)
        return answers.PredictionsAnswer(
            data.rows[rows] + 1, data.encoder.raw_inputs(data.x[rows]), _words(data, y), outputs, _words(data, outputs),
            right, total, self.part,
        )  # fmt: skip


@dataclass(frozen=True)
class Activations:
    """One input's way through the network: raw feature values, numbers or category names, one a feature column."""

    values: tuple[float | str, ...]

    def __call__(self, driver: Driver) -> answers.ActivationsAnswer:
        data = driver.data
        try:
            x = data.encoder.encode_values(self.values, data.x.dtype.name)
        except DataError as error:
            raise Unanswerable from error
        network = driver.training.network
        layers = tuple((id, a[0]) for id, a in network.activations(x))
        outputs = network.predict(x)
        return answers.ActivationsAnswer(x[0], layers, outputs[0], _words(data, outputs)[0])
