"""Probes: pure questions to a run, asked between two steps at most once a frame.

A probe is frozen and hashable, so that panels asking the same share one answer; calling it with a `Driver` gives a
record of `answers`, all of it copied. Everything here is evaluation mode. `part` is "train", "validation" or "test".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import Decoded
from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.scaling import scaled
from bpgui.engine.activations import Array
from bpgui.runs import answers
from bpgui.runs.driver import Driver
from bpgui.runs.history import Series, thin_rows
from bpgui.runs.scores import confusion

Probe = Callable[[Driver], Any]
_TAIL = 0.25  # of a thinned series, by which it may grow before it is thinned as a whole again
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
    """The losses so far, at most `points` points; single batches up to epoch `batches_until`, none after it."""

    points: int = 2000
    batches_until: float = math.inf

    def __call__(self, driver: Driver) -> answers.CurveAnswer:
        history = driver.history
        epochs = history.epochs.view()
        epochs = epochs[_thinned(history.epochs, self.points)]
        batches = history.batches.view()
        few = not len(epochs) or epochs[-1, 0] <= self.batches_until
        batches = batches[thin_rows(batches, self.points)] if few else batches[:0]
        epoch, train, validation, penalty = epochs.T.copy()
        fractions, losses = batches.T.copy()
        return answers.CurveAnswer(epoch, train, validation, fractions, losses, penalty)


@dataclass(frozen=True)
class _Head:
    """The first `count` rows of a series as they were thinned last; row `count - 1` began with `last`."""

    count: int
    last: float
    points: int
    kept: NDArray[np.int64]


_heads: WeakKeyDictionary[Series, _Head] = WeakKeyDictionary()


def _thinned(series: Series, points: int) -> NDArray[np.int64]:
    """Indices of at most `points` rows. A growing series is thinned as a whole now and then, its end every time."""
    rows = series.view()
    count = len(rows)
    if count <= points:
        return np.arange(count)
    share = points // 4
    head = _heads.get(series)
    good = head is not None and head.points == points and head.count <= count <= head.count * (1 + _TAIL)
    # Rows in another place: the series has thinned itself since.
    if head is None or not good or rows[head.count - 1, 0] != head.last:
        head = _Head(count, float(rows[-1, 0]), points, thin_rows(rows, points - share))
        _heads[series] = head
    return np.concatenate((head.kept, head.count + thin_rows(rows[head.count :], share)))


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
        if data.encoder.target.parts:
            raise Unanswerable
        if any(p >= len(columns) or columns[p].kind != "number" or columns[p].width != 1 for p in (self.x, self.y)):
            raise Unanswerable
        known = _grids.get(data)
        if known is None or known[0] != self:
            extent = self.extent or (*column_range(data, self.x), *column_range(data, self.y))
            _grids[data] = known = (self, extent, self._grid(data, extent))
        _, extent, grid = known
        outputs = driver.training.network.predict(grid)
        target = data.encoder.target
        if target.cut is not None:
            outputs = outputs[:, -1:]  # the one that the threshold is about
        values = outputs.reshape(self.size, self.size, -1)
        return answers.BoundaryAnswer(values, extent, data.classes, target.negative, target.cut)

    def _grid(self, data: Dataset, extent: tuple[float, float, float, float]) -> Array:
        """(size², features) encoded inputs, row by row from the lowest y."""
        grid = np.repeat(data.x[data.train].mean(axis=0, keepdims=True), self.size**2, axis=0)
        across = np.linspace(extent[0], extent[1], self.size)
        up = np.linspace(extent[2], extent[3], self.size)
        for position, values in ((self.x, np.tile(across, self.size)), (self.y, np.repeat(up, self.size))):
            column = data.encoder.inputs[position]
            made = scaled(values, column.center, column.scale, column.log)
            grid[:, column_offset(data, position)] = made
        return grid


# The last grid asked for of each data set: it stays the same from frame to frame.
_grids: WeakKeyDictionary[Dataset, tuple[Boundary, tuple[float, float, float, float], Array]] = WeakKeyDictionary()


def column_offset(data: Dataset, position: int) -> int:
    """Where a feature column begins among the encoded features."""
    return sum(column.width for column in data.encoder.inputs[:position])


def column_range(data: Dataset, position: int) -> tuple[float, float]:
    """Lowest and highest training value of a feature column, with a margin, in the data's units."""
    column = data.encoder.inputs[position]
    margin = _MARGIN * (column.maximum - column.minimum) or 0.5
    return column.minimum - margin, column.maximum + margin


@dataclass(frozen=True)
class Confusion:
    """Counts of actual against predicted classes."""

    part: str = "train"

    def __call__(self, driver: Driver) -> answers.ConfusionAnswer:
        data = driver.data
        if not data.classes:
            raise Unanswerable
        counts = confusion(driver.training.network, data, self.part)
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
        return answers.FitAnswer(_values(data, data.y[rows]), _values(data, outputs), self.part, inputs, rows)


def _values(data: Dataset, outputs: Array) -> Array:
    values = data.encoder.decode(outputs).values
    return outputs[:, 0] if values is None else values


def _right(targets: Decoded, found: Decoded) -> NDArray[np.bool_] | None:
    """(n,) whether each row's class is right, of several targets all of them; None for numbers."""
    right: NDArray[np.bool_] | None = None
    for actual, said in zip(targets.each, found.each, strict=True):
        if actual.codes is None or said.codes is None:
            return None
        right = actual.codes == said.codes if right is None else right & (actual.codes == said.codes)
    return right


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
        targets, found = data.encoder.target.of_targets(y), data.encoder.decode(outputs)
        return answers.PredictionsAnswer(
            data.rows[rows] + 1, data.encoder.raw_inputs(data.x[rows]), targets.words(), outputs, found.words(),
            _right(targets, found), total, self.part,
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
        return answers.ActivationsAnswer(x[0], layers, outputs[0], data.encoder.decode(outputs).words()[0])
