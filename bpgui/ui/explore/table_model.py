"""The rows of a table as a Qt model that reads the columns directly: nothing is copied, texts are made when drawn."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from bpgui.data.spec import Column
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn
from bpgui.session.guard import guarded
from bpgui.ui.explore.cells import cell_text
from bpgui.ui.explore.ordering import Rows
from bpgui.ui.explore.pictures import limits_of, picture
from bpgui.ui.explore.source import Source
from bpgui.ui.widgets.data_words import kind_word, meaning_word, part_word, role_word

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
PART = 0  # the first column; those of the table follow
_PICTURES = 400


class TableModel(QAbstractTableModel):
    """Column 0 is the part of each row, the others are the table's. `rows` None: all, as they stand."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source: Source | None = None
        self._columns: tuple[AnyColumn, ...] = ()
        self._specs: tuple[Column, ...] = ()
        self._rows: Rows | None = None
        self._count = 0
        self._target = -1
        self._pictures: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._limits: dict[int, tuple[float, float]] = {}

    def set_source(self, source: Source, rows: Rows | None) -> None:
        """Another state of the data, and which of its rows are listed in which order."""
        self.beginResetModel()
        self.source = source
        self._columns = source.table.columns
        self._specs = tuple(source.spec_of(column.name) for column in self._columns)
        self._target = next((i for i, c in enumerate(self._specs, start=1) if c.role == "target"), -1)
        self._rows, self._count = rows, source.rows if rows is None else len(rows)
        self._pictures.clear()
        self._limits.clear()
        self.endResetModel()

    def set_rows(self, rows: Rows | None) -> None:
        """Other rows of the same data, or the same ones in another order."""
        assert self.source is not None
        count = self.source.rows if rows is None else len(rows)
        if count == self._count and count:
            # Headers take a tenth of a second for a new layout of a million lines; only what stands in them is new.
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, self.columnCount() - 1))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, 0)
            return
        self.beginResetModel()
        self._rows, self._count = rows, count
        self.endResetModel()

    def row_of(self, line: int) -> int:
        """The table's row that stands in a line."""
        return line if self._rows is None else int(self._rows[line])

    def rows_of(self, first: int, stop: int) -> Rows:
        """The table's rows that stand in the lines first … stop - 1."""
        stop = min(stop, self._count)
        return np.arange(first, stop) if self._rows is None else self._rows[first:stop]

    def column_at(self, section: int) -> AnyColumn | None:
        """The table's column under a section; None for the part."""
        return self._columns[section - 1] if 0 < section <= len(self._columns) else None

    def spec_at(self, section: int) -> Column | None:
        return self._specs[section - 1] if 0 < section <= len(self._specs) else None

    def is_marked(self, section: int) -> bool:
        """Whether the classes of this section are marked by shape and hue: it is the target."""
        return section == self._target and self.source is not None and self.source.codes is not None

    def text(self, line: int, section: int) -> str:
        """What stands in a cell."""
        assert self.source is not None
        row = self.row_of(line)
        return part_word(int(self.source.parts[row])) if section == PART else cell_text(self._columns[section - 1], row)

    def picture(self, row: int, section: int) -> QImage | None:
        """The image of a row of the table, None where the column holds none."""
        column = self.column_at(section)
        if not isinstance(column, NumberColumn) or len(column.shape) not in (2, 3):
            return None
        key = (row, section)
        if key not in self._pictures:
            limits = self._limits.setdefault(section, limits_of(column))
            self._pictures[key] = picture(column, row, limits)
            while len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[key]


    def align(self, section: int) -> int:
        """Numbers to the right, words to the left."""
        column = self.column_at(section)
        return LEFT if column is None or isinstance(column, TextColumn) else RIGHT

    def heading(self, section: int) -> tuple[str, str]:
        """A section's name, and its role and kind."""
        spec = self.spec_at(section)
        if spec is None:
            return self.tr("part"), ""
        column = self._columns[section - 1]
        kind = meaning_word(column) or kind_word(spec)
        used = spec.role in ("feature", "target")
        return spec.name, f"{role_word(spec)} · {kind}" if used else role_word(spec)

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    @guarded(default=0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self.source is None else len(self._columns) + 1

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._count:
            return None
        if role in (ROLE.DisplayRole, ROLE.AccessibleTextRole):
            return self.text(index.row(), index.column())
        if role == ROLE.ToolTipRole:
            text = self.text(index.row(), index.column())
            return text if len(text) > 20 else None
        return self.align(index.column()) if role == ROLE.TextAlignmentRole else None

    @guarded
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(self.row_of(section) + 1) if role == ROLE.DisplayRole and section < self._count else None
        if role == ROLE.DisplayRole:
            return "\n".join(filter(None, self.heading(section)))
        if role == ROLE.ToolTipRole:
            name, use = self.heading(section)
            return self.tr("{0}: {1}. Click to sort by it.").format(name, use or self.tr("where the row is used"))
        return None
