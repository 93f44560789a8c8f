"""The learning-rate finder: it leaves the run alone, repeats itself, and what it suggests trains."""

import math

import numpy as np
import pytest
from checks import MIXED, Setup
from msgspec.structs import replace
from test_trace import assert_same, state_of

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rate_finder import (
    DIVERGED,
    FROZEN,
    NO_FALL,
    ROSE,
    RUNS_AWAY,
    WHOLE,
    RateOptions,
    find_rate,
    finished,
    judged,
    rounded_rate,
    smoothed_curve,
)
from bpgui.engine.schedules import Schedule
from bpgui.project import build
from bpgui.project.edits import set_training
from bpgui.project.layer_list import with_hidden
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense

RICH = "dense:6 batchnorm tanh dropout:0.3 dense:4 tanh dense:2"
SETUPS = [
    *(Setup(RICH, optimizer=name, weighted=True, l2=0.01) for name in OPTIMIZERS),
    Setup(MIXED, l1=0.02, clip="norm", clip_at=0.5, schedule="cosine", optimizer="adam"),
    Setup("dense:3 tanh dense:2 softmax", "cce", batch_size=0, schedule="plateau", clip="value"),
    Setup(RICH, batch_size=11, dtype="float32", optimizer="momentum", schedule="warmup"),
    Setup(RICH, rows=2, batch_size=2), Setup(rows=1),
]  # fmt: skip


@pytest.mark.parametrize("setup", SETUPS, ids=repr)
@pytest.mark.parametrize("steps", [0, 7])
def test_the_run_stays_as_it_is_to_the_bit(setup, steps):
    watched, alone = setup.start()[0], setup.start()[0]
    for training in (watched, alone):
        for _ in range(steps):
            training.step()
    before = state_of(watched)
    search = find_rate(watched)
    for _ in range(20):
        next(search)
    assert_same(before, state_of(watched))
    watched.step()
    alone.step()
    finished(search)
    for _ in range(2 * watched.batches + 1):
        assert watched.step() == alone.step()
    assert_same(state_of(watched), state_of(alone))


@pytest.mark.parametrize("setup", SETUPS, ids=repr)
def test_the_losses_are_those_of_a_run_whose_rate_is_raised_by_hand(setup):
    searched, by_hand = setup.start()[0], setup.start()[0]
    for training in (searched, by_hand):
        for _ in range(9):
            training.step()
    found = finished(find_rate(searched))
    assert found.step == 10
    again = finished(find_rate(searched))
    np.testing.assert_array_equal(found.losses, again.losses)
    assert found.suggestion == again.suggestion
    by_hand.schedule, by_hand._constant = Schedule({}), True
    losses = []
    for rate in (*found.options.rates, 0.0):
        by_hand.learning_rate = float(rate)
        with np.errstate(all="ignore"):
            losses.append(by_hand.step() + by_hand.penalty)
    np.testing.assert_array_equal(found.losses, losses[1 : len(found.losses) + 1])
    assert len(found.losses) > 20
    np.testing.assert_array_equal(found.rates, found.options.rates[: len(found.losses)])


@pytest.mark.parametrize("setup", SETUPS, ids=repr)
def test_beside_each_loss_stands_that_of_the_same_rows_at_the_first_weights(setup):
    """At a rate of next to nothing every step's loss is that of a network that does not move."""
    training = setup.start()[0]
    found = finished(find_rate(training, RateOptions(1e-30, 1e-29, 40)))
    np.testing.assert_allclose(found.losses, found.before, rtol=1e-6 if setup.dtype == "float32" else 1e-13)
    np.testing.assert_allclose(found.smooth, found.before.mean(), rtol=1e-6 if setup.dtype == "float32" else 1e-13)
    assert found.problem == NO_FALL


def test_a_twin_goes_on_with_the_same_bits_by_the_same_schedule():
    setup = Setup(RICH, optimizer="adam", schedule="exponential", weighted=True, l2=0.01, clip="norm")
    training = setup.start()[0]
    for _ in range(6):
        training.step()
    twin = training.twin()
    for _ in range(3 * training.batches):
        assert twin.step() == training.step()
    assert twin.rate == training.rate
    np.testing.assert_array_equal(twin.network.parameters, training.network.parameters)
    np.testing.assert_array_equal(twin.network.running, training.network.running)


