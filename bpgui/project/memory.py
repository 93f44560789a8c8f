"""How much memory a training takes beside its data, from the sizes alone, and how much this machine could give."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.memory import free_memory
from bpgui.engine.layers import Layer
from bpgui.engine.layers.dense import Dense
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import EVALUATION_ROWS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project import build
from bpgui.project.spec import ProjectSpec

# Workspaces for evaluation: whole chunks, and the last chunk of the training and of the validation rows.
_EVALUATIONS = 3


@dataclass(frozen=True)
class Need:
    """Bytes: `weights` for everything of the weights' size, `rows` for what a batch goes through; `state` in a file."""

    parameters: int
    weights: int
    rows: int
    state: int

    @property
    def total(self) -> int:
        return self.weights + self.rows


def needed(spec: ProjectSpec, data: Dataset) -> Need:
    """For a training of `spec` on `data`; nothing of that size is made on the way."""
    layers = build.stack(spec, data.features, data.outputs)
    item = np.dtype(spec.training.precision).itemsize
    sizes = [prod(shape) for layer in layers for shape in layer.parameter_shapes()]
    parameters, largest = sum(sizes), max(sizes, default=0)
    # Weights, moments, the last sound weights, the best ones: what a run is, kept twice where it is taken down.
    kept = 2 + _moments(spec) + (spec.training.patience > 0)
    # Beside these the gradients, a copy to look at, and the largest layer as it is drawn, as it is penalised, and as
    # the length of its step is measured.
    weights = item * parameters * (2 * kept + 2) + largest * (8 + 3 * item)
    count = len(data.train)
    batch = min(spec.training.batch_size, count) or count
    partial = batch if count % batch else 0
    rows = (batch + partial) * _row_bytes(spec, layers, item, training=True)
    rows += batch * (data.features + data.outputs + 1) * item
    looked = min(EVALUATION_ROWS, len(data.rows))
    rows += looked * data.features * item  # those that the layers' health is told from
    rows += _EVALUATIONS * looked * _row_bytes(spec, layers, item, training=False)
    return Need(parameters, weights, rows, item * parameters * kept)


def _moments(spec: ProjectSpec) -> int:
    """Vectors of the weights' size that the optimizer keeps."""
    entry = OPTIMIZERS[spec.training.optimizer]
    options = {field.name: float(getattr(spec.training, field.name)) for field in entry.fields}
    return len(entry.make(np.zeros(0), np.zeros(0), options).moments)


def _row_bytes(spec: ProjectSpec, layers: list[Layer], item: int, *, training: bool) -> int:
    """What one row takes in a workspace: outputs and what layers keep; in training the gradients on the way back."""
    dtype, outputs = spec.training.precision, layers[-1].units
    total = outputs * item * (3 + LOSSES[spec.training.loss].scratch)
    for index, layer in enumerate(layers):
        one, two = (sum(array.nbytes for array in layer.kept(rows, dtype)) for rows in (1, 2))
        total += layer.units * item + two - one
        if training and index and isinstance(layer, Dense):
            total += layer.inputs * item
    return total + outputs * item * training


def available() -> int | None:
    """Bytes that this process could have: what is free and what it holds; else all there is; None where not known."""
    free = free_memory()
    if free is not None:
        return free + _own()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _own() -> int:
    """Resident bytes of this process; 0 where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError, AttributeError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
