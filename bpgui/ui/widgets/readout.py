"""Texts that change many times a second: drawn by hand in a fixed-pitch font, so that nothing is laid out anew."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import sized
from bpgui.ui.theme import mono_font, theme

_GAP = re.compile(r" {2,}(?=[^\W\d])")  # before a word


class Readout(QWidget):
    """One line of fixed width, or two: the first name with its number, and the rest. `muted`: in the quiet colour."""

    def __init__(self, longest: str, parent: QWidget | None = None, *, muted: bool = False) -> None:
        super().__init__(parent)
        self._text = ""
        self._longest = longest
        self._muted = muted
        self._two_lines = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        sized(self, lambda w: w.setFont(mono_font()))

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text; repaints this rectangle only."""
        if text != self._text:
            self._text = text
            self.update()

    def set_two_lines(self, on: bool) -> None:
        """Where there is no room for all of it side by side."""
        self._two_lines = on
        self.updateGeometry()
        self.update()

    def lines(self, text: str) -> list[str]:
        """The text as it is drawn, line by line."""
        return _GAP.split(text, maxsplit=1) if self._two_lines else [text]

    @guarded(default=QSize(80, 20))
    def sizeHint(self) -> QSize:
        metrics, lines = self.fontMetrics(), self.lines(self._longest)
        return QSize(max(map(metrics.horizontalAdvance, lines)) + 4, max(metrics.height() * len(lines), 20))

    @guarded(default=QSize(80, 20))
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = theme()
        painter.setPen(colors.muted if self._muted else colors.text)
        lines = "\n".join(self.lines(self._text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, lines)
        painter.end()
