"""Predicted against actual values of a numeric target, and the curve of a network with one input."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from bpgui.engine.metrics import r2
from bpgui.runs.answers import FitAnswer
from bpgui.ui.live.axis import Axis, nice_step, padded, span
from bpgui.ui.live.drawing import color_row, cosmetic, dots_image, draw_curve
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_font
from bpgui.ui.numbers import clean, finite_range, format_number
from bpgui.ui.theme import Theme, theme

NEAR = 14.0
Floats = NDArray[np.float64]


def r_squared(actual: Floats, predicted: Floats) -> float:
    """R²; NaN where it is not defined (no rows, a constant target, a prediction that is no number)."""
    if not len(actual):
        return math.nan
    with np.errstate(all="ignore"):
        return r2(actual, predicted)


def stepped(low: float, high: float) -> Axis:
    """An axis around the values whose ends move in steps, so that it stands still while values tremble."""
    axis = padded(low, high)
    step = nice_step(axis.high - axis.low, 4) / 2
    return span(math.floor(axis.low / step) * step, math.ceil(axis.high / step) * step)


class DotsView(PlotArea):
    """Dots of an answer's rows, and the one nearest the cursor in words.

    `row_chosen` is the row of a dot that was clicked, or Return pressed on: an index into the encoded data.
    """

    row_chosen = Signal(int)
    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.answer: FitAnswer | None = None
        self.dot_x = self.dot_y = np.empty(0)
        self.dot_rows: NDArray[np.int64] = np.empty(0, np.int64)

    def draw_dots(self, painter: QPainter, area: QRectF, color: QColor) -> None:
        painter.drawImage(area.topLeft(), self.dots(area, color))

    def dots(self, area: QRectF, color: QColor) -> QImage:
        x, y = self.px(self.dot_x) - area.left(), self.py(self.dot_y) - area.top()
        return dots_image(x, y, max(round(area.width()), 1), max(round(area.height()), 1), color_row(color))

    def nearest(self) -> int | None:
        """The row whose dot lies under the cursor."""
        if self.cursor_at is None or not len(self.dot_x):
            return None
        at = np.array([[self.cursor_at[0]], [self.cursor_at[1]]])
        away = np.hypot(self.px(self.dot_x) - self.px(at[0]), self.py(self.dot_y) - self.py(at[1]))
        if not np.isfinite(away).any():
            return None
        index = int(np.nanargmin(away))
        return index if away[index] <= NEAR else None

    def choose(self) -> bool:
        """Ask for the row of the nearest dot."""
        index = self.nearest()
        if index is None or index >= len(self.dot_rows):
            return False
        self.row_chosen.emit(int(self.dot_rows[index]))
        return True

    def notes(self) -> list[str]:
        """Lines in the corner."""
        return []

    def lost(self) -> str:
        """Why no prediction is drawn, "" where one is."""
        if self.answer is None or not len(self.answer.predicted) or finite_range(self.answer.predicted) is not None:
            return ""
        if np.isfinite(self.answer.predicted).any():
            return self.tr("The network's output is too large to draw.")
        return self.tr("The network's output is no finite number for any row.")

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        metrics = QFontMetricsF(small_font())
        index = self.nearest()
        if index is not None:
            painter.setPen(cosmetic(theme().text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            place = QPointF(self.px(self.dot_x[index : index + 1])[0], self.py(self.dot_y[index : index + 1])[0])
            painter.drawEllipse(place, 5.0, 5.0)
        notes = self.notes()
        if not notes:
            return
        wide = max(metrics.horizontalAdvance(text) for text in notes) + 12
        box = QRectF(area.left() + 6, area.top() + 6, wide, metrics.height() * len(notes) + 6)
        backing = QColor(theme().plot)
        backing.setAlpha(215)
        painter.fillRect(box, backing)
        painter.setPen(theme().text)
        for number, text in enumerate(notes):
            base = box.top() + 3 + metrics.ascent() + number * metrics.height()
            painter.drawText(QPointF(box.left() + 6, base), text)


class FitView(DotsView):
    """Draws a `FitAnswer`: the nearer the dots are to the line, the better."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Predicted against actual"))
        self.setToolTip(self.tr("Each dot is one row: on the line the prediction is exact. A click explains it."))
        self.set_labels(self.tr("actual"), self.tr("predicted"))

    def set_target(self, name: str) -> None:
        self.set_labels(self.tr("actual {0}").format(name), self.tr("predicted {0}").format(name))

    def set_answer(self, answer: FitAnswer, settled: bool = True) -> None:
        self.answer = answer
        self.dot_x, self.dot_y, self.dot_rows = clean(answer.actual), clean(answer.predicted), answer.rows
        actual = finite_range(self.dot_x) or (0.0, 1.0)
        both = finite_range(np.concatenate((self.dot_x, self.dot_y))) or actual
        self.set_home(stepped(*actual), stepped(*both))
        self.r2 = r_squared(self.dot_x, self.dot_y)
        self.renew_description(settled)
        self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        ends = np.array([min(self.x.low, self.y.low), max(self.x.high, self.y.high)])
        x, y = self.px(ends), self.py(ends)
        painter.setPen(cosmetic(theme().muted, Qt.PenStyle.DashLine))
        draw_curve(painter, x, y)
        if self.answer is not None:
            self.draw_dots(painter, area, theme().accent)

    def notes(self) -> list[str]:
        if self.answer is None:
            return []
        if self.lost():
            return [self.lost()]
        found = ["R² " + format_number(self.r2)]
        index = self.nearest()
        if index is not None:
            texts = (format_number(float(a[index])) for a in (self.dot_x, self.dot_y))
            found.append(self.tr("actual {0}, predicted {1}").format(*texts))
        return found

    def describe(self) -> str:
        if self.answer is None:
            return self.tr("nothing computed yet")
        return self.lost() or self.tr("{0} rows, R² {1}").format(len(self.dot_x), format_number(self.r2))


