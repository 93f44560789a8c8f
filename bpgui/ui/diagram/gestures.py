"""What the mouse does in the diagram, one class a gesture: pressed, moved, released, or cancelled by Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem

from bpgui.ui.diagram.columns import LOSS
from bpgui.ui.diagram.hits import Hit, nearest_place

if TYPE_CHECKING:
    from bpgui.ui.diagram.view import DiagramView

GHOST_EDGE = 4  # pixels around the picture of a block, for its frame
FIRST_REPEAT_MS, REPEAT_MS = 400, 90


class Gesture(QObject):
    """Begins where the mouse is pressed, at `start` in the viewport."""

    def __init__(self, view: DiagramView, start: QPoint) -> None:
        super().__init__(view)
        self.view, self.start = view, start

    def is_far(self, at: QPoint) -> bool:
        return (at - self.start).manhattanLength() >= QApplication.startDragDistance()

    def moved(self, at: QPoint) -> None:
        """The mouse moved, still pressed."""

    def released(self, at: QPoint) -> None:
        """The button was let go."""

    def cancelled(self) -> None:
        """Esc, or the diagram changed underneath."""


class Pan(Gesture):
    """Moves the ground."""

    def __init__(self, view: DiagramView, start: QPoint) -> None:
        super().__init__(view, start)
        self._last = start
        self._panning = False

    def moved(self, at: QPoint) -> None:
        if not self._panning:
            if not self.is_far(at):
                return
            self._panning = True
            self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.view.pan_by(at - self._last)
        self._last = at

    def released(self, at: QPoint) -> None:
        self.view.viewport().unsetCursor()

    def cancelled(self) -> None:
        self.view.viewport().unsetCursor()


class Ask(Pan):
    """A press on a number: moves the ground, or asks about what is there where it was not moved."""

    def released(self, at: QPoint) -> None:
        super().released(at)
        if not self._panning:
            self.view.clicked.emit(at)


class Click(Gesture):
    """A handle or a "+": acts when let go over the same part."""

    def __init__(self, view: DiagramView, start: QPoint, hit: Hit) -> None:
        super().__init__(view, start)
        self.hit = hit

    def released(self, at: QPoint) -> None:
        hit, actions = self.view.hit_at(at), self.view.layer_actions
        if (hit.part, hit.key, hit.index) != (self.hit.part, self.hit.key, self.hit.index):
            return
        below = self.view.viewport().mapToGlobal(at)
        if hit.part == "place":
            actions.open_kinds(hit.index, below)
        elif hit.part == "close":
            actions.remove(hit.key)
        elif hit.part == "pin":
            actions.toggle_pin(hit.key)
        elif hit.part == "choice":
            actions.open_choices(hit.key, self.view.below_part(hit.key, "choice"))


class Step(Gesture):
    """A stepper handle: once at the press, then again and again while held."""

    def __init__(self, view: DiagramView, start: QPoint, hit: Hit) -> None:
        super().__init__(view, start)
        self._hit = hit
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._again)
        self._timer.start(FIRST_REPEAT_MS)
        self._step()

    def _step(self) -> None:
        self.view.layer_actions.step(self._hit.key, -1 if self._hit.part == "minus" else 1)

    @Slot()
    def _again(self) -> None:
        self._timer.setInterval(REPEAT_MS)
        self._step()

    def released(self, at: QPoint) -> None:
        self._timer.stop()

    def cancelled(self) -> None:
        self._timer.stop()


class MoveBlock(Gesture):
    """Drags a block to another place; let go elsewhere it stays."""

    def __init__(self, view: DiagramView, start: QPoint, key: str) -> None:
        super().__init__(view, start)
        self._key = key
        self._dragging = False

    def moved(self, at: QPoint) -> None:
        if not self._dragging:
            if not self.is_far(at):
                return
            self._dragging = True
            self._picture = picture_of(self.view, self._key)
            corner = self.view.rect_of(self._key).topLeft() - QPoint(GHOST_EDGE, GHOST_EDGE)
            self._grip = self.start - corner
        self.view.ghost.carry(self._picture, at, self._grip)
        self.view.diagram.mark_place(self._place(at), dragging=True)

    def _place(self, at: QPoint) -> int | None:
        """Where it would go; the two places beside it are where it is."""
        place = place_at(self.view, at)
        keys = [c.key for c in self.view.layer_actions.columns if c.layer]
        here = keys.index(self._key)
        return None if place in (here, here + 1) and here < len(keys) - 1 else place

    def released(self, at: QPoint) -> None:
        place = self._place(at) if self._dragging else None
        self.cancelled()
        if place is not None:
            self.view.layer_actions.move_to_place(self._key, place)

    def cancelled(self) -> None:
        self._dragging = False
        self.view.ghost.drop()
        self.view.diagram.mark_place(None, dragging=False)


def picture_of(view: DiagramView, key: str) -> QPixmap:
    """A block as a picture, to be dragged."""
    ratio = view.devicePixelRatioF()
    rect = view.rect_of(key).adjusted(-GHOST_EDGE, -GHOST_EDGE, GHOST_EDGE, GHOST_EDGE)
    picture = QPixmap(rect.size() * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.85)
    painter.translate(-rect.topLeft())
    painter.setTransform(view.viewportTransform(), True)
    view.diagram.blocks[key].paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return picture


def place_at(view: DiagramView, at: QPoint) -> int | None:
    """The insertion place nearest to a point of the viewport, None outside."""
    if not view.viewport().rect().contains(at):
        return None
    point: QPointF = view.mapToScene(at)
    return nearest_place(view.diagram.layout, point.x(), point.y())


def gesture_for(view: DiagramView, at: QPoint, hit: Hit) -> Gesture:
    """The gesture that a press of the left button begins."""
    if hit.part in ("place", "close", "pin", "choice"):
        return Click(view, at, hit)
    if hit.part in ("minus", "plus"):
        return Step(view, at, hit)
    column = view.layer_actions.column(hit.key)
    if column is not None and column.layer and hit.part in ("block", "number") and hit.key != LOSS:
        return MoveBlock(view, at, hit.key)
    return Ask(view, at)
