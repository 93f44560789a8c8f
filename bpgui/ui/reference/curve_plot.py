"""The curve of an entry: function and derivative, kinks marked, and their values at the cursor."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from bpgui.project.reference.curves import Curve, Floats
from bpgui.ui.live.axis import Axis, padded
from bpgui.ui.live.drawing import cosmetic, draw_curve
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import theme

POINTS = 500
MARK = 3.5
SWATCH = 18.0


class CurvePlot(PlotArea):
    """Full line: the first function of the curve; dashed: the second. Values at the cursor stand in the line above."""

    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.curve: Curve | None = None
        self._drawn: tuple[Any, Floats, tuple[Floats, ...]] | None = None
        self.setAccessibleName(_tr("Curve"))
        self.setWhatsThis(_tr("The curve of this entry, worked out by the engine; point at it for its values."))

    def show_curve(self, curve: Curve) -> None:
        """Draw another one, all of it."""
        self.curve, self._drawn, self.cursor_at = curve, None, None
        _, lines = curve.sample()
        low, high = min(float(line.min()) for line in lines), max(float(line.max()) for line in lines)
        # A line of its own above the area, for the names.
        self.set_labels(curve.x_name, " ")
        self.set_home(Axis(curve.low, curve.high), padded(low, high, 0.06))
        self.fit()
        self.renew_description()

    def readout(self) -> tuple[float, tuple[float, ...]] | None:
        """(x, values there) at the cursor; None while it is elsewhere."""
        if self.curve is None or self.cursor_at is None:
            return None
        return self.curve.at(self.cursor_at[0])

    def describe(self) -> str:
        if self.curve is None:
            return ""
        names = _tr(" and ").join(self.curve.names)
        text = _tr("{0} over {1} from {2:g} to {3:g}.").format(names, self.curve.x_name, self.x.low, self.x.high)
        if self.curve.kinks:
            text += " " + _tr("Kink at {0}.").format(", ".join(f"{kink:g}" for kink in self.curve.kinks))
        found = self.readout()
        if found is not None:
            text += " " + ", ".join(self._words(*found)) + "."
        return text

    def _words(self, x: float, values: tuple[float, ...]) -> list[str]:
        assert self.curve is not None
        pairs = zip((self.curve.x_name, *self.curve.names), (x, *values), strict=True)
        texts = [f"{name} = {format_number(value)}" for name, value in pairs]
        if self.curve.whole:
            texts[0] = f"{self.curve.x_name} = {x:g}"
        return texts

    # ---- drawing

    def draw(self, painter: QPainter, area: QRectF) -> None:
        if self.curve is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        self._draw_kinks(painter, area)
        x, lines = self._sampled()
        across = self.px(x)
        for line, color, pen_style in reversed(list(zip(lines, *self._looks(), strict=False))):
            painter.setPen(cosmetic(color, pen_style))
            up = self.py(self._parted(x, line))
            draw_curve(painter, across, up)
            if pen_style == Qt.PenStyle.SolidLine:
                draw_curve(painter, across, up + 0.6)
        self._draw_cursor(painter, area)

    def _looks(self) -> tuple[tuple[QColor, QColor], tuple[Qt.PenStyle, Qt.PenStyle]]:
        colors = theme()
        return (colors.curve_train, colors.curve_validation), (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)

    def _sampled(self) -> tuple[Floats, tuple[Floats, ...]]:
        """Points over what is in sight, with both sides of each kink; kept until that changes."""
        assert self.curve is not None
        if self._drawn is None or self._drawn[0] != self.x:
            if self.curve.whole:
                x, lines = self.curve.sample()
            else:
                near = [kink + side for kink in self.curve.kinks for side in (-1e-9, 0.0, 1e-9)]
                x = np.unique(np.concatenate([np.linspace(self.x.low, self.x.high, POINTS), near]))
                lines = self.curve.values(x)
            self._drawn = (self.x, x, lines)
        return self._drawn[1], self._drawn[2]

    def _parted(self, x: Floats, line: Floats) -> Floats:
        """With a gap where the curve jumps at a kink."""
        assert self.curve is not None
        parted = line.copy()
        for kink in self.curve.kinks:
            at = int(np.searchsorted(x, kink))
            if 0 < at < len(x) - 1 and abs(line[at + 1] - line[at - 1]) > 1e-3:
                parted[at] = np.nan
        return parted

    def _draw_kinks(self, painter: QPainter, area: QRectF) -> None:
        """A dotted line, rings at the two ends of what jumps, and a dot at the value taken."""
        assert self.curve is not None
        colors, metrics = theme(), small_metrics()
        for kink in self.curve.kinks:
            left = float(self.px(np.array([kink]))[0])
            painter.setPen(cosmetic(colors.muted, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
            word = _tr("kink")
            painter.setPen(colors.muted)
            painter.drawText(QPointF(left + 4, area.top() + metrics.ascent() + 2), word)
            before, at, after = (self.curve.values(np.array([kink + side])) for side in (-1e-9, 0.0, 1e-9))
            for index, color in enumerate(self._looks()[0][: len(at)]):
                painter.setPen(cosmetic(color))
                if abs(before[index][0] - after[index][0]) > 1e-3:
                    painter.setBrush(colors.plot)
                    for end in (before[index][0], after[index][0]):
                        painter.drawEllipse(self._point(kink, end), MARK, MARK)
                painter.setBrush(color)
                painter.drawEllipse(self._point(kink, at[index][0]), MARK - 0.5, MARK - 0.5)
                painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_cursor(self, painter: QPainter, area: QRectF) -> None:
        found = self.readout()
        if found is None:
            return
        x, values = found
        left = float(self.px(np.array([x]))[0])
        painter.setPen(cosmetic(theme().accent))
        painter.drawLine(QPointF(left, area.top()), QPointF(left, area.bottom()))
        for value, color in zip(values, self._looks()[0], strict=False):
            painter.setBrush(color)
            painter.drawEllipse(self._point(x, value), MARK, MARK)

    def _point(self, x: float, y: float) -> QPointF:
        return QPointF(float(self.px(np.array([x]))[0]), float(self.py(np.array([y]))[0]))

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        """The names with samples of their lines, and at the cursor the values."""
        if self.curve is None:
            return
        colors, metrics, found = theme(), small_metrics(), self.readout()
        at, base = area.left(), metrics.ascent() + 1
        names = list(self.curve.names)
        if found is not None:
            lead, *names = self._words(*found)
            painter.setPen(colors.accent)
            painter.drawText(QPointF(area.right() - metrics.horizontalAdvance(lead), base), lead)
        for name, color, pen_style in zip(names, *self._looks(), strict=False):
            painter.setPen(cosmetic(color, pen_style))
            middle = base - metrics.ascent() / 3
            painter.drawLine(QPointF(at, middle), QPointF(at + SWATCH, middle))
            painter.setPen(colors.text)
            painter.drawText(QPointF(at + SWATCH + 6, base), name)
            at += SWATCH + 6 + max(metrics.horizontalAdvance(name), metrics.horizontalAdvance("f′(z) = −0.0000")) + 16


def _tr(text: str) -> str:
    return QCoreApplication.translate("CurvePlot", text)
