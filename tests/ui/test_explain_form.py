"""The explained step's form: its text, its place in the window, what it says to those who do not see it."""

from __future__ import annotations

import pytest
from explain_hand import ExplainHand, Key
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_driver import controls, place, says

from bpgui.ui.main_window import MainWindow
from bpgui.ui.numbers import format_number


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> ExplainHand:
    window.session.document.open_sample("moons")
    return ExplainHand(window, qtbot)


def test_the_explanation_as_text(hand: ExplainHand) -> None:
    hand.begin()
    hand.click_edge("d1", 1, 1)
    hand.click(hand.panel.copy_button)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Step 1, Backward pass: Dense 1 › w(2→2) in Dense 1"
    assert any(line.startswith("gradient") and "∂L/∂w(2→2) = Σ rows: aᵢ δⱼ" in line for line in lines)
    spoken = str(hand.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("share of row")


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900)])
def test_it_fits_the_window(hand: ExplainHand, size: tuple[int, int]) -> None:
    window = hand.window
    window.resize(*size)
    QApplication.processEvents()
    hand.begin()
    hand.click_edge("d1", 1, 1)
    hand.click(hand.panel.phases.phases["Update"])
    while hand.panel.phases.on.isEnabled():
        hand.click(hand.panel.phases.on)
    assert (window.width(), window.height()) == size
    inside = window.rect()
    panel = hand.panel
    parts: list[QWidget] = [panel.terms, panel.outcome.take, panel.outcome.leave, *panel.phases.phases.values(),
                            panel.phases.play, panel.rows.after, panel.copy_button]  # fmt: skip
    for part in parts:
        assert part.isVisible()
        top = part.mapTo(window, part.rect().topLeft())
        assert inside.contains(part.rect().translated(top)), part
        wanted = part.sizeHint()
        assert part is panel.terms or part.width() >= min(wanted.width(), part.maximumWidth())
    assert panel.terms.height() >= 96
    assert hand.network.view.height() >= 190


def test_a_layout_of_ones_own_is_kept_when_it_opens(hand: ExplainHand) -> None:
    hand.window.docks["weights"].close()
    hand.begin()
    assert hand.window.docks["weights"].isHidden()
    hand.window.actions_by_key["layout_watch"].trigger()
    assert hand.window.docks["weights"].isVisible()
    assert not hand.panel.isVisible()
    hand.window.actions_by_key["layout_explain"].trigger()
    assert hand.panel.isVisible()


def test_what_is_drawn_is_read_out_and_spoken(hand: ExplainHand) -> None:
    hand.begin()
    hand.key(Key.Key_3)
    hand.key(Key.Key_Right)
    view, trace = hand.network.view, hand.walk.trace
    assert trace is not None
    delta = trace.layers[1].delta
    assert delta is not None
    placed = view.diagram.layout.of("d1")
    assert placed is not None
    rect = dict(placed.neurons)[2]
    QTest.mouseMove(view.viewport(), view.mapFromScene(QPointF(rect.cx + 3, rect.cy)))
    QTest.mouseMove(view.viewport(), view.mapFromScene(QPointF(rect.cx, rect.cy)))
    hand.qtbot.waitUntil(view.hover.readout.isVisible)
    assert view.hover.readout.text() == f"Dense 1, neuron 3: δ = {format_number(float(delta[0, 2]), 4)}"
    spoken = view.accessibleDescription()
    assert spoken.startswith("Step 1, Backward pass: Dense 1, tanh")
    assert format_number(float(delta[0, 0]), 4) in spoken


@pytest.mark.parametrize("sample", ["moons", "digits8x8"])
def test_every_control_of_the_open_panel_says_what_it_is(hand: ExplainHand, sample: str) -> None:
    hand.window.session.document.open_sample(sample)
    hand.begin()
    hand.key(Key.Key_Right)
    hand.click_number(0)
    missing = [f"{type(w).__name__} in {place(w)}" for w in controls(hand.panel) if not says(w)]
    assert missing == []
