"""A run is a function of specification, data and interventions."""

import math

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense
from bpgui.runs.divergence import EXAMINED
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.history import History, thin
from bpgui.runs.interventions import Intervention
from bpgui.runs.run import Run
from bpgui.runs.stopping import BY_HAND, DIVERGED, EPOCHS, TARGET


def project(name="moons", **training):
    spec, table = open_sample(name, rows=90 if name == "moons" else None)
    spec = replace(spec, training=replace(spec.training, **training))
    return spec, build.dataset(spec, table)


def drive(driver, steps=None):
    with quiet_numerics():
        for count, _ in enumerate(driver.steps(), 1):
            if count == steps:
                break
    return driver


def test_same_arguments_give_the_same_bits():
    spec, data = project(epochs=5)
    one, two = drive(Driver(spec, data)), drive(Driver(spec, data))
    np.testing.assert_array_equal(one.parameters, two.parameters)
    np.testing.assert_array_equal(one.history.epochs.view(), two.history.epochs.view())
    assert one.stop_reason == EPOCHS
    assert one.training.epoch == 5


def test_live_changes_are_written_down_and_replayed_to_the_bit():
    spec, data = project(epochs=6)
    live = Driver(spec, data)
    drive(live, 4)
    live.intervene("learning_rate", 0.1)
    drive(live, 3)
    live.intervene("epochs", 4)
    drive(live)
    live.extend()
    drive(live, 2)
    live.intervene("stop", BY_HAND)
    live.extend()
    drive(live)
    replay = drive(Driver(spec, data, live.interventions))
    np.testing.assert_array_equal(live.parameters, replay.parameters)
    np.testing.assert_array_equal(live.history.epochs.view(), replay.history.epochs.view())
    assert replay.interventions == live.interventions
    assert replay.training.epoch == live.training.epoch == 10


def test_unknown_interventions_are_refused():
    spec, data = project()
    with pytest.raises(KeyError):
        Driver(spec, data).intervene("momentum", 0.5)


def test_stops_at_the_target_loss_and_goes_on_past_it():
    spec, data = project("xor", target_loss=0.3)
    driver = drive(Driver(spec, data))
    assert driver.stop_reason == TARGET
    assert driver.train_loss <= 0.3
    assert 0 < driver.training.epoch < spec.training.epochs
    epoch = driver.training.epoch
    driver.extend()
    drive(driver)
    assert driver.stop_reason == EPOCHS
    assert driver.training.epoch == spec.training.epochs > epoch


def test_divergence_stops_names_the_step_and_keeps_finite_weights():
    spec, data = project("plane", learning_rate=1e200, optimizer="sgd", epochs=50)
    driver = drive(Driver(spec, data))
    assert driver.stop_reason == DIVERGED
    assert f"step {driver.step_count + 1}" in driver.stop_detail
    assert "learning rate 1e+200" in driver.stop_detail
    assert np.isfinite(driver.parameters).all()
    driver.extend()
    assert driver.stop_reason == DIVERGED


def test_a_run_taken_down_and_set_in_motion_again_goes_on_with_the_same_bits():
    spec, data = project(epochs=8)
    whole = drive(Driver(spec, data))
    run = Run(spec, 1)
    first = run.driver(data)
    drive(first, 7)
    run.take_down(first)
    stored = Run.from_stored(run.to_stored())
    second = drive(stored.driver(data))
    np.testing.assert_array_equal(second.parameters, whole.parameters)
    np.testing.assert_array_equal(second.history.epochs.view(), whole.history.epochs.view())
    assert stored.receipt == run.receipt
    assert stored.receipt.data == spec.data.table
    assert stored.receipt.threads == 1
    assert stored.receipt.blas


def test_a_stored_run_with_interventions_is_where_it_was():
    spec, data = project(epochs=3)
    run = Run(spec, 1)
    driver = drive(run.driver(data))
    driver.extend()
    drive(driver, 3)
    run.take_down(driver)
    again = Run.from_stored(run.to_stored()).driver(data)
    assert again.stop_reason is None
    assert again.epochs == 6
    assert (again.training.epoch, again.training.position) == (driver.training.epoch, driver.training.position)


def test_damaged_records_say_where():
    spec, data = project(epochs=1)
    run = Run(spec, 1)
    run.take_down(drive(run.driver(data)))
    stored = run.to_stored()
    stored.meta["step"] = "many"
    with pytest.raises(ValueError, match=r"Expected `int`.*step"):
        Run.from_stored(stored)


