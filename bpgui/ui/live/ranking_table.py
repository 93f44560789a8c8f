"""What one threshold comes to: the four counts, and the shares that they make."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from bpgui.engine.metrics import f1, precision, recall
from bpgui.session.guard import guarded
from bpgui.ui.live.described import Described
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.numbers import format_number
from bpgui.ui.texts import group
from bpgui.ui.theme import mix, theme

_GAP = 14.0
_LEAST = 46.0


class DecisionTable(Described):
    """Actual classes down, decided ones across; beside them recall, precision, F1 and false alarms of a thousand."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What the threshold decides"))
        self.setToolTip(
            self.tr("Rows by what they are (down) and what the threshold makes of them (across), and their rates.")
        )
        self.counts: NDArray[np.int64] | None = None
        self.classes: tuple[str, str] = ("", "")

    def set_counts(self, counts: NDArray[np.int64] | None, classes: tuple[str, str], settled: bool = True) -> None:
        """(2, 2) counts, [actual, decided], of the two classes; None for nothing known."""
        if self.counts is None or counts is None or classes != self.classes or (counts != self.counts).any():
            self.counts, self.classes = counts, classes
            self.update()
        self.renew_description(settled)

    def rates(self) -> list[tuple[str, str]]:
        """(name, value) of each rate."""
        if self.counts is None:
            return []
        counts = self.counts
        found, flagged, negatives = int(counts[1].sum()), int(counts[:, 1].sum()), int(counts[0].sum())
        alarms = 1000.0 * counts[0, 1] / negatives if negatives else None
        return [
            (self.tr("recall"), _percent(recall(counts)) if found else "–"),
            (self.tr("precision"), _percent(precision(counts)) if flagged else "–"),
            (self.tr("F1"), format_number(f1(counts))),
            (self.tr("false alarms a 1000"), format_number(alarms)),
        ]

    def describe(self) -> str:
        if self.counts is None:
            return self.tr("nothing counted yet")
        (right, alarms), (missed, hits) = self.counts.tolist()
        words = self.tr("{0} hits, {1} missed, {2} false alarms, {3} rightly let be; ")
        return words.format(hits, missed, alarms, right) + ", ".join(f"{name} {value}" for name, value in self.rates())

    @guarded(default=QSize(300, 74))
    def sizeHint(self) -> QSize:
        return QSize(300, round(4 * self._line() + 2))

    @guarded(default=QSize(200, 74))
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def _line(self) -> float:
        return small_metrics().height() + 3

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.counts is None:
            return
        with QPainter(self) as painter:
            painter.setFont(small_font())
            right = self._draw_rates(painter)
            self._draw_counts(painter, right - _GAP)

    def _draw_rates(self, painter: QPainter) -> float:
        """At the right; returns where they begin."""
        metrics, colors, line = small_metrics(), theme(), self._line()
        rates = self.rates()
        wide = max(metrics.horizontalAdvance(name) for name, _ in rates) + 8 + metrics.horizontalAdvance("100.0 %")
        left = self.width() - wide
        for number, (name, value) in enumerate(rates):
            base = number * line + metrics.ascent() + 1
            painter.setPen(colors.muted)
            painter.drawText(QPointF(left, base), name)
            painter.setPen(colors.text)
            painter.drawText(QPointF(self.width() - metrics.horizontalAdvance(value), base), value)
        return left

    def _draw_counts(self, painter: QPainter, right: float) -> None:
        assert self.counts is not None
        metrics, colors, line = small_metrics(), theme(), self._line()
        room = max((right - 2 * _LEAST) * 0.6, 20.0)
        names = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, room) for name in self.classes]
        lead = max(max(map(metrics.horizontalAdvance, names)), metrics.horizontalAdvance(self.tr("actual"))) + 8
        wide = min(max((right - lead) / 2, _LEAST), 92.0)
        painter.setPen(colors.muted)
        painter.drawText(QPointF(lead, metrics.ascent() + 1), self.tr("decided"))
        painter.drawText(QPointF(0, line + metrics.ascent() + 1), self.tr("actual"))
        for index, name in enumerate(names):
            painter.setPen(colors.text)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, wide - 4)
            left = lead + index * wide + (wide - metrics.horizontalAdvance(short)) / 2
            painter.drawText(QPointF(left, line + metrics.ascent() + 1), short)
            painter.drawText(QPointF(0, (index + 2) * line + metrics.ascent() + 1), name)
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        for row in (0, 1):
            for column in (0, 1):
                box = QRectF(lead + column * wide, (row + 2) * line, wide - 1, line - 1)
                shade = mix(colors.field, colors.accent, 0.85 * float(shares[row, column]))
                painter.fillRect(box, shade)
                painter.setPen(colors.on(shade))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, group(int(self.counts[row, column])))
                if row == column:
                    painter.setPen(cosmetic(colors.good))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"
