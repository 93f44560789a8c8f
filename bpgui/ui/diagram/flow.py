"""What flows through the network at a station of the explained step, drawn over the diagram.

Two items: edges (between the pairs and the neurons) and neurons (above all neurons). Both draw a Flow on the places of
the present layout, and what is pointed at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from bpgui.engine.activations import Array
from bpgui.session.explaining.flow import NOWHERE, TO_OUTPUT, Flow
from bpgui.session.explaining.spots import Bias, Edge, LossBlock, Neuron, Spot
from bpgui.session.guard import guarded
from bpgui.ui.diagram.columns import INPUT, LOSS
from bpgui.ui.diagram.edges import curve
from bpgui.ui.diagram.layout import Layout, Placed, Rect
from bpgui.ui.diagram.style import ROUNDNESS, Style, qrect
from bpgui.ui.numbers import format_number
from bpgui.ui.theme import mix

CENTRE = Qt.AlignmentFlag.AlignCenter
LEAST_WITH_NUMBERS = 24
ARROW = 5.0
ARRIVAL = 0.8  # share of the way after which the new numbers begin to show


@dataclass(frozen=True)
class Picture:
    """All that is drawn: the flow, how far it has come (0 … 1), what was asked, and what is pointed at."""

    layout: Layout
    style: Style
    flow: Flow | None = None
    progress: float = 1.0
    asked: Spot | None = None
    pointed: Spot | None = None
    caption: str = ""

    def column(self, layer: str) -> Placed | None:
        return self.layout.of(layer or INPUT)

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(spot for spot in (self.asked, self.pointed) if spot is not None)

    def before(self, layer: str) -> Placed | None:
        """The column before a layer's."""
        keys = [p.column.key for p in self.layout.placed]
        at = keys.index(layer) if layer in keys else 0
        return self.layout.placed[at - 1] if at > 0 else None


class FlowItem(QGraphicsItem):
    """Base: draws a Picture that is set anew at each change."""

    def __init__(self, picture: Picture) -> None:
        super().__init__()
        self.picture = picture
        self._bounds = QRectF(0, 0, picture.layout.width, picture.layout.height)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_picture(self, picture: Picture) -> None:
        self.picture = picture
        self.update()

    @guarded(default=QRectF())
    def boundingRect(self) -> QRectF:
        return self._bounds