def test_history_keeps_first_points_extremes_and_stays_bounded():
    history = History()
    generator = np.random.default_rng(0)
    values = 1.0 + generator.random(200_000)
    values[[70_000, 150_001]] = 0.1, 9.0
    for epoch, value in enumerate(values, 1):
        history.epochs.append(epoch, value, math.nan)
    rows = history.epochs.view()
    assert len(rows) <= 32_768
    np.testing.assert_array_equal(rows[:200, 0], np.arange(1, 201))
    assert rows[:, 1].min() == 0.1
    assert rows[:, 1].max() == 9.0
    assert rows[-1, 0] == 200_000
    assert np.all(np.diff(rows[:, 0]) > 0)
    again = History.from_arrays(history.to_arrays())
    np.testing.assert_array_equal(again.epochs.view(), rows)


def test_extremes_of_the_validation_loss_are_kept_too():
    history = History()
    generator = np.random.default_rng(0)
    validation = 1.0 + generator.random(100_000)
    validation[[40_000, 70_001]] = 50.0, 0.001
    for epoch, value in enumerate(validation, 1):
        history.epochs.append(epoch, 1.0, value)
    rows = history.epochs.view()
    assert (rows[:, 2].min(), rows[:, 2].max()) == (0.001, 50.0)


@pytest.mark.parametrize("points", [16, 100, 1000])
def test_thinning_survives_nan(points):
    values = np.full(5000, np.nan)
    values[1234] = 3.0
    kept = thin(values, points)
    assert len(kept) <= points
    assert 1234 in kept
    assert {0, 4999} <= set(kept.tolist())


def test_intervention_before_the_first_step_counts():
    spec, data = project(epochs=2)
    changed = replace(spec, training=replace(spec.training, learning_rate=0.2))
    live = drive(Driver(spec, data, [Intervention(0, "learning_rate", 0.2)]))
    np.testing.assert_array_equal(live.parameters, drive(Driver(changed, data)).parameters)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_precision_is_the_whole_run_s(precision):
    spec, table = open_sample("moons", rows=60)
    spec = replace(spec, training=replace(spec.training, precision=precision, epochs=1))
    driver = drive(Driver(spec, build.dataset(spec, table)))
    assert driver.parameters.dtype == precision
    assert driver.training.network.predict(driver.data.x).dtype == precision


def test_a_run_that_went_back_goes_on_from_a_file_as_it_would_have() -> None:
    spec, table = open_sample("sine")
    spec = replace(spec, training=replace(spec.training, epochs=40, patience=30, learning_rate=1e200, optimizer="sgd"))
    data = build.dataset(spec, table)
    driver = Driver(spec, data)
    with quiet_numerics():
        for _ in driver.steps():
            pass
        assert driver.stop_reason == DIVERGED
        driver.go_back()
        driver.intervene("learning_rate", 0.01)
        driver.intervene("stop", "by hand")
        driver.intervene("resume")
        for _ in zip(range(3 * driver.training.batches + 1), driver.steps(), strict=False):
            pass
        run = Run(spec, 1)
        run.take_down(driver)
        reopened = Run.from_stored(run.to_stored()).driver(data)
        assert reopened.training.learning_rate == 0.01
        assert reopened.training.bad_epochs == driver.training.bad_epochs
        assert reopened.interventions == driver.interventions
        assert [i.value for i in driver.interventions if i.field == "go_back"] == ["step"]
        for one in (driver, reopened):
            for _ in one.steps():
                pass
    assert np.array_equal(reopened.parameters, driver.parameters)


def test_a_divergence_names_layers_as_the_window_does():
    spec, data = project(precision="float32")
    layers = (Dense(id="d7", units=3, activation="relu"), Dense(id="d1", units=3, activation="gelu"))
    spec = replace(spec, network=replace(spec.network, layers=(*layers, *spec.network.layers[-1:])))
    driver = Driver(spec, data)
    training = driver.training
    second = training.network.dense[1]
    second.W[...] = 3e38
    with quiet_numerics():
        validation = EXAMINED["validation"](training, data, driver.initial, math.inf)
        training.step()
        step = EXAMINED["step"](training, data, driver.initial, math.inf)
        second.W[0, 0] = math.nan
        weights = EXAMINED["weights"](training, data, driver.initial, math.nan)
    assert validation.what.endswith("; the first numbers to go were those of Dense 2")
    assert step.what.endswith("; the first numbers to go were those of Dense 2")
    assert weights.what.startswith("a weight of Dense 2 was no longer finite after epoch")
    assert {validation.layer, step.layer, weights.layer} == {"d1"}
