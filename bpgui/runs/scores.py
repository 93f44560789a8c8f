"""Metrics of a run's network over one part of its data."""

from __future__ import annotations

import math

from bpgui.data.encoding import Dataset
from bpgui.engine.activations import Array
from bpgui.engine.metrics import METRICS, Metric
from bpgui.engine.network import Network


def metrics_for(data: Dataset) -> dict[str, Metric]:
    """The entries of METRICS that fit the target."""
    task = "number" if data.target_kind == "number" else "classes"
    return {name: metric for name, metric in METRICS.items() if metric.task == task}


def score(network: Network, data: Dataset, part: str, name: str) -> float:
    """One metric of "train", "validation" or "test"; NaN where the part has no rows. Raises KeyError for the name."""
    rows = data.part(part)
    if not len(rows):
        return math.nan
    y, a = in_units(data, data.y[rows]), in_units(data, network.predict(data.x[rows]))
    return metrics_for(data)[name].compute(y, a, data.encoder.target.threshold)


def scores(network: Network, data: Dataset, part: str) -> dict[str, float]:
    """Every fitting metric by name; numbers in the data's own units. Empty where the part has no rows."""
    rows = data.part(part)
    if not len(rows):
        return {}
    y, a = in_units(data, data.y[rows]), in_units(data, network.predict(data.x[rows]))
    threshold = data.encoder.target.threshold
    return {name: metric.compute(y, a, threshold) for name, metric in metrics_for(data).items()}


def judged_part(data: Dataset) -> str:
    """Where a run is judged: validation, or training where there is none."""
    return "validation" if len(data.validation) else "train"


def in_units(data: Dataset, outputs: Array) -> Array:
    """Outputs (rows, outputs) of a number in the data's own units, of classes as they are."""
    values = data.encoder.decode(outputs).values if data.target_kind == "number" else None
    return outputs if values is None else values[:, None]
