"""Published numbers, read from the widgets: Mazur's 2-2-2 and the textbook's XOR, by clicks and keys only."""

from __future__ import annotations

import numpy as np
import pytest
from explain_hand import ExplainHand, Key, open_mazur
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.explain.numbers import text
from bpgui.project import edits
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> ExplainHand:
    return ExplainHand(window, qtbot)


def walked(hand: ExplainHand) -> dict[tuple[str, str], dict[str, str]]:
    """What each station shows, by phase and title, on the way from the first to the last by the arrow key."""
    found = {(hand.phase, hand.here): hand.values()}
    while hand.panel.phases.on.isEnabled():
        hand.key(Key.Key_Right)
        assert (hand.phase, hand.here) not in found
        found[hand.phase, hand.here] = hand.values()
    return found


@pytest.mark.parametrize("frozen", [True, False], ids=["frozen biases", "trained biases"])
def test_mazur_s_step(hand: ExplainHand, frozen: bool) -> None:
    open_mazur(hand.window.session, frozen=frozen)
    hand.begin()
    seen = walked(hand)
    forward, backward, update = "1 Forward pass", "3 Backward pass", "4 Update"
    assert seen[forward, "Input"] == {"x(1)": "0.05", "x(2)": "0.1"}
    assert seen[forward, "Dense 1"] == {"z(1)": "0.3775", "z(2)": "0.3925"}
    hidden = {"a(1)": text(0.5932699921071872, 8), "a(2)": text(0.596884378259767, 8)}
    assert seen[forward, "Dense 1, sigmoid"] == hidden
    outputs = {"a(1)": text(0.7513650695523157, 8), "a(2)": text(0.7729284653214625, 8)}
    assert seen[forward, "Dense 2, sigmoid"] == outputs
    assert seen["2 Loss", "Loss"]["L"] == text(0.2983711087600027, 8)
    assert seen[backward, "Dense 2, sigmoid"]["∂L/∂a(1)"] == text(0.7413650695523157, 8)
    assert seen[backward, "Dense 2"]["δ(1)"] == text(0.13849856162855698, 8)
    assert seen[backward, "Dense 2"]["∂L/∂w(1→1)"] == text(0.08216704056423078, 8)
    assert seen[backward, "Dense 1, sigmoid"]["∂L/∂a(1)"] == text(0.03635030639314468, 8)
    assert seen[backward, "Dense 1"]["∂L/∂w(1→1)"] == text(0.00043856773447434685, 8)
    after = {"w(1→1)": 0.35891647971788465, "w(2→1)": 0.4086661860762334, "w(1→2)": 0.5113012702387375}
    for name, value in (after | {"w(2→2)": 0.5613701211079891}).items():
        assert seen[update, "Dense 2"][f"{name} after"] == text(value, 8)
    published = {"w(1→1)": 0.1497807161327628, "w(2→1)": 0.19956143226552567, "w(1→2)": 0.24975114363236958}
    for name, value in (published | {"w(2→2)": 0.29950229}).items():
        assert seen[update, "Dense 1"][f"{name} after"] == text(value, 8)
    new_loss = text(0.29102777369359933 if frozen else 0.28047144679143016, 8)
    assert seen[update, "What the step does"]["L after"] == new_loss
    before = hand.walk.trace
    assert before is not None
    hand.click(hand.panel.outcome.take)
    hand.qtbot.waitUntil(lambda: hand.walk.trace is not before and not hand.walk.waiting)
    with hand.window.session.trainer.parked() as driver:
        assert driver is not None
        np.testing.assert_array_equal(driver.parameters, before.after)
    hand.key(Key.Key_2)
    assert hand.values()["L"] == new_loss


def test_the_xor_script_of_the_teaching_text(hand: ExplainHand) -> None:
    session = hand.window.session
    session.document.open_sample("xor_textbook")
    session.document.edit("one less", edits.set_training, epochs=9_999)
    hand.window.actions_by_key["finish"].trigger()
    hand.qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    hand.begin()
    for _ in range(4):
        hand.key(Key.Key_Right)
    assert (hand.phase, hand.here) == ("1 Forward pass", "Dense 2, sigmoid")
    printed = ["0.25840124", "0.69139438", "0.69130801", "0.39872979"]
    for row, output in enumerate(printed, 1):
        assert hand.panel.rows.text.text() == f"row {row} · {row} of 4"
        assert hand.values() == {"a(1)": output}
        hand.key(Key.Key_PageDown)
    for _ in range(20):
        hand.key(Key.Key_Right)
    assert hand.here == "What the step does"
    assert not hand.panel.outcome.take.isEnabled(), "the run has ended: nothing is taken from it"
    QApplication.processEvents()
