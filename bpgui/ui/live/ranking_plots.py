"""Precision over recall, and hits over false alarms, for every threshold at once; the present one is marked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from bpgui.runs.answers import RankingAnswer
from bpgui.runs.ranking import Ranked
from bpgui.ui.live.axis import Axis
from bpgui.ui.live.drawing import cosmetic, draw_curve
from bpgui.ui.live.plot import PlotArea
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import theme

Floats = NDArray[np.floating[Any]]
_SHARES = Axis(-0.02, 1.02)
_MARK = 5.0


class RankingPlot(PlotArea):
    """Base: a curve in shares from 0 to 1, a line to compare with, the present threshold, and the one at the cursor."""

    frame = True

    def __init__(self) -> None:
        super().__init__()
        self.answer: RankingAnswer | None = None
        self.threshold = 0.5
        self.set_home(_SHARES, _SHARES)

    def set_answer(self, answer: RankingAnswer | None, settled: bool = True) -> None:
        self.answer = answer
        self.renew_description(settled)
        self.update()

    def set_threshold(self, threshold: float) -> None:
        """Mark another one."""
        if threshold != self.threshold:
            self.threshold = threshold
            self.renew_description(False)
            self.update()

    @property
    def ranked(self) -> Ranked | None:
        """What there is to draw, None without rows of both classes."""
        found = None if self.answer is None else self.answer.ranked
        return found if found is not None and found.both else None

    # the subclass's

    def curve(self) -> tuple[Floats, Floats]:
        """Points to draw a line through."""
        raise NotImplementedError

    def reference(self, found: Ranked) -> tuple[tuple[float, float], tuple[float, float]]:
        """Ends of the line of a guess."""
        raise NotImplementedError

    def place(self, found: Ranked, k: int) -> tuple[float, float] | None:
        """Where the curve is with the first k scores taken; None where it is nowhere."""
        raise NotImplementedError

    def taken_at(self, found: Ranked, x: float) -> int:
        """How many scores are taken where the curve passes x."""
        raise NotImplementedError

    def title(self) -> str:
        """The area, over the plot."""
        raise NotImplementedError

    def sentence(self, x: float, y: float) -> str:
        """A point of the curve in words."""
        raise NotImplementedError

    # drawing

    def draw(self, painter: QPainter, area: QRectF) -> None:
        found = self.ranked
        if found is None:
            return
        ends = np.array(self.reference(found)).T
        painter.setPen(cosmetic(theme().muted, Qt.PenStyle.DashLine))
        draw_curve(painter, self.px(ends[0]), self.py(ends[1]))
        x, y = self.curve()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(cosmetic(theme().curve_train))
        across, up = self.px(x), self.py(y)
        draw_curve(painter, across, up)
        draw_curve(painter, across, up + 0.6)
        self._mark(painter, self.place(found, found.taken(self.threshold)), filled=True)
        if self.cursor_at is not None:
            self._mark(painter, self.place(found, self.taken_at(found, self.cursor_at[0])), filled=False)

    def _mark(self, painter: QPainter, place: tuple[float, float] | None, *, filled: bool) -> None:
        if place is None:
            return
        colors = theme()
        at = QPointF(float(self.px(np.array([place[0]]))[0]), float(self.py(np.array([place[1]]))[0]))
        painter.setPen(cosmetic(colors.plot if filled else colors.text))
        painter.setBrush(colors.accent if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, _MARK, _MARK)

    def draw_over(self, painter: QPainter, area: QRectF) -> None:
        metrics = small_metrics()
        colors = theme()
        if self.ranked is None:
            painter.setPen(colors.muted)
            painter.drawText(area.adjusted(6, 4, -6, -4), _WRAPPED, self.missing())
            return
        title = self.title()
        painter.setPen(colors.text)
        painter.drawText(QPointF(area.right() - metrics.horizontalAdvance(title), metrics.ascent()), title)
        lines = self.readout()
        if not lines:
            return
        wide = max(metrics.horizontalAdvance(line) for line in lines) + 10
        high = metrics.height() * len(lines) + 4
        left_half = self.cursor_at is not None and self.x.shares(np.array([self.cursor_at[0]]))[0] < 0.5
        left = area.right() - wide - 4 if left_half else area.left() + 4
        box = QRectF(left, area.bottom() - high - 4, wide, high)
        backing = QColor(colors.panel)
        backing.setAlpha(230)
        painter.fillRect(box, backing)
        painter.setPen(colors.text)
        for number, line in enumerate(lines):
            base = box.top() + 2 + metrics.ascent() + number * metrics.height()
            painter.drawText(QPointF(box.left() + 5, base), line)

    # reading

    def missing(self) -> str:
        """Why there is no curve."""
        if self.answer is None:
            return self.tr("nothing computed yet")
        if self.answer.ranked is None:
            return self.tr("The network's outputs are no numbers.")
        absent = self.answer.classes[0 if self.answer.ranked.positives else 1]
        return self.tr("No row here is {0}: there is nothing to tell apart.").format(absent)

    def readout(self) -> list[str]:
        """The point of the curve at the cursor: its threshold and what it comes to."""
        found = self.ranked
        if found is None or self.cursor_at is None:
            return []
        k = self.taken_at(found, self.cursor_at[0])
        place = self.place(found, k)
        if place is None:
            return []
        at = self.tr("threshold {0}").format(format_number(float(found.scores[k - 1])) if k else self.tr("above all"))
        return [at, *self.sentence(*place).split(", ")]

    def describe(self) -> str:
        found = self.ranked
        if found is None:
            return self.missing()
        if self.cursor_at is not None:
            return ", ".join(self.readout())
        place = self.place(found, found.taken(self.threshold))
        at = "" if place is None else " " + self.sentence(*place)
        return self.title() + self.tr("; at threshold {0}:").format(format_number(self.threshold)) + (at or " –")


class PrecisionRecallPlot(RankingPlot):
    """In steps, as average precision is the area of: each score's precision over the recall that it adds."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Precision over recall"))
        self.setToolTip(
            self.tr("Precision and recall at every threshold; the dashed line is a guess: the positives' share.")
        )
        self.set_labels(self.tr("recall"), self.tr("precision"))

    def curve(self) -> tuple[Floats, Floats]:
        assert self.answer is not None
        recall, precision = self.answer.pr
        # Before each point the way across at its height, from the recall of the point before.
        x = np.column_stack((np.insert(recall[:-1], 0, 0.0), recall)).ravel()
        return x, np.repeat(precision, 2)

    def reference(self, found: Ranked) -> tuple[tuple[float, float], tuple[float, float]]:
        share = found.positives / found.rows
        return (0.0, share), (1.0, share)

    def place(self, found: Ranked, k: int) -> tuple[float, float] | None:
        if not k:
            return None
        hits, alarms = int(found.hits[k - 1]), int(found.alarms[k - 1])
        return hits / found.positives, hits / (hits + alarms)

    def taken_at(self, found: Ranked, x: float) -> int:
        wanted = min(max(x, 0.0), 1.0) * found.positives
        return min(int(np.searchsorted(found.hits, max(wanted, 0.5))), len(found.hits) - 1) + 1

    def title(self) -> str:
        assert self.answer is not None
        return self.tr("PR-AUC {0}").format(format_number(self.answer.pr_area))

    def sentence(self, x: float, y: float) -> str:
        return self.tr("recall {0}, precision {1}").format(format_number(x), format_number(y))


