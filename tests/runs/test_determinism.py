"""The same project gives the same bits: again, in another process, taken up in the middle, replayed."""

from functools import cache

import numpy as np
import pytest
from going_on import drive, fingerprint, in_another_process, project, resume, save

from bpgui.project import build
from bpgui.runs.driver import Driver
from bpgui.runs.stopping import BY_HAND, DIVERGED, EPOCHS, PATIENCE

PRECISIONS = ("float64", "float32")


def start(precision="float64", interventions=(), **training):
    spec, table = project(precision, **training)
    return Driver(spec, build.dataset(spec, table), interventions), table


@cache
def whole(precision="float64"):
    return fingerprint(drive(start(precision)[0]))


@pytest.mark.parametrize("precision", PRECISIONS)
def test_twenty_runs_of_twenty(precision):
    assert {fingerprint(drive(start(precision)[0])) for _ in range(20)} == {whole(precision)}
    driver = drive(start(precision)[0])
    assert driver.stop_reason == EPOCHS
    assert driver.training.schedule.take_state()["factor"] < 1.0
    assert driver.training.rate != driver.training.learning_rate


@pytest.mark.parametrize("precision", PRECISIONS)
def test_fresh_processes(precision):
    for seed in (1, 2):
        assert in_another_process("whole", precision, seed=seed) == whole(precision)


def test_what_is_on_is_really_on():
    """Each setting moves the bits: else a run that leaves it out would pass as well."""
    seen = {whole()}
    for name, value in (
        ("l1", 0.0), ("l2", 0.0), ("clip", "none"), ("schedule", "constant"), ("class_weights", "equal"),
        ("optimizer", "momentum"), ("shuffle", False), ("precision", "float32"),
    ):  # fmt: skip
        seen.add(fingerprint(drive(start(**{name: value})[0])))
    assert len(seen) == 9
    assert fingerprint(drive(start()[0], 20)) != fingerprint(drive(start()[0], 21))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("steps", [1, 23, 41])
def test_taken_up_in_another_process_in_the_middle_of_an_epoch(tmp_path, precision, steps):
    driver, table = start(precision)
    drive(driver, steps)
    assert 0 < driver.training.position < driver.training.count
    save(tmp_path / "a.bpgui", driver, table)
    assert in_another_process("resume", tmp_path / "a.bpgui", seed=steps) == whole(precision)


def test_taken_up_again_and_again(tmp_path):
    driver, table = start()
    for steps in range(3, 60, 4):
        save(tmp_path / "a.bpgui", drive(driver, steps), table)
        driver = resume(tmp_path / "a.bpgui")
        assert driver.step_count == steps
    assert fingerprint(drive(driver)) == whole()


def changed():
    """A run whose rate, penalty and clipping were changed while it went, and that was stopped and went on."""
    driver, table = start()
    drive(driver, 10)
    driver.intervene("learning_rate", 0.2)
    drive(driver, 17)
    driver.intervene("l2", 0.05)
    driver.intervene("clip", "value")
    drive(driver, 30)
    driver.intervene("stop", BY_HAND)
    driver.extend()
    return drive(driver, 31), table


def test_live_changes_are_recorded_and_replayed(tmp_path):
    driver, table = changed()
    save(tmp_path / "a.bpgui", driver, table)
    drive(driver)
    assert fingerprint(driver) != whole()
    assert [i.field for i in driver.interventions] == ["learning_rate", "l2", "clip", "stop", "resume"]
    assert fingerprint(drive(start(interventions=driver.interventions)[0])) == fingerprint(driver)
    assert in_another_process("resume", tmp_path / "a.bpgui") == fingerprint(driver)
    for steps in (5, 12, 29, 40):  # put back before, between and after the changes
        half, table = start(interventions=driver.interventions)
        save(tmp_path / "b.bpgui", drive(half, steps), table)
        taken_up, later = resume(tmp_path / "b.bpgui"), [i for i in driver.interventions if i.step > steps]
        for intervention in later:
            drive(taken_up, intervention.step)
            taken_up.intervene(intervention.field, intervention.value)
        assert fingerprint(drive(taken_up)) == fingerprint(driver)


@pytest.mark.parametrize("steps", [3, 50, 90])
def test_patience_and_the_best_weights_survive_a_resume(tmp_path, steps):
    settings = {"patience": 6, "epochs": 500, "learning_rate": 0.2, "plateau_patience": 2}
    driver = drive(start(**settings)[0])
    assert driver.stop_reason == PATIENCE
    assert driver.step_count > 90
    half, table = start(**settings)
    save(tmp_path / "a.bpgui", drive(half, steps), table)
    assert in_another_process("resume", tmp_path / "a.bpgui") == fingerprint(driver)
    taken_up = resume(tmp_path / "a.bpgui")
    np.testing.assert_array_equal(drive(taken_up).parameters, driver.parameters)


def diverged():
    """A run that was led into a divergence, went back, and goes on with a smaller rate."""
    driver, table = start(optimizer="momentum", clip="none", schedule="step", step_epochs=3)
    drive(driver, 60)
    driver.intervene("learning_rate", 1e200)
    drive(driver)
    assert driver.stop_reason == DIVERGED
    driver.go_back()
    driver.intervene("learning_rate", 0.01)
    return driver, table


def test_going_back_after_a_divergence_is_replayed_and_taken_up(tmp_path):
    driver, table = diverged()
    drive(driver, driver.step_count + 11)
    save(tmp_path / "a.bpgui", driver, table)
    drive(driver)
    assert driver.stop_reason == EPOCHS
    settings = {"optimizer": "momentum", "clip": "none", "schedule": "step", "step_epochs": 3}
    replay = drive(start(interventions=driver.interventions, **settings)[0])
    assert replay.interventions == driver.interventions
    assert fingerprint(replay) == fingerprint(driver)
    assert in_another_process("resume", tmp_path / "a.bpgui") == fingerprint(driver)


def test_a_diverged_run_saved_goes_back_after_it_is_opened(tmp_path):
    settings = {"optimizer": "momentum", "clip": "none", "schedule": "step", "step_epochs": 3}
    driver, table = start(**settings)
    drive(driver, 60)
    driver.intervene("learning_rate", 1e200)
    drive(driver)
    save(tmp_path / "a.bpgui", driver, table)
    opened = resume(tmp_path / "a.bpgui")
    assert opened.stop_reason == DIVERGED
    for each in (driver, opened):
        each.go_back()
        each.intervene("learning_rate", 0.01)
        drive(each)
    assert fingerprint(opened) == fingerprint(driver)
