"""A histogram as stacked bars, small or large."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from bpgui.data.inspection import Histogram, histogram
from bpgui.data.scaling import exponential, logarithm
from bpgui.data.table import AnyColumn, NumberColumn
from bpgui.ui.explore.cells import date_text, number_text
from bpgui.ui.explore.source import Source
from bpgui.ui.live.value_colors import class_color
from bpgui.ui.theme import Theme

STACKED = 10  # more classes than there are hues are not told apart
CROWDED = 0.8  # of the values in a tenth of the bins: a logarithm would show more


@dataclass(frozen=True, eq=False)
class Shown:
    """A histogram with what is needed to say it: `classes` of its counts, `log` where its edges are logarithms.

    `alike`: each class is drawn by shares of its own rows, `class_rows` (classes,), so that a rare one is as large as
    the others.
    """

    histogram: Histogram
    classes: tuple[str, ...]
    dates: bool
    log: bool
    class_rows: NDArray[np.int64] | None = None
    alike: bool = False

    @cached_property
    def heights(self) -> NDArray[np.float64]:
        """(bins, classes) of the bars: rows, or shares of the rows of their class."""
        counts = np.asarray(self.histogram.counts, dtype=np.float64)
        return counts / np.maximum(self.class_rows, 1) if self.alike and self.class_rows is not None else counts

    @property
    def bins(self) -> int:
        return int(self.histogram.counts.shape[0])

    @property
    def totals(self) -> NDArray[np.int64]:
        """(bins,) of all classes together."""
        return np.asarray(self.histogram.counts.sum(axis=1))

    @property
    def most(self) -> float:
        """The highest bar."""
        return float(self.heights.sum(axis=1).max()) if self.bins else 0.0

    @property
    def crowded(self) -> bool:
        """Whether nearly all values stand in a tenth of the bins."""
        totals = np.sort(self.totals)[::-1]
        return not self.histogram.labels and len(totals) > 9 and bool(
            totals[: len(totals) // 10].sum() > CROWDED * max(int(totals.sum()), 1)
        )

    def value(self, edge: float) -> float:
        """An edge in the file's units."""
        return float(exponential(np.array([edge]))[0]) if self.log else edge

    def edge_text(self, edge: float) -> str:
        value = self.value(edge)
        return date_text(round(value)) if self.dates else number_text(float(f"{value:.4g}"))

    def bin_text(self, index: int) -> str:
        """Which values a bar counts."""
        found = self.histogram
        if found.labels:
            return found.labels[index]
        low, high = found.edges[index], found.edges[index + 1]
        if not self.log and high - low == 1.0 and low % 1 == 0.5:
            return self.edge_text(low + 0.5)
        return f"{self.edge_text(low)} … {self.edge_text(high)}"


def shown_of(source: Source, column: AnyColumn, *, log: bool) -> Shown:
    """The histogram of a column, by class where there are few classes."""
    by_class = source.codes is not None and len(source.classes) <= STACKED
    dates = isinstance(column, NumberColumn) and column.meaning == "date"
    log = log and isinstance(column, NumberColumn) and not dates
    if log and isinstance(column, NumberColumn):
        column = NumberColumn(column.name, logarithm(np.asarray(column.values, dtype=np.float64)))
    if by_class:
        found = histogram(column, source.codes, len(source.classes))
        return Shown(found, source.classes, dates, log, source.class_rows)
    return Shown(histogram(column), (), dates, log)


def bar_color(colors: Theme, shown: Shown, code: int) -> QColor:
    """A class's hue; without classes that of the training part, which stands for rows everywhere."""
    return class_color(colors, code) if shown.classes else colors.split_train


def paint_bars(
    painter: QPainter, shown: Shown, lefts: NDArray[np.float64], rights: NDArray[np.float64], base: float, scale: float,
    colors: Theme, *, lit: int = -1,
) -> None:  # fmt: skip
    """Bars from pixel column to pixel column, `scale` pixels high for 1, standing on `base`; `lit` is brightened."""
    heights = shown.heights
    wide = rights - lefts
    gap = 1.0 if len(wide) and wide.min() > 4 else 0.0
    for index in range(shown.bins):
        top = base
        for code in np.flatnonzero(heights[index]).tolist():
            high = float(heights[index, code]) * scale
            color = bar_color(colors, shown, code)
            if index == lit:
                color = color.lighter(125)
            painter.fillRect(QRectF(lefts[index], top - high, max(wide[index] - gap, 1.0), high), color)
            top -= high
        if top > base - 1.0 and heights[index].any():
            # A single row of a million is still there to be seen.
            painter.fillRect(QRectF(lefts[index], base - 1.0, max(wide[index] - gap, 1.0), 1.0), colors.muted)
