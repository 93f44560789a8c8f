"""The learning-rate finder as the window asks for it: the latest one counts, and its rate is taken by an edit."""

import numpy as np
import pytest

from bpgui.engine.rate_finder import FROZEN, find_rate, finished
from bpgui.project import edits
from bpgui.session.rate_finding import RateFinding
from bpgui.session.shown_run import PAUSED, READY, TRAINING


@pytest.fixture
def finding(session, qtbot):
    qtbot.waitUntil(lambda: session.trainer.state == READY)
    return RateFinding(session.document, session.trainer)


def wait(qtbot, finding):
    qtbot.waitUntil(lambda: not finding.busy, timeout=20_000)


def step(qtbot, session, steps):
    for _ in range(steps):
        before = session.trainer.progress.step
        session.trainer.step_batch()
        qtbot.waitUntil(lambda n=before: session.trainer.progress.step > n and session.trainer.state == PAUSED)


def test_it_is_the_engine_s_search_and_known_to_be_of_a_past_step(session, qtbot, finding):
    session.document.open_sample("moons")
    finding.ask()
    assert finding.busy
    wait(qtbot, finding)
    with session.trainer.parked() as driver:
        expected = finished(find_rate(driver.training))
    np.testing.assert_array_equal(finding.answer.losses, expected.losses)
    assert finding.answer.suggestion == expected.suggestion
    assert not finding.stale
    step(qtbot, session, 1)
    assert finding.stale
    finding.ask()
    wait(qtbot, finding)
    assert finding.answer.step == 2
    assert not finding.stale


def test_the_run_has_the_bits_that_it_has_without_a_search(session, qtbot, finding):
    session.document.open_sample("moons", rows=100)
    step(qtbot, session, 5)
    finding.ask()
    step(qtbot, session, 5)
    wait(qtbot, finding)
    step(qtbot, session, 2)
    with session.trainer.parked() as driver:
        found = driver.parameters.copy()
    session.trainer.reset()
    step(qtbot, session, 12)
    with session.trainer.parked() as driver:
        np.testing.assert_array_equal(driver.parameters, found)


def test_its_rate_is_one_undo_step_and_what_was_found_stays_in_sight(session, qtbot, finding):
    finding.ask()
    wait(qtbot, finding)
    answer, before = finding.answer, session.document.spec
    finding.use(answer.suggestion)
    assert session.document.spec.training.learning_rate == answer.suggestion
    assert finding.answer is answer, "a run that has not begun becomes another one with the same weights"
    assert not finding.stale
    session.document.undo_stack.undo()
    assert session.document.spec == before
    assert finding.answer is answer


def test_in_a_run_that_has_begun_its_rate_is_an_intervention(session, qtbot, finding):
    step(qtbot, session, 3)
    run = session.trainer.run
    finding.ask()
    wait(qtbot, finding)
    finding.use(0.005)
    assert session.trainer.run is run
    with session.trainer.parked() as driver:
        last = driver.interventions[-1]
        assert (last.step, last.field, last.value) == (3, "learning_rate", 0.005)
        assert driver.training.learning_rate == 0.005
    assert finding.answer is not None


def test_another_network_forgets_what_was_found(session, qtbot, finding):
    finding.ask()
    wait(qtbot, finding)
    session.document.edit("units", edits.set_layer, "d1", units=3)
    assert finding.answer is None
    finding.ask()
    wait(qtbot, finding)
    session.document.edit("penalty", edits.set_training, l2=0.5)
    assert finding.answer is None
    finding.ask()
    session.trainer.new_seed()
    assert not finding.busy
    qtbot.waitUntil(lambda: not session.trainer.questions.open)
    assert (finding.answer, finding.problem) == (None, "")


def test_it_works_beside_a_training_and_can_be_left_off(session, qtbot, finding):
    session.document.open_sample("digits8x8")
    session.document.edit("wide", edits.set_layer, session.document.spec.network.layers[0].id, units=400)
    session.document.edit("long", edits.set_training, epochs=1_000_000)
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.progress.step > 5)
    shares = []
    finding.progressed.connect(shares.append)
    finding.ask()
    qtbot.waitUntil(lambda: bool(shares) or not finding.busy, timeout=20_000)
    finding.cancel()
    wait(qtbot, finding)
    assert finding.answer is not None or "left off" in finding.problem
    finding.ask()
    wait(qtbot, finding)
    assert session.trainer.state == TRAINING
    assert finding.answer.step == finding.step + 1
    before = session.trainer.progress.step
    qtbot.waitUntil(lambda: session.trainer.progress.step > before)


def test_what_cannot_be_found_is_a_sentence(session, qtbot, finding, monkeypatch):
    monkeypatch.setattr("bpgui.engine.training.Training.twin", lambda *args: (_ for _ in ()).throw(MemoryError("full")))
    finding.ask()
    wait(qtbot, finding)
    assert "full" in finding.problem
    assert finding.answer is None
    monkeypatch.undo()
    with session.trainer.parked() as driver:
        driver.training.network.trained = ()
    finding.ask()
    wait(qtbot, finding)
    assert finding.answer.problem == FROZEN
