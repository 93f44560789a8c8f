"""How the network learns, and the settings of the selected layer: controls made from the field records."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from bpgui.engine.losses import LOSSES, REDUCTIONS
from bpgui.engine.metrics import METRICS
from bpgui.project import edits
from bpgui.project.fields import SEED
from bpgui.project.spec import ProjectSpec, TrainingSpec
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.base import Panel
from bpgui.ui.sizes import px, sized
from bpgui.ui.texts import tr_label
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.class_weights import ClassWeights
from bpgui.ui.widgets.controls import REFERENCE, Control, SwitchBox, control_for, describe
from bpgui.ui.widgets.findings import about
from bpgui.ui.widgets.fold import Fold
from bpgui.ui.widgets.form import ROW_SPACING, FormRow, section
from bpgui.ui.widgets.layer_form import LayerForm
from bpgui.ui.widgets.number_box import NumberBox
from bpgui.ui.widgets.training_sections import (
    ROW_LABELS,
    SECTIONS,
    TABLES,
    Section,
    field_of,
    fields_of,
    hidden,
    names_of,
)

if TYPE_CHECKING:
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session

SECONDS_BETWEEN_RATES = 0.25
# What an empty box stands for.
_EMPTY = ("target_loss", "max_seconds")


class ModelPanel(Panel):
    """Shows and edits `spec.training`, `spec.seed` and one layer of `spec.network`."""

    key = "model"
    title = "Model"

    def __init__(self, session: Session, parent: Any = None) -> None:
        super().__init__(session, parent)
        self.rows: dict[str, FormRow] = {}
        self.controls: dict[str, Any] = {}
        self.folds: dict[str, Fold] = {}
        self._said: dict[str, frozenset[tuple[str, str]]] = {}  # findings by section
        self._rate_shown = 0.0
        self._inner, self._column = self.scrolled(ROW_SPACING)
        self.badge = Badge(self.header)
        self.badge.fix_requested.connect(self.apply_fix)
        self.header.add(self.badge)
        self.find_rate = QToolButton(self._inner)
        sized(self.find_rate, lambda w: w.setFixedHeight(px(28)))  # as the field beside it
        self.find_rate.setProperty("narrow", True)  # the rate has to be read, with a sign in the row too
        for entry in SECTIONS:
            self._build_section(entry)
        self._column.addWidget(section(self.tr("Layer"), self._inner))
        self.layer = LayerForm(self.session, self._inner)
        self._column.addWidget(self.layer)
        self._column.addStretch(1)
        session.document.changed.connect(self._on_changed)
        session.document.findings_changed.connect(self._show_findings)
        session.selection.layer_selected.connect(self._on_layer_selected)
        session.trainer.run_changed.connect(self._on_run_changed)
        self._show(session.document.spec)

    # ---- making

    def take_actions(self, actions: dict[str, QAction]) -> None:
        """The learning-rate finder, beside the rate."""
        action = actions["find_rate"]
        action.setIconText(self.tr("Find…"))
        self.find_rate.setDefaultAction(action)
        self.find_rate.setAccessibleName(self.tr("Find a learning rate"))

    def _build_section(self, entry: Section) -> None:
        column = self._column
        if entry.title:
            fold = Fold(tr_label(entry.title), tr_label(entry.help), self._inner)
            self.folds[entry.key] = fold
            self._column.addWidget(fold)
            column = fold.column
        for name in names_of(entry):
            self._add(name, column)

    def _add(self, name: str, column: QVBoxLayout) -> None:
        control = self._make_control(name)
        control.edited.connect(partial(self._on_edited, name))
        bare = isinstance(control, (SwitchBox, ClassWeights))
        label = tr_label(ROW_LABELS[name]) if name in ROW_LABELS else self._label(name)
        extra = self.find_rate if name == "learning_rate" else None
        row = FormRow("" if bare else label, control, self._inner, extra)
        row.fix_requested.connect(self.apply_fix)
        column.addWidget(row)
        self.rows[name], self.controls[name] = row, control

    def _label(self, name: str) -> str:
        if name in TABLES:
            return tr_label(TABLES[name].label)
        if name == "reduction":
            return self.tr("Reduction")
        if name == "class_weight_values":
            return self.tr("Weights of the classes")
        return tr_label(SEED.label if name == "seed" else field_of(name).label)

    def _make_control(self, name: str) -> Control | ClassWeights:
        if name == "class_weight_values":
            return ClassWeights(self._inner)
        if name in TABLES or name == "reduction":
            box = ChoiceBox(self._inner)
            help_text = self.tr("How the losses of a batch become one number.")
            if name in TABLES:
                box.set_choices([(e.name, tr_label(e.label), _formula(e)) for e in TABLES[name].table.values()])
                help_text = tr_label(TABLES[name].help)
            kind = TABLES[name].reference if name in TABLES else "setting.reduction"
            describe(box, self._label(name), help_text, reference=kind)
            return box
        if name == "seed":
            return control_for(SEED, self._inner)
        words = {"batch_size": {0: self.tr("all rows")}, "patience": {0: self.tr("never")}}.get(name)
        if name == "cosine_epochs":
            words = {0: self.tr("the planned ones")}
        empty = self.tr("none") if name in _EMPTY else None
        return control_for(field_of(name), self._inner, empty=empty, words=words)

    # ---- showing

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        self._show(after)

    @Slot(str)
    def _on_layer_selected(self, id: str) -> None:
        self.layer.show_layer(self.session.document.spec)

    def _show(self, spec: ProjectSpec) -> None:
        training, loss = spec.training, LOSSES[spec.training.loss]
        self.controls["reduction"].set_choices([(r, tr_label(REDUCTIONS[r]), "") for r in loss.reductions])
        self._show_metrics(training)
        for name, control in self.controls.items():
            if name == "class_weight_values":
                control.show_classes(self._classes(), training.class_weight_values)
            else:
                control.set_value(spec.seed if name == "seed" else getattr(training, name))
        for name, entry in TABLES.items():
            chosen = getattr(training, name)
            self.controls[name].setToolTip(_formula(entry.table[chosen]))
            for field in fields_of(name):  # told of where the entry is that has them
                self.controls[field].setProperty(REFERENCE, f"{entry.reference}{chosen}")
        foreign = hidden(training, classes=bool(self._classes()))
        for name, row in self.rows.items():
            row.setVisible(name not in foreign)
        self._show_findings()
        self._show_folds(spec, foreign)
        self.layer.show_layer(spec)

    def _classes(self) -> tuple[str, ...]:
        data = self.session.document.dataset
        return data.classes if data is not None else ()

    def _show_metrics(self, training: TrainingSpec) -> None:
        """Metrics that fit the target, the one set in any case; the value's record follows the metric."""
        data = self.session.document.dataset
        task = "number" if data is not None and data.numeric else "classes"
        fitting = [m for m in METRICS.values() if m.task == task or m.name == training.target_metric]
        choices = [("", self.tr("none"), self.tr("No metric ends training."))]
        choices += [(m.name, tr_label(m.label), _formula(m)) for m in fitting]
        self.controls["target_metric"].set_choices(choices)
        metric = METRICS.get(training.target_metric)
        if metric is None:
            return
        row, box = self.rows["target_value"], self.controls["target_value"]
        assert row.label is not None
        row.label.setText(self.tr("is at least") if metric.higher_is_better else self.tr("is at most"))
        assert isinstance(box, NumberBox)
        share = metric.task == "classes"
        box.field = replace(field_of("target_value"), minimum=-1.0 if share else None, maximum=1.0 if share else None)

    def _show_folds(self, spec: ProjectSpec, foreign: set[str]) -> None:
        for entry in SECTIONS:
            fold = self.folds.get(entry.key)
            if fold is not None:
                fold.setVisible(any(name not in foreign for name in names_of(entry)))
                fold.say(entry.summary(spec.training))
        self._show_rate()

    @Slot()
    def _on_run_changed(self) -> None:
        self._show_rate()

    def _show_rate(self) -> None:
        """While a schedule is on: what it makes of the learning rate now."""
        training, progress = self.session.document.spec.training, self.session.trainer.progress
        schedule = next(entry for entry in SECTIONS if entry.key == "schedule")
        moving = training.schedule != "constant" and progress.step > 0
        live = self.tr("now {0}").format(format_number(progress.rate)) if moving else ""
        self.folds["schedule"].say(schedule.summary(training), live)

    def show_frame(self, frame: Frame) -> None:
        now = monotonic()
        if frame.settled or now - self._rate_shown >= SECONDS_BETWEEN_RATES:
            self._rate_shown = now
            self._show_rate()

    def refresh_theme(self, theme: Theme) -> None:
        for fold in self.folds.values():
            fold.refresh_theme()

    @Slot()
    def _show_findings(self) -> None:
        """Each beside what it is about, all in the header; a group in which there is a new one opens."""
        findings = self.session.document.findings
        self.badge.show_findings(about(findings, "loss", "training:"))
        for name, row in self.rows.items():
            row.show_findings(about(findings, name, f"training:{name}"))
        for entry in SECTIONS:
            names = names_of(entry)
            own = about(findings, *names, *(f"training:{name}" for name in names))
            said = frozenset((f.key, f.text) for f in own)
            if said - self._said.get(entry.key, frozenset()) and entry.key in self.folds:
                self.folds[entry.key].set_open(True)
            self._said[entry.key] = said

    def place_of(self, where: str) -> QWidget | None:
        name = where.removeprefix("training:")
        if name not in self.rows or where not in ("loss", f"training:{name}"):
            return None
        for entry in SECTIONS:
            if entry.key in self.folds and name in names_of(entry):
                self.folds[entry.key].set_open(True)
        return self.rows[name].badge or self.controls[name]

    # ---- editing

    def _on_edited(self, name: str, value: object) -> None:
        document = self.session.document
        text = self.tr("Change {0}").format(self._label(name).lower())
        if name == "seed":
            document.edit(text, edits.set_seed, value, merge_key="seed")
            return
        change = {name: value} | self._along(name, value)
        if not document.edit(text, edits.set_training, merge_key=f"training.{name}", **change):
            self._show(document.spec)

    def _along(self, name: str, value: object) -> dict[str, object]:
        """What has to change together with a setting for it to make sense."""
        if name == "class_weights" and value == "given":
            return {"class_weight_values": self.controls["class_weight_values"].value()}
        if name == "target_metric" and value and METRICS[str(value)].higher_is_better:
            now = self.session.document.spec.training.target_value
            return {"target_value": field_of("target_value").default} if now == 0.0 else {}
        return {}


def _formula(entry: Any) -> str:
    """The tooltip of a table's entry."""
    return f"{entry.formula}\n{tr_label(entry.help)}"
