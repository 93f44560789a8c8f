"""Metrics against scikit-learn, at random and at the edges."""

import math
import time
import warnings

import numpy as np
import pytest
from sklearn import metrics as sk

from bpgui.engine import metrics
from bpgui.engine.metrics import METRICS

SHARES = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}


def one_hot(classes, count):
    return np.eye(count)[classes]


def sklearn_value(name, actual, predicted, scores):
    """scikit-learn's value: `scores` (rows,) for two classes, else (rows, classes)."""
    binary = scores.ndim == 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if name in SHARES:
            return SHARES[name](actual, predicted, average="binary" if binary else "macro", zero_division=0)
        if name in ("roc_auc", "pr_auc"):
            function = sk.roc_auc_score if name == "roc_auc" else sk.average_precision_score
            if binary:
                return function(actual, scores)
            return np.mean([function(actual == c, scores[:, c]) for c in np.unique(actual)])
        return {
            "accuracy": sk.accuracy_score,
            "balanced_accuracy": sk.balanced_accuracy_score,
            "mcc": sk.matthews_corrcoef,
        }[name](actual, predicted)


CLASS_METRICS = [name for name, metric in METRICS.items() if metric.task == "classes"]


def binary_cases():
    generator = np.random.default_rng(0)
    cases = {}
    for rows in (1, 2, 7, 300):
        for seed in range(4):
            scores = generator.random(rows)
            actual = (scores + generator.normal(0, 0.4, rows) > 0.5).astype(int)
            cases[f"random-{rows}-{seed}"] = actual, scores
            cases[f"ties-{rows}-{seed}"] = actual, np.round(scores * 4) / 4
    some = generator.random(20)
    cases["no positives"] = np.zeros(20, int), some
    cases["only positives"] = np.ones(20, int), some
    cases["one score"] = generator.integers(0, 2, 20), np.full(20, 0.5)
    cases["all said negative"] = generator.integers(0, 2, 20), some * 0.4
    cases["all said positive"] = generator.integers(0, 2, 20), 0.5 + some * 0.4
    cases["perfect"] = (some > 0.5).astype(int), some
    cases["upside down"] = (some < 0.5).astype(int), some
    cases["huge scores"] = (some < 0.5).astype(int), np.where(some < 0.3, -np.inf, some * 1e300)
    return cases


BINARY = binary_cases()


