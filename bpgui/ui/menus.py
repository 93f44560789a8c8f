"""MENUS: what stands in which menu, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from bpgui.ui.submenus import SUBMENUS, Submenu, refill
from bpgui.ui.texts import tr_label

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

SEPARATOR = "-"
# Entries in brackets are SUBMENUS, or the group of the panels.
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        ("new", "open", "open_folder", "[samples]", "[found]", "[recent]", SEPARATOR, "reading", SEPARATOR, "save",
         "save_as", SEPARATOR, "quit"),
    ),
    ("&Edit", ("undo", "redo", SEPARATOR, "paste")),
    (
        "&View",
        ("network", "explore", SEPARATOR, "[panels]", SEPARATOR, "fit", SEPARATOR, "layout_watch", "layout_explain",
         "layout_learn", "reset_layout", SEPARATOR, "theme_system", "theme_light", "theme_dark", SEPARATOR, "projector",
         "reduce_motion"),
    ),
    (
        "&Train",
        ("train", "finish", "stop", SEPARATOR, "step_batch", "step_epoch", SEPARATOR, "reset", "go_back", "new_seed",
         "[runs]", SEPARATOR, "find_rate", SEPARATOR, "predict", "numpy_code"),
    ),
    (
        "E&xplain",
        ("explain_step", "explain_divergence", SEPARATOR, "station_on", "station_back", SEPARATOR, "take_step",
         "leave_step", SEPARATOR, "copy_explanation", SEPARATOR, "check_gradient", "health"),
    ),
    ("&Learn", ("learn", "[lessons]", SEPARATOR, "put_lesson", "take_lesson", SEPARATOR, "bug_hunt", "worksheet")),
    (
        "&Help",
        ("help", "whats_this", SEPARATOR, "reference", "shortcuts", SEPARATOR, "findings", SEPARATOR, "about"),
    ),
)
# Only one of these is checked at a time.
EXCLUSIVE = (("theme_system", "theme_light", "theme_dark"),)


def build_menus(window: MainWindow, actions: dict[str, QAction], panels: Sequence[QAction]) -> dict[str, QMenu]:
    """Fill the window's menu bar from MENUS; the submenus, which fill themselves when they open, by their keys."""
    bar = window.menuBar()
    submenus: dict[str, QMenu] = {}
    bar.setNativeMenuBar(False)
    for title, keys in MENUS:
        menu = bar.addMenu(tr_label(title))
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(tr_label(title).replace("&", ""))
        for key in keys:
            if key.strip("[]") in SUBMENUS:
                submenus[key.strip("[]")] = _add_submenu(window, menu, SUBMENUS[key.strip("[]")])
            else:
                _add(menu, key, actions, panels)
    for keys in EXCLUSIVE:
        group = QActionGroup(window)
        for key in keys:
            group.addAction(actions[key])
    return submenus


def _add_submenu(window: MainWindow, menu: QMenu, entry: Submenu) -> QMenu:
    submenu = menu.addMenu(tr_label(entry.text))
    submenu.setToolTipsVisible(True)
    submenu.setAccessibleName(tr_label(entry.text).replace("&", ""))
    submenu.aboutToShow.connect(partial(refill, window, entry, submenu))
    return submenu


def _add(menu: QMenu, key: str, actions: dict[str, QAction], panels: Sequence[QAction]) -> None:
    if key == SEPARATOR:
        menu.addSeparator()
    elif key == "[panels]":
        menu.addActions(list(panels))
    else:
        menu.addAction(actions[key])
