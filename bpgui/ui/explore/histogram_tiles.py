"""A small histogram for each column; only those in sight are asked for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.explore.histogram_drawing import Shown, paint_bars
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.texts import group
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

WIDE, HIGH = 176, 124
GAP = 8


class HistogramTiles(QAbstractScrollArea):
    """`wanted(names)`: histograms that are in sight and not there yet; `opened(name)`: show one large."""

    wanted = Signal(object)
    opened = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        sentence = self.tr("A histogram for each column; click one, or press Enter, to enlarge it.")
        describe(self, self.tr("Histograms"), sentence)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.names: tuple[str, ...] = ()
        self.notes: dict[str, str] = {}
        self.found: dict[str, Shown] = {}
        self.current = -1

    def show_columns(self, names: tuple[str, ...], notes: dict[str, str]) -> None:
        """Other columns; `notes` say what each is used for."""
        same = names == self.names
        self.names, self.notes, self.found = names, notes, {}
        self.setAccessibleDescription(", ".join(names[:60]))
        if not same:
            self.current = -1
            self.verticalScrollBar().setValue(0)
        self._lay_out()
        self._ask()

    def add(self, found: dict[str, Shown]) -> None:
        """Histograms that were asked for."""
        self.found |= found
        self.viewport().update()
        self._ask()

    def _ask(self) -> None:
        missing = tuple(name for name in self._in_sight() if name not in self.found)
        if missing:
            self.wanted.emit(missing)

    # ---- where things are

    def across(self) -> int:
        """How many stand beside each other."""
        return max((self.viewport().width() + GAP) // (WIDE + GAP), 1)

    def _lay_out(self) -> None:
        lines = -(-len(self.names) // self.across())
        bar = self.verticalScrollBar()
        bar.setRange(0, max(lines * (HIGH + GAP) - GAP - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(HIGH + GAP)

    def box(self, index: int) -> QRectF:
        """Where a tile stands in the viewport."""
        across = self.across()
        wide = (self.viewport().width() - (across - 1) * GAP) / across
        top = index // across * (HIGH + GAP) - self.verticalScrollBar().value()
        return QRectF(index % across * (wide + GAP), top, wide, HIGH)

    def _in_sight(self) -> list[str]:
        across, offset = self.across(), self.verticalScrollBar().value()
        first = max(offset // (HIGH + GAP), 0) * across
        last = ((offset + self.viewport().height()) // (HIGH + GAP) + 1) * across
        return list(self.names[first:last])

    def _index_at(self, place: QPointF) -> int:
        return next((i for i in range(len(self.names)) if self.box(i).contains(place)), -1)

    # ---- painting

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().panel)
        painter.setFont(small_font())
        for name in self._in_sight():
            index = self.names.index(name)
            self._paint_tile(painter, index, name)
        painter.end()

    def _paint_tile(self, painter: QPainter, index: int, name: str) -> None:
        colors, metrics, box = theme(), small_metrics(), self.box(index)
        lit = index == self.current
        painter.setPen(cosmetic(colors.accent if lit else colors.panel_border))
        painter.setBrush(colors.plot)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        inner = box.adjusted(8, 6, -8, -6)
        shown = self.found.get(name)
        note = self.notes.get(name, "")
        if shown is not None and shown.histogram.missing:
            note = self.tr("{0} missing").format(group(shown.histogram.missing))
        wide = metrics.horizontalAdvance(note)
        painter.setPen(colors.text)
        title = metrics.elidedText(name, Qt.TextElideMode.ElideRight, inner.width() - wide - 8)
        painter.drawText(QPointF(inner.left(), inner.top() + metrics.ascent()), title)
        painter.setPen(colors.warn if shown is not None and shown.histogram.missing else colors.muted)
        painter.drawText(QPointF(inner.right() - wide, inner.top() + metrics.ascent()), note)
        if shown is not None:
            self._paint_histogram(painter, shown, inner)

    def _paint_histogram(self, painter: QPainter, shown: Shown, inner: QRectF) -> None:
        colors, metrics = theme(), small_metrics()
        area = inner.adjusted(0, metrics.height() + 4, 0, -metrics.height() - 2)
        painter.setPen(colors.muted)
        if not shown.bins:
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.tr("no values"))
            return
        edges = area.left() + np.arange(shown.bins + 1) / shown.bins * area.width()
        paint_bars(painter, shown, edges[:-1], edges[1:], area.bottom(), area.height() / (shown.most or 1.0), colors)
        painter.setPen(colors.muted)
        base = inner.bottom() - metrics.descent()
        labels = shown.histogram.labels
        if not labels:
            low, high = shown.edge_text(shown.histogram.edges[0]), shown.edge_text(shown.histogram.edges[-1])
            if not shown.log and shown.histogram.edges[0] % 1 == 0.5:
                low, high = shown.bin_text(0), shown.bin_text(shown.bins - 1)
            painter.drawText(QPointF(area.left(), base), low)
            painter.drawText(QPointF(area.right() - metrics.horizontalAdvance(high), base), high)
            return
        room = area.width() / len(labels)
        if room < 26:
            all_shown = not shown.histogram.others
            rest = self.tr("{0} different").format(len(labels)) if all_shown else self.tr("most frequent")
            painter.drawText(QPointF(area.left(), base), rest)
            return
        for index, label in enumerate(labels):
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, room - 3)
            painter.drawText(QPointF(edges[index], base), text)

    # ---- mouse and keys

    def _point(self, index: int) -> None:
        if index != self.current:
            self.current = index
            self.viewport().setToolTip(self.names[index] if index >= 0 else self.toolTip())
            self.viewport().update()

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._index_at(event.position()))

    @guarded
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.names[index])

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.across()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -line, Qt.Key.Key_Down: line}
        key = Qt.Key(event.key())
        if key in steps and self.names:
            self._point(min(max(self.current + steps[key], 0), len(self.names) - 1) if self.current >= 0 else 0)
            self._bring_in_sight()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.opened.emit(self.names[self.current])
        else:
            super().keyPressEvent(event)

    def _bring_in_sight(self) -> None:
        box, bar = self.box(self.current), self.verticalScrollBar()
        if box.top() < 0:
            bar.setValue(round(bar.value() + box.top()))
        elif box.bottom() > self.viewport().height():
            bar.setValue(round(bar.value() + box.bottom() - self.viewport().height()))

    @guarded
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._ask()

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._ask()

    @guarded(default=QSize(420, 280))
    def sizeHint(self) -> QSize:
        return QSize(420, 280)
