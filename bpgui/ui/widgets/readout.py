"""Texts that change many times a second: drawn by hand in a fixed-pitch font, so that nothing is laid out anew."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.theme import mono_font, theme


class Readout(QWidget):
    """One line of fixed width; `muted` draws it in the quiet colour."""

    def __init__(self, longest: str, parent: QWidget | None = None, *, muted: bool = False) -> None:
        super().__init__(parent)
        self._text = ""
        self._muted = muted
        self.setFont(mono_font())
        metrics = QFontMetrics(self.font())
        self._size = QSize(metrics.horizontalAdvance(longest) + 4, max(metrics.height(), 20))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text; repaints this rectangle only."""
        if text != self._text:
            self._text = text
            self.update()

    @guarded(default=QSize(80, 20))
    def sizeHint(self) -> QSize:
        return self._size

    @guarded(default=QSize(80, 20))
    def minimumSizeHint(self) -> QSize:
        return self._size

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = theme()
        painter.setPen(colors.muted if self._muted else colors.text)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._text)
        painter.end()
