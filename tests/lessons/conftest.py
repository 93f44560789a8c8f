"""The window that the lessons are played in, and the program as a newcomer starts it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import pytest
from lesson_hand import FirstStart, LessonHand
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from bpgui import app
from bpgui.app import build_window
from bpgui.ui.launch import Launch
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.opening.is_finished)
    yield made
    leave(made)
    made.deleteLater()
    made.session.deleteLater()


def leave(window: MainWindow) -> None:
    """Close it without a question."""
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window._leaving = True
    window.close()


@pytest.fixture
def first_start(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[FirstStart]:
    """Start the program with no settings, walk a path in it, close it; how long it took is said (`pytest -rP`)."""
    interrupt = signal.getsignal(signal.SIGINT)

    def start(path: Callable[[LessonHand], None]) -> None:
        begun = time.perf_counter()
        windows: list[MainWindow] = []
        wrong: list[BaseException] = []

        def walk(window: MainWindow) -> None:
            try:
                hand = LessonHand(window, qtbot)
                path(hand)
                print(f"{hand.clicks} clicks, {time.perf_counter() - begun:.1f} s from the start of the program")
            except BaseException as error:
                wrong.append(error)
            finally:
                leave(window)

        def built(**options: bool) -> MainWindow:
            window = build_window(**options)
            windows.append(window)
            window.opening.finished.connect(lambda: QTimer.singleShot(0, lambda: walk(window)))
            return window

        monkeypatch.setattr(app, "build_window", built)
        monkeypatch.setattr(app, "start_logging", lambda: None)  # for the whole process
        assert app.run(Launch(), alone=True) == 0
        windows[0].deleteLater()
        if wrong:
            raise wrong[0]

    yield start
    signal.signal(signal.SIGINT, interrupt)
