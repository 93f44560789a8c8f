"""Keeps what is drawn over the diagram in step with the walk, and tells the walk what is clicked in it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractAnimation, QObject, QPoint, QVariantAnimation, Signal, Slot

from bpgui.session.explaining.flow import Flow
from bpgui.session.explaining.spots import Edge, LossBlock, Neuron, Spot
from bpgui.session.explaining.walk import Walk
from bpgui.ui import motion
from bpgui.ui.diagram import words
from bpgui.ui.diagram.columns import INPUT, LOSS
from bpgui.ui.diagram.edges import PairItem
from bpgui.ui.diagram.flow import EdgesFlow, NeuronsFlow, Picture
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.diagram.view import DiagramView
from bpgui.ui.diagram.words import tr
from bpgui.ui.numbers import format_number

SWEEP_MS = 700
SPOKEN = 8  # numbers of a column in words
DIMMED, HUSHED = 0.22, 0.06  # pairs of other layers, and the one whose edges are drawn anew


class FlowOverlay(QObject):
    """Nothing is drawn while nobody walks, or the run has gone on. `shown(on)` when it begins or ends."""

    shown = Signal(bool)

    def __init__(self, view: DiagramView, walk: Walk) -> None:
        super().__init__(view)
        self.view, self.walk = view, walk
        self.edges: EdgesFlow | None = None
        self.neurons: NeuronsFlow | None = None
        self._flow: Flow | None = None
        self._pointed: Spot | None = None
        self._seen: object = None
        self._sweep = QVariantAnimation(self)
        self._sweep.setStartValue(0.0)
        self._sweep.setEndValue(1.0)
        self._sweep.setDuration(SWEEP_MS)
        self._sweep.valueChanged.connect(self._on_swept)
        walk.changed.connect(self._on_changed)
        walk.pointed.connect(self._on_pointed)
        view.clicked.connect(self._on_clicked)
        view.diagram.renewed.connect(self._on_renewed)
        view.diagram.told = self.words_for

    # ---- clicks

    @Slot(QPoint)
    def _on_clicked(self, at: QPoint) -> None:
        spot = self.spot_at(at)
        if spot is not None:
            self.walk.ask(spot)

    def spot_at(self, at: QPoint) -> Spot | None:
        """What a point of the viewport shows that can be asked about."""
        hit = self.view.hit_at(at)
        if hit.part == "neuron":
            return Neuron("" if hit.key == INPUT else hit.key, hit.index)
        if hit.part == "block" and hit.key == LOSS:
            return LossBlock()
        if hit.part:
            return None
        point = self.view.mapToScene(at)
        edge = self.view.diagram.edge_at(point.x(), point.y())
        return Edge(edge[0].target.column.key, edge[1], edge[2]) if edge is not None else None

    # ---- following

    @Slot()
    def _on_changed(self) -> None:
        place = (id(self.walk.trace), self.walk.place)
        moved, self._seen = place != self._seen, place
        self._flow = self.walk.flow()
        if self._flow is None:
            self._pointed = None
        if moved and self._flow is not None and self._flow.fresh is not None and not motion.is_reduced():
            self._sweep.stop()
            self._sweep.start()
        elif moved:
            self._sweep.stop()
        self._show()
        if self._flow is not None:
            self.view.setAccessibleDescription(self.describe())
        self.view.hover.numbers_changed()

    @Slot(object)
    def _on_pointed(self, spot: Spot | None) -> None:
        if spot != self._pointed:
            self._pointed = spot
            self._show()

    @Slot()
    def _on_renewed(self) -> None:
        """Everything lies elsewhere now."""
        self._remove()
        self._show()

    @Slot()
    def _on_swept(self) -> None:
        self._show()

    @property
    def progress(self) -> float:
        """How far things have flowed at the present station, 1 where nothing moves."""
        running = self._sweep.state() == QAbstractAnimation.State.Running
        return float(self._sweep.currentValue()) if running else 1.0

    # ---- drawing

    def _show(self) -> None:
        scene = self.view.diagram
        flow = self._flow
        if flow is None:
            self._clear()
            return
        page = self.walk.page
        picture = Picture(
            scene.layout, scene.tools, flow, self.progress, page.subject if page is not None else None, self._pointed,
            self.caption(),
        )  # fmt: skip
        if self.edges is None or self.neurons is None:
            self.edges, self.neurons = EdgesFlow(picture), NeuronsFlow(picture)
            scene.addItem(self.edges)
            scene.addItem(self.neurons)
            self._cover(True)
        for item in (self.edges, self.neurons):
            item.show_picture(picture)
        for key, pair in scene.pairs.items():
            drawn = key == flow.pair and not (pair.source.hidden or pair.target.hidden)
            pair.setOpacity(HUSHED if drawn else 1.0 if key == flow.pair else DIMMED)

    def _clear(self) -> None:
        if self.edges is None:
            return
        for pair in self.view.diagram.pairs.values():
            pair.setOpacity(1.0)
        self._remove()
        self._cover(False)

    def _cover(self, covered: bool) -> None:
        scene = self.view.diagram
        if scene.covered != covered:
            scene.covered = covered
            scene.show_looks()
            self.shown.emit(covered)

    def _remove(self) -> None:
        for item in (self.edges, self.neurons):
            if item is not None:
                self.view.diagram.removeItem(item)
        self.edges = self.neurons = None

    # ---- in words

    def words_for(self, hit: Hit, edge: tuple[PairItem, int, int] | None) -> str:
        """The read-out of a number that is drawn: "Dense 1, neuron 3: δ = −0.0391"; empty where none is."""
        flow = self._flow
        if flow is None:
            return ""
        if hit.part == "neuron":
            key = "" if hit.key == INPUT else hit.key
            column, found = self.view.layer_actions.column(hit.key), flow.columns.get(key)
            if column is None or found is None or hit.index >= len(found.values):
                return ""
            return f"{words.neuron(column, hit.index, None, None)}: {found.letter} = {_number(found.values[hit.index])}"
        if edge is None or flow.edges is None or edge[0].target.column.key != flow.pair:
            return ""
        pair, source, unit = edge
        if pair.source.hidden or pair.target.hidden or flow.edges.shape[0] <= source or flow.edges.shape[1] <= unit:
            return ""
        name = words.edge(pair.target.column, source, unit, None)
        return f"{name}: {flow.along} = {_number(flow.edges[source, unit])}"

    def describe(self) -> str:
        """The picture in words, for those who do not see it."""
        flow = self._flow
        if flow is None:
            return ""
        parts = [self.walk.title()]
        for key, found in flow.columns.items():
            column = self.view.layer_actions.column(key or INPUT)
            if column is not None:
                shown = ", ".join(_number(value) for value in found.values[:SPOKEN])
                parts.append(
                    f"{words.title(column)}: {found.letter} = {shown}" + (" …" if len(found.values) > SPOKEN else "")
                )
        return "; ".join(parts)

    def caption(self) -> str:
        """What is drawn: "neurons: δ · edges: a · δ"."""
        flow = self._flow
        if flow is None:
            return ""
        letters = dict.fromkeys(column.letter for column in flow.columns.values())
        neurons = tr("neurons: {0}").format(", ".join(letters)) if letters else ""
        pair = self.view.diagram.pairs.get(flow.pair or "")
        drawn = pair is not None and not (pair.source.hidden or pair.target.hidden)
        edges = tr("edges: {0}").format(flow.along) if flow.along and drawn else ""
        return "   ".join(part for part in (neurons, edges) if part)


def _number(value: float) -> str:
    return format_number(float(value), 4)
