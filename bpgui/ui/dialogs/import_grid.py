"""Images and sounds as they were read: a grid of small pictures with class and file name."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from bpgui.data.readers import Reading
from bpgui.data.table import NumberColumn, Table
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.import_cells import PICTURES, cell_text, picture
from bpgui.ui.explore.cells import MISSING
from bpgui.ui.widgets.controls import describe

Index = QModelIndex | QPersistentModelIndex
ROLE = Qt.ItemDataRole
SHOWN = 100
PICTURE = 84
LEAST_WIDE = PICTURE + 28  # pixels for a picture and its captions
CAPTIONS = 2  # lines below a picture
FILE = "file"  # what readers of many files call the column of their names


class PictureModel(QAbstractListModel):
    """One item a row; pictures are made when they are first painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table = Table(())
        self._column: NumberColumn | None = None
        self._pictures: dict[int, QPixmap] = {}

    def show_reading(self, reading: Reading) -> None:
        """Show another table from its beginning."""
        self.beginResetModel()
        self.table, self._column, self._pictures = reading.table, picture_column(reading.table), {}
        self.endResetModel()

    def captions(self, row: int) -> list[str]:
        """The class and the file, or whatever else is known of the row."""
        others = [column for column in self.table.columns if column is not self._column]
        return [cell_text(column, row) or MISSING for column in others]

    def _shown_captions(self, row: int) -> list[str]:
        """The first column and the name of the file, without its folders."""
        names = [column.name for column in self.table.columns if column is not self._column]
        texts = self.captions(row)
        if FILE not in names[1:]:
            return texts[:CAPTIONS]
        return [texts[0], texts[names.index(FILE)].rpartition("/")[2]]

    @guarded(default=0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or self._column is None else min(self.table.rows, SHOWN)

    @guarded
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        if not index.isValid() or self._column is None:
            return None
        row = index.row()
        if role == ROLE.DisplayRole:
            return "\n".join(self._shown_captions(row))
        if role == ROLE.DecorationRole:
            if row not in self._pictures:
                self._pictures[row] = picture(self._column, row, PICTURE)
            return self._pictures[row]
        if role in (ROLE.ToolTipRole, ROLE.AccessibleTextRole):
            names = [column.name for column in self.table.columns if column is not self._column]
            lines = [f"{name}: {text}" for name, text in zip(names, self.captions(row), strict=True)]
            size = " × ".join(map(str, self._column.shape))
            return "\n".join((*lines, f"{self._column.name}: {size}"))
        if role == ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        return None


class PictureGrid(QListView):
    """Pictures in rows; nothing can be moved or edited."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.pictures = PictureModel(self)
        self.setModel(self.pictures)
        self._high = PICTURE
        self.setViewportMargins(0, 8, 0, 0)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(PICTURE, PICTURE))
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        describe(self, self.tr("Preview"), self.tr("The first rows as they are read, each with its class and file."))

    def show_reading(self, reading: Reading) -> None:
        """Show other pictures, in rows as high as they are."""
        self.pictures.show_reading(reading)
        column = picture_column(reading.table)
        height, width = column.shape[:2] if column is not None else (1, 1)
        captions = min(CAPTIONS, len(reading.table.names) - 1) * self.fontMetrics().lineSpacing()
        self._high = round(PICTURE * min(1.0, height / max(width, 1))) + captions + 20
        self._fill_width()

    def _fill_width(self) -> None:
        """As many in a line as have room, over the whole width."""
        room = self.viewport().width() - 2
        self.setGridSize(QSize(room // max(room // LEAST_WIDE, 1), self._high))

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fill_width()
        super().resizeEvent(event)


def picture_column(table: Table) -> NumberColumn | None:
    """The first column of images or sounds, None where there is none."""
    numbers = (column for column in table.columns if isinstance(column, NumberColumn))
    return next((column for column in numbers if column.meaning in PICTURES), None)
