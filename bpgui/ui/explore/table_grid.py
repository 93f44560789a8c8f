"""The table itself, painted by columns: a cell costs one text drawn, so that any number of rows scrolls smoothly."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from bpgui.data.table import TextColumn
from bpgui.session.guard import guarded
from bpgui.ui.explore.cells import MISSING, cell_text
from bpgui.ui.explore.ordering import Rows
from bpgui.ui.explore.table_header import ColumnHeader, RowHeader
from bpgui.ui.explore.table_model import LEFT, PART, TableModel
from bpgui.ui.live.drawing import symbol_path
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import mono_font, theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import part_color, part_word

ROW_HEIGHT = 22
WIDEST = 190
MEASURED = 60  # columns whose texts are measured; the rest go by their headers
MARK = 14.0  # room for a marker before a text
SIDE = 8.0


class TableGrid(QTableView):
    """A QTableView that paints its cells itself; the model goes on telling everybody else what stands in them."""

    def __init__(self, model: TableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        describe(self, self.tr("Table of the data"), self.tr("Every row of the data; missing values are dashes."))
        sized(self, TableGrid._measure)
        self.head = ColumnHeader(model, self)
        self.setHorizontalHeader(self.head)
        rows = RowHeader(model, self)
        self.setVerticalHeader(rows)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(rows, lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        sized(rows, lambda w: w.setMinimumSectionSize(px(ROW_HEIGHT)))
        self.setModel(model)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def _measure(self) -> None:
        self.setFont(mono_font(7.5))
        self._metrics = QFontMetricsF(self.font())
        if self.model() is not None:
            self.fit_columns()

    def fit_columns(self) -> None:
        """Width for the headers and the first texts."""
        model = self._model
        lines = range(min(model.rowCount(), 16))
        for section in range(model.columnCount()):
            wide = float(self.head.sectionSizeFromContents(section).width())
            if section < MEASURED:
                extra = 2 * SIDE + (MARK if section == PART or model.is_marked(section) else 2.0)
                texts = [model.text(line, section) for line in lines]
                wide = max((wide, *(self._metrics.horizontalAdvance(text) + extra for text in texts)))
            self.setColumnWidth(section, round(min(wide, WIDEST)))
        digits = len(str(model.source.rows)) if model.source is not None else 1
        self.verticalHeader().setFixedWidth(round(self._metrics.horizontalAdvance("0" * max(digits, 2))) + 18)

    @guarded
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        exposed = event.rect()
        first = self.rowAt(exposed.top())
        model = self._model
        if first >= 0 and model.source is not None:
            last = self.rowAt(exposed.bottom())
            stop = model.rowCount() if last < 0 else last + 1
            rows = model.rows_of(first, stop)
            top = self.rowViewportPosition(first)
            self._paint_selected(painter, first, len(rows))
            for section in self._sections(exposed):
                left, wide = self.columnViewportPosition(section), self.columnWidth(section)
                painter.setClipRect(left, top, wide, px(ROW_HEIGHT) * len(rows))
                self._paint_column(painter, section, rows, QRectF(left, top, wide, px(ROW_HEIGHT)))
        painter.end()

    def _sections(self, exposed: QRect) -> range:
        first, last = self.columnAt(exposed.left()), self.columnAt(exposed.right())
        count = self._model.columnCount()
        return range(max(first, 0), count if last < 0 else last + 1)

    def _paint_selected(self, painter: QPainter, first: int, count: int) -> None:
        current = self.currentIndex().row()
        if first <= current < first + count and self.selectionModel().hasSelection():
            top = self.rowViewportPosition(current)
            painter.fillRect(0, top, self.viewport().width(), px(ROW_HEIGHT), theme().selection)

    def _paint_column(self, painter: QPainter, section: int, rows: Rows, box: QRectF) -> None:
        """The cells of one column; `box` is the first of them."""
        model = self._model
        column, spec = model.column_at(section), model.spec_at(section)
        if column is not None and len(column.shape) in (2, 3):
            self._paint_pictures(painter, section, rows, box)
            return
        if column is None:
            self._paint_parts(painter, rows, box)
            return
        room = box.adjusted(SIDE, 0, -SIDE, 0)
        align = model.align(section)
        if model.is_marked(section):
            self._paint_marks(painter, rows, room)
            room.setLeft(room.left() + MARK if align == LEFT else room.left())
        colors = theme()
        color = colors.muted if spec is not None and spec.role == "ignore" else colors.text
        painter.setPen(color)
        if isinstance(column, TextColumn):
            texts = [column.levels[code] if code >= 0 else MISSING for code in column.codes[rows].tolist()]
        else:
            texts = [cell_text(column, row) for row in rows.tolist()]
        for text in texts:
            if text is MISSING:
                painter.fillRect(QRectF(box.left(), room.top(), box.width() - 1, px(ROW_HEIGHT) - 1), colors.warn_field)
                painter.setPen(colors.muted)
                painter.drawText(room, align, text)
                painter.setPen(color)
            elif len(text) * 5 > room.width():
                elided = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
                painter.drawText(room, align, elided)
            else:
                painter.drawText(room, align, text)
            room.translate(0, px(ROW_HEIGHT))

    def _paint_parts(self, painter: QPainter, rows: Rows, box: QRectF) -> None:
        source, colors = self._model.source, theme()
        assert source is not None
        room = box.adjusted(SIDE + MARK, 0, -SIDE, 0)
        painter.setPen(colors.text)
        words = [part_word(code) for code in range(4)]
        for code in source.parts[rows].tolist():
            painter.fillRect(QRectF(room.left() - MARK, room.center().y() - 4, 8, 8), part_color(colors, code))
            painter.drawText(room, LEFT, words[code])
            room.translate(0, px(ROW_HEIGHT))

    def _paint_marks(self, painter: QPainter, rows: Rows, room: QRectF) -> None:
        """Shape and hue of each row's class."""
        source, colors = self._model.source, theme()
        assert source is not None
        assert source.codes is not None
        codes = source.codes[rows]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for code in np.unique(codes[codes >= 0]).tolist():
            painter.setBrush(class_color(colors, code))
            path = symbol_path(class_symbol(colors, code), 7.0)
            for line in np.flatnonzero(codes == code).tolist():
                painter.drawPath(path.translated(room.left() + 4, room.center().y() + line * px(ROW_HEIGHT)))
        painter.restore()

    def _paint_pictures(self, painter: QPainter, section: int, rows: Rows, box: QRectF) -> None:
        side = px(ROW_HEIGHT) - 2.0
        for line, row in enumerate(rows.tolist()):
            image = self._model.picture(row, section)
            if image is not None:
                wide = min(side * image.width() / max(image.height(), 1), box.width() - 2 * SIDE)
                top = box.top() + line * px(ROW_HEIGHT) + 1
                painter.drawImage(QRectF(box.right() - SIDE - wide, top, wide, side), image)