class RocPlot(RankingPlot):
    """False alarms across, hits up, both as shares of the rows that there are."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Hits over false alarms (ROC)"))
        self.setToolTip(
            self.tr("The share of positives found over the share of negatives taken for one; the diagonal is a guess.")
        )
        self.set_labels(self.tr("false alarms"), self.tr("recall"))

    def curve(self) -> tuple[Floats, Floats]:
        assert self.answer is not None
        return self.answer.roc

    def reference(self, found: Ranked) -> tuple[tuple[float, float], tuple[float, float]]:
        return (0.0, 0.0), (1.0, 1.0)

    def place(self, found: Ranked, k: int) -> tuple[float, float] | None:
        if not k:
            return 0.0, 0.0
        return int(found.alarms[k - 1]) / found.negatives, int(found.hits[k - 1]) / found.positives

    def taken_at(self, found: Ranked, x: float) -> int:
        return int(np.searchsorted(found.alarms, min(max(x, 0.0), 1.0) * found.negatives, side="right"))

    def title(self) -> str:
        assert self.answer is not None
        return self.tr("ROC-AUC {0}").format(format_number(self.answer.roc_area))

    def sentence(self, x: float, y: float) -> str:
        return self.tr("false alarms {0}, recall {1}").format(format_number(x), format_number(y))


_WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
