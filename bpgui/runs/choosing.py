"""Which threshold to take: what each would cost, and the best one by a rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.project.spec import Costs
from bpgui.runs.ranking import Ranked, precision_recall, roc

Limits = tuple[float, float]


def costs_of(found: Ranked, costs: Costs) -> Array:
    """(m + 1,) mean cost of a row where the first k = 0 … m scores are taken for positive; below 0 it is a gain."""
    hits, alarms = (np.concatenate(([0], counts)) for counts in (found.hits, found.alarms))
    total = costs.miss * (found.positives - hits) + costs.alarm * alarms - costs.hit * hits
    return np.asarray(total / max(found.rows, 1), np.float64)


def cost(counts: NDArray[np.int64], costs: Costs) -> float:
    """Of all rows of a confusion matrix (2, 2), [actual, predicted]."""
    alarms, missed, hits = int(counts[0, 1]), int(counts[1, 0]), int(counts[1, 1])
    return costs.miss * missed + costs.alarm * alarms - costs.hit * hits


def f1_of(found: Ranked) -> Array:
    """(m + 1,) F1 where the first k scores are taken."""
    below = found.positives + found.hits + found.alarms
    return np.concatenate(([0.0], 2.0 * found.hits / np.maximum(below, 1)))


@dataclass(frozen=True)
class Rule:
    """A way to choose. `best(ranked, costs, value)` is (m + 1,), the higher the better, −inf for what is ruled out.

    `default` is the value of a rule that has one.
    """

    name: str
    label: str
    help: str
    best: Callable[[Ranked, Costs, float], Array]
    default: float | None = None


def _precision(found: Ranked) -> Array:
    return np.concatenate(([-np.inf], precision_recall(found)[1]))


def _recall(found: Ranked) -> Array:
    return np.concatenate(([0.0], precision_recall(found)[0]))


def _youden(found: Ranked) -> Array:
    alarms, recall = roc(found)
    return recall - alarms


RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "best-f1", "Best F1", "Precision and recall in one number: the threshold with the highest F1.",
            lambda found, costs, value: f1_of(found),
        ),
        Rule(
            "cheapest", "Cheapest", "The threshold at which misses and false alarms cost least, by the costs given.",
            lambda found, costs, value: -costs_of(found, costs),
        ),
        Rule(
            "youden", "Best Youden index",
            "Recall minus the share of false alarms: both classes count the same, however rare (Youden 1950).",
            lambda found, costs, value: _youden(found),
        ),
        Rule(
            "precision", "Precision at least", "As much recall as there is with at least that precision.",
            lambda found, costs, value: np.where(_precision(found) >= value, _recall(found), -np.inf), 0.9,
        ),
        Rule(
            "recall", "Recall at least", "As much precision as there is with at least that recall.",
            lambda found, costs, value: np.where(_recall(found) >= value, _precision(found), -np.inf), 0.9,
        ),
    )
}  # fmt: skip


def chosen(
    found: Ranked, rule: str, limits: Limits, costs: Costs | None = None, value: float | None = None
) -> float | None:
    """The best threshold by a rule of RULES, a short number between `limits`; of equally good ones the highest.

    None where no threshold keeps the rule, or there are no rows of both classes. Raises KeyError for the rule.
    """
    entry = RULES[rule]
    if not found.both:
        return None
    merit = entry.best(found, costs or Costs(), entry.default or 0.0 if value is None else value)
    low, high = _intervals(found, limits)
    merit = np.where(low < high, merit, -np.inf)
    best = int(np.argmax(merit))
    return short_between(float(low[best]), float(high[best])) if merit[best] > -np.inf else None


def _intervals(found: Ranked, limits: Limits) -> tuple[Array, Array]:
    """(m + 1,) each: every threshold above the one and up to the other takes exactly the first k scores."""
    scores = found.scores
    least, most = limits
    if least == -math.inf:
        least = float(scores[-1]) - max(1.0, abs(float(scores[-1])))
    most = float(scores[0]) + max(1.0, abs(float(scores[0]))) if most == math.inf else math.nextafter(most, -math.inf)
    low = np.maximum(np.append(scores, least), least)
    return low, np.minimum(np.insert(scores, 0, most), most)


def short_between(low: float, high: float) -> float:
    """A number above `low` and at most `high` with as few digits as will do, near their middle."""
    middle = low + (high - low) / 2.0
    for digits in range(1, 18):
        short = float(f"{middle:.{digits}g}")
        if low < short <= high:
            return short
    return high
