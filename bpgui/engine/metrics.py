"""Metrics for people: what a loss means in the end. Targets and outputs are (rows, outputs).

Classes: a single output is the score of class 1, which a row has from `threshold` on: the middle between the two
target values, ½ for 0 and 1, 0 for hinge's ±1; of several outputs the largest names the class. One output or two are
the binary case: precision, recall and F1 are those of class 1. With more classes they are means over the classes that
occur in targets or outputs, the two areas means over the classes that have rows (one against the rest).

Values are scikit-learn's. Where a share has nothing to be a share of it is 0 (zero_division=0); ROC-AUC of a single
class, R² of targets that do not vary, and everything of no rows or of outputs that are not numbers, is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array

Classes = NDArray[np.int64]
Counts = NDArray[np.int64]
NAN = float("nan")


def classes_of(values: Array, threshold: float = 0.5) -> Classes:
    """(rows,): the largest output, or for a single output whether it is at least `threshold`."""
    if values.shape[1] == 1:
        return np.asarray(values[:, 0] >= threshold, np.int64)
    return np.asarray(np.argmax(values, axis=1), np.int64)


def confusion(y: Array, a: Array, classes: int, threshold: float = 0.5) -> Counts:
    """Counts (classes, classes), [actual, predicted]."""
    pairs = classes_of(y, threshold) * classes + classes_of(a, threshold)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


# ---- from counts


def accuracy(counts: Counts) -> float:
    """Share of rows whose class is right."""
    return float(np.trace(counts) / counts.sum())


def balanced_accuracy(counts: Counts) -> float:
    """Mean recall of the classes that have rows."""
    actual = counts.sum(axis=1)
    present = actual > 0
    return float(np.mean(np.diag(counts)[present] / actual[present]))


def _share(counts: Counts, right: NDArray[np.int64], out_of: NDArray[np.int64]) -> float:
    """right / out_of, (classes,) each: of class 1, or the mean over the classes that occur."""
    shares = np.divide(right, out_of, out=np.zeros(len(right)), where=out_of > 0)
    if len(counts) == 2:
        return float(shares[1])
    return float(np.mean(shares[counts.sum(axis=0) + counts.sum(axis=1) > 0]))


def precision(counts: Counts) -> float:
    """TP / (TP + FP)."""
    return _share(counts, np.diag(counts), counts.sum(axis=0))


def recall(counts: Counts) -> float:
    """TP / (TP + FN)."""
    return _share(counts, np.diag(counts), counts.sum(axis=1))


def f1(counts: Counts) -> float:
    """2 TP / (2 TP + FP + FN)."""
    return _share(counts, 2 * np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1))


def mcc(counts: Counts) -> float:
    """Correlation of actual and predicted class, −1 to 1, for any number of classes (Gorodkin 2004)."""
    actual, predicted = counts.sum(axis=1).astype(float), counts.sum(axis=0).astype(float)
    rows = actual.sum()
    spread_actual, spread_predicted = rows * rows - actual @ actual, rows * rows - predicted @ predicted
    if spread_actual <= 0.0 or spread_predicted <= 0.0:
        return 0.0
    covariance = np.trace(counts) * rows - actual @ predicted
    return float(covariance / (np.sqrt(spread_actual) * np.sqrt(spread_predicted)))


# ---- from scores


def score_groups(positive: NDArray[np.bool_], scores: Array) -> tuple[Array, Array]:
    """Positives and negatives at each distinct score, scores falling; both float64 (distinct scores,)."""
    order = np.argsort(scores, kind="stable")[::-1]
    ranked = scores[order]
    ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
    positives = np.diff(np.cumsum(positive[order])[ends], prepend=0).astype(float)
    return positives, np.diff(ends, prepend=-1) - positives


def binary_roc_auc(positive: NDArray[np.bool_], scores: Array) -> float:
    """Chance that a positive row scores above a negative one, ties half (Mann and Whitney 1947); both (rows,)."""
    positives, negatives = score_groups(positive, scores)
    pairs = positives.sum() * negatives.sum()
    if pairs == 0.0:
        return NAN
    above = np.cumsum(positives) - positives
    return float((above + 0.5 * positives) @ negatives / pairs)


def binary_pr_auc(positive: NDArray[np.bool_], scores: Array) -> float:
    """Average precision Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores; 0 without positives."""
    positives, negatives = score_groups(positive, scores)
    total = positives.sum()
    if total == 0.0:
        return 0.0
    found = np.cumsum(positives)
    return float(positives / total @ (found / (found + np.cumsum(negatives))))


def _area(
    of_class: Callable[[NDArray[np.bool_], Array], float],
) -> Callable[[Array, Array, float], float]:
    def area(y: Array, a: Array, threshold: float) -> float:
        actual = classes_of(y, threshold)
        if y.shape[1] <= 2:
            return of_class(actual == 1, a[:, -1])
        present = np.unique(actual)
        return float(np.mean([of_class(actual == c, a[:, c]) for c in present]))

    return area


roc_auc = _area(binary_roc_auc)
pr_auc = _area(binary_pr_auc)


# ---- of numbers


def _errors(y: Array, a: Array) -> Array:
    return np.subtract(a, y, dtype=np.float64)


def mae(y: Array, a: Array) -> float:
    """Mean absolute error."""
    return float(np.mean(np.abs(_errors(y, a))))


def rmse(y: Array, a: Array) -> float:
    """Root of the mean squared error over rows and outputs."""
    return float(np.sqrt(np.mean(_errors(y, a) ** 2)))


def r2(y: Array, a: Array) -> float:
    """Coefficient of determination, 1 − Σ(y − a)² / Σ(y − ȳ)², sums over all outputs; NaN where y does not vary.

    As good as not varying is a y whose squared deviations are too small for a number.
    """
    exact = y.astype(np.float64)
    spread = float(np.sum((exact - exact.mean(axis=0)) ** 2))
    if spread == 0.0 or not (y != y[:1]).any():
        return NAN
    return 1.0 - float(np.sum(_errors(y, a) ** 2)) / spread


# ---- the table


def _of_counts(measure: Callable[[Counts], float]) -> Callable[[Array, Array, float], float]:
    return lambda y, a, threshold: measure(confusion(y, a, max(2, y.shape[1]), threshold))


def _of_numbers(measure: Callable[[Array, Array], float]) -> Callable[[Array, Array, float], float]:
    return lambda y, a, threshold: measure(y, a)


@dataclass(frozen=True)
class Metric:
    """One entry of METRICS; `task` says which targets it is for: "classes" or "number"."""

    name: str
    label: str
    formula: str
    help: str
    task: str
    measure: Callable[[Array, Array, float], float]
    higher_is_better: bool = True

    def compute(self, y: Array, a: Array, threshold: float = 0.5) -> float:
        """Of targets y and outputs a, both (rows, outputs); NaN for no rows and for outputs that are NaN."""
        if not len(y) or np.isnan(a).any():
            return NAN
        return self.measure(y, a, threshold)


METRICS: dict[str, Metric] = {
    m.name: m
    for m in (
        Metric(
            "accuracy", "Accuracy", "right rows / rows", "The share of rows whose class is right.",
            "classes", _of_counts(accuracy),
        ),
        Metric(
            "balanced_accuracy", "Balanced accuracy", "mean of the classes' recalls",
            "Accuracy in which every class counts the same, however few rows it has.",
            "classes", _of_counts(balanced_accuracy),
        ),
        Metric(
            "precision", "Precision", "TP / (TP + FP)", "Of the rows said to be of a class, the share that are.",
            "classes", _of_counts(precision),
        ),
        Metric(
            "recall", "Recall", "TP / (TP + FN)", "Of the rows of a class, the share that were found.",
            "classes", _of_counts(recall),
        ),
        Metric(
            "f1", "F1", "2 TP / (2 TP + FP + FN)", "Precision and recall in one: high only where both are.",
            "classes", _of_counts(f1),
        ),
        Metric(
            "mcc", "Matthews correlation", "cov(y, ŷ) / (σ(y) σ(ŷ))",
            "How the classes given agree with the right ones: 1 always, 0 no better than chance, −1 never.",
            "classes", _of_counts(mcc),
        ),
        Metric(
            "roc_auc", "ROC-AUC", "P(score of a positive > score of a negative)",
            "How well the scores put the rows of a class before the others, at whatever threshold.", "classes", roc_auc,
        ),
        Metric(
            "pr_auc", "PR-AUC", "Σ (Rₙ − Rₙ₋₁) Pₙ",
            "Average precision over all thresholds: the one to watch where a class is rare.", "classes", pr_auc,
        ),
        Metric(
            "mae", "Mean absolute error", "mean |y − a|", "How far off a number is on average, in its own unit.",
            "number", _of_numbers(mae), False,
        ),
        Metric(
            "rmse", "Root mean squared error", "√ mean (y − a)²",
            "How far off a number is, large errors counting more, in its own unit.", "number", _of_numbers(rmse), False,
        ),
        Metric(
            "r2", "R²", "1 − Σ(y − a)² / Σ(y − ȳ)²",
            "The share of the targets' variation that is explained: 1 all of it, 0 no more than their mean does.",
            "number", _of_numbers(r2),
        ),
    )
}  # fmt: skip
