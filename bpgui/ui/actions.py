"""ACTIONS: everything a person can ask of the window, one entry each. Menus, toolbar and shortcuts are made from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from bpgui.ui.icons import icon
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import whats_this


@dataclass(frozen=True)
class ActionEntry:
    """One action. `handler` names a method of `Commands`; `enabled` names the condition it needs ("" = always).

    `shortcut` is a key, or the name of a standard key of the platform ("Save"). `why_not` is the sentence for when it
    cannot be used, where that is not plain.
    """

    key: str
    text: str
    handler: str
    help: str
    shortcut: str = ""
    icon: str = ""
    checkable: bool = False
    enabled: str = ""
    why_not: str = ""


_ENTRIES = (
    ActionEntry("new", "&New", "new", "Begin again with the XOR sample.", "New", "new"),
    ActionEntry("open", "&Open…", "open", "Open a project, or one or several files of data.", "Open", "open"),
    ActionEntry(
        "open_folder", "Open &folder…", "open_folder", "Open a folder of images, sounds or tables as one set of data.",
        "Ctrl+Shift+O",
    ),
    ActionEntry(
        "reading", "&Change how the data is read…", "reopen_reading",
        "Look again at delimiter, types and all else that was found, and change it.", "", "", enabled="has_file",
    ),
    ActionEntry("save", "&Save", "save", "Save the project with its data and its trained runs.", "Save", "save"),
    ActionEntry("save_as", "Save &as…", "save_as", "Save the project under another name.", "Ctrl+Shift+S"),
    ActionEntry("quit", "&Quit", "quit", "Close the window; asks when something is not saved.", "Ctrl+Q", "quit"),
    ActionEntry("undo", "&Undo", "undo", "Take the last edit back.", "Undo", "undo", enabled="can_undo"),
    ActionEntry("redo", "&Redo", "redo", "Make the edit again.", "Ctrl+Shift+Z", "redo", enabled="can_redo"),
    ActionEntry("paste", "&Paste data", "paste", "Open the table or the files in the clipboard.", "Paste"),
    ActionEntry("fit", "&Fit diagram", "fit_diagram", "Show the whole network.", "Ctrl+0", "fit"),
    ActionEntry("network", "&Network", "show_network", "Show the network in the middle of the window.", "Ctrl+1"),
    ActionEntry(
        "explore", "&Explore data", "explore", "Show the data itself: rows, columns and parts.", "Ctrl+2", "table"
    ),
    ActionEntry("reset_layout", "&Reset layout", "reset_layout", "Put all panels back in their places.", "", "layout"),
    ActionEntry("layout_watch", "Layout to &watch", "layout_watch", "Data, network, loss, weights and output."),
    ActionEntry(
        "layout_explain", "Layout to e&xplain", "layout_explain", "The same, with the explained step below the network."
    ),
    ActionEntry(
        "layout_learn", "Layout to &learn", "layout_learn", "The same, with the lessons in the left column."
    ),
    ActionEntry(
        "reduce_motion", "Reduce &motion", "reduce_motion", "Show what flows through the network without moving it.",
        checkable=True,
    ),
    ActionEntry(
        "projector", "&Projector", "projector", "Large type, thick lines and strong contrast, for a class to read.",
        "F9", checkable=True,
    ),
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
        "find_rate", "Find a &learning rate…", "find_rate",
        "Try rates from tiny to huge on a copy of the network, see at which the loss falls, and take one by a click.",
        enabled="can_train",
    ),
    ActionEntry(
        "predict", "&Predict new data…", "predict", "Apply the trained network to the rows of another file.", "Ctrl+P",
        enabled="can_predict", why_not="Nothing has been trained yet: train, then new data can be predicted.",
    ),
    ActionEntry(
        "numpy_code", "Show as &numpy code…", "show_numpy_code",
        "Show a script of plain numpy that repeats this run to the bit, and verify it.", "", "", False, "can_train",
    ),
    ActionEntry(
        "check_gradient", "Check the &gradient", "check_gradient",
        "Compare every derivative of the backward pass with the slope of the loss itself.", "G", enabled="can_train",
    ),
    ActionEntry(
        "explain_step", "&Take one step apart", "explain_step",
        "Walk through the next step of training, number by number; the run stays as it is.", "X", "explain",
        enabled="can_train",
    ),
    ActionEntry(
        "explain_divergence", "Take the step that &diverged apart", "explain_divergence",
        "Walk through the step whose numbers ran away, with the row that weighs most in it.", "", "explain",
        enabled="can_explain_divergence", why_not="Only a step whose loss was not finite is still there to be seen.",
    ),
    ActionEntry("health", "&Health of the layers", "show_health",
                "Show how each layer is doing, and what to do where it does badly.", "Ctrl+Shift+H"),
    ActionEntry("station_on", "One station &on", "station_on", "Go on to the next station of the walk.", "Alt+Right",
                enabled="can_walk", why_not="Take a step apart first."),
    ActionEntry("station_back", "One station &back", "station_back", "Go back to the station before.", "Alt+Left",
                enabled="can_walk", why_not="Take a step apart first."),
    ActionEntry("take_step", "Ta&ke this step", "take_step", "Let the run take the very step that is explained.",
                enabled="can_take", why_not="Only the next step of a run that pauses can be taken."),
    ActionEntry("leave_step", "&Leave it", "leave_step", "Leave the step untaken: the run is as it was.",
                enabled="can_walk", why_not="Take a step apart first."),
    ActionEntry("copy_explanation", "&Copy the explanation", "copy_explanation",
                "Put the explanation on the clipboard as text.", enabled="can_walk",
                why_not="Take a step apart first."),
    ActionEntry("bug_hunt", "&Bug hunt…", "hunt_bug",
                "A mistake is planted in a copy of the backward pass: find it with the gradient check.",
                enabled="can_train", why_not="There is nothing to check yet: see the checks (F8)."),
    ActionEntry("learn", "&Lessons", "show_lessons", "Show the lessons, and how far you are in each.", "F4"),
    ActionEntry(
        "put_lesson", "&Put lesson into project…", "put_lesson",
        "Let this project begin with a lesson of your own when it is opened.",
    ),
    ActionEntry(
        "take_lesson", "&Take lesson out of project", "take_lesson", "Let this project open without its lesson.",
        enabled="has_lesson", why_not="No lesson is in this project.",
    ),
    ActionEntry("worksheet", "&Worksheet…", "make_worksheet",
                "One step of training to do by hand, with its key, to print."),
    ActionEntry(
        "findings", "&Checks…", "show_findings", "List what the checks found, each with its remedy.", "F8", "warning"
    ),
    ActionEntry(
        "help", "&Help on this", "show_help",
        "Explain the control that has the keyboard, or the one under the mouse.", "F1", "question",
    ),
    ActionEntry(
        "reference", "&Reference", "open_reference",
        "Look up activations, losses, optimizers, layers, metrics, settings and terms.", "Ctrl+3",
    ),
    ActionEntry("whats_this", "&What's This?", "ask_whats_this", "Click anything to have it explained.", "Shift+F1"),
    ActionEntry("shortcuts", "&Keyboard shortcuts", "show_shortcuts", "List all keys.", "Ctrl+F1", "keyboard"),
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
    action.setWhatsThis(whats_this(tr_label(entry.text).replace("&", ""), tr_label(entry.help)))
    action.setCheckable(entry.checkable)
    action.setMenuRole(QAction.MenuRole.NoRole)
    if entry.shortcut:
        action.setShortcut(key_sequence(entry.shortcut))
    action.triggered.connect(method)
    return action


def show_enabled(actions: dict[str, QAction], conditions: dict[str, bool]) -> None:
    """What can be used now; the others say why they cannot."""
    for key, entry in ACTIONS.items():
        if not entry.enabled:
            continue
        usable = conditions[entry.enabled]
        actions[key].setEnabled(usable)
        if entry.why_not:
            sentence = tr_label(entry.help if usable else entry.why_not)
            actions[key].setToolTip(sentence)
            actions[key].setStatusTip(sentence)


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
