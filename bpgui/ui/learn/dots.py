"""How far a lesson is: a dot a step, those behind filled, the present one wide."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import size
from bpgui.ui.theme import theme

SIZE, WIDE, GAP = 7, 20, 5


class Dots(QWidget):
    """`show_place(place, count)`; place `count` means all are behind."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._count = 0, 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_place(self, place: int, count: int) -> None:
        self._place, self._count = place, count
        text = self.tr("Step {0} of {1}").format(min(place + 1, count), count)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    @guarded(default=QSize(80, 12))
    def sizeHint(self) -> QSize:
        return size(80, 12)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        needed = (self._count - 1) * (SIZE + GAP) + WIDE
        scale = min(1.0, self.width() / needed)
        x = 0.0
        for step in range(self._count):
            width = (WIDE if step == self._place else SIZE) * scale
            painter.setBrush(colors.accent if step <= self._place else colors.field_border)
            rect = QRectF(x, (self.height() - SIZE * scale) / 2, width, SIZE * scale)
            painter.drawRoundedRect(rect, SIZE * scale / 2, SIZE * scale / 2)
            x += width + GAP * scale
        painter.end()
