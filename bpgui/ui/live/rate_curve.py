"""The loss by the learning rate, as the finder saw it: to read, and to pick a rate from."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen

from bpgui.engine.rate_finder import RateSearch
from bpgui.ui.live.axis import Axis, padded, span
from bpgui.ui.live.drawing import cosmetic, draw_curve
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.rate_words import losses_at, rate_text
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import clean, finite_range
from bpgui.ui.theme import theme

BAND = 0.16  # how dark the band of sensible rates is
DOT = 1.2
# What is shown above where the curve begins, and below it at least: a share of the fall, or of the loss.
ABOVE, LEAST = 0.5, 0.1


class RateCurve(PlotArea):
    """`rate_picked` is a rate that was clicked, or Return pressed on. `empty_text` stands where there is no curve."""

    rate_picked = Signal(float)
    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Loss by learning rate"))
        self.setToolTip(self.tr("The loss at each rate: point to read it, click to pick a rate, wheel to zoom."))
        self.search: RateSearch | None = None
        self.present = self.picked = 0.0
        self.empty_text = ""
        self.set_labels(self.tr("learning rate"), self.tr("loss of the batch after a step at that rate"))
        self.set_home(Axis(1e-6, 100.0, True), Axis())

    def set_search(self, search: RateSearch | None, empty_text: str) -> None:
        """Another curve, or why there is none."""
        self.search = search if search is not None and len(search.rates) else None
        self.empty_text = empty_text
        self.fit()
        if self.search is not None:
            options, smooth = self.search.options, clean(self.search.smooth)
            low, high = finite_range(smooth) or (0.0, 1.0)
            start = self.search.start if math.isfinite(self.search.start) else high
            fall = max(start - low, LEAST * start)
            self.set_home(
                Axis(options.lowest, options.highest, True),
                padded(start - fall, min(max(high, start), start + ABOVE * fall), 0.08),
            )
        self.renew_description()
        self.update()

    def set_marks(self, present: float, picked: float) -> None:
        """The rate in use, and the one picked (0 for none)."""
        if (present, picked) != (self.present, self.picked):
            self.present, self.picked = present, picked
            self.renew_description()
            self.update()

    # painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colors, search = theme(), self.search
        if search is None:
            painter.setPen(colors.muted)
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(area.adjusted(24, 0, -24, 0), flags, self.empty_text)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if search.suggestion is not None:
            self._draw_band(painter, area, search.low, search.high)
        x = self.px(search.rates)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.muted)
        for across, down in zip(x, self.py(clean(search.losses)), strict=True):
            if area.top() <= down <= area.bottom():
                painter.drawEllipse(QPointF(across, down), DOT, DOT)
        painter.setPen(QPen(colors.curve_train, 1.8))
        painter.setBrush(colors.curve_train)
        draw_curve(painter, x, self.py(clean(search.smooth)))
        self._draw_mark(painter, area, self.present, cosmetic(colors.text, Qt.PenStyle.DashLine), 1, self.tr("now {0}"))
        if search.suggestion not in (None, self.picked):
            dots = cosmetic(colors.accent, Qt.PenStyle.DotLine)
            self._draw_mark(painter, area, search.suggestion or 0.0, dots, 2, self.tr("suggested {0}"))
        self._draw_mark(painter, area, self.picked, cosmetic(colors.accent), 0, self._picked_word())
        if self.cursor_at is not None:
            self._draw_line(painter, area, self.cursor_at[0], cosmetic(colors.text, Qt.PenStyle.DotLine, 0.6))

    def _draw_band(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        shade = QColor(theme().good)
        shade.setAlphaF(BAND)
        left, right = (float(value) for value in self.px(np.array([low, high])))
        painter.fillRect(QRectF(left, area.top(), max(right - left, 1.0), area.height()), shade)
        word, metrics = self.tr("sensible"), small_metrics()
        painter.setPen(theme().good)
        if metrics.horizontalAdvance(word) + 8 <= right - left:
            painter.drawText(QPointF(left + 4, area.bottom() - 5), word)

    def _picked_word(self) -> str:
        suggested = self.search is not None and self.search.suggestion == self.picked
        return self.tr("suggested {0}") if suggested else self.tr("picked {0}")

    def _draw_line(self, painter: QPainter, area: QRectF, rate: float, pen: QPen) -> float:
        at = float(self.px(np.array([rate]))[0])
        painter.setPen(pen)
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
        return at

    def _draw_mark(self, painter: QPainter, area: QRectF, rate: float, pen: QPen, line: int, word: str) -> None:
        """A rate with its name beside the line; `line` counts from the top, so that names do not meet."""
        if not self.x.low <= rate <= self.x.high:
            return
        at, metrics = self._draw_line(painter, area, rate, pen), small_metrics()
        text = word.format(rate_text(rate))
        wide = metrics.horizontalAdvance(text)
        left = at + 5 if at + 5 + wide <= area.right() - 4 else at - 5 - wide
        base = area.top() + 3 + metrics.ascent() + line * metrics.height()
        backing = QColor(theme().plot)
        backing.setAlpha(200)
        painter.fillRect(QRectF(left - 2, base - metrics.ascent(), wide + 4, metrics.height()), backing)
        painter.drawText(QPointF(left, base), text)

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        """The read-out, at the foot, in the corner that is not under the pointer."""
        text = self.readout()
        if not text or self.cursor_at is None:
            return
        metrics = small_metrics()
        wide = min(metrics.horizontalAdvance(text) + 10, area.width() - 12)
        on_right = float(self.px(np.array([self.cursor_at[0]]))[0]) < area.center().x()
        left = area.right() - 6 - wide if on_right else area.left() + 6
        box = QRectF(left, area.bottom() - 2 * metrics.height() - 12, wide, metrics.height() + 4)
        backing = QColor(theme().panel)
        backing.setAlpha(225)
        painter.fillRect(box, backing)
        painter.setPen(theme().text)
        painter.drawText(QPointF(left + 5, box.top() + 2 + metrics.ascent()), text)

    # reading

    def readout(self) -> str:
        """The loss at the cursor."""
        if self.search is None or self.cursor_at is None:
            return ""
        return losses_at(self.search, self.cursor_at[0])

    def describe(self) -> str:
        if self.search is None:
            return self.empty_text
        if self.readout():
            return self.readout()
        marks = [self.tr("now {0}").format(rate_text(self.present))]
        if self.picked:
            marks.append(self._picked_word().format(rate_text(self.picked)))
        ends = span(float(self.search.rates[0]), float(self.search.rates[-1]), log=True)
        text = self.tr("{0} rates from {1} to {2}; {3}")
        return text.format(len(self.search.rates), rate_text(ends.low), rate_text(ends.high), ", ".join(marks))

    def move_cursor(self, right: int, up: int) -> None:
        """Along the curve: a step of the test at a time."""
        if self.search is None:
            return
        rates = self.search.rates
        here = float(rates[len(rates) // 2]) if self.cursor_at is None else self.cursor_at[0]
        place = int(np.abs(np.log(rates / max(here, 1e-300))).argmin()) + (right if self.cursor_at is not None else 0)
        place = min(max(place, 0), len(rates) - 1)
        self.cursor_at = (float(rates[place]), float(self.search.smooth[place]))

    def choose(self) -> bool:
        """Pick the rate under the cursor, as a person would type it."""
        if self.search is None or self.cursor_at is None:
            return False
        self.rate_picked.emit(float(f"{self.cursor_at[0]:.1g}"))
        return True
