"""Names of rows and columns beside a heat-map, as many as have room."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from bpgui.ui.diagram.labels import short_names
from bpgui.ui.live.heatmap_layout import HeatmapLayout
from bpgui.ui.theme import theme

_ELIDE = Qt.TextElideMode.ElideRight


def numbered(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The names, or numbers from 1 where there are none."""
    return names or tuple(str(i + 1) for i in range(count))


def row_labels(names: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Short names of inputs: a pixel is its place."""
    places = bool(names) and all(name.endswith("]") and "[" in name for name in names)
    return tuple(name[name.index("[") :] for name in names) if places else numbered(names, count)


def draw_labels(painter: QPainter, layout: HeatmapLayout, rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Inputs down the left, b at the biases, units along the top, in the painter's font."""
    metrics = QFontMetricsF(painter.font())
    painter.setPen(theme().muted)
    left = layout.weights.left() - 6
    _draw_rows(painter, layout, rows, metrics, left)
    if layout.bias is not None:
        at = QPointF(left - metrics.horizontalAdvance("b"), layout.bias.center().y() + metrics.capHeight() / 2)
        painter.drawText(at, "b")
    _draw_columns(painter, layout, columns, metrics)


def _draw_rows(
    painter: QPainter, layout: HeatmapLayout, names: tuple[str, ...], metrics: QFontMetricsF, left: float
) -> None:
    every = max(1, math.ceil(metrics.height() / layout.cell[1]))
    shown = layout.in_view()[0][::every]
    for row, text in zip(shown, fitting_names([names[row] for row in shown], metrics, left), strict=True):
        rect = layout.rect(row, 0)
        middle = rect.center().y() if every == 1 else rect.top() + metrics.height() / 2
        if layout.weights.top() - 1 <= rect.top() and middle < layout.weights.bottom() + 1:
            at = QPointF(left - metrics.horizontalAdvance(text), middle + metrics.capHeight() / 2)
            painter.drawText(at, text)


def fitting_names(names: Sequence[str], metrics: QFontMetricsF, room: float) -> list[str]:
    """The names in so many pixels, each still to be told from the others."""
    return short_names(names, lambda text: metrics.horizontalAdvance(text) <= room)


def _draw_columns(painter: QPainter, layout: HeatmapLayout, names: tuple[str, ...], metrics: QFontMetricsF) -> None:
    columns, wide = layout.in_view()[1], layout.cell[0]
    if not columns:
        return
    longest = max(metrics.horizontalAdvance(names[c]) for c in (columns[0], columns[-1])) + 6
    every = max(1, math.ceil(min(longest, 60.0) / wide))
    for column in columns[::every]:
        middle = layout.rect(0, column).center().x()
        if layout.weights.left() - 1 <= middle <= layout.weights.right():
            text = metrics.elidedText(names[column], _ELIDE, wide * every - 4)
            at = QPointF(middle - metrics.horizontalAdvance(text) / 2, layout.weights.top() - 4)
            painter.drawText(at, text)
