"""The walk through a step: keys and buttons, rows, play, what the diagram shows, taking it and leaving it."""

from __future__ import annotations

import numpy as np
import pytest
from explain_hand import ExplainHand, Key
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.explain import explain
from bpgui.engine.explain.numbers import text
from bpgui.engine.trace import INPUT
from bpgui.project import build, edits
from bpgui.runs.driver import Driver
from bpgui.session.explaining.flow import flow_at
from bpgui.session.session import Session
from bpgui.ui import motion
from bpgui.ui.main_window import MainWindow

SAMPLES = ("moons", "xor_textbook", "iris", "sine")


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> ExplainHand:
    window.session.document.open_sample("moons")
    return ExplainHand(window, qtbot)


def bits(session: Session) -> tuple[bytes, int]:
    with session.trainer.parked() as driver:
        assert driver is not None
        state = driver.training.take_state()
        return b"".join(np.asarray(a).tobytes() for a in state.arrays.values()) + repr(
            (state.step, state.position, state.updates, state.generator, state.masks)
        ).encode(), state.step


def step(hand: ExplainHand) -> None:
    trainer = hand.window.session.trainer
    count = trainer.progress.step
    trainer.step_batch()
    hand.qtbot.waitUntil(lambda: trainer.state == "paused" and trainer.progress.step == count + 1)


# ---- walking


def test_keys_and_buttons_walk_both_ways(hand: ExplainHand) -> None:
    hand.begin()
    assert (hand.phase, hand.here) == ("1 Forward pass", "Input")
    assert not hand.panel.phases.back.isEnabled()
    hand.key(Key.Key_Right)
    assert hand.here == "Dense 1"
    hand.key(Key.Key_Period)
    assert hand.here == "Dense 1, tanh"
    hand.key(Key.Key_Comma)
    hand.key(Key.Key_Left)
    assert hand.here == "Input"
    hand.click(hand.panel.phases.on)
    assert hand.here == "Dense 1"
    hand.click(hand.panel.phases.phases["Backward pass"])
    assert (hand.phase, hand.here) == ("3 Backward pass", "Dense 2")
    hand.key(Key.Key_4)
    assert (hand.phase, hand.here) == ("4 Update", "Dense 1")
    hand.key(Key.Key_1)
    assert hand.here == "Input"
    hand.window.actions_by_key["station_on"].trigger()
    assert hand.here == "Dense 1"


def test_the_key_of_the_window_begins(hand: ExplainHand) -> None:
    hand.network.setFocus()
    hand.qtbot.keyClick(hand.window, Qt.Key.Key_X)
    hand.settle()
    assert hand.panel.isVisible()
    assert hand.panel.hasFocus()
    hand.key(Key.Key_Right)
    assert hand.here == "Dense 1"


def test_rows_of_the_batch_and_all_of_it(hand: ExplainHand) -> None:
    hand.begin()
    trace = hand.walk.trace
    assert trace is not None
    numbers = hand.window.session.document.dataset.rows[trace.rows] + 1  # type: ignore[union-attr]
    hand.key(Key.Key_Right)
    for row in (0, 1, 2):
        assert hand.panel.rows.text.text() == f"row {numbers[row]} · {row + 1} of 32"
        assert hand.values()["z(1)"] == text(trace.layers[0].out[row, 0], 8)
        hand.click(hand.panel.rows.after)
    hand.key(Key.Key_PageUp)
    assert hand.walk.row == 2
    hand.key(Key.Key_W)
    assert hand.panel.rows.text.text() == "all 32 rows"
    assert hand.values()["mean z(1)"] == text(trace.layers[0].out[:, 0].mean(), 8)
    hand.key(Key.Key_3)
    assert hand.values()["Σ δ(1)"] == text(trace.layers[2].delta[:, 0].sum(), 8)  # type: ignore[index]
    hand.click(hand.panel.rows.whole)
    assert hand.walk.row == 2


def test_a_page_follows_the_row(hand: ExplainHand) -> None:
    hand.begin()
    hand.key(Key.Key_Right)
    hand.click_number(1)
    trace = hand.walk.trace
    assert trace is not None
    for row in (0, 1, 2):
        assert hand.here == "z(2)"
        assert hand.line(0)[2] == text(trace.layers[0].out[row, 1], 8)
        hand.key(Key.Key_PageDown)


def test_play_walks_to_the_end(hand: ExplainHand) -> None:
    hand.begin()
    action = next(a for a in hand.panel.phases.play.menu().actions() if a.objectName() == "pace-fast")
    action.trigger()
    assert hand.panel.phases.seconds == 0.5
    hand.panel.phases._seconds = 0.02
    hand.key(Key.Key_P)
    assert hand.panel.phases.playing
    hand.qtbot.waitUntil(lambda: hand.walk.at_end)
    assert not hand.panel.phases.playing
    assert hand.here == "What the step does"
    hand.panel.phases._seconds = 5.0
    hand.click(hand.panel.phases.play)
    assert hand.panel.phases.playing
    assert hand.walk.place == 0
    hand.key(Key.Key_Right)
    assert not hand.panel.phases.playing, "a step by hand stops it"


