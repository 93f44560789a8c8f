"""The window that the lessons are played in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from bpgui.app import build_window
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.opening.is_finished)
    yield made
    for dialog in made.findChildren(QDialog):
        dialog.close()
    made._leaving = True
    made.close()
    made.deleteLater()
