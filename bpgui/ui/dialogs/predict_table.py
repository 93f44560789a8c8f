"""The new rows with their predictions: sorted by a click on a header, more lines when the end comes in sight."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from bpgui.runs.applied_facts import Outcome, why_not
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.predict_sections import NO_ANSWER, Section, has_pictures, sections_of
from bpgui.ui.explore.ordering import Rows
from bpgui.ui.explore.pictures import limits_of, picture
from bpgui.ui.live.drawing import symbol_path
from bpgui.ui.live.value_colors import class_color, class_symbol
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import mix, mono_font, theme
from bpgui.ui.widgets.controls import describe

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
# A view takes a tenth of a second to lay out a million lines; these take a few milliseconds.
LINES = 20_000
ROW_HEIGHT, PICTURE_HEIGHT = 24, 44
NARROWEST, WIDEST, SIDE, MARK = 64, 200, 8.0, 14.0
MEASURED_COLUMNS, MEASURED_ROWS = 60, 24
_PICTURES = 400
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class PredictedModel(QAbstractTableModel):
    """A line a row of the file, in the order of `rows` (None: as they stand); texts are made when painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sections: tuple[Section, ...] = ()
        self.rows: Rows | None = None
        self.total = 0
        self._outcome: Outcome | None = None
        self._shown = 0
        self._pictures: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._limits: dict[int, tuple[float, float]] = {}

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Another one, from its first row; None for nothing."""
        self.beginResetModel()
        self._outcome = outcome
        self.sections = sections_of(outcome) if outcome is not None else ()
        self._pictures.clear()
        self._limits.clear()
        self._take_rows(None)
        self.endResetModel()

    def show_rows(self, rows: Rows | None) -> None:
        """Only these, in this order."""
        self.beginResetModel()
        self._take_rows(rows)
        self.endResetModel()

    def _take_rows(self, rows: Rows | None) -> None:
        self.rows = rows
        everything = self._outcome.applied.table.rows if self._outcome is not None else 0
        self.total = everything if rows is None else len(rows)
        self._shown = min(self.total, LINES)

    def row_of(self, line: int) -> int:
        """The row of the file in a line."""
        return line if self.rows is None else int(self.rows[line])

    def image(self, row: int, column: int) -> QImage | None:
        """The picture in a cell."""
        values = self.sections[column].picture
        if values is None:
            return None
        key = (row, column)
        if key not in self._pictures:
            limits = self._limits.setdefault(column, limits_of(values))
            self._pictures[key] = picture(values, row, limits)
            while len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[key]

    def align(self, column: int) -> int:
        return _RIGHT if self.sections[column].number else _LEFT

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._shown

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.sections)

    @guarded(default=False)
    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._shown < self.total

    @guarded
    def fetchMore(self, parent: Index) -> None:
        more = min(LINES, self.total - self._shown)
        if more > 0:
            self.beginInsertRows(QModelIndex(), self._shown, self._shown + more - 1)
            self._shown += more
            self.endInsertRows()

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._shown:
            return None
        section = self.sections[index.column()]
        if role == ROLE.TextAlignmentRole:
            return self.align(index.column())
        if role not in (ROLE.DisplayRole, ROLE.AccessibleTextRole, ROLE.ToolTipRole):
            return None
        row = self.row_of(index.row())
        text = section.text(row)
        if role == ROLE.DisplayRole:
            return text
        assert self._outcome is not None
        reason = why_not(self._outcome.applied, row) if section.answer and text == NO_ANSWER else ""
        told = self.tr("no prediction: {0}").format(reason) if reason else text
        return told if role == ROLE.AccessibleTextRole or reason or len(text) > 16 else None

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(self.row_of(section) + 1) if role == ROLE.DisplayRole and section < self._shown else None
        if not 0 <= section < len(self.sections):
            return None
        if role == ROLE.DisplayRole:
            return self.sections[section].title
        if role == ROLE.ToolTipRole:
            return self.tr("{0} Click to sort by it.").format(self.sections[section].about)
        return self.align(section) if role == ROLE.TextAlignmentRole else None


class _Cells(QStyledItemDelegate):
    """Draws a cell in a few calls: a bar behind a probability, the class's mark before a word."""

    def __init__(self, model: PredictedModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model, given = self._model, cast(Any, option)  # the stubs do not know its fields
        colors, box = theme(), QRectF(given.rect)
        section, row = model.sections[index.column()], model.row_of(index.row())
        if given.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, colors.selection)
        image = model.image(row, index.column())
        if image is not None:
            _draw_image(painter, box, image)
            return
        text = section.text(row)
        room = box.adjusted(SIDE, 0, -SIDE, 0)
        if section.share is not None:
            bar = box.adjusted(2, 3, -2, -3)
            bar.setWidth(bar.width() * section.share(row))
            painter.fillRect(bar, mix(colors.field, colors.accent, 0.28))
        if section.mark is not None and (code := section.mark(row)) >= 0:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(class_color(colors, code))
            path = symbol_path(class_symbol(colors, code), 7.0)
            painter.drawPath(path.translated(room.left() + 4, room.center().y()))
            room.setLeft(room.left() + MARK)
        painter.setPen(self._color(section, row, text))
        elided = given.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, model.align(index.column()), elided)

    def _color(self, section: Section, row: int, text: str) -> Any:
        colors = theme()
        if section.verdict is not None and (verdict := section.verdict(row)) >= 0:
            return colors.good if verdict else colors.bad
        return colors.muted if text == NO_ANSWER or not section.answer else colors.text


