"""The gradient check to look at: its verdict, the errors in the places of the weights, the worst, the step size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from bpgui.engine.gradcheck import CENTRAL, CheckedArray, CheckOptions
from bpgui.runs.explaining import ParameterAt
from bpgui.ui.live.check_bar import CheckBar
from bpgui.ui.live.check_cells import KINK, NORM, CheckCells
from bpgui.ui.live.check_words import notes, verdict, worst_of
from bpgui.ui.live.list_model import Column
from bpgui.ui.live.list_table import ListTable
from bpgui.ui.live.number_table import NumberTable, table_text
from bpgui.ui.live.step_curve import StepCurve
from bpgui.ui.live.text_switch import TextSwitch, WordButton
from bpgui.ui.live.weight_forms import Table
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import restyle
from bpgui.ui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    from bpgui.session.checking import Checking

CELLS, WORST, SIZES = "cells", "worst", "sizes"
SLOW_MS = 250  # a check that takes longer shows how far it is


class CheckView(QWidget):
    """Shows what a `Checking` has found; `parameter_chosen(ParameterAt)`: a cell or a line was clicked."""

    parameter_chosen = Signal(object)

    def __init__(self, checking: Checking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.checking = checking
        self.layer = ""
        self._names: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.bar = CheckBar(self)
        self.words = ElidedLabel(parent=self)
        self.words.mode, self.words.lines = self.words.mode.ElideRight, 2
        self.words.setWordWrap(True)
        self.words.setProperty("small", True)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        sized(self.progress, lambda w: w.setFixedHeight(px(4)))
        self.progress.setAccessibleName(self.tr("Derivatives checked"))
        self.cells, self.curve = CheckCells(), StepCurve()
        self.worst = ListTable(
            self.tr("Largest errors"),
            self.tr("The derivatives with the largest errors: a click explains one, Ctrl+C copies the marked ones."),
        )
        self.stack = QStackedWidget(self)
        self.numbers = NumberTable()
        for widget in (self.cells, self.worst, self.curve, self.numbers):
            self.stack.addWidget(widget)
        self._make_ways()
        self._arrange()
        self._name_columns()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._on_slow)
        self.bar.asked.connect(self._on_asked)
        self.bar.left.connect(checking.cancel)
        checking.changed.connect(self._on_changed)
        checking.progressed.connect(self._on_progressed)
        self.cells.cell_chosen.connect(self._on_cell)
        self.worst.chosen.connect(self.parameter_chosen)
        self.curve.step_chosen.connect(self.bar.set_step)
        self._on_changed()

    def _make_ways(self) -> None:
        self.ways = TextSwitch(self.tr("Way to look at the check"), self)
        self.ways.set_choices(
            (
                (CELLS, self.tr("errors"), self.tr("The error of each derivative in the place of its weight.")),
                (WORST, self.tr("worst"), self.tr("The derivatives with the largest errors, as a table.")),
                (SIZES, self.tr("step size"), self.tr("How the error depends on the size of the step.")),
            )
        )
        self.ways.choose(CELLS)
        self.ways.chosen.connect(self.show_form)
        help = self.tr("The same as a table of numbers, to be read and copied.")
        self.as_table = WordButton(self.tr("table"), help, parent=self)
        self.as_table.toggled.connect(self._raise)
        self.copy_action = QAction(self.tr("Copy what is found"), self)
        self.copy_action.setToolTip(self.tr("Put the verdict and what is shown on the clipboard, with all digits."))
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.copy_action.triggered.connect(self.copy)
        for widget in (self.cells, self.curve, self.numbers):
            widget.addAction(self.copy_action)
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.bar)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addWidget(self.stack, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.ways)
        foot.addWidget(self.as_table)
        column.addLayout(foot)

    def _name_columns(self) -> None:
        self.worst.set_columns(
            (
                Column(self.tr("parameter"), self.tr("The parameter by which the loss is derived."), words=True),
                Column(self.tr("error"), self.tr("|gradient − slope| by the larger of both."), digits=2),
                Column(KINK, self.tr("At a kink there is no slope: this is no error."), words=True),
                Column(self.tr("gradient"), self.tr("What the backward pass gives."), digits=5),
                Column(self.tr("slope"), self.tr("How the loss itself changes."), digits=5),
            ),
            sorted_by=1,
        )

    # what is looked at

    def begin(self) -> None:
        """It has come into sight: check, unless that has been done for this step."""
        if not self.checking.busy and (self.checking.answer is None or self.checking.stale):
            self.checking.ask(self.bar.options())

    @property
    def form(self) -> str:
        """CELLS, WORST or SIZES."""
        return self.ways.key

    @Slot(str)
    def show_form(self, key: str) -> None:
        """Look in another way."""
        self.ways.choose(key)
        self._raise()
        if key == SIZES:
            self.checking.ask_errors()

    @Slot()
    def _raise(self) -> None:
        self.as_table.setVisible(self.form != WORST)
        if self.as_table.isChecked() and self.form != WORST:
            self.numbers.set_numbers(*self.table())
            self.stack.setCurrentWidget(self.numbers)
        else:
            self.stack.setCurrentIndex((CELLS, WORST, SIZES).index(self.form))

    def show_layer(self, id: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> None:
        """The errors of a layer, with names of its inputs and neurons where they have some."""
        self.layer, self._names = id, (rows, columns)
        self._show_cells()

    def mark(self, parameter: ParameterAt | None) -> None:
        """Keep a parameter in sight among the cells."""
        mine = parameter is not None and parameter.layer == self.layer
        self.cells.mark((parameter.name, parameter.index) if parameter is not None and mine else None)

    def refresh_theme(self, theme: Theme) -> None:
        self.cells.refresh_theme(theme)
        self.curve.refresh_theme(theme)
        self.worst.viewport().update()

    def _arrays(self) -> tuple[CheckedArray, ...]:
        answer = self.checking.answer
        return () if answer is None else tuple(part for part in answer.check.arrays if part.id == self.layer)

    def _show_cells(self) -> None:
        answer, arrays = self.checking.answer, self._arrays()
        norm = any(part.name in NORM for part in arrays)
        self.cells.set_names(tuple(NORM.values()) if norm else self._names[0], self._names[1])
        self.cells.set_checked(arrays, answer.check.options.bound if answer is not None else self.cells.bound)
        self._raise()

    # the check

    @Slot(object)
    def _on_asked(self, options: CheckOptions) -> None:
        self.checking.ask(options)
        if self.form == SIZES:
            self.checking.ask_errors()

    @Slot()
    def _on_changed(self) -> None:
        busy, answer = self.checking.busy, self.checking.answer
        if busy and not self._slow.isActive():
            self._slow.start()
        elif not busy:
            self._slow.stop()
            self.bar.show_busy(False)
            self.progress.setValue(0)
            self._show_cells()
            lines = worst_of(answer) if answer is not None else []
            keys = [ParameterAt(one.id, one.parameter.name, one.parameter.index) for one, _ in lines]
            self.worst.set_rows(keys, [line for _, line in lines])
            central = answer is not None and answer.check.options.method == CENTRAL
            self.curve.set_chosen(answer.check.options.step if answer is not None and central else None)
        self.curve.set_errors(self.checking.errors)
        self.progress.setVisible(self.bar.busy)
        self._raise()
        self.show_words()

    @Slot()
    def _on_slow(self) -> None:
        if self.checking.busy:
            self.bar.show_busy(True)
            self.progress.show()
            self.show_words()

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        if not self._slow.isActive():
            self.progress.setValue(round(share * 1000))

    @Slot(int, int)
    def _on_cell(self, row: int, column: int) -> None:
        self.parameter_chosen.emit(ParameterAt(self.layer, *self.cells.parameter_at(row, column)))

    # words

    def show_words(self) -> None:
        """The verdict, or why there is none; once more where the run has gone on."""
        text = self.text_of_verdict()
        if text != self.words.text():
            self.words.set_text(text)
            answer = self.checking.answer
            self.words.setProperty("bad", answer is not None and not answer.check.passed)
            restyle(self.words)

    def text_of_verdict(self) -> str:
        answer = self.checking.answer
        if answer is None:
            waiting = self.tr("Checking the derivatives of the next step …")
            return self.checking.problem or (waiting if self.checking.busy else self.tr("Not checked yet."))
        parts = [verdict(answer), notes(answer.check)]
        if self.checking.problem:
            parts.insert(0, self.checking.problem)
        if self.checking.stale:
            parts.append(self.tr("The run has gone on since step {0}.").format(group(answer.check.step)))
        return " ".join(filter(None, parts))

    # as a table

    def table(self) -> Table:
        """(numbers, names of rows, names of columns) of the errors, or of the curve."""
        if self.form == SIZES:
            found = self.checking.errors
            if found is None:
                return np.empty((0, 0)), (), ()
            numbers = np.stack((found.central, found.complex, found.kinks), axis=1)
            return numbers, tuple(f"{step:.3g}" for step in found.steps), ("central", "complex", self.tr("kinks"))
        arrays = {part.name: part.error for part in self._arrays()}
        if self.cells.normalises:
            return np.stack([arrays[name] for name in NORM]), *self.cells.names()
        if "W" not in arrays:
            return np.empty((0, 0)), (), ()
        rows, columns = self.cells.names()
        if "b" not in arrays:
            return arrays["W"], rows, columns
        return np.vstack((arrays["W"], arrays["b"])), (*rows, "b"), columns

    @Slot()
    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text())

    def text(self) -> str:
        """What is in sight, with its verdict, for the clipboard."""
        if self.form == WORST:
            table = self.worst.text()
        else:
            numbers, rows, columns = self.table()
            table = table_text(numbers, list(rows), list(columns))
        return f"{self.text_of_verdict()}\n{table}"
