"""A page of predictions, live, with buttons for the pages before and after."""

from __future__ import annotations

import time
from typing import Any, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from bpgui.runs.answers import PredictionsAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.new_data import NewDataView
from bpgui.ui.live.predictions_model import PredictionsModel
from bpgui.ui.live.row_picture import RowPicture
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme, mono_font, theme
from bpgui.ui.widgets.elided import ElidedLabel

PAGE = 50
ROW_HEIGHT, PICTURE_HEIGHT = 22, 34
# Numbers that change more often cannot be read.
INTERVAL = 0.1


class _CellDelegate(QStyledItemDelegate):
    """Draws a cell in three calls; the style's own way asks the model six questions a cell."""

    def __init__(self, model: PredictionsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        model, given = self._model, cast(Any, option)  # the stubs do not know its fields
        colors, box = theme(), QRectF(given.rect)
        if given.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colors.selection)
        row, column = index.row(), index.column()
        image = model.image(row, column)
        if image is not None:
            painter.drawImage(_fitted(box.adjusted(8, 1, -8, -1), image.size()), image)
            return
        color = colors.text
        if model.is_verdict(column):
            color = colors.good if model.verdict(row) else colors.bad
        painter.setPen(color)
        painter.drawText(box.adjusted(8, 0, -8, 0), model.align(column), model.text(row, column))


def _fitted(box: QRectF, size: QSize) -> QRectF:
    """The largest place for a picture at the left of a box."""
    scale = min(box.width() / size.width(), box.height() / size.height())
    return QRectF(box.left(), box.top(), size.width() * scale, size.height() * scale)


class PredictionsView(NewDataView):
    """`paged` says that other rows are wanted: see `first`. `foot` is the row of page buttons, placed by the owner.

    `row_chosen` is the number in the table of a row that was clicked, or Return pressed on.
    """

    paged = Signal()
    row_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.model = PredictionsModel(self)
        self.first = 0
        self.total = 0
        self._shown_at = -INTERVAL
        self.table = _Table(self)
        self.table.setModel(self.model)
        self.table.setItemDelegate(_CellDelegate(self.model, self.table))
        self.table.turned.connect(self._turn)
        self.table.chosen.connect(self._on_row)
        self.table.clicked.connect(self._on_clicked)
        self.foot = QWidget()
        self.back = self._button("◀", self.tr("Rows before"), self.tr("Show the rows before these (Page Up)."))
        self.on = self._button("▶", self.tr("Rows after"), self.tr("Show the rows after these (Page Down)."))
        self.back.clicked.connect(self._go_back)
        self.on.clicked.connect(self._go_on)
        self.place = QLabel(self.foot)
        self.place.setProperty("small", True)
        self.share = ElidedLabel("", self.foot)
        self.share.setProperty("small", True)
        self.foot_row = row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.share, 1)
        for widget in (self.back, self.place, self.on):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        self._show_place()

    def _button(self, text: str, name: str, help: str) -> QToolButton:
        button = QToolButton(self.foot)
        button.setText(text)
        button.setProperty("quiet", True)
        button.setAccessibleName(name)
        button.setToolTip(help)
        return button

    # content

    def set_columns(
        self, features: tuple[str, ...], outputs: tuple[str, ...], classes: bool, picture: RowPicture | None = None
    ) -> None:
        """Other data: begin at the first row."""
        self.model.set_columns(features, outputs, classes, picture)
        height = px(ROW_HEIGHT if picture is None else PICTURE_HEIGHT)
        self.table.verticalHeader().setDefaultSectionSize(height)
        self.first = self.total = 0
        self._show_place()

    def start(self) -> None:
        """Another part of the rows: begin at its first."""
        self.first = 0

    def set_answer(self, answer: PredictionsAnswer, settled: bool = True) -> None:
        """Take a page; while training at most ten times a second."""
        now = time.monotonic()
        if not settled and now - self._shown_at < INTERVAL:
            return
        self._shown_at = now
        fresh = self.model.answer is None
        self.model.set_answer(answer)
        self.total = answer.total
        if fresh:
            self.table.fit_columns()
        self._show_place()

    def refresh_theme(self, theme: Theme) -> None:
        self.table.viewport().update()

    def _show_place(self) -> None:
        shown = self.model.rowCount()
        last = self.first + shown
        _set_text(self.place, f"{group(self.first + 1 if shown else 0)}–{group(last)} / {group(self.total)}")
        several = self.total > PAGE
        for widget in (self.back, self.on, self.place):
            widget.setVisible(several)
        self.back.setEnabled(self.first > 0)
        self.on.setEnabled(last < self.total)
        answer = self.model.answer
        text = ""
        if answer is not None and answer.right is not None and shown:
            right = int(answer.right.sum())
            text = self.tr("{0} of {1} right").format(right, shown)
            self.share.shorter = (f"✓ {right} / {shown}",)
        _set_text(self.share, text)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self._on_row(index.row())

    @Slot(int)
    def _on_row(self, row: int) -> None:
        answer = self.model.answer
        if answer is not None and 0 <= row < len(answer.rows):
            self.row_chosen.emit(int(answer.rows[row]))

    # pages

    @Slot()
    def _go_back(self) -> None:
        self._turn(-1)

    @Slot()
    def _go_on(self) -> None:
        self._turn(1)

    @Slot(int)
    def _turn(self, pages: int) -> None:
        last = max(0, (self.total - 1) // PAGE * PAGE)
        first = min(max(self.first + pages * PAGE, 0), last)
        if first != self.first:
            self.first = first
            self.paged.emit()

    @guarded(default=QSize(320, 190))
    def sizeHint(self) -> QSize:
        return QSize(320, 190)


class _Table(QTableView):
    """The table itself. `turned` carries ±1 when a page key has no further to go within the page."""

    turned = Signal(int)
    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Predictions"))
        self.setToolTip(self.tr("What the network now says for each row, beside what is right; click to explain it."))
        sized(self, lambda w: w.setFont(mono_font(7.5)))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        sized(self, lambda w: w.setMinimumHeight(px(4 * ROW_HEIGHT)))
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(self.verticalHeader(), lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        sized(self.verticalHeader(), lambda w: w.setMinimumSectionSize(px(ROW_HEIGHT)))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        sized(header, lambda w: w.setMinimumSectionSize(px(28)))
        header.setStretchLastSection(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    def fit_columns(self) -> None:
        """Width for headers and the first texts; once for a set of columns, so that nothing jumps."""
        model = cast(PredictionsModel, self.model())
        cells, heads = QFontMetricsF(self.font()), QFontMetricsF(self.horizontalHeader().font())
        for column in range(model.columnCount()):
            header = str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            texts = [model.text(row, column) for row in range(min(model.rowCount(), 20))]
            least = "0.0000" if model.is_live_number(column) else ""
            wide = max((cells.horizontalAdvance(text) for text in (*texts, least)), default=0.0)
            wide = max(wide, min(heads.horizontalAdvance(header), 96.0))
            picture = model.picture if column == 1 else None
            if picture is not None:
                wide = max(wide, min((PICTURE_HEIGHT - 2) * picture.shape[1] / picture.shape[0], 96.0))
            self.setColumnWidth(column, round(wide) + 16)

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar, key = self.verticalScrollBar(), event.key()
        if key == Qt.Key.Key_PageDown and bar.value() == bar.maximum():
            self.turned.emit(1)
        elif key == Qt.Key.Key_PageUp and bar.value() == bar.minimum():
            self.turned.emit(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


def _set_text(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
