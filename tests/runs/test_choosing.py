"""The threshold that a rule chooses is the best of all, and a number that decides exactly so."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.engine import metrics
from bpgui.project.spec import Costs
from bpgui.runs.choosing import RULES, chosen, cost, costs_of, short_between
from bpgui.runs.ranking import Ranked, ranked

SHARES = (0.0, 1.0)
ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 10)), min_size=2, max_size=40)
COSTS = Costs(miss=7.0, alarm=2.0, hit=0.5)


def of(rows: list[tuple[bool, int]]) -> Ranked:
    return ranked(np.array([yes for yes, _ in rows]), np.array([score / 10 for _, score in rows]))


def measures(counts: np.ndarray, costs: Costs) -> dict[str, float]:
    """What each rule makes as large as it can, from a confusion matrix."""
    precision, recall = metrics.precision(counts), metrics.recall(counts)
    alarms = counts[0, 1] / counts[0].sum()
    return {
        "best-f1": metrics.f1(counts), "cheapest": -cost(counts, costs) / counts.sum(), "youden": recall - alarms,
        "precision": recall if counts[:, 1].any() and precision >= 0.6 else -math.inf,
        "recall": precision if recall >= 0.6 else -math.inf,
    }  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
@given(rows=ROWS)
def test_no_threshold_is_better(rule: str, rows: list[tuple[bool, int]]) -> None:
    found = of(rows)
    threshold = chosen(found, rule, SHARES, COSTS, 0.6)
    if not found.both:
        assert threshold is None
        return
    # Every different decision that a threshold between 0 and 1, both left out, can make.
    candidates = [5e-324, *(float(f"{score / 10 - 0.05:g}") for score in range(1, 11)), math.nextafter(1.0, 0.0)]
    values = [measures(found.counts(found.taken(t)), COSTS)[rule] for t in candidates]
    if threshold is None:
        assert max(values) == -math.inf
        return
    assert 0.0 < threshold < 1.0
    assert measures(found.counts(found.taken(threshold)), COSTS)[rule] == pytest.approx(max(values), abs=1e-12)


@given(ROWS)
def test_costs_at_each_threshold_are_those_of_its_confusion_matrix(rows: list[tuple[bool, int]]) -> None:
    found = of(rows)
    expected = [cost(found.counts(k), COSTS) / found.rows for k in range(len(found.scores) + 1)]
    np.testing.assert_allclose(costs_of(found, COSTS), expected, atol=1e-12)


def test_a_dear_miss_lowers_the_threshold_and_a_dear_alarm_raises_it() -> None:
    rng = np.random.default_rng(3)
    positive = rng.random(5000) < 0.05
    scores = 1.0 / (1.0 + np.exp(-(rng.normal(size=5000) + 2.0 * positive - 3.0)))
    found = ranked(positive, scores)
    dear_miss = chosen(found, "cheapest", SHARES, Costs(miss=100.0))
    equal = chosen(found, "cheapest", SHARES, Costs())
    dear_alarm = chosen(found, "cheapest", SHARES, Costs(alarm=100.0))
    assert dear_miss < equal < dear_alarm  # type: ignore[operator]


def test_of_equally_good_ones_it_takes_the_middle_of_the_highest_gap() -> None:
    found = ranked(np.array([True, True, False, False]), np.array([0.9, 0.8, 0.2, 0.1]))
    assert chosen(found, "best-f1", SHARES) == chosen(found, "cheapest", SHARES) == 0.5


def test_full_and_empty_scores_leave_no_illegal_threshold() -> None:
    full = ranked(np.array([True, False, True]), np.array([1.0, 1.0, 0.0]))
    for rule in RULES:
        threshold = chosen(full, rule, SHARES, Costs(), 0.0)
        assert threshold is not None, rule
        assert 0.0 < threshold < 1.0, rule
    signs = ranked(np.array([True, False]), np.array([-3.0, 2.0]))
    lowest = chosen(signs, "recall", (-math.inf, math.inf), Costs(), 1.0)
    assert lowest is not None
    assert lowest <= -3.0
    none = chosen(signs, "cheapest", (-math.inf, math.inf), Costs(alarm=10.0))
    assert none is not None
    assert none > 2.0


@given(st.floats(-1e6, 1e6), st.floats(1e-12, 1e6))
def test_short_numbers_lie_between(low: float, width: float) -> None:
    high = low + width
    if low < high:
        assert low < short_between(low, high) <= high


def test_short_numbers_are_short() -> None:
    assert short_between(0.1361, 0.1379) == 0.137
    assert short_between(0.0, 1.0) == 0.5
    assert short_between(1.0, math.nextafter(1.0, 2.0)) == math.nextafter(1.0, 2.0)
