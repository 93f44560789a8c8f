"""Help on what is at hand: F1 tells of the control that has the keyboard, else of the one under the mouse.

A control says itself what it is: its name, its sentence (the tooltip), and its place in the reference (`describe`).
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QCursor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QWhatsThis,
    QWidget,
)  # fmt: skip

from bpgui.ui.actions import ACTIONS, key_sequence
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import REFERENCE, whats_this

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

# What one sets something with. A picture without an entry of its own has that of its panel; these have not.
_SETTERS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractSlider)
_FIELD = "field."
_MADE = "made for what is this"
_HELPED = "has the keys of help"


class Help(QObject):
    """Shows help in the window; in dialogs, in front of which the reference cannot come, as a note at the control."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._came_from: QWidget | None = None
        self._listening = False  # to the panel, which need not be there yet
        QApplication.instance().focusChanged.connect(self._on_focus_changed)

    def stop(self) -> None:
        """Follow the focus no longer."""
        QApplication.instance().focusChanged.disconnect(self._on_focus_changed)

    @Slot()
    def show(self) -> None:
        """Help on the control that has the keyboard, else on the one under the mouse, else on the panel in use."""
        focus, under = QApplication.focusWidget(), QApplication.widgetAt(QCursor.pos())
        spoken = [found for found in (explained(focus), explained(under)) if found is not None]
        # A panel as a whole speaks only where no control does.
        spoken.sort(key=lambda found: isinstance(found, Panel))
        self.show_for(spoken[0] if spoken else None)

    @Slot()
    def ask(self) -> None:
        """What's This: the next click explains what is clicked."""
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                explain_all(window)
        QWhatsThis.enterWhatsThisMode()

    def show_for(self, widget: QWidget | None) -> None:
        """What a control is: its sentence, and the entry of the reference that belongs to it."""
        key = reference_of(widget) if widget is not None else None
        if widget is not None and (widget.window() is not self._window or key is None):
            point = widget.mapToGlobal(widget.rect().bottomLeft())
            QWhatsThis.showText(point, text_of(widget) + (_in_short(key) if key else ""), widget)
        else:
            self.show_reference(key or "", sentence_of(widget) if widget is not None else "", widget)

    def show_reference(self, key: str, asked: str = "", came_from: QWidget | None = None) -> None:
        """The reference at a key, or where it was left for ""; Escape there leads back to `came_from`."""
        from bpgui.ui.panels.reference import ReferencePanel

        window = self._window
        window.opening.complete()
        panel = window.panels["reference"]
        assert isinstance(panel, ReferencePanel)
        if key:
            panel.show_entry(key, asked)
        window.centre.show_panel("reference")
        window.session.happened.emit("reference_opened")
        self._came_from = came_from
        if not self._listening:
            self._listening = True
            panel.left.connect(self._on_left)

    @Slot()
    def _on_left(self) -> None:
        self._window.centre.show_panel("network")
        if self._came_from is not None and self._came_from.isVisible():
            self._came_from.setFocus()

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        """A dialog takes the keys of help when it first has the keyboard: those of the window do not reach it."""
        dialog = now.window() if now is not None else None
        if not isinstance(dialog, QDialog) or dialog.property(_HELPED) or dialog.parent() is None:
            return
        dialog.setProperty(_HELPED, True)
        for key, do in (("help", self.show), ("whats_this", self.ask)):
            shortcut = QShortcut(QKeySequence(key_sequence(ACTIONS[key].shortcut)), dialog)
            shortcut.activated.connect(do)


def explained(widget: QWidget | None) -> QWidget | None:
    """The widget itself or the nearest one around it that says what it is."""
    while widget is not None and not text_of(widget):
        widget = widget.parentWidget()
    return widget


def text_of(widget: QWidget) -> str:
    """What's This of a widget: the one given to it, or its name and its tooltip, a picture's name and what it shows."""
    if widget.whatsThis() and not widget.property(_MADE):
        return widget.whatsThis()
    name, sentence = widget.accessibleName(), widget.toolTip() or widget.accessibleDescription()
    return whats_this(name, sentence) if name and sentence else ""


def explain_all(root: QWidget) -> None:
    """Give all in a window the What's This that they would have now."""
    widgets: list[QWidget] = list(root.findChildren(QWidget))
    for widget in widgets:
        text = text_of(widget)
        if text != widget.whatsThis():
            widget.setProperty(_MADE, True)
            widget.setWhatsThis(text)


def sentence_of(widget: QWidget) -> str:
    """Name and sentence of a control."""
    name, sentence = widget.accessibleName(), widget.accessibleDescription() or widget.toolTip()
    return f"<b>{escape(name)}</b>&nbsp; {escape(sentence)}" if name and sentence else ""


def reference_of(widget: QWidget) -> str | None:
    """The key of the entry that belongs to a control, or to the panel that a picture is in; None: there is none."""
    key = _own_reference(widget)
    if key is not None or isinstance(widget, _SETTERS):
        return key
    around = widget.parentWidget()
    while around is not None and not around.property(REFERENCE):
        around = around.parentWidget()
    return _own_reference(around) if around is not None else None


def _own_reference(widget: QWidget) -> str | None:
    from bpgui.project.reference import entries, find, key_of_field

    said = widget.property(REFERENCE)
    if not said:
        return None
    if said.startswith(_FIELD):
        return key_of_field(said.removeprefix(_FIELD))
    if said.endswith("."):
        chosen = f"{said}{widget.value()}"  # type: ignore[attr-defined]
        return chosen if chosen in entries() else find(f"setting.{said.removesuffix('.')}")
    return find(said)


def _in_short(key: str) -> str:
    """An entry in a few lines."""
    from bpgui.project.reference import entry
    from bpgui.project.reference.reading import bare
    from bpgui.ui.reference.page import spelled

    found = entry(key)
    lines = [f"<b>{escape(tr_label(found.label))}</b>", *(escape(spelled(formula)) for _, formula in found.formulas)]
    return f"<hr><p>{'<br>'.join(lines)}</p><p>{escape(bare(found.does))}</p>"
