"""Batches, epochs and state; whole trainings beside the textbook's loop."""

import itertools
from dataclasses import replace

import checks
import numpy as np
import pytest
from checks import MIXED, Setup
from oracles import make_batch, make_network

from bpgui.engine.batches import Batches
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
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


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_and_schedule_follows_the_textbook(optimizer, schedule):
    checks.training(Setup(optimizer=optimizer, schedule=schedule, text="dense:4 silu dense:2"), 6)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("clip", CLIPPINGS)
@pytest.mark.parametrize("weighted", [False, True])
def test_everything_at_once_follows_the_textbook(optimizer, clip, weighted):
    for loss, output, reduction in (("mse", "tanh", "half_sum"), ("cce", "softmax", "mean"), ("huber", "", "mean")):
        text = f"dense:4:nobias batchnorm:0.2 tanh dropout:0.3 dense:3 gelu dropout:0.5 dense:2 {output}"
        checks.training(
            Setup(
                text.strip(), loss, reduction, optimizer, "warmup", weighted=weighted, l1=1e-3, l2=1e-2, clip=clip,
                clip_at=0.2, rate=0.02,
            )
        )  # fmt: skip


@pytest.mark.parametrize(("rows", "batch_size"), [(23, 5), (21, 5), (20, 5), (6, 5), (5, 5), (4, 5), (23, 0), (2, 2)])
@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize("text", ["dense:4 tanh dense:2", MIXED])
def test_every_size_of_the_last_batch(rows, batch_size, shuffle, text):
    checks.training(Setup(text, rows=rows, batch_size=batch_size, shuffle=shuffle, weighted=True, rate=0.02), 4)


def test_a_batch_of_one_row_for_batch_norm_is_refused():
    with pytest.raises(ValueError, match="at least two rows"):
        Setup(MIXED, batch_size=1).start()


@pytest.mark.parametrize(("count", "size"), [*itertools.product((1, 2, 3, 7, 8, 9, 16, 17), (0, 1, 2, 3, 8, 20))])
@pytest.mark.parametrize("join", [False, True])
@pytest.mark.parametrize("shuffle", [False, True])
def test_an_epoch_holds_every_row_once(count, size, join, shuffle):
    x, rows = np.arange(40.0).reshape(20, 2), np.arange(1, count + 1)
    if join and min(size or count, count) < 2:
        return
    feed = Batches(
        x, x[:, :1], x[:, 0], rows, batch_size=size, shuffle=shuffle, seed=3, dtype=np.float64, join_single=join
    )
    for _ in range(3):
        seen, batches = [], 0
        while feed.position < count:
            chosen = feed.next_rows()
            taken, targets, weights = feed.take()
            np.testing.assert_array_equal(taken, x[chosen])
            np.testing.assert_array_equal(targets, x[chosen, :1])
            np.testing.assert_array_equal(weights, x[chosen, 0])
            seen += chosen.tolist()
            feed.position += len(chosen)
            batches += 1
            assert len(chosen) > 1 or not join
        assert sorted(seen) == rows.tolist()
        assert batches == feed.batches
        feed.position = 0
        feed.shuffle()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_state_with_everything_on_goes_on_with_the_same_bits(optimizer, schedule):
    setup = Setup(
        MIXED, optimizer=optimizer, schedule=schedule, weighted=True, l1=1e-4, l2=1e-3, clip="norm", clip_at=0.4,
    )  # fmt: skip
    for before, dtype in ((0, "float64"), (7, "float32"), (22, "float64")):
        checks.resumes(replace(setup, dtype=dtype), before, 24)


def test_a_long_run_goes_on_past_what_the_optimizer_clears():
    checks.resumes(Setup(MIXED, optimizer="adam"), 250, 20)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_best_and_sound_weights_come_back(optimizer):
    checks.goes_back(Setup(MIXED, optimizer=optimizer, rate=0.01))


@pytest.mark.parametrize("l1", [0.0, 0.01])
def test_the_penalty_of_an_epoch_is_the_mean_of_its_batches(l1):
    training, _ = Setup(l1=l1, l2=0.1).start()
    penalties = []
    for rows in (5, 5, 5, 5, 3):
        training.step()
        penalties.append(training.penalty * rows)
    assert training.epoch_penalty == pytest.approx(sum(penalties) / 23, rel=1e-14)


def test_data_loss_does_not_hold_the_penalty():
    one, two = Setup(l2=0.5).start()[0], Setup().start()[0]
    assert one.step() == two.step()
    assert one.penalty > 0.0
    assert two.penalty == 0.0


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
