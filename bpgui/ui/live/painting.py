"""The plane of two inputs, in which points can be added and taken out by strokes of the pointer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from bpgui.data.painting import near
from bpgui.session.guard import guarded
from bpgui.ui.live.boundary_view import MARK, BoundaryView, InUnits
from bpgui.ui.live.drawing import cosmetic, draw_symbols, symbol_path
from bpgui.ui.live.paint_bar import ERASE, MOVE
from bpgui.ui.live.points import Points
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.theme import theme

Floats = NDArray[np.float64]
APART = 9.0  # pixels between the points of a stroke
SPREAD = 7.0  # pixels that they lie off its line
RADIUS = 14.0  # of the eraser


class PaintView(BoundaryView):
    """`painted(points (n, 2), class)` and `erased(centres (n, 2), half axes)` at the end of a stroke, in data units.

    While a tool other than MOVE is chosen the ranges stand still; Return paints or erases at the cursor. With MOVE a
    click or Return is `place_chosen((x, y), half axes of what is there)`.
    """

    painted = Signal(object, int)
    erased = Signal(object, object)
    place_chosen = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.tool = MOVE
        self._stroke: list[tuple[float, float]] = []
        self._whole: Points | None = None  # before the eraser
        self._last = QPointF()
        self._random = np.random.default_rng(0)

    @Slot(int)
    def choose_tool(self, tool: int) -> None:
        """MOVE, ERASE, or the position of the class whose points are added."""
        self.tool = tool
        self.setCursor(Qt.CursorShape.ArrowCursor if tool == MOVE else Qt.CursorShape.CrossCursor)
        if tool == MOVE:
            self.fit()
        else:
            self._zoomed = (self.x, self.y)
        self.update()

    def set_data(
        self, names: tuple[str, str], points: Points, classes: tuple[str, ...], in_units: InUnits = np.asarray
    ) -> None:
        """Another set of points; under a brush the ranges stay where they are."""
        held = self._zoomed if self.tool != MOVE and names == (self.x_label, self.y_label) else None
        self._stroke, self._whole = [], None
        super().set_data(names, points, classes, in_units)
        if held is not None:
            self._zoomed = held

    def forget_stroke(self) -> None:
        """Show the points as they were: the stroke was refused."""
        if self._whole is not None:
            self.points = self._whole
        self._stroke, self._whole = [], None
        self.update()

    # ---- a stroke

    def _begin(self, place: QPointF) -> None:
        self._stroke, self._whole, self._last = [], self.points, place
        self._add(place, exactly=True)

    def _add(self, place: QPointF, *, exactly: bool = False) -> None:
        """One more point of the stroke, a little off its line so that strokes make clouds."""
        if self.tool != ERASE and not exactly:
            place += QPointF(*self._random.uniform(-SPREAD, SPREAD, 2).tolist())
        across, up = self._shares_at(place)
        if not (0.0 <= across <= 1.0 and 0.0 <= up <= 1.0):
            return
        self._stroke.append((self.x.value(across), self.y.value(up)))
        if self.tool == ERASE:
            self._hide_erased()
        self.update()

    def _hide_erased(self) -> None:
        shown = self.points
        if shown is None:
            return
        gone = near(shown.x, shown.y, np.array(self._stroke[-1:]), self._half_axes())
        if gone.any():
            kept = ~gone
            self.points = replace(
                shown, x=shown.x[kept], y=shown.y[kept], target=shown.target[kept], held_out=shown.held_out[kept]
            )

    def _half_axes(self, radius: float = RADIUS) -> tuple[float, float]:
        """The eraser's, or those of other pixels, in data units."""
        area = self.area()
        across = (self.x.high - self.x.low) * radius / area.width()
        return across, (self.y.high - self.y.low) * radius / area.height()

    def choose(self) -> bool:
        """Ask for what is under the cursor."""
        if self.tool != MOVE or self.cursor_at is None:
            return False
        self.place_chosen.emit(self.cursor_at, self._half_axes(MARK * 0.75))
        return True

    def _end(self) -> None:
        points = np.array(self._stroke, dtype=np.float64).reshape(-1, 2)
        if not len(points):
            return
        if self.tool == ERASE:
            self.erased.emit(points, self._half_axes())
        else:
            self.painted.emit(points, self.tool)

    # ---- mouse and keys

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.tool == MOVE or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif self.area().contains(event.position()):
            self._press = event.position().toPoint()
            self._begin(event.position())

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.tool == MOVE or self._press is None:
            super().mouseMoveEvent(event)
            return
        place = event.position()
        step = APART if self.tool != ERASE else RADIUS / 2
        moved = place - self._last
        count = int(np.hypot(moved.x(), moved.y()) // step)
        for index in range(1, count + 1):
            self._add(self._last + moved * (index / count))
        if count:
            self._last = place
        across, up = self._shares_at(place)
        self.cursor_at = (self.x.value(across), self.y.value(up))
        self.update()

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.tool == MOVE:
            super().mouseReleaseEvent(event)
            return
        pressed, self._press = self._press, None
        if pressed is not None:
            self._end()

    @guarded
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # Under a brush a second click is a second point.
        (super().mouseDoubleClickEvent if self.tool == MOVE else self.mousePressEvent)(event)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.tool != MOVE and self.cursor_at is not None:
            x, y = (axis(np.array([v])) for axis, v in zip((self.px, self.py), self.cursor_at, strict=True))
            self._begin(QPointF(float(x[0]), float(y[0])))
            self._end()
        else:
            super().keyPressEvent(event)

    # ---- painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        super().draw(painter, area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._stroke and self.tool >= 0:
            points = np.array(self._stroke)
            painter.setPen(cosmetic(theme().text, alpha=0.75))
            painter.setBrush(class_color(theme(), self.tool))
            path = symbol_path(class_symbol(theme(), self.tool), MARK)
            draw_symbols(painter, path, self.px(points[:, 0]), self.py(points[:, 1]))
        if self.tool == ERASE and self.cursor_at is not None:
            at = QPointF(*(float(f(np.array([v]))[0]) for f, v in zip((self.px, self.py), self.cursor_at, strict=True)))
            painter.setPen(cosmetic(theme().text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, RADIUS, RADIUS)

    def _draw_hint(self, painter: QPainter, area: QRectF) -> None:
        if self.tool == MOVE:
            super()._draw_hint(painter, area)
