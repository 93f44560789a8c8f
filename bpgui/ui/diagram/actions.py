"""What can be done to the layers, once for mouse, menus and keys: every edit goes through the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import LAYERS
from bpgui.engine.losses import LOSSES
from bpgui.project import edits
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import INPUT, LOSS, Column
from bpgui.ui.diagram.words import tr
from bpgui.ui.icons import icon
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.session.session import Session

LARGEST_UNITS = 100_000
RATE = next(field for field in LAYERS["dropout"].fields if field.name == "rate")
RATE_STEP = 0.05


class LayerActions(QObject):
    """Edits of the network. `refused` gives the reason in a sentence; `edit_wanted` asks for the units to be typed."""

    refused = Signal(str)
    edit_wanted = Signal(str)
    selected = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._parent = parent
        self.columns: tuple[Column, ...] = ()
        self.key = INPUT  # the selected column
        self.menu: QMenu | None = None
        self._editing = False
        session.document.refused.connect(self._on_refused)

    @Slot(str)
    def _on_refused(self, reason: str) -> None:
        if self._editing:
            self.refused.emit(reason)

    def _edit(self, text: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        self._editing = True
        try:
            return bool(self._session.document.edit(text, function, *args, **kwargs))
        finally:
            self._editing = False

    def column(self, key: str) -> Column | None:
        return next((c for c in self.columns if c.key == key), None)

    # ---- selecting

    def select(self, key: str) -> None:
        """Select a column; layers are selected for the whole window."""
        column = self.column(key)
        if column is None or key == self.key:
            return
        self.key = key
        if column.layer:
            self._session.selection.select_layer(key)
        self.selected.emit(key)

    def select_next(self, step: int) -> None:
        keys = [c.key for c in self.columns]
        if self.key in keys:
            self.select(keys[min(max(keys.index(self.key) + step, 0), len(keys) - 1)])

    # ---- editing

    def insert(self, index: int, kind: str) -> None:
        """A new layer at `index`, selected."""
        before = {c.key for c in self.columns}
        text = tr("Add {layer} layer").format(layer=tr_label(LAYERS[kind].label))
        if self._edit(text, edits.insert_layer, index, kind):
            self._select_new(before)

    def insert_after(self, key: str, kind: str = "dense") -> None:
        """A new layer after that column, before the output at the latest."""
        keys = [c.key for c in self.columns if c.layer]
        index = keys.index(key) + 1 if key in keys else (0 if key == INPUT else len(keys))
        self.insert(min(index, len(keys) - 1), kind)

    def remove(self, key: str) -> None:
        column = self.column(key)
        if column is None or not column.layer:
            self.refused.emit(tr("Input and loss belong to every network and stay."))
            return
        keys = [c.key for c in self.columns]
        after = keys[keys.index(key) + 1]
        if self._edit(tr("Remove {layer}").format(layer=words.title(column)), edits.remove_layer, key):
            self.select(after)

    def duplicate(self, key: str) -> None:
        column = self.column(key)
        if column is None or not column.layer:
            self.refused.emit(tr("Only layers can be duplicated."))
            return
        before = {c.key for c in self.columns}
        if self._edit(tr("Duplicate {layer}").format(layer=words.title(column)), edits.duplicate_layer, key):
            self._select_new(before)

    def move_to_place(self, key: str, place: int) -> None:
        """Move a layer to an insertion place, counted with the layer still in its old position."""
        keys = [c.key for c in self.columns if c.layer]
        if key not in keys:
            return
        at = keys.index(key)
        index = place - 1 if place > at else place
        if index != at:
            self._move(key, index)

    def move(self, key: str, step: int) -> None:
        """One position towards the input (-1) or the output (1)."""
        keys = [c.key for c in self.columns if c.layer]
        if key not in keys:
            self.refused.emit(tr("Only layers can be moved."))
        elif keys.index(key) + step < 0:
            self.refused.emit(tr("This is the first layer already."))
        else:
            self._move(key, keys.index(key) + step)

    def _move(self, key: str, index: int) -> None:
        column = self.column(key)
        assert column is not None
        self._edit(tr("Move {layer}").format(layer=words.title(column)), edits.move_layer, key, index)

    def set_units(self, key: str, units: int, *, merge: bool = False) -> None:
        column = self.column(key)
        if column is None or column.kind != "dense":
            self.refused.emit(tr("Only Dense layers have units of their own."))
        elif units < 1:
            self.refused.emit(tr("A layer needs at least one unit. Remove the layer instead?"))
        elif units > LARGEST_UNITS:
            self.refused.emit(tr("A layer has at most {most} units.").format(most=LARGEST_UNITS))
        elif column.auto or units != column.units:
            text = tr("{layer}: {units} units").format(layer=words.title(column), units=units)
            merge_key = f"units:{key}" if merge else None
            self._edit(text, edits.set_layer, key, units=units, merge_key=merge_key)

    def step_units(self, key: str, step: int) -> None:
        column = self.column(key)
        if column is not None and column.auto:
            self.refused.emit(tr("The output has as many units as the target needs. Pin it to choose another number."))
        else:
            self.set_units(key, (column.units if column else 0) + step, merge=True)

    def set_rate(self, key: str, rate: float, *, merge: bool = False) -> None:
        """Another share of numbers that a dropout layer switches off."""
        column = self.column(key)
        low, high = RATE.minimum or 0.0, RATE.maximum or 1.0
        if column is None or column.kind != "dropout":
            self.refused.emit(tr("Only Dropout layers have a rate."))
        elif not low <= rate <= high:
            self.refused.emit(tr("A rate lies between {low:g} and {high:g}.").format(low=low, high=high))
        elif rate != column.rate:
            text = tr("{layer}: rate {rate:g}").format(layer=words.title(column), rate=rate)
            self._edit(text, edits.set_layer, key, rate=rate, merge_key=f"rate:{key}" if merge else None)

    def step(self, key: str, step: int) -> None:
        """One neuron more or less; for a dropout layer a twentieth more or less of the numbers."""
        column = self.column(key)
        if column is not None and column.kind == "dropout":
            self.set_rate(key, round(round(column.rate / RATE_STEP + step, 6) * RATE_STEP, 6), merge=True)
        else:
            self.step_units(key, step)

    def type_number(self, key: str, number: float) -> None:
        """A number typed on the block: units, or a rate."""
        column = self.column(key)
        if column is not None and column.kind == "dropout":
            self.set_rate(key, number)
        elif column is not None and number != column.units:
            self.set_units(key, int(number))

    def toggle_pin(self, key: str) -> None:
        """Output units: follow the target, or stay what they are."""
        column = self.column(key)
        if column is None or not column.output:
            return
        if column.auto:
            self.set_units(key, max(column.units, 1))
        else:
            self._edit(tr("Output follows the target"), edits.set_layer, key, units="auto")

    def toggle_bias(self, key: str) -> None:
        column = self.column(key)
        if column is not None and column.kind == "dense":
            text = tr("{layer}: no bias") if column.bias else tr("{layer}: bias")
            self._edit(text.format(layer=words.title(column)), edits.set_layer, key, bias=not column.bias)

    def toggle_frozen(self, key: str, name: str) -> None:
        """Freeze the weights or the biases of a Dense layer, or train them again."""
        column = self.column(key)
        if column is not None and column.kind == "dense":
            frozen = name.removeprefix("freeze_") in column.frozen
            field = next(field for field in LAYERS["dense"].fields if field.name == name)
            text = tr("{layer}: {change}").format(
                layer=words.title(column), change=tr("train again") if frozen else tr_label(field.label).lower()
            )
            self._edit(text, edits.set_layer, key, **{name: not frozen})

    def set_choice(self, key: str, name: str) -> None:
        """Another activation, or another loss."""
        column = self.column(key)
        if column is None or name == column.choice:
            return
        if column.kind == "loss":
            self._edit(tr("Loss: {loss}").format(loss=tr_label(LOSSES[name].label)), edits.set_loss, name)
        elif column.layer:
            label = tr_label(ACTIVATIONS[name].label)
            text = tr("{layer}: {activation}").format(layer=words.title(column), activation=label)
            self._edit(text, edits.set_layer, key, activation=name)

    def _select_new(self, before: set[str]) -> None:
        layers = self._session.document.spec.network.layers
        new = [layer.id for layer in layers if layer.id not in before]
        if new:
            self.select(new[0])

    # ---- menus

    def open_choices(self, key: str, at: QPoint) -> None:
        """The menu of activations or losses."""
        column = self.column(key)
        if column is None or column.kind == "input":
            self.refused.emit(tr("The input passes its features on; there is nothing to choose."))
            return
        if not column.has_choice:
            self.refused.emit(tr("{layer} has no activation to choose.").format(layer=words.title(column)))
            return
        table = LOSSES if column.kind == "loss" else ACTIVATIONS
        menu = self._new_menu(tr("Loss") if column.kind == "loss" else tr("Activation"))
        for name, entry in table.items():
            action = menu.addAction(tr_label(entry.label))
            action.setCheckable(True)
            action.setChecked(name == column.choice)
            action.setData(("choice", key, name))
            action.setToolTip(tr_label(entry.help))
            if name == column.choice:
                menu.setActiveAction(action)
        menu.popup(at)

    def open_kinds(self, place: int, at: QPoint) -> None:
        """The menu of layers that can be put in at a place."""
        menu = self._new_menu(tr("Add a layer"))
        for kind, entry in LAYERS.items():
            text = tr("Add {layer} here").format(layer=tr_label(entry.label))
            self._add_kind(menu, kind, text).setData(("insert", place, kind))
        menu.popup(at)

    def _add_kind(self, menu: QMenu, kind: str, text: str) -> QAction:
        action = menu.addAction(icon(f"layer-{kind}"), text)
        action.setToolTip(tr_label(LAYERS[kind].help))
        return action

    def open_context(self, key: str, at: QPoint) -> None:
        """The menu of one block."""
        column = self.column(key)
        if column is None:
            return
        menu = self._new_menu(words.title(column))
        if column.has_choice:
            text = tr("Choose the loss…") if key == LOSS else tr("Choose the activation…")
            menu.addAction(text).setData(("open", key, at))
        if column.has_number:
            text = tr("Type the rate…") if column.kind == "dropout" else tr("Type the units…")
            menu.addAction(text).setData(("type", key))
        if column.kind == "dense":
            self._add_switch(menu, tr("Bias"), column.bias, ("bias", key))
            for field in LAYERS["dense"].fields:
                frozen = field.name.removeprefix("freeze_") in column.frozen
                action = self._add_switch(menu, tr_label(field.label), frozen, ("frozen", key, field.name))
                action.setEnabled(column.bias or field.name != "freeze_biases")
                action.setToolTip(tr_label(field.help))
        if column.output:
            text = tr("Pin the units") if column.auto else tr("Let the units follow the target")
            menu.addAction(text).setData(("pin", key))
        if column.kind != "loss":
            menu.addSeparator()
            for kind, entry in LAYERS.items():
                text = tr("Add {layer} after it").format(layer=tr_label(entry.label))
                self._add_kind(menu, kind, text).setData(("after", key, kind))
            menu.addSeparator()
        if column.layer:
            menu.addAction(tr("Duplicate\tCtrl+D")).setData(("duplicate", key))
            if not column.output:
                menu.addAction(tr("Remove\tDel")).setData(("remove", key))
        menu.popup(at)

    def _add_switch(self, menu: QMenu, text: str, on: bool, data: tuple[str, ...]) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(on)
        action.setData(data)
        return action

    def _new_menu(self, title: str) -> QMenu:
        if self.menu is not None:
            self.menu.close()
            self.menu.deleteLater()
        self.menu = QMenu(title, self._parent)
        self.menu.setAccessibleName(title)
        self.menu.setToolTipsVisible(True)
        self.menu.triggered.connect(self._on_triggered)
        return self.menu

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        data = action.data()
        if not data:
            return
        verb, *rest = data
        handlers: dict[str, Callable[..., None]] = {
            "choice": self.set_choice,
            "insert": self.insert,
            "open": self.open_choices,
            "type": self.edit_wanted.emit,
            "bias": self.toggle_bias,
            "frozen": self.toggle_frozen,
            "pin": self.toggle_pin,
            "after": self.insert_after,
            "duplicate": self.duplicate,
            "remove": self.remove,
        }
        handlers[verb](*rest)
