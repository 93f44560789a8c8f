"""Questions to a run: traces and gradient checks, asked from the window, answered between two steps."""

import threading
import time

import numpy as np
import pytest

from bpgui.engine.explain import Gradient, Parameter, explain
from bpgui.engine.gradcheck import CheckOptions
from bpgui.project import edits
from bpgui.runs.explaining import CheckGradient, ExplainMetric, TakeTrace, place_between
from bpgui.session.desk import Desk
from bpgui.session.pace import Pace
from bpgui.session.shown_run import ENDED, PAUSED, READY, TRAINING


class Replies:
    """What comes back, by number."""

    def __init__(self, session, qtbot):
        self.questions, self.qtbot = session.trainer.questions, qtbot
        self.found, self.shares = {}, []
        self.questions.replied.connect(self._note)
        self.questions.progressed.connect(lambda number, share: self.shares.append((number, share)))

    def _note(self, reply):
        assert reply.number not in self.found
        self.found[reply.number] = reply

    def wait(self, number):
        self.qtbot.waitUntil(lambda: number in self.found, timeout=20_000)
        return self.found[number]

    def ask(self, question):
        return self.wait(self.questions.ask(question))


@pytest.fixture
def replies(session, qtbot):
    qtbot.waitUntil(lambda: session.trainer.state == READY)
    return Replies(session, qtbot)


def weights(session):
    with session.trainer.parked() as driver:
        return driver.training.network.parameters.copy()


def step(session, qtbot):
    count = session.trainer.progress.step
    session.trainer.step_batch()
    qtbot.waitUntil(lambda: session.trainer.state == PAUSED and session.trainer.progress.step == count + 1)


def test_the_trace_of_the_next_step(session, qtbot, replies):
    for _ in range(3):
        before = weights(session)
        reply = replies.ask(TakeTrace(shares=True))
        assert reply.error is None
        trace, words = reply.answer.trace, reply.answer.words
        assert (reply.run_id, reply.step) == (session.trainer.run.id, session.trainer.progress.step)
        np.testing.assert_array_equal(trace.before, before)
        np.testing.assert_array_equal(weights(session), before)
        step(session, qtbot)
        assert trace.step == session.trainer.progress.step
        np.testing.assert_array_equal(trace.after, weights(session))
        assert trace.loss == session.trainer.progress.loss
        np.testing.assert_allclose(reply.answer.shares.parts.sum(), trace.loss)
        assert "Dense 1" in explain(trace, Gradient(Parameter(0, "W", (0, 0))), words).label
    assert not session.trainer.questions.open


def test_a_row_of_one_s_own_choice_and_one_that_is_not_there(replies):
    assert replies.ask(TakeTrace((2,))).answer.words.rows == (3,)
    wrong = replies.ask(TakeTrace((10_000,)))
    assert isinstance(wrong.error, IndexError)
    assert wrong.answer is None
    assert replies.ask(TakeTrace()).answer is not None, "the worker is still there"


def test_a_check_is_a_job_with_progress(replies):
    number = replies.questions.ask(CheckGradient(CheckOptions(method="central")))
    reply = replies.wait(number)
    assert reply.answer.check.passed
    assert reply.answer.check.checked == reply.answer.check.total
    assert place_between(reply.answer.check, reply.answer.layers) == ""


def test_a_metric_and_the_sealed_part(replies):
    node = replies.ask(ExplainMetric("accuracy")).answer
    assert node.value == node.worked
    assert isinstance(replies.ask(ExplainMetric("accuracy", "test")).error, ValueError)


def slow(driver):
    """A job of half a second."""
    for k in range(1, 101):
        time.sleep(0.005)
        yield k / 100
    return "done"


def test_a_job_says_how_far_it_is_and_leaves_the_window_its_turn(session, qtbot, replies):
    number = replies.questions.ask(slow)
    qtbot.waitUntil(lambda: len(replies.shares) > 2)
    before = session.trainer.progress.step
    step(session, qtbot)
    assert session.trainer.progress.step == before + 1
    assert replies.wait(number).answer == "done"
    shares = [share for other, share in replies.shares if other == number]
    assert shares == sorted(shares)
    assert 0.0 < shares[0] < 1.0


def test_a_job_is_cancelled(session, qtbot, replies):
    closed = threading.Event()

    def job(driver):
        try:
            while True:
                time.sleep(0.002)
                yield 0.5
        finally:
            closed.set()

    number = replies.questions.ask(job)
    behind = replies.questions.ask(TakeTrace())
    qtbot.waitUntil(lambda: bool(replies.shares))
    replies.questions.cancel(number)
    assert replies.wait(number).cancelled
    assert closed.is_set()
    assert replies.wait(behind).answer is not None
    assert not session.trainer.questions.open


def test_another_run_takes_questions_back(session, qtbot, replies):
    number = replies.questions.ask(slow)
    qtbot.waitUntil(lambda: bool(replies.shares))
    session.document.edit("more", edits.set_seed, 7)
    assert replies.wait(number).cancelled
    assert replies.ask(TakeTrace()).run_id == session.trainer.run.id


def test_training_goes_on_beside_a_job_and_keeps_its_bits(session, qtbot, replies):
    session.document.edit("longer", edits.set_training, epochs=60_000)
    session.trainer.set_pace(Pace(1000.0))  # a minute: flat out a quick machine would be through before the answers
    session.trainer.train()
    qtbot.waitUntil(lambda: session.trainer.driver.step_count > 0)
    numbers = [replies.questions.ask(question) for question in (slow, TakeTrace(), CheckGradient())]
    found = [replies.wait(number) for number in numbers]
    assert all(reply.error is None and reply.answer is not None for reply in found)
    assert 0 < found[0].step <= found[1].step < 60_000
    qtbot.waitUntil(lambda: session.trainer.driver.step_count > found[2].step)
    assert session.trainer.state == TRAINING
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == ENDED, timeout=60_000)
    learnt = weights(session)
    session.trainer.reset()
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == ENDED, timeout=60_000)
    np.testing.assert_array_equal(weights(session), learnt)


def test_a_question_that_fails_ends_no_run(session, qtbot, replies):
    def wrong(driver):
        yield 0.1
        raise ZeroDivisionError

    assert isinstance(replies.ask(wrong).error, ZeroDivisionError)
    step(session, qtbot)
    assert session.trainer.state == PAUSED


def test_without_a_run_questions_come_back_at_once():
    desk = Desk()
    number = desk.ask(TakeTrace())
    assert desk.busy
    assert desk.owing
    desk.work(None, "", lambda: False)
    (reply,) = desk.collect()
    assert (reply.number, reply.cancelled) == (number, True)
    assert not desk.busy
    assert not desk.owing
    desk.cancel(number)
    assert desk.progress() is None
