"""Controls for one input column each: a slider with a number, a list of categories, a picture to draw on."""

from __future__ import annotations

from math import prod

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from bpgui.data.encoder import InputColumn, Value
from bpgui.engine.fields import Field
from bpgui.ui.live.paint_grid import PaintGrid
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox

STEPS = 200
NAME_WIDTH = 88


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
        self._label.setMinimumWidth(min(width, 60))
        self._label.setMaximumWidth(width)


class NumberControl(_Row):
    """Within the range that was seen in training."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__(column)
        low, high = column.minimum, column.maximum
        if not low < high:
            low, high = low - 0.5, high + 0.5
        self._low, self._high = low, high
        self._value = tidy((low + high) / 2)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        help = self.tr("{0}: from {1:.4g} to {2:.4g}, as in the training rows.").format(column.name, low, high)
        describe(self.slider, self.tr("{0} slider").format(column.name), help)
        self.box = NumberBox(Field(column.name, column.name, self._value, help, tidy(low), tidy(high)), self)
        self.box.setFixedWidth(100)
        self.slider.setMinimumWidth(24)
        describe(self.box, column.name, help)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.box)
        self.slider.valueChanged.connect(self._on_slid)
        self.box.edited.connect(self._on_typed)

    def values(self) -> tuple[Value, ...]:
        return (self._value,)

    def set_values(self, values: tuple[Value, ...]) -> None:
        self._value = tidy(float(values[0]))
        self.box.set_value(self._value)
        self.slider.blockSignals(True)
        self.slider.setValue(round((self._value - self._low) / (self._high - self._low) * STEPS))
        self.slider.blockSignals(False)

    @Slot(int)
    def _on_slid(self, step: int) -> None:
        self._value = tidy(self._low + (self._high - self._low) * step / STEPS, 4)
        self.box.set_value(self._value)
        self.edited.emit()

    @Slot(object)
    def _on_typed(self, value: object) -> None:
        self.set_values((float(value),))
        self.edited.emit()


class CategoryControl(_Row):
    """One of the categories that the encoder knows."""

    def __init__(self, column: InputColumn) -> None:
        super().__init__(column)
        self.box = ChoiceBox(self)
        self.box.set_choices([(level, level, "") for level in column.levels])
        self.box.set_value(column.levels[0] if column.levels else None)
        describe(self.box, column.name, self.tr("The category of {0} to try.").format(column.name))
        self._row.addWidget(self.box, 1)
        self.box.edited.connect(self._on_chosen)

    def values(self) -> tuple[Value, ...]:
        return (self.box.value() or "",)

    def set_values(self, values: tuple[Value, ...]) -> None:
        if values[0] in self.column.levels:
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
    if column.kind == "category":
        return CategoryControl(column)
    return PictureControl(column) if column.shape else NumberControl(column)
