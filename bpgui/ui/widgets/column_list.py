"""The columns of the table: at most six at first, the rest on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from bpgui.data.roles import describe as describe_values
from bpgui.data.roles import levels_of, possible_kinds
from bpgui.data.spec import Column
from bpgui.ui.widgets.column_row import ColumnRow
from bpgui.ui.widgets.controls import SwitchBox, describe

if TYPE_CHECKING:
    from bpgui.data.table import Table

SHOWN = 6


class ColumnList(QWidget):
    """Rows of the columns, a button for the rest, and the switch for standardising all numbers."""

    role_chosen = Signal(str, str)
    kind_chosen = Signal(str, str)
    standardise_chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = False
        self._columns: tuple[Column, ...] = ()
        self._names: tuple[str, ...] = ()
        self._table: Table | None = None
        self.rows: list[ColumnRow] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        outer.addLayout(self._column)
        self.more = QPushButton(self)
        self.more.setProperty("link", True)
        self.more.clicked.connect(self._on_more_clicked)
        outer.addWidget(self.more)
        self.standardise = SwitchBox(self.tr("Standardise numbers"), self)
        describe(
            self.standardise,
            self.tr("Standardise numbers"),
            self.tr("Subtract the mean and divide by the standard deviation of the training rows, column by column."),
        )
        self.standardise.clicked.connect(self.standardise_chosen)
        outer.addWidget(self.standardise)

    def show_columns(self, columns: Sequence[Column], table: Table) -> None:
        """Show these columns of `table`."""
        if tuple(c.name for c in columns) != tuple(c.name for c in self._columns):
            self._all = False
            self._names = tuple(c.name for c in columns[:SHOWN])
        self._columns, self._table = tuple(columns), table
        self._fill()
        numbers = [c for c in columns if c.kind == "number" and c.role in ("feature", "target")]
        self.standardise.set_value(bool(numbers) and all(c.standardise for c in numbers))
        self.standardise.setVisible(bool(numbers))

    def _shown(self) -> list[Column]:
        """The target first, then the others; six of them, which stay the same ones while the table does."""
        first = sorted(self._columns, key=lambda column: column.role != "target")
        if self._all or len(self._columns) <= SHOWN:
            return first
        if first[0].name not in self._names:
            self._names = (*self._names[:-1], first[0].name)
        return [c for c in first if c.name in self._names]

    def _fill(self) -> None:
        shown = self._shown()
        while len(self.rows) < len(shown):
            self._add_row()
        while len(self.rows) > len(shown):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        assert self._table is not None
        for row, column in zip(self.rows, shown, strict=True):
            values = self._table.column(column.name)
            classes = levels_of(values) if column.kind == "category" else 0
            row.show_column(column, describe_values(values), tuple(possible_kinds(values)), classes)
        hidden = len(self._columns) - len(shown)
        self.more.setText(self.tr("Show fewer") if self._all else self.tr("{0} more").format(hidden))
        describe(self.more, self.more.text(), self.tr("List all columns, or only the first six."))
        self.more.setVisible(hidden > 0 or self._all)

    def _add_row(self) -> None:
        row = ColumnRow(self)
        row.role_chosen.connect(self._on_role_chosen)
        row.kind_chosen.connect(self.kind_chosen)
        self._column.addWidget(row)
        self.rows.append(row)

    @Slot(str, str)
    def _on_role_chosen(self, name: str, role: str) -> None:
        """A new target moves to the top, and the focus with it."""
        focused = next((row for row in self.rows if row.target.hasFocus()), None)
        self.role_chosen.emit(name, role)
        if focused is not None and role == "target":
            self.rows[0].target.setFocus()

    @Slot()
    def _on_more_clicked(self) -> None:
        self._all = not self._all
        self._fill()
