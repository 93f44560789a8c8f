"""Runs that go on, come back, fail or are saved at awkward moments."""

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.project import edits, storage
from bpgui.runs import probes
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.session.pace import Pace
from bpgui.session.session import Session


def wait_state(qtbot, trainer, *states):
    qtbot.waitUntil(lambda: trainer.state in states)


def extended(qtbot, session):
    """XOR trained to its 500 epochs, then on, and paused on the way to 1000."""
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    trainer.set_pace(Pace(60.0))
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.epoch > 505)
    trainer.pause()
    assert trainer.state == "paused"
    return trainer


def test_an_extended_run_survives_a_live_edit(qtbot, session):
    trainer = extended(qtbot, session)
    session.document.edit("rate", edits.set_training, learning_rate=0.01)
    assert trainer.state == "paused"
    assert trainer.driver.epochs == session.document.spec.training.epochs == 1000
    assert [i.field for i in trainer.driver.interventions] == ["epochs", "learning_rate"]


def test_an_extended_run_survives_undo_of_a_structural_edit(qtbot, session):
    trainer = extended(qtbot, session)
    run = trainer.run
    session.document.edit("units", edits.set_layer, session.document.spec.network.layers[0].id, units=3)
    session.document.undo_stack.undo()
    assert trainer.run is run
    assert trainer.state == "paused"
    assert [i.field for i in trainer.driver.interventions] == ["epochs"]


def test_an_extended_run_survives_the_file(qtbot, session, tmp_path):
    trainer = extended(qtbot, session)
    path, again = tmp_path / "a.bpgui", tmp_path / "b.bpgui"
    session.save(path)
    other = Session()
    try:
        other.open(path)
        assert other.trainer.state == "paused"
        assert other.trainer.driver.interventions == trainer.driver.interventions
        other.save(again)
        assert path.read_bytes() == again.read_bytes()
    finally:
        assert other.shutdown()


def test_a_run_past_its_target_survives_a_live_edit(qtbot, session):
    session.document.edit("target", edits.set_training, target_loss=0.1)
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    assert trainer.run.stop_reason == "target loss"
    trainer.set_pace(Pace(100.0))
    trainer.train()
    session.document.edit("rate", edits.set_training, learning_rate=0.02)
    assert trainer.state == "training"
    assert session.document.spec.training.target_loss is None


@pytest.mark.parametrize("reason", ["epochs", "by hand", "target loss"])
def test_an_ended_run_comes_back_ended_for_the_same_reason(qtbot, session, tmp_path, reason):
    trainer = session.trainer
    trainer.set_pace(Pace(100.0))
    if reason == "epochs":
        trainer.finish()
    else:
        trainer.train()
        qtbot.waitUntil(lambda: trainer.progress.step > 60)
        if reason == "by hand":
            trainer.stop()
        else:
            session.document.edit("target", edits.set_training, target_loss=0.6)
    wait_state(qtbot, trainer, "ended")
    session.save(tmp_path / "a.bpgui")
    other = Session()
    try:
        other.open(tmp_path / "a.bpgui")
        assert other.trainer.state == "ended"
        assert other.trainer.driver.stop_reason == reason
    finally:
        assert other.shutdown()


def test_a_file_saved_in_the_middle_of_training_is_of_one_moment(qtbot, session, tmp_path):
    trainer = session.trainer
    session.document.edit("epochs", edits.set_training, epochs=1_000_000)
    trainer.set_pace(Pace(None))
    trainer.train()
    for number in range(15):
        qtbot.wait(10)
        session.save(tmp_path / "a.bpgui")
        (stored,) = storage.load_project(tmp_path / "a.bpgui").runs
        assert stored.meta["epoch"] == stored.arrays["history.epochs"][-1, 0], number
    trainer.pause()


def test_a_damaged_table_costs_its_runs_and_nothing_else(qtbot, session, tmp_path, monkeypatch):
    trainer = session.trainer
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    lost = session.document.table.sha
    session.document.open_sample("and")
    path = tmp_path / "a.bpgui"
    session.save(path)
    whole = storage.load_project(path)
    damaged = replace_tables(whole, {sha: table for sha, table in whole.tables.items() if sha != lost})
    monkeypatch.setattr(storage, "load_project", lambda path, tables: damaged)
    other = Session()
    try:
        notes = other.open(path)
        assert any("run 1" in note.lower() for note in notes)
        assert list(other.trainer.runs) == []
        other.save(tmp_path / "b.bpgui")
    finally:
        assert other.shutdown()


def replace_tables(project, tables):
    return storage.Project(project.spec, tables, project.runs, project.current, project.notes)


def test_pause_after_the_natural_end_still_says_ended(qtbot, session):
    trainer = session.trainer
    trainer.frames.timer.setInterval(100_000)  # no frame is looked at in between
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.driver.stop_reason == "epochs")
    trainer.pause()
    assert trainer.state == "ended"
    assert trainer.run.stop_reason == "epochs"


def test_stop_after_the_natural_end_adds_nothing(qtbot, session):
    trainer = session.trainer
    trainer.frames.timer.setInterval(100_000)
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.driver.stop_reason == "epochs")
    trainer.stop()
    assert trainer.run.stop_reason == "epochs"
    assert trainer.run.interventions == ()


