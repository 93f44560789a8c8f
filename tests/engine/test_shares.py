"""Rows' shares of loss and gradient, against each row's gradient formed in full."""

import numpy as np
import pytest
from checks import MIXED, Setup

from bpgui.engine import shares
from bpgui.engine.explain import Gradient, Parameter, explain
from bpgui.engine.explain.stations import parameters_of
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.shares import row_shares, weight_shares

SETUPS = [
    Setup("dense:4 tanh dense:3:nobias dropout:0.4 silu dense:2", weighted=True),
    Setup("dense:4:freeze_weights tanh dense:3 softmax", "cce", "sum"),
    Setup(MIXED),
    Setup("dense:3 gelu dense:2 sigmoid", "bce", dtype="float32"),
]


def formed(trace):
    """(rows, parameters) of all trained arrays."""
    parts = []
    for slot in trace.slots:
        if slot.frozen:
            continue
        for parameter in parameters_of(trace, slot.layer):
            if parameter.name == slot.name:
                parts.append(weight_shares(trace, parameter))
    return np.array(parts).T


@pytest.mark.parametrize("setup", SETUPS, ids=repr)
def test_shares_are_those_of_gradients_formed_in_full(setup):
    training = setup.start()[0]
    training.step()
    trace = take_trace(training)
    found, each = row_shares(trace), formed(trace)
    tolerance = 1e-5 if setup.dtype == "float32" else 1e-12
    trained = np.concatenate([np.arange(s.part.start, s.part.stop) for s in trace.slots if not s.frozen])
    np.testing.assert_allclose(each.sum(axis=0), trace.data_gradient[trained], rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(found.norms, np.linalg.norm(each, axis=1), rtol=1e-12)
    whole = each.sum(axis=0)
    np.testing.assert_allclose(found.pulls, each @ whole / (whole @ whole), rtol=1e-9, atol=1e-12)
    assert found.pulls.sum() == pytest.approx(1.0)
    assert found.norm_shares.sum() == pytest.approx(1.0)
    assert found.parts.sum() == pytest.approx(trace.loss, rel=1e-5 if setup.dtype == "float32" else 1e-12)
    unit = each / np.linalg.norm(each, axis=1, keepdims=True)
    np.testing.assert_allclose(found.cosines, unit @ unit.T, rtol=0, atol=1e-9)
    assert bool(found.note) == trace.coupled


def test_a_weight_s_shares_are_the_terms_of_its_tree():
    trace = take_trace(Setup(MIXED, weighted=True).start()[0])
    for slot in trace.slots:
        parameter = Parameter(slot.layer, slot.name, tuple(size - 1 for size in slot.shape))
        node = explain(trace, Gradient(parameter, "data"))
        np.testing.assert_array_equal(weight_shares(trace, parameter), [term.value for term in node.terms()])


def test_rows_that_pull_in_opposite_directions_are_found():
    training = Setup("dense:2", batch_size=6).start()[0]
    rows = training.batch_rows()
    x = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 3.0], [0.1, 0.0, 0.0]])
    training.x[rows] = x
    training.network.parameters[:] = 0.0
    training.y[rows] = [[1.0, 1.0], [-1.0, -1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 1.0]]
    found = row_shares(take_trace(training))
    worst = found.opposed()[0]
    assert (worst.first, worst.second) == (0, 1)
    assert worst.cosine == pytest.approx(-1.0)
    assert {frozenset((pair.first, pair.second)) for pair in found.opposed()} == {frozenset((0, 1)), frozenset((1, 5)),
                                                                               frozenset((1, 2)), frozenset((1, 3))}
    assert found.norms[4] == 0.0
    assert np.isnan(found.cosines[4]).all()
    assert found.largest(1)[0] == 2


def test_of_many_rows_the_largest_are_paired(monkeypatch):
    monkeypatch.setattr(shares, "MOST_PAIRED", 3)
    found = row_shares(take_trace(Setup(batch_size=0).start()[0]))
    assert len(found.norms) == 23
    assert set(found.paired) == set(found.largest(3))
    assert found.cosines.shape == (3, 3)
    assert all({pair.first, pair.second} <= set(found.paired) for pair in found.opposed())


def test_without_a_gradient_nothing_is_shared():
    training = Setup("dense:2", batch_size=4).start()[0]
    training.network.parameters[:] = 0.0
    training.y[:] = 0.0
    found = row_shares(take_trace(training))
    assert not found.norms.any()
    assert not found.pulls.any()
    assert not found.norm_shares.any()
    assert found.opposed() == ()
