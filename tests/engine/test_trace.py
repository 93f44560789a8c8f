"""The trace of a step: the very bits of the step that is taken afterwards, and nothing else is touched."""

import numpy as np
import pytest
from checks import MIXED, Setup

from bpgui.engine.losses import LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.trace import BACKWARD, FORWARD, INPUT, LOSS, UPDATE, Station

SETUPS = [
    *(Setup(MIXED, optimizer=name, l1=0.01, l2=0.02, clip="norm", clip_at=0.5, weighted=True) for name in OPTIMIZERS),
    *(Setup(MIXED, optimizer=name, dtype="float32", clip="value", clip_at=0.05) for name in OPTIMIZERS),
    *(Setup(schedule=name) for name in SCHEDULES),
    Setup("dense:4 tanh dense:3 softmax", "cce", batch_size=0, l2=0.1),
    Setup("dropout:0.4 dense:4:freeze_weights relu dense:2 sigmoid", "bce", "sum", optimizer="adam"),
    Setup("batchnorm tanh dense:2", "mae", batch_size=11, rows=23),
    Setup("tanh dense:2", "huber", optimizer="adamw"),
]


def state_of(training):
    state = training.take_state()
    return {**state.arrays, "rest": repr({**vars(state), "arrays": None})}


def assert_same(one, two):
    assert set(one) == set(two)
    for name, value in one.items():
        assert np.array_equal(value, two[name]), name


@pytest.mark.parametrize("setup", SETUPS, ids=repr)
def test_the_step_afterwards_has_the_bits_of_the_trace(setup):
    watched, alone = setup.start()[0], setup.start()[0]
    for _ in range(3 * watched.batches + 1):
        before = state_of(watched)
        trace = take_trace(watched)
        assert_same(before, state_of(watched))
        np.testing.assert_array_equal(trace.rows, watched.batch_rows())
        loss = watched.step()
        assert (trace.loss, trace.penalty, trace.rate) == (loss, watched.penalty, watched.rate)
        assert trace.step == watched.step_count
        np.testing.assert_array_equal(trace.after, watched.network.parameters)
        np.testing.assert_array_equal(trace.running_after, watched.network.running)
        np.testing.assert_array_equal(trace.clipped, watched.network.gradients)
        for name, moment in watched.optimizer.moments.items():
            np.testing.assert_array_equal(trace.moments_after[name], moment)
        alone.step()
        for training in (watched, alone):
            if not training.feed.position:
                training.observe(training.epoch_loss, None)
        assert_same(state_of(watched), state_of(alone))