class FunctionView(DotsView):
    """Draws a `FitAnswer` with its only input across: the rows as dots, the network as a curve through them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("The network's curve"))
        self.setToolTip(
            self.tr("Rows as dots, the network's answer as a line: they should meet. Click on a dot to explain it.")
        )
        self._cached: tuple[Any, QImage] | None = None
        self.curve = np.empty(0)

    def set_names(self, feature: str, target: str) -> None:
        self.set_labels(feature, target)

    def set_answer(self, answer: FitAnswer, settled: bool = True) -> None:
        self.answer = answer
        order = np.argsort(answer.inputs, kind="stable")
        self.dot_x, self.dot_y = clean(answer.inputs[order]), clean(answer.actual[order])
        self.dot_rows = answer.rows[order] if len(answer.rows) else answer.rows
        self.curve = clean(answer.predicted[order]) if len(order) else np.empty(0)
        values = np.concatenate((self.dot_y, self.curve))
        self.set_home(
            padded(*(finite_range(self.dot_x) or (0.0, 1.0)), 0.02), stepped(*(finite_range(values) or (0, 1)))
        )
        self.r2 = r_squared(self.dot_y, self.curve)
        self.renew_description(settled)
        self.update()

    def refresh_theme(self, theme: Theme) -> None:
        super().refresh_theme(theme)
        self._cached = None

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if self.answer is None:
            return
        key = (self.size().toTuple(), self.x, self.y, hash(self.dot_y.tobytes()))
        if self._cached is None or self._cached[0] != key:
            self._cached = (key, self.dots(area, theme().accent))
        painter.drawImage(area.topLeft(), self._cached[1])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(cosmetic(theme().curve_train))
        x, y = self.px(self.dot_x), self.py(self.curve)
        draw_curve(painter, x, y)
        draw_curve(painter, x, y + 1.0)

    def notes(self) -> list[str]:
        index = self.nearest()
        if index is None:
            return [self.lost()] if self.lost() else []
        values = (format_number(float(a[index])) for a in (self.dot_x, self.dot_y, self.curve))
        return [self.tr("{3} {0}: actual {1}, network {2}").format(*values, self.x_label)]

    def describe(self) -> str:
        if self.answer is None:
            return self.tr("nothing computed yet")
        return self.lost() or self.tr("{0} rows, R² {1}").format(len(self.dot_x), format_number(self.r2))
