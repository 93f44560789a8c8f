"""Metrics for people: what a loss means in the end. Targets and outputs are (rows, outputs)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array


def classes_of(values: Array) -> NDArray[np.int64]:
    """Class of each row: the largest output, or for a single output whether it is at least ½."""
    if values.shape[1] == 1:
        return np.asarray(values[:, 0] >= 0.5, np.int64)
    return np.asarray(np.argmax(values, axis=1), np.int64)


def accuracy(y: Array, a: Array) -> float:
    """Share of rows whose class is right."""
    return float(np.mean(classes_of(y) == classes_of(a)))


def mae(y: Array, a: Array) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(a - y)))


def rmse(y: Array, a: Array) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.mean((a - y) ** 2)))


def r2(y: Array, a: Array) -> float:
    """Coefficient of determination, 1 − Σ(y − a)² / Σ(y − ȳ)²; NaN where y does not vary."""
    spread = float(np.sum((y - y.mean(axis=0)) ** 2))
    return 1.0 - float(np.sum((y - a) ** 2)) / spread if spread > 0.0 else float("nan")


def confusion(y: Array, a: Array, classes: int) -> NDArray[np.int64]:
    """Counts (classes, classes), [actual, predicted]."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (classes_of(y), classes_of(a)), 1)
    return counts


@dataclass(frozen=True)
class Metric:
    """One entry of METRICS; `task` says which targets it is for."""

    name: str
    label: str
    task: str
    compute: Callable[[Array, Array], float]


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric("accuracy", "Accuracy", "classes", accuracy),
        Metric("mae", "Mean absolute error", "number", mae),
        Metric("rmse", "Root mean squared error", "number", rmse),
        Metric("r2", "R²", "number", r2),
    )
}
