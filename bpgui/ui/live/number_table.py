"""The text form of a picture of numbers: a table that a screen reader goes through and that can be copied."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractButton, QTableView

from bpgui.session.guard import guarded
from bpgui.ui.live.described import INTERVAL
from bpgui.ui.live.small_font import small_font, small_metrics
from bpgui.ui.numbers import format_number, short_number
from bpgui.ui.sizes import sized
from bpgui.ui.widgets.controls import describe

Index = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
DIGITS = 4


class NumbersModel(QAbstractTableModel):
    """(rows, columns) numbers with a name for each row and column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.numbers: NDArray[Any] = np.empty((0, 0))
        self.rows: tuple[str, ...] = ()
        self.columns: tuple[str, ...] = ()

    def set_numbers(self, numbers: NDArray[Any], rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
        """Take others; where their shape stays, so does the place that is being read."""
        if numbers.shape != self.numbers.shape:
            self.beginResetModel()
            self.numbers, self.rows, self.columns = numbers, rows, columns
            self.endResetModel()
            return
        self.numbers, self.rows, self.columns = numbers, rows, columns
        if numbers.size:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(columns) - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(rows) - 1)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(columns) - 1)

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    @guarded
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row, column = index.row(), index.column()
        text = format_number(float(self.numbers[row, column]), DIGITS)
        return text if role == Qt.ItemDataRole.DisplayRole else f"{self.rows[row]}, {self.columns[column]}: {text}"

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return _RIGHT
        names = self.columns if orientation == Qt.Orientation.Horizontal else self.rows
        return names[section] if role == Qt.ItemDataRole.DisplayRole and section < len(names) else None


class NumberTable(QTableView):
    """Running numbers change at most once a second, so that they can be read."""

    def __init__(self) -> None:
        super().__init__()
        self.model_ = NumbersModel(self)
        self.setModel(self.model_)
        sized(self, lambda w: w.setFont(small_font()))
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(self.tr("Numbers"))
        self.setToolTip(self.tr("The numbers of the picture; Ctrl+C copies the marked cells, or all of them."))
        height = round(small_metrics().height()) + 12  # as padding and line of a header ask for
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalHeader().setMinimumSectionSize(height)
        self.horizontalHeader().setDefaultSectionSize(round(small_metrics().horizontalAdvance("−0.00012345")) + 8)
        corner = self.findChild(QAbstractButton)
        if corner is not None:
            describe(corner, self.tr("All numbers"), self.tr("Mark every number of the table."))
        self._shown_at = -INTERVAL

    def set_numbers(
        self, numbers: NDArray[Any], rows: tuple[str, ...], columns: tuple[str, ...], settled: bool = True
    ) -> None:
        now = time.monotonic()
        if settled or now - self._shown_at >= INTERVAL or numbers.shape != self.model_.numbers.shape:
            self._shown_at = now
            self.model_.set_numbers(numbers, rows, columns)

    def text(self) -> str:
        """The marked cells with their names, or everything: a line a row, tabs between, numbers that read back."""
        marked = self.selectedIndexes()
        rows = sorted({index.row() for index in marked}) or range(len(self.model_.rows))
        columns = sorted({index.column() for index in marked}) or range(len(self.model_.columns))
        return table_text(
            self.model_.numbers[np.ix_(rows, columns)],
            [self.model_.rows[row] for row in rows], [self.model_.columns[column] for column in columns],
        )  # fmt: skip


def table_text(numbers: NDArray[Any], rows: list[str], columns: list[str]) -> str:
    """A table for a spreadsheet: names over the columns and before the rows, all digits."""
    lines = ["\t".join(("", *columns))]
    for name, values in zip(rows, np.asarray(numbers, dtype=np.float64).tolist(), strict=True):
        lines.append("\t".join((name, *map(short_number, values))))
    return "\n".join(lines)
