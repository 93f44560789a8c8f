"""A plot area: axes with ticks, a cursor, zoom and pan; what is in it is the subclass's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.axis import Axis, ticks
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.theme import Theme, theme

RIGHT = 10.0
TICK = 4.0
DRAG_START = 4


class PlotArea(Picture):
    """Mouse: wheel zooms about the pointer, dragging pans, a double click fits. Keys: arrows, + and −, Home, Escape.

    Axes, ticks and labels are drawn once into a pixmap, made again when ranges, size or theme change.
    """

    grid = True
    frame = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.x_label = self.y_label = ""
        self.cursor_at: tuple[float, float] | None = None
        self._home = (Axis(), Axis())
        self._zoomed: tuple[Axis, Axis] | None = None
        self._background = Kept()
        self._area: tuple[Any, QRectF] | None = None
        self._press: QPoint | None = None
        self._pressed_axes = self._home
        self._dragged = False

    # ranges

    @property
    def x(self) -> Axis:
        return (self._zoomed or self._home)[0]

    @property
    def y(self) -> Axis:
        return (self._zoomed or self._home)[1]

    @property
    def zoomed(self) -> bool:
        return self._zoomed is not None

    def set_home(self, x: Axis, y: Axis) -> None:
        """The ranges that show everything; seen unless the user has zoomed."""
        if self._zoomed and (x.log, y.log) != (self._home[0].log, self._home[1].log):
            self._zoomed = None
        self._home = (x, y)

    def fit(self) -> None:
        """Show everything again."""
        self._zoomed = None
        self.update()

    def renew_backdrop(self) -> None:
        """What `draw_still` draws has changed."""
        self._background.forget()
        self.update()

    def set_labels(self, x: str, y: str) -> None:
        if (x, y) != (self.x_label, self.y_label):
            self.x_label, self.y_label = x, y
            self.update()

    # geometry

    def area(self) -> QRectF:
        """Where the data is drawn."""
        metrics = small_metrics()
        key = (self.width(), self.height(), bool(self.y_label), metrics.height(), self.y)
        if self._area is None or self._area[0] != key:
            line = metrics.height()
            top = line + 7 if self.y_label else 6.0
            bottom = line + TICK + 3
            height = max(self.height() - top - bottom, 1.0)
            widest = max((metrics.horizontalAdvance(text) for _, text in self._y_ticks(height)), default=0.0)
            left = max(line * 3.5, widest + TICK + 2)
            width = max(self.width() - left - RIGHT, 1.0)
            self._area = (key, QRectF(left, top, width, height))
        return self._area[1]

    def _x_ticks(self, width: float) -> list[tuple[float, str]]:
        return ticks(self.x, max(int(width / 64), 2))

    def _y_ticks(self, height: float) -> list[tuple[float, str]]:
        return ticks(self.y, max(int(height / 34), 2))

    def px(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Pixel columns of x values."""
        area = self.area()
        return area.left() + self.x.shares(values) * area.width()

    def py(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Pixel rows of y values."""
        area = self.area()
        return area.bottom() - self.y.shares(values) * area.height()

    def _shares_at(self, place: QPointF) -> tuple[float, float]:
        area = self.area()
        return (place.x() - area.left()) / area.width(), (area.bottom() - place.y()) / area.height()

    # hooks

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Draw the data; clipped to `area`."""

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        """Draw legends and the like, over everything."""

    def draw_still(self, painter: QPainter, area: QRectF) -> None:
        """Draw what stays from frame to frame, outside `area`: kept until ranges, size, labels or theme change."""

    def refresh_theme(self, theme: Theme) -> None:
        self.renew_backdrop()

    def move_cursor(self, right: int, up: int) -> None:
        """An arrow key: from the middle on by fiftieths of the range."""
        if self.cursor_at is None:
            shares = np.array([0.5, 0.5])
        else:
            at = self.cursor_at
            shares = np.array([self.x.shares(np.array([at[0]]))[0], self.y.shares(np.array([at[1]]))[0]])
            shares = np.clip(np.nan_to_num(shares) + np.array([right, up]) / 50.0, 0.0, 1.0)
        self.cursor_at = (self.x.value(float(shares[0])), self.y.value(float(shares[1])))

    def choose(self) -> bool:
        """A click, or Return, at the cursor; says whether that means something here."""
        return False

    # painting

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._backdrop())
            area = self.area()
            painter.setFont(small_font())
            painter.save()
            painter.setClipRect(area)
            self.draw(painter, area)
            painter.restore()
            focused = self.hasFocus()
            if focused or self.frame:
                painter.setPen(cosmetic(theme().accent if focused else theme().field_border))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))
            self.draw_over(painter, area)
            if self._zoomed:
                self._draw_hint(painter, area)

    def _draw_hint(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(theme().muted)
        box = area.adjusted(6, 4, -6, -4)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, self.tr("double-click to fit"))

    def _backdrop(self) -> QPixmap:
        size = (self.width(), self.height(), self.devicePixelRatioF(), small_metrics().height())
        return self._background.picture(
            self._make_backdrop, (size, self.x, self.y, id(theme()), self.x_label, self.y_label)
        )

    def _make_backdrop(self) -> QPixmap:
        pixmap = blank(self, theme().panel)
        with QPainter(pixmap) as painter:
            self._draw_axes(painter)
            self.draw_still(painter, self.area())
        return pixmap

    def _draw_axes(self, painter: QPainter) -> None:
        colors, area = theme(), self.area()
        painter.fillRect(area, colors.plot)
        painter.setFont(small_font())
        metrics = small_metrics()
        room = float(self.width())
        if self.x_label:
            # In the corner under the y ticks, where it takes no tick's place; a long one at the right end.
            base = area.bottom() + TICK + metrics.ascent()
            longest = max(area.width() / 2, min(area.width() - 24.0, 84.0))  # of a small plot only the first tick stays
            text = metrics.elidedText(self.x_label, Qt.TextElideMode.ElideRight, longest)
            wide = metrics.horizontalAdvance(text)
            left = 2.0 if wide <= area.left() - 5 else area.right() - wide
            room = room if left == 2.0 else left - 8
            painter.setPen(colors.muted)
            painter.drawText(QPointF(left, base), text)
        if self.y_label:
            text = metrics.elidedText(self.y_label, Qt.TextElideMode.ElideRight, self.width() - 4.0)
            painter.setPen(colors.muted)
            painter.drawText(QPointF(2.0, metrics.ascent()), text)
        self._draw_x_ticks(painter, area, metrics, room)
        self._draw_y_ticks(painter, area, metrics)

    def _draw_x_ticks(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF, room: float) -> None:
        colors = theme()
        free = 0.0
        for value, text in self._x_ticks(area.width()):
            at = float(self.px(np.array([value]))[0])
            if self.grid:
                painter.setPen(cosmetic(colors.grid))
                painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
            wide = metrics.horizontalAdvance(text)
            left = min(max(at - wide / 2, free), self.width() - wide)
            if abs(left - (at - wide / 2)) < 8 and left + wide <= room:
                painter.setPen(colors.muted)
                painter.drawText(QPointF(left, area.bottom() + TICK + metrics.ascent()), text)
                free = left + wide + 6

    def _draw_y_ticks(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF) -> None:
        colors = theme()
        for value, text in self._y_ticks(area.height()):
            at = float(self.py(np.array([value]))[0])
            if self.grid:
                painter.setPen(cosmetic(colors.grid))
                painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at))
            wide = metrics.horizontalAdvance(text)
            base = min(at + metrics.ascent() / 2 - 1, area.bottom() + 2)
            painter.setPen(colors.muted)
            painter.drawText(QPointF(area.left() - TICK - wide, base), text)

    # mouse and keys

    def hides_tooltip(self, place: QPoint) -> bool:
        return self.area().contains(QPointF(place))

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._press is not None:
            self._pan(place)
            return
        across, up = self._shares_at(place)
        inside = 0 <= across <= 1 and 0 <= up <= 1
        self.cursor_at = (self.x.value(across), self.y.value(up)) if inside else None
        self.update()

    def _pan(self, place: QPointF) -> None:
        moved = place - QPointF(self._press)
        if not self._dragged and moved.manhattanLength() < DRAG_START:
            return
        self._dragged = True
        area = self.area()
        x, y = self._pressed_axes
        self._zoomed = (x.panned(-moved.x() / area.width()), y.panned(moved.y() / area.height()))
        self.update()

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
            self._pressed_axes = (self.x, self.y)
            self._dragged = False

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._press = self._press, None
        left = event.button() == Qt.MouseButton.LeftButton
        if pressed is not None and left and not self._dragged and self.area().contains(event.position()):
            self.choose()

    @guarded
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._press = None
        self.fit()

    @guarded
    def wheelEvent(self, event: QWheelEvent) -> None:
        across, up = self._shares_at(event.position())
        if 0 <= across <= 1 and 0 <= up <= 1 and event.angleDelta().y():
            self._zoom(0.999 ** event.angleDelta().y(), across, up)
            event.accept()
        else:
            event.ignore()

    def _zoom(self, factor: float, across: float = 0.5, up: float = 0.5) -> None:
        self._zoomed = (self.x.zoomed(across, factor), self.y.zoomed(up, factor))
        self.update()

    @guarded
    def leaveEvent(self, event: QEnterEvent) -> None:
        self.cursor_at = None
        self.update()

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        key = Qt.Key(event.key())
        if key in arrows:
            self.move_cursor(*arrows[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(0.8)
        elif key == Qt.Key.Key_Minus:
            self._zoom(1.25)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.choose():
            event.accept()
        elif key == Qt.Key.Key_Escape and self.cursor_at is not None:
            self.cursor_at = None
        else:
            event.ignore()
            return
        self.renew_description()
        self.update()


def draw_readout(painter: QPainter, area: QRectF, text: str) -> None:
    """A line of words in the lower left corner, over what is drawn there."""
    metrics = small_metrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() - 22)
    if text:
        wide = metrics.horizontalAdvance(text) + 10
        box = QRectF(area.left() + 6, area.bottom() - metrics.height() - 10, wide, metrics.height() + 4)
        backing = QColor(theme().panel)
        backing.setAlpha(225)
        painter.fillRect(box, backing)
        painter.setPen(theme().text)
        painter.drawText(QPointF(box.left() + 5, box.top() + 2 + metrics.ascent()), text)
