"""Where the cells of a heat-map stand: pure geometry, with zoom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

BIAS_GAP = 5.0
# A cell of a small matrix is not blown up beyond this.
WIDEST, HIGHEST = 110.0, 52.0
LEAST_BIAS = 10.0


@dataclass(frozen=True)
class Window:
    """The part of the matrix in view, in cells; None of it is outside the matrix."""

    row: float
    column: float
    rows: float
    columns: float

    def zoomed(self, factor: float, row: float, column: float, shape: tuple[int, int]) -> Window:
        """Stretched by `factor` about a place in cells; at least two cells, at most all."""
        rows = min(max(self.rows * factor, min(2.0, shape[0])), float(shape[0]))
        columns = min(max(self.columns * factor, min(2.0, shape[1])), float(shape[1]))
        top = row - (row - self.row) * rows / self.rows
        left = column - (column - self.column) * columns / self.columns
        return Window(top, left, rows, columns).within(shape)

    def within(self, shape: tuple[int, int]) -> Window:
        row = min(max(self.row, 0.0), shape[0] - self.rows)
        column = min(max(self.column, 0.0), shape[1] - self.columns)
        return Window(row, column, self.rows, self.columns)


@dataclass(frozen=True)
class HeatmapLayout:
    """`weights` and `bias` are the rectangles of the whole cells in view, `cell` is width and height."""

    shape: tuple[int, int]
    window: Window
    weights: QRectF
    bias: QRectF | None
    cell: tuple[float, float]

    @classmethod
    def fit(cls, room: QRectF, shape: tuple[int, int], has_bias: bool, window: Window | None) -> HeatmapLayout:
        """The layout of a matrix of `shape` (inputs, units) in `room`."""
        view = window or Window(0.0, 0.0, float(max(shape[0], 1)), float(max(shape[1], 1)))
        wide = min(room.width() / view.columns, WIDEST)
        height = room.height()
        if has_bias:
            one = min((height - BIAS_GAP) / (view.rows + 1), HIGHEST)
            bias_height = max(one, min(LEAST_BIAS, height / 3))
            high = min((height - BIAS_GAP - bias_height) / view.rows, HIGHEST)
        else:
            bias_height, high = 0.0, min(height / view.rows, HIGHEST)
        high = max(high, 0.01)
        weights = QRectF(room.left(), room.top(), wide * view.columns, high * view.rows)
        bias = QRectF(room.left(), weights.bottom() + BIAS_GAP, weights.width(), bias_height) if has_bias else None
        return cls(shape, view, weights, bias, (wide, high))

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """(row, column) under a pixel, row = inputs for the biases; None outside."""
        column = int(self.window.column + (place.x() - self.weights.left()) / self.cell[0])
        if not (0 <= column < self.shape[1]) or not (self.weights.left() <= place.x() < self.weights.right()):
            return None
        if self.bias is not None and self.bias.contains(place):
            return self.shape[0], column
        row = int(self.window.row + (place.y() - self.weights.top()) / self.cell[1])
        inside = self.weights.contains(place) and 0 <= row < self.shape[0]
        return (row, column) if inside else None

    def rect(self, row: int, column: int) -> QRectF:
        """The rectangle of a cell, row = inputs for the biases."""
        left = self.weights.left() + (column - self.window.column) * self.cell[0]
        if row >= self.shape[0] and self.bias is not None:
            return QRectF(left, self.bias.top(), self.cell[0], self.bias.height())
        top = self.weights.top() + (row - self.window.row) * self.cell[1]
        return QRectF(left, top, self.cell[0], self.cell[1])

    def in_view(self) -> tuple[range, range]:
        """Rows and columns at least partly in view."""
        w = self.window
        rows = range(int(w.row), min(int(w.row + w.rows + 0.999), self.shape[0]))
        return rows, range(int(w.column), min(int(w.column + w.columns + 0.999), self.shape[1]))

    def grid(self) -> list[tuple[float, float, float, float]]:
        """(x, y, x, y) of the lines between the cells in view."""
        w, (wide, high) = self.weights, self.cell
        rows, columns = self.in_view()
        bottom = self.bias.bottom() if self.bias is not None else w.bottom()
        across = [w.left() + (column - self.window.column) * wide for column in columns][1:]
        down = [w.top() + (row - self.window.row) * high for row in rows][1:]
        return [(x, w.top(), x, bottom) for x in across] + [(w.left(), y, w.right(), y) for y in down]
