"""What a table is taken for before anybody has said anything: roles, split, loss, output, a small network."""

from __future__ import annotations

import math

import numpy as np
from msgspec.structs import replace

from bpgui.data.encoding import finite_rows
from bpgui.data.roles import guess_columns
from bpgui.data.spec import DataSpec, FileOrigin, Origin, Split
from bpgui.data.table import Table, TextColumn
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.engine.losses import LOSSES
from bpgui.project.spec import Dense, Layer, NetworkSpec, ProjectSpec, TrainingSpec

SPLIT_FROM_ROWS = 30
FULL_BATCH_BELOW_ROWS = 64
BATCH_SIZE = 32
ROW_VISITS = 3e5
LEAST_STEPS = 2000
LEARNING_RATE = 0.01
_KEPT_COUNTS = 8
_counts: dict[tuple[str, tuple[str, ...], str], int] = {}  # of a large table it takes long, and every edit asks


def propose(table: Table, origin: Origin, *, base: ProjectSpec | None = None, seed: int = 0) -> ProjectSpec:
    """A project for `table` that learns something as it stands; keeps `base`'s hidden layers where given.

    Numbers of files are standardised, points of samples are not.
    """
    columns = guess_columns(table, standardise=isinstance(origin, FileOrigin))
    split = propose_split(table.rows)
    rows = max(1, round(table.rows * split.train))
    hidden: tuple[Layer, ...] = (Dense(id="d1", units=8, activation="tanh"),)
    output = Dense(id="d2", units="auto")
    if base is not None:
        hidden = tuple(map(without_numbers, base.network.layers[:-1]))
        output = Dense(id=base.network.output.id, units="auto")
    batch_size = 0 if rows < FULL_BATCH_BELOW_ROWS else BATCH_SIZE
    training = TrainingSpec(
        optimizer="adam", learning_rate=LEARNING_RATE, batch_size=batch_size, epochs=propose_epochs(rows, batch_size)
    )
    spec = ProjectSpec(
        network=NetworkSpec(layers=(*hidden, output)),
        training=training,
        data=DataSpec(table=table.sha, origin=origin, columns=columns, split=split),
        seed=seed,
    )
    return adapt_output(spec, table)


def without_numbers(layer: Layer) -> Layer:
    """The layer without weights typed in for other data, whose shape they had."""
    if isinstance(layer, Dense) and layer.initializer == GIVEN:
        return replace(layer, initializer=AUTO, weights=(), biases=())
    return layer


def propose_split(rows: int) -> Split:
    """Six tenths to learn from, two to watch, two kept back; everything to learn from where there is little."""
    if rows < SPLIT_FROM_ROWS:
        return Split(train=1.0)
    return Split(train=0.6, validation=0.2, test=0.2)


def propose_epochs(rows: int, batch_size: int) -> int:
    """Epochs that visit some 300 000 rows, at most 300 of them, but never fewer than 2 000 steps; round numbers."""
    steps = max(1, math.ceil(rows / (batch_size or rows)))
    epochs = max(3.0, min(300.0, ROW_VISITS / rows), LEAST_STEPS / steps)
    digits: int = 10 ** max(0, int(math.log10(epochs)) - 1)
    return int(math.ceil(epochs / digits) * digits)


def adapt_output(spec: ProjectSpec, table: Table) -> ProjectSpec:
    """Loss, output activation and output units as the target's kind asks.

    A number: mse, identity. Two classes: bce, sigmoid. More: cce, softmax. Without a target nothing changes.
    """
    target = spec.data.target
    if target is None:
        return spec
    if target.kind == "number":
        loss, activation = "mse", "identity"
    elif class_count(spec.data, table) <= 2:
        loss, activation = "bce", "sigmoid"
    else:
        loss, activation = "cce", "softmax"
    reduction = spec.training.reduction if spec.training.reduction in LOSSES[loss].reductions else "mean"
    output = replace(spec.network.output, activation=activation, units="auto")
    return replace(
        spec,
        network=replace(spec.network, layers=(*spec.network.layers[:-1], output)),
        training=replace(spec.training, loss=loss, reduction=reduction),
    )


def class_count(data: DataSpec, table: Table) -> int:
    """Different values of the target in the rows that can be used (no used value missing); 0 without a target."""
    if data.target is None:
        return 0
    used = tuple(column.name for column in data.columns if column.role != "ignore")
    key = (table.sha, used, data.target.name)
    if key not in _counts:
        while len(_counts) >= _KEPT_COUNTS:
            del _counts[next(iter(_counts))]
        _counts[key] = _count(table, used, data.target.name)
    return _counts[key]


def _count(table: Table, used: tuple[str, ...], target: str) -> int:
    usable = np.ones(table.rows, dtype=bool)
    for name in used:
        usable &= finite_rows(table.column(name))
    values = table.column(target)
    found = values.codes[usable] if isinstance(values, TextColumn) else values.values[usable]
    return len(np.unique(found))
