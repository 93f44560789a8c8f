"""Batches, epochs and state."""

import numpy as np
import pytest
from oracles import make_batch, make_network

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.streams import SHUFFLE, stream
from bpgui.engine.training import Training

OPTIONS = {
    "momentum": 0.9, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8, "alpha": 0.99, "weight_decay": 0.01,
}  # fmt: skip


def make_training(optimizer="adam", rows=23, batch_size=5, *, shuffle=True, seed=4, loss="mse", output="identity"):
    network = make_network((3, 6, 2), "tanh", output, loss)
    x, y = make_batch(loss, rows + 4, 3, 2)
    made = OPTIMIZERS[optimizer].make(network.parameters, network.gradients, OPTIONS)
    chosen = np.arange(2, rows + 2)
    return Training(
        network, made, x, y, chosen, batch_size=batch_size, shuffle=shuffle, seed=seed, learning_rate=0.02
    )


def test_every_row_is_used_once_an_epoch_in_the_stream_s_order():
    training = make_training()
    generator = stream(4, SHUFFLE)
    for epoch in range(3):
        used = []
        while training.epoch == epoch:
            used.append(training.batch_rows().copy())
            training.step()
        assert [len(rows) for rows in used] == [5, 5, 5, 5, 3]
        np.testing.assert_array_equal(np.concatenate(used), 2 + generator.permutation(23))


def test_epoch_loss_is_the_row_weighted_mean_of_its_batches():
    training = make_training()
    losses = [(training.step(), rows) for rows in (5, 5, 5, 5, 3)]
    assert training.epoch_loss == pytest.approx(sum(loss * rows for loss, rows in losses) / 23, rel=1e-15)


def test_short_last_batch_has_an_exact_mean():
    training = make_training(shuffle=False)
    for _ in range(4):
        training.step()
    rows = training.batch_rows()
    twin = make_network((3, 6, 2), "tanh", "identity", "mse")
    twin.parameters[:] = training.network.parameters
    expected = np.mean((twin.predict(training.x[rows]) - training.y[rows]) ** 2)
    assert training.step() == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("steps", [0, 3, 5, 12])
def test_state_put_back_goes_on_with_the_same_bits(optimizer, steps):
    whole, half = make_training(optimizer), make_training(optimizer)
    for _ in range(steps):
        half.step()
    state = half.take_state()
    for _ in range(7):
        half.step()  # what happens afterwards must not reach the state
    resumed = make_training(optimizer)
    resumed.put_state(state)
    for _ in range(steps + 20):
        whole.step()
    for _ in range(20):
        resumed.step()
    np.testing.assert_array_equal(whole.network.parameters, resumed.network.parameters)
    assert (whole.epoch, whole.position) == (resumed.epoch, resumed.position)
    assert whole.take_state().loss_sum == resumed.take_state().loss_sum


def test_state_of_another_network_is_refused():
    state = make_training("adam").take_state()
    with pytest.raises(ValueError, match=r"moment\.velocity"):
        make_training("momentum").put_state(state)
    with pytest.raises(ValueError, match="order of rows"):
        make_training("adam", rows=20).put_state(state)


def test_a_batch_of_all_rows_keeps_their_order():
    training = make_training(batch_size=0)
    assert training.batches == 1
    for _ in range(3):
        np.testing.assert_array_equal(training.batch_rows(), np.arange(2, 25))
        training.step()


def test_non_finite_loss_changes_nothing_and_bad_weights_are_put_back():
    training = make_training(batch_size=0)
    for _ in range(16):
        training.step()
    good = training.network.parameters.copy()
    training.network.parameters[-1] = np.inf
    with np.errstate(all="ignore"):
        assert not np.isfinite(training.step())
    assert training.step_count == 16
    assert training.restore_finite()
    np.testing.assert_array_equal(training.network.parameters, good)


def test_outputs_watched_are_those_before_each_update():
    training = make_training(shuffle=False)
    watched = training.watch_outputs()
    rows = training.batch_rows().copy()
    expected = training.network.predict(training.x[rows])
    training.step()
    np.testing.assert_allclose(watched[rows], expected, rtol=1e-14)
    assert np.isnan(watched[0]).all()
