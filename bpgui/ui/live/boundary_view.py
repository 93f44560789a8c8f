"""What the network says over the plane of two inputs, under the rows it learns from."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QLinearGradient, QPainter, QPixmap

from bpgui.runs.answers import BoundaryAnswer
from bpgui.ui.live.axis import span
from bpgui.ui.live.class_shares import class_of, each_class
from bpgui.ui.live.drawing import cosmetic, draw_symbols, opaque_image, packed, symbol_path
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.plot import PlotArea, draw_readout
from bpgui.ui.live.points import Points
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.live.value_colors import class_color, class_image, class_symbol, sequence, shares_of
from bpgui.ui.numbers import PLOT_LIMIT, finite_range, format_number
from bpgui.ui.theme import Theme, mix, theme

MARK = 8.0
InUnits = Callable[[NDArray[np.float64]], NDArray[np.float64]]
# Outputs that differ by less than this share of their range look the same.
SPREAD = 1e-6


class BoundaryView(PlotArea):
    """Draws a `BoundaryAnswer`: classes as hues that fade where the network is unsure, numbers on a sequential scale.

    Rows are marked by class shape and hue, filled for training and hollow for validation.
    """

    grid = False
    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Decision boundary"))
        self.setToolTip(
            self.tr("The network's answer for every point of the plane: point to read it, wheel to zoom, drag to move.")
        )
        self.answer: BoundaryAnswer | None = None
        self.points: Points | None = None
        self.classes: tuple[str, ...] = ()
        self._in_units: InUnits = np.asarray
        self.limits = (0.0, 1.0)
        self._image = QImage()
        self._colors: NDArray[np.uint32] | None = None  # of the image
        self._words = ""
        self._marks = Kept()

    def set_data(
        self, names: tuple[str, str], points: Points, classes: tuple[str, ...], in_units: InUnits = np.asarray
    ) -> None:
        """Other rows: axis names, points, classes (empty for a number).

        `in_units` turns a number's outputs (n, 1) into the file's units.
        """
        self.points, self.classes, self._in_units = points, classes, in_units
        self.answer, self._image, self._colors, self._words = None, QImage(), None, ""
        self.limits = finite_range(points.target) or (0.0, 1.0)
        x, y = finite_range(points.x) or (0.0, 1.0), finite_range(points.y) or (0.0, 1.0)
        self._marks.forget()
        self.fit()
        self.set_home(span(*x), span(*y))
        self.set_labels(*names)
        self.renew_backdrop()

    def set_answer(self, answer: BoundaryAnswer, settled: bool = True) -> None:
        self.answer = answer
        x0, x1, y0, y1 = answer.extent
        home, words = self._home, self._words
        self.set_home(span(x0, x1), span(y0, y1))
        changed = self._color()
        self._words = self._without_picture()
        self.renew_description(settled)
        if settled or changed or self.cursor_at is not None or (home, words) != (self._home, self._words):
            self.update()

    def _color(self) -> bool:
        """Make the picture anew; says whether it is another one."""
        if self.answer is None or not self.answer.values.size or self.answer.values.ndim != 3:
            colors = None
        elif self.classes:
            answer, hues = self.answer, theme()
            colors = class_image(answer.values[::-1], hues, hues.plot, answer.negative, answer.threshold)
        else:
            colors = packed(sequence(shares_of(self._numbers()[::-1], *self.limits)))
        if colors is not None and self._colors is not None and np.array_equal(colors, self._colors):
            return False
        self._colors = colors
        self._image = QImage() if colors is None else opaque_image(colors)
        return True

    def _numbers(self) -> NDArray[np.float64]:
        assert self.answer is not None
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.asarray(self.answer.values[..., 0], dtype=np.float64)
            return self._in_units(values.reshape(-1, 1)).reshape(values.shape)

    def _without_picture(self) -> str:
        """Why the plane has one colour only, "" where it has a picture."""
        if self.answer is None or not self.answer.values.size or self.answer.values.ndim != 3:
            return ""
        values = self.answer.values if self.classes else self._numbers()
        scale = 1.0 if self.classes else self.limits[1] - self.limits[0]
        low, high = float(values.min()), float(values.max())
        if -PLOT_LIMIT <= low < high <= PLOT_LIMIT and high - low > SPREAD * scale and values.shape[-1] == 1:
            return ""  # nearly always; comparisons with NaN are False
        if not np.isfinite(values).any():
            return self.tr("The network's output is no finite number anywhere.")
        if finite_range(values) is None:
            return self.tr("The network's output is too large to draw.")
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(np.max(values.max(axis=(0, 1)) - values.min(axis=(0, 1))))
        if not spread <= SPREAD * scale:
            return ""
        return self.tr("The output is the same everywhere: {0}").format(self._answer_text(self.answer.values[0, 0]))

    def words(self) -> str:
        """What stands in the corner: where the cursor is, or why there is no picture."""
        return self.readout() or self._words

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self._marks.forget()
        self._color()

    # painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if not self._image.isNull() and self.answer is not None:
            x0, x1, y0, y1 = self.answer.extent
            half_x, half_y = _half_cell(x0, x1, self._image.width()), _half_cell(y0, y1, self._image.height())
            left, right = self.px(np.array([x0 - half_x, x1 + half_x])).tolist()
            bottom, top = self.py(np.array([y0 - half_y, y1 + half_y])).tolist()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(left, top, right - left, bottom - top), self._image)
        painter.drawPixmap(0, 0, self._marked())
        if self.cursor_at is not None:
            painter.setPen(cosmetic(theme().text, Qt.PenStyle.DotLine, 0.6))
            x, y = float(self.px(np.array([self.cursor_at[0]]))[0]), float(self.py(np.array([self.cursor_at[1]]))[0])
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _marked(self) -> QPixmap:
        """The points, drawn again only when they, the ranges, the size or the theme change."""
        size = (self.width(), self.height(), self.devicePixelRatioF())
        return self._marks.picture(self._make_marks, (size, self.x, self.y, id(theme())), self.points)

    def _make_marks(self) -> QPixmap:
        pixmap = blank(self, QColor(0, 0, 0, 0))
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_points(painter)
        return pixmap

    def _draw_points(self, painter: QPainter) -> None:
        points, colors = self.points, theme()
        if points is None:
            return
        x, y = self.px(points.x), self.py(points.y)
        size = MARK if len(x) < 400 else MARK * 0.75
        edge = QColor("#ffffff") if colors.dark else QColor("#20262c")
        if self.classes:
            for index in range(len(self.classes)):
                path, hue = symbol_path(class_symbol(colors, index), size), class_color(colors, index)
                for held_out in (False, True):
                    chosen = (points.target == index) & (points.held_out == held_out)
                    painter.setPen(cosmetic(hue if held_out else edge, alpha=1.0 if held_out else 0.75))
                    painter.setBrush(colors.plot if held_out else hue)
                    draw_symbols(painter, path, x[chosen], y[chosen])
            return
        path = symbol_path("o", size)
        shades = sequence(shares_of(points.target, *self.limits)).tolist()
        painter.setPen(cosmetic(edge, alpha=0.8))
        for left, top, shade in zip(x.tolist(), y.tolist(), shades, strict=True):
            painter.setBrush(QColor(*shade))
            draw_symbols(painter, path, np.array([left]), np.array([top]))

    def draw_still(self, painter: QPainter, area: QRectF) -> None:
        """What the colours stand for."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = small_metrics()
        room = self.width() - metrics.horizontalAdvance(self.y_label) - 20
        if self.classes:
            self._draw_classes(painter, area, metrics, room)
        elif self.points is not None:
            self._draw_sequence(painter, area, metrics)

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        draw_readout(painter, area, self.words())

    def _draw_classes(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF, room: float) -> None:
        """Marker and name of each class, right-aligned over the plot, as many as there is room for."""
        colors = theme()
        names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, 90) for name in self.classes]
        widths = [metrics.horizontalAdvance(name) + 24 for name in names]
        while names and sum(widths) > room:
            names.pop()
            widths.pop()
        left = area.right() - sum(widths) + 8
        middle = metrics.ascent() - metrics.capHeight() / 2
        for index, (name, wide) in enumerate(zip(names, widths, strict=True)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_color(colors, index))
            painter.drawPath(symbol_path(class_symbol(colors, index), MARK).translated(left + 5, middle))
            painter.setPen(colors.text)
            painter.drawText(QPointF(left + 13, metrics.ascent()), name)
            left += wide

    def _draw_sequence(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF) -> None:
        low, high = (format_number(v) for v in self.limits)
        bar = QRectF(area.right() - metrics.horizontalAdvance(high) - 4 - 70, 4, 70, metrics.height() - 4)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for share in np.linspace(0.0, 1.0, 7).tolist():
            gradient.setColorAt(share, QColor(*sequence(np.array(share)).tolist()))
        painter.fillRect(bar, gradient)
        painter.setPen(mix(theme().muted, theme().text, 0.3))
        painter.drawText(QPointF(bar.right() + 4, metrics.ascent()), high)
        painter.drawText(QPointF(bar.left() - 4 - metrics.horizontalAdvance(low), metrics.ascent()), low)

    # reading

    def output_at(self, x: float, y: float) -> NDArray[np.float64] | None:
        """The outputs of the grid point nearest to a place, None outside."""
        if self.answer is None or not self.answer.values.size:
            return None
        x0, x1, y0, y1 = self.answer.extent
        rows, columns = self.answer.values.shape[:2]
        across, up = (x - x0) / (x1 - x0) * (columns - 1), (y - y0) / (y1 - y0) * (rows - 1)
        if not (-0.5 <= across <= columns - 0.5 and -0.5 <= up <= rows - 0.5):
            return None
        row, column = min(max(round(up), 0), rows - 1), min(max(round(across), 0), columns - 1)
        return np.asarray(self.answer.values[row, column], dtype=np.float64)

    def readout(self) -> str:
        """Where the cursor is and what the network says there."""
        if self.cursor_at is None:
            return ""
        x, y = self.cursor_at
        place = f"{self.x_label} {format_number(x)}, {self.y_label} {format_number(y)}"
        outputs = self.output_at(x, y)
        return place if outputs is None else f"{place}: {self._answer_text(outputs)}"

    def _answer_text(self, outputs: NDArray[np.float64]) -> str:
        if not self.classes:
            return format_number(float(self._in_units(outputs[:1, None])[0, 0]))
        if not np.isfinite(outputs).all():
            return format_number(math.nan)
        negative, threshold = (self.answer.negative, self.answer.threshold) if self.answer is not None else (0.0, None)
        index = int(class_of(outputs, negative, threshold))
        return f"{self.classes[index]} ({format_number(float(each_class(outputs, negative)[index]))})"

    def describe(self) -> str:
        if self.answer is None:
            return self.tr("nothing computed yet")
        if self.cursor_at is not None:
            return self.readout()
        if self._words:
            return self._words
        if not self.classes:
            found = finite_range(self._numbers())
            low, high = found or (math.nan, math.nan)
            return self.tr("outputs from {0} to {1} over the plane").format(format_number(low), format_number(high))
        index = class_of(self.answer.values, self.answer.negative, self.answer.threshold)
        shares = [
            self.tr("{0}: {1} % of the plane").format(name, round(100.0 * float((index == i).mean())))
            for i, name in enumerate(self.classes)
        ]
        return ", ".join(shares)


def _half_cell(low: float, high: float, count: int) -> float:
    return (high - low) / (2 * (count - 1)) if count > 1 else (high - low) / 2
