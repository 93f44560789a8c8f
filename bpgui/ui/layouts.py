"""Layouts of the docks, as data, and the functions that put the docks there."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow

from bpgui.ui.panels import PANELS
from bpgui.ui.widgets.dock import PanelDock

Area = Qt.DockWidgetArea
LOW_WINDOW = 800
SIDES = {"left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea}


@dataclass(frozen=True)
class Layout:
    """Which panels stand in which column, top to bottom, and how wide the columns are (pixels of a 1440 window)."""

    key: str
    columns: tuple[tuple[str, tuple[str, ...], int], ...]
    # These share a tab bar where the window is lower than LOW_WINDOW; the last one is in front.
    tabs_when_low: tuple[str, ...]


LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout(
            "watch",
            (("left", ("data", "model"), 328), ("right", ("loss", "weights", "output"), 400)),
            ("weights", "output"),
        ),
    )
}


def arrange(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, height: int, width: int) -> None:
    """Put every dock in its place, shown and not floating."""
    low = height < LOW_WINDOW
    for side, keys, column_width in layout.columns:
        for key in keys:
            docks[key].unfold()
            docks[key].setFloating(False)
            window.removeDockWidget(docks[key])
        for key in keys:
            window.addDockWidget(SIDES[side], docks[key], Qt.Orientation.Vertical)
            docks[key].show()
        if low:
            _tab(window, docks, [key for key in keys if key in layout.tabs_when_low])
        _size(window, docks, keys, layout.tabs_when_low if low else (), column_width, width)


def adapt_to_height(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, low: bool) -> None:
    """Put the panels that share a tab bar in low windows there, or one below the other again."""
    keys = [key for key in layout.tabs_when_low if not docks[key].isFloating() and not docks[key].isHidden()]
    if len(keys) < 2:
        return
    tabbed = docks[keys[1]] in window.tabifiedDockWidgets(docks[keys[0]])
    if low and not tabbed:
        _tab(window, docks, keys)
    elif not low and tabbed:
        area = window.dockWidgetArea(docks[keys[0]])
        for key in keys[1:]:
            window.removeDockWidget(docks[key])
            window.addDockWidget(area, docks[key], Qt.Orientation.Vertical)
            docks[key].show()
        column = next(c for c in layout.columns if keys[0] in c[1])
        _size(window, docks, column[1], (), 0, 0)


def _tab(window: QMainWindow, docks: dict[str, PanelDock], keys: list[str]) -> None:
    for first, second in pairwise(keys):
        window.tabifyDockWidget(docks[first], docks[second])
    if keys:
        docks[keys[-1]].raise_()


def _size(
    window: QMainWindow,
    docks: dict[str, PanelDock],
    keys: tuple[str, ...],
    tabs: tuple[str, ...],
    column_width: int,
    width: int,
) -> None:
    stacked = [key for key in keys if key not in tabs[1:]]
    shares = [PANELS[key].share + sum(PANELS[t].share for t in tabs[1:] if key == tabs[0]) // 2 for key in stacked]
    if column_width:
        wanted = round(column_width * min(max(width / 1440, 0.94), 1.3))
        window.resizeDocks([docks[stacked[0]]], [wanted], Qt.Orientation.Horizontal)
    window.resizeDocks([docks[key] for key in stacked], [share * 10 for share in shares], Qt.Orientation.Vertical)
