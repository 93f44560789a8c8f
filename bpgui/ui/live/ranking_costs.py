"""What errors cost and hits gain, a number for each, and what that makes at the present threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpgui.engine.fields import Field
from bpgui.project.spec import Costs
from bpgui.runs.choosing import cost
from bpgui.ui.numbers import MINUS, format_number
from bpgui.ui.texts import group, tr_label
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.number_box import NumberBox

_T = "tables"
# Name in Costs, label, help, cell of the confusion matrix, sign of what it costs.
_ROWS: tuple[tuple[str, Any, Any, tuple[int, int], int], ...] = (
    (
        "miss", QT_TRANSLATE_NOOP(_T, "A miss costs"),
        QT_TRANSLATE_NOOP(_T, "What a row of the second class costs that was taken for the first."), (1, 0), 1,
    ),
    (
        "alarm", QT_TRANSLATE_NOOP(_T, "A false alarm"),
        QT_TRANSLATE_NOOP(_T, "What a row of the first class costs that was taken for the second."), (0, 1), 1,
    ),
    (
        "hit", QT_TRANSLATE_NOOP(_T, "A hit gains"),
        QT_TRANSLATE_NOOP(_T, "What a row of the second class gains that was found."), (1, 1), -1,
    ),
)  # fmt: skip


class CostTable(QWidget):
    """`edited(name, value)` when a person gives another cost. All costs are in one unit, whatever it is."""

    edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.costs = Costs()
        self._counts: NDArray[np.int64] | None = None
        self.boxes: dict[str, NumberBox] = {}
        self.products: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for column, (name, label, help, _, _) in enumerate(_ROWS):
            head, box = QLabel(tr_label(label), self), NumberBox(_field(name, label, help), self)
            head.setProperty("small", True)
            head.setBuddy(box)
            describe(box, tr_label(label), tr_label(help))
            head.setToolTip(box.toolTip())
            box.edited.connect(self._on_edited)
            product = ElidedLabel("", self)
            product.setProperty("small", True)
            product.setAlignment(Qt.AlignmentFlag.AlignRight)
            for row, widget in enumerate((head, box, product)):
                grid.addWidget(widget, row, column)
            grid.setColumnStretch(column, 1)
            self.boxes[name], self.products[name] = box, product
        self.total: QLabel = ElidedLabel("", self)
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.total, 3, 0, 1, len(_ROWS))
        self.set_costs(Costs())

    def set_costs(self, costs: Costs) -> None:
        self.costs = costs
        for name, box in self.boxes.items():
            box.set_value(getattr(costs, name))
        self._say()

    def set_counts(self, counts: NDArray[np.int64] | None) -> None:
        """(2, 2) rows [actual, decided]."""
        self._counts = counts
        self._say()

    def _say(self) -> None:
        counts = self._counts
        for name, _, _, cell, sign in _ROWS:
            text = ""
            if counts is not None:
                count = int(counts[cell])
                text = f"× {group(count)} = {amount(sign * getattr(self.costs, name) * count)}"
            _set(self.products[name], text)
        if counts is None:
            _set(self.total, "")
            return
        total, rows = cost(counts, self.costs), max(int(counts.sum()), 1)
        _set(self.total, self.tr("total {0}, {1} a row").format(amount(total), format_number(total / rows)))

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        for name, box in self.boxes.items():
            if box is self.sender():
                self.edited.emit(name, value)


def _field(name: str, label: str, help: str) -> Field:
    return Field(name, label, float(getattr(Costs(), name)), help, 0.0, 1e12, log=True)


def amount(value: float) -> str:
    """A sum as a person reads it: whole ones in groups."""
    if float(value).is_integer() and abs(value) < 1e12:
        text = group(abs(int(value)))
        return f"{MINUS}{text}" if value < 0 else text
    return format_number(value, 4)


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
