"""Weights typed in: a table for W and, with a bias, one row for b."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bpgui.session.guard import guarded
from bpgui.ui.numbers import short_number
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe

Matrix = tuple[tuple[float, ...], ...]
LARGEST = 2_500
WIDEST_NAME = 200
EXACT = Qt.ItemDataRole.UserRole


class NumbersEditor(QDialog):
    """Edits W (in, out) and b (out,); `chosen(weights, biases)` when accepted.

    `inputs` names the rows, where there are as many names as rows: features, for the first layer.
    """

    chosen = Signal(object, object)

    def __init__(
        self,
        title: str,
        weights: Matrix,
        biases: tuple[float, ...] | None,
        parent: QWidget,
        inputs: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("First weights of {0}").format(title))
        self._inputs, self._units = len(weights), len(weights[0]) if weights else 0
        self._bias = biases is not None
        column = QVBoxLayout(self)
        column.setSpacing(8)
        lead = QLabel(self.tr("Each column is one neuron, each row one of its inputs, the last row its bias."), self)
        if not self._bias:
            lead.setText(self.tr("Each column is one neuron, each row one of its inputs."))
        lead.setProperty("muted", True)
        column.addWidget(lead)
        self.table = QTableWidget(self._inputs + self._bias, self._units, self)
        describe(self.table, self.tr("First weights"), self.tr("Type the number that each weight starts with."))
        self._fill(weights, biases)
        self._name(inputs)
        column.addWidget(self.table, 1)
        self._problem = QLabel(self)
        self._problem.setProperty("bad", True)
        column.addWidget(self._problem)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        ok = self._buttons.button(QDialogButtonBox.StandardButton.Ok)
        describe(ok, self.tr("Use these numbers"), self.tr("Start the layer with the numbers of the table."))
        cancel = self._buttons.button(QDialogButtonBox.StandardButton.Cancel)
        describe(cancel, self.tr("Cancel"), self.tr("Leave the layer as it is."))
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column.addWidget(self._buttons)
        self.table.itemChanged.connect(self._on_item_changed)
        self.resize(min(160 + 84 * self._units, 720), min(200 + 30 * (self._inputs + 1), 520))

    def _fill(self, weights: Matrix, biases: tuple[float, ...] | None) -> None:
        rows = [*weights, *((biases,) if biases is not None else ())]
        for i, row in enumerate(rows):
            for j, number in enumerate(row):
                item = QTableWidgetItem(f"{number:.6g}")
                item.setData(EXACT, number)
                item.setToolTip(short_number(number))
                self.table.setItem(i, j, item)

    def _name(self, inputs: Sequence[str]) -> None:
        self.table.setHorizontalHeaderLabels([self.tr("neuron {0}").format(j + 1) for j in range(self._units)])
        names = list(inputs)
        if len(names) != self._inputs:
            names = [self.tr("input {0}").format(i + 1) for i in range(self._inputs)]
        self.table.setVerticalHeaderLabels([*names, *([self.tr("bias")] if self._bias else [])])
        sized(self.table.verticalHeader(), lambda w: w.setMaximumWidth(px(WIDEST_NAME)))
        for row, name in enumerate(names):
            self.table.verticalHeaderItem(row).setToolTip(name)

    def numbers(self) -> tuple[Matrix, tuple[float, ...]]:
        """W and b as typed; b is empty without a bias. Raises ValueError with the cell that is not a number."""
        rows = [tuple(self._number(i, j) for j in range(self._units)) for i in range(self.table.rowCount())]
        return (tuple(rows[: self._inputs]), rows[-1]) if self._bias else (tuple(rows), ())

    def _number(self, row: int, column: int) -> float:
        item = self.table.item(row, column)
        if item is not None and item.text() == f"{item.data(EXACT):.6g}":
            # Not touched: the number keeps the digits that are not shown.
            return float(item.data(EXACT))
        text = item.text().strip().replace("\u2212", "-").replace(",", ".") if item else ""
        try:
            value = float(text)
            if not math.isfinite(value):
                raise ValueError
        except ValueError:
            name = self.table.verticalHeaderItem(row).text()
            raise ValueError(
                self.tr("{0} of neuron {1} is not a number: “{2}”").format(name, column + 1, text)
            ) from None
        return value

    @Slot(QTableWidgetItem)
    def _on_item_changed(self, _item: QTableWidgetItem) -> None:
        try:
            self.numbers()
            problem = ""
        except ValueError as error:
            problem = str(error)
        self._problem.setText(problem)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not problem)

    @Slot()
    @guarded
    def accept(self) -> None:
        weights, biases = self.numbers()
        self.chosen.emit(weights, biases)
        super().accept()
