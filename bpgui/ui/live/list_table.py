"""A small table of records: sorted by a click on a title, bars in its cells, copied with all digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetricsF, QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from bpgui.session.guard import guarded
from bpgui.ui.live.list_model import DESCENDING, LEFT, RIGHT, Column, ListModel, Value
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import mono_font, theme

ROW_HEIGHT = 21
BAR_LEAST, BAR_MOST = 24, 120  # pixels for a bar beside its number
LIVE = "−0.00123"  # as wide as numbers get
_PAD, _SHORT = 5, 4  # pixels; letters that any column has room for


class ListTable(QTableView):
    """`chosen(key)`: a record was clicked, or Return pressed on it."""

    chosen = Signal(object)

    def __init__(self, name: str, help: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(help)
        self.records = ListModel(self)
        self._marked: set[Any] = set()
        self.records.modelAboutToBeReset.connect(self._note_marks)
        self.setModel(self.records)
        self.records.modelReset.connect(self._mark_again)  # after the view's own part in it
        self.setItemDelegate(_Cells(self.records, self))
        sized(self, lambda w: w.setFont(mono_font(7.5)))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        sized(self, lambda w: w.setMinimumHeight(px(3 * ROW_HEIGHT)))
        for header in (self.verticalHeader(), self.horizontalHeader()):
            sized(header, lambda w: w.setMinimumSectionSize(px(ROW_HEIGHT)))
            header.setHighlightSections(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(self.verticalHeader(), lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSectionsClickable(True)
        self.clicked.connect(self._on_clicked)
        copy = QAction(self.tr("Copy the rows"), self)
        copy.setToolTip(self.tr("Put the marked rows on the clipboard as a table with all digits; all without marks."))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self.copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def set_columns(self, columns: Sequence[Column], sorted_by: int, order: Qt.SortOrder = DESCENDING) -> None:
        """Other columns, and what they are sorted by at first."""
        self.setSortingEnabled(False)
        self.records.set_columns(columns, sorted_by, order)
        self.horizontalHeader().setSortIndicator(sorted_by, order)
        self.setSortingEnabled(True)

    def set_rows(self, keys: Sequence[Any], rows: Sequence[tuple[Value, ...]]) -> None:
        """Other records; marks stay with theirs."""
        fresh = not self.records.rows
        self.records.set_rows(keys, rows)
        if fresh:
            self._fit_columns()

    @Slot()
    def _note_marks(self) -> None:
        self._marked = set(self.marked_keys())

    @Slot()
    def _mark_again(self) -> None:
        """A list that was put in order anew has the same records marked."""
        mode = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, key in enumerate(self.records.keys):
            if key in self._marked:
                self.selectionModel().setCurrentIndex(self.records.index(row, 0), mode)

    def marked_keys(self) -> list[Any]:
        return [self.records.keys[index.row()] for index in self.selectionModel().selectedRows()]

    def text(self) -> str:
        """The marked rows, or all, as a table."""
        marked = sorted(index.row() for index in self.selectionModel().selectedRows())
        return self.records.table_text(marked or range(len(self.records.rows)))

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.chosen.emit(self.records.keys[index.row()])

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= row < len(self.records.keys):
            self.chosen.emit(self.records.keys[row])
        else:
            super().keyPressEvent(event)

    def _fit_columns(self) -> None:
        """Once for a set of records, so that nothing jumps."""
        cells, heads = QFontMetricsF(self.font()), QFontMetricsF(self.horizontalHeader().font())
        for column, what in enumerate(self.records.columns):
            texts = [self.records.text(row, column) for row in range(min(len(self.records.rows), 30))]
            live = any(isinstance(row[column], float) for row in self.records.rows[:1])
            wide = max(cells.horizontalAdvance(text) for text in (*texts, LIVE if live else ""))
            wide = min(wide, 150.0) + 2 * _PAD + (BAR_LEAST if what.bar else 0)
            self.setColumnWidth(column, round(max(wide, heads.horizontalAdvance(what.title) + 18)))


class _Cells(QStyledItemDelegate):
    """Draws texts, and bars of the colour of their sign from where 0 is in their room."""

    def __init__(self, model: ListModel, parent: ListTable) -> None:
        super().__init__(parent)
        self._model = model

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        given, colors = cast(Any, option), theme()  # the stubs do not know its fields
        box = QRectF(given.rect)
        if given.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colors.selection)
        row, column = index.row(), self._model.columns[index.column()]
        if column.bar:
            room = box.width() - 2 * _PAD - given.fontMetrics.horizontalAdvance(LIVE)
            self._draw_bar(painter, box, min(room, BAR_MOST), *self._model.bar(row, index.column()))
        painter.setPen(colors.text)
        inner, text = box.adjusted(_PAD, 0, -_PAD, 0), self._model.text(row, index.column())
        if column.words and len(text) > _SHORT:
            text = given.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, LEFT if column.words else RIGHT, text)

    def _draw_bar(self, painter: QPainter, box: QRectF, room: float, zero: float, end: float) -> None:
        colors, left = theme(), box.left() + _PAD
        first, last = left + min(zero, end) * room, left + max(zero, end) * room
        color = colors.positive if end >= zero else colors.negative
        painter.fillRect(QRectF(first, box.top() + 5, last - first, box.height() - 10), color)
        painter.fillRect(QRectF(left + zero * room - 0.5, box.top() + 3, 1.0, box.height() - 6), colors.muted)
