"""A button whose words break into lines: a lesson of the list, an answer to a question."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from bpgui.session.guard import guarded


class WrappedButton(QPushButton):
    """`column` takes labels; the button is as high as they are at its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("wrapped", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 8)
        self.column.setSpacing(2)

    def label(self, text: str, **properties: bool) -> QLabel:
        """One more line of text; clicks on it are the button's."""
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for name, value in properties.items():
            label.setProperty(name, value)
        return label

    @guarded(default=True)
    def hasHeightForWidth(self) -> bool:
        return True

    @guarded(default=40)
    def heightForWidth(self, width: int) -> int:
        return self.column.heightForWidth(width)

    @guarded(default=QSize(200, 40))
    def sizeHint(self) -> QSize:
        return QSize(200, self.column.heightForWidth(max(self.width(), 120)))

    @guarded(default=QSize(120, 40))
    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.column.heightForWidth(max(self.width(), 120)))

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
