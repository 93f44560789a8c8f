"""Which columns are read: a list to check, for tables of many columns or of more than fits into memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QVBoxLayout,
    QWidget,
)

from bpgui.session.guard import guarded
from bpgui.ui.dialogs.buttons import dialog_button
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.search_line import SearchLine

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole


class NamesModel(QAbstractListModel):
    """Names with a box each; `counted()` when one is checked or unchecked."""

    counted = Signal()

    def __init__(self, names: Sequence[str], chosen: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.names = tuple(names)
        wanted = set(chosen)
        self._checked = [name in wanted for name in self.names]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names checked, in the order of the file."""
        return tuple(name for name, checked in zip(self.names, self._checked, strict=True) if checked)

    def check(self, rows: Sequence[int], on: bool) -> None:
        for row in rows:
            self._checked[row] = on
        if self.names:
            self.dataChanged.emit(self.index(0), self.index(len(self.names) - 1), [ROLE.CheckStateRole])
        self.counted.emit()

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.names)

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role in (ROLE.DisplayRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole):
            return self.names[index.row()]
        if role == ROLE.CheckStateRole:
            return Qt.CheckState.Checked if self._checked[index.row()] else Qt.CheckState.Unchecked
        return None

    @guarded(default=False)
    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        if role != ROLE.CheckStateRole or not index.isValid():
            return False
        self.check([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    @guarded(default=Qt.ItemFlag.NoItemFlags)
    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable


class ColumnsDialog(QDialog):
    """`chosen(names)` when accepted with at least one; None where all are checked."""

    chosen = Signal(object)

    def __init__(self, names: Sequence[str], now: Sequence[str] | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Columns to read"))
        self.setAccessibleName(self.tr("Columns to read"))
        self.resize(360, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        self.model = NamesModel(names, names if now is None else now, self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.model)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        sentence = self.tr("Show only the columns with this in their name.")
        self.filter = SearchLine(self.tr("Find columns"), sentence, self)
        self.filter.setPlaceholderText(self.tr("Part of a name"))
        self.filter.textChanged.connect(self._shown.setFilterFixedString)
        column.addWidget(self.filter)
        self.list = QListView(self)
        self.list.setModel(self._shown)
        self.list.setUniformItemSizes(True)
        self.list.setObjectName("names")  # lines as high as elsewhere
        describe(self.list, self.tr("Columns"), self.tr("Only what is checked is read; Space checks and unchecks."))
        column.addWidget(self.list, 1)
        column.addLayout(self._make_line())
        self._make_buttons(column)
        self.model.counted.connect(self._show_count)
        self._show_count()
        self.filter.setFocus()

    def _make_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.count = QLabel(self)
        self.count.setProperty("muted", True)
        line.addWidget(self.count, 1)
        for text, sentence, on in (
            (self.tr("All"), self.tr("Check every column that is shown."), True),
            (self.tr("None"), self.tr("Uncheck every column that is shown."), False),
        ):
            line.addWidget(dialog_button(text, sentence, self, self._check_all if on else self._uncheck_all))
        return line

    def _make_buttons(self, column: QVBoxLayout) -> None:
        buttons = QDialogButtonBox(self)
        self.use = buttons.addButton(self.tr("Read these"), QDialogButtonBox.ButtonRole.AcceptRole)
        describe(self.use, self.tr("Read these"), self.tr("Read only the columns that are checked."))
        cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        describe(cancel, self.tr("Cancel"), self.tr("Leave the columns as they are."))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _rows_shown(self) -> list[int]:
        shown = self._shown
        return [shown.mapToSource(shown.index(row, 0)).row() for row in range(shown.rowCount())]

    @Slot()
    def _check_all(self) -> None:
        self.model.check(self._rows_shown(), True)

    @Slot()
    def _uncheck_all(self) -> None:
        self.model.check(self._rows_shown(), False)

    @Slot()
    def _show_count(self) -> None:
        count = len(self.model.chosen)
        self.count.setText(self.tr("{0} of {1}").format(group(count), group(len(self.model.names))))
        self.use.setEnabled(count > 0)

    @Slot()
    @guarded
    def accept(self) -> None:
        names = self.model.chosen
        super().accept()
        self.chosen.emit(None if len(names) == len(self.model.names) else names)
