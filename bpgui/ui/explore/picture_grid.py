"""A grid of small pictures, class by class, that scrolls; only those in sight are made."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from bpgui.data.table import NumberColumn
from bpgui.session.guard import guarded
from bpgui.ui.explore.pictures import limits_of, picture
from bpgui.ui.live.drawing import cosmetic, symbol_path
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px
from bpgui.ui.texts import group
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

GAP = 4
MOST_STRETCHED = 1.3  # times the size asked for
HEADING = 24
KEPT = 3_000
MARGIN = 8


@dataclass(frozen=True, eq=False)
class Section:
    """The rows of one class; `code` is its position among the classes, -1 where there are none."""

    name: str
    code: int
    rows: NDArray[np.int64]


class PictureGrid(QAbstractScrollArea):
    """`pointed(row)` says which row of the table is under the pointer or chosen by key, -1: none."""

    pointed = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        describe(self, self.tr("Pictures"), self.tr("The pictures of the data by class; point at one to read it."))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.side = 56
        self.current = -1
        self._column: NumberColumn | None = None
        self._limits = (0.0, 1.0)
        self._sections: tuple[Section, ...] = ()
        self._tops: list[int] = []
        self._images: OrderedDict[int, QImage] = OrderedDict()

    def show_pictures(self, column: NumberColumn, sections: tuple[Section, ...]) -> None:
        """Other pictures; begins at the top."""
        if column is not self._column:
            self._images.clear()
            self._limits = limits_of(column)
        self._column, self._sections, self.current = column, sections, -1
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self.viewport().update()
        total = sum(len(section.rows) for section in sections)
        self.setAccessibleDescription(self.tr("{0} pictures in {1} groups").format(group(total), len(sections)))

    def set_side(self, side: int) -> None:
        """How high a picture is, in pixels."""
        self.side = side
        self._lay_out()
        self.viewport().update()

    # ---- where things are

    def cell(self) -> tuple[float, float]:
        """Width and height of a picture: a little more than asked for, so that a line of them fills the width."""
        wide, high = self._least_cell()
        across = self.across()
        room = (self.viewport().width() - MARGIN - (across - 1) * GAP) / across
        scale = min(max(room / wide, 1.0), MOST_STRETCHED)
        return wide * scale, high * scale

    def _least_cell(self) -> tuple[float, float]:
        if self._column is None:
            return float(self.side), float(self.side)
        height, width = self._column.shape[:2]
        return max(self.side * min(max(width / height, 0.3), 3.0), 8.0), float(self.side)

    def across(self) -> int:
        """How many pictures stand beside each other."""
        return max(int((self.viewport().width() - MARGIN + GAP) // (self._least_cell()[0] + GAP)), 1)

    def _lines(self, section: Section) -> int:
        return -(-len(section.rows) // self.across())

    def _pitch(self) -> int:
        return round(self.cell()[1]) + GAP

    def _lay_out(self) -> None:
        self._tops, top = [], 0
        for section in self._sections:
            self._tops.append(top)
            top += px(HEADING) + self._lines(section) * self._pitch() + GAP
        bar = self.verticalScrollBar()
        bar.setRange(0, max(top - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(self._pitch())

    def row_at(self, place: QPointF) -> int:
        """The table's row whose picture is at a place of the viewport, -1 where there is none."""
        y = place.y() + self.verticalScrollBar().value()
        wide = self.cell()[0] + GAP
        for section, top in zip(self._sections, self._tops, strict=True):
            line = int((y - top - px(HEADING)) // self._pitch())
            if 0 <= line < self._lines(section) and y >= top + px(HEADING):
                index = line * self.across() + int(place.x() // wide)
                inside = place.x() // wide < self.across() and index < len(section.rows)
                return int(section.rows[index]) if inside else -1
        return -1

    # ---- painting

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._column is None:
            return
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme().panel)
        painter.setFont(small_font())
        offset, height = self.verticalScrollBar().value(), self.viewport().height()
        for section, top in zip(self._sections, self._tops, strict=True):
            bottom = top + px(HEADING) + self._lines(section) * self._pitch()
            if bottom >= offset and top <= offset + height:
                self._paint_section(painter, section, top - offset, height)
        painter.end()

    def _paint_section(self, painter: QPainter, section: Section, top: int, height: int) -> None:
        self._paint_heading(painter, section, top)
        wide, high = self.cell()
        pitch, across = self._pitch(), self.across()
        first = max((-top - px(HEADING)) // pitch, 0)
        last = min((height - top - px(HEADING)) // pitch + 1, self._lines(section))
        for line in range(first, last):
            y = top + px(HEADING) + line * pitch
            for place, row in enumerate(section.rows[line * across : (line + 1) * across].tolist()):
                box = QRectF(place * (wide + GAP), y, wide, high)
                self._paint_picture(painter, row, box)

    def _paint_picture(self, painter: QPainter, row: int, box: QRectF) -> None:
        image = self._image(row)
        # Few pixels stay squares, many are blended.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.height() > box.height())
        painter.drawImage(box, image)
        painter.setPen(cosmetic(theme().accent if row == self.current else theme().panel_border))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_heading(self, painter: QPainter, section: Section, top: int) -> None:
        colors, left = theme(), 0.0
        if section.code >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_color(colors, section.code))
            painter.drawPath(symbol_path(class_symbol(colors, section.code), 8.0).translated(6, top + px(HEADING) / 2))
            left = 16.0
        painter.setPen(colors.text)
        base = top + px(HEADING) / 2 + small_metrics().capHeight() / 2
        painter.drawText(QPointF(left, base), section.name)
        painter.setPen(colors.muted)
        count = group(len(section.rows))
        painter.drawText(QPointF(left + small_metrics().horizontalAdvance(section.name) + 8, base), count)

    def _image(self, row: int) -> QImage:
        if row not in self._images:
            assert self._column is not None
            self._images[row] = picture(self._column, row, self._limits)
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        return self._images[row]

    # ---- mouse and keys

    def _point(self, row: int) -> None:
        if row != self.current:
            self.current = row
            self.viewport().update()
            self.pointed.emit(row)

    @guarded
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self.row_at(event.position()))

    @guarded
    def leaveEvent(self, event: QEvent) -> None:
        self._point(-1)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    @guarded(default=QSize(420, 280))
    def sizeHint(self) -> QSize:
        return QSize(420, 280)
