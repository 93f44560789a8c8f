"""What a table is taken for before anybody has said anything: roles, split, loss, output, a small network.

What is proposed was measured on Fashion-MNIST, handwritten digits, penguins, wine, breast cancer and diabetes.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.gaps import needed, usable_rows
from bpgui.data.roles import guess_uses, levels_of
from bpgui.data.spec import Column, DataSpec, FileOrigin, Origin, Scaling, Split
from bpgui.data.split import split_rows
from bpgui.data.table import AnyColumn, Table, TextColumn
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.engine.losses import LOSSES
from bpgui.project.spec import Decision, Dense, Dropout, Layer, NetworkSpec, ProjectSpec, TrainingSpec

SPLIT_FROM_ROWS = 30
FULL_BATCH_BELOW_ROWS = 64
BATCH_SIZE = 32
ROW_VISITS = 3e5
LEAST_STEPS = 2000
LEARNING_RATE = 0.01
PATIENCE = 30
PATIENT_STEPS = 300  # with few rows an epoch is a step or two: patience is not at an end before so many
SMALL_VALIDATION_FROM_ROWS = 2000  # a tenth is then enough to watch
MANY_ROWS = 20_000  # so many teach without being helped against memorising
WIDE = 50  # more inputs are pictures, sounds or spectra: they want more neurons and smaller steps
LARGE = 10_000_000  # so many numbers are kept in single precision
_KEPT_COUNTS = 8
_counts: dict[tuple[str, tuple[Column, ...]], dict[str, int]] = {}  # counting takes long, and every edit asks


def propose(table: Table, origin: Origin, *, base: ProjectSpec | None = None, seed: int = 0) -> ProjectSpec:
    """A project for `table` that learns something as it stands; keeps `base`'s hidden layers where they are enough.

    Numbers of files are standardised, points of samples are not.
    """
    scaling: Scaling = "standard" if isinstance(origin, FileOrigin) else "none"
    columns, split = guess_uses(table, propose_split(table.rows), scaling=scaling)
    data = DataSpec(table=table.sha, origin=origin, columns=columns, split=split)
    rows, inputs = _training_rows(table, data, seed), input_count(table, columns)
    hidden = propose_hidden(rows, inputs)
    output = Dense(id="d3" if inputs > WIDE else "d2", units="auto")
    if base is not None and _enough(base, inputs):
        hidden = tuple(map(without_numbers, base.network.layers[:-1]))
        output = Dense(id=base.network.output.id, units="auto")
    spec = ProjectSpec(
        network=NetworkSpec(layers=(*hidden, output)),
        training=propose_training(rows, inputs, bool(split.validation) or split.method == "column"),
        data=data,
        seed=seed,
    )
    return adapt_output(spec, table)


def _training_rows(table: Table, data: DataSpec, seed: int) -> int:
    """How many rows are for training, before any is left out."""
    if data.split.method == "column":
        return max(1, len(split_rows(table, data.split, seed)[0]))
    return max(1, round(table.rows * data.split.train))


def input_count(table: Table, columns: tuple[Column, ...]) -> int:
    """How many inputs those features make, near enough."""
    found = ((column, table.column(column.name)) for column in columns if column.role == "feature")
    return sum(levels_of(values) if c.kind == "category" else math.prod(values.shape) for c, values in found)


def propose_hidden(rows: int, inputs: int) -> tuple[Layer, ...]:
    """Eight neurons for a few numbers; two layers for pictures and the like, with dropout where rows are few."""
    if inputs <= WIDE:
        return (Dense(id="d1", units=8, activation="tanh"),)
    first, second = Dense(id="d1", units=128, activation="relu"), Dense(id="d2", units=64, activation="relu")
    return (first, second) if rows >= MANY_ROWS else (first, Dropout(id="p1", rate=0.3), second)


def _enough(base: ProjectSpec, inputs: int) -> bool:
    """Whether the hidden layers that are there can do something with so many inputs."""
    first = next((layer.units for layer in base.network.layers[:-1] if isinstance(layer, Dense)), 0)
    return inputs <= WIDE or (isinstance(first, int) and first >= 16)


def propose_training(rows: int, inputs: int, watched: bool) -> TrainingSpec:
    """Optimizer, batches and epochs for so many rows; with validation rows the best weights come back."""
    batch_size = 0 if rows < FULL_BATCH_BELOW_ROWS else BATCH_SIZE
    if inputs <= WIDE:
        epochs = propose_epochs(rows, batch_size)
        return TrainingSpec(
            optimizer="adam", learning_rate=LEARNING_RATE, batch_size=batch_size, epochs=epochs,
            patience=max(PATIENCE, math.ceil(PATIENT_STEPS / steps_of(rows, batch_size))) if watched else 0,
        )  # fmt: skip
    many = rows >= MANY_ROWS
    return TrainingSpec(
        optimizer="adam", learning_rate=0.001, batch_size=batch_size and (128 if many else BATCH_SIZE),
        epochs=20 if many else 60, patience=10 if watched else 0, l2=0.0 if many else 0.001,
        precision="float32" if rows * inputs > LARGE else "float64",
    )  # fmt: skip


def without_numbers(layer: Layer) -> Layer:
    """The layer without weights typed in for other data, whose shape they had."""
    if isinstance(layer, Dense) and layer.initializer == GIVEN:
        return replace(layer, initializer=AUTO, weights=(), biases=())
    return layer


def propose_split(rows: int) -> Split:
    """Six or seven tenths to learn from, some to watch, two kept back; everything to learn from where it is little."""
    if rows < SPLIT_FROM_ROWS:
        return Split(train=1.0)
    if rows >= SMALL_VALIDATION_FROM_ROWS:
        return Split(train=0.7, validation=0.1, test=0.2)
    return Split(train=0.6, validation=0.2, test=0.2)


def steps_of(rows: int, batch_size: int) -> int:
    """Steps in an epoch."""
    return max(1, math.ceil(rows / (batch_size or rows)))


def propose_epochs(rows: int, batch_size: int) -> int:
    """Epochs that visit some 300 000 rows, at most 300 of them, but never fewer than 2 000 steps; round numbers."""
    steps = steps_of(rows, batch_size)
    epochs = max(3.0, min(300.0, ROW_VISITS / rows), LEAST_STEPS / steps)
    digits: int = 10 ** max(0, int(math.log10(epochs)) - 1)
    return int(math.ceil(epochs / digits) * digits)


def adapt_output(spec: ProjectSpec, table: Table) -> ProjectSpec:
    """Loss, output activation and output units as the targets' kind asks.

    Numbers: mse, identity. Two classes, or several columns of two: bce, sigmoid. More: cce, softmax. What was decided
    about other outputs is forgotten. Without a target nothing changes.
    """
    targets = spec.data.targets
    if not targets:
        return spec
    if targets[0].kind == "number":
        loss, activation = "mse", "identity"
    elif len(targets) > 1 or class_count(spec.data, table) <= 2:
        loss, activation = "bce", "sigmoid"
    else:
        loss, activation = "cce", "softmax"
    reduction = spec.training.reduction if spec.training.reduction in LOSSES[loss].reductions else "mean"
    output = replace(spec.network.output, activation=activation, units="auto")
    return replace(
        spec,
        network=replace(spec.network, layers=(*spec.network.layers[:-1], output)),
        training=replace(spec.training, loss=loss, reduction=reduction),
        decision=Decision(),
    )


def class_count(data: DataSpec, table: Table) -> int:
    """Different values of the target in the rows that can be used (no needed value missing); 0 without a target."""
    return class_counts(data, table)[data.target.name] if data.target is not None else 0


def class_counts(data: DataSpec, table: Table) -> dict[str, int]:
    """The same for each of the targets."""
    wanted = needed(data.columns)
    key = (table.sha, wanted)
    if key not in _counts:
        while len(_counts) >= _KEPT_COUNTS:
            del _counts[next(iter(_counts))]
        usable, _ = usable_rows(table, wanted)
        _counts[key] = {target.name: _count(table.column(target.name), usable) for target in data.targets}
    return _counts[key]


def _count(column: AnyColumn, usable: NDArray[np.bool_]) -> int:
    return len(np.unique((column.codes if isinstance(column, TextColumn) else column.values)[usable]))