# ---- the numbers


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_number_shown_is_the_engine_s(hand: ExplainHand, sample: str) -> None:
    session = hand.window.session
    session.document.open_sample(sample)
    for _ in range(2):
        step(hand)
    hand.begin()
    trace = hand.walk.trace
    assert trace is not None
    step_before = bits(session)
    while True:
        station = hand.walk.station
        assert station is not None
        page = hand.walk.page
        assert page is not None
        lines = hand.lines()
        assert len(lines) == len(page.references) > 0
        for asked, (_, _, value) in zip(page.references, lines, strict=True):
            node = explain(trace, asked)
            assert value == text(node.value, 8)
            assert node.agrees()
        p = station.layer
        if station.phase == "Forward pass" and p is not None:
            outs = trace.inputs if p == INPUT else trace.layers[p].out
            assert [value for *_, value in lines] == [text(v, 8) for v in outs[0]]
        if not hand.panel.phases.on.isEnabled():
            break
        hand.key(Key.Key_Right)
    assert bits(session) == step_before
    hand.click(hand.panel.outcome.leave)
    step(hand)
    with session.trainer.parked() as driver:
        assert driver is not None
        np.testing.assert_array_equal(driver.parameters, trace.after)


def test_the_diagram_shows_what_flows(hand: ExplainHand) -> None:
    hand.begin()
    flow, diagram = hand.network.flow, hand.network.view.diagram
    trace = hand.walk.trace
    assert trace is not None
    assert hand.network.palette_strip.scale.isHidden()
    for _ in trace.stations:
        assert flow.neurons is not None
        assert flow.edges is not None
        picture = flow.neurons.picture
        station = hand.walk.station
        assert station is not None
        assert picture.flow is not None
        expected = flow_at(trace, station, hand.walk.row)
        assert picture.flow.columns.keys() == expected.columns.keys()
        for key, column in expected.columns.items():
            np.testing.assert_array_equal(picture.flow.columns[key].values, column.values)
        if expected.edges is not None:
            np.testing.assert_array_equal(flow.edges.picture.flow.edges, expected.edges)  # type: ignore[union-attr]
        grey = {key for key, pair in diagram.pairs.items() if pair.opacity() < 0.5}
        assert grey == set(diagram.pairs)
        hand.key(Key.Key_Right)
    hand.window.resize(1300, 760)
    QApplication.processEvents()
    shown = [item for item in diagram.items() if type(item).__name__ in ("EdgesFlow", "NeuronsFlow")]
    assert len(shown) == 2
    hand.click(hand.panel.outcome.leave)
    assert flow.neurons is None
    assert all(pair.opacity() == 1.0 for pair in diagram.pairs.values())
    assert not hand.network.palette_strip.scale.isHidden()
    assert not [item for item in diagram.items() if type(item).__name__ in ("EdgesFlow", "NeuronsFlow")]


def test_motion_only_where_it_is_wanted(hand: ExplainHand) -> None:
    hand.begin()
    try:
        motion.choose(False, keep=False)
        if not motion.is_reduced():
            hand.key(Key.Key_Right)
            assert hand.network.flow.progress < 1.0
            hand.qtbot.waitUntil(lambda: hand.network.flow.progress == 1.0)
        hand.window.actions_by_key["reduce_motion"].trigger()
        hand.key(Key.Key_Right)
        assert hand.network.flow.progress == 1.0
    finally:
        motion.choose(False, keep=False)


# ---- the run


def test_a_step_explained_and_left_leaves_the_run_as_it_was(hand: ExplainHand) -> None:
    session = hand.window.session
    for _ in range(3):
        step(hand)
        before = bits(session)
        hand.begin()
        for key in (Key.Key_Right, Key.Key_3, Key.Key_PageDown, Key.Key_W, Key.Key_Right, Key.Key_4):
            hand.key(key)
        hand.click_edge("d1", 1, 1)
        hand.click_number(0)
        for _ in range(12):
            hand.key(Key.Key_Right)
        hand.click(hand.panel.outcome.leave)
        assert hand.walk.trace is None
        assert hand.panel.begin.isVisible()
        assert bits(session) == before
    alone = Driver(session.document.spec, build.dataset(session.document.spec, session.document.table))
    for _ in range(3):
        alone.step()
    with session.trainer.parked() as driver:
        assert driver is not None
        assert driver.parameters.tobytes() == alone.parameters.tobytes()


