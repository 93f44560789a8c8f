"""From the specification to what runs: dataset, network, training."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from bpgui.data.encoding import Dataset, encode
from bpgui.data.spec import DataSpec
from bpgui.data.table import Table
from bpgui.engine import layers as engine_layers
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import AUTO, GIVEN, INITIALIZERS
from bpgui.engine.layers import Layer
from bpgui.engine.network import Network
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.streams import WEIGHTS, stream
from bpgui.engine.training import Training
from bpgui.project.spec import Activation, Dense, ProjectSpec

_KEPT_DATASETS = 4
_datasets: OrderedDict[tuple[str, DataSpec, bool, int, str], Dataset] = OrderedDict()


@dataclass(frozen=True)
class LayerShape:
    """One layer of the project with its sizes known; `parameters` counts weights and biases."""

    id: str
    kind: str
    inputs: int
    units: int
    activation: str
    parameters: int


def wants_one_hot(spec: ProjectSpec) -> bool:
    """Categorical cross-entropy takes a column a class, even for two classes."""
    return spec.training.loss == "cce"


def dataset(spec: ProjectSpec, table: Table) -> Dataset:
    """The encoded arrays, kept while they are wanted. Raises DataError."""
    key = (table.sha, spec.data, wants_one_hot(spec), spec.seed, spec.training.precision)
    found = _datasets.pop(key, None)
    if found is None:
        found = encode(table, spec.data, one_hot=wants_one_hot(spec), seed=spec.seed, dtype=spec.training.precision)
    _datasets[key] = found
    while len(_datasets) > _KEPT_DATASETS:
        _datasets.popitem(last=False)
    return found


def layer_shapes(spec: ProjectSpec, features: int, outputs: int) -> tuple[LayerShape, ...]:
    """Sizes of every layer for data with so many encoded features and outputs."""
    shapes = []
    width = features
    for layer in spec.network.layers:
        if isinstance(layer, Dense):
            units = outputs if layer.units == "auto" else layer.units
            count = width * units + (units if layer.bias else 0)
            shapes.append(LayerShape(layer.id, "dense", width, units, layer.activation, count))
            width = units
        else:
            shapes.append(LayerShape(layer.id, "activation", width, width, layer.activation, 0))
    return tuple(shapes)


def initializer_of(spec: ProjectSpec, layer: Dense) -> str:
    """The initializer's key with "auto" resolved by the activation that follows the layer."""
    if layer.initializer != AUTO:
        return layer.initializer
    following = layer.activation
    after = spec.network.layers[spec.network.index(layer.id) + 1 :]
    if following == "identity" and after and isinstance(after[0], Activation):
        following = after[0].activation
    return "he_uniform" if ACTIVATIONS[following].relu_like else "xavier_uniform"


def network(spec: ProjectSpec, features: int, outputs: int) -> Network:
    """The network with its first weights."""
    built: list[Layer] = []
    for shape, layer in zip(layer_shapes(spec, features, outputs), spec.network.layers, strict=True):
        if isinstance(layer, Dense):
            built.append(engine_layers.Dense(layer.id, shape.inputs, shape.units, layer.bias))
        # The shorthand's identity is nothing; as a layer of its own it is one that can be looked at.
        if layer.activation != "identity" or isinstance(layer, Activation):
            built.append(engine_layers.Activation(layer.id, shape.units, layer.activation))
    training = spec.training
    made = Network(built, training.loss, training.reduction, training.precision)
    _fill_weights(spec, made)
    return made


def _fill_weights(spec: ProjectSpec, made: Network) -> None:
    for index, target in enumerate(made.dense):
        layer = spec.network.layer(target.id)
        assert isinstance(layer, Dense)
        if layer.initializer == GIVEN:
            target.W[...] = np.asarray(layer.weights, np.float64)
            if target.b is not None and layer.biases:
                target.b[...] = np.asarray(layer.biases, np.float64)
            continue
        entry = INITIALIZERS[initializer_of(spec, layer)]
        target.W[...] = entry.fill(stream(spec.seed, WEIGHTS, index), target.inputs, target.units, layer.scale)


def training(spec: ProjectSpec, data: Dataset) -> Training:
    """A run at step 0: `spec`, the data and the seed decide every number in it."""
    settings = spec.training
    made = network(spec, data.features, data.outputs)
    options = {f.name: getattr(settings, f.name) for f in OPTIMIZERS[settings.optimizer].fields}
    optimizer = OPTIMIZERS[settings.optimizer].make(made.parameters, made.gradients, options)
    return Training(
        made, optimizer, data.x, data.y, data.train,
        batch_size=settings.batch_size, shuffle=settings.shuffle, seed=spec.seed, learning_rate=settings.learning_rate,
    )  # fmt: skip
