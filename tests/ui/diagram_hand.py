"""A hand for the tests of the network panel: what a person does, in short words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.panels.network import NetworkPanel

LEFT, NONE, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Hand:
    """Short words for what a person does."""

    def __init__(self, panel: NetworkPanel) -> None:
        self.panel, self.view, self.document = panel, panel.view, panel.session.document

    @property
    def ids(self) -> list[str]:
        return [layer.id for layer in self.document.spec.network.layers]

    def at(self, key: str, part: str = "block") -> QPoint:
        return self.view.rect_of(key, part).center()

    def place(self, index: int) -> QPoint:
        place = self.view.diagram.layout.places[index]
        return self.view.mapFromScene(QPointF(place.cx, place.cy))

    def click(self, key: str, part: str = "block") -> None:
        QTest.mouseMove(self.view.viewport(), self.at(key, part))
        QTest.mouseClick(self.view.viewport(), LEFT, NONE, self.at(key, part))

    def hover(self, x: float, y: float) -> None:
        """Rest the cursor on a point of the scene, coming from beside it."""
        at = self.view.mapFromScene(QPointF(x, y))
        for point in (at + QPoint(0, 3), at):
            QTest.mouseMove(self.view.viewport(), point)
            QTest.qWait(20)

    def title(self, key: str) -> QPoint:
        rect = self.view.rect_of(key)
        return QPoint(rect.left() + 14, rect.top() + 12)

    def choose(self, text: str) -> None:
        """Click an entry of the menu that is open."""
        menu = self.panel.layer_actions.menu
        assert menu is not None
        assert menu.isVisible()
        action = next(a for a in menu.actions() if a.text().split("\t")[0] == text)
        QTest.mouseClick(menu, LEFT, NONE, menu.actionGeometry(action).center())
        assert not menu.isVisible()

    def drag(self, widget: QWidget, start: QPoint, end: QPoint, *, escape: bool = False) -> None:
        QTest.mousePress(widget, LEFT, NONE, start)
        for share in (0.2, 0.6, 1.0):
            QTest.mouseMove(widget, start + (end - start) * share)
        if escape:
            QTest.keyClick(self.view if widget is self.view.viewport() else widget, Key.Key_Escape)
        QTest.mouseRelease(widget, LEFT, NONE, end)

    def drag_chip(self, index: int, to: QPoint, *, escape: bool = False) -> None:
        chip = self.panel.palette_strip.chips[index]
        end = chip.mapFromGlobal(self.view.viewport().mapToGlobal(to))
        self.drag(chip, chip.rect().center(), end, escape=escape)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.view, key, modifiers)

    def select(self, key: str) -> None:
        self.panel.layer_actions.select(key)


@contextmanager
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    """A network panel on screen with a session of its own, and a hand at it."""
    theme.apply(qapp, dark=True)
    session = Session()
    panel = NetworkPanel(session)
    qtbot.addWidget(panel)
    panel.resize(720, 480)
    panel.show()
    qtbot.waitExposed(panel)
    panel.view.setFocus()
    yield Hand(panel)
    assert session.shutdown()
