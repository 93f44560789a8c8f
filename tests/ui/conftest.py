"""The session and the window that the tests drive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_driver import dispose

from bpgui.app import build_window
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def session(qapp: QApplication) -> Iterator[Session]:
    """A program without its window, drawn on in the dark theme."""
    theme.apply(qapp, True)
    made = Session()
    yield made
    assert made.shutdown()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.show()
    qtbot.waitExposed(made)
    yield made
    dispose(made)
