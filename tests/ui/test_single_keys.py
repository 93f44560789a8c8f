"""Keys without Ctrl: they work wherever the focus is, but where the control with the focus uses the key itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpgui.ui.actions import ACTIONS
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import WeightsPanel

Key = Qt.Key
LETTERS = [entry.shortcut for entry in ACTIONS.values() if len(entry.shortcut) == 1]


def metrics(window: MainWindow) -> QWidget:
    output = window.panels["output"]
    assert isinstance(output, OutputPanel)
    output.show_view("metrics")
    return output.view.view.table  # type: ignore[union-attr]


def numbers(window: MainWindow) -> QWidget:
    """The weights as a table."""
    weights = window.panels["weights"]
    assert isinstance(weights, WeightsPanel)
    weights.as_table.click()
    assert weights.table is not None
    return weights.table


def word(window: MainWindow) -> QWidget:
    return window.panels["output"].switch.button("metrics")  # type: ignore[attr-defined]


def push(window: MainWindow) -> QWidget:
    return window.panels["model"].folds["more"].button  # type: ignore[attr-defined]


def switch(window: MainWindow) -> QWidget:
    return window.panels["model"].controls["shuffle"]  # type: ignore[attr-defined]


def choice(window: MainWindow) -> QWidget:
    return window.panels["model"].controls["optimizer"]  # type: ignore[attr-defined]


def number(window: MainWindow) -> QWidget:
    return window.panels["model"].controls["learning_rate"]  # type: ignore[attr-defined]


Place = Callable[[MainWindow], QWidget]


def focused(qtbot: QtBot, window: MainWindow, place: Place) -> QWidget:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    control = place(window)
    if place is switch:
        window.panels["model"].folds["more"].set_open(True)  # type: ignore[attr-defined]
    QApplication.processEvents()
    control.setFocus()
    qtbot.waitUntil(control.hasFocus)
    return control


def triggered(window: MainWindow) -> list[str]:
    """Every key that does what it says, from now on, instead of doing it."""
    found: list[str] = []
    shortcuts = {s.key().toString(): s for s in window.findChildren(QShortcut, "", Qt.FindDirectChildrenOnly)}
    for key in (*LETTERS, "Space"):
        shortcut = shortcuts[QKeySequence(key).toString()]
        shortcut.activated.disconnect()
        shortcut.activated.connect(lambda key=key: found.append(key))
    return found


def test_tables_and_buttons_let_letters_through(qtbot: QtBot, window: MainWindow) -> None:
    found = triggered(window)
    for place in (metrics, numbers, word, push, switch):
        control = focused(qtbot, window, place)
        for letter in LETTERS:
            QTest.keyClick(control, letter)
        assert found == LETTERS, place
        found.clear()


def test_a_table_to_read_has_no_use_for_space(qtbot: QtBot, window: MainWindow) -> None:
    found = triggered(window)
    for place in (metrics, numbers):
        QTest.keyClick(focused(qtbot, window, place), Key.Key_Space)
    assert found == ["Space", "Space"]


def test_a_button_is_pressed_by_space(qtbot: QtBot, window: MainWindow) -> None:
    control = focused(qtbot, window, switch)
    found = triggered(window)
    before = window.session.document.spec.training.shuffle
    QTest.keyClick(control, Key.Key_Space)
    assert window.session.document.spec.training.shuffle is not before
    assert found == []


def test_a_list_of_choices_is_searched_by_letters(qtbot: QtBot, window: MainWindow) -> None:
    control = focused(qtbot, window, choice)
    found = triggered(window)
    QTest.keyClick(control, "s")
    for letter in LETTERS:
        QTest.keyClick(control, letter)
    assert found == []


def test_a_number_is_typed_and_space_trains(qtbot: QtBot, window: MainWindow) -> None:
    control = focused(qtbot, window, number)
    found = triggered(window)
    QTest.keyClick(control, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(control, "2E-3")
    assert found == []
    QTest.keyClick(control, Key.Key_Space)
    assert found == ["Space"]
    assert window.session.document.spec.training.learning_rate == 2e-3


def test_a_batch_and_a_walk_from_a_word_that_was_clicked(qtbot: QtBot, window: MainWindow) -> None:
    """Nothing is taken out of the way here: the keys do what they say."""
    trainer = window.session.trainer
    control = focused(qtbot, window, word)
    QTest.keyClick(control, Key.Key_B)
    qtbot.waitUntil(lambda: trainer.progress.step == 1 and trainer.state == "paused")
    QTest.keyClick(control, Key.Key_X)
    qtbot.waitUntil(lambda: window.session.walk.trace is not None)
