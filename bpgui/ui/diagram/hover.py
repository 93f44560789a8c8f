"""What is under the cursor: marked in the diagram, told of in words, and a neuron's answers shown as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from bpgui.ui.diagram import hits
from bpgui.ui.diagram.edges import PairItem
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.diagram.look_card import LookCard
from bpgui.ui.diagram.overlays import Readout
from bpgui.ui.theme import Theme

if TYPE_CHECKING:
    from bpgui.ui.diagram.view import DiagramView

_BUTTONS = ("minus", "plus", "place", "close", "pin", "choice", "neuron")


class Hover:
    """Of one view; `at` is where the cursor is in its viewport, None outside."""

    def __init__(self, view: DiagramView) -> None:
        self._view = view
        self.at: QPoint | None = None
        self._under: tuple[Hit, tuple[PairItem, int, int] | None] = (hits.NOTHING, None)
        self.readout, self.card = Readout(view.viewport()), LookCard(view.viewport())

    def take_theme(self, colors: Theme) -> None:
        self.readout.take_theme(colors)
        self.card.take_theme(colors)

    def move(self, at: QPoint | None) -> None:
        """The cursor is there now; None: it has left."""
        self.at = at
        self.refresh()

    def refresh(self) -> None:
        """Look again what is under the cursor: marks, words, picture, shape of the cursor."""
        view, diagram, focused = self._view, self._view.diagram, self._view.hasFocus()
        if self.at is None:
            diagram.show_hover(hits.NOTHING, None, focused)
            self.hush()
            return
        hit = view.hit_at(self.at)
        point = view.mapToScene(self.at)
        edge = diagram.edge_at(point.x(), point.y()) if not hit.part else None
        self._under = (hit, edge)
        diagram.show_hover(hit, edge, focused)
        self._tell(self.at)
        pointing = hit.part in _BUTTONS or edge is not None
        view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def numbers_changed(self) -> None:
        """New weights or activations came: the same edge or neuron is told of as before."""
        if self.readout.isVisible() and self.at is not None:
            self._tell(self.at)

    def _tell(self, at: QPoint) -> None:
        diagram = self._view.diagram
        self.readout.show_text(diagram.words_for(*self._under), at)
        self.card.show_look(diagram.look_at(self._under[0]), at, diagram.looks.heading(), self.readout.geometry())
        if self.card.isVisible():
            self.readout.raise_()

    def hush(self) -> None:
        """No words and no picture."""
        self.readout.show_text("", QPoint())
        self.card.show_look(None, QPoint())
