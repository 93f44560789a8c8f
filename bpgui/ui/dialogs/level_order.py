"""The order of an ordinal's levels: a list to drag, or to move with two buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bpgui.session.guard import guarded
from bpgui.ui.widgets.controls import describe


class LevelOrderDialog(QDialog):
    """`ordered(levels)` when accepted; the first is the lowest."""

    ordered = Signal(object)

    def __init__(self, name: str, levels: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        title = self.tr("Order of {0}").format(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        lead = QLabel(self.tr("From the lowest to the highest: the place in this order is the number used."), self)
        lead.setProperty("muted", True)
        lead.setWordWrap(True)
        column.addWidget(lead)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.list = QListWidget(self)
        self.list.addItems(list(levels))
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setCurrentRow(0)
        describe(self.list, title, self.tr("Drag a value to its place, or use the buttons."))
        row.addWidget(self.list, 1)
        row.addLayout(self._buttons())
        column.addLayout(row)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        take = buttons.button(QDialogButtonBox.StandardButton.Ok)
        describe(take, self.tr("OK"), self.tr("Take the values in this order."))
        leave = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        describe(leave, self.tr("Cancel"), self.tr("Leave the order as it is."))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(360, 380)

    def _buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        self.up = QPushButton(self.tr("Up"), self)
        describe(self.up, self.tr("Up"), self.tr("Move the chosen value one place towards the lowest."))
        self.up.clicked.connect(self._move_up)
        self.down = QPushButton(self.tr("Down"), self)
        describe(self.down, self.tr("Down"), self.tr("Move the chosen value one place towards the highest."))
        self.down.clicked.connect(self._move_down)
        column.addWidget(self.up)
        column.addWidget(self.down)
        column.addStretch(1)
        return column

    def levels(self) -> tuple[str, ...]:
        """The values in the order shown."""
        return tuple(self.list.item(line).text() for line in range(self.list.count()))

    @Slot()
    def _move_up(self) -> None:
        self._move(-1)

    @Slot()
    def _move_down(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        line = self.list.currentRow()
        if 0 <= line + by < self.list.count() and line >= 0:
            self.list.insertItem(line + by, self.list.takeItem(line))
            self.list.setCurrentRow(line + by)

    @Slot()
    @guarded
    def accept(self) -> None:
        levels = self.levels()
        super().accept()
        self.ordered.emit(levels)
