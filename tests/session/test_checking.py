"""The gradient check as the window asks for it: one at a time, of the step at which it was asked."""

import numpy as np
import pytest

from bpgui.engine.gradcheck import CENTRAL, CheckOptions, check_gradient, finished
from bpgui.project import edits
from bpgui.session.checking import Checking
from bpgui.session.shown_run import PAUSED, READY, TRAINING


@pytest.fixture
def checking(session, qtbot):
    qtbot.waitUntil(lambda: session.trainer.state == READY)
    return Checking(session.trainer)


def wait(qtbot, checking):
    qtbot.waitUntil(lambda: not checking.busy, timeout=20_000)


def test_it_is_the_engine_s_check_and_known_to_be_of_a_past_step(session, qtbot, checking):
    checking.ask()
    assert checking.busy
    wait(qtbot, checking)
    with session.trainer.parked() as driver:
        expected = finished(check_gradient(driver.training))
    for mine, theirs in zip(checking.answer.check.arrays, expected.arrays, strict=True):
        np.testing.assert_array_equal(mine.error, theirs.error)
        np.testing.assert_array_equal(mine.analytic, theirs.analytic)
    assert not checking.stale
    session.trainer.step_batch()
    qtbot.waitUntil(lambda: session.trainer.state == PAUSED and session.trainer.progress.step == 1)
    assert checking.stale
    checking.ask()
    wait(qtbot, checking)
    assert checking.answer.check.step == 2
    assert not checking.stale


def test_only_the_latest_question_counts(session, qtbot, checking):
    session.document.open_sample("digits8x8")
    for step in (1e-3, 1e-4, 1e-5):
        checking.ask(CheckOptions(CENTRAL, step))
    wait(qtbot, checking)
    assert checking.answer.check.options.step == 1e-5
    qtbot.waitUntil(lambda: not session.trainer.questions.open)
    assert checking.answer.check.options.step == 1e-5


def test_it_can_be_left_off_and_what_was_found_stays(session, qtbot, checking):
    session.document.open_sample("digits8x8")
    session.document.edit("wide", edits.set_layer, session.document.spec.network.layers[0].id, units=256)
    shares = []
    checking.progressed.connect(shares.append)

    def leave_off():
        shares.clear()
        checking.ask(CheckOptions(CENTRAL, limit=1_000_000))
        qtbot.waitUntil(lambda: bool(shares))
        checking.cancel()
        wait(qtbot, checking)
        assert shares[-1] < 1.0

    leave_off()
    assert checking.answer is None
    assert "left off" in checking.problem
    checking.ask(CheckOptions(limit=100))
    wait(qtbot, checking)
    known = checking.answer
    assert known is not None
    assert checking.problem == ""
    leave_off()
    assert checking.answer is known


def test_while_training_it_is_of_the_step_at_which_it_was_asked(session, qtbot, checking):
    session.document.edit("long", edits.set_training, epochs=1_000_000)
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.progress.step > 20)
    checking.ask()
    wait(qtbot, checking)
    assert session.trainer.state == TRAINING
    assert checking.answer.check.passed
    assert checking.answer.check.step == checking.step + 1
    qtbot.waitUntil(lambda: session.trainer.progress.step > checking.step)
    assert checking.stale


def test_another_run_forgets_what_was_found(session, qtbot, checking):
    checking.ask()
    checking.ask_errors()
    wait(qtbot, checking)
    qtbot.waitUntil(lambda: checking.errors is not None)
    session.document.open_sample("moons")
    assert checking.answer is None
    assert checking.errors is None
    checking.ask()
    session.trainer.new_seed()
    assert not checking.busy
    qtbot.waitUntil(lambda: not session.trainer.questions.open)
    assert checking.answer is None
    assert checking.problem == ""


def test_what_cannot_be_checked_is_a_sentence(session, qtbot, checking, monkeypatch):
    def fail(*args):
        raise MemoryError("no room")

    monkeypatch.setattr("bpgui.engine.gradcheck.checking.Look.__init__", fail)
    checking.ask()
    wait(qtbot, checking)
    assert "no room" in checking.problem
    assert checking.answer is None