# ---- what a curve says


def look(losses, noise=0.0, ended=WHOLE):
    """Judge losses (160,) of batches that differ by so much."""
    batches = 1.0 + noise * np.random.default_rng(3).uniform(-1.0, 1.0, len(losses))
    return judged(1, RateOptions(), losses * batches, batches, ended)


def curve(fall_at=1e-2, rise_at=1.0, low=0.2):
    """A loss of 1 that falls to `low` around one rate and rises around another."""
    steps = np.log10(RateOptions().rates)
    fall = 1.0 / (1.0 + np.exp(-8.0 * (steps - math.log10(fall_at))))
    rise = np.exp(np.minimum(12.0 * (steps - math.log10(rise_at)), 40.0))
    return 1.0 - (1.0 - low) * fall + rise


@pytest.mark.parametrize("fall_at", [1e-4, 1e-3, 1e-2])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_the_suggestion_stands_where_most_of_the_fall_is_done_and_before_the_minimum(fall_at, noise):
    found = look(curve(fall_at, 100.0 * fall_at), noise)
    assert found.start == pytest.approx(1.0, abs=0.05)
    assert fall_at < found.suggestion <= found.high / 3.0 * 1.3
    assert found.suggestion < 10.0 * fall_at
    assert found.low == pytest.approx(fall_at, rel=0.4)
    assert 3.0 * fall_at < found.high < 100.0 * fall_at
    assert found.low <= found.suggestion <= found.high


@pytest.mark.parametrize("fall_at", [1e-3, 1e-1, 3.0])
def test_where_the_loss_never_rises_again_the_suggestion_keeps_a_distance_to_an_edge_that_was_not_seen(fall_at):
    """A task that is learnt within the test has no gradient left at its end, where any rate looks harmless."""
    found = look(curve(fall_at, 1e9), 0.3)
    nine_tenths = float(found.rates[np.argmax(found.smooth <= found.start - 0.9 * (found.start - found.lowest_loss))])
    assert found.suggestion == rounded_rate(nine_tenths / 3.0)
    assert found.low <= found.suggestion


def test_where_the_fall_ends_in_a_cliff_the_suggestion_keeps_away_from_it():
    rates = RateOptions().rates
    found = look(np.where(rates < 0.05, 1.0 - 10.0 * rates, 50.0), ended=ROSE)
    assert found.suggestion <= 0.05 / 3.0 * 1.3


@pytest.mark.parametrize(
    "losses", [np.ones(160), np.zeros(160), np.geomspace(1.0, 9.0, 160), 1.0 - 0.002 * (curve() < 0.5)]
)
def test_without_a_fall_there_is_no_suggestion(losses):
    found = look(losses, 0.3)
    assert (found.suggestion, found.problem) == (None, NO_FALL)
    assert found.times_off(1e9, 1) == 1.0


def test_batches_that_differ_do_not_move_a_flat_curve():
    np.testing.assert_allclose(look(np.ones(160), 0.9).smooth, look(np.ones(160), 0.9).before.mean(), rtol=1e-13)


def test_how_far_a_rate_is_off():
    found = look(curve())
    for rate in (found.suggestion, found.low, found.high):
        assert found.times_off(rate, 10) == 1.0
    assert found.times_off(1e-5, 100) == pytest.approx(1e-5 / found.suggestion)
    assert found.times_off(50.0, 100) == pytest.approx(50.0 / found.suggestion)
    # A hundred million of them go as far as the test went.
    assert found.times_off(1e-5, 100_000_000) == 1.0
    assert found.loss_at(1e-7) is None
    assert found.loss_at(float(found.rates[40])) == pytest.approx(float(found.smooth[40]))


def test_smoothing_has_no_lag():
    line = smoothed_curve(np.arange(60.0), np.ones(60), 5.0)
    np.testing.assert_allclose(line[25:35], np.arange(25.0, 35.0), atol=1e-3)


