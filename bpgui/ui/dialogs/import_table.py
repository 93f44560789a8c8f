"""The first rows of a table as they were read: names, types that can be changed, values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from bpgui.data.readers import ColumnFound, Reading
from bpgui.data.table import AnyColumn, NumberColumn, Table
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.import_cells import cell_text
from bpgui.ui.dialogs.import_header import PreviewHeader
from bpgui.ui.explore.cells import MISSING
from bpgui.ui.numbers import MINUS
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
SHOWN_ROWS = 100
LONGEST_NUMBER, DIGITS = 13, 9
MEASURED_COLUMNS, MEASURED_ROWS = 200, 30
NARROWEST, WIDEST, ROW_HEIGHT = 92, 240, 26
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_TAKE_AS: Mapping[str, str] = {"number": "Take as numbers", "text": "Take as text", "date": "Take as dates"}


class PreviewModel(QAbstractTableModel):
    """At most `SHOWN_ROWS` rows of a reading; texts are made when a cell is first painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = Table(())
        self.found: tuple[ColumnFound, ...] = ()
        self._texts: dict[tuple[int, int], str | None] = {}

    def show_reading(self, reading: Reading) -> None:
        """Show another table from its beginning."""
        self.beginResetModel()
        self.table = reading.table
        told = {column.name: column for column in reading.columns}
        self.found = tuple(told.get(column.name) or _plain(column) for column in self.table.columns)
        self._texts = {}
        self.endResetModel()

    def text(self, row: int, column: int) -> str | None:
        """What stands in a cell, None where the value is missing."""
        if (row, column) not in self._texts:
            self._texts[row, column] = cell_text(self.table.columns[column], row)
        return self._texts[row, column]

    def short(self, row: int, column: int) -> str:
        """A cell as it is shown: a number with no more digits than its place has; the tooltip has all of them."""
        text = self.text(row, column) or MISSING
        if len(text) <= LONGEST_NUMBER or not self.is_number(column):
            return text
        return f"{float(self.table.columns[column].values[row]):.{DIGITS}g}".replace("-", MINUS)

    def is_number(self, column: int) -> bool:
        return self.found[column].type == "number"

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else min(self.table.rows, SHOWN_ROWS)

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.found)

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == ROLE.TextAlignmentRole:
            return _RIGHT if self.is_number(column) else _LEFT
        if role not in (ROLE.DisplayRole, ROLE.AccessibleTextRole, ROLE.ForegroundRole, ROLE.ToolTipRole):
            return None
        text = self.text(row, column)
        if role == ROLE.DisplayRole:
            return MISSING if text is None else self.short(row, column)
        if role == ROLE.ForegroundRole:
            return theme().muted if text is None else None
        return self.tr("missing") if text is None else text

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == ROLE.DisplayRole else None
        if not 0 <= section < len(self.found):
            return None
        if role == ROLE.DisplayRole:
            return self.found[section].name
        return self._about(self.found[section]) if role in (ROLE.ToolTipRole, ROLE.AccessibleTextRole) else None

    def _about(self, found: ColumnFound) -> str:
        parts = [f"{found.name}: {tr_label(found.type)}"]
        if found.missing:
            one, many = self.tr("value missing"), self.tr("values missing")
            parts.append(count_text(found.missing, one, many))
        about = ", ".join(parts)
        return f"{about}\n{found.note}" if found.note else about


class PreviewTable(QTableView):
    """`type_chosen(name, type)` from the menu of a column: a click on its head, or the menu key in one of its cells."""

    type_chosen = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = PreviewModel(self)
        self.setModel(self.rows)
        self.setObjectName("preview")
        header = PreviewHeader(self.rows, self)
        self.setHorizontalHeader(header)
        header.sectionClicked.connect(self._on_section_clicked)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        sized(rows, lambda w: w.setDefaultSectionSize(px(ROW_HEIGHT)))
        rows.setHighlightSections(False)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        sentence = self.tr("The first rows as they are read; a click on a column's head, or the menu key, changes its "
                           "type.")  # fmt: skip
        describe(self, self.tr("Preview"), sentence)
        describe(header, self.tr("Columns"), self.tr("Names and types of the columns; a click changes a type."))
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            describe(corner, self.tr("All cells"), self.tr("Select nothing but look: the preview cannot be changed."))
            corner.setEnabled(False)

    def show_reading(self, reading: Reading) -> None:
        """Show another table; the place scrolled to stays where the columns are the same."""
        same = self.rows.table.names == reading.table.names
        self.rows.show_reading(reading)
        if not same:
            self._fit_columns()
            self.horizontalScrollBar().setValue(0)

    def _fit_columns(self) -> None:
        """Widths by the first rows; of many columns only those that may be seen at once are measured."""
        measure, header = self.fontMetrics(), self.horizontalHeader()
        for column, found in enumerate(self.rows.found[:MEASURED_COLUMNS]):
            texts = [self.rows.short(row, column) for row in range(min(self.rows.rowCount(), MEASURED_ROWS))]
            longest = max(texts, key=len, default="")
            head = measure.horizontalAdvance(found.name) * 1.08
            width = max(measure.horizontalAdvance(longest), head) + 24
            header.resizeSection(column, int(min(max(width, NARROWEST), WIDEST)))

    def types_menu(self, column: int) -> QMenu | None:
        """What the column can be taken as; None where there is no choice."""
        found = self.rows.found[column]
        if len(set(found.types) | {found.type}) < 2:
            return None
        menu = QMenu(self)
        menu.setAccessibleName(found.name)
        menu.aboutToHide.connect(menu.deleteLater)
        for kind in found.types:
            action = QAction(tr_label(_TAKE_AS[kind]), menu)
            action.setCheckable(True)
            action.setChecked(kind == found.type)
            action.triggered.connect(partial(self._choose, found.name, kind))
            menu.addAction(action)
        return menu

    def _choose(self, name: str, kind: str, _checked: bool = False) -> None:
        self.type_chosen.emit(name, kind)

    @Slot(int)
    def _on_section_clicked(self, column: int) -> None:
        header = self.horizontalHeader()
        self._open_menu(column, header.mapToGlobal(QPoint(header.sectionViewportPosition(column), header.height())))

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            index = self.currentIndex()
        if index.isValid():
            self._open_menu(index.column(), self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))

    def _open_menu(self, column: int, place: QPoint) -> None:
        menu = self.types_menu(column)
        if menu is not None:
            menu.popup(place)


def _plain(column: AnyColumn) -> ColumnFound:
    """For a reader that says nothing about a column."""
    missing = int(column.missing[:SHOWN_ROWS].sum())
    return ColumnFound(
        name=column.name, type=column.meaning if isinstance(column, NumberColumn) else "text", missing=missing
    )
