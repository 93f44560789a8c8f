"""One number for each class, by its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from bpgui.engine.fields import Field
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.form import LABEL_WIDTH, ROW_SPACING
from bpgui.ui.widgets.number_box import NumberBox

AT_ONCE = 12  # classes seen without scrolling
_WEIGHT = Field("weight", "Weight", 1.0, "How much a row of this class counts.", 0.0, 1e6, log=True)
_ROW = 30


class ClassWeights(QWidget):
    """`edited(tuple of numbers)` in the order of the classes."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[NumberBox] = []
        self._labels: list[ElidedLabel] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self._area)
        inner.setObjectName("scrolled")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(ROW_SPACING)
        self._grid.setColumnStretch(1, 1)
        self._area.setWidget(inner)
        outer.addWidget(self._area)

    def show_classes(self, names: Sequence[str], values: Sequence[float]) -> None:
        """Show these classes; where there is not a number for each, 1 stands for those that lack one."""
        while len(self.boxes) < len(names):
            self._add_row()
        while len(self.boxes) > len(names):
            for widget in (self.boxes.pop(), self._labels.pop()):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for index, name in enumerate(names):
            self._labels[index].set_text(name)
            self.boxes[index].set_value(values[index] if index < len(values) else 1.0)
            describe(
                self.boxes[index], self.tr("Weight of class {0}").format(name), self.tr("How much a row of it counts."),
                reference="setting.class_weights",
            )
        self._area.setFixedHeight(min(len(names), AT_ONCE) * (px(_ROW) + ROW_SPACING))

    def value(self) -> tuple[float, ...]:
        return tuple(float(box.value() or 0.0) for box in self.boxes)

    def _add_row(self) -> None:
        row = len(self.boxes)
        label, box = ElidedLabel("", self), NumberBox(_WEIGHT, self)
        label.setProperty("muted", True)
        sized(label, lambda w: w.setFixedWidth(px(LABEL_WIDTH)))
        label.setBuddy(box)
        box.edited.connect(self._on_edited)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(box, row, 1)
        self._labels.append(label)
        self.boxes.append(box)

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        self.edited.emit(self.value())
