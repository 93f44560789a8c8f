"""A label that shortens a long text in the middle and shows all of it as its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QStyleOption, QWidget

from bpgui.session.guard import guarded


class ElidedLabel(QLabel):
    """One line, never wider than its place."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.mode = Qt.TextElideMode.ElideMiddle
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_text(self, text: str) -> None:
        """Show a text and hold it whole in the tooltip."""
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)

    @guarded(default=QSize(20, 20))
    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self.mode, rect.width())
        role = self.foregroundRole()
        palette = option.palette  # type: ignore[attr-defined]
        self.style().drawItemText(painter, rect, self.alignment().value, palette, self.isEnabled(), text, role)
        painter.end()
