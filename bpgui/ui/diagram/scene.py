"""The scene: items from columns and layout, live numbers into the items, and what lies under the cursor in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from bpgui.runs.answers import ActivationsAnswer, LayerWeights, NormsAnswer, WeightsAnswer
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import INPUT, Column
from bpgui.ui.diagram.edges import FLAT_IN_A_THICKET, FLAT_THIN, THICKET, BandItem, LinesItem, LinkItem, PairItem
from bpgui.ui.diagram.hits import NOTHING, Hit
from bpgui.ui.diagram.items import BlockItem, NeuronsItem, PlaceItem
from bpgui.ui.diagram.labels import without_stem
from bpgui.ui.diagram.layout import SHOWN, Layout, Placed, arrange
from bpgui.ui.diagram.neuron_looks import Look, NeuronLooks
from bpgui.ui.diagram.style import Style
from bpgui.ui.diagram.words import tr

Floats = NDArray[np.floating[Any]]
MOST_EDGES = 200  # drawn as lines in the whole diagram


class DiagramScene(QGraphicsScene):
    """Holds the items (the scene keeps no Python reference of its own) and the latest answers."""

    renewed = Signal()  # all items were made anew

    def __init__(self, style: Style, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Items are few and move only when everything is made anew: an index costs more than it saves.
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.tools = style
        self.columns: tuple[Column, ...] = ()
        self.layout: Layout = Layout(1, 1, 1, (), ())
        self.blocks: dict[str, BlockItem] = {}
        self.neurons: dict[str, NeuronsItem] = {}
        self.pairs: dict[str, PairItem] = {}  # by the key of the right column
        self.places: list[PlaceItem] = []
        self.selected: str | None = None
        self.weights: dict[str, LayerWeights] = {}
        self.activations: dict[str, Floats] = {}
        self.norms: dict[str, tuple[Floats, Floats]] = {}  # γ and β
        self.looks = NeuronLooks(style.theme)
        self.largest = 0.0  # |w| of what is drawn as lines
        self._bright: PairItem | None = None
        self.covered = False
        self.told: Callable[[Hit, tuple[PairItem, int, int] | None], str] | None = None  # what an overlay reads out

    # ---- making

    def build(self, columns: Sequence[Column], width: float, height: float, selected: str | None, style: Style) -> None:
        """Make all items anew for that viewport."""
        for item in self._items():
            self.removeItem(item)
        self.tools, self.columns, self.selected = style, tuple(columns), selected
        self.layout = self._arranged(width, height, selected)
        self._bright = None
        placed = self.layout.placed
        self.blocks = {p.column.key: BlockItem(p, style) for p in placed}
        self.neurons = {p.column.key: NeuronsItem(p, style) for p in placed if p.neurons}
        self.pairs = self._make_pairs(placed, style)
        self.places = [PlaceItem(place, style) for place in self.layout.places]
        for item in self._items():
            self.addItem(item)
        room = max(width, height, self.layout.width)
        self.setSceneRect(QRectF(0, 0, self.layout.width, self.layout.height).adjusted(-room, -room, room, room))
        self.show_hover(NOTHING)
        self._show_weights()
        self._show_activations()
        self.renewed.emit()

    def select(self, key: str, width: float, height: float) -> bool:
        """Select another column if nothing has to move for it (narrow blocks grow when selected); else False."""
        if self.layout != self._arranged(width, height, key):
            return False
        self.selected = key
        return True

    def _arranged(self, width: float, height: float, selected: str | None) -> Layout:
        names = without_stem(self.columns[0].names) if self.columns else []
        advance = QFontMetricsF(self.tools.small).horizontalAdvance
        shown = [*names[: SHOWN // 2], *names[-SHOWN // 2 :]]
        label = max(map(advance, shown), default=0.0) + 1  # positions are rounded
        return arrange(self.columns, width, height, selected, label)

    def _items(self) -> list[QGraphicsItem]:
        return [*self.pairs.values(), *self.neurons.values(), *self.blocks.values(), *self.places]

    def _make_pairs(self, placed: Sequence[Placed], style: Style) -> dict[str, PairItem]:
        joints = [(a, b) for a, b in pairwise(placed) if a.neurons]
        lines = [len(a.neurons) * len(b.neurons) for a, b in joints if _is_lines(a, b)]
        share = min(1.0, MOST_EDGES / max(sum(lines), 1))
        thin = FLAT_IN_A_THICKET if sum(lines) > THICKET else FLAT_THIN
        result: dict[str, PairItem] = {}
        for a, b in joints:
            if b.column.kind != "dense":
                result[b.column.key] = LinkItem(a, b, style)
            elif _is_lines(a, b):
                quota = max(int(len(a.neurons) * len(b.neurons) * share), 1)
                result[b.column.key] = LinesItem(a, b, style, quota, thin)
            elif b.neurons:
                result[b.column.key] = BandItem(a, b, style)
        return result

    # ---- live numbers

    def forget_numbers(self) -> None:
        """Another network is drawn, whose numbers are not known yet."""
        self.weights, self.activations, self.norms = {}, {}, {}
        self.looks.forget()
        self._show_weights()
        self._show_activations()

    def take_weights(self, answer: WeightsAnswer | None) -> None:
        self.weights = {layer.id: layer for layer in answer.layers} if answer is not None else {}
        self._show_weights()
        if not self.activations:
            self._show_activations()

    def take_norms(self, answer: NormsAnswer | None) -> None:
        self.norms = {id: (gamma, beta) for id, gamma, beta in answer.layers} if answer is not None else {}
        if not self.activations:
            self._show_activations()

    def take_activations(self, answer: ActivationsAnswer | None) -> None:
        self.activations = {INPUT: answer.inputs, **dict(answer.layers)} if answer is not None else {}
        self._show_activations()

    def _show_weights(self) -> None:
        known = {key: self.weight_matrix(key) for key in self.pairs}
        lines = [W for key, W in known.items() if W is not None and isinstance(self.pairs[key], LinesItem)]
        self.largest = largest = max(map(_largest, lines), default=0.0)
        for key, pair in self.pairs.items():
            pair.set_weights(known[key], largest)

    def _show_activations(self) -> None:
        biases = {key: self._bias(key) for key in self.neurons}
        most_bias = max((_largest(b) for b in biases.values() if b is not None), default=0.0)
        for key, item in self.neurons.items():
            a = self._activation(key)
            if a is not None:
                item.set_values(a, max(1.0, _largest(a)), numbers=True)
            else:
                item.set_values(None if self.activations else biases[key], most_bias, numbers=False)
        self.show_looks()

    def show_looks(self) -> None:
        """Draw what neurons compute into them, but while an input is tried or an overlay covers them."""
        looks = {} if self.activations or self.covered else self.looks.looks
        for key, item in self.neurons.items():
            own = {unit: look for (column, unit), look in looks.items() if column == key}
            item.set_looks(own, self.looks.scale_of(key) if own else "")

    def looks_in_words(self, key: str) -> list[str]:
        """ "neuron 1: output from …", one for each neuron of a column that has a picture."""
        found = []
        for column, unit in self.looks.looks:
            if column == key and (text := self.looks.words(key, unit)):
                found.append(tr("neuron {0}: {1}").format(unit + 1, text))
        return found

    def look_at(self, hit: Hit) -> Look | None:
        """The picture of the neuron there, in the neuron or beside it."""
        return self.looks.looks.get((hit.key, hit.index)) if hit.part == "neuron" else None

    def weight_matrix(self, key: str) -> Floats | None:
        """W (in, out) of that layer if the latest answer has it in the shape drawn, else None."""
        layer, pair = self.weights.get(key), self.pairs.get(key)
        if layer is None or pair is None:
            return None
        shape = (pair.source.column.units, pair.target.column.units)
        return layer.W if layer.W.shape == shape else None

    def _bias(self, key: str) -> Floats | None:
        """What is added in each neuron: a Dense's b, a batch norm's β."""
        if key in self.norms and key in self.neurons:
            beta = self.norms[key][1]
            return beta if len(beta) == self.neurons[key].placed.column.units else None
        layer, item = self.weights.get(key), self.neurons.get(key)
        if layer is None or layer.b is None or item is None or len(layer.b) != item.placed.column.units:
            return None
        return layer.b

    def _activation(self, key: str) -> Floats | None:
        a, item = self.activations.get(key), self.neurons.get(key)
        return a if a is not None and item is not None and len(a) == item.placed.column.units else None

    # ---- under the cursor

    def edge_at(self, x: float, y: float) -> tuple[PairItem, int, int] | None:
        for pair in self.pairs.values():
            if pair.boundingRect().contains(x, y):
                edge = pair.edge_at(x, y)
                if edge is not None:
                    return pair, *edge
        return None

    def show_hover(self, hit: Hit, edge: tuple[PairItem, int, int] | None = None, focused: bool = False) -> None:
        """Mark what is under the cursor and what is selected."""
        for key, block in self.blocks.items():
            part = hit.part if hit.key == key and hit.part != "neuron" else ""
            block.show_state(hovered=part, selected=key == self.selected, focused=focused)
        for key, neurons in self.neurons.items():
            neurons.hover(hit.index if hit.part == "neuron" and hit.key == key else -1)
        for place in self.places:
            if place.state in ("", "hovered"):
                place.show_state("hovered" if hit.part == "place" and hit.index == place.place.index else "")
        if self._bright is not None and (edge is None or edge[0] is not self._bright):
            self._bright.highlight(None)
        self._bright = edge[0] if edge is not None else None
        if edge is not None:
            edge[0].highlight(edge[1:])

    def mark_place(self, index: int | None, *, dragging: bool) -> None:
        """While a layer is dragged: all places are ready, the one it would go to is marked."""
        for place in self.places:
            place.show_state("marked" if dragging and place.place.index == index else ("ready" if dragging else ""))

    def words_for(self, hit: Hit, edge: tuple[PairItem, int, int] | None) -> str:
        """The read-out of a neuron or an edge, "" for anything else."""
        if self.told is not None and (text := self.told(hit, edge)):
            return text
        if hit.part == "neuron":
            column = self.neurons[hit.key].placed.column
            bias, a = _at(self._bias(hit.key), hit.index), _at(self._activation(hit.key), hit.index)
            if column.kind == "batchnorm" and bias is not None:
                scaling = words.Scaling(float(self.norms[hit.key][0][hit.index]), bias)
                text = words.neuron(column, hit.index, None, a, scaling)
            else:
                text = words.neuron(column, hit.index, bias, a)
            look = self.looks.words(hit.key, hit.index)
            return f"{text}\n{look}" if look else text
        if edge is None:
            return ""
        pair, source, target = edge
        W = self.weight_matrix(pair.target.column.key)
        weight = float(W[source, target]) if W is not None else None
        return words.edge(pair.target.column, source, target, weight, largest_here=isinstance(pair, BandItem))


def _is_lines(source: Placed, target: Placed) -> bool:
    return target.column.kind == "dense" and not source.hidden and not target.hidden and bool(target.neurons)


def _largest(values: Floats) -> float:
    """The largest finite size, 0 where there is none."""
    sizes = np.abs(values)
    most = float(sizes.max(initial=0.0))
    return most if np.isfinite(most) else float(sizes[np.isfinite(sizes)].max(initial=0.0))


def _at(values: Floats | None, index: int) -> float | None:
    return float(values[index]) if values is not None else None
