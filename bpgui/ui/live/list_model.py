"""A list of records as a Qt model that sorts itself: values in, texts out, all digits for the clipboard."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from bpgui.session.guard import guarded
from bpgui.ui.numbers import format_number, short_number

Index = QModelIndex | QPersistentModelIndex
Value = str | int | float
ROLE = Qt.ItemDataRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DESCENDING = Qt.SortOrder.DescendingOrder


@dataclass(frozen=True)
class Column:
    """`words`: texts, to the left. `bar`: drawn as a bar beside the number, and sorted by size without its sign."""

    title: str
    help: str
    words: bool = False
    bar: bool = False
    digits: int = 3

    def text(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        return str(value) if isinstance(value, int) else format_number(value, self.digits, sign=self.bar)


class ListModel(QAbstractTableModel):
    """`keys` name the records for who put them there, in the order shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.keys: list[Any] = []
        self.rows: list[tuple[Value, ...]] = []
        self.ranges: list[tuple[float, float]] = []  # of the numbers of each column with 0, for the bars
        self.order = (0, Qt.SortOrder.AscendingOrder)
        self._texts: dict[int, list[str]] = {}  # of the rows that were looked at

    def set_columns(self, columns: Sequence[Column], sorted_by: int, order: Qt.SortOrder = DESCENDING) -> None:
        """Other columns; empties the list."""
        self.beginResetModel()
        self.columns, self.order = tuple(columns), (sorted_by, order)
        self._take([])
        self.endResetModel()

    def set_rows(self, keys: Sequence[Any], rows: Sequence[tuple[Value, ...]]) -> None:
        """Other records, put in order; where only numbers change, the places that are being read stay."""
        pairs = self._sorted(zip(keys, rows, strict=True))
        same = [key for key, _ in pairs] == self.keys
        if not same:
            self.beginResetModel()
        self._take(pairs)
        self.ranges = [_range([row[c] for row in self.rows]) for c in range(len(self.columns))]
        if not same:
            self.endResetModel()
        elif self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))

    def _sorted(self, pairs: Any) -> list[tuple[Any, tuple[Value, ...]]]:
        column, order = self.order
        bar = column < len(self.columns) and self.columns[column].bar
        return sorted(pairs, key=lambda pair: _rank(pair[1][column], bar), reverse=order == DESCENDING)

    @guarded
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.order = (column, order)
        self.beginResetModel()
        pairs = self._sorted(zip(self.keys, self.rows, strict=True))
        self._take(pairs)
        self.endResetModel()

    def _take(self, pairs: list[tuple[Any, tuple[Value, ...]]]) -> None:
        self.keys, self.rows = [key for key, _ in pairs], [row for _, row in pairs]
        self._texts.clear()

    def text(self, row: int, column: int) -> str:
        """What stands in a cell."""
        if row not in self._texts:
            self._texts[row] = [what.text(value) for what, value in zip(self.columns, self.rows[row], strict=True)]
        return self._texts[row][column]

    def bar(self, row: int, column: int) -> tuple[float, float]:
        """Where a bar begins, at 0, and where it ends, as shares of the room from the lowest to the highest number."""
        low, high = self.ranges[column]
        room = high - low or 1.0
        return -low / room, (_finite(self.rows[row][column]) - low) / room

    def table_text(self, rows: Sequence[int]) -> str:
        """Those rows under the titles, tabs between, numbers that read back."""
        lines = ["\t".join(column.title for column in self.columns)]
        lines += ["\t".join(v if isinstance(v, str) else short_number(v) for v in self.rows[row]) for row in rows]
        return "\n".join(lines)

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        column = self.columns[index.column()]
        if role == ROLE.DisplayRole:
            return self.text(index.row(), index.column())
        if role == ROLE.AccessibleTextRole:
            return f"{column.title}: {self.text(index.row(), index.column())}"
        return (LEFT if column.words else RIGHT) if role == ROLE.TextAlignmentRole else None

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == ROLE.DisplayRole:
            return column.title
        if role == ROLE.ToolTipRole:
            return column.help
        return (LEFT if column.words else RIGHT) if role == ROLE.TextAlignmentRole else None


def _finite(value: Value) -> float:
    return value if isinstance(value, float) and math.isfinite(value) else 0.0


def _range(values: Sequence[Value]) -> tuple[float, float]:
    numbers = [0.0, *map(_finite, values)]
    return min(numbers), max(numbers)


def _rank(value: Value, bar: bool) -> tuple[int, float, str]:
    """Texts by their letters, numbers by size; what is no number comes last of the largest first."""
    if isinstance(value, str):
        return 0, 0.0, value.casefold()
    number = abs(value) if bar else float(value)
    return (0, 0.0, "") if math.isnan(number) else (1, number, "")
