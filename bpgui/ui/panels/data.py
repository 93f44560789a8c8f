"""The data: where it comes from, how it is split, what each column is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.data.roles import all_differ
from bpgui.data.spec import SampleOrigin
from bpgui.project import edits
from bpgui.project.checks import Fix
from bpgui.project.samples import SAMPLES
from bpgui.project.spec import ProjectSpec
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.column_list import ColumnList
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel
from bpgui.ui.widgets.form import FindingList
from bpgui.ui.widgets.sample_fields import SampleFields
from bpgui.ui.widgets.split_editor import SplitEditor

if TYPE_CHECKING:
    from bpgui.data.table import Table
    from bpgui.session.session import Session

NAMED = 3  # columns in a note


class DataPanel(Panel):
    """Shows and edits `spec.data`; the window opens files for it (`open_requested`)."""

    key = "data"
    title = "Data"
    open_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._inner, self._column = self.scrolled(8)
        self._make_source()
        self._make_columns()
        self._make_split()
        self._column.addStretch(1)
        session.document.changed.connect(self._on_changed)
        self._show(session.document.spec)

    def _make_source(self) -> None:
        card = QFrame(self._inner)
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(2)
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
        self._make_choosers()
        self.sample_fields = SampleFields(self._inner)
        self.sample_fields.edited.connect(self._on_sample_field_edited)
        self._column.addWidget(self.sample_fields)
        self.findings = FindingList(self._inner)
        self.findings.fix_requested.connect(self._on_fix_requested)
        self._column.addWidget(self.findings)

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
        self._column.addWidget(self.split)

    def _make_columns(self) -> None:
        self.columns = ColumnList(self._inner)
        self.columns.role_chosen.connect(self._on_role_chosen)
        self.columns.kind_chosen.connect(self._on_kind_chosen)
        self.columns.standardise_chosen.connect(self._on_standardise_chosen)
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
        counts = tuple(map(len, (dataset.train, dataset.validation, dataset.test))) if dataset is not None else None
        self.split.show_split(spec.data.split, counts)
        self.columns.show_columns(spec.data.columns, table)
        notes = [*(dataset.notes if dataset is not None else ()), *self._ignored_note(spec, table)]
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        places = ("data", "column:", "split")
        self.findings.show_findings(f for f in document.findings if f.where.startswith(places))

    def _show_source(self, spec: ProjectSpec, rows: int) -> None:
        origin = spec.data.origin
        sample = SAMPLES.get(origin.name) if isinstance(origin, SampleOrigin) else None
        self.name.set_text(tr_label(sample.label) if sample else origin.name)
        features = len(spec.data.features)
        found = spec.data.target
        target = self.tr("target: {0}").format(found.name) if found else self.tr("no target")
        parts = [
            count_text(rows, self.tr("row"), self.tr("rows")),
            count_text(features, self.tr("feature"), self.tr("features")),
            target,
        ]
        if spec.data.weight is not None:
            parts.append(self.tr("weights: {0}").format(spec.data.weight.name))
        self.counts.set_text(" · ".join(parts))
        if sample:
            self.teaches.setText(tr_label(sample.teaches))
        else:
            self.teaches.setText(self._reading_text(origin))
        self.teaches.setVisible(bool(self.teaches.text()))
        self.samples.set_value(sample.name if sample else None)
        self.sample_fields.show_sample(sample, origin)
        self.set_note(self.tr("sample") if sample else self.tr("file"))

    def _ignored_note(self, spec: ProjectSpec, table: Table) -> list[str]:
        """Why columns of names or dates are left out."""
        names = [c.name for c in spec.data.columns if c.role == "ignore" and all_differ(table.column(c.name))]
        if not names:
            return []
        shown = ", ".join(names[:NAMED]) + (
            self.tr(" and {0} more").format(len(names) - NAMED) if names[NAMED:] else ""
        )
        return [self.tr("Ignored because (nearly) every row has a text of its own: {0}.").format(shown)]

    def _reading_text(self, origin: Any) -> str:
        return ", ".join(f"{what}: {how}" for what, how in origin.reading)

    def refresh_theme(self, theme: Theme) -> None:
        self.split.update()

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

    @Slot(str, str)
    def _on_role_chosen(self, name: str, role: str) -> None:
        document = self.session.document
        if role == "target":
            document.edit(self.tr("Target: {0}").format(name), edits.set_target, document.table, name)
        else:
            document.edit(self.tr("Role of {0}").format(name), edits.set_column, document.table, name, role=role)

    @Slot(str, str)
    def _on_kind_chosen(self, name: str, kind: str) -> None:
        document = self.session.document
        document.edit(self.tr("Kind of {0}").format(name), edits.set_column, document.table, name, kind=kind)

    @Slot(bool)
    def _on_standardise_chosen(self, on: bool) -> None:
        document = self.session.document
        document.edit(self.tr("Standardise"), _standardised, document.table, on)

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.session.document.edit(tr_label(fix.label), fix.change)


def _standardised(spec: ProjectSpec, table: Any, on: bool) -> ProjectSpec:
    """Every column that is a number and in use, with standardising on or off."""
    for column in spec.data.columns:
        if column.kind == "number" and column.role in ("feature", "target"):
            spec = edits.set_column(spec, table, column.name, standardise=on)
    return spec
