"""The keys that work on a layer, the same in the diagram and in the list."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from bpgui.ui.diagram.actions import LayerActions

Key = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
_PLAIN = Qt.KeyboardModifier.NoModifier


def handle(event: QKeyEvent, actions: LayerActions, menu_at: QPoint) -> bool:
    """Do what the key means for the selected layer; False where it means nothing here."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Key(event.key())
    if modifiers == _CONTROL:
        return _with_control(key, actions)
    if modifiers not in (_PLAIN, Qt.KeyboardModifier.ShiftModifier):
        return False
    here = actions.key
    column = actions.column(here)
    if key == Key.Key_Insert:
        actions.insert_after(here, "activation" if modifiers else "dense")
    elif key in (Key.Key_Delete, Key.Key_Backspace):
        actions.remove(here)
    elif key in (Key.Key_Plus, Key.Key_Equal):
        actions.step_units(here, +1)
    elif key in (Key.Key_Minus, Key.Key_Underscore):
        actions.step_units(here, -1)
    elif key == Key.Key_A and modifiers == _PLAIN:
        actions.open_choices(here, menu_at)
    elif key == Key.Key_B and modifiers != _PLAIN:
        actions.toggle_bias(here)  # B alone is one batch
    elif key == Key.Key_P and modifiers == _PLAIN:
        actions.toggle_pin(here)
    elif key in (Key.Key_Return, Key.Key_Enter, Key.Key_F2):
        if column is not None and column.kind == "dense":
            actions.edit_wanted.emit(here)
        else:
            actions.open_choices(here, menu_at)
    else:
        return False
    return True


def _with_control(key: Key, actions: LayerActions) -> bool:
    if key in (Key.Key_Up, Key.Key_Left):
        actions.move(actions.key, -1)
    elif key in (Key.Key_Down, Key.Key_Right):
        actions.move(actions.key, +1)
    elif key == Key.Key_D:
        actions.duplicate(actions.key)
    else:
        return False
    return True


# What the diagram and the list take for themselves even where the window has a shortcut of that key.
OWN = {Key.Key_Insert, Key.Key_Delete, Key.Key_Backspace, Key.Key_Plus, Key.Key_Minus, Key.Key_Equal, Key.Key_A,
       Key.Key_P, Key.Key_F, Key.Key_F2, Key.Key_Return, Key.Key_Enter, Key.Key_Escape}  # fmt: skip
OWN_WITH_CONTROL = {Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_D, Key.Key_Plus, Key.Key_Minus,
                    Key.Key_Equal}  # fmt: skip


def is_own(event: QKeyEvent) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if modifiers == _CONTROL:
        return Key(event.key()) in OWN_WITH_CONTROL
    return modifiers == _PLAIN and Key(event.key()) in OWN