def test_a_step_that_fails_marks_the_run_and_keeps_what_was_learnt(qtbot, session, monkeypatch):
    trainer = session.trainer
    step = Driver.step

    def failing(driver):
        if driver.step_count == 49:
            raise ZeroDivisionError("planted")
        return step(driver)

    monkeypatch.setattr(Driver, "step", failing)
    with qtbot.waitSignal(trainer.failed) as failure:
        trainer.finish()
    assert "planted" in failure.args[0]
    assert trainer.state == "ended"
    assert trainer.run.stop_reason == "failed"
    assert trainer.run.state.step == 49
    monkeypatch.setattr(Driver, "step", step)
    trainer.reset()
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    assert trainer.run.stop_reason == "epochs"


def test_a_probe_that_fails_costs_only_itself(qtbot, session):
    trainer = session.trainer

    class Broken:
        def __call__(self, driver):
            raise RuntimeError("planted")

    with qtbot.waitSignal(trainer.failed):
        trainer.watch(session, (Broken(), probes.Weights()))
    assert trainer.state == "ready"
    trainer.finish()
    with qtbot.waitSignal(trainer.framed, check_params_cb=lambda f: probes.Weights() in f.answers):
        pass
    wait_state(qtbot, trainer, "ended")


def test_showing_a_run_shows_the_settings_it_has(qtbot, session):
    trainer, document = session.trainer, session.document
    trainer.finish()
    wait_state(qtbot, trainer, "ended")
    first = trainer.run
    trainer.reset()
    document.edit("rate", edits.set_training, learning_rate=0.5, epochs=700)
    trainer.show_run(first.id)
    assert trainer.run is first
    assert (document.spec.training.learning_rate, document.spec.training.epochs) == (0.03, 500)
    assert trainer.driver.interventions == []


def test_blocked_projects_need_no_timer(qtbot, session):
    session.document.edit("loss", edits.set_loss, "cce")
    assert session.trainer.state == "blocked"
    qtbot.waitUntil(lambda: not session.trainer.frames.timer.isActive())


def test_a_drag_of_the_noise_leaves_no_tables_behind(session):
    session.document.open_sample("moons", rows=50)
    for number in range(40):
        session.document.change_points(noise=0.01 * number)
    assert len(session.document.store) <= 12


def test_points_that_cannot_be_made_are_refused_in_words(qtbot, session):
    session.document.open_sample("moons", rows=50)
    with qtbot.waitSignal(session.document.refused):
        session.document.change_points(rows=1)
    assert session.document.spec.data.origin.rows == 50


def test_undo_of_a_sample_brings_the_file_back(session, tmp_path):
    path = tmp_path / "a.bpgui"
    session.save(path)
    session.document.open_sample("and")
    assert session.document.path is None
    session.document.undo_stack.undo()
    assert session.document.path == path
    assert not session.document.modified


def test_an_error_while_encoding_tears_nothing(session, monkeypatch):
    from bpgui.project import build

    document = session.document
    before = document.spec

    def full(spec, table):
        raise MemoryError

    monkeypatch.setattr(build, "dataset", full)
    document.apply("big", replace(before, seed=3))
    assert document.blocked
    assert "memory" in document.dataset_error
    monkeypatch.undo()
    document.undo_stack.undo()
    assert document.spec == before
    assert session.trainer.state == "ready"


def test_weights_that_become_infinite_stop_the_run_within_sixteen_steps(session):
    spec, data = session.document.spec, session.document.dataset
    layers = (replace(spec.network.layers[0], activation="relu"), spec.network.output)
    driver = Driver(replace(spec, network=replace(spec.network, layers=layers)), data)
    with quiet_numerics():
        driver.step()
        driver.training.network.dense[0].b[0] = -np.inf  # a dead unit: the loss stays finite
        for _ in range(16):
            driver.step()
    assert driver.stop_reason == "diverged"
    assert np.isfinite(driver.parameters).all()


def test_losses_asked_for_while_a_frame_is_made_are_right(qtbot, session):
    """The worker evaluates probes with the same buffers: both at once would give numbers of neither."""
    session.document.open_sample("digits8x8")
    trainer = session.trainer
    trainer.watch(session, (probes.Confusion("train"), probes.Confusion("validation"), probes.Predictions()))
    expected = Driver(session.document.spec, session.document.dataset).final_losses()
    for _ in range(60):
        trainer.refresh()
        assert trainer.final_losses() == expected


def test_after_a_divergence_it_goes_back_and_learns_at_a_tenth_of_the_rate(qtbot, session):
    session.document.open_sample("plane")
    session.document.edit("x", edits.set_training, optimizer="sgd", learning_rate=3.0, batch_size=8, epochs=400)
    trainer = session.trainer
    start = trainer.driver.parameters.copy()
    trainer.finish()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    assert trainer.progress.stop_reason == "diverged"
    trainer.go_back()
    assert session.document.spec.training.learning_rate == pytest.approx(0.3)
    assert trainer.driver.stop_reason is None
    assert [i.field for i in trainer.driver.interventions] == ["go_back", "learning_rate"]
    np.testing.assert_array_equal(trainer.driver.parameters, start)
    for _ in range(6):
        if trainer.state == "ended" and trainer.progress.stop_reason == "diverged":
            trainer.go_back()
        trainer.finish()
        qtbot.waitUntil(lambda: trainer.state == "ended", timeout=20_000)
        if trainer.progress.stop_reason != "diverged":
            break
    assert trainer.progress.stop_reason == "epochs"
    run = trainer.run
    with quiet_numerics():
        replay = Driver(run.spec, session.document.dataset, run.interventions)
        for _ in replay.steps():
            pass
    np.testing.assert_array_equal(replay.parameters, trainer.driver.parameters)
