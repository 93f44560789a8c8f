"""The split as a bar to drag and as percentages to type."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from bpgui.data.spec import Split
from bpgui.engine.fields import Field
from bpgui.ui.numbers import short_number
from bpgui.ui.texts import group
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.number_box import NumberBox
from bpgui.ui.widgets.split_bar import SplitBar

# Changing one part takes from, or gives to, the training part.
PARTS = (
    Field("validation", "Validation", 20.0, "Share of the rows that only measure how training goes.", 0.0, 95.0, "%"),
    Field("test", "Test", 20.0, "Share of the rows that are kept sealed for the end.", 0.0, 95.0, "%"),
)


class SplitEditor(QWidget):
    """`edited((train, validation, test), done)` with fractions that add up to 1."""

    edited = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.bar = SplitBar(self)
        describe(
            self.bar,
            self.tr("Split of the rows"),
            self.tr("Drag a border, or use the arrow keys, to change which share of the rows is trained on."),
        )
        self.bar.edited.connect(self.edited)
        column.addWidget(self.bar)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.train = _small(self)
        grid.addWidget(self.train, 0, 0)
        self.train_share = QLabel(self)
        self.train_share.setMinimumHeight(28)
        grid.addWidget(self.train_share, 1, 0)
        self.labels: dict[str, QLabel] = {}
        self.boxes: dict[str, NumberBox] = {}
        for place, field in enumerate(PARTS, start=1):
            self.labels[field.name] = _small(self)
            grid.addWidget(self.labels[field.name], 0, place)
            box = NumberBox(field, self)
            box.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
            describe(box, self.tr(field.label), self.tr(field.help))
            box.edited.connect(self._on_typed)
            self.boxes[field.name] = box
            grid.addWidget(box, 1, place)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        column.addLayout(grid)

    def show_split(self, split: Split, counts: tuple[int, ...] | None) -> None:
        """`counts` are the rows of each part, None where the data cannot be used."""
        self.bar.set_fractions(split.train, split.validation, split.test)
        self.boxes["validation"].set_value(round(split.validation * 100, 4))
        self.boxes["test"].set_value(round(split.test * 100, 4))
        self.train_share.setText(f"{short_number(round(split.train * 100, 4))} %")
        words = (self.tr("train"), self.tr("validation"), self.tr("test"))
        labels = (self.train, self.labels["validation"], self.labels["test"])
        for index, (label, word) in enumerate(zip(labels, words, strict=True)):
            label.setText(f"{word} {group(counts[index])}" if counts else word)
        self.bar.setAccessibleDescription(", ".join(label.text() for label in labels))

    @Slot(object)
    def _on_typed(self, _value: object) -> None:
        validation = round(float(self.boxes["validation"].value() or 0.0) / 100, 6)
        test = round(float(self.boxes["test"].value() or 0.0) / 100, 6)
        self.edited.emit((round(1.0 - validation - test, 6), validation, test), True)


def _small(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("small", True)
    return label