def test_rates_are_rounded_to_what_a_person_would_type():
    cases = {0.0312: 0.03, 0.0412: 0.05, 0.0069: 0.005, 0.0073: 0.01, 1.4: 1.0, 1.5: 2.0, 8.0: 10.0, 3e-7: 3e-7}
    for rate, expected in cases.items():
        assert repr(rounded_rate(rate)) == repr(expected)


@pytest.mark.parametrize("wrong", [{"lowest": 0.0}, {"lowest": 1.0, "highest": 0.1}, {"steps": 4}])
def test_a_range_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="rates above 0"):
        RateOptions(**wrong)


# ---- what can go wrong


def started(name="moons", **settings):
    spec, table = open_sample(name, **({"rows": 200} if name == "moons" else {}))
    spec = set_training(spec, **settings)
    return build.training(spec, build.dataset(spec, table)), spec, table


def test_a_frozen_network_is_said():
    _, spec, table = started()
    layers = tuple(
        replace(layer, freeze_weights=True, freeze_biases=True) if isinstance(layer, Dense) else layer
        for layer in spec.network.layers
    )
    spec = replace(spec, network=replace(spec.network, layers=layers))
    found = finished(find_rate(build.training(spec, build.dataset(spec, table))))
    assert (found.suggestion, found.problem) == (None, FROZEN)
    assert math.isnan(found.lowest_loss)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e200])
def test_numbers_that_run_away_at_once_are_said(value):
    training, _, _ = started("plane")
    training.network.parameters[:] = value
    found = finished(find_rate(training))
    assert (found.ended, found.suggestion, found.problem) == (DIVERGED, None, RUNS_AWAY)


def test_it_ends_where_the_loss_runs_away():
    training, _, _ = started("plane")
    found = finished(find_rate(training))
    assert found.ended in (ROSE, DIVERGED)
    assert len(found.rates) < found.options.steps
    assert np.isfinite(found.losses).all()
    assert found.losses[-1] > 4.0 * found.lowest_loss


def test_little_to_learn_is_no_reason_to_fail():
    training, _, _ = started("xor", epochs=4000)
    for _ in range(4000):
        training.step()
    found = finished(find_rate(training))
    assert found.suggestion is None or found.low <= found.suggestion <= found.high


# ---- what it suggests trains


def fall(spec, data, rate, steps):
    """(first, last) loss of the training rows."""
    training = build.training(set_training(spec, learning_rate=rate), data)
    losses = [training.network.evaluate(data.x, data.y, training.feed.weights, data.train)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            training.step()
            if training.diverged:
                return losses[0], math.inf
        losses.append(training.network.evaluate(data.x, data.y, training.feed.weights, data.train))
    return losses[0], losses[1] if math.isfinite(losses[1]) else math.inf


@pytest.mark.parametrize(
    ("hidden", "seed", "optimizer"),
    [("4:tanh", 23, "sgd"), ("3:tanh", 21, "sgd"), ("8:tanh", 22, "sgd"), ("2:sigmoid", 22, "momentum")],
)
def test_tiny_tables_taken_whole_are_not_trained_too_boldly(hidden, seed, optimizer):
    """They are learnt within the test, whose loss never rises again; at nine tenths of the fall they ran away."""
    spec, table = open_sample("xor", seed=seed)
    spec = set_training(replace(spec, network=with_hidden(spec.network, hidden)), optimizer=optimizer)
    data = build.dataset(spec, table)
    found = finished(find_rate(build.training(spec, data)))
    first, reached = fall(spec, data, found.suggestion, 1500)
    assert reached < 0.01 * first, found.suggestion


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", ["moons", "iris", "plane", "diabetes"])
def test_the_suggested_rate_trains_nearly_as_well_as_the_best(name, optimizer):
    training, spec, table = started(name, optimizer=optimizer)
    data = build.dataset(spec, table)
    found = finished(find_rate(training))
    first, reached = fall(spec, data, found.suggestion, 1000)
    best = min(fall(spec, data, 10.0**power, 1000)[1] for power in range(-4, 2))
    assert (reached - best) / (first - best) < 0.2, (found.suggestion, reached, best)
