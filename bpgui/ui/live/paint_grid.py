"""A small picture to draw an input on: the pixels of an image feature."""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.live.drawing import cosmetic, lines, rgba_image
from bpgui.ui.live.value_colors import shares_of
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import Theme, theme

GRID_CELL = 6.0
SOFT = 0.35  # what a stroke adds to the four neighbours, as a share of the range


class PaintGrid(QWidget):
    """Left button draws, right button rubs out. Keys: arrows move, Space draws, Backspace rubs out, Delete clears.

    `painted` comes with every change by hand; `values` (rows, columns) lie in low … high.
    """

    painted = Signal()

    def __init__(self, rows: int, columns: int, low: float, high: float) -> None:
        super().__init__()
        self.low, self.high = low, high if high > low else low + 1.0
        self.values: NDArray[np.float64] = np.full((rows, columns), low)
        self.at = (rows // 2, columns // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture to try"))
        self.setToolTip(self.tr("Draw the input with the mouse; the right button rubs out, Delete clears."))

    def set_values(self, values: NDArray[np.float64]) -> None:
        """Show another picture, without a signal."""
        self.values = np.array(values, dtype=np.float64).reshape(self.values.shape)
        self.update()

    def clear(self) -> None:
        self.values[:] = self.low
        self._told()

    def refresh_theme(self, theme: Theme) -> None:
        self.update()

    def _told(self) -> None:
        self.update()
        self.painted.emit()

    def stroke(self, row: int, column: int, *, rub: bool = False) -> None:
        """Draw or rub out one pixel; drawing is soft at its edges."""
        rows, columns = self.values.shape
        if not (0 <= row < rows and 0 <= column < columns):
            return
        self.at = (row, column)
        if rub:
            self.values[row, column] = self.low
        else:
            self.values[row, column] = self.high
            for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if 0 <= r < rows and 0 <= c < columns:
                    self.values[r, c] = min(self.values[r, c] + SOFT * (self.high - self.low), self.high)
        self._told()

    def square(self) -> QRectF:
        """Where the picture is: pixels are square."""
        rows, columns = self.values.shape
        cell = max(min((self.width() - 4) / columns, (self.height() - 4) / rows), 1.0)
        return QRectF(2.0, 2.0, cell * columns, cell * rows)

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        box = self.square()
        cell = box.width() / self.values.shape[1]
        return int((place.y() - box.top()) // cell), int((place.x() - box.left()) // cell)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        colors, box = theme(), self.square()
        shares = np.nan_to_num(np.clip(shares_of(self.values, self.low, self.high), 0.0, 1.0))[..., None]
        ends = [np.array(c.getRgb(), dtype=np.float64) for c in (colors.plot, colors.text)]
        with QPainter(self) as painter:
            painter.drawImage(box, rgba_image(np.rint(ends[0] + (ends[1] - ends[0]) * shares).astype(np.ubyte)))
            rows, columns = self.values.shape
            cell = box.width() / columns
            if cell >= GRID_CELL:
                painter.setPen(cosmetic(colors.panel_border))
                across = [
                    (box.left() + c * cell, box.top(), box.left() + c * cell, box.bottom()) for c in range(columns)
                ]
                down = [(box.left(), box.top() + r * cell, box.right(), box.top() + r * cell) for r in range(rows)]
                painter.drawLines(lines(across + down))
            painter.setPen(cosmetic(colors.accent if self.hasFocus() else colors.field_border))
            painter.drawRect(box)
            if self.hasFocus():
                row, column = self.at
                painter.drawRect(QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell))

    @guarded
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drawn(event)

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() and self.cell_at(event.position()) != self.at:
            self._drawn(event)

    def _drawn(self, event: QMouseEvent) -> None:
        rub = bool(event.buttons() & Qt.MouseButton.RightButton)
        self.stroke(*self.cell_at(event.position()), rub=rub)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        key = Qt.Key(event.key())
        if key in arrows:
            rows, columns = self.values.shape
            down, right = arrows[key]
            self.at = (min(max(self.at[0] + down, 0), rows - 1), min(max(self.at[1] + right, 0), columns - 1))
            self.setAccessibleDescription(
                self.tr("row {0}, column {1}: {2}").format(
                    self.at[0] + 1, self.at[1] + 1, format_number(float(self.values[self.at]))
                )
            )
            self.update()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Backspace):
            self.stroke(*self.at, rub=key == Qt.Key.Key_Backspace)
        elif key == Qt.Key.Key_Delete:
            self.clear()
        else:
            event.ignore()

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        # Space draws here, though it is a shortcut of the window.
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    @guarded
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    @guarded
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    @guarded(default=QSize(120, 120))
    def sizeHint(self) -> QSize:
        return QSize(140, 140)

    @guarded(default=QSize(80, 80))
    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)
