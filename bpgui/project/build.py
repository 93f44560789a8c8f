"""From the specification to what runs: dataset, network, training."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from math import prod

import msgspec
import numpy as np

from bpgui.data.encoding import Dataset, encode
from bpgui.data.errors import DataError
from bpgui.data.spec import DataSpec
from bpgui.data.table import Table
from bpgui.engine import layers as engine_layers
from bpgui.engine.activations import ACTIVATIONS, Array
from bpgui.engine.fields import Field
from bpgui.engine.initializers import AUTO, GIVEN, INITIALIZERS
from bpgui.engine.layers import Layer
from bpgui.engine.losses import LOSSES
from bpgui.engine.metrics import classes_of
from bpgui.engine.network import Network
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.streams import WEIGHTS, stream
from bpgui.engine.training import Training
from bpgui.project.spec import Activation, BatchNorm, Decision, Dense, Dropout, ProjectSpec, TrainingSpec
from bpgui.project.spec import Layer as SpecLayer

_KEPT_DATASETS = 4
_datasets: OrderedDict[tuple[str, DataSpec, bool, float, int, str], Dataset] = OrderedDict()


@dataclass(frozen=True)
class LayerShape:
    """One layer of the project with its sizes known; `parameters` counts weights and biases.

    `multiply_adds` are those of a row's forward pass.
    """

    id: str
    kind: str
    inputs: int
    units: int
    activation: str
    parameters: int
    multiply_adds: int = 0


def wants_one_hot(spec: ProjectSpec) -> bool:
    """Categorical cross-entropy takes a column a class, even for two classes."""
    return spec.training.loss == "cce"


def dataset(spec: ProjectSpec, table: Table) -> Dataset:
    """The encoded arrays, kept while they are wanted. Raises DataError."""
    one_hot, negative = wants_one_hot(spec), LOSSES[spec.training.loss].negative
    key = (table.sha, spec.data, one_hot, negative, spec.seed, spec.training.precision)
    found = _datasets.pop(key, None)
    if found is None:
        precision = spec.training.precision
        found = encode(table, spec.data, one_hot=one_hot, seed=spec.seed, dtype=precision, negative=negative)
    _datasets[key] = found
    while len(_datasets) > _KEPT_DATASETS:
        _datasets.popitem(last=False)
    return found


def decided(data: Dataset, decision: Decision) -> Dataset:
    """`data` whose outputs are read by that threshold, where one can be: the very same arrays."""
    target = data.encoder.target
    cut = decision.threshold if target.decidable else None
    if cut == target.cut:
        return data
    encoder = msgspec.structs.replace(data.encoder, target=msgspec.structs.replace(target, cut=cut))
    return replace(data, encoder=encoder)


def row_weights(spec: ProjectSpec, data: Dataset) -> Array | None:
    """(n,) what each row counts in the loss: its own weight times that of its class; None where all count the same.

    "balanced" is rows / (classes · rows of the class) over the training rows, as in scikit-learn. Raises DataError
    where there is not a number for each class.
    """
    by_class = _class_weights(spec, data)
    if by_class is None:
        return data.weights
    codes = classes_of(data.y, data.encoder.target.middle)
    of_rows = by_class[codes].astype(data.x.dtype)
    return of_rows if data.weights is None else of_rows * data.weights


def _class_weights(spec: ProjectSpec, data: Dataset) -> Array | None:
    training = spec.training
    if training.class_weights == "equal" or not data.classes:
        return None
    classes = len(data.classes)
    if training.class_weights == "given":
        if len(training.class_weight_values) != classes:
            raise DataError(
                f"There are {classes} classes and {len(training.class_weight_values)} class weights; "
                f"give one number for each of {', '.join(data.classes)}."
            )
        return np.array(training.class_weight_values, np.float64)
    counts = np.bincount(classes_of(data.y[data.train], data.encoder.target.middle), minlength=classes)
    return len(data.train) / (classes * np.maximum(counts, 1.0))


def layer_shapes(spec: ProjectSpec, features: int, outputs: int) -> tuple[LayerShape, ...]:
    """Sizes of every layer for data with so many encoded features and outputs."""
    shapes = []
    width = features
    for layer in spec.network.layers:
        made = _engine_layer(layer, width, outputs)
        parameters = sum(prod(shape) for shape in made.parameter_shapes())
        activation = layer.activation if isinstance(layer, (Dense, Activation)) else ""
        shapes.append(
            LayerShape(layer.id, made.kind, width, made.units, activation, parameters, made.multiply_adds())
        )
        width = made.units
    return tuple(shapes)


def _engine_layer(layer: SpecLayer, inputs: int, outputs: int) -> Layer:
    """A Dense without its activation, which is a layer of its own in the engine."""
    match layer:
        case Dense():
            units = outputs if layer.units == "auto" else layer.units
            return engine_layers.Dense(
                layer.id, inputs, units, layer.bias,
                freeze_weights=layer.freeze_weights, freeze_biases=layer.freeze_biases,
            )  # fmt: skip
        case Activation():
            return engine_layers.Activation(layer.id, inputs, layer.activation)
        case Dropout():
            return engine_layers.Dropout(layer.id, inputs, layer.rate)
        case BatchNorm():
            return engine_layers.BatchNorm(layer.id, inputs, layer.momentum, layer.epsilon)


def initializer_of(spec: ProjectSpec, layer: Dense) -> str:
    """The initializer's key with "auto" resolved by the activation that follows the layer."""
    if layer.initializer != AUTO:
        return layer.initializer
    following = layer.activation
    if following == "identity":
        for after in spec.network.layers[spec.network.index(layer.id) + 1 :]:
            if isinstance(after, (Dense, Activation)):
                following = after.activation if isinstance(after, Activation) else following
                break
    return "he_uniform" if ACTIVATIONS[following].relu_like else "xavier_uniform"


def stack(spec: ProjectSpec, features: int, outputs: int) -> list[Layer]:
    """The engine's layers in order, not bound to any vector: they hold no numbers yet."""
    built: list[Layer] = []
    width = features
    for layer in spec.network.layers:
        made = _engine_layer(layer, width, outputs)
        width = made.units
        built.append(made)
        # The shorthand's identity is nothing; as a layer of its own it is one that can be looked at.
        if isinstance(layer, Dense) and layer.activation != "identity":
            built.append(engine_layers.Activation(layer.id, width, layer.activation))
    return built


def network(spec: ProjectSpec, features: int, outputs: int) -> Network:
    """The network with its first weights."""
    built = stack(spec, features, outputs)
    training = spec.training
    options = _options(training, LOSSES[training.loss].fields)
    made_network = Network(built, training.loss, training.reduction, training.precision, options)
    _fill_weights(spec, made_network)
    return made_network


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
    optimizer, schedule = OPTIMIZERS[settings.optimizer], SCHEDULES[settings.schedule]
    return Training(
        made, optimizer.make(made.parameters, made.gradients, _options(settings, optimizer.fields), made.trained),
        data.x, data.y, data.train, weights=row_weights(spec, data),
        batch_size=settings.batch_size, shuffle=settings.shuffle, seed=spec.seed,
        learning_rate=settings.learning_rate, schedule=schedule.make(_options(settings, schedule.fields)),
        epochs=settings.epochs, l1=settings.l1, l2=settings.l2, clip=settings.clip, clip_at=settings.clip_at,
    )  # fmt: skip


def _options(settings: TrainingSpec, fields: tuple[Field, ...]) -> dict[str, float]:
    return {field.name: getattr(settings, field.name) for field in fields}
