"""Try an input: set each feature, draw a picture, open a sound; see the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from bpgui.data.encoder import Value
from bpgui.data.table import NumberColumn, Table
from bpgui.runs.answers import ActivationsAnswer
from bpgui.session.guard import guarded
from bpgui.ui.live.answer_bars import AnswerBars
from bpgui.ui.live.feature_controls import FeatureControl, PictureControl, control_of, tidy
from bpgui.ui.live.picture_facts import picture_facts
from bpgui.ui.live.picture_input import PictureInput
from bpgui.ui.live.sound_input import SoundInput, sound_facts, sound_options
from bpgui.ui.live.tried_file import Wanted, images_wanted
from bpgui.ui.live.try_files import FileDrops
from bpgui.ui.live.try_rows import TryRows
from bpgui.ui.numbers import finite_range
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.data_words import part_word
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.data.spec import Origin

# Columns beyond these keep the values of the row taken last.
CONTROLS = 60


class TryView(FileDrops):
    """`tried` comes when the person changed `values`, one number or text a feature column."""

    tried = Signal()
    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.data: Dataset | None = None
        self.values: tuple[Value, ...] = ()
        self.controls: list[FeatureControl] = []
        self.whole: PictureInput | SoundInput | None = None  # the control of all inputs that are one thing
        self.bars = AnswerBars()
        self.rows = TryRows(self)
        self.rows.row_box.edited.connect(self._on_row)
        self.rows.any_button.clicked.connect(self._on_any)
        self.rows.open_button.clicked.connect(self.choose_file)
        self.rows.clear_button.clicked.connect(self._on_clear)
        self.file_read.connect(self._on_file)
        self.actual: QLabel = ElidedLabel("", self)
        self.actual.setProperty("small", True)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()

    def _lay_out(self) -> None:
        self._inputs = QVBoxLayout()
        self._inputs.setSpacing(6)
        self._inputs.addWidget(self.rows)
        self._inputs.addWidget(self._area, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        answer = QVBoxLayout()
        answer.setSpacing(4)
        answer.addWidget(self.bars, 1)
        answer.addWidget(self.actual)
        row.addLayout(self._inputs, 2)
        row.addLayout(answer, 1)

    # content

    def set_data(self, data: Dataset | None, table: Table | None = None, origin: Origin | None = None) -> None:
        """Other columns: new controls, filled with the first training row.

        `table` and `origin` say what the columns mean and how their files are read.
        """
        self.data = data
        self._build_controls(table, origin)
        self.values = ()
        self.rows.set_data(data)
        if data is None:
            return
        self._set_bars(data)
        self.take_row(self.rows.first)

    def _set_bars(self, data: Dataset) -> None:
        """A bar for each class, for each label, or for each number."""
        target = data.encoder.target
        if not data.numeric:
            self.bars.set_classes(data.classes or data.output_names, target.negative)
            return
        values = target.in_units(data.y[data.train])
        ranges = [finite_range(values[:, place]) or (0.0, 1.0) for place in range(data.outputs)]
        if data.outputs == 1:
            self.bars.set_range(*ranges[0])
        else:
            named = zip(target.names, ranges, strict=True)
            self.bars.set_numbers(tuple((name, low, high) for name, (low, high) in named))

    def _build_controls(self, table: Table | None, origin: Origin | None) -> None:
        if self.whole is not None:
            self._inputs.removeWidget(self.whole)
            self.whole.hide()
            self.whole.deleteLater()
        self.whole, wanted = self._whole_input(table, origin)
        self.set_wanted(wanted)
        self._area.setWidget(self._separate_controls())  # deletes the one before
        self._area.setVisible(self.whole is None)
        if self.whole is not None:
            self._inputs.addWidget(self.whole, 1)
            self.controls = [self.whole]
        for control in self.controls:
            control.edited.connect(self._on_edited)
            if isinstance(control, PictureInput):
                control.pad.drawn.connect(self.drawn)
        pictures = any(isinstance(c, PictureControl) for c in self.controls)
        self.rows.show_buttons(self.whole is not None, clear=pictures)
        self.rows.say_files(wanted.reader if wanted is not None else "")

    def _whole_input(
        self, table: Table | None, origin: Origin | None
    ) -> tuple[PictureInput | SoundInput | None, Wanted | None]:
        """The one control for data that are a picture or a sound, and which files it takes."""
        data = self.data
        if data is None or table is None or origin is None:
            return None, None
        inputs = data.encoder.inputs
        column = table.column(inputs[0].name) if len(inputs) == 1 else None
        lone = column if isinstance(column, NumberColumn) else None
        if lone is not None and lone.meaning == "sound":
            wanted = Wanted("sounds", lone.shape, sound_options(origin, lone.shape))
            return SoundInput(sound_facts(inputs[0], lone, origin)), wanted
        facts = picture_facts(data, lone)
        return (PictureInput(facts), images_wanted(facts.shape)) if facts is not None else (None, None)

    def _separate_controls(self) -> QWidget:
        """A column of controls, one for each feature; empty where one control has them all."""
        body = QWidget()
        body.setObjectName("scrolled")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(4)
        inputs = self.data.encoder.inputs if self.data is not None and self.whole is None else ()
        self.controls = [control_of(c) for c in inputs[:CONTROLS]]
        wide = max((control.name_width() for control in self.controls), default=0)
        for control in self.controls:
            column.addWidget(control)
            control.set_name_width(wide)
        if len(inputs) > CONTROLS:
            more = QLabel(self.tr("… {0} more stay as in the row taken").format(len(inputs) - CONTROLS), body)
            more.setProperty("small", True)
            column.addWidget(more)
        if not any(isinstance(c, PictureControl) for c in self.controls):
            column.addStretch(1)
        return body

    def take_row(self, number: int) -> None:
        """Fill in a row of the table, counted from 1; the next one there is where it is not among the usable rows."""
        data, row = self.data, self.rows.place_of(number)
        if data is None or row is None:
            return
        values = data.encoder.row_values(data.x[row])
        # The time of day is in the last of a date's digits.
        digits = (12 if c.kind == "date" else 6 for c in data.encoder.inputs for _ in range(c.entries))
        self.values = tuple(v if isinstance(v, str) else tidy(v, d) for v, d in zip(values, digits, strict=True))
        self._show_values()
        word = data.encoder.target.of_targets(data.y[row : row + 1]).words(4)[0]
        self.actual.setText(self.tr("actual: {0}").format(word))
        part = part_word(int(row in data.validation))
        self.rows.part.setText(part)
        if self.whole is not None:
            self.whole.say_row(self.tr("row {0} of {1}").format(self.rows.row_box.value(), part))

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
        numbers = self.data.encoder.target.in_units(numbers[None, :])[0]
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
        self.rows.part.setText("")
        self.tried.emit()

    @Slot(object)
    def _on_row(self, number: object) -> None:
        self.take_row(int(number))  # type: ignore[call-overload]
        self.tried.emit()

    @Slot()
    def _on_any(self) -> None:
        self._on_row(self.rows.any_row())

    @Slot()
    def _on_clear(self) -> None:
        for control in self.controls:
            if isinstance(control, PictureControl):
                control.grid.clear()

    @Slot(object, str)
    def _on_file(self, values: object, name: str) -> None:
        if self.whole is not None:
            self.whole.take_bytes(np.asarray(values, dtype=np.float64), name)

    @guarded(default=QSize(320, 190))
    def sizeHint(self) -> QSize:
        return QSize(320, 190)