def test_everything_of_the_step_is_written_down():
    training = Setup(MIXED, l2=0.3, l1=0.1, clip="norm", clip_at=0.2, weighted=True, optimizer="adam").start()[0]
    training.step()
    trace = take_trace(training)
    network = training.network
    for position, layer in enumerate(trace.layers):
        assert layer.id == network.layers[position].id
        np.testing.assert_array_equal(layer.x, trace.layers[position - 1].out if position else trace.inputs)
    dropped = trace.layers[3]
    np.testing.assert_array_equal(dropped.out, dropped.x * dropped.mask)
    norm = trace.layers[1]
    np.testing.assert_allclose(norm.mean, norm.x.mean(axis=0), atol=1e-15)
    np.testing.assert_allclose(norm.normal, (norm.x - norm.mean) * norm.scale, rtol=1e-15)
    last = trace.layers[-1]
    np.testing.assert_array_equal(trace.array(trace.data_gradient, 7, "W"), last.x.T.dot(last.delta))
    shares = [trace.row_share(row) for row in range(len(trace.rows))]
    np.testing.assert_allclose(np.dot(shares, trace.row_losses), trace.loss, rtol=1e-14)
    W = np.concatenate([layer.W.reshape(-1) for layer in network.dense])
    np.testing.assert_allclose(trace.penalty, 0.1 * np.abs(W).sum() + 0.15 * (W**2).sum(), rtol=1e-14)
    np.testing.assert_allclose(trace.gradient_norm, np.linalg.norm(trace.gradient), rtol=1e-14)
    np.testing.assert_allclose(trace.clipped, trace.clip_factor * trace.gradient, rtol=1e-15)
    assert trace.clip_factor < 1.0
    assert np.linalg.norm(trace.clipped) == pytest.approx(0.2, rel=1e-5)
    assert trace.moments_before["m"].any()
    assert not np.array_equal(trace.moments_before["m"], trace.moments_after["m"])
    with pytest.raises(ValueError, match="read-only"):
        trace.before[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        dropped.mask[0] = 1.0


def test_predicted_and_actual_change_meet_for_small_steps():
    for rate, tolerance in ((1e-3, 3e-2), (1e-5, 3e-4)):
        training = Setup("dense:4 batchnorm tanh dropout:0.3 dense:2", rate=rate, l2=0.1, l1=0.1).start()[0]
        trace = take_trace(training)
        assert trace.predicted_change < 0.0
        assert trace.actual_change == pytest.approx(trace.predicted_change, rel=tolerance)


def test_rows_of_one_s_own_choice():
    training = Setup("dense:4 tanh dropout:0.5 dense:2").start()[0]
    before = state_of(training)
    trace = take_trace(training, np.array([20, 1]))
    assert not trace.real
    np.testing.assert_array_equal(trace.inputs, training.x[[20, 1]])
    one = take_trace(training, np.array([20]))
    assert one.loss == pytest.approx(one.row_losses[0])
    assert_same(before, state_of(training))
    with pytest.raises(ValueError, match="needs a row"):
        take_trace(training, np.array([], int))
    with pytest.raises(ValueError, match="two rows"):
        take_trace(Setup(MIXED).start()[0], np.array([3]))


def test_a_step_that_would_diverge_is_not_taken():
    training = Setup("dense:2", "mse").start()[0]
    training.network.parameters[0] = np.inf
    trace = take_trace(training)
    assert not trace.taken
    np.testing.assert_array_equal(trace.after, trace.before)
    with np.errstate(all="ignore"):
        training.step()
    assert training.diverged


def test_the_walk_through_a_step():
    trace = take_trace(Setup("dense:4 tanh dense:3 softmax", "cce").start()[0])
    assert trace.stations == (
        *(Station(FORWARD, p) for p in (INPUT, 0, 1, 2, 3)), Station(LOSS, None),
        *(Station(BACKWARD, p) for p in (2, 1, 0)), Station(UPDATE, 0), Station(UPDATE, 2), Station(UPDATE, None),
    )  # fmt: skip
    assert trace.layers[3].delta is None
    assert trace.positions("l2") == (2,)
    trace = take_trace(Setup("tanh dense:2").start()[0])
    np.testing.assert_allclose(trace.layers[0].delta, trace.layers[1].delta @ trace.array(trace.before, 1, "W").T)


@pytest.mark.parametrize("loss", LOSSES)
def test_row_losses_and_shares_make_the_loss(loss):
    output = {"bce": " sigmoid", "cce": " softmax"}.get(loss, "")
    for reduction in LOSSES[loss].reductions:
        for weighted in (False, True):
            trace = take_trace(Setup(f"dense:4 tanh dense:2{output}", loss, reduction, weighted=weighted).start()[0])
            whole = sum(trace.row_share(row) * trace.row_losses[row] for row in range(len(trace.rows)))
            assert whole == pytest.approx(trace.loss, rel=1e-13)
            for row, place in enumerate(trace.rows):
                training = Setup(f"dense:4 tanh dense:2{output}", loss, reduction, weighted=weighted).start()[0]
                alone = take_trace(training, np.array([place]))
                factor = 1.0 if reduction == "mean" or not weighted else float(alone.weights[0])
                assert alone.loss == pytest.approx(factor * trace.row_losses[row], rel=1e-13)
