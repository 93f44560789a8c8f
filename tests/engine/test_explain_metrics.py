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
    if name in ("roc_auc", "pr_auc"):
        assert node.note
    else:
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
    assert "n(yes, yes)" in node.as_text(4, 9) or name in ("roc_auc", "pr_auc")
