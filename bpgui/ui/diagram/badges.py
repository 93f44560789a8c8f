"""Signs of the checks on the blocks of the diagram: controls of their own over it, for mouse and keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Signal, Slot
from PySide6.QtWidgets import QWidget

from bpgui.ui.diagram.columns import place_named
from bpgui.ui.diagram.view import DiagramView
from bpgui.ui.widgets.badge import Badge
from bpgui.ui.widgets.findings import about

if TYPE_CHECKING:
    from bpgui.project.checks import Finding

OUTSIDE = 8  # of the lower left corner of the block, where it covers next to nothing of a handle


class BlockBadges(QObject):
    """Follows the view; `fix_requested(fix)` when a way out is chosen."""

    fix_requested = Signal(object)

    def __init__(self, view: DiagramView) -> None:
        super().__init__(view)
        self.view = view
        self.badges: dict[str, Badge] = {}
        view.moved.connect(self._place)

    def show_findings(self, findings: Sequence[Finding], keys: Sequence[str]) -> None:
        """A sign on each block of `keys` (columns, in order) that a finding is about."""
        for key in self.badges.keys() - set(keys):
            badge = self.badges.pop(key)
            badge.hide()
            badge.deleteLater()
        for key in keys:
            found = about(findings, place_named(key))
            if found and key not in self.badges:
                self.badges[key] = Badge(self.view.viewport())
                self.badges[key].fix_requested.connect(self.fix_requested)
            if key in self.badges:
                self.badges[key].show_findings(found)
        self._order(keys)
        self._place()

    def _order(self, keys: Sequence[str]) -> None:
        """Tab goes from the diagram to its signs, from left to right."""
        chain: list[QWidget] = [self.view, *(self.badges[key] for key in keys if key in self.badges)]
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    @Slot()
    def _place(self) -> None:
        for key, badge in self.badges.items():
            placed = self.view.diagram.layout.of(key)
            if placed is not None:
                corner = self.view.mapFromScene(QPointF(placed.block.x, placed.block.bottom))
                badge.move(corner - QPoint(OUTSIDE, OUTSIDE))
                badge.raise_()
