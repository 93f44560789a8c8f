"""A hand for the tests of the model panel: unfolding, typing, choosing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from bpgui.session.session import Session
from bpgui.ui.panels.model import ModelPanel
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.number_box import NumberBox


@contextmanager
def shown(qtbot: QtBot, session: Session) -> Iterator[ModelPanel]:
    """A model panel on screen."""
    made = ModelPanel(session)
    made.resize(320, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def type_into(qtbot: QtBot, box: object, text: str) -> None:
    assert isinstance(box, NumberBox)
    box.lineEdit().selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def unfold(qtbot: QtBot, panel: ModelPanel, key: str) -> None:
    qtbot.mouseClick(panel.folds[key].button, Qt.MouseButton.LeftButton)
    assert panel.folds[key].open


def choose(qtbot: QtBot, box: object, key: str) -> None:
    assert isinstance(box, ChoiceBox)
    box.setFocus()
    start, target = box.currentIndex(), box.findData(key)
    assert target >= 0
    for _ in range(abs(target - start)):
        qtbot.keyClick(box, Qt.Key.Key_Down if target > start else Qt.Key.Key_Up)
