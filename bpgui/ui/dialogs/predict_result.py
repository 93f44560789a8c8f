"""The answers: a summary, and every row in a table that can be sorted and narrowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpgui.runs.applied_facts import Outcome
from bpgui.ui.dialogs.predict_summary import Summary
from bpgui.ui.dialogs.predict_table import PredictedTable
from bpgui.ui.explore.ordering import Rows, sorted_rows
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import count_text, group
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import describe
from bpgui.ui.work import Work

ALL, NONE, WRONG = "all", "none", "wrong"
_MOST_CLASSES = 30


class ResultPage(QWidget):
    """`outcome` is what is shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.outcome: Outcome | None = None
        self.order: tuple[int, bool] | None = None
        self._keys: dict[int, Any] = {}
        self._work = Work(self)
        self._work.done.connect(self._on_listed)
        self.summary = Summary(self)
        self.which = ChoiceBox(self)
        sized(self.which, lambda w: w.setMinimumWidth(px(210)))
        describe(self.which, self.tr("Which rows"), self.tr("List all rows, those of one class, or the odd ones."))
        self.which.edited.connect(self._list)
        self.counted = QLabel(self)
        self.counted.setProperty("small", True)
        self.table = PredictedTable(self)
        self.table.sorted_by.connect(self._on_sorted_by)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.which)
        top.addWidget(self.counted, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(top)
        right.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.summary)
        row.addLayout(right, 1)

    def show_outcome(self, outcome: Outcome, notes: tuple[str, ...]) -> None:
        """Another one; `notes` are those of the reading."""
        self._work.forget()
        self.outcome, self.order = outcome, None
        self._keys.clear()
        self.summary.show_outcome(outcome, notes)
        self.which.set_choices(self._choices(outcome))
        self.which.set_value(ALL)
        self.which.setVisible(self.which.count() > 1)
        self.table.show_outcome(outcome)
        self._show_count()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._work.forget()
        self.outcome = None
        self.table.show_outcome(None)

    def _choices(self, outcome: Outcome) -> list[tuple[str, str, str]]:
        applied = outcome.applied
        rows = applied.table.rows
        found = [(ALL, self.tr("All rows ({0})").format(group(rows)), "")]
        if outcome.left:
            found.append((NONE, self.tr("Without a prediction ({0})").format(group(outcome.left)), ""))
        wrong = int((outcome.right == 0).sum()) if outcome.right is not None else 0
        if wrong:
            found.append((WRONG, self.tr("Wrong ({0})").format(group(wrong)), ""))
        target, decoded = applied.encoder.target, applied.decoded
        if decoded.codes is not None:
            counts = outcome.counts[0].tolist()
            for code in [code for code, count in enumerate(counts) if count][:_MOST_CLASSES]:
                label = self.tr("Predicted {0} ({1})").format(target.classes[code], group(counts[code]))
                found.append((str(code), label, ""))
        return found

    # which rows, in which order

    @Slot(int)
    def _on_sorted_by(self, column: int) -> None:
        """First the larger ones of numbers, the earlier ones of words; then the other way; then as they stand."""
        first = self.table.rows.sections[column].number
        if self.order is None or self.order[0] != column:
            self.order = (column, first)
        else:
            self.order = (column, not first) if self.order[1] == first else None
        self.table.show_order(self.order)
        self._list()

    @Slot()
    def _list(self) -> None:
        outcome = self.outcome
        if outcome is None:
            return
        which = str(self.which.value() or ALL)
        if which == ALL and self.order is None:
            self._work.forget()
            self._show_rows(None)
            return
        self._work.ask((which, self.order), self._listing(outcome, which), outcome.applied.table.rows)
        if self._work.busy:
            self.counted.setText(self.tr("looking …"))

    def _listing(self, outcome: Outcome, which: str) -> Callable[[], tuple[Rows, dict[int, Any]]]:
        order, keys, sections = self.order, dict(self._keys), self.table.rows.sections

        def work() -> tuple[Rows, dict[int, Any]]:
            rows = np.flatnonzero(_mask(outcome, which))
            if order is not None:
                column, descending = order
                if column not in keys:
                    keys[column] = sections[column].keys()
                rows = sorted_rows(rows, keys[column], descending=descending)
            return rows, keys

        return work

    @Slot(object, object)
    def _on_listed(self, key: object, result: Any) -> None:
        rows, self._keys = result
        self._show_rows(rows)

    def _show_rows(self, rows: Rows | None) -> None:
        self.table.rows.show_rows(rows)
        self.table.scrollToTop()
        self._show_count()

    def _show_count(self) -> None:
        assert self.outcome is not None
        applied = self.outcome.applied
        shown, everything = self.table.rows.total, applied.table.rows
        if shown != everything:
            text = self.tr("{0} of {1} rows").format(group(shown), group(everything))
        else:
            said = count_text(everything - self.outcome.left, self.tr("prediction"), self.tr("predictions"))
            text = self.tr("{0} for {1}").format(said, count_text(everything, self.tr("row"), self.tr("rows")))
        self.counted.setText(text)
        self.counted.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


def _mask(outcome: Outcome, which: str) -> NDArray[np.bool_]:
    """(rows,) the rows that are wanted."""
    applied = outcome.applied
    if which == NONE:
        return ~applied.usable
    if which == WRONG:
        assert outcome.right is not None
        return np.asarray(outcome.right == 0)
    if which == ALL:
        return np.ones(len(applied.usable), dtype=np.bool_)
    assert applied.decoded.codes is not None
    result = np.zeros(len(applied.usable), dtype=np.bool_)
    result[applied.usable] = applied.decoded.codes == int(which)
    return result
