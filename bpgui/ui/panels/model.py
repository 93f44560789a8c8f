"""How the network learns, and the settings of the selected layer: controls made from the field records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QWidget

from bpgui.engine.losses import LOSSES, REDUCTIONS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project import edits
from bpgui.project.checks import Fix
from bpgui.project.fields import SEED, TRAINING_FIELDS
from bpgui.project.spec import ProjectSpec
from bpgui.ui.icons import icon
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme, theme
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import Control, SwitchBox, control_for, describe
from bpgui.ui.widgets.form import ROW_SPACING, FindingList, FormRow, section
from bpgui.ui.widgets.layer_form import LayerForm

if TYPE_CHECKING:
    from bpgui.session.session import Session

# What everybody needs stands first; the rest is folded away until asked for, or until a check speaks about it.
_ALWAYS = ("learning_rate", "batch_size", "epochs")
_MORE = ("shuffle", "target_loss", "precision", "threads")


class ModelPanel(Panel):
    """Shows and edits `spec.training`, `spec.seed` and one layer of `spec.network`."""

    key = "model"
    title = "Model"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.rows: dict[str, FormRow] = {}
        self.controls: dict[str, Control] = {}
        self._open = False
        self._build()
        session.document.changed.connect(self._on_changed)
        session.selection.layer_selected.connect(self._on_layer_selected)
        self._show(session.document.spec)

    def _build(self) -> None:
        self._inner, self._column = self.scrolled(ROW_SPACING)
        self._build_training()
        self._column.addWidget(section(self.tr("Layer"), self._inner))
        self.layer = LayerForm(self.session, self._inner)
        self._column.addWidget(self.layer)
        self._column.addStretch(1)

    def _build_training(self) -> None:
        self.findings = FindingList(self._inner)
        self.findings.fix_requested.connect(self._on_fix_requested)
        self._column.addWidget(self.findings)
        loss = ChoiceBox(self._inner)
        loss.set_choices([(x.name, tr_label(x.label), f"{x.formula}\n{tr_label(x.help)}") for x in LOSSES.values()])
        self._add("loss", self.tr("Loss"), loss, self.tr("What training makes small."), self._on_loss_chosen)
        optimizer = ChoiceBox(self._inner)
        optimizer.set_choices(
            [(o.name, tr_label(o.label), f"{o.formula}\n{tr_label(o.help)}") for o in OPTIMIZERS.values()]
        )
        help_text = self.tr("How a gradient becomes a step.")
        self._add("optimizer", self.tr("Optimizer"), optimizer, help_text, partial(self._on_edited, "optimizer"))
        for name in _ALWAYS:
            self._add_training_field(name)
        seed = control_for(SEED, self._inner)
        self._add("seed", tr_label(SEED.label), seed, tr_label(SEED.help), self._on_seed_edited)
        self._build_more()

    def _build_more(self) -> None:
        before = set(self.rows)
        self.more = QPushButton(self._inner)
        self.more.setProperty("link", True)
        self.more.clicked.connect(self._on_more_clicked)
        self._column.addWidget(self.more)
        reduction = ChoiceBox(self._inner)
        help_text = self.tr("How the losses of a batch become one number.")
        self._add("reduction", self.tr("Reduction"), reduction, help_text, partial(self._on_edited, "reduction"))
        for field in {f.name: f for entry in OPTIMIZERS.values() for f in entry.fields}.values():
            self._add_field(field.name, control_for(field, self._inner), tr_label(field.label))
        for name in _MORE:
            self._add_training_field(name)
        self._folded = frozenset(set(self.rows) - before)

    def _add_training_field(self, name: str) -> None:
        field = TRAINING_FIELDS[name]
        empty = self.tr("none") if name == "target_loss" else None
        words = {0: self.tr("all rows")} if name == "batch_size" else None
        self._add_field(name, control_for(field, self._inner, empty=empty, words=words), tr_label(field.label))

    def _add_field(self, name: str, control: Control, label: str) -> None:
        self._add(name, "" if isinstance(control, SwitchBox) else label, control, "", partial(self._on_edited, name))

    def _add(self, name: str, label: str, control: Control, sentence: str, slot: object) -> None:
        if sentence:
            describe(control, label, sentence)
        control.edited.connect(slot)
        row = FormRow(label, control, self._inner)
        row.fix_requested.connect(self._on_fix_requested)
        self._column.addWidget(row)
        self.rows[name], self.controls[name] = row, control

    # ---- showing

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        self._show(after)

    @Slot(str)
    def _on_layer_selected(self, id: str) -> None:
        self.layer.show_layer(self.session.document.spec)

    def _show(self, spec: ProjectSpec) -> None:
        training = spec.training
        loss = LOSSES[training.loss]
        self.controls["reduction"].set_choices([(r, tr_label(REDUCTIONS[r]), "") for r in loss.reductions])
        optimizer = OPTIMIZERS[training.optimizer]
        for name, control in self.controls.items():
            control.set_value(spec.seed if name == "seed" else getattr(training, name))
        self.controls["loss"].setToolTip(f"{loss.formula}\n{tr_label(loss.help)}")
        self.controls["optimizer"].setToolTip(f"{optimizer.formula}\n{tr_label(optimizer.help)}")
        self._show_findings()
        self._show_folds(spec)
        self.layer.show_layer(spec)

    def _show_folds(self, spec: ProjectSpec) -> None:
        """Rows of the other optimizers never, folded rows when asked for or when a check is about them."""
        own = {field.name for field in OPTIMIZERS[spec.training.optimizer].fields}
        foreign = {f.name for entry in OPTIMIZERS.values() for f in entry.fields} - own
        about = {f.where.removeprefix("training:") for f in self.session.document.findings}
        for name in self._folded:
            self.rows[name].setVisible(name not in foreign and (self._open or name in about))
        self.more.setText(self.tr("Fewer settings") if self._open else self.tr("More settings"))
        self.more.setIcon(icon("chevron-down" if self._open else "chevron-right", theme().accent))
        describe(self.more, self.more.text(), self.tr("Show or hide reduction, optimizer details, precision, threads."))

    @Slot()
    def _on_more_clicked(self) -> None:
        self._open = not self._open
        self._show_folds(self.session.document.spec)

    def refresh_theme(self, theme: Theme) -> None:
        self._show_folds(self.session.document.spec)

    def _show_findings(self) -> None:
        findings = self.session.document.findings
        for name, row in self.rows.items():
            row.show_findings(f for f in findings if f.where in (name, f"training:{name}"))
        known = {"loss", *(f"training:{name}" for name in self.rows)}
        own = [f for f in findings if f.where.startswith(("training", "network")) and f.where not in known]
        self.findings.show_findings(own)

    # ---- editing

    def _on_edited(self, name: str, value: object) -> None:
        text = self.tr("Change {0}").format(tr_label(TRAINING_FIELDS[name].label) if name in TRAINING_FIELDS else name)
        document = self.session.document
        if not document.edit(text, edits.set_training, merge_key=f"training.{name}", **{name: value}):
            self._show(document.spec)

    @Slot(object)
    def _on_loss_chosen(self, name: object) -> None:
        self.session.document.edit(self.tr("Change loss"), edits.set_loss, name)

    @Slot(object)
    def _on_seed_edited(self, seed: object) -> None:
        self.session.document.edit(self.tr("Change seed"), edits.set_seed, seed, merge_key="seed")

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.session.document.edit(tr_label(fix.label), fix.change)
