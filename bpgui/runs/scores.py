"""Metrics of a run's network over one part of its data."""

from __future__ import annotations

import math

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.engine import metrics
from bpgui.engine.activations import Array
from bpgui.engine.metrics import METRICS, Counts, Metric
from bpgui.engine.network import Network


def metrics_for(data: Dataset) -> dict[str, Metric]:
    """The entries of METRICS that fit the target."""
    task = "number" if data.numeric else "classes"
    return {name: metric for name, metric in METRICS.items() if metric.task == task}


def score(network: Network, data: Dataset, part: str, name: str) -> float:
    """One metric of "train", "validation" or "test"; NaN where the part has no rows. Raises KeyError for the name."""
    rows = data.part(part)
    if not len(rows):
        return math.nan
    return measured(metrics_for(data)[name], data, data.y[rows], network.predict(data.x[rows]))


def scores(network: Network, data: Dataset, part: str) -> dict[str, float]:
    """Every fitting metric by name; numbers in the data's own units. Empty where the part has no rows."""
    rows = data.part(part)
    if not len(rows):
        return {}
    outputs = network.predict(data.x[rows])
    return {name: measured(metric, data, data.y[rows], outputs) for name, metric in metrics_for(data).items()}


def measured(metric: Metric, data: Dataset, y: Array, outputs: Array) -> float:
    """A metric of targets and outputs (rows, outputs): of several labels the mean over them, each on its own."""
    y, outputs, threshold = judged(data, y, outputs)
    if data.target_kind != "labels":
        return metric.compute(y, outputs, threshold)
    columns = range(y.shape[1])
    return float(np.mean([metric.compute(y[:, [i]], outputs[:, [i]], threshold) for i in columns]))


def confusion(network: Network, data: Dataset, part: str) -> Counts:
    """Counts (classes, classes), [actual, predicted], of the rows of a part."""
    rows = data.part(part)
    y, a, threshold = judged(data, data.y[rows], network.predict(data.x[rows]))
    return metrics.confusion(y, a, len(data.classes), threshold)


def judged(data: Dataset, y: Array, outputs: Array) -> tuple[Array, Array, float]:
    """Targets, outputs and threshold as METRICS take them; numbers in the data's own units.

    A chosen threshold is of outputs only and may lie beyond both targets, so these are moved out of its way. Compared
    is in double precision: the nearest single-precision number may lie on the other side.
    """
    target = data.encoder.target
    if target.cut is None:
        return in_units(data, y), in_units(data, outputs), target.middle
    positive = y[:, -1:] >= target.middle
    return np.where(positive, np.inf, -np.inf), np.asarray(outputs[:, -1:], np.float64), target.cut


def judged_part(data: Dataset) -> str:
    """Where a run is judged: validation, or training where there is none."""
    return "validation" if len(data.validation) else "train"


def in_units(data: Dataset, outputs: Array) -> Array:
    """Outputs (rows, outputs) of a number in the data's own units, of classes as they are."""
    return data.encoder.target.in_units(outputs)
