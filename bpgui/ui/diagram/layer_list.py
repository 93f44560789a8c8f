"""The diagram's twin as a list: what a screen reader reads, and everything by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram import keys, words
from bpgui.ui.diagram.actions import LayerActions
from bpgui.ui.diagram.columns import Column

SHOWN_RATE = 0.00501  # the list's editor rounds to two digits
Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = int(Qt.ItemDataRole.UserRole)
_TEXT_ROLES = (
    Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole,
)  # fmt: skip


class LayerModel(QAbstractListModel):
    """One row a column: "Dense 1, 8 units, Tanh, bias, 24 parameters". Editing a row sets its units or its rate."""

    def __init__(self, layer_actions: LayerActions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions = layer_actions
        self._columns: tuple[Column, ...] = ()
        self._notes: dict[str, list[str]] = {}

    def set_notes(self, notes: dict[str, list[str]]) -> None:
        """What is said of each column besides, by its key: the description that a reader hears, and the tooltip."""
        if notes != self._notes and self._columns:
            self._notes = notes
            roles = [Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole]
            self.dataChanged.emit(self.index(0), self.index(len(self._columns) - 1), roles)

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Take another network; rows whose layers stayed keep their place under a reader's cursor."""
        before, after = self._columns, tuple(columns)
        if [c.key for c in before] != [c.key for c in after]:
            self.beginResetModel()
            self._columns = after
            self.endResetModel()
            return
        self._columns = after
        for row, (old, new) in enumerate(zip(before, after, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, key: str) -> int:
        return next((row for row, column in enumerate(self._columns) if column.key == key), -1)

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    @guarded
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._columns):
            return None
        column = self._columns[index.row()]
        if role in _TEXT_ROLES:
            notes = self._notes.get(column.key, ()) if role == Qt.ItemDataRole.ToolTipRole else ()
            return "\n".join((words.describe(column), *notes))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return "; ".join(self._notes.get(column.key, ()))
        if role == Qt.ItemDataRole.EditRole:
            return column.rate if column.kind == "dropout" else column.units
        return column.key if role == KEY_ROLE else None

    @guarded(default=Qt.ItemFlag.NoItemFlags)
    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or index.row() >= len(self._columns):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        editable = self._columns[index.row()].has_number
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    @guarded(default=False)
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        column = self._columns[index.row()]
        if column.kind == "dropout":
            if abs(float(value) - column.rate) > SHOWN_RATE:
                self._actions.set_rate(column.key, float(value))
        elif int(value) != column.units:
            self._actions.set_units(column.key, int(value))
        return True


class LayerList(QListView):
    """The list itself; its keys are those of the diagram."""

    def __init__(self, layer_actions: LayerActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = layer_actions
        self._following = False
        self.rows = LayerModel(layer_actions, self)
        self.setModel(self.rows)
        self.setWordWrap(True)
        self.setSpacing(2)
        self.setUniformItemSizes(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setAccessibleName(self.tr("Layers"))
        self.setToolTip(
            self.tr("All layers in words. Ins adds, Del removes, Ctrl+Up and Ctrl+Down move, + and − change the units.")
        )
        self.selectionModel().currentChanged.connect(self._on_current)
        layer_actions.selected.connect(self._on_selected)

    def show_columns(self, columns: Sequence[Column]) -> None:
        self._following = True
        try:
            self.rows.show_columns(columns)
            self._go_to(self._actions.key)
        finally:
            self._following = False

    def _go_to(self, key: str) -> None:
        row = self.rows.row_of(key)
        if row >= 0 and self.currentIndex().row() != row:
            self.setCurrentIndex(self.rows.index(row))

    @Slot(str)
    def _on_selected(self, key: str) -> None:
        self._go_to(key)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        if current.isValid() and not self._following:
            self._actions.select(str(current.data(KEY_ROLE)))

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == QAbstractItemView.State.EditingState:
            return  # what the open editor did not want is not meant for the list
        column = self._actions.column(self._actions.key)
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
        if enters and column is not None and column.has_number:
            self.edit(self.currentIndex())
            return
        rect = self.visualRect(self.currentIndex())
        if not keys.handle(event, self._actions, self.viewport().mapToGlobal(rect.bottomLeft())):
            super().keyPressEvent(event)

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and keys.is_own(event):
            event.accept()
            return True
        return bool(super().event(event))

    @guarded
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        if index.isValid():
            below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
            self._actions.open_context(str(index.data(KEY_ROLE)), below if keyboard else event.globalPos())