class EdgesFlow(FlowItem):
    """The edges of one layer with what runs along them, and those that are asked for or pointed at."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        self.setZValue(-5)

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        flow = self.picture.flow
        painter.setBrush(QBrush())
        if flow is not None and flow.pair is not None and flow.edges is not None:
            self._paint_pair(painter, flow.pair, flow.edges, flow.direction)
        for spot in self.picture.spots:
            if isinstance(spot, Edge):
                self._paint_bright(painter, spot)

    def _paint_pair(self, painter: QPainter, layer: str, edges: Array, direction: int) -> None:
        target, source = self.picture.column(layer), self.picture.before(layer)
        if target is None or source is None or edges.shape != (source.column.units, target.column.units):
            return
        if source.hidden or target.hidden:
            return  # a band: there is no single edge to draw
        sizes = np.abs(np.nan_to_num(edges))
        largest = float(sizes.max(initial=0.0)) or 1.0
        theme = self.picture.style.theme
        order = np.argsort(sizes, axis=None)
        at = self.picture.progress if direction == TO_OUTPUT else 1 - self.picture.progress
        moving = self.picture.progress < 1.0
        ends = dict(source.neurons), dict(target.neurons)
        for place in order.tolist():
            i, j = divmod(place, edges.shape[1])
            value, share = float(edges[i, j]), float(sizes[i, j]) / largest
            color = mix(theme.panel, theme.positive if value > 0 else theme.negative, 0.35 + 0.65 * share)
            if value == 0:
                color = mix(theme.panel, theme.muted, 0.35)
            painter.setPen(QPen(color, 0.8 + 3.4 * share))
            line = _line(ends[0][i], ends[1][j])
            painter.drawPath(line)
            if direction != NOWHERE and (moving or share > 0.15):
                _arrow(painter, line, at if moving else 0.5, direction, color, ARROW + 2.5 * share)
                painter.setBrush(QBrush())

    def _paint_bright(self, painter: QPainter, spot: Edge) -> None:
        target, source = self.picture.column(spot.layer), self.picture.before(spot.layer)
        if target is None or source is None:
            return
        start, end = _rect_of(source, spot.source), _rect_of(target, spot.unit)
        if start is not None and end is not None:
            painter.setPen(self.picture.style.bright)
            painter.drawPath(_line(start, end))


class NeuronsFlow(FlowItem):
    """Each column's numbers in its neurons, with their letter below; the loss; a caption."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(picture)
        self.setZValue(3)

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        flow = self.picture.flow
        if flow is not None:
            for placed in self.picture.layout.placed:
                if placed.neurons:
                    self._paint_column(painter, placed, flow)
            self._paint_loss(painter, flow)
            self._paint_caption(painter)
        for spot in self.picture.spots:
            self._paint_spot(painter, spot)

    def _paint_column(self, painter: QPainter, placed: Placed, flow: Flow) -> None:
        layer = "" if placed.column.key == INPUT else placed.column.key
        found, style = flow.columns.get(layer), self.picture.style
        fresh = flow.fresh == layer
        shown = 1.0
        if fresh and self.picture.progress < 1.0:
            shown = min(max((self.picture.progress - ARRIVAL) / (1 - ARRIVAL), 0.0), 1.0)
        if found is not None and len(found.values) != placed.column.units:
            found = None
        limit = 1.0
        if found is not None:
            limit = float(np.abs(np.nan_to_num(found.values)).max(initial=0.0)) or 1.0
            limit = max(limit, 1.0) if found.letter in ("x", "a", "z") else limit
        for unit, rect in placed.neurons:
            value = float(found.values[unit]) if found is not None else math.nan
            share = value / limit if math.isfinite(value) else 0.0
            color = round((min(max(share * shown, -1.0), 1.0) + 1.0) * 127.5)
            style.draw_neuron(painter, qrect(rect), color)
            if found is not None and shown > 0.5 and rect.w >= LEAST_WITH_NUMBERS:
                painter.setFont(style.tiny)
                painter.setPen(style.on_fills[color])
                painter.drawText(qrect(rect, -4), CENTRE, fitting(value, rect.w))
        if found is not None and placed.neurons and shown > 0.5:
            self._paint_letter(painter, placed, found.letter, fresh=fresh)

    def _paint_letter(self, painter: QPainter, placed: Placed, letter: str, *, fresh: bool) -> None:
        style, last = self.picture.style, placed.neurons[-1][1]
        painter.setFont(style.title if fresh else style.text)
        painter.setPen(style.text_pen if fresh else style.muted_pen)
        painter.drawText(QRectF(last.x - 20, last.bottom + 1, last.w + 40, 16), CENTRE, letter)

    def _paint_loss(self, painter: QPainter, flow: Flow) -> None:
        placed, style = self.picture.layout.of(LOSS), self.picture.style
        if placed is None or not flow.loss:
            return
        block = placed.block
        painter.setFont(style.text)
        painter.setPen(style.loss_pen)
        for number, value in enumerate(flow.loss):
            name = "L" if number == 0 else "→"
            sign = "=" if number == 0 else ""
            text = f"{name} {sign} {format_number(value, 5)}".replace("  ", " ")
            painter.drawText(QRectF(block.x - 20, block.bottom + 3 + 15 * number, block.w + 40, 16), CENTRE, text)

    def _paint_caption(self, painter: QPainter) -> None:
        """What colours and numbers are, in the corner below the loss, where nothing else stands."""
        style, layout, text = self.picture.style, self.picture.layout, self.picture.caption
        if not text:
            return
        painter.setFont(style.small)
        width = QFontMetricsF(style.small).horizontalAdvance(text) + 12
        room = QRectF(layout.width - width - 6, layout.height - 17, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.ground)
        painter.drawRoundedRect(room, 4, 4)
        painter.setPen(style.muted_pen)
        painter.drawText(room, CENTRE, text)

    def _paint_spot(self, painter: QPainter, spot: Spot) -> None:
        style = self.picture.style
        painter.setBrush(QBrush())
        painter.setPen(QPen(style.theme.text, 2.2))
        rects: list[Rect | None] = []
        if isinstance(spot, (Neuron, Bias)):
            column = self.picture.column(spot.layer)
            rects.append(_rect_of(column, spot.unit) if column is not None else None)
        elif isinstance(spot, Edge):
            source, target = self.picture.before(spot.layer), self.picture.column(spot.layer)
            rects.append(_rect_of(source, spot.source) if source is not None else None)
            rects.append(_rect_of(target, spot.unit) if target is not None else None)
        elif isinstance(spot, LossBlock):
            placed = self.picture.layout.of(LOSS)
            rects.append(placed.block if placed is not None else None)
        for rect in rects:
            if rect is not None:
                radius = 8.0 if isinstance(spot, LossBlock) else (rect.w + 4) * ROUNDNESS
                painter.drawRoundedRect(qrect(rect, -2), radius, radius)


def fitting(value: float, width: float) -> str:
    """As many of three digits as fit into a neuron, without the zero before the point at last; nothing for none."""
    for digits in (3, 2, 1):
        text = format_number(value, digits)
        for written in (text, text.replace("0.", ".", 1)):
            if len(written) * 5.4 <= width - 4:
                return written
    return ""


def _rect_of(placed: Placed, unit: int) -> Rect | None:
    """Where a neuron is drawn; of one that is not, the place of all those."""
    return dict(placed.neurons).get(unit, placed.ellipsis)


def _line(start: Rect, end: Rect) -> QPainterPath:
    return curve(start.right, start.cy, end.x, end.cy)


def _arrow(painter: QPainter, line: QPainterPath, at: float, direction: int, color: QColor, size: float) -> None:
    """A triangle on the line that points where things flow."""
    place, angle = line.pointAtPercent(min(max(at, 0.0), 1.0)), line.angleAtPercent(min(max(at, 0.0), 1.0))
    turn = math.radians(-angle) + (0.0 if direction > 0 else math.pi)
    corners = [(size, 0.0), (-size * 0.7, size * 0.75), (-size * 0.7, -size * 0.75)]
    points = [
        QPointF(
            place.x() + x * math.cos(turn) - y * math.sin(turn), place.y() + x * math.sin(turn) + y * math.cos(turn)
        )
        for x, y in corners
    ]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(points))