@pytest.mark.parametrize("case", BINARY)
@pytest.mark.parametrize("name", CLASS_METRICS)
def test_two_classes_agree_with_scikit_learn(name, case):
    actual, scores = BINARY[case]
    expected = sklearn_value(name, actual, scores >= 0.5, np.nan_to_num(scores))
    value = METRICS[name].compute(actual[:, None].astype(float), scores[:, None])
    assert value == pytest.approx(expected, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", CLASS_METRICS)
def test_two_columns_are_the_binary_case(name):
    generator = np.random.default_rng(1)
    scores, actual = generator.random(50), generator.integers(0, 2, 50)
    both = METRICS[name].compute(one_hot(actual, 2), np.stack([1 - scores, scores], axis=1))
    assert both == pytest.approx(METRICS[name].compute(actual[:, None].astype(float), scores[:, None]), abs=1e-15)


@pytest.mark.parametrize("name", CLASS_METRICS)
def test_hinge_s_targets_are_parted_at_zero(name):
    generator = np.random.default_rng(2)
    actual, scores = generator.integers(0, 2, 60), generator.normal(0.0, 0.6, 60)
    expected = sklearn_value(name, actual, scores >= 0.0, scores)
    value = METRICS[name].compute(2.0 * actual[:, None] - 1.0, scores[:, None], 0.0)
    assert value == pytest.approx(expected, abs=1e-12)


def several_cases():
    generator = np.random.default_rng(3)
    cases = {}
    for classes in (3, 5, 10):
        for rows in (1, 4, 200):
            scores = generator.random((rows, classes))
            actual = generator.integers(0, classes, rows)
            cases[f"{classes} classes {rows} rows"] = actual, scores
            cases[f"{classes} classes {rows} rows tied"] = actual, np.round(scores, 1)
    cases["single class"] = np.full(9, 2), generator.random((9, 4))
    cases["a class without rows"] = np.array([0, 0, 1, 1, 3, 3]), generator.random((6, 4))
    never = np.array([[0.9, 0.1, 0], [0, 1, 0], [0.4, 0.6, 0], [1, 0, 0]])
    cases["a class neither has"] = np.array([0, 1, 0, 1]), never
    cases["one class said"] = np.array([0, 1, 2, 1]), np.tile([0.1, 0.8, 0.1], (4, 1))
    return cases


SEVERAL = several_cases()


@pytest.mark.parametrize("case", SEVERAL)
@pytest.mark.parametrize("name", CLASS_METRICS)
def test_several_classes_agree_with_scikit_learn(name, case):
    actual, scores = SEVERAL[case]
    expected = sklearn_value(name, actual, scores.argmax(axis=1), scores)
    value = METRICS[name].compute(one_hot(actual, scores.shape[1]), scores)
    assert value == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_macro_areas_equal_scikit_learn_s_own_where_every_class_has_rows():
    actual, scores = SEVERAL["5 classes 200 rows"]
    scores = scores / scores.sum(axis=1, keepdims=True)
    y = one_hot(actual, 5)
    assert METRICS["roc_auc"].compute(y, scores) == pytest.approx(
        sk.roc_auc_score(actual, scores, multi_class="ovr"), abs=1e-12
    )
    assert METRICS["pr_auc"].compute(y, scores) == pytest.approx(sk.average_precision_score(y, scores), abs=1e-12)


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_numbers_agree_with_scikit_learn(outputs, offset):
    y, a = np.random.default_rng(4).normal(offset, 1.0, (2, 50, outputs))
    assert METRICS["mae"].compute(y, a) == pytest.approx(sk.mean_absolute_error(y, a), rel=1e-12)
    mean = sk.mean_squared_error(y, a)
    assert METRICS["rmse"].compute(y, a) == pytest.approx(math.sqrt(mean), rel=1e-12)
    r2 = sk.r2_score(y, a, multioutput="variance_weighted")
    assert METRICS["r2"].compute(y, a) == pytest.approx(r2, rel=1e-12, abs=1e-12)


def test_float32_is_measured_in_double():
    y, a = np.random.default_rng(5).normal(1e3, 1.0, (2, 5000, 1)).astype(np.float32)
    exact_y, exact_a = y.astype(float), a.astype(float)
    for name in ("mae", "rmse", "r2"):
        assert METRICS[name].compute(y, a) == METRICS[name].compute(exact_y, exact_a)


@pytest.mark.parametrize("rows", [1, 3, 7])
def test_r2_of_targets_that_do_not_vary_is_not_a_number(rows):
    # 0.1 three times has a mean that is not 0.1: only a comparison tells.
    assert math.isnan(METRICS["r2"].compute(np.full((rows, 1), 0.1), np.arange(float(rows))[:, None]))


@pytest.mark.parametrize("name", METRICS)
def test_no_rows_and_outputs_that_are_not_numbers_give_nan(name):
    y, a = np.zeros((4, 1)), np.array([[0.2], [np.nan], [0.7], [0.1]])
    assert math.isnan(METRICS[name].compute(y[:0], a[:0]))
    assert math.isnan(METRICS[name].compute(y, a))
    assert math.isnan(METRICS[name].compute(np.zeros((0, 3)), np.zeros((0, 3))))


def test_confusion_counts_actual_by_predicted():
    actual, scores = SEVERAL["10 classes 200 rows"]
    np.testing.assert_array_equal(
        metrics.confusion(one_hot(actual, 10), scores, 10), sk.confusion_matrix(actual, scores.argmax(axis=1))
    )
    actual, share = BINARY["random-300-0"]
    np.testing.assert_array_equal(
        metrics.confusion(actual[:, None], share[:, None], 2, 0.3), sk.confusion_matrix(actual, share >= 0.3)
    )


def test_areas_take_n_log_n():
    generator = np.random.default_rng(6)
    rows = 300_000
    y, a = generator.integers(0, 2, (rows, 1)).astype(float), generator.random((rows, 1))
    began = time.process_time()
    METRICS["roc_auc"].compute(y, a)
    METRICS["pr_auc"].compute(y, a)
    assert time.process_time() - began < 3.0  # about 0.1; every pair of rows would take a minute


def test_entries_explain_themselves():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.help.endswith(".")
        assert metric.formula
        assert metric.task in ("classes", "number")
        assert metric.higher_is_better == (name not in ("mae", "rmse"))


def test_r2_of_a_target_whose_squares_underflow_is_not_a_number():
    y = np.array([[2.2e-309], [0.0]])
    assert np.isnan(METRICS["r2"].compute(y, y))
