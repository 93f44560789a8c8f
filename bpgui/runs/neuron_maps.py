"""What each neuron computes, as probes: its output over the plane of two features, its gradient on an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from weakref import WeakKeyDictionary

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.inputs import Value
from bpgui.data.scaling import scaled
from bpgui.engine.activations import Array
from bpgui.engine.network import EVALUATION_ROWS, Network
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Unanswerable, column_offset, column_range

SIZE = 32  # points of a map each way: four chunks of evaluation
MOST_UNITS = 8  # neurons of a layer that has maps
LEAST_SIZE, MOST_NUMBERS = 8, 8_000_000  # with very many features a map has fewer points
# Training rows that means and most frequent values are taken from, evenly; fewer of very wide ones.
_LOOKED_AT, _NUMBERS = 10_000, 4_000_000


@dataclass(frozen=True)
class NeuronMapsAnswer:
    """`inputs` (features, rows, columns) and, by layer id, outputs (units, rows, columns), row 0 at the lowest y.

    `extent` is x0, x1, y0, y1 in the data's units. With one feature only, there is one row and y means nothing.
    """

    names: tuple[str, ...]
    extent: tuple[float, float, float, float]
    inputs: Array
    layers: Mapping[str, Array]


def map_axes(data: Dataset) -> tuple[int, ...]:
    """Positions of the feature columns that a map can have on an axis: plain numbers."""
    return tuple(i for i, c in enumerate(data.encoder.inputs) if c.kind == "number" and not c.shape)


@dataclass(frozen=True)
class NeuronMaps:
    """Of every layer of at most MOST_UNITS neurons, over the feature columns at positions `x` and `y`.

    Without `y` there is one feature only. All others stand at their mean, or at their most frequent value.
    """

    x: int = 0
    y: int | None = 1
    size: int = SIZE

    def __call__(self, driver: Driver) -> NeuronMapsAnswer:
        data, network = driver.data, driver.training.network
        if not {self.x, self.x if self.y is None else self.y} <= set(map_axes(data)):
            raise Unanswerable
        known = _grids.get(data)
        if known is None or known[0] != self:
            _grids[data] = known = (self, self._extent(data), self._grid(data))
        _, extent, grid = known
        size = self._points(data)
        shape = (1 if self.y is None else size, size)
        names = tuple(data.encoder.inputs[i].name for i in (self.x, self.y) if i is not None)
        features = grid.shape[1]
        inputs = grid.T.reshape(features, *shape) if features <= MOST_UNITS else np.empty((0, *shape))
        found = {id: a.T.reshape(-1, *shape) for id, a in _outputs(network, grid).items()}
        return NeuronMapsAnswer(names, extent, inputs.copy(), found)

    def _points(self, data: Dataset) -> int:
        return min(self.size, max(LEAST_SIZE, isqrt(MOST_NUMBERS // data.features)))

    def _extent(self, data: Dataset) -> tuple[float, float, float, float]:
        across = column_range(data, self.x)
        return (*across, *(column_range(data, self.y) if self.y is not None else (0.0, 1.0)))

    def _grid(self, data: Dataset) -> Array:
        """(points, features) encoded inputs, row by row from the lowest y."""
        x0, x1, y0, y1 = self._extent(data)
        size = self._points(data)
        across, up = np.linspace(x0, x1, size), np.linspace(y0, y1, size)
        axes = [(self.x, across)]
        if self.y is not None:
            axes = [(self.x, np.tile(across, size)), (self.y, np.repeat(up, size))]
        grid = np.repeat(usual_row(data)[None], len(axes[0][1]), axis=0)
        for position, values in axes:
            column = data.encoder.inputs[position]
            grid[:, column_offset(data, position)] = scaled(values, column.center, column.scale, column.log)
        return grid


# The last grid asked for of each data set: it stays the same from frame to frame.
_grids: WeakKeyDictionary[Dataset, tuple[NeuronMaps, tuple[float, float, float, float], Array]] = WeakKeyDictionary()


def usual_row(data: Dataset) -> Array:
    """(features,) numbers at their mean over the training rows, everything else at its most frequent value."""
    most = max(1, min(_LOOKED_AT, _NUMBERS // data.features))
    x = data.x[data.train[:: max(1, -(-len(data.train) // most))]]
    row: Array = x.mean(axis=0)
    for position, column in enumerate(data.encoder.inputs):
        start = column_offset(data, position)
        stop = start + column.width
        if column.kind == "number":
            start += column.entries  # the mean; what is left is whether it is missing
        if column.kind != "date" and start < stop:
            values, counts = np.unique(x[:, start:stop], axis=0, return_counts=True)
            row[start:stop] = values[counts.argmax()]
    return row


def _outputs(network: Network, grid: Array) -> dict[str, Array]:
    """(points, units) by the id of each layer of the project that is narrow enough, after its activation."""
    last = {layer.id: place for place, layer in enumerate(network.layers) if layer.units <= MOST_UNITS}
    found = {id: np.empty((len(grid), network.layers[place].units), network.dtype) for id, place in last.items()}
    for start in range(0, len(grid) if last else 0, EVALUATION_ROWS):
        chunk = grid[start : start + EVALUATION_ROWS]
        outs = network.forward(chunk, training=False).outs
        for id, place in last.items():
            found[id][start : start + len(chunk)] = outs[place]
    return found


@dataclass(frozen=True)
class InputGradientsAnswer:
    """`row` is the input's number in the table from 1, None for one that was typed in; `x` (features,) in the data's
    units; by layer id ∂a/∂x (neurons, features), x as the network sees it, of the neurons asked for.
    """

    row: int | None
    x: Array
    layers: Mapping[str, Array]


@dataclass(frozen=True)
class InputGradients:
    """How neurons answer to each feature of one input: `wanted` are (layer id, neurons).

    The input is `values` as a person has set them, else the training row number `index`, counted from 0.
    """

    wanted: tuple[tuple[str, tuple[int, ...]], ...]
    index: int = 0
    values: tuple[Value, ...] | None = None

    def __call__(self, driver: Driver) -> InputGradientsAnswer:
        from bpgui.engine.input_gradients import input_gradients

        data, network = driver.data, driver.training.network
        units = {layer.id: layer.units for layer in network.layers}
        if any(id not in units or max(neurons, default=0) >= units[id] for id, neurons in self.wanted):
            raise Unanswerable
        row = None
        if self.values is None:
            at = data.train[min(self.index, len(data.train) - 1)]
            x, row = data.x[at : at + 1], int(data.rows[at]) + 1
        else:
            try:
                x = data.encoder.encode_values(self.values, data.x.dtype.name)
            except DataError as error:
                raise Unanswerable from error
        found = input_gradients(network, x, dict(self.wanted))
        return InputGradientsAnswer(row, data.encoder.raw_inputs(x)[0], found)
