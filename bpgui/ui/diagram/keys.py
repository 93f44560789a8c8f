"""The keys that work on a layer, the same in the diagram and in the list; a table that the list of keys shows too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from bpgui.ui.diagram.actions import LayerActions

Key = Qt.Key
Act = Callable[[LayerActions, QPoint], None]
_PLAIN, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


def _type_or_choose(actions: LayerActions, at: QPoint) -> None:
    column = actions.column(actions.key)
    if column is not None and column.has_number:
        actions.edit_wanted.emit(actions.key)
    else:
        actions.open_choices(actions.key, at)


@dataclass(frozen=True)
class LayerKey:
    """Keys that mean the same; the first `listed` of them are named in the list of keys.

    `act(actions, where a menu opens)` works on the selected layer. Without one the diagram itself does it.
    """

    help: str
    keys: tuple[Qt.Key, ...]
    modifiers: Qt.KeyboardModifier = _PLAIN
    act: Act | None = None
    listed: int = 1

    def names(self) -> str:
        """The keys as this desktop writes them: "F2, Return"."""
        shown = [QKeySequence(self.modifiers.value | key.value) for key in self.keys[: self.listed]]
        return ", ".join(keys.toString(QKeySequence.SequenceFormat.NativeText) for keys in shown)


LAYER_KEYS = (
    LayerKey("Select the block before or after.", (Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down), listed=2),
    LayerKey("Select the first or the last block.", (Key.Key_Home, Key.Key_End), listed=2),
    LayerKey("Add a Dense layer after the selected one.", (Key.Key_Insert,),
             act=lambda actions, at: actions.insert_after(actions.key, "dense")),
    LayerKey("Add an Activation layer after the selected one.", (Key.Key_Insert,), _SHIFT,
             act=lambda actions, at: actions.insert_after(actions.key, "activation")),
    LayerKey("Add a Dropout layer after the selected one.", (Key.Key_Insert,), _CONTROL,
             act=lambda actions, at: actions.insert_after(actions.key, "dropout")),
    LayerKey("Add a Batch norm layer after the selected one.", (Key.Key_Insert,), _CONTROL | _SHIFT,
             act=lambda actions, at: actions.insert_after(actions.key, "batchnorm")),
    LayerKey("Remove the selected layer.", (Key.Key_Delete, Key.Key_Backspace),
             act=lambda actions, at: actions.remove(actions.key)),
    LayerKey("Duplicate the selected layer.", (Key.Key_D,), _CONTROL,
             act=lambda actions, at: actions.duplicate(actions.key)),
    LayerKey("Move the layer towards the input.", (Key.Key_Up, Key.Key_Left), _CONTROL, listed=2,
             act=lambda actions, at: actions.move(actions.key, -1)),
    LayerKey("Move the layer towards the output.", (Key.Key_Down, Key.Key_Right), _CONTROL, listed=2,
             act=lambda actions, at: actions.move(actions.key, +1)),
    LayerKey("One neuron more; a higher rate of dropout.", (Key.Key_Plus, Key.Key_Equal),
             act=lambda actions, at: actions.step(actions.key, +1)),
    LayerKey("One neuron less; a lower rate of dropout.", (Key.Key_Minus, Key.Key_Underscore),
             act=lambda actions, at: actions.step(actions.key, -1)),
    LayerKey("Type the number of neurons or the rate; choose the activation or the loss where there is none to type.",
             (Key.Key_F2, Key.Key_Return, Key.Key_Enter), act=_type_or_choose, listed=2),
    LayerKey("Choose the activation, or the loss.", (Key.Key_A,),
             act=lambda actions, at: actions.open_choices(actions.key, at)),
    # B alone is one batch.
    LayerKey("Bias on or off.", (Key.Key_B,), _SHIFT, act=lambda actions, at: actions.toggle_bias(actions.key)),
    LayerKey("Pin the units of the output, or let them follow the target.", (Key.Key_P,),
             act=lambda actions, at: actions.toggle_pin(actions.key)),
    LayerKey("Show the whole network.", (Key.Key_F,)),
    LayerKey("Show the network larger.", (Key.Key_Plus, Key.Key_Equal), _CONTROL),
    LayerKey("Show more of the network.", (Key.Key_Minus,), _CONTROL),
    LayerKey("Give up what is being dragged or typed.", (Key.Key_Escape,)),
)  # fmt: skip
_BY_KEY = {(int(key), entry.modifiers): entry for entry in LAYER_KEYS for key in entry.keys}
# All but letters mean the same with Shift, which + and _ need on some keyboards.
_LETTERS = range(Key.Key_A, Key.Key_Z + 1)


def _entry(event: QKeyEvent) -> LayerKey | None:
    return _BY_KEY.get((event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier))


def handle(event: QKeyEvent, actions: LayerActions, menu_at: QPoint) -> bool:
    """Do what the key means for the selected layer; False where it means nothing here."""
    entry = _entry(event)
    shifted = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == _SHIFT
    if entry is None and shifted and event.key() not in _LETTERS:
        entry = _BY_KEY.get((event.key(), _PLAIN))
    if entry is None or entry.act is None:
        return False
    entry.act(actions, menu_at)
    return True


def is_own(event: QKeyEvent) -> bool:
    """Whether diagram and list take the key for themselves even where the window has a shortcut of that key."""
    return _entry(event) is not None
