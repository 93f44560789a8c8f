"""How the numbers of a layer are spread over the steps of a run: the median in bands of percentiles."""

from __future__ import annotations

import math
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from bpgui.runs.layer_numbers import NUMBER_KINDS, NumberKind
from bpgui.runs.spreads import QUANTILES
from bpgui.ui.live.axis import padded, span, ticks
from bpgui.ui.live.drawing import cosmetic, draw_curve, polygon, runs
from bpgui.ui.live.kept import RENEWED
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import clean, finite_range, format_number
from bpgui.ui.texts import group, tr_label
from bpgui.ui.theme import theme

# Each band between the quantiles at (first, last) place, how dark it is, and what it is called.
BANDS = ((0, 6, 0.10, "0–100 %"), (1, 5, 0.15, "5–95 %"), (2, 4, 0.22, "25–75 %"))
MEDIAN = 3
NOTHING = np.empty((0, len(QUANTILES)))


class CourseView(PlotArea):
    """Draws the quantiles of one kind of number of one layer over the steps at which they were looked at.

    While a run trains it changes as often as numbers do that are to be read.
    """

    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Spread over time"))
        self.setToolTip(
            self.tr("How the layer's numbers are spread at each step: point to read it, wheel to zoom, drag to move.")
        )
        self.kind: NumberKind = NUMBER_KINDS["weights"]
        self.layer_name = ""
        self.counts = (0, 0)
        self._set_at = -RENEWED
        self.steps: NDArray[np.int64] = np.empty(0, np.int64)
        self.raw, self.values = NOTHING, NOTHING
        self._label()

    def set_course(
        self, kind: NumberKind, name: str, counts: tuple[int, int], steps: NDArray[np.int64],
        values: NDArray[np.float64], settled: bool = True,
    ) -> None:  # fmt: skip
        """`steps` (n,), `values` (n, QUANTILES), of the layer called `name`; `counts` as SpreadsAnswer has them."""
        if (kind.key, name) != (self.kind.key, self.layer_name):
            self.fit()
        elif not settled and monotonic() - self._set_at < RENEWED:
            return
        self._set_at = monotonic()
        self.kind, self.layer_name, self.counts = kind, name, counts
        self.steps, self.raw, self.values = steps, values, clean(values)
        self._label()
        low, high = finite_range(self.values) or (-1.0, 1.0)
        if len(steps):
            first, last = float(steps[0]), float(steps[-1])
            ends = (first, last) if last > first else (first - 1, first + 1)  # a single moment stands in the middle
            self.set_home(span(*ends), padded(min(low, 0), max(high, 0)))
        self.renew_description(settled)
        self.update()

    def _label(self) -> None:
        used, of = self.counts
        text = self.tr("{0} of {1}").format(self.kind.W, self.layer_name)
        if used < of:
            text += self.tr(", {0} of {1} weights").format(group(used), group(of))
        self.set_labels(self.tr("step"), text if self.layer_name else "")

    def _x_ticks(self, width: float) -> list[tuple[float, str]]:
        # Between two steps there is none.
        return [(value, group(int(value))) for value, _ in super()._x_ticks(width) if float(value).is_integer()]

    def _y_ticks(self, height: float) -> list[tuple[float, str]]:
        # Zero is nearly always in the middle: more ticks than usual, so that there is one on each side of it.
        return ticks(self.y, max(int(height / 24), 3))

    @property
    def empty(self) -> bool:
        return not np.isfinite(self.values).any()

    # painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colors = theme()
        if self.empty:
            painter.setPen(colors.muted)
            text = tr_label(self.kind.missing) or self.tr("Nothing yet: it shows when the project can be trained")
            flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
            painter.drawText(area.adjusted(8, 0, -8, 0), flags, text)
            return
        zero = float(self.py(np.zeros(1))[0])
        painter.setPen(cosmetic(colors.muted, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), zero), QPointF(area.right(), zero))
        x, y = self.px(self.steps), self.py(self.values)
        for first, last, alpha, _ in BANDS:
            self._draw_band(painter, x, y[:, first], y[:, last], alpha)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(cosmetic(colors.curve_train))
        painter.setBrush(colors.curve_train)
        draw_curve(painter, x, y[:, MEDIAN])
        if len(self.steps) == 1:
            self._say_single(painter, area)
        if self.cursor_at is not None:
            at = float(x[self.nearest()])
            painter.setPen(cosmetic(colors.text, Qt.PenStyle.DotLine, 0.6))
            painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))

    def _say_single(self, painter: QPainter, area: QRectF) -> None:
        """Nobody looked before, and there is no going back for it."""
        painter.setPen(theme().muted)
        text = self.tr("Step {0} alone was looked at; the course is drawn while this is open.")
        flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.AlignmentFlag.AlignBottom) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(area.adjusted(8, 0, -8, -6), flags, text.format(group(int(self.steps[0]))))

    def _draw_band(
        self, painter: QPainter, x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64],
        alpha: float,
    ) -> None:  # fmt: skip
        """A gap where there were no numbers; a single moment is a bar."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_shade(alpha))
        for start, stop in runs(np.isfinite(low + high)):
            across = x[start:stop] if stop - start > 1 else np.array([x[start] - 1.0, x[start] + 1.0])
            ends = slice(start, stop) if stop - start > 1 else [start, start]
            outline: QPolygonF = polygon(
                np.concatenate((across, across[::-1])), np.concatenate((low[ends], high[ends][::-1]))
            )
            painter.drawPolygon(outline)

    def draw_still(self, painter: QPainter, area: QRectF) -> None:
        """What the bands are, right-aligned over the plot."""
        if self.empty:
            return
        colors, metrics = theme(), small_metrics()
        names = [(self.tr("median"), None), *((name, alpha) for _, _, alpha, name in reversed(BANDS))]
        room = self.width() - metrics.horizontalAdvance(self.y_label) - 14
        while names and sum(metrics.horizontalAdvance(name) + 24 for name, _ in names) > room:
            names.pop()
        left = area.right() + 4 - sum(metrics.horizontalAdvance(name) + 24 for name, _ in names)
        middle = metrics.ascent() - metrics.capHeight() / 2
        for name, alpha in names:
            if alpha is None:
                painter.setPen(cosmetic(colors.curve_train))
                painter.drawLine(QPointF(left + 4, middle), QPointF(left + 16, middle))
            else:
                painter.fillRect(
                    QRectF(left + 4, middle - 4, 12, 8), _shade(alpha + sum(b[2] for b in BANDS if b[2] < alpha))
                )
            painter.setPen(colors.muted)
            painter.drawText(QPointF(left + 20, metrics.ascent()), name)
            left += metrics.horizontalAdvance(name) + 24

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        """The read-out, in the corner that is not under the pointer."""
        if self.cursor_at is None or self.empty:
            return
        lines, metrics = self.moment_lines(self.nearest()), small_metrics()
        wide = min(max(map(metrics.horizontalAdvance, lines)) + 10, area.width() - 12)
        on_right = float(self.px(np.array([self.cursor_at[0]]))[0]) < area.center().x()
        left = area.right() - 6 - wide if on_right else area.left() + 6
        backing = QColor(theme().panel)
        backing.setAlpha(225)
        painter.fillRect(QRectF(left, area.top() + 5, wide, len(lines) * metrics.height() + 4), backing)
        painter.setPen(theme().text)
        for number, line in enumerate(lines):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, wide - 8)
            base = area.top() + 7 + number * metrics.height() + metrics.ascent()
            painter.drawText(QPointF(left + 5, base), text)

    # reading

    def nearest(self) -> int:
        """The moment next to the cursor, the last one without it."""
        if self.cursor_at is None:
            return len(self.steps) - 1
        return int(np.abs(self.steps - self.cursor_at[0]).argmin())

    def readout(self) -> str:
        """The quantiles at the cursor."""
        return self.moment_words(self.nearest()) if self.cursor_at is not None and not self.empty else ""

    def moment_words(self, index: int) -> str:
        return ", ".join(self.moment_lines(index))

    def moment_lines(self, index: int) -> list[str]:
        """One moment in words, a part of it a line."""
        step, values = group(int(self.steps[index])), self.raw[index]
        if not math.isfinite(values[MEDIAN]):
            return [self.tr("step {0}: no numbers").format(step)]
        low, under, first, median, third, over, high = (format_number(float(v)) for v in values)
        return [
            self.tr("step {0}: median {1}").format(step, median),
            self.tr("half from {0} to {1}").format(first, third),
            self.tr("90 % from {0} to {1}").format(under, over),
            self.tr("all from {0} to {1}").format(low, high),
        ]

    def describe(self) -> str:
        if self.empty:
            return self.tr("nothing computed yet")
        return f"{self.y_label}; {self.moment_words(self.nearest())}"


def _shade(alpha: float) -> QColor:
    """Neither of the colours of signs: the curve's own, thinner."""
    shade = QColor(theme().curve_train)
    shade.setAlphaF(alpha)
    return shade
