"""Curves over all thresholds: scikit-learn's, with ties, and few enough points that draw the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.engine import metrics
from bpgui.runs.ranking import pr_area, pr_points, precision_recall, ranked, roc, roc_area, roc_points

sklearn_metrics = pytest.importorskip("sklearn.metrics")


def made(rows: int, share: float, seed: int, levels: int | None = None, dtype: str = "float64"):
    """(positive, scores): `levels` makes that many different scores, many rows with each."""
    rng = np.random.default_rng(seed)
    positive = rng.random(rows) < share
    positive[:2] = (True, False)
    scores = 1.0 / (1.0 + np.exp(-(rng.normal(size=rows) + 2.0 * positive - 2.0)))
    return positive, (np.round(scores * levels) / levels if levels else scores).astype(dtype)


CASES = [(50, 0.4, 0, None), (50, 0.4, 1, 5), (3000, 0.02, 2, None), (3000, 0.02, 3, 40), (400, 0.5, 4, 1)]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_curves_and_areas_are_scikit_learn_s(case, dtype):
    positive, scores = made(*case, dtype=dtype)
    found = ranked(positive, scores)
    alarms, hits, thresholds = sklearn_metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(roc(found), (alarms, hits), atol=1e-15)
    np.testing.assert_array_equal(found.scores, thresholds[1:])
    precision, recall, _ = sklearn_metrics.precision_recall_curve(positive, scores)
    mine = precision_recall(found)
    np.testing.assert_allclose(mine[0], recall[-2::-1], atol=1e-15)
    np.testing.assert_allclose(mine[1], precision[-2::-1], atol=1e-15)
    assert roc_area(found) == pytest.approx(sklearn_metrics.roc_auc_score(positive, scores), abs=1e-12)
    assert pr_area(found) == pytest.approx(sklearn_metrics.average_precision_score(positive, scores), abs=1e-12)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=60))
def test_areas_and_counts_are_those_of_the_metrics(rows):
    positive = np.array([yes for yes, _ in rows])
    scores = np.array([score / 8 for _, score in rows])
    found = ranked(positive, scores)
    if found.both:
        assert roc_area(found) == pytest.approx(metrics.binary_roc_auc(positive, scores), abs=1e-12)
        assert pr_area(found) == pytest.approx(metrics.binary_pr_auc(positive, scores), abs=1e-12)
    for threshold in (*np.unique(scores), 0.3, -1.0, 2.0):
        expected = metrics.confusion(np.where(positive, 9.0, -9.0)[:, None], scores[:, None], 2, float(threshold))
        np.testing.assert_array_equal(found.counts(found.taken(float(threshold))), expected)


def test_a_class_without_rows_has_no_areas():
    for value in (True, False):
        found = ranked(np.full(4, value), np.array([0.1, 0.2, 0.2, 0.9]))
        assert not found.both
        assert np.isnan([roc_area(found), pr_area(found)]).all()
        assert found.counts(2).sum() == 4
    nothing = ranked(np.zeros(0, bool), np.zeros(0))
    assert (nothing.rows, len(roc_points(nothing)), len(pr_points(nothing))) == (0, 1, 0)


def away(x, y, kept):
    """How far each point of a curve that rises in both directions is from the line through the kept ones."""
    along = x + y
    return np.hypot(*(np.interp(along, along[kept], shares[kept]) - shares for shares in (x, y)))


@pytest.mark.parametrize("share", [0.002, 0.05, 0.5])
def test_at_most_500_points_draw_the_same_curves(share):
    found = ranked(*made(100_000, share, 7))
    x, y = roc(found)
    kept = roc_points(found)
    assert len(kept) <= 500
    assert (kept[0], kept[-1]) == (0, len(x) - 1)
    assert away(x, y, kept).max() < 1 / 123
    recall, precision = precision_recall(found)
    kept = pr_points(found)
    assert len(kept) <= 500
    assert kept[-1] == len(recall) - 1
    step = 0.006 + 1 / found.positives
    for at in np.linspace(0.0, 1.0, 200):
        near = [np.abs(r - at) <= reach for r, reach in ((recall, step), (recall[kept], 2 * step))]
        assert np.min(precision[kept][near[1]]) <= np.min(precision[near[0]]), "a dip is gone"
        assert np.max(precision[kept][near[1]]) >= np.max(precision[near[0]]), "a peak is gone"


def test_few_positives_are_drawn_to_the_point():
    found = ranked(*made(20_000, 0.004, 9))
    x, y = roc(found)
    kept = roc_points(found)
    assert away(x, y, kept).max() < 1e-12
    recall, precision = precision_recall(found)
    kept = pr_points(found)
    areas = [np.diff(r, prepend=0.0) @ p for r, p in ((recall, precision), (recall[kept], precision[kept]))]
    assert areas[1] == pytest.approx(areas[0], abs=1e-12)
