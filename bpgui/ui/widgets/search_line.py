"""A line to look for something by, with a button that empties it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe


class SearchLine(QLineEdit):
    def __init__(self, name: str, help: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)  # a file dropped here is for the window
        self.setClearButtonEnabled(True)
        describe(self, name, help)
        for button in self._buttons():
            describe(button, self.tr("Clear: {0}").format(name), self.tr("Empty this line."))
        self._draw_icon()

    def _buttons(self) -> list[QToolButton]:
        return list(self.findChildren(QToolButton))

    def _draw_icon(self) -> None:
        for button in self._buttons():
            button.setIcon(icon("close", theme().muted))

    @guarded
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._draw_icon()
