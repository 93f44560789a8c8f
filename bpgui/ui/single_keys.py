"""Keys without Ctrl: shortcuts that rest while a control that has the focus needs the key itself."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from bpgui.ui.actions import ACTIONS, key_sequence
from bpgui.ui.widgets.number_box import NumberBox

# Controls that are typed into, or searched by typing; all keys rest while one has the focus.
_WRITTEN = (QComboBox, QAbstractSpinBox, QLineEdit, QPlainTextEdit)
_SPACE = "Space"


def uses(control: QWidget | None, key: str) -> bool:
    """Whether the control that has the focus has a use of its own for a key without Ctrl.

    One that wants a key only now and then claims it by itself, by accepting the ShortcutOverride.
    """
    if isinstance(control, QAbstractButton):
        return key == _SPACE
    if isinstance(control, NumberBox) and key == _SPACE:
        return False  # a number has no use for Space, and says itself when it has
    if isinstance(control, QAbstractItemView):
        return bool(control.editTriggers() & QAbstractItemView.EditTrigger.AnyKeyPressed)
    return isinstance(control, _WRITTEN)


class SingleKeys(QObject):
    """Takes the key from each action that has one without Ctrl (`keys`: action -> key) and triggers it itself."""

    def __init__(self, actions: dict[str, QAction], window: QWidget) -> None:
        super().__init__(window)
        self.keys: dict[str, str] = {}
        self._shortcuts: dict[str, QShortcut] = {}
        for key, entry in ACTIONS.items():
            if entry.shortcut == _SPACE or len(entry.shortcut) == 1:
                self._take(key, entry.shortcut, actions[key], window)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)

    def _take(self, key: str, letter: str, action: QAction, window: QWidget) -> None:
        action.setShortcut(QKeySequence())
        action.setText(f"{action.text()}\t{letter}")
        self.keys[key] = letter
        shortcut = QShortcut(key_sequence(letter), window)
        shortcut.activated.connect(action.trigger)
        self._shortcuts[letter] = shortcut

    def stop(self) -> None:
        """Follow the focus no longer."""
        QApplication.instance().focusChanged.disconnect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        for key, shortcut in self._shortcuts.items():
            shortcut.setEnabled(not uses(now, key))
