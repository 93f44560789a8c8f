"""What is done to a run while it runs, and what a file says was done to it."""

import msgspec
import numpy as np
import pytest
from test_driver import drive, project

from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.run import Run
from bpgui.runs.stopping import DIVERGED, EPOCHS, METRIC, TIME


def test_another_value_of_a_target_that_was_met_lets_the_run_go_on():
    spec, data = project(epochs=40, target_metric="accuracy", target_value=0.7)
    driver = drive(Driver(spec, data))
    assert driver.stop_reason == METRIC
    driver.intervene("target_value", 1.1)
    assert driver.stop_reason is None
    assert drive(driver).stop_reason == EPOCHS


def test_a_time_limit_set_live_is_extended_by_itself():
    spec, data = project(epochs=40)
    driver = Driver(spec, data)
    driver.step()
    driver.intervene("max_seconds", 1.0)
    driver.charge(1.5)
    assert driver.stop_reason == TIME
    assert driver.extension() == {"max_seconds": 2.5}


def test_an_edit_made_after_a_divergence_is_replayed_after_it():
    """The step diverges by its penalty: taken away before the step it would not."""
    spec, data = project(epochs=12, l2=1e-3, learning_rate=1e160, optimizer="sgd", batch_size=0)
    live = drive(Driver(spec, data))
    assert live.stop_reason == DIVERGED
    with quiet_numerics():
        live.intervene("l2", 0.0)
        live.intervene("learning_rate", 0.1)
        live.go_back()
    drive(live)
    assert live.stop_reason == EPOCHS
    replay = drive(Driver(spec, data, live.interventions))
    assert replay.stop_reason == EPOCHS
    np.testing.assert_array_equal(replay.parameters, live.parameters)
    assert replay.interventions == live.interventions


def tampered(change, arrays=None):
    """A stored run of a few steps with its record changed by hand."""
    spec, data = project(epochs=5, schedule="plateau")
    run = Run(spec, 1)
    driver = drive(Driver(spec, data), steps=3)
    run.history = driver.history
    run.take_down(driver)
    stored = run.to_stored()
    meta = msgspec.structs.asdict(stored)["meta"] if isinstance(stored, msgspec.Struct) else dict(stored.meta)
    meta.update(change)
    return type(stored)(stored.id, meta, {**stored.arrays, **(arrays or {})}), data


def step(field, value):
    return {"interventions": [{"step": 1, "field": field, "value": value}]}


@pytest.mark.parametrize(
    "change",
    [
        step("l1", "x"), step("clip", "weird"), step("color", 1), step("learning_rate", -0.5), step("epochs", 0),
        {"step": -1}, {"epoch": -2}, {"updates": -5}, {"bad_epochs": -1}, {"seconds": -1.0}, {"position": -3},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_with_impossible_values_is_left_out_with_the_reason(change):
    stored, _ = tampered(change)
    with pytest.raises(ValueError, match=r"Run .* was left out"):
        Run.from_stored(stored)


@pytest.mark.parametrize(
    ("change", "arrays"),
    [
        ({"position": 10**6}, {}),
        ({"schedule": {"factor": -1.0, "best": None, "bad": 0}}, {}),
        ({"masks": [["0x1", "0x1", 0, 0]]}, {}),
        ({}, {"order": np.zeros(54, np.int64)}),
        ({}, {"order": np.arange(54) + 0.5}),
    ],
    ids=str,
)
def test_a_state_that_does_not_fit_is_refused(change, arrays):
    stored, data = tampered(change, arrays)
    with pytest.raises(ValueError, match="saved"):
        Run.from_stored(stored).driver(data)


@pytest.mark.parametrize(
    "epochs",
    [np.array([[np.nan, 1.0, 1.0, 0.0]]), np.array([[2.0, 1, 1, 0], [1.0, 1, 1, 0]]), np.ones((1, 4), complex)],
    ids=["nan", "backwards", "complex"],
)
def test_a_history_that_is_none_is_refused(epochs):
    stored, _ = tampered({}, {"history.epochs": epochs})
    with pytest.raises(ValueError, match=r"history\.epochs"):
        Run.from_stored(stored)
