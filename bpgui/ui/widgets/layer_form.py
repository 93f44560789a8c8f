"""The settings of one layer: units, activation, bias, first weights, and the fields of its kind."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import AUTO, GIVEN, INITIALIZERS
from bpgui.engine.layers import LAYERS
from bpgui.project import build, edits
from bpgui.project.checks import Fix
from bpgui.project.fields import LAYER_FIELDS
from bpgui.project.names import kind_of, layer_name
from bpgui.project.spec import Activation, Dense, Layer, ProjectSpec
from bpgui.ui.dialogs.numbers_editor import LARGEST, NumbersEditor
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.controls import REFERENCE, Control, SwitchBox, control_for, describe
from bpgui.ui.widgets.findings import about
from bpgui.ui.widgets.form import ROW_SPACING, FormRow

if TYPE_CHECKING:
    from bpgui.session.session import Session

# Their fields belong to some initializers only.
_SCALES = {f.name: f for entry in INITIALIZERS.values() for f in entry.fields}


class LayerForm(QWidget):
    """Edits the layer that `session.selection` names; its first control chooses which."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.rows: dict[str, FormRow] = {}
        self.controls: dict[str, Control] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(ROW_SPACING)
        self.chooser = ChoiceBox(self)
        self.chooser.setPlaceholderText(self.tr("click a block"))
        describe(
            self.chooser, self.tr("Layer"), self.tr("Which layer is edited here; clicking its block selects it too.")
        )
        self.chooser.edited.connect(self._on_layer_chosen)
        self.chosen = FormRow(self.tr("Selected"), self.chooser, self)
        self.chosen.fix_requested.connect(self._on_fix_requested)
        self._column.addWidget(self.chosen)
        self._build()

    def _build(self) -> None:
        units = LAYER_FIELDS["units"]
        self._add("units", tr_label(units.label), control_for(units, self))
        activation = ChoiceBox(self)
        activation.set_choices(
            [(a.name, tr_label(a.label), f"{a.formula}\n{tr_label(a.help)}") for a in ACTIVATIONS.values()]
        )
        sentence = self.tr("What each neuron does with its sum.")
        describe(activation, self.tr("Activation"), sentence, reference="activation.")
        self._add("activation", self.tr("Activation"), activation)
        self._add("bias", "", control_for(LAYER_FIELDS["bias"], self))
        for field in (field for entry in LAYERS.values() for field in entry.fields):
            control = control_for(field, self)
            self._add(field.name, "" if isinstance(control, SwitchBox) else tr_label(field.label), control)
        initializer = ChoiceBox(self)
        automatic = (AUTO, self.tr("Automatic"), self.tr("He for the ReLU family, Xavier for all others."))
        given = (GIVEN, self.tr("Numbers typed in"), self.tr("Type the first weights and biases yourself."))
        entries = [(i.name, tr_label(i.label), f"{i.formula}\n{tr_label(i.help)}") for i in INITIALIZERS.values()]
        initializer.set_choices([automatic, *entries, given])
        sentence = self.tr("How the weights start; biases start at 0.")
        describe(initializer, self.tr("First weights"), sentence, reference="initializer.")
        self._add("initializer", self.tr("First weights"), initializer)
        for field in _SCALES.values():
            self._add(field.name, tr_label(field.label), control_for(field, self))
        self.numbers = QPushButton(self.tr("Edit numbers…"), self)
        describe(self.numbers, self.tr("Edit numbers"), self.tr("Type the first weights and biases of this layer."))
        self.numbers.clicked.connect(self.edit_numbers)
        self._column.addWidget(self.numbers)

    def _add(self, name: str, label: str, control: Control) -> None:
        control.edited.connect(partial(self._on_edited, name))
        row = FormRow(label, control, self)
        self._column.addWidget(row)
        self.rows[name], self.controls[name] = row, control

    # ---- showing

    def show_layer(self, spec: ProjectSpec) -> None:
        """Show the selected layer of `spec`; only the chooser where none is selected."""
        layer = self._layer(spec)
        self.chooser.set_choices([(x.id, layer_title(spec, x), "") for x in spec.network.layers])
        self.chooser.set_value(layer.id if layer else None)
        visible = self._visible(layer)
        for name, row in self.rows.items():
            row.setVisible(name in visible)
        self.numbers.setVisible(isinstance(layer, Dense) and layer.initializer == GIVEN)
        findings = self.session.document.findings
        self.chosen.show_findings(about(findings, f"layer:{layer.id}") if layer else ())
        if layer is None:
            return
        if isinstance(layer, Dense):
            self._show_units(spec, layer)
        self.chooser.setProperty(REFERENCE, f"layer.{kind_of(layer)}")
        for name in visible - {"units"}:
            self.controls[name].set_value(getattr(layer, name))
        if isinstance(layer, (Dense, Activation)):
            entry = ACTIVATIONS[layer.activation]
            self.controls["activation"].setToolTip(f"{entry.formula}\n{tr_label(entry.help)}")

    def _layer(self, spec: ProjectSpec) -> Layer | None:
        id = self.session.selection.layer
        return next((layer for layer in spec.network.layers if layer.id == id), None)

    def _visible(self, layer: Layer | None) -> set[str]:
        if layer is None:
            return set()
        own = {field.name for field in LAYERS[kind_of(layer)].fields}
        if isinstance(layer, Activation):
            own.add("activation")
        if isinstance(layer, Dense):
            entry = INITIALIZERS.get(layer.initializer)
            own |= {"units", "activation", "bias", "initializer"} | {f.name for f in (entry.fields if entry else ())}
            own -= set() if layer.bias else {"freeze_biases"}
        return own

    def _show_units(self, spec: ProjectSpec, layer: Dense) -> None:
        box = self.controls["units"]
        dataset = self.session.document.dataset
        if layer is spec.network.output:
            count = dataset.outputs if dataset is not None else None
            box.set_empty(self.tr("{0}, by the target").format(count) if count else self.tr("by the target"))
        else:
            box.set_empty(None)
        box.set_value(None if layer.units == "auto" else layer.units)

    # ---- editing

    @Slot(object)
    def _on_layer_chosen(self, id: object) -> None:
        self.session.selection.select_layer(str(id))

    def _on_edited(self, name: str, value: object) -> None:
        document = self.session.document
        layer = self._layer(document.spec)
        if layer is None:
            return
        if name == "initializer" and value == GIVEN:
            self.edit_numbers()
            return
        if name == "units" and value is None:
            value = "auto"
        control = self.controls[name]
        label = control.accessibleName()
        key = f"layer.{layer.id}.{name}"
        change = {name: value}
        if not document.edit(self.tr("Change {0}").format(label), edits.set_layer, layer.id, merge_key=key, **change):
            self.show_layer(document.spec)

    @Slot()
    def edit_numbers(self) -> None:
        """Open the table of first weights; the layer's present first weights are in it."""
        document = self.session.document
        layer = self._layer(document.spec)
        self.show_layer(document.spec)
        dataset = document.dataset
        if not isinstance(layer, Dense) or dataset is None:
            document.refused.emit(self.tr("First weights can be typed in once the data can be used."))
            return
        fresh = document.spec
        if layer.initializer == GIVEN and any(f.where == f"layer:{layer.id}" for f in document.findings):
            fresh = edits.set_layer(fresh, layer.id, initializer=AUTO)
        dense = build.network(fresh, dataset.features, dataset.outputs).dense
        first = next(x for x in dense if x.id == layer.id)
        if first.W.size > LARGEST:
            document.refused.emit(
                self.tr("{0} weights are too many to type in; up to {1} can be.").format(first.W.size, LARGEST)
            )
            return
        weights = tuple(tuple(map(float, row)) for row in first.W)
        biases = tuple(map(float, first.b)) if first.b is not None else None
        inputs = dataset.feature_names if first is dense[0] else ()
        editor = NumbersEditor(layer_title(document.spec, layer), weights, biases, self.window(), inputs)
        editor.chosen.connect(partial(self._on_numbers_chosen, layer.id))
        editor.open()

    def _on_numbers_chosen(self, id: str, weights: object, biases: object) -> None:
        change = {"initializer": GIVEN, "weights": weights, "biases": biases}
        self.session.document.edit(self.tr("Type first weights"), edits.set_layer, id, **change)

    @Slot(object)
    def _on_fix_requested(self, fix: Fix) -> None:
        self.session.document.edit(tr_label(fix.label), fix.change)


def layer_title(spec: ProjectSpec, layer: Layer) -> str:
    """ "Dense 2", as on its block."""
    return layer_name(spec, layer.id, tr_label)
