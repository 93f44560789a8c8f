"""A lesson in a window, driven by hand: buttons by their names, steps one after the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bpgui.project.lessons import Lesson, read_lesson
from bpgui.project.lessons.shelf import read_file
from bpgui.ui.main_window import MainWindow

DEMONSTRATION = Path(__file__).parent.parent / "demonstration.md"
HEAD = "---\ntitle: A\nminutes: 3\nsummary: S.\n---\n"


def demonstration() -> Lesson:
    return read_file(DEMONSTRATION)


def made(body: str, head: str = HEAD) -> Lesson:
    return read_lesson(head + body, "a")


def press(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Click a button of the Learn panel by its object name; it has to be seen and enabled."""
    button = window.docks["learn"].findChild(QPushButton, name)
    assert button is not None, name
    assert button.isVisible(), name
    assert button.isEnabled(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def begin(qtbot: QtBot, window: MainWindow, lesson: Lesson) -> None:
    window.lessons.begin(lesson)
    QApplication.processEvents()


def go_to(qtbot: QtBot, window: MainWindow, place: int) -> None:
    """By Next, and Skip where something is asked."""
    player = window.session.player
    while player.place < place:
        press(qtbot, window, "lesson-next" if player.done else "lesson-skip")


def ring_rect(window: MainWindow) -> QRect:
    """Where the ring is, in the coordinates of its window."""
    return QRect(window.lessons.ring.mapTo(window, QPoint(0, 0)), window.lessons.ring.size())
