"""A label that shortens a text too long for its place and shows all of it as its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from bpgui.session.guard import guarded


class ElidedLabel(QLabel):
    """One line, or as many as `lines` says; never wider than its place.

    Where the text is too long the first of `shorter` that fits stands there whole; the last of them is cut short.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.mode = Qt.TextElideMode.ElideMiddle
        self.lines = 1
        self.shorter: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)

    def set_text(self, text: str) -> None:
        """Show a text and hold it whole in the tooltip."""
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)

    @guarded(default=QSize(20, 20))
    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.sizeHint().height())

    @guarded(default=QSize(60, 20))
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), hint.height() + (self.lines - 1) * self.fontMetrics().height())

    def shown_text(self) -> str:
        """What stands in the present width."""
        rect, metrics = self.contentsRect(), self.fontMetrics()
        # Words do not fill each line to its end.
        room = rect.width() if self.lines == 1 else round(rect.width() * self.lines * 0.9)
        texts = (self.text(), *self.shorter)
        whole = next((text for text in texts if metrics.horizontalAdvance(text) <= room), None)
        return metrics.elidedText(texts[-1], self.mode, room) if whole is None else whole

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        flags = self.alignment().value | (int(Qt.TextFlag.TextWordWrap) if self.lines > 1 else 0)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), flags, self.shown_text())
        painter.end()
