"""Rows put in the order of their scores: what every threshold would find, as curves and areas.

Every row counts once, whatever it weighs in the loss, as in METRICS: a curve and the confusion matrix beside it agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.runs.history import spread_rows

Counts = NDArray[np.int64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ranked:
    """`scores` (m,) are the distinct ones, falling; `hits` and `alarms` (m,) the positive and the negative rows that
    score at least that. `positives` and `negatives` are all there are.

    A threshold takes the first k of the scores, 0 ≤ k ≤ m.
    """

    scores: Array
    hits: Counts
    alarms: Counts
    positives: int
    negatives: int

    @property
    def rows(self) -> int:
        return self.positives + self.negatives

    @property
    def both(self) -> bool:
        """Whether there are rows of both classes: else nothing can be told apart."""
        return self.positives > 0 and self.negatives > 0

    def taken(self, threshold: float) -> int:
        """k: how many of the distinct scores are at least the threshold."""
        return len(self.scores) - int(np.searchsorted(self.scores[::-1], threshold, side="left"))

    def counts(self, k: int) -> Counts:
        """(2, 2) rows [actual, predicted] where the first k scores are taken for positive."""
        hits, alarms = (int(self.hits[k - 1]), int(self.alarms[k - 1])) if k else (0, 0)
        return np.array([[self.negatives - alarms, alarms], [self.positives - hits, hits]], np.int64)


def ranked(positive: NDArray[np.bool_], scores: Array) -> Ranked:
    """Rows (n,) in the order of their finite scores (n,), of any type."""
    order = np.argsort(scores, kind="stable")[::-1]
    falling = scores[order].astype(np.float64)
    last = np.append(falling[1:] != falling[:-1], True)[: len(falling)]  # of the rows that share a score
    hits = np.cumsum(positive[order], dtype=np.int64)[last]
    alarms = np.flatnonzero(last) + 1 - hits
    total = int(np.count_nonzero(positive))
    return Ranked(falling[last], hits, alarms, total, len(falling) - total)


def roc(found: Ranked) -> tuple[Array, Array]:
    """(false alarms / negatives, hits / positives), (m + 1,) each, from no row taken to all of them."""
    return _from_none(found.alarms / max(found.negatives, 1)), _from_none(found.hits / max(found.positives, 1))


def precision_recall(found: Ranked) -> tuple[Array, Array]:
    """(recall, precision), (m,) each, from the highest score down; with no row taken there is no precision."""
    return found.hits / max(found.positives, 1), found.hits / (found.hits + found.alarms)


def _from_none(shares: Array) -> Array:
    return np.concatenate(([0.0], shares))


def roc_area(found: Ranked) -> float:
    """The area under `roc`, straight between its points; NaN with a class missing. METRICS has it as ROC-AUC."""
    if not found.both:
        return nan
    x, y = roc(found)
    return float(np.diff(x) @ (y[1:] + y[:-1]) / 2.0)


def pr_area(found: Ranked) -> float:
    """Average precision, the area under `precision_recall` in steps; NaN with a class missing. PR-AUC of METRICS."""
    if not found.both:
        return nan
    recall, precision = precision_recall(found)
    return float(np.diff(recall, prepend=0.0) @ precision)


# ---- few enough points to draw


def roc_points(found: Ranked, points: int = 500) -> Places:
    """Indices into `roc` of at most `points` that keep its shape.

    Points on the straight way between their neighbours are not needed. Are there too many yet, the curve, which rises
    in both directions, is held where it passes each of equal steps across and up: what is left out lies within a step,
    some 4 / `points`, of what is drawn.
    """
    across, up = (np.diff(counts, prepend=0) for counts in (found.alarms, found.hits))
    turns = across[:-1] * up[1:] != across[1:] * up[:-1]
    corners = np.concatenate(([0], np.flatnonzero(turns) + 1, [len(across)] if len(across) else []))
    if len(corners) <= points:
        return corners.astype(np.int64)
    x, y = (shares[corners] for shares in roc(found))
    levels = np.linspace(0.0, 1.0, max((points - 2) // 4, 2))
    passed = [np.searchsorted(shares, levels) for shares in (x, y)]
    near = np.concatenate([*passed, *(place - 1 for place in passed), [0, len(x) - 1]])
    return np.asarray(corners[np.unique(np.clip(near, 0, len(x) - 1))], np.int64)


def pr_points(found: Ranked, points: int = 500) -> Places:
    """Indices into `precision_recall` of at most `points`: the first ones, where it jumps, and each stretch's extremes.

    Of points straight below each other only the ends are needed.
    """
    recall, precision = precision_recall(found)
    steps = np.diff(recall, prepend=-1.0) != 0.0
    ends = np.flatnonzero(steps | np.append(steps[1:], True)[: len(steps)])
    if len(ends) <= points:
        return ends
    return ends[spread_rows(np.column_stack((recall, precision))[ends], points)]
