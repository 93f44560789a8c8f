"""The window that the tests of the shell drive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from window_driver import dispose

from bpgui.app import build_window
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.show()
    qtbot.waitExposed(made)
    yield made
    dispose(made)
