"""The columns of the table: at most six at first, the rest on demand or by a part of their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.data.describing import describe as describe_values
from bpgui.data.legality import SCALED_KINDS, SCALINGS, levels_of, possible_kinds, possible_missing
from bpgui.data.spec import Column, Scaling
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.column_row import UNKNOWN, ColumnFacts, ColumnRow
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.data_words import SCALING_WORDS, meaning_word
from bpgui.ui.widgets.findings import about
from bpgui.ui.widgets.search_line import SearchLine
from bpgui.ui.work import Work

if TYPE_CHECKING:
    from bpgui.data.table import AnyColumn, Table
    from bpgui.project.checks import Finding

SHOWN = 6
FILTERED = 12  # more columns than this can be looked for by name
MOST = 60  # rows are widgets: more at a time would make every edit slow


class ColumnList(QWidget):
    """`chosen(name, what, value)` as in `ColumnRow`; `scaling_chosen(scaling)` for all numbers at once.

    `fix_requested(fix)` is a way out of what a check says of a column.
    """

    chosen = Signal(str, str, str)
    scaling_chosen = Signal(object)
    fix_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all = False
        self._columns: tuple[Column, ...] = ()
        self._names: tuple[str, ...] = ()
        self._table: Table | None = None
        self._usual: Scaling = "none"
        self._findings: tuple[Finding, ...] = ()
        self._facts: dict[str, ColumnFacts] = {}
        self._work = Work(self)
        self._work.done.connect(self._on_facts)
        self.rows: list[ColumnRow] = []
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(4)
        sentence = self.tr("List the columns whose names hold this text.")
        self.filter = SearchLine(self.tr("Find a column"), sentence, self)
        self.filter.setPlaceholderText(self.tr("Find a column"))
        self.filter.textChanged.connect(self._on_filter_changed)
        outer.addWidget(self.filter)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        outer.addLayout(self._column)
        self.more = QPushButton(self)
        self.more.setProperty("link", True)
        self.more.clicked.connect(self._on_more_clicked)
        outer.addWidget(self.more)
        outer.addWidget(self._make_scaling())

    def _make_scaling(self) -> QWidget:
        self.scaling_line = QWidget(self)
        line = QHBoxLayout(self.scaling_line)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        label = QLabel(self.tr("Scale all numbers"), self.scaling_line)
        label.setProperty("muted", True)
        self.scaling = ChoiceBox(self.scaling_line)
        words = [(key, tr_label(SCALING_WORDS[key][0]), tr_label(SCALING_WORDS[key][1])) for key in SCALINGS]
        self.scaling.set_choices(words)
        self.scaling.setPlaceholderText(self.tr("different"))
        describe(
            self.scaling,
            self.tr("Scale all numbers"),
            self.tr("How all numbers are scaled, by the training rows alone; each column can have its own way."),
        )
        self.scaling.edited.connect(self.scaling_chosen)
        label.setBuddy(self.scaling)
        line.addWidget(label)
        line.addWidget(self.scaling, 1)
        return self.scaling_line

    # ---- showing

    def show_columns(
        self, columns: Sequence[Column], table: Table, usual: Scaling = "none", findings: Sequence[Finding] = ()
    ) -> None:
        """Show these columns of `table`; `usual` is the scaling that numbers of such data have unless changed."""
        if tuple(c.name for c in columns) != tuple(c.name for c in self._columns):
            self._all = False
            self._names = tuple(c.name for c in columns[:SHOWN])
            self._columns = ()
            self.filter.clear()
        if table is not self._table:
            self._facts = {}
        self._columns, self._table, self._usual = tuple(columns), table, usual
        self._findings = about(findings, "column:")
        self.filter.setVisible(len(columns) > FILTERED)
        self._fill()
        scaled = {c.scaling for c in scalable(columns)}
        self.scaling.set_value(next(iter(scaled)) if len(scaled) == 1 else None)
        self.scaling_line.setVisible(bool(scaled))

    def _shown(self) -> list[Column]:
        """The targets first, then the others; six of them, which stay the same ones while the table does."""
        first = sorted(self._columns, key=lambda column: column.role != "target")
        wanted = self.filter.text().strip().casefold()
        if wanted:
            return [c for c in first if wanted in c.name.casefold()][:MOST]
        if self._all or len(self._columns) <= SHOWN:
            return first[:MOST]
        if first[0].name not in self._names:
            self._names = (*self._names[:-1], first[0].name)
        return [c for c in first if c.name in self._names]

    def _fill(self) -> None:
        shown = self._shown()
        while len(self.rows) < len(shown):
            self._add_row()
        while len(self.rows) > len(shown):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        targets = sum(column.role == "target" for column in self._columns)
        for row, column in zip(self.rows, shown, strict=True):
            facts = self._facts.get(_key(column), UNKNOWN)
            row.show_column(column, facts, usual=self._usual, targets=targets)
            row.show_findings(about(self._findings, f"column:{column.name}"))
        self._look(shown)
        hidden = len(self._columns) - len(shown)
        word = self.tr("Show fewer") if self._all else self.tr("{0} more").format(hidden)
        if self._all and hidden:
            word = self.tr("Show fewer ({0} more are found by name)").format(hidden)
        self.more.setText(word)
        describe(self.more, word, self.tr("List all columns, or only the first six."))
        self.more.setVisible((hidden > 0 or self._all) and not self.filter.text().strip())

    def _look(self, shown: list[Column]) -> None:
        """Find out about the values of the columns in sight: beside the window where there are many."""
        table = self._table
        wanted = [column for column in shown if _key(column) not in self._facts]
        if not wanted or table is None:
            return

        def work() -> dict[str, ColumnFacts]:
            return {_key(column): facts_of(table.column(column.name), column) for column in wanted}

        self._work.ask(table, work, sum(_size(table.column(column.name)) for column in wanted))

    @Slot(object, object)
    def _on_facts(self, table: object, found: dict[str, ColumnFacts]) -> None:
        if table is self._table:
            self._facts |= found
            self._fill()

    def _add_row(self) -> None:
        row = ColumnRow(self)
        row.chosen.connect(self._on_chosen)
        row.fix_requested.connect(self.fix_requested)
        self._column.addWidget(row)
        self.rows.append(row)

    def place_of(self, name: str) -> QWidget | None:
        """The control in the row of that column; the row is listed if it was not."""
        if name not in (column.name for column in self._columns):
            return None
        if name not in (column.name for column in self._shown()):
            self.filter.clear()
            self._all = True
            self._fill()
        if name not in (column.name for column in self._shown()):
            self.filter.setText(name)
        return next((row.badge or row.role for row in self.rows if row.column.name == name), None)

    # ---- choosing

    @Slot(str, str, str)
    def _on_chosen(self, name: str, what: str, value: str) -> None:
        """A new target moves to the top, and the focus with it."""
        focused = next((row for row in self.rows if row.target.hasFocus()), None)
        self.chosen.emit(name, what, value)
        if focused is not None and value == "target":
            self.rows[0].target.setFocus()

    @Slot()
    def _on_more_clicked(self) -> None:
        self._all = not self._all
        self._fill()

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        if self._columns:
            self._fill()


def scalable(columns: Sequence[Column]) -> list[Column]:
    """The columns in use that a scaling for all numbers is for."""
    return [c for c in columns if c.role in ("feature", "target") and c.kind in SCALED_KINDS]


def facts_of(values: AnyColumn, column: Column) -> ColumnFacts:
    """What a row says about the values of a column taken as it is now."""
    return ColumnFacts(
        description=describe_values(values),
        kinds=possible_kinds(values),
        classes=levels_of(values) if column.kind == "category" else 0,
        fillings=possible_missing(values, column.kind),
        weighs=bool(possible_kinds(values, "weight")),
        flat=not values.shape,
        meaning=meaning_word(values),
    )


def _key(column: Column) -> str:
    return f"{column.kind}:{column.name}"


def _size(values: AnyColumn) -> int:
    rows = values.rows
    for size in values.shape:
        rows *= size
    return rows * 4  # they are sorted
