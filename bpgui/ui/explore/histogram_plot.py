"""One histogram, large: with axes, and the numbers of the bar under the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from bpgui.ui.explore.histogram_drawing import Shown, paint_bars
from bpgui.ui.explore.scatter_plot import dated
from bpgui.ui.live.axis import nice_bound, span, tick_text, ticks
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.texts import group
from bpgui.ui.theme import theme


class HistogramPlot(PlotArea):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Histogram"))
        self.setToolTip(self.tr("Rows a bar; point at one to read it, wheel to zoom, drag to move."))
        self.shown: Shown | None = None

    def set_shown(self, shown: Shown) -> None:
        before = self.shown
        same = before is not None and before.histogram.name == shown.histogram.name and before.alike == shown.alike
        self.shown = shown
        edges = self._edges(shown)
        if not same or not self.zoomed:
            self.fit()
        self.set_home(span(float(edges[0]), float(edges[-1])), span(0.0, shown.most * 1.04 or 1.0))
        self.set_labels(self.tr("{0} (log)").format(shown.histogram.name) if shown.log else shown.histogram.name,
                        self.tr("shares of each class") if shown.alike else self.tr("rows"))  # fmt: skip
        self.renew_backdrop()
        self.renew_description()

    def _edges(self, shown: Shown) -> np.ndarray:
        if shown.histogram.labels or not shown.bins:
            return np.arange(max(shown.bins, 1) + 1, dtype=np.float64)
        return shown.histogram.edges

    def _x_ticks(self, width: float) -> list[tuple[float, str]]:
        shown = self.shown
        if shown is None:
            return super()._x_ticks(width)
        if shown.histogram.labels:
            room = width / max(shown.bins, 1)
            every = max(1, int(np.ceil(34 / max(room, 1.0))))
            metrics = small_metrics()
            return [
                (i + 0.5, metrics.elidedText(label, Qt.TextElideMode.ElideRight, max(room * every - 6, 20.0)))
                for i, label in enumerate(shown.histogram.labels)
                if i % every == 0 and self.x.low <= i + 0.5 <= self.x.high
            ]
        if shown.log:
            return self._log_ticks(shown, width)
        return dated(ticks(self.x, max(int(width / 96), 2))) if shown.dates else super()._x_ticks(width)

    def _log_ticks(self, shown: Shown, width: float) -> list[tuple[float, str]]:
        """Round values at places that are equally far apart on paper."""
        places = np.linspace(self.x.low, self.x.high, max(int(width / 80), 3))
        found: dict[float, str] = {}
        for place in places.tolist():
            value = shown.value(place)
            round_value = np.sign(value) * nice_bound(value) if abs(value) > 0.5 else 0.0
            at = float(np.sign(round_value) * np.log1p(abs(round_value)))
            if self.x.low <= at <= self.x.high:
                found[at] = tick_text(float(round_value), abs(float(round_value)) or 1.0)
        return sorted(found.items())

    def draw(self, painter: QPainter, area: QRectF) -> None:
        shown = self.shown
        if shown is None or not shown.bins:
            return
        edges = self.px(self._edges(shown))
        base, top = self.py(np.array([0.0, 1.0])).tolist()
        paint_bars(painter, shown, edges[:-1], edges[1:], base, base - top, theme(), lit=self.bar_at())

    def bar_at(self) -> int:
        """The bar under the cursor, -1 where there is none."""
        if self.shown is None or self.cursor_at is None or not self.shown.bins:
            return -1
        index = int(np.searchsorted(self._edges(self.shown), self.cursor_at[0], side="right")) - 1
        return index if 0 <= index < self.shown.bins else -1

    def readout(self) -> str:
        """The bar under the cursor: its values, its rows, those of each class."""
        index = self.bar_at()
        if index < 0 or self.shown is None:
            return ""
        counts = self.shown.histogram.counts[index]
        text = self.tr("{0}: {1} rows").format(self.shown.bin_text(index), group(int(counts.sum())))
        if self.shown.classes and counts.any():
            each = [f"{n} {group(int(c))}" for n, c in zip(self.shown.classes, counts.tolist(), strict=True) if c]
            text += f" ({', '.join(each)})"
        return text

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        metrics = small_metrics()
        text = metrics.elidedText(self.readout(), Qt.TextElideMode.ElideRight, area.width() - 22)
        if text:
            wide = metrics.horizontalAdvance(text) + 10
            box = QRectF(area.right() - wide - 6, area.top() + 6, wide, metrics.height() + 4)
            backing = QColor(theme().panel)
            backing.setAlpha(230)
            painter.fillRect(box, backing)
            painter.setPen(theme().text)
            painter.drawText(QPointF(box.left() + 5, box.top() + 2 + metrics.ascent()), text)

    def describe(self) -> str:
        if self.shown is None:
            return self.tr("nothing to show yet")
        if self.readout():
            return self.readout()
        return self.tr("{0}: {1} bars, at most {2} rows").format(
            self.shown.histogram.name, self.shown.bins, group(int(self.shown.totals.max(initial=0)))
        )
