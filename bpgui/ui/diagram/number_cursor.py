"""The keyboard among the neurons and edges of the diagram: a control of its own, after the blocks and their signs."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from bpgui.session.explaining.walk import Walk
from bpgui.session.guard import guarded
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import LOSS
from bpgui.ui.diagram.edges import BandItem
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.diagram.layout import Placed, Rect
from bpgui.ui.diagram.number_places import FAR, NumberPlace, moved, within
from bpgui.ui.diagram.overlays import Readout
from bpgui.ui.diagram.style import qrect
from bpgui.ui.diagram.view import DiagramView
from bpgui.ui.diagram.words import tr
from bpgui.ui.theme import Theme, theme

Key = Qt.Key
SIZE = 18  # pixels of the ring on an edge
STRIDE = 10


@dataclass(frozen=True)
class NumberKey:
    """Keys that mean the same, to the right and down in steps; `help` for the list of keys."""

    help: str
    keys: tuple[Qt.Key, ...]
    steps: tuple[tuple[int, int], ...] = ()

    def names(self) -> str:
        """The keys as this desktop writes them."""
        return ", ".join(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in self.keys)


NUMBER_KEYS = (
    NumberKey("From the blocks to the numbers of the selected layer.", (Key.Key_Tab,)),
    NumberKey("Along an edge to the neuron at its end, and on.", (Key.Key_Left, Key.Key_Right), ((-1, 0), (1, 0))),
    NumberKey("The neuron, or the edge, above or below.", (Key.Key_Up, Key.Key_Down), ((0, -1), (0, 1))),
    NumberKey("Ten neurons or edges on.", (Key.Key_PageUp, Key.Key_PageDown), ((0, -STRIDE), (0, STRIDE))),
    NumberKey("The first or the last one.", (Key.Key_Home, Key.Key_End), ((0, -FAR), (0, FAR))),
    NumberKey("Say where the number comes from.", (Key.Key_Return, Key.Key_Enter)),
    NumberKey("Back to the blocks.", (Key.Key_Escape,)),
)
_STEPS = {int(key): step for entry in NUMBER_KEYS for key, step in zip(entry.keys, entry.steps, strict=False)}


class NumberCursor(QWidget):
    """Stands on a neuron or an edge of the selected column, which it names; Return asks the walk about it."""

    def __init__(self, view: DiagramView, walk: Walk) -> None:
        super().__init__(view.viewport())
        self.view, self.walk = view, walk
        self.at = NumberPlace(view.layer_actions.key)
        self.readout = Readout(view.viewport())
        self.readout.take_theme(theme())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        sentence = tr(
            "Arrows go along the edges, Return says where the number comes from, Esc leads back to the blocks."
        )
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        QWidget.setTabOrder(view, self)
        view.moved.connect(self._on_moved)
        view.layer_actions.selected.connect(self._on_selected)
        self._on_moved()
        self.show()

    # ---- where it is

    def go_to(self, place: NumberPlace) -> None:
        """Stand there; another column is selected then."""
        self._mark(False)
        self.at = place
        self.view.layer_actions.select(place.key)
        self._on_moved()

    @Slot(str)
    def _on_selected(self, key: str) -> None:
        if key != self.at.key:
            self.go_to(NumberPlace(key))

    @Slot()
    def _on_moved(self) -> None:
        """All lies elsewhere, or other layers do."""
        columns = self.view.layer_actions.columns
        if not columns:
            return
        if all(column.key != self.at.key for column in columns):
            self.at = NumberPlace(self.view.layer_actions.key)
        self.at = within(columns, self.at)
        self.setGeometry(self._place())
        self.raise_()
        self.refresh()
        self._mark(self.hasFocus())

    def _place(self) -> QRect:
        """In the viewport."""
        placed, before = self._placed()
        if placed is None:
            return QRect(0, 0, SIZE, SIZE)
        if self.at.key == LOSS:
            return self.view.rect_of(LOSS)
        if self.at.source is None or before is None:
            inside = self.view.mapFromScene(qrect(_rect(placed, self.at.unit))).boundingRect()
            return inside.adjusted(-3, -3, 3, 3)
        middle = self.view.mapFromScene(self._middle(before, placed))
        return QRect(middle.x() - SIZE // 2, middle.y() - SIZE // 2, SIZE, SIZE)

    def _placed(self) -> tuple[Placed | None, Placed | None]:
        """The column, and the one before it."""
        every = self.view.diagram.layout.placed
        index = next((i for i, placed in enumerate(every) if placed.column.key == self.at.key), None)
        if index is None:
            return None, None
        return every[index], every[index - 1] if index else None

    def _middle(self, before: Placed, placed: Placed) -> QPointF:
        """Of the edge, or of its cell where the weights are a band; in the scene."""
        pair, source, unit = self.view.diagram.pairs.get(self.at.key), self.at.source or 0, self.at.unit
        if isinstance(pair, BandItem):
            card, shape = pair.card, (before.column.units, placed.column.units)
            return QPointF(
                card.x + card.w * (unit + 0.5) / max(shape[1], 1), card.y + card.h * (source + 0.5) / max(shape[0], 1)
            )
        start, end = _rect(before, source), _rect(placed, unit)
        return QPointF((start.right + end.x) / 2, (start.cy + end.cy) / 2)

    # ---- what it says

    def refresh(self, settled: bool = True) -> None:
        """New numbers: the read-out follows at once, the name, which is read aloud, when they have settled."""
        text = self.text()
        if settled:
            self.setAccessibleName(text)
        self.readout.show_text(text if self.hasFocus() else "", self.geometry().center())

    def text(self) -> str:
        """ "w(2→3) = −0.294 in Dense 2", as the mouse would read it."""
        scene, column = self.view.diagram, self.view.layer_actions.column(self.at.key)
        if column is None:
            return ""
        if self.at.key == LOSS:
            return words.describe(column)
        if self.at.source is None:
            return scene.words_for(Hit("neuron", self.at.key, self.at.unit), None).split("\n")[0] or words.title(column)
        edge, pair, W = (self.at.source, self.at.unit), scene.pairs.get(self.at.key), scene.weight_matrix(self.at.key)
        flow = scene.told(Hit(), (pair, *edge)) if scene.told is not None and pair is not None else ""
        return flow or words.edge(column, *edge, float(W[edge]) if W is not None else None)

    def take_theme(self, new: Theme) -> None:
        self.readout.take_theme(new)
        self.update()

    def _mark(self, on: bool) -> None:
        """The edge bright, and in an explained step what is drawn over it."""
        pair = self.view.diagram.pairs.get(self.at.key)
        if pair is not None and self.at.source is not None:
            pair.highlight((self.at.source, self.at.unit) if on else None)
        if self.walk.trace is not None:
            self.walk.point(self.at.spot if on else None)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.hasFocus():
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme().accent, 2.0 * theme().scale))
            ring = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
            if self.at.source is None:
                painter.drawRoundedRect(ring, 5, 5)
            else:
                painter.drawEllipse(ring)

    # ---- keys

    @guarded
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain == Qt.KeyboardModifier.NoModifier and key in _STEPS:
            self.go_to(moved(self.view.layer_actions.columns, self.at, *_STEPS[key]))
        elif key in (Key.Key_Return, Key.Key_Enter):
            self.walk.ask(self.at.spot)
        elif key == Key.Key_Escape:
            self.view.setFocus(Qt.FocusReason.BacktabFocusReason)
        else:
            event.ignore()  # the keys of the blocks work on the column that it stands in

    @guarded
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.view.layer_actions.open_context(self.at.key, self.mapToGlobal(self.rect().bottomLeft()))

    @guarded
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._on_moved()
        self.update()

    @guarded
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark(False)
        self.refresh()
        self.update()


def _rect(placed: Placed, unit: int) -> Rect:
    """Where a neuron is drawn, or the dots that stand for it."""
    return dict(placed.neurons).get(unit) or placed.ellipsis or placed.block
