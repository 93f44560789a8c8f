"""MENUS: what stands in which menu, as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMainWindow, QMenu

from bpgui.ui.texts import tr_label

SEPARATOR = "-"
# Entries in brackets are submenus or groups that the window fills by itself.
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "&File",
        ("new", "open", "[samples]", "[recent]", SEPARATOR, "save", "save_as", SEPARATOR, "quit"),
    ),
    ("&Edit", ("undo", "redo")),
    ("&View", ("[panels]", SEPARATOR, "fit", "reset_layout", SEPARATOR, "theme_system", "theme_light", "theme_dark")),
    (
        "&Train",
        ("train", "finish", "stop", SEPARATOR, "step_batch", "step_epoch", SEPARATOR, "reset", "go_back", "new_seed",
         "[runs]", SEPARATOR, "numpy_code"),
    ),
    ("&Help", ("findings", SEPARATOR, "shortcuts", "about")),
)
# Only one of these is checked at a time.
EXCLUSIVE = (("theme_system", "theme_light", "theme_dark"),)


@dataclass(frozen=True)
class Submenu:
    """A submenu made anew each time it opens: `fill(menu)` puts the actions in."""

    text: str
    fill: Callable[[QMenu], None]


def build_menus(
    window: QMainWindow,
    actions: dict[str, QAction],
    submenus: dict[str, Submenu],
    panels: Sequence[QAction],
) -> None:
    """Fill the window's menu bar from MENUS."""
    bar = window.menuBar()
    bar.setNativeMenuBar(False)
    for title, keys in MENUS:
        menu = bar.addMenu(tr_label(title))
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(tr_label(title).replace("&", ""))
        for key in keys:
            _add(menu, key, actions, submenus, panels)
    for keys in EXCLUSIVE:
        group = QActionGroup(window)
        for key in keys:
            group.addAction(actions[key])


def _add(
    menu: QMenu,
    key: str,
    actions: dict[str, QAction],
    submenus: dict[str, Submenu],
    panels: Sequence[QAction],
) -> None:
    if key == SEPARATOR:
        menu.addSeparator()
    elif key == "[panels]":
        menu.addActions(list(panels))
    elif key.startswith("["):
        entry = submenus[key.strip("[]")]
        submenu = menu.addMenu(tr_label(entry.text))
        submenu.setToolTipsVisible(True)
        submenu.setAccessibleName(tr_label(entry.text).replace("&", ""))
        entry.fill(submenu)
    else:
        menu.addAction(actions[key])
