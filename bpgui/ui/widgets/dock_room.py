"""Height that a dock takes from the others of its column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

LEAST = 144  # pixels that every other dock keeps


def give_room(window: QMainWindow, dock: QDockWidget, height: int) -> None:
    """Make a dock that stands in a column so high, as far as the others there can spare it; never lower."""
    missing = height - dock.height()
    if missing <= 0 or dock.isFloating():
        return
    others = {other: max(other.height() - LEAST, 0) for other in _beside(window, dock)}
    spare = sum(others.values())
    if not spare:
        return
    taken = min(missing, spare)
    heights = [other.height() - round(taken * room / spare) for other, room in others.items()]
    window.resizeDocks([*others, dock], [*heights, dock.height() + taken], Qt.Orientation.Vertical)


def _beside(window: QMainWindow, dock: QDockWidget) -> list[QDockWidget]:
    """The docks above and below; of those that share a tab bar the one in front."""
    found: list[QDockWidget] = list(window.findChildren(QDockWidget))
    area, tabbed = window.dockWidgetArea(dock), window.tabifiedDockWidgets(dock)
    return [
        other
        for other in found
        if other is not dock
        and other not in tabbed
        and not other.isFloating()
        and window.dockWidgetArea(other) == area
        and not other.visibleRegion().isEmpty()
    ]
