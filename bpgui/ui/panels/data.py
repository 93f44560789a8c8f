"""The data: where it comes from, how it is split, what each column is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.data.roles import left_out
from bpgui.data.spec import Column, FileOrigin, SampleOrigin
from bpgui.project import edits
from bpgui.project.samples import SAMPLES
from bpgui.project.spec import ProjectSpec
from bpgui.ui.dialogs.level_order import LevelOrderDialog
from bpgui.ui.dialogs.messages import Role, ask
from bpgui.ui.dialogs.test_look import TestLookDialog
from bpgui.ui.panels.base import Panel
from bpgui.ui.panels.data_edits import change_column, scale_all, usual_scaling
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.column_list import ColumnList
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.findings import about
from bpgui.ui.widgets.sample_fields import SampleFields
from bpgui.ui.widgets.split_editor import SplitEditor

if TYPE_CHECKING:
    from bpgui.data.table import Table
    from bpgui.session.session import Session


class DataPanel(Panel):
    """Shows and edits `spec.data`. The window opens files (`open_requested`), changes how the file is read
    (`open_reading_requested`) and brings the data itself in front (`explore_requested`).
    """

    key = "data"
    title = "Data"
    open_requested = Signal()
    open_reading_requested = Signal()
    explore_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._able: tuple[Table, Any, tuple[str, ...]] | None = None
        self._left_out: tuple[Table, Any, tuple[str, ...]] | None = None
        self._inner, self._column = self.scrolled(8)
        self._make_look()
        self._make_source()
        self._make_split()
        self._make_columns()
        self._column.addStretch(1)
        session.document.changed.connect(self._on_changed)
        session.document.looked.connect(self._on_looked)
        session.trainer.state_changed.connect(self._on_state_changed)
        self._show(session.document.spec)

    def _make_look(self) -> None:
        self.look = QPushButton(self.tr("Look at it"), self.header)
        self.look.setProperty("link", True)
        describe(
            self.look,
            self.tr("Look at the data"),
            self.tr("Show rows, histograms, pictures and parts of the data in the middle of the window."),
        )
        self.look.clicked.connect(self.explore_requested)
        self.header.add(self.look)
        self.badge = Badge(self.header)
        self.badge.fix_requested.connect(self.apply_fix)
        self.header.add(self.badge)

    def _make_source(self) -> None:
        card = QFrame(self._inner)
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 6, 12, 6)
        inside.setSpacing(0)
        self.name = ElidedLabel("", card)
        self.name.setProperty("heading", True)
        self.name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.counts = ElidedLabel("", card)
        self.counts.mode = Qt.TextElideMode.ElideRight
        self.counts.setProperty("muted", True)
        self.counts.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inside.addWidget(self.name)
        inside.addWidget(self.counts)
        self._column.addWidget(card)
        self.teaches = QLabel(self._inner)
        self.teaches.setProperty("small", True)
        self.teaches.setWordWrap(True)
        self._column.addWidget(self.teaches)
        self.reading = QPushButton(self.tr("Change how it is read…"), self._inner)
        self.reading.setProperty("link", True)
        describe(
            self.reading,
            self.tr("Change how the file is read"),
            self.tr("Open the file again with another delimiter, decimal mark, sheet and the like."),
        )
        self.reading.clicked.connect(self.open_reading_requested)
        self._column.addWidget(self.reading)
        self._make_choosers()
        self.sample_fields = SampleFields(self._inner)
        self.sample_fields.edited.connect(self._on_sample_field_edited)
        self._column.addWidget(self.sample_fields)

    def _make_choosers(self) -> None:
        self.samples = ChoiceBox(self._inner)
        self.samples.setPlaceholderText(self.tr("Samples"))
        self.samples.set_choices([(s.name, tr_label(s.label), tr_label(s.teaches)) for s in SAMPLES.values()])
        describe(self.samples, self.tr("Sample"), self.tr("Open a sample with a network that learns it."))
        self.samples.edited.connect(self._on_sample_chosen)
        self.open_button = QPushButton(self.tr("Open file…"), self._inner)
        describe(self.open_button, self.tr("Open file"), self.tr("Open a CSV or TSV file, or drop it on the window."))
        self.open_button.clicked.connect(self.open_requested)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.samples, 1)
        line.addWidget(self.open_button)
        self._column.addLayout(line)

    def _make_split(self) -> None:
        self.split = SplitEditor(self._inner)
        self.split.edited.connect(self._on_split_edited)
        self.split.method_chosen.connect(self._on_method_chosen)
        self.split.column_chosen.connect(self._on_split_column_chosen)
        self.split.look_requested.connect(self._on_look_requested)
        self._column.addWidget(self.split)

    def _make_columns(self) -> None:
        self.columns = ColumnList(self._inner)
        self.columns.chosen.connect(self._on_column_chosen)
        self.columns.scaling_chosen.connect(self._on_scaling_chosen)
        self.columns.fix_requested.connect(self.apply_fix)
        self._column.addWidget(self.columns)
        self.notes = QLabel(self._inner)
        self.notes.setProperty("small", True)
        self.notes.setWordWrap(True)
        self._column.addWidget(self.notes)

    # ---- showing

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        self._show(after)

    def _show(self, spec: ProjectSpec) -> None:
        document = self.session.document
        table, dataset = document.table, document.dataset
        self._show_source(spec, table.rows)
        self._show_split(spec, table)
        usual = usual_scaling(spec)
        self.columns.show_columns(spec.data.columns, table, usual, document.findings)
        notes = [*(dataset.notes if dataset is not None else ()), *self._ignored_notes(spec, table)]
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self.badge.show_findings(about(document.findings, "data", "column:"))

    def place_of(self, where: str) -> QWidget | None:
        if where.startswith("column:"):
            return self.columns.place_of(where.removeprefix("column:"))
        return self.badge if where == "data" else None

    def _show_source(self, spec: ProjectSpec, rows: int) -> None:
        origin = spec.data.origin
        sample = SAMPLES.get(origin.name) if isinstance(origin, SampleOrigin) else None
        self.name.set_text(tr_label(sample.label) if sample else origin.name)
        features = len(spec.data.features)
        parts = [
            count_text(rows, self.tr("row"), self.tr("rows")),
            count_text(features, self.tr("feature"), self.tr("features")),
            self._targets_text(spec),
        ]
        if spec.data.weight is not None:
            parts.append(self.tr("weights: {0}").format(spec.data.weight.name))
        self.counts.set_text(" · ".join(parts))
        if sample:
            self.teaches.setText(tr_label(sample.teaches))
        else:
            self.teaches.setText(_reading_text(origin))
        self.teaches.setVisible(bool(self.teaches.text()))
        self.reading.setVisible(isinstance(origin, FileOrigin) and bool(origin.path))
        self.samples.set_value(sample.name if sample else None)
        self.sample_fields.show_sample(sample, origin)
        edited = isinstance(origin, FileOrigin) and edits.EDITED in origin.reading
        self.set_note(self.tr("sample") if sample else self.tr("edited") if edited else self.tr("file"))

    def _targets_text(self, spec: ProjectSpec) -> str:
        names = [column.name for column in spec.data.targets]
        if not names:
            return self.tr("no target")
        word = self.tr("target: {0}") if len(names) == 1 else self.tr("targets: {0}")
        return word.format(", ".join(names))

    def _show_split(self, spec: ProjectSpec, table: Table) -> None:
        dataset, split = self.session.document.dataset, spec.data.split
        counts = tuple(map(len, (dataset.train, dataset.validation, dataset.test))) if dataset is not None else None
        self.split.show_split(split, counts)
        self.split.show_column(split, self._columns_to_split_by(spec, table))

        self._show_seal()

    def _show_seal(self) -> None:
        """Whether the test part is sealed, and whether there are trained weights to measure by it."""
        document, trainer = self.session.document, self.session.trainer
        there = document.dataset is not None and len(document.dataset.test) > 0
        begun = trainer.run is not None and (trainer.run.trained or trainer.progress.step > 0)
        self.split.show_seal(document.looks, there=there, ready=begun and trainer.state != "blocked")

    @Slot(int)
    def _on_looked(self, looks: int) -> None:
        self._show_seal()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self._show_seal()

    def _columns_to_split_by(self, spec: ProjectSpec, table: Table) -> tuple[str, ...]:
        """Looked for again only when the columns, the way or the table change: it goes over all values."""
        key, known = (spec.data.columns, spec.data.split.method), self._able
        if known is None or known[0] is not table or known[1] != key:
            self._able = known = (table, key, edits.split_columns(spec, table, spec.data.split.method))
        return known[2]

    def _ignored_notes(self, spec: ProjectSpec, table: Table) -> tuple[str, ...]:
        """Why columns are left out; looked at again only when these, the split or the table change."""
        key, known = (spec.data.columns, spec.data.split), self._left_out
        if known is None or known[0] is not table or known[1] != key:
            self._left_out = known = (table, key, left_out(table, *key))
        return known[2]

    def refresh_theme(self, theme: Theme) -> None:
        self.split.refresh_theme()

    # ---- editing

    @Slot(object)
    def _on_sample_chosen(self, name: str) -> None:
        self.session.document.open_sample(name)

    @Slot(str, object)
    def _on_sample_field_edited(self, field: str, value: object) -> None:
        self.session.document.change_points(**{field: value})

    @Slot(object, bool)
    def _on_split_edited(self, fractions: tuple[float, float, float], done: bool) -> None:
        text = self.tr("Change split")
        if not self.session.document.edit(text, edits.set_split, *fractions, merge_key="split"):
            self._show(self.session.document.spec)

    @Slot(object)
    def _on_method_chosen(self, method: str) -> None:
        document = self.session.document
        if not document.edit(self.tr("Way to split"), edits.set_split, table=document.table, method=method):
            self._show(document.spec)

    @Slot(object)
    def _on_split_column_chosen(self, name: str) -> None:
        document = self.session.document
        text = self.tr("Split by {0}").format(name)
        if not document.edit(text, edits.set_split, table=document.table, column=name):
            self._show(document.spec)

    @Slot()
    def _on_look_requested(self) -> None:
        """Ask first: a look cannot be taken back."""
        ask(
            self.window(),
            self.tr("Look at the test part?"),
            self.tr(
                "Its rows are for one honest number at the end. Every look is counted and saved with the project, and "
                "cannot be undone."
            ),
            (
                (self.tr("Look"), self.tr("Measure it on the test rows."), Role.AcceptRole, self._look_at_test),
                (self.tr("Leave it sealed"), self.tr("Keep the test part for later."), Role.RejectRole, None),
            ),
            default=1,
        )

    def _look_at_test(self) -> None:
        answer = self.session.look_at_test()
        if answer is not None:
            TestLookDialog(answer, self.session.document.looks, self.window()).open()

    @Slot(str, str, str)
    def _on_column_chosen(self, name: str, what: str, value: str) -> None:
        document = self.session.document
        if what == "order":
            self._order_levels(next(c for c in document.spec.data.columns if c.name == name))
            return
        text = {
            "role": self.tr("Role of {0}"), "kind": self.tr("Kind of {0}"), "scaling": self.tr("Scaling of {0}"),
            "missing": self.tr("Missing values of {0}"),
        }[what]  # fmt: skip
        if what == "role" and value in ("target", "also"):
            text = self.tr("Target: {0}")
        if not document.edit(text.format(name), change_column, document.table, name, what, value):
            self._show(document.spec)

    def _order_levels(self, column: Column) -> None:
        dialog = LevelOrderDialog(column.name, column.levels, self.window())

        def ordered(levels: tuple[str, ...]) -> None:
            document = self.session.document
            text = self.tr("Order of {0}").format(column.name)
            document.edit(text, edits.set_column, document.table, column.name, levels=levels)

        dialog.ordered.connect(ordered)
        dialog.open()

    @Slot(object)
    def _on_scaling_chosen(self, scaling: str) -> None:
        document = self.session.document
        if not document.edit(self.tr("Scale all numbers"), scale_all, document.table, scaling):
            self._show(document.spec)


def _reading_text(origin: FileOrigin | SampleOrigin) -> str:
    return ", ".join(f"{what}: {how}" for what, how in origin.reading) if isinstance(origin, FileOrigin) else ""
