"""The learning-rate finder in the window, by clicks and keys."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from window_driver import controls, place, says

from bpgui.engine.rate_finder import FROZEN, RateSearch, find_rate, finished
from bpgui.project import edits
from bpgui.session.session import Session
from bpgui.ui.dialogs.rate_finder import RateFinderDialog
from bpgui.ui.live.rate_words import about, rate_text
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.model import ModelPanel

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def opened(qtbot: QtBot, window: MainWindow) -> RateFinderDialog:
    """By the button beside the rate, once the curve is there."""
    panel = window.panels["model"]
    assert isinstance(panel, ModelPanel)
    QTest.mouseClick(panel.find_rate, LEFT)
    return searched(qtbot, window)


def searched(qtbot: QtBot, window: MainWindow) -> RateFinderDialog:
    (dialog,) = window.findChildren(RateFinderDialog)
    assert isinstance(dialog, RateFinderDialog)
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: not dialog.finding.busy, timeout=20_000)
    return dialog


def engine(window: MainWindow) -> RateSearch:
    with window.session.trainer.parked() as driver:
        return finished(find_rate(driver.training))


def rate(session: Session) -> float:
    return session.document.spec.training.learning_rate


def at(dialog: RateFinderDialog, rate: float) -> QPoint:
    spot = dialog.curve.area().center().toPoint()
    spot.setX(round(float(dialog.curve.px(np.array([rate]))[0])))
    return spot


def step(qtbot: QtBot, window: MainWindow) -> None:
    before = window.session.trainer.progress.step
    window.actions_by_key["step_batch"].trigger()
    trainer = window.session.trainer
    qtbot.waitUntil(lambda: trainer.progress.step > before and trainer.state != "training")


def test_it_opens_from_the_rate_s_field_and_the_suggestion_is_taken_by_a_click(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.session.document.open_sample("moons")
    window.session.document.edit("slow", edits.set_training, learning_rate=1e-6)
    expected = engine(window)
    dialog = opened(qtbot, window)
    np.testing.assert_array_equal(dialog.curve.search.smooth, expected.smooth)
    assert dialog.words.text().startswith(f"Suggested: {about(expected.suggestion)}. ")
    assert f"from {about(expected.low)} to {about(expected.high)}" in dialog.words.text()
    assert f"The present {rate_text(1e-6)} is lower" in dialog.words.text()
    assert dialog.use_button.text() == f"&Use {rate_text(expected.suggestion)}"
    QTest.mouseClick(dialog.use_button, LEFT)
    assert rate(window.session) == expected.suggestion
    assert "is one of them" in dialog.words.text()
    assert not dialog.use_button.isEnabled()
    assert window.session.document.undo_stack.undoText() == "Use the learning rate found"
    window.actions_by_key["undo"].trigger()
    assert rate(window.session) == 1e-6
    assert dialog.use_button.isEnabled()
    QTest.keyClick(dialog, Key.Key_Return)
    assert rate(window.session) == expected.suggestion
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(RateFinderDialog))


def test_it_opens_from_the_menu_once_and_looks_again(qtbot: QtBot, window: MainWindow) -> None:
    action = window.actions_by_key["find_rate"]
    action.trigger()
    dialog = searched(qtbot, window)
    assert dialog.finding.answer.step == 1
    step(qtbot, window)
    qtbot.waitUntil(lambda: "The run has gone on since step 0." in dialog.words.text())
    action.trigger()
    assert searched(qtbot, window) is dialog
    qtbot.waitUntil(lambda: dialog.finding.answer.step == 2)
    assert "gone on" not in dialog.words.text()
    step(qtbot, window)
    QTest.mouseClick(dialog.find_button, LEFT)
    qtbot.waitUntil(lambda: dialog.finding.answer.step == 3 and not dialog.finding.busy)
    dialog.close()
    action.trigger()
    (searched_again,) = (found for found in window.findChildren(RateFinderDialog) if found.isVisible())
    assert searched_again is not dialog
    qtbot.waitUntil(lambda: not searched_again.finding.busy)


def test_the_curve_is_read_and_another_rate_picked_by_mouse_and_keys(qtbot: QtBot, session: Session) -> None:
    """Without the window behind it, which would get the pointer on a screen without a window manager."""
    session.document.open_sample("moons")
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = RateFinderDialog(session, parent)
    dialog.show()
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: not dialog.finding.busy)
    curve, search = dialog.curve, dialog.finding.answer
    QTest.mouseMove(curve, at(dialog, 0.01))
    qtbot.waitUntil(lambda: curve.cursor_at is not None)
    assert curve.readout().startswith("rate 0.0")
    shown = float(curve.readout().split("loss ")[1])
    assert shown == pytest.approx(search.loss_at(curve.cursor_at[0]), rel=1e-3)
    QTest.mouseMove(curve, at(dialog, 0.004))
    QTest.mouseClick(curve, LEFT, pos=at(dialog, 0.004))
    assert 0.003 <= dialog.picked <= 0.005
    assert dialog.use_button.text() == f"&Use {rate_text(dialog.picked)}"
    QTest.mouseClick(dialog.use_button, LEFT)
    assert rate(session) == dialog.picked
    curve.setFocus()
    QTest.keyClick(curve, Key.Key_Escape)
    assert curve.cursor_at is None
    for _ in range(5):
        QTest.keyClick(curve, Key.Key_Right)
    place_ = int(np.abs(np.log(search.rates / curve.cursor_at[0])).argmin())
    assert curve.cursor_at[0] == search.rates[place_]
    assert place_ == len(search.rates) // 2 + 4
    assert curve.accessibleDescription() == curve.readout()
    QTest.keyClick(curve, Key.Key_Return)
    assert dialog.picked == float(f"{curve.cursor_at[0]:.1g}")
    assert rate(session) != dialog.picked
    QTest.mouseMove(curve, at(dialog, 90.0))
    assert curve.readout().endswith("not tried") or search.rates[-1] > 80.0
    assert not dialog.grab().isNull()


def test_in_a_run_that_trains_it_is_an_intervention(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("moons")
    session.document.edit("long", edits.set_training, epochs=1_000_000)
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.progress.step > 3)
    dialog = opened(qtbot, window)
    run = session.trainer.run
    dialog.pick(0.004)
    QTest.mouseClick(dialog.use_button, LEFT)
    assert session.trainer.state == "training"
    assert session.trainer.run is run
    session.trainer.pause()
    with session.trainer.parked() as driver:
        assert (driver.interventions[-1].field, driver.interventions[-1].value) == ("learning_rate", 0.004)


def test_the_same_as_a_table_and_copied(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    search = dialog.finding.answer
    QTest.mouseClick(dialog.as_table, LEFT)
    assert dialog.stack.currentWidget() is dialog.numbers
    model = dialog.numbers.model_
    assert model.rows[0] == rate_text(float(search.rates[0]))
    np.testing.assert_array_equal(model.numbers[:, 0], search.smooth)
    QTest.keyClick(dialog.numbers, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == dialog.words.text()
    assert float(lines[2].split("\t")[1]) == search.smooth[0]
    assert len(lines) == 2 + len(search.rates)
    dialog.numbers.setCurrentIndex(model.index(5, 0))
    QTest.keyClick(dialog.numbers, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1:] == ["\tloss", f"{rate_text(float(search.rates[5]))}\t{float(search.smooth[5])!r}"]


def test_what_cannot_be_found_stands_in_words(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    with session.trainer.parked() as driver:
        driver.training.network.trained = ()
    dialog = opened(qtbot, window)
    assert dialog.curve.empty_text == FROZEN
    assert dialog.curve.accessibleDescription() == FROZEN
    assert not dialog.use_button.isEnabled()
    assert not dialog.grab().isNull()
    with session.trainer.parked() as driver:
        driver.training.network.parameters[:] = np.nan
        driver.training.network.trained = (slice(0, 4),)
    QTest.mouseClick(dialog.find_button, LEFT)
    qtbot.waitUntil(lambda: "runs away" in dialog.curve.empty_text and not dialog.finding.busy)
    assert not dialog.grab().isNull()
    session.document.edit("two", edits.set_layer, session.document.spec.network.output.id, units=3)
    assert session.trainer.run is None
    assert "see the checks" in dialog.curve.empty_text
    assert not dialog.find_button.isEnabled()
    assert not window.actions_by_key["find_rate"].isEnabled()
    assert not window.panels["model"].find_rate.isEnabled()


def test_a_run_with_nothing_left_to_learn(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("plane")
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    dialog = opened(qtbot, window)
    if dialog.finding.answer.suggestion is None:
        assert dialog.words.text().startswith("The loss falls at no rate")
        assert dialog.use_button.text() == "&Use it"
    assert not dialog.grab().isNull()


def test_a_long_search_shows_how_far_it_is_and_can_be_cancelled(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("digits8x8")
    session.document.edit("wide", edits.set_layer, session.document.spec.network.layers[0].id, units=3000)
    dialog = opened(qtbot, window)
    QTest.mouseClick(dialog.find_button, LEFT)
    qtbot.waitUntil(lambda: dialog.find_button.text() == "&Cancel" or not dialog.finding.busy, timeout=20_000)
    if dialog.find_button.text() == "&Cancel":
        assert dialog.progress.isVisible()
        QTest.mouseClick(dialog.find_button, LEFT)
        qtbot.waitUntil(lambda: not dialog.finding.busy)
    assert dialog.find_button.text() == "&Find again"
    assert not dialog.progress.isVisible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_control_says_what_it_is_for(qtbot: QtBot, window: MainWindow, theme: str) -> None:
    window.theme.choose(theme, keep=False)
    dialog = opened(qtbot, window)
    dialog.resize(dialog.minimumSize())
    QApplication.processEvents()
    silent = [f"{type(w).__name__} in {place(w)}" for w in controls(dialog) if not says(w)]
    assert not silent
    assert says(window.panels["model"].find_rate)
    assert window.panels["model"].find_rate.text() == "Find…"
    assert not dialog.grab().isNull()
    assert math.isfinite(dialog.finding.answer.suggestion)
