"""Layouts of the docks, as data, and the functions that put the docks there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar

from bpgui.ui.panels import PANELS
from bpgui.ui.widgets.dock import PanelDock

Area = Qt.DockWidgetArea
LOW_WINDOW = 800
MOST = 48  # that the share of panels which share a tab bar comes to
SIDES = {
    "left": Area.LeftDockWidgetArea, "right": Area.RightDockWidgetArea, "bottom": Area.BottomDockWidgetArea,
}  # fmt: skip
# The columns keep the window's height: what is below the network is as wide as it is.
CORNERS = (
    (Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea), (Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea),
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """Which panels stand in which column, top to bottom, and how wide the columns are (pixels of a 1440 window).

    `tabs` are groups that share a tab bar, the first one in front; `tabs_when_low` do where the window is lower than
    LOW_WINDOW (`at_any_height`: always), the last one in front. `folded` panels show their title alone, `closed` ones
    not even that; `below` is the share of the window's height that the panels below the network take.
    """

    key: str
    columns: tuple[tuple[str, tuple[str, ...], int], ...]
    tabs_when_low: tuple[str, ...]
    folded: tuple[str, ...] = ()
    below: float = 0.0
    tabs: tuple[tuple[str, ...], ...] = (("loss", "health"),)
    closed: tuple[str, ...] = ()
    at_any_height: bool = False

    def groups(self, low: bool) -> tuple[tuple[str, ...], ...]:
        """The panels that share a tab bar, in windows that are low or not."""
        return (*self.tabs, self.tabs_when_low) if low or self.at_any_height else self.tabs


_COLUMNS = (
    ("left", ("learn", "data", "model"), 328),
    ("right", ("loss", "health", "weights", "output"), 400),
    ("bottom", ("explain",), 0),
)
BELOW_LESSON = ("data", "model")
_TABS = ("data", "model", "health", "weights", "output")
LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout("watch", _COLUMNS, ("weights", "output"), folded=("explain",), closed=("learn",)),
        Layout("explain", _COLUMNS, ("weights", "output"), below=0.42, closed=("learn",)),
        # One column: large type leaves no room for two beside the network.
        Layout(
            "projector", (("right", ("learn", "loss", *_TABS), 500), ("bottom", ("explain",), 0)), _TABS,
            folded=("explain",), tabs=(), closed=("learn",), at_any_height=True,
        ),
        Layout(
            "projector_learn", (("right", ("learn", *_TABS, "loss"), 560), ("bottom", ("explain",), 0)),
            (*_TABS, "loss"), folded=("explain",), tabs=(), at_any_height=True,
        ),
        Layout(
            "learn", _COLUMNS, ("weights", "output"), folded=("explain", *BELOW_LESSON),
            tabs=(("loss", "health"), BELOW_LESSON),
        ),
    )
}


@dataclass(frozen=True)
class Standing:
    """How the docks stand at a moment, to be brought back: places and sizes, and which of them are folded."""

    state: QByteArray
    folded: Mapping[str, bool]

    @staticmethod
    def of(window: QMainWindow, docks: Mapping[str, PanelDock]) -> Standing:
        return Standing(window.saveState(), {key: dock.folded for key, dock in docks.items()})

    def restore(self, window: QMainWindow, docks: Mapping[str, PanelDock]) -> None:
        """Folded first: a folded dock can have no size but its title's; once more, where a tab bar's fold as one."""
        self._fold(docks)
        window.restoreState(self.state)
        self._fold(docks)

    def _fold(self, docks: Mapping[str, PanelDock]) -> None:
        for key, folded in self.folded.items():
            docks[key].fold(folded)


def arrange(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, height: int, width: int) -> None:
    """Put every dock in its place, shown and not floating."""
    low = height < LOW_WINDOW
    for side, keys, column_width in layout.columns:
        for key in keys:
            docks[key].fold(key in layout.folded)
            docks[key].setFloating(False)
            window.removeDockWidget(docks[key])
        groups = layout.groups(low) if side != "bottom" else ()
        for key in keys:
            before = [other for group in groups if key in group for other in keys[: keys.index(key)] if other in group]
            if before:  # at once: one below the other they could ask for more than the window's height
                window.tabifyDockWidget(docks[before[-1]], docks[key])
            else:
                window.addDockWidget(SIDES[side], docks[key], Qt.Orientation.Vertical)
            docks[key].setVisible(key not in layout.closed)
        if side == "bottom":
            _size_below(window, docks, layout, height)
            continue
        for group in groups:
            front = group[0 if group in layout.tabs else -1]
            if front in keys:
                docks[front].raise_()
        shown = tuple(key for key in keys if key not in layout.closed)
        _size(window, docks, shown, groups, column_width, width)


def open_below(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, height: int) -> bool:
    """Show the panels below the network as a layout has them; False where they are to be seen as it is."""
    keys = next(keys for side, keys, _ in layout.columns if side == "bottom")
    if all(not docks[key].isHidden() and docks[key].folded == (key in layout.folded) for key in keys):
        return False
    for key in keys:
        docks[key].show()
        docks[key].fold(key in layout.folded)
    _size_below(window, docks, layout, height)
    return True


def _size_below(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, height: int) -> None:
    keys = next(keys for side, keys, _ in layout.columns if side == "bottom")
    if layout.below:
        wanted = [round(height * layout.below)] * len(keys)
        window.resizeDocks([docks[key] for key in keys], wanted, Qt.Orientation.Vertical)


def adapt_to_height(window: QMainWindow, docks: dict[str, PanelDock], layout: Layout, low: bool) -> None:
    """Put the panels that share a tab bar in low windows there, or one below the other again."""
    keys = [key for key in layout.tabs_when_low if not docks[key].isFloating() and not docks[key].isHidden()]
    if len(keys) < 2:
        return
    low = low or layout.at_any_height
    tabbed = docks[keys[1]] in window.tabifiedDockWidgets(docks[keys[0]])
    if low == tabbed:
        return
    if low:
        _tab(window, docks, keys, keys[-1])
    else:
        area = window.dockWidgetArea(docks[keys[0]])
        for key in keys[1:]:
            window.removeDockWidget(docks[key])
            window.addDockWidget(area, docks[key], Qt.Orientation.Vertical)
            docks[key].show()
    column = next(c for c in layout.columns if keys[0] in c[1])
    shown = tuple(key for key in column[1] if not docks[key].isHidden() and not docks[key].isFloating())
    _size(window, docks, shown, layout.groups(low), 0, 0)
    QTimer.singleShot(0, window, partial(_hide_empty_bars, window))


def _hide_empty_bars(window: QMainWindow) -> None:
    """Qt leaves a tab bar that has lost its tabs where it was, a line across what is there now."""
    bars: list[QTabBar] = list(window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly))
    for bar in bars:
        if not bar.count():
            bar.hide()


def _tab(window: QMainWindow, docks: dict[str, PanelDock], keys: list[str], front: str) -> None:
    for first, second in pairwise(keys):
        window.tabifyDockWidget(docks[first], docks[second])
    if keys:
        docks[front].raise_()


def _size(
    window: QMainWindow,
    docks: dict[str, PanelDock],
    keys: tuple[str, ...],
    groups: tuple[tuple[str, ...], ...],
    column_width: int,
    width: int,
) -> None:
    behind = {key: group[0] for group in groups for key in group[1:]}
    stacked = [key for key in keys if key not in behind]
    if not stacked:
        return
    shares = [
        min(PANELS[key].share + sum(PANELS[other].share for other in keys if behind.get(other) == key) // 2, MOST)
        for key in stacked
    ]  # fmt: skip
    if column_width and stacked:
        wanted = round(column_width * min(max(width / 1440, 0.94), 1.3))
        window.resizeDocks([docks[stacked[0]]], [wanted], Qt.Orientation.Horizontal)
    window.resizeDocks([docks[key] for key in stacked], [share * 10 for share in shares], Qt.Orientation.Vertical)
