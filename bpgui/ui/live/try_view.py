"""Try an input: set each feature, see the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bpgui.data.encoder import Value
from bpgui.engine.fields import Field
from bpgui.runs.answers import ActivationsAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.answer_bars import AnswerBars
from bpgui.ui.live.feature_controls import FeatureControl, PictureControl, control_of, tidy
from bpgui.ui.live.points import targets_of
from bpgui.ui.numbers import finite_range
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset

# Columns beyond these keep the values of the row taken last.
CONTROLS = 60


class TryView(QWidget):
    """`tried` comes when the person changed `values`, one number or text a feature column."""

    tried = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.data: Dataset | None = None
        self.values: tuple[Value, ...] = ()
        self.controls: list[FeatureControl] = []
        self._rows = np.empty(0, dtype=np.int64)
        self.bars = AnswerBars()
        self.row_box = NumberBox(Field("row", self.tr("row"), 1, "", 1, 1), self)
        describe(self.row_box, self.tr("Row to take"), self.tr("Fill in the values of this row of the table."))
        self.row_box.setFixedWidth(72)
        self.row_box.edited.connect(self._on_row)
        self.clear_button = QPushButton(self.tr("Clear"), self)
        self.clear_button.setProperty("quiet", True)
        describe(self.clear_button, self.tr("Clear the picture"), self.tr("Begin with an empty picture."))
        self.clear_button.clicked.connect(self._on_clear)
        self.actual: QLabel = ElidedLabel("", self)
        self.actual.setProperty("small", True)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def _lay_out(self) -> None:
        take = QHBoxLayout()
        take.setSpacing(6)
        label = QLabel(self.tr("take row"), self)
        label.setProperty("muted", True)
        for widget in (label, self.row_box, self.clear_button):
            take.addWidget(widget)
        take.addStretch(1)
        inputs = QVBoxLayout()
        inputs.setSpacing(6)
        inputs.addLayout(take)
        inputs.addWidget(self._area, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        answer = QVBoxLayout()
        answer.setSpacing(4)
        answer.addWidget(self.bars, 1)
        answer.addWidget(self.actual)
        row.addLayout(inputs, 2)
        row.addLayout(answer, 1)

    # content

    def set_data(self, data: Dataset | None) -> None:
        """Other columns: new controls, filled with the first training row."""
        self.data = data
        self._build_controls()
        self.values = ()
        if data is None:
            return
        if data.classes:
            self.bars.set_classes(data.classes, data.encoder.target.negative)
        else:
            self.bars.set_range(*(finite_range(targets_of(data, data.y[data.train])) or (0.0, 1.0)))
        # Test rows stay sealed.
        self._rows = np.sort(np.concatenate((data.train, data.validation)))
        numbers = data.rows[self._rows] + 1
        low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (1, 1)
        self.row_box.field = Field("row", self.tr("row"), low, "", low, high)
        self.take_row(low)

    def _build_controls(self) -> None:
        body = QWidget()
        body.setObjectName("scrolled")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(4)
        inputs = self.data.encoder.inputs if self.data is not None else ()
        self.controls = [control_of(c) for c in inputs[:CONTROLS]]
        for control in self.controls:
            control.edited.connect(self._on_edited)
            column.addWidget(control)
        wide = max((control.name_width() for control in self.controls), default=0)
        for control in self.controls:
            control.set_name_width(wide)
        if len(inputs) > CONTROLS:
            more = QLabel(self.tr("… {0} more stay as in the row taken").format(len(inputs) - CONTROLS), body)
            more.setProperty("small", True)
            column.addWidget(more)
        pictures = any(isinstance(c, PictureControl) for c in self.controls)
        if not pictures:
            column.addStretch(1)
        self.clear_button.setVisible(pictures)
        self._area.setWidget(body)  # deletes the one before

    def take_row(self, number: int) -> None:
        """Fill in a row of the table, counted from 1; the next one there is where it is not among the usable rows."""
        data = self.data
        if data is None or not len(self._rows):
            return
        numbers = data.rows[self._rows] + 1
        place = min(int(np.searchsorted(numbers, number)), len(numbers) - 1)
        row = int(self._rows[place])
        self.row_box.set_value(int(numbers[place]))
        values = data.encoder.row_values(data.x[row])
        self.values = tuple(v if isinstance(v, str) else tidy(v) for v in values)
        self._show_values()
        decoded = data.encoder.decode(data.y[row : row + 1])
        word = (decoded.labels or ("",))[0] if decoded.values is None else f"{tidy(float(decoded.values[0]), 4):g}"
        self.actual.setText(self.tr("actual: {0}").format(word))

    def _show_values(self) -> None:
        start = 0
        for control in self.controls:
            count = len(control.values())
            control.set_values(self.values[start : start + count])
            start += count

    def set_answer(self, answer: ActivationsAnswer, settled: bool = True) -> None:
        if self.data is None:
            return
        numbers = np.asarray(answer.outputs, dtype=np.float64)
        if not self.data.classes:
            values = self.data.encoder.decode(numbers[None, :]).values
            numbers = numbers if values is None else values
        self.bars.set_answer(answer.predicted, numbers, settled)

    def refresh_theme(self, theme: Theme) -> None:
        self.bars.refresh_theme(theme)
        for control in self.controls:
            control.refresh_theme(theme)

    # by hand

    @Slot()
    def _on_edited(self) -> None:
        shown = tuple(value for control in self.controls for value in control.values())
        self.values = shown + self.values[len(shown) :]
        self.actual.setText("")
        self.tried.emit()

    @Slot(object)
    def _on_row(self, number: object) -> None:
        self.take_row(int(number))  # type: ignore[call-overload]
        self.tried.emit()

    @Slot()
    def _on_clear(self) -> None:
        for control in self.controls:
            if isinstance(control, PictureControl):
                control.grid.clear()

    @guarded(default=QSize(320, 190))
    def sizeHint(self) -> QSize:
        return QSize(320, 190)
