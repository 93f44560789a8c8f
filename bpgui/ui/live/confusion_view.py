"""Actual classes down, predicted classes across, with counts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy

from bpgui.runs.answers import ConfusionAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.described import Picture
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.kept import Kept, blank
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.texts import group
from bpgui.ui.theme import DARK, LIGHT, Theme, mix, theme

WIDEST, HIGHEST = 96.0, 44.0
LEAST = 9.0
SHADES = 64


@lru_cache(maxsize=4 * SHADES)
def _shade(dark: bool, step: int) -> tuple[QColor, QColor]:
    """The colour of a cell that holds `step` of SHADES of its row, and that of the number in it."""
    colors = DARK if dark else LIGHT
    shade = mix(colors.field, colors.accent, 0.85 * step / SHADES)
    return shade, colors.on(shade)


class ConfusionView(Picture):
    """Draws a `ConfusionAnswer`. Shading is the share of the row: a small class shows as well as a large one.

    `cell_chosen(actual, predicted)`: a cell that counts rows was clicked, or Return pressed on it.
    """

    cell_chosen = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Confusion matrix"))
        self.setToolTip(
            self.tr("Rows by actual class (down) and predicted one; right ones are framed. Click to list them.")
        )
        self.answer: ConfusionAnswer | None = None
        self.cell: tuple[int, int] | None = None
        self._drawn: ConfusionAnswer | None = None  # what the kept picture shows
        self._settled = True
        self._matrix = Kept()
        self._fitted: tuple[Any, tuple[QPointF, float, float]] | None = None

    def set_answer(self, answer: ConfusionAnswer | None, settled: bool = True) -> None:
        shown, self.answer, self._settled = self.answer, answer, settled
        if answer is None or (self.cell is not None and max(self.cell) >= len(answer.counts)):
            self.cell = None
        self.renew_description(settled)
        if shown is None or answer is None or shown.classes != answer.classes:
            self._matrix.forget()
            self.update()
        elif (self._drawn is None or (self._drawn.counts != answer.counts).any()) and (settled or self._matrix.due()):
            # Well-trained networks change their minds seldom, and a hundred cells are dear to draw.
            self.update()

    def refresh_theme(self, theme: Theme) -> None:
        self._matrix.forget()
        self.update()

    @property
    def accuracy(self) -> tuple[int, int]:
        """Right rows and all rows."""
        counts = self.answer.counts if self.answer is not None else np.zeros((0, 0), dtype=np.int64)
        return int(np.trace(counts)), int(counts.sum())

    # geometry

    def _geometry(self) -> tuple[QPointF, float, float]:
        """Where the cells begin, and how wide and high they are."""
        names = self.answer.classes if self.answer is not None else ()
        key = (self.width(), self.height(), names, small_font().pointSizeF())
        if self._fitted is None or self._fitted[0] != key:
            metrics = small_metrics()
            longest = max((metrics.horizontalAdvance(name) for name in names), default=0.0)
            corner = QPointF(min(longest, 84.0) + 14 + metrics.height(), metrics.height() * 2 + 8)
            count, foot = max(len(names), 1), metrics.height() + 6
            wide = max(min((self.width() - corner.x() - 4) / count, WIDEST), 0.5)
            high = max(min((self.height() - corner.y() - foot) / count, HIGHEST), 0.5)
            self._fitted = (key, (corner, wide, high))
        return self._fitted[1]

    def _corner(self) -> QPointF:
        return self._geometry()[0]

    def _cell(self) -> tuple[float, float]:
        return self._geometry()[1:]

    def cell_rect(self, row: int, column: int) -> QRectF:
        """The rectangle of actual class `row`, predicted class `column`."""
        corner, wide, high = self._geometry()
        return QRectF(corner.x() + column * wide, corner.y() + row * high, wide, high)

    # painting

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setFont(small_font())
            if self.answer is None or not len(self.answer.counts):
                painter.fillRect(self.rect(), theme().panel)
                painter.setPen(theme().muted)
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("nothing counted yet"))
                return
            still = (self.width(), self.height(), self.devicePixelRatioF(), small_metrics().height())
            picture = self._matrix.picture(self._make_matrix, still, self.answer, settled=self._settled)
            painter.drawPixmap(0, 0, picture)
            self._draw_cursor(painter)
            self._draw_foot(painter, small_metrics())

    def _make_matrix(self) -> QPixmap:
        """Cells and names."""
        self._drawn = self.answer
        picture = blank(self, theme().panel)
        with QPainter(picture) as painter:
            painter.setFont(small_font())
            self._draw_cells(painter, small_metrics())
            self._draw_names(painter, small_metrics())
        return picture

    def _draw_cells(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        colors, counts = theme(), self.answer.counts
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        steps = np.rint(shares * SHADES).astype(int).tolist()
        corner, wide, high = self._geometry()
        left, top = corner.x() + 0.5, corner.y() + 0.5
        widest = metrics.horizontalAdvance(group(int(counts.max())))
        numbers = widest + 4 <= wide and metrics.height() <= high + 1
        middle = (wide - 1) / 2
        drop = (high - 1 + metrics.capHeight()) / 2
        for row, values in enumerate(counts.tolist()):
            for column, value in enumerate(values):
                x, y = left + column * wide, top + row * high
                shade, letters = _shade(colors.dark, steps[row][column])
                painter.fillRect(QRectF(x, y, wide - 1, high - 1), shade)
                if numbers:
                    painter.setPen(letters if value else colors.muted)
                    text = group(value)
                    painter.drawText(QPointF(x + middle - metrics.horizontalAdvance(text) / 2, y + drop), text)
        if min(wide, high) >= LEAST:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(cosmetic(colors.good))
            for index in range(len(counts)):
                painter.drawRect(self.cell_rect(index, index).adjusted(0.5, 0.5, -1.5, -1.5))

    def _draw_cursor(self, painter: QPainter) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.cell is not None:
            painter.setPen(cosmetic(theme().text))
            painter.drawRect(self.cell_rect(*self.cell).adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(cosmetic(theme().accent))
            last = len(self.answer.counts) - 1
            end = self.cell_rect(last, last).bottomRight()
            painter.drawRect(QRectF(self._corner(), end).adjusted(-2, -2, 1, 1))

    def _draw_names(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        colors, corner, (wide, high) = theme(), self._corner(), self._cell()
        names = self.answer.classes
        painter.setPen(colors.muted)
        painter.drawText(QPointF(corner.x(), metrics.ascent()), self.tr("predicted"))
        painter.save()
        painter.translate(metrics.ascent(), corner.y() + metrics.horizontalAdvance(self.tr("actual")))
        painter.rotate(-90)
        painter.drawText(QPointF(0, 0), self.tr("actual"))
        painter.restore()
        painter.setPen(colors.text)
        every = max(1, int(np.ceil(metrics.height() / high)))
        across = max(1, int(np.ceil(min(max(metrics.horizontalAdvance(n) for n in names) + 4, 28.0) / wide)))
        for index, name in enumerate(names):
            text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, corner.x() - metrics.height() - 12)
            rect = self.cell_rect(index, index)
            if index % every == 0:
                base = rect.center().y() + metrics.capHeight() / 2
                painter.drawText(QPointF(corner.x() - 6 - metrics.horizontalAdvance(text), base), text)
            if index % across == 0:
                text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, wide * across - 4)
                left = rect.center().x() - metrics.horizontalAdvance(text) / 2
                painter.drawText(QPointF(left, corner.y() - 5), text)

    def _draw_foot(self, painter: QPainter, metrics: QFontMetricsF) -> None:
        painter.setPen(theme().text)
        text = metrics.elidedText(self.readout(), Qt.TextElideMode.ElideRight, self.width() - 4)
        painter.drawText(QPointF(2, self.height() - metrics.descent() - 1), text)

    def hides_tooltip(self, place: QPoint) -> bool:
        return self.cell is not None

    # reading

    def readout(self) -> str:
        """The cell under the cursor in words, or the accuracy."""
        if self.answer is None:
            return ""
        if self.cell is None:
            right, total = self.accuracy
            share = f"{100.0 * right / total:.1f} %" if total else "–"
            said = self.tr("accuracy {0}: {1} of {2} rows right").format(share, group(right), group(total))
            always = self._one_answer()
            return said if always is None else self.tr("{0}, by always saying {1}").format(said, always)
        row, column = self.cell
        names, count = self.answer.classes, int(self.answer.counts[row, column])
        total = int(self.answer.counts[row].sum())
        text = self.tr("{0} of {1} rows that are {2} are predicted {3}")
        return text.format(group(count), group(total), names[row], names[column])

    def _one_answer(self) -> str | None:
        """The class that all rows are taken for, where there are others: accuracy does not show that."""
        assert self.answer is not None
        counts = self.answer.counts
        said = np.flatnonzero(counts.sum(axis=0))
        there = np.count_nonzero(counts.sum(axis=1))
        return self.answer.classes[int(said[0])] if len(said) == 1 and there > 1 else None

    def describe(self) -> str:
        return self.readout() or self.tr("nothing counted yet")

    def _choose(self, cell: tuple[int, int] | None) -> None:
        if cell != self.cell:
            self.cell = cell
            self.renew_description()
            self.update()

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        corner, (wide, high) = self._corner(), self._cell()
        place, count = event.position(), len(self.answer.counts) if self.answer is not None else 0
        column, row = int((place.x() - corner.x()) // wide), int((place.y() - corner.y()) // high)
        self._choose((row, column) if 0 <= row < count and 0 <= column < count else None)

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._ask()

    def _ask(self) -> None:
        if self.cell is not None and self.answer is not None and self.answer.counts[self.cell]:
            self.cell_chosen.emit(*self.cell)

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self._choose(None)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrows = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._ask()
            return
        move = arrows.get(Qt.Key(event.key()))
        if move is None or self.answer is None or not len(self.answer.counts):
            event.ignore()
            return
        last = len(self.answer.counts) - 1
        row, column = self.cell or (-move[0], -move[1])
        self._choose((min(max(row + move[0], 0), last), min(max(column + move[1], 0), last)))