def test_taking_the_step_gives_what_was_shown_and_goes_on(hand: ExplainHand) -> None:
    hand.begin()
    for number in range(1, 4):
        trace = hand.walk.trace
        assert trace is not None
        assert trace.step == number
        for _ in trace.stations:
            hand.key(Key.Key_Right)
        assert text(trace.actual_change, 4) in hand.panel.outcome.first.text()
        assert text(trace.predicted_change, 4) in hand.panel.outcome.second.text()
        hand.click(hand.panel.outcome.take)
        hand.qtbot.waitUntil(lambda t=trace: hand.walk.trace is not t and not hand.walk.waiting)  # type: ignore[misc]
        with hand.window.session.trainer.parked() as driver:
            assert driver is not None
            np.testing.assert_array_equal(driver.parameters, trace.after)
        assert hand.here == "Input"
        assert not hand.walk.stale


def test_a_run_that_goes_on_is_said_and_the_new_step_offered(hand: ExplainHand) -> None:
    hand.begin()
    hand.key(Key.Key_3)
    shown = hand.lines()
    step(hand)
    hand.qtbot.waitUntil(hand.panel.stale.isVisible)
    assert hand.panel.stale.first.text() == "These are the numbers of step 1"
    assert hand.lines() == shown
    assert hand.network.flow.neurons is None
    assert hand.panel.stale.renew.text() == "Explain step 2"
    hand.click(hand.panel.stale.renew)
    hand.qtbot.waitUntil(lambda: hand.walk.trace is not None and hand.walk.trace.step == 2)
    assert (hand.phase, hand.here) == ("3 Backward pass", "Dense 2")
    assert hand.lines() != shown
    assert not hand.panel.stale.isVisible()
    assert "step 2" in hand.panel.header.note.text()


def test_an_edit_of_the_rate_is_another_step_and_another_network_another_walk(hand: ExplainHand) -> None:
    document = hand.window.session.document
    step(hand)
    hand.begin()
    first = hand.walk.trace
    document.edit("rate", edits.set_live, {"learning_rate": 0.2})
    hand.qtbot.waitUntil(lambda: hand.walk.trace is not first and not hand.walk.waiting)
    assert hand.walk.trace is not None
    assert hand.walk.trace.learning_rate == 0.2
    document.edit("units", edits.set_layer, "d1", units=3)
    hand.qtbot.waitUntil(lambda: not hand.walk.waiting and hand.walk.trace.layers[0].out.shape[1] == 3)  # type: ignore[union-attr]
    assert hand.walk.trace.step == 1
    document.undo_stack.undo()
    hand.qtbot.waitUntil(lambda: not hand.walk.waiting and hand.walk.trace.step == 2)  # type: ignore[union-attr]


def test_hidden_it_costs_nothing(hand: ExplainHand) -> None:
    hand.begin()
    dock = hand.window.docks["explain"]
    dock.close()
    assert not hand.walk.watched
    assert hand.network.flow.neurons is None
    asked: list[object] = []
    questions = hand.window.session.trainer.questions
    questions.replied.connect(asked.append)
    step(hand)
    hand.window.session.document.edit("units", edits.set_layer, "d1", units=3)
    QTest.qWait(120)
    assert hand.walk.trace is None
    assert not asked
    dock.show()
    assert hand.panel.stack.currentIndex() == 0


def test_single_precision_agrees_as_far_as_it_can(hand: ExplainHand) -> None:
    hand.window.session.document.edit("precision", edits.set_training, precision="float32")
    hand.begin()
    assert hand.walk.trace is not None
    assert hand.walk.trace.dtype == np.float32
    while True:
        assert "agrees" in hand.panel.check.first.text() or "own number" in hand.panel.check.first.text()
        if hand.walk.at_end:
            break
        hand.key(Key.Key_Right)
    before = hand.walk.trace
    hand.click(hand.panel.outcome.take)
    hand.qtbot.waitUntil(lambda: hand.walk.trace is not before and not hand.walk.waiting)
    with hand.window.session.trainer.parked() as driver:
        assert driver is not None
        np.testing.assert_array_equal(driver.parameters, before.after)


def test_a_batch_too_large_to_keep_is_explained_by_its_first_rows(
    hand: ExplainHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bpgui.session.explaining.question.MOST_NUMBERS", 5 * (2 + 3 * 9))
    hand.begin()
    assert hand.walk.trace is not None
    assert len(hand.walk.trace.rows) == 5
    assert "5 of 32 rows" in hand.panel.header.note.text()
    while not hand.walk.at_end:
        hand.key(Key.Key_Right)
    assert not hand.panel.outcome.take.isEnabled()
    assert "5 rows only" in hand.panel.outcome.second.text()
