"""The bar of the three parts of the data; its two borders can be dragged or moved by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded
from bpgui.ui.sizes import px, size, sized
from bpgui.ui.theme import theme

BAR_HEIGHT = 10
GRIP = 8
STEP = 0.05
LEAST_TRAIN = 0.05


class SplitBar(QWidget):
    """Fractions (train, validation, test), adding up to 1. `edited((t, v, s), done)`: `done` ends a drag."""

    edited = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fractions = (1.0, 0.0, 0.0)
        self._held: int | None = None
        self._active = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        sized(self, lambda w: w.setFixedHeight(px(20)))

    def fractions(self) -> tuple[float, float, float]:
        return self._fractions

    def set_fractions(self, train: float, validation: float, test: float) -> None:
        """Show other fractions, without a signal."""
        if (train, validation, test) != self._fractions:
            self._fractions = (train, validation, test)
            self.update()

    def borders(self) -> tuple[float, float]:
        """Where train ends and where validation ends, 0 … 1."""
        train, validation, _ = self._fractions
        return train, train + validation

    def _x(self, share: float) -> float:
        return 1.0 + share * (self.width() - 2.0)

    def _nearest(self, x: float) -> int | None:
        distances = [abs(x - self._x(border)) for border in self.borders()]
        best = 0 if distances[0] < distances[1] else 1
        if distances[0] == distances[1]:
            # Both at the right end: only the first has room to go left.
            best = 1 if self.borders()[0] <= LEAST_TRAIN else 0
        return best if distances[best] <= GRIP else None

    def _move(self, border: int, share: float, *, done: bool) -> None:
        first, second = self.borders()
        share = min(max(round(share * 20) / 20, 0.0), 1.0)
        if border == 0:
            first = max(share, LEAST_TRAIN)
            second = max(second, first)
        else:
            second = max(share, first)
        wanted = (round(first, 2), round(second - first, 2), round(1.0 - second, 2))
        if wanted != self._fractions or done:
            self._fractions = wanted
            self.update()
            self.edited.emit(wanted, done)

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = self._nearest(event.position().x())
        if self._held is not None:
            self._active = self._held
        self.update()

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held is None:
            near = self._nearest(x) is not None
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
            return
        self._move(self._held, (x - 1.0) / max(self.width() - 2.0, 1.0), done=False)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._move(held, self.borders()[held], done=True)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = STEP if key == Qt.Key.Key_Right else -STEP
            self._move(self._active, self.borders()[self._active] + step, done=True)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._active = 1 - self._active
            self.update()
        else:
            super().keyPressEvent(event)

    @guarded(default=QSize(120, 20))
    def sizeHint(self) -> QSize:
        return size(160, 20)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - BAR_HEIGHT) / 2
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(1, top, self.width() - 2, BAR_HEIGHT), 4, 4)
        painter.setClipPath(clip)
        start = 0.0
        parts = zip(self._fractions, (colors.split_train, colors.split_validation, colors.split_test), strict=True)
        for fraction, color in parts:
            left, right = self._x(start), self._x(start + fraction)
            painter.fillRect(QRectF(left, top, right - left, BAR_HEIGHT), color)
            start += fraction
        painter.setClipping(False)
        for index, border in enumerate(self.borders()):
            self._paint_grip(painter, index, border, colors.text, colors.panel)
        painter.end()

    def _paint_grip(self, painter: QPainter, index: int, border: float, line: QColor, edge: QColor) -> None:
        x = min(max(self._x(border), 3.0), self.width() - 3.0)
        lit = self.hasFocus() and index == self._active
        painter.setPen(QPen(edge, 1))
        painter.setBrush(theme().accent if lit else line)
        painter.drawRoundedRect(QRectF(QPointF(x - 3, 2), QPointF(x + 3, self.height() - 2)), 2.5, 2.5)
