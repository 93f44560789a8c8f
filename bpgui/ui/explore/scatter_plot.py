"""Two columns against each other, a mark a row: the class says its shape and hue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from bpgui.ui.explore.cells import date_text
from bpgui.ui.live.axis import padded, ticks
from bpgui.ui.live.drawing import color_row, cosmetic, dots_image, draw_symbols, symbol_path
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.plot import PlotArea, draw_readout
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.numbers import finite_range, format_number
from bpgui.ui.theme import Theme, theme

Floats = NDArray[np.float64]
SHAPES = 1_200  # more marks than these are dots
NEAR = 12.0


class ScatterPlot(PlotArea):
    """`x`, `y` (n,), `codes` (n,) the class of each or None, `rows` (n,) where they stand in the table."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Scatter plot"))
        self.setToolTip(self.tr("A mark a row: point at one to read it, wheel to zoom, drag to move."))
        self.x_values: Floats = np.zeros(0)
        self.y_values: Floats = np.zeros(0)
        self.rows: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.codes: NDArray[np.int64] | None = None
        self.classes: tuple[str, ...] = ()
        self._marks = Kept()
        self._dates = (False, False)

    def set_points(
        self,
        names: tuple[str, str],
        dates: tuple[bool, bool],
        x: Floats,
        y: Floats,
        rows: NDArray[np.int64],
        codes: NDArray[np.int64] | None,
        classes: tuple[str, ...],
    ) -> None:
        self.x_values, self.y_values, self.rows, self.codes, self.classes = x, y, rows, codes, classes
        self._dates = dates
        self._marks.forget()
        self.fit()
        self.set_home(padded(*(finite_range(x) or (0.0, 1.0))), padded(*(finite_range(y) or (0.0, 1.0))))
        self.set_labels(*names)
        self.renew_backdrop()
        self.renew_description()

    def _x_ticks(self, width: float) -> list[tuple[float, str]]:
        return dated(ticks(self.x, max(int(width / 96), 2))) if self._dates[0] else super()._x_ticks(width)

    def _y_ticks(self, height: float) -> list[tuple[float, str]]:
        return dated(super()._y_ticks(height)) if self._dates[1] else super()._y_ticks(height)

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self._marks.forget()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        size = (self.width(), self.height(), self.devicePixelRatioF())
        painter.drawPixmap(0, 0, self._marks.picture(self._make_marks, (size, self.x, self.y, id(theme())), self.rows))
        nearest = self.nearest()
        if nearest is not None:
            at = self._place(nearest)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(cosmetic(theme().text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 8.0, 8.0)

    def _make_marks(self) -> QPixmap:
        pixmap = blank(self, QColor(0, 0, 0, 0))
        x, y = self.px(self.x_values), self.py(self.y_values)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if len(x) > SHAPES:
                few = self._few()
                many = np.ones(len(x), dtype=np.bool_) if self.codes is None else ~np.isin(self.codes, few)
                self._draw_dots(painter, x, y, many)
                self._draw_shapes(painter, x, y, few)
            else:
                self._draw_shapes(painter, x, y, [*range(-1, len(self.classes))])
        return pixmap

    def _few(self) -> list[int]:
        """The rarest classes, as long as all their marks can have a shape, over the dots of the others."""
        if self.codes is None:
            return []
        counts = np.bincount(self.codes + 1, minlength=len(self.classes) + 1)[1:]
        rarest = np.argsort(counts, kind="stable")
        return [int(code) for code in rarest[np.cumsum(counts[rarest]) <= SHAPES]]

    def _draw_dots(self, painter: QPainter, x: Floats, y: Floats, chosen: NDArray[np.bool_]) -> None:
        colors = theme()
        table = np.stack([color_row(class_color(colors, i)) for i in range(max(len(self.classes), 1))])
        table = np.concatenate((table, color_row(colors.muted)[None]))
        table[:, 3] = 200
        codes = np.zeros(len(x), dtype=np.int64) if self.codes is None else self.codes
        image = dots_image(x[chosen], y[chosen], self.width(), self.height(), table[codes[chosen]])
        painter.drawImage(QPointF(0, 0), image)

    def _draw_shapes(self, painter: QPainter, x: Floats, y: Floats, shown: Sequence[int]) -> None:
        colors = theme()
        size = 8.0 if len(x) < 400 else 6.0
        if self.codes is None and shown:
            painter.setPen(cosmetic(colors.panel, alpha=0.6))
            painter.setBrush(class_color(colors, 0))
            draw_symbols(painter, symbol_path("o", size), x, y)
            return
        for code in shown:
            chosen = self.codes == code
            painter.setPen(cosmetic(colors.panel, alpha=0.6))
            painter.setBrush(class_color(colors, code) if code >= 0 else colors.muted)
            draw_symbols(painter, symbol_path(class_symbol(colors, max(code, 0)), size), x[chosen], y[chosen])

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        draw_readout(painter, area, self.readout())

    # ---- reading

    def _place(self, index: int) -> QPointF:
        chosen = slice(index, index + 1)
        return QPointF(float(self.px(self.x_values[chosen])[0]), float(self.py(self.y_values[chosen])[0]))

    def nearest(self) -> int | None:
        """The index of the mark next to the cursor, None where none is near."""
        if self.cursor_at is None or not len(self.rows):
            return None
        x = self.px(self.x_values) - self.px(np.array([self.cursor_at[0]]))[0]
        y = self.py(self.y_values) - self.py(np.array([self.cursor_at[1]]))[0]
        distances = np.hypot(x, y)
        distances[~np.isfinite(distances)] = np.inf
        index = int(distances.argmin())
        return index if distances[index] <= NEAR else None

    def readout(self) -> str:
        """The row under the cursor."""
        index = self.nearest()
        if index is None:
            return ""
        x, y = float(self.x_values[index]), float(self.y_values[index])
        words = [date_text(v) if date else format_number(v) for v, date in zip((x, y), self._dates, strict=True)]
        text = self.tr("row {0}: {1} {2}, {3} {4}").format(
            int(self.rows[index]) + 1, self.x_label, words[0], self.y_label, words[1]
        )
        if self.codes is not None and self.codes[index] >= 0:
            text += f", {self.classes[int(self.codes[index])]}"
        return text

    def describe(self) -> str:
        if self.cursor_at is not None and self.readout():
            return self.readout()
        return self.tr("{0} rows, {1} across, {2} up").format(len(self.rows), self.x_label, self.y_label)


def dated(found: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Ticks at days since 1970 with the dates that they stand for; none between two days."""
    return [(value, date_text(value)) for value, _ in found if value == round(value)]
