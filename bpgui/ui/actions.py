"""ACTIONS: everything a person can ask of the window, one entry each. Menus, toolbar and shortcuts are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from bpgui.ui.icons import icon
from bpgui.ui.texts import tr_label


@dataclass(frozen=True)
class ActionEntry:
    """One action. `handler` names a method of `Commands`; `enabled` names the condition it needs ("" = always).

    `shortcut` is a key, or the name of a standard key of the platform ("Save").
    """

    key: str
    text: str
    handler: str
    help: str
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    enabled: str = ""


_ENTRIES = (
    ActionEntry("new", "&New", "new", "Begin again with the XOR sample.", "New", "new"),
    ActionEntry("open", "&Open…", "open", "Open a project or a data file.", "Open", "open"),
    ActionEntry("save", "&Save", "save", "Save the project with its data and its trained runs.", "Save", "save"),
    ActionEntry("save_as", "Save &as…", "save_as", "Save the project under another name.", "Ctrl+Shift+S"),
    ActionEntry("quit", "&Quit", "quit", "Close the window; asks when something is not saved.", "Ctrl+Q", "quit"),
    ActionEntry("undo", "&Undo", "undo", "Take the last edit back.", "Undo", "undo", enabled="can_undo"),
    ActionEntry("redo", "&Redo", "redo", "Make the edit again.", "Ctrl+Shift+Z", "redo", enabled="can_redo"),
    ActionEntry("fit", "&Fit diagram", "fit_diagram", "Show the whole network.", "Ctrl+0", "fit"),
    ActionEntry("reset_layout", "&Reset layout", "reset_layout", "Put all panels back in their places.", "", "layout"),
    ActionEntry("theme_system", "As the &system", "theme_system", "Dark or light as the desktop is.", "", "", True),
    ActionEntry("theme_light", "&Light", "theme_light", "Draw the window in light colours.", "", "", True),
    ActionEntry("theme_dark", "&Dark", "theme_dark", "Draw the window in dark colours.", "", "", True),
    ActionEntry(
        "train", "&Train", "train_or_pause", "Train, or pause where training is.", "Space", "play", False, "can_train"
    ),
    ActionEntry(
        "step_batch", "One &batch", "step_batch", "Train on one batch, then pause.", "B", "step", False, "can_step"
    ),
    ActionEntry(
        "step_epoch", "One &epoch", "step_epoch", "Train for one epoch, then pause.", "E", "epoch", False, "can_step"
    ),
    ActionEntry(
        "finish",
        "&Finish",
        "finish",
        "Train to the end as fast as it goes.",
        "Ctrl+Return",
        "finish",
        False,
        "can_step",
    ),
    ActionEntry("stop", "&Stop", "stop", "End this run here.", "Ctrl+.", "stop", False, "can_stop"),
    ActionEntry(
        "reset", "&Reset", "reset", "Back to the very same first weights.", "Ctrl+R", "reset", False, "can_reset"
    ),
    ActionEntry(
        "go_back", "&Go back and divide the learning rate by 10", "go_back",
        "After a divergence: back to the last sound weights, with a tenth of the learning rate.", "", "back",
        enabled="can_go_back",
    ),
    ActionEntry("new_seed", "&New seed", "new_seed", "Other first weights, by another seed.", "Ctrl+Shift+R", "seed"),
    ActionEntry(
        "numpy_code", "Show as &numpy code…", "show_numpy_code",
        "Show a script of plain numpy that repeats this run to the bit, and verify it.", "", "", False, "can_train",
    ),
    ActionEntry(
        "findings", "&Checks…", "show_findings", "List what the checks found, each with its remedy.", "F8", "warning"
    ),
    ActionEntry("shortcuts", "&Keyboard shortcuts", "show_shortcuts", "List all keys.", "F1", "keyboard"),
    ActionEntry("about", "&About bpgui", "show_about", "What this program is, and its version.", "", "about"),
)

ACTIONS: dict[str, ActionEntry] = {entry.key: entry for entry in _ENTRIES}


def make_actions(parent: QObject, handler: Callable[[str], Callable[[], None]]) -> dict[str, QAction]:
    """One QAction an entry, by key; `handler(name)` gives the bound method that it calls."""
    return {key: _make(entry, parent, handler(entry.handler)) for key, entry in ACTIONS.items()}


def _make(entry: ActionEntry, parent: QObject, method: Callable[[], None]) -> QAction:
    action = QAction(tr_label(entry.text), parent)
    action.setObjectName(f"action-{entry.key}")
    action.setToolTip(tr_label(entry.help))
    action.setStatusTip(tr_label(entry.help))
    action.setCheckable(entry.checkable)
    action.setMenuRole(QAction.MenuRole.NoRole)
    if entry.shortcut:
        action.setShortcut(key_sequence(entry.shortcut))
    action.triggered.connect(method)
    return action


def key_sequence(text: str) -> QKeySequence:
    """ "Save" is the platform's own key for it, anything else the key itself."""
    standard = getattr(QKeySequence.StandardKey, text, None)
    return QKeySequence(standard) if standard is not None else QKeySequence(text)


def refresh_icons(actions: dict[str, QAction]) -> None:
    """Draw the icons in the colours of the theme."""
    for key, action in actions.items():
        if ACTIONS[key].icon:
            action.setIcon(icon(ACTIONS[key].icon))


def sentence_with_key(action: QAction) -> str:
    """The tooltip of a button: the sentence, and the key in brackets."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{action.statusTip()} ({key})" if key else action.statusTip()
