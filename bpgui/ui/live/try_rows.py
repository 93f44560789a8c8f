"""The line above the inputs that are tried: a row of the table to take, a file to open, an empty sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from bpgui.engine.fields import Field
from bpgui.ui.sizes import px
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset


class TryRows(QWidget):
    """Rows are counted from 1 as in the table; those of the test part are not offered: they stay sealed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._data: Dataset | None = None
        self._rows = np.empty(0, dtype=np.int64)
        self._random = np.random.default_rng(0)
        self.first = 1
        self.label = QLabel(self.tr("take row"), self)
        self.label.setProperty("muted", True)
        self.row_box = NumberBox(Field("row", self.tr("row"), 1, "", 1, 1), self)
        describe(self.row_box, self.tr("Row to take"), self.tr("Fill in the values of this row of the table."))
        self.part = QLabel(self)
        self.part.setProperty("muted", True)
        self.any_button = self._button(
            self.tr("any"), self.tr("Take any row"), self.tr("Take a row of the validation part, any one.")
        )
        self.open_button = self._button(self.tr("open…"), "", "")
        self.clear_button = self._button(
            self.tr("clear"), self.tr("Clear the picture"), self.tr("Begin with an empty picture.")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.label, self.row_box, self.part, self.any_button, self.open_button, self.clear_button):
            row.addWidget(widget)
        row.addStretch(1)

    def _button(self, text: str, name: str, help: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("quiet", True)
        describe(button, name, help)
        return button

    def show_buttons(self, files: bool, *, clear: bool) -> None:
        """Which of the buttons there is something to do for."""
        self.open_button.setVisible(files)
        self.clear_button.setVisible(clear)
        self.part.setVisible(not files)
        self.label.setText(self.tr("row") if files else self.tr("take row"))

    def say_files(self, reader: str) -> None:
        """What files can be opened: "images", "sounds" or none."""
        if reader == "sounds":
            name, help = self.tr("Open a sound…"), self.tr("Try a WAV file; it can be dropped here, too.")
        else:
            name, help = self.tr("Open an image…"), self.tr("Try an image file; it can be dropped here, too.")
        describe(self.open_button, name, help)

    # rows

    def set_data(self, data: Dataset | None) -> None:
        self._data = data
        self._rows = np.empty(0, dtype=np.int64)
        if data is None:
            return
        self._rows = np.sort(np.concatenate((data.train, data.validation)))
        numbers = data.rows[self._rows] + 1
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (1, 1)
        self.row_box.field = Field("row", self.tr("row"), low, "", low, high)
        self.row_box.setFixedWidth(max(px(64), self.row_box.fontMetrics().horizontalAdvance(str(high)) + px(54)))
        self.first = low

    def place_of(self, number: int) -> int | None:
        """The place in the data of that row of the table, or of the next one; it is shown in the box."""
        if self._data is None or not len(self._rows):
            return None
        numbers = self._data.rows[self._rows] + 1
        place = min(int(np.searchsorted(numbers, number)), len(numbers) - 1)
        self.row_box.set_value(int(numbers[place]))
        return int(self._rows[place])

    def any_row(self) -> int:
        """A row of validation, of training where there is none: its number in the table."""
        if self._data is None:
            return 1
        part = self._data.validation if len(self._data.validation) else self._data.train
        return int(self._data.rows[self._random.choice(part)]) + 1
