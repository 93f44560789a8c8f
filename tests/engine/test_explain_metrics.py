"""Where a metric comes from: its value is that of METRICS, its branches add up to it, cells and rows are named."""

import math

import numpy as np
import pytest
from test_explain import Walk

from bpgui.engine.explain import explain_mean_metric, explain_metric
from bpgui.engine.metrics import METRICS


@pytest.mark.parametrize("outputs", [1, 2, 4])
@pytest.mark.parametrize("name", METRICS)
def test_metrics(name, outputs):
    generator = np.random.default_rng(outputs)
    task = METRICS[name].task
    y, a = generator.normal(size=(2, 40, outputs))
    if task == "classes":
        y = np.eye(outputs)[generator.integers(outputs, size=40)] if outputs > 1 else (y > 0.2).astype(float)
    node = explain_metric(name, y, a)
    assert node.value == METRICS[name].compute(y, a)
    Walk(None, 1e-12).down(node)
    assert node.count
    assert node.as_text(4, 3)


def test_a_metric_names_cells_and_rows():
    y, a = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]]), np.array([[0.9], [0.2], [0.8], [0.1], [0.3]])
    text = explain_metric("precision", y, a, 0.5, ("no", "yes")).as_text(2)
    assert "Precision = TP / (TP + FP) = 1 / 2 = 0.5" in text
    assert "rows of no, said to be yes: n(no, yes) = 1" in text
    assert "error of row 12" in explain_metric("mae", y, a, rows=(11, 12, 13, 14, 15)).as_text(3)
    assert math.isnan(explain_metric("accuracy", y[:0], a[:0]).value)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.task == "classes"])
def test_of_several_targets_it_is_the_mean_over_them(name):
    generator = np.random.default_rng(7)
    y, a = (generator.random((40, 3)) > 0.6).astype(float), generator.random((40, 3))
    node = explain_mean_metric(name, y, a, 0.5, ("wet", "cold", "dark"), [("no", "yes")] * 3)
    each = [METRICS[name].compute(y[:, [k]], a[:, [k]], 0.5) for k in range(3)]
    assert node.value == np.mean(each)
    assert [part.value for part in node.terms()] == each
    assert [part.label.split(" of ")[1] for part in node.terms()] == ["wet", "cold", "dark"]
    Walk(None, 1e-12).down(node)
    assert ("ΔFP" if name == "roc_auc" else "Rₙ" if name == "pr_auc" else "n(yes, yes)") in node.as_text(4, 9)


# Scores 0.9 (positive), 0.8 (negative), 0.4 (one of each, a tie), 0.1 (negative).
Y = np.array([[1.0], [0.0], [1.0], [0.0], [0.0]])
A = np.array([[0.9], [0.8], [0.4], [0.4], [0.1]])
ROWS = (11, 12, 13, 14, 15)


def test_roc_auc_is_the_trapezoids_under_its_curve():
    node = explain_metric("roc_auc", Y, A, 0.5, ("no", "yes"), ROWS)
    pairs, positives, negatives = node.terms()
    assert (positives.value, negatives.value) == (2.0, 3.0)
    assert [part.value for part in pairs.terms()] == [0.0, 1.0, 1.5, 2.0]  # ΔFP · (TP before + TP) / 2
    assert node.value == pytest.approx(4.5 / 6.0, abs=1e-15)
    assert node.line == "ROC-AUC = Σ trapezoids / (positives · negatives) = 4.5 / (2 · 3) = 0.75"
    tie = pairs.term(2)
    assert tie.label == "score 0.4 of rows 13 and 14"
    assert tie.line == "at score 0.4 = ΔFP · (TP before + TP) / 2 = 1 · (1 + 2) / 2 = 1.5"
    assert [leaf.value for leaf in tie.terms()] == [1.0, 1.0, 2.0]


def test_pr_auc_is_the_recall_gained_at_each_score_times_the_precision_down_to_it():
    node = explain_metric("pr_auc", Y, A, 0.5, ("no", "yes"), ROWS)
    assert [part.value for part in node.terms()] == pytest.approx([0.5, 0.0, 0.25, 0.0], abs=1e-15)
    assert node.value == pytest.approx(0.75, abs=1e-15)
    gain, precision = node.term(2).terms()
    assert (gain.line, precision.line) == ("Rₙ − Rₙ₋₁ = TP gained / positives = 1 / 2 = 0.5",
                                           "Pₙ = TP / (TP + FP) = 2 / (2 + 2) = 0.5")  # fmt: skip
    assert node.numbers == "0.5 + 0 + 0.25 + 0"


@pytest.mark.parametrize("name", ["roc_auc", "pr_auc"])
def test_areas_of_several_classes_are_the_mean_of_one_against_the_rest(name):
    generator = np.random.default_rng(8)
    y, a = np.eye(4)[generator.integers(3, size=50)], generator.random((50, 4))  # the fourth class has no rows
    node = explain_metric(name, y, a, 0.5, ("red", "green", "blue", "none"))
    assert [part.label for part in node.terms()] == [
        f"{METRICS[name].label} of {c} against the rest" for c in ("red", "green", "blue")
    ]
    for place, part in enumerate(node.terms()):
        assert part.value == METRICS[name].compute(y[:, [place]], a[:, [place]])


@pytest.mark.parametrize(("name", "value"), [("roc_auc", math.nan), ("pr_auc", 0.0)])
def test_without_positive_rows_there_is_no_curve(name, value):
    node = explain_metric(name, np.zeros((5, 1)), A, 0.5, ("no", "yes"))
    assert node.count == 0
    assert repr(node.value) == repr(value)
    assert node.note == "There is no row of yes, or none of another class: no curve can be drawn."


def test_a_curve_of_many_scores_shows_its_first_terms_and_the_rest():
    generator = np.random.default_rng(9)
    y, a = (generator.random((5000, 1)) > 0.7).astype(float), generator.random((5000, 1)).astype(np.float32)
    for name in ("roc_auc", "pr_auc"):
        node = explain_metric(name, y, a)
        Walk(None, 1e-12).down(node)
        assert "more" in node.as_text(2, 3)
    scores = np.array([[np.inf], [-np.inf], [0.5], [np.inf], [0.0]])
    for name in ("roc_auc", "pr_auc"):
        Walk(None, 1e-12).down(explain_metric(name, Y, scores))