def _draw_image(painter: QPainter, box: QRectF, image: QImage) -> None:
    side = box.height() - 4.0
    wide = min(side * image.width() / max(image.height(), 1), box.width() - 2 * SIDE)
    painter.drawImage(QRectF(box.left() + SIDE, box.top() + 2, wide, side), image)


class PredictedTable(QTableView):
    """`sorted_by(column)` when a header was clicked."""

    sorted_by = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = PredictedModel(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Cells(self.rows, self))
        sentence = self.tr("Every row with its prediction; a click on a column's head sorts by it.")
        describe(self, self.tr("Predictions"), sentence)
        sized(self, lambda w: w.setFont(mono_font(8.0)))
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            describe(corner, self.tr("All rows"), self.tr("Nothing to select: one row is chosen at a time."))
            corner.setEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        numbers, heads = self.verticalHeader(), self.horizontalHeader()
        numbers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(numbers, lambda w: w.setMinimumSectionSize(px(ROW_HEIGHT)))
        numbers.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        numbers.setHighlightSections(False)
        describe(numbers, self.tr("Row numbers"), self.tr("The number of the row in the file."))
        heads.setHighlightSections(False)
        heads.setSectionsClickable(True)
        heads.setStretchLastSection(True)
        heads.setSortIndicatorShown(False)
        heads.sectionClicked.connect(self._on_head_clicked)
        describe(heads, self.tr("Columns"), self.tr("Click a column to sort by it, and again to turn it round."))

    def show_outcome(self, outcome: Outcome | None) -> None:
        """Another table, from its beginning."""
        high = px(PICTURE_HEIGHT if outcome is not None and has_pictures(outcome.applied.table) else ROW_HEIGHT)
        self.verticalHeader().setDefaultSectionSize(high)
        self.rows.show_outcome(outcome)
        self.show_order(None)
        total = self.rows.total
        metrics = QFontMetricsF(self.font())
        self.verticalHeader().setFixedWidth(round(metrics.horizontalAdvance("0" * max(3, len(str(total))))) + 22)
        self._fit_columns(metrics)
        self.scrollToTop()
        self.horizontalScrollBar().setValue(0)

    def show_order(self, order: tuple[int, bool] | None) -> None:
        """The arrow over the sorted column: (column, descending)."""
        header = self.horizontalHeader()
        header.setSortIndicatorShown(order is not None)
        if order is not None:
            # Drawn the other way round by the style: here, as everywhere in the window, the large ones first is down.
            down = Qt.SortOrder.AscendingOrder if order[1] else Qt.SortOrder.DescendingOrder
            header.setSortIndicator(order[0], down)

    def _fit_columns(self, metrics: QFontMetricsF) -> None:
        model = self.rows
        lines = range(min(model.rowCount(), MEASURED_ROWS))
        for column, section in enumerate(model.sections[:MEASURED_COLUMNS]):
            wide = metrics.horizontalAdvance(section.title) + 2 * SIDE + 14
            if section.picture is None:
                texts = [section.text(model.row_of(line)) for line in lines]
                room = 2 * SIDE + 6 + (MARK if section.mark is not None else 0)
                wide = max((wide, *(metrics.horizontalAdvance(text) + room for text in texts)))
            self.setColumnWidth(column, round(min(max(wide, NARROWEST), WIDEST)))

    @Slot(int)
    def _on_head_clicked(self, column: int) -> None:
        self.sorted_by.emit(column)
