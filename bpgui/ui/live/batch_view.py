"""The rows of a step: what each adds to the loss and which way it pulls, as a table with bars, and opposed pairs."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from bpgui.runs.batch_rows import BatchRows, CellRows, ChosenRows, NextBatch, RowsAnswer, Source
from bpgui.runs.explaining import ParameterAt
from bpgui.ui.live.list_model import Column, Value
from bpgui.ui.live.list_table import ListTable
from bpgui.ui.live.text_switch import TextSwitch
from bpgui.ui.numbers import format_number
from bpgui.ui.texts import count_text, group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.elided import ElidedLabel

ROWS, PAIRS = "rows", "pairs"
GRADIENT, WEIGHT = "gradient", "weight"
INTERVAL = 0.5
_SHARE = 4  # the column of shares


class BatchView(QWidget):
    """Draws a `RowsAnswer`. `asked`: another `question` is to be answered; `row_chosen(index)`: a row was clicked.

    `foot` is a row of its own controls, placed by the owner.
    """

    asked = Signal()
    row_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.source: Source = NextBatch()
        self.parameter: ParameterAt | None = None
        self.answer: RowsAnswer | None = None
        self._classes: tuple[str, ...] = ()
        self._numeric = False
        self._shown_at = -INTERVAL
        self._named = ""  # the parameter whose shares are offered
        self.title = ElidedLabel(parent=self)
        self.title.mode = self.title.mode.ElideRight
        self.title.setProperty("small", True)
        self.back = QPushButton(self.tr("next batch"), self)
        self.back.setProperty("link", True)
        self.back.setToolTip(self.tr("Show the rows of the next step again."))
        self.back.setAccessibleName(self.tr("Back to the next batch"))
        self.back.clicked.connect(self._on_back)
        self.rows = ListTable(
            self.tr("Rows of the step"),
            self.tr("A click on a row explains the step of this row; a click on a title sorts; Ctrl+C copies."),
        )
        self.pairs = ListTable(
            self.tr("Rows that pull against each other"),
            self.tr("The pairs whose gradients point apart the most: a click explains the step of the first row."),
        )
        self.note = ElidedLabel(parent=self)
        self.note.mode, self.note.lines = self.note.mode.ElideRight, 2
        self.note.setWordWrap(True)
        self.note.setProperty("small", True)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.rows)
        self.stack.addWidget(self.pairs)
        self.rows.chosen.connect(self._on_row)
        self.pairs.chosen.connect(self._on_pair)
        self._make_foot()
        self._arrange()
        self._name_columns()
        self._show()

    def _make_foot(self) -> None:
        self.foot = QWidget()
        row = QHBoxLayout(self.foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.shares = TextSwitch(self.tr("What the share is of"), self.foot)
        self.shares.chosen.connect(self._on_share)
        self.lists = TextSwitch(self.tr("Rows or pairs"), self.foot)
        self.lists.set_choices(
            (
                (ROWS, self.tr("rows"), self.tr("Each row with its loss and its share of the gradient.")),
                (PAIRS, self.tr("opposed pairs"), self.tr("Pairs of rows that pull in opposite directions.")),
            )
        )
        self.lists.choose(ROWS)
        self.lists.chosen.connect(self._on_list)
        row.addWidget(self.shares)
        row.addStretch(1)
        row.addWidget(self.lists)
        self._offer_shares("")

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        head.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.note)

    def _name_columns(self) -> None:
        share = self.tr("The row's part of the whole gradient, along its direction: they sum to 1, below 0 is against.")
        if self.of_weight:
            share = self.tr("The row's part of that gradient of the data loss, signed: these sum to it.")
        self.rows.set_columns(
            (
                Column(self.tr("row"), self.tr("The row's number in the table.")),
                Column(self.tr("target"), self.tr("What is right."), words=not self._numeric, digits=4),
                Column(
                    self.tr("prediction"), self.tr("What the network says in this step."), words=not self._numeric,
                    digits=4,
                ),
                Column(self.tr("loss"), self.tr("What the loss of this row alone would be.")),
                Column(self.tr("share"), share, bar=True),
            ),
            sorted_by=_SHARE,
        )
        self.pairs.set_columns(
            (
                Column(self.tr("row"), self.tr("The first row's number in the table.")),
                Column(self.tr("and row"), self.tr("The second row's number in the table.")),
                Column(self.tr("targets"), self.tr("What is right for both."), words=True),
                Column(self.tr("cosine"), self.tr("Of the angle between both gradients: −1 is opposite."), bar=True),
            ),
            sorted_by=3,
        )

    # what is asked

    @property
    def question(self) -> BatchRows:
        """The probe whose answer is shown."""
        return BatchRows(self.source, self.parameter)

    @property
    def of_weight(self) -> bool:
        """Whether the shares are those of the selected parameter."""
        return self.shares.key == WEIGHT

    def show_source(self, source: Source) -> None:
        """Rows of another kind."""
        if source != self.source:
            self.source, self.answer = source, None
            self._show()
            self.asked.emit()

    def set_parameter(self, parameter: ParameterAt | None) -> None:
        """The selected weight or bias, whose shares can be shown."""
        if parameter != self.parameter:
            self.parameter = parameter
            self.asked.emit()

    @Slot()
    def _on_back(self) -> None:
        self.show_source(NextBatch())

    # content

    def set_answer(self, answer: RowsAnswer, settled: bool = True) -> None:
        """Take an answer; while training only as often as can be read."""
        now = time.monotonic()
        if answer.source == self.source and (settled or self.answer is None or now - self._shown_at >= INTERVAL):
            self.answer, self._shown_at = answer, now
            self._offer_shares(answer.name)
            self._show()

    def refresh_theme(self, theme: Theme) -> None:
        self.rows.viewport().update()
        self.pairs.viewport().update()

    def _offer_shares(self, name: str) -> None:
        """The gradient as a whole, and the selected parameter where there is one."""
        before = self.shares.key
        whole = (GRADIENT, self.tr("share of the gradient"), self.tr("Along the direction of the batch's gradient."))
        choices = [whole]
        if name:
            help = self.tr("The rows' shares of the gradient of {0}, which is selected.").format(name)
            choices.append((WEIGHT, self.tr("of {0}").format(name), help))
        if tuple(key for key, _, _ in choices) != self.shares.keys or self._named != name:
            self._named = name
            self.shares.set_choices(())
            self.shares.set_choices(choices)
            self.shares.setVisible(len(choices) > 1)
            self.shares.choose(before if before in self.shares.keys else GRADIENT)
            if self.shares.key != before and before:
                self._name_columns()

    @Slot(str)
    def _on_share(self, key: str) -> None:
        self._name_columns()
        self._show()

    @Slot(str)
    def _on_list(self, key: str) -> None:
        self.stack.setCurrentWidget(self.pairs if key == PAIRS else self.rows)
        self._show_note()

    @Slot(object)
    def _on_row(self, row: int) -> None:
        self.row_chosen.emit(row)

    @Slot(object)
    def _on_pair(self, pair: tuple[int, int]) -> None:
        self.row_chosen.emit(pair[0])

    def _show(self) -> None:
        self.back.setVisible(not isinstance(self.source, NextBatch))
        self.title.set_text(self.title_text())
        answer = self.answer
        if answer is None or not len(answer.indices):
            self.rows.set_rows((), ())
            self.pairs.set_rows((), ())
        else:
            self._fill_rows(answer)
            self._fill_pairs(answer)
        self._show_note()

    def _fill_rows(self, answer: RowsAnswer) -> None:
        shares = answer.shares if self.of_weight and answer.parameter is not None else answer.pulls
        columns = (answer.rows, answer.targets, answer.predicted, answer.losses, shares)
        lines: list[tuple[Value, ...]] = [
            (int(row), self._value(target), self._value(said), float(loss), float(share))
            for row, target, said, loss, share in zip(*columns, strict=True)
        ]
        self.rows.set_rows(answer.indices.tolist(), lines)

    def _value(self, text: str) -> Value:
        return float(text) if self._numeric else text

    def _fill_pairs(self, answer: RowsAnswer) -> None:
        keys, lines = [], []
        for pair in answer.pairs:
            first, second = pair.first, pair.second
            keys.append((int(answer.indices[first]), int(answer.indices[second])))
            targets = f"{answer.targets[first]} · {answer.targets[second]}"
            lines.append((int(answer.rows[first]), int(answer.rows[second]), targets, pair.cosine))
        self.pairs.set_rows(keys, lines)

    # words

    def title_text(self) -> str:
        """Which rows these are."""
        answer = self.answer
        if answer is None:
            return self.tr("Looking at the rows …")
        rows = count_text(answer.total, self.tr("row"), self.tr("rows"))
        match self.source:
            case NextBatch():
                text = self.tr("Step {0}: {1} in the next batch").format(group(answer.step), rows)
            case CellRows(part, actual, predicted):
                text = self._cell_text(answer.total, part, actual, predicted)
            case ChosenRows():
                text = self.tr("{0} there, as if they were the batch").format(rows)
        if answer.total > len(answer.indices):
            text += self.tr(", the first {0} of them").format(group(len(answer.indices)))
        return text

    def _cell_text(self, count: int, part: str, actual: int, predicted: int) -> str:
        one, many = (
            (self.tr("training row"), self.tr("training rows")) if part == "train"
            else (self.tr("validation row"), self.tr("validation rows"))
        )  # fmt: skip
        names = [self._classes[place] if place < len(self._classes) else "?" for place in (actual, predicted)]
        return self.tr("{0}: {1} predicted {2}").format(count_text(count, one, many), *names)

    def set_data(self, classes: tuple[str, ...], numeric: bool) -> None:
        """Other data, another run: the next batch. `numeric`: targets are one number, and no class."""
        self._classes, self._numeric = classes, numeric
        self._name_columns()
        self.source, self.answer = NextBatch(), None
        self._show()

    def _show_note(self) -> None:
        text = self.note_text()
        self.note.set_text(text)
        self.note.setVisible(bool(text))

    def note_text(self) -> str:
        """What the shares come to, and what couples the rows."""
        answer = self.answer
        if answer is None:
            return ""
        if not len(answer.indices):
            return self.tr("There are no such rows now.")
        if self.lists.key == PAIRS:
            first = "" if answer.pairs else self.tr("No two of these rows pull in opposite directions.")
        elif self.of_weight and answer.parameter is not None:
            words = self.tr("The shares of {0} sum to its gradient of the data loss, {1}.")
            first = words.format(answer.name, format_number(answer.gradient))
        else:
            against = int((answer.pulls < 0.0).sum())
            first = self.tr("{0} of {1} pull against the batch.").format(group(against), group(len(answer.indices)))
        if not (answer.losses == answer.losses).any():
            first = ""
        return " ".join(filter(None, (first, answer.note)))
