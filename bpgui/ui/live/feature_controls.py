"""Controls for one input column each: a slider with a number, a list of categories, a picture to draw on."""

from __future__ import annotations

from math import prod

import numpy as np
from PySide6.QtCore import QDate, QDateTime, Qt, QTimeZone, Signal, Slot
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QLabel, QSlider, QWidget

from bpgui.data.dates import date_text
from bpgui.data.encoder import InputColumn, Value
from bpgui.engine.fields import Field
from bpgui.ui.live.paint_grid import PaintGrid
from bpgui.ui.sizes import px, sized
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox

STEPS = 200
NAME_WIDTH = 88
_DAY = 86_400_000  # milliseconds


def tidy(value: float, digits: int = 6) -> float:
    """A number without the dust of arithmetic: 5.1000000000000005 is 5.1."""
    return float(f"{value:.{digits}g}")


class FeatureControl(QWidget):
    """Base: `edited` when the person changed `values()`, the column's share of what a row is made of."""

    edited = Signal()

    def values(self) -> tuple[Value, ...]:
        raise NotImplementedError

    def set_values(self, values: tuple[Value, ...]) -> None:
        """Show other values, without a signal."""
        raise NotImplementedError

    def refresh_theme(self, theme: Theme) -> None:
        """Colours of a new theme."""

    def name_width(self) -> int:
        """Pixels that its name needs, so that all controls can begin in one line."""
        return 0

    def set_name_width(self, width: int) -> None:
        """Give the name so many pixels."""


class _Row(FeatureControl):
    def __init__(self, column: InputColumn) -> None:
        super().__init__()
        self.column = column
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._label: QLabel = ElidedLabel(column.name, self)
        self._label.setToolTip(column.name)
        self._row.addWidget(self._label)

    def name_width(self) -> int:
        """What the name needs."""
        return min(self._label.fontMetrics().horizontalAdvance(self.column.name) + 2, NAME_WIDTH)

    def set_name_width(self, width: int) -> None:
        self._label.setMinimumWidth(px(min(width, 60)))
        self._label.setMaximumWidth(px(width))


class NumberControl(_Row):
    """Within the range that was seen in training."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__(column)
        low, high = column.minimum, column.maximum
        if not low < high:
            low, high = low - 0.5, high + 0.5
        self._low, self._high = low, high
        self._value = tidy((low + high) / 2)
        self._missing = False
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        help = self.tr("{0}: from {1:.4g} to {2:.4g}, as in the training rows.").format(column.name, low, high)
        describe(self.slider, self.tr("{0} slider").format(column.name), help)
        self.box = NumberBox(Field(column.name, column.name, self._value, help, tidy(low), tidy(high)), self)
        sized(self.box, lambda w: w.setFixedWidth(px(100)))
        sized(self.slider, lambda w: w.setMinimumWidth(px(24)))
        describe(self.box, column.name, help)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.box)
        self.slider.valueChanged.connect(self._on_slid)
        self.box.edited.connect(self._on_typed)

    def values(self) -> tuple[Value, ...]:
        return ("",) if self._missing else (self._value,)

    def set_values(self, values: tuple[Value, ...]) -> None:
        self._say_missing(values[0] == "")
        self._value = tidy(float(self.column.fill or 0.0) if self._missing else float(values[0]))
        self.box.set_value(self._value)
        self.slider.blockSignals(True)
        self.slider.setValue(round((self._value - self._low) / (self._high - self._low) * STEPS))
        self.slider.blockSignals(False)

    def _say_missing(self, missing: bool) -> None:
        """Whether the value is missing, until somebody sets one."""
        self._missing = missing
        name = self.column.name
        self._label.setText(self.tr("{0} (missing)").format(name) if missing else name)

    @Slot(int)
    def _on_slid(self, step: int) -> None:
        self._say_missing(False)
        self._value = tidy(self._low + (self._high - self._low) * step / STEPS, 4)
        self.box.set_value(self._value)
        self.edited.emit()

    @Slot(object)
    def _on_typed(self, value: object) -> None:
        self.set_values((float(value),))
        self.edited.emit()


class DateControl(_Row):
    """A date, as a calendar or typed; with the time of day where the training rows have one. "" is a missing one."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__(column)
        self.box = QDateTimeEdit(self)
        self.box.setDisplayFormat("yyyy-MM-dd HH:mm" if column.clock else "yyyy-MM-dd")
        self.box.setCalendarPopup(True)
        self.box.setTimeZone(QTimeZone.utc())
        self.box.setMinimumDate(QDate(100, 1, 1))
        help = self.tr("{0}: from {1} to {2}, as in the training rows.").format(
            column.name, date_text(column.minimum), date_text(column.maximum)
        )
        describe(self.box, column.name, help)
        self._missing = False
        self._row.addWidget(self.box, 1)
        self.set_values((column.minimum,))
        self.box.dateTimeChanged.connect(self._on_changed)

    def values(self) -> tuple[Value, ...]:
        if self._missing:
            return ("",)
        return (self.box.dateTime().toMSecsSinceEpoch() / _DAY,)

    def set_values(self, values: tuple[Value, ...]) -> None:
        self._missing = values[0] == ""
        name = self.column.name
        self._label.setText(self.tr("{0} (missing)").format(name) if self._missing else name)
        days = self.column.fill or 0.0 if self._missing else float(values[0])
        self.box.blockSignals(True)
        self.box.setDateTime(QDateTime.fromMSecsSinceEpoch(round(days * _DAY), QTimeZone.utc()))
        self.box.blockSignals(False)

    @Slot(QDateTime)
    def _on_changed(self, moment: QDateTime) -> None:
        self._missing = False
        self._label.setText(self.column.name)
        self.edited.emit()


class CategoryControl(_Row):
    """One of the categories that the encoder knows, or of the words in an order; "" where none is known."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__(column)
        self.box = ChoiceBox(self)
        choices = [(level, level, "") for level in column.levels]
        if column.flag or column.gap == -1:
            choices.append(("", self.tr("(missing)"), self.tr("There is no value.")))
        self.box.set_choices(choices)
        self.box.set_value(column.levels[0] if column.levels else None)
        describe(self.box, column.name, self.tr("The category of {0} to try.").format(column.name))
        self._row.addWidget(self.box, 1)
        self.box.edited.connect(self._on_chosen)

    def values(self) -> tuple[Value, ...]:
        return (self.box.value() or "",)

    def set_values(self, values: tuple[Value, ...]) -> None:
        if values[0] in self.column.levels or (values[0] == "" and (self.column.flag or self.column.gap == -1)):
            self.box.set_value(str(values[0]))

    @Slot(object)
    def _on_chosen(self, key: object) -> None:
        self.edited.emit()


class PictureControl(FeatureControl):
    """An image column drawn by hand; more than one channel stand side by side."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__()
        rows = column.shape[0] if len(column.shape) > 1 else 1
        self.grid = PaintGrid(rows, prod(column.shape) // rows, column.minimum, column.maximum)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.grid)
        self.grid.painted.connect(self.edited)

    def values(self) -> tuple[Value, ...]:
        return tuple(self.grid.values.ravel().tolist())

    def set_values(self, values: tuple[Value, ...]) -> None:
        self.grid.set_values(np.array(values, dtype=np.float64))

    def refresh_theme(self, theme: Theme) -> None:
        self.grid.refresh_theme(theme)


def control_of(column: InputColumn) -> FeatureControl:
    """The control for a column's kind."""
    if column.kind in ("category", "ordinal"):
        return CategoryControl(column)
    if column.kind == "date":
        return DateControl(column)
    return PictureControl(column) if column.shape else NumberControl(column)
