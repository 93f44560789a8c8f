"""Between two columns: the weights as curves, as a band where there are too many, or plain links.

One item draws a whole pair of columns. Edges are sorted into few pens by sign and size; only the lines of pens whose
edges changed are gathered anew. A curve is a chain of straight lines: 88 curves took 1.2 ms as lines, 2.6 ms as a path
each and 7.4 ms as a path a pen, because Qt draws plain lines without its stroker (but only with square or flat ends).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.diagram.layout import Placed, Rect
from bpgui.ui.diagram.style import LEVELS, Style, qrect

Floats = NDArray[np.floating[Any]]
UNSEEN = -1
_STEPS = np.linspace(0.0, 1.0, 17)
# Pixels that a curve may differ from its lines: corners show on thick lines, and less in a thicket of edges.
FLAT_THICK, FLAT_THIN, FLAT_IN_A_THICKET, THICKET = 0.12, 0.35, 0.8, 100
THICK = 3  # level from which an edge is a thick line
BAND_CELLS = 32
SAMPLES = 3  # weights looked at in a cell, each way, at least


def ends(source: Placed, target: Placed) -> tuple[list[int], list[int], NDArray[np.float64]]:
    """(source units, target units, (edges, 4) of x0, y0, x1, y1) of every drawn neuron to every other."""
    pairs = [(i, a, j, b) for i, a in source.neurons for j, b in target.neurons]
    points = np.array([(a.right, a.cy, b.x, b.cy) for _, a, _, b in pairs], dtype=np.float64).reshape(-1, 4)
    return [i for i, _, _, _ in pairs], [j for _, _, j, _ in pairs], points


def curve_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(edges, steps, 2) along the curves, for finding the one under the cursor."""
    x0, y0, x1, y1 = (points[:, k, None] for k in range(4))
    t = _STEPS[None, :]
    middle = (x0 + x1) / 2
    x = (1 - t) ** 3 * x0 + 3 * (1 - t) * t * middle + t**3 * x1
    y = ((1 - t) ** 3 + 3 * (1 - t) ** 2 * t) * y0 + (3 * (1 - t) * t**2 + t**3) * y1
    return np.stack((x, y), axis=2)


def curve(x0: float, y0: float, x1: float, y1: float) -> QPainterPath:
    path = QPainterPath(QPointF(x0, y0))
    middle = (x0 + x1) / 2
    path.cubicTo(middle, y0, middle, y1, x1, y1)
    return path


def chain_of(ends_: tuple[float, float, float, float], flat: float) -> list[QLineF]:
    """A curve as straight lines that turn by equal angles, so many that none is more than `flat` pixels off.

    On the first half the slope is 4 h/w q / (1 − 2 q) with q = t (1 − t), up to 2 h/w; the second half mirrors it.
    """
    x0, y0, x1, y1 = ends_
    w, h = x1 - x0, y1 - y0
    if abs(h) < 0.5 or w <= 0:
        return [QLineF(x0, y0, x1, y1)]
    angle = math.atan(2 * abs(h) / w)
    count = min(max(math.ceil(math.sqrt(math.hypot(w, h) / 2 * angle / (8 * flat))), 2), 12)
    half = []
    for step in range(count + 1):
        share = math.tan(angle * step / count) * w / (4 * abs(h))
        t = (1 - math.sqrt(max(1 - 4 * share / (1 + 2 * share), 0.0))) / 2
        half.append((x0 + w * (1.5 * t * (1 - t) + t**3), y0 + h * (3 * t**2 - 2 * t**3)))
    rows = half + [(x0 + x1 - x, y0 + y1 - y) for x, y in reversed(half[:-1])]
    return [QLineF(*a, *b) for a, b in pairwise(rows)]


def levels_of(weights: Floats, largest: float, quota: int) -> NDArray[np.int8]:
    """The pen of each edge: sign and size in LEVELS steps of the largest; UNSEEN for all but the `quota` largest."""
    size = np.abs(weights)
    safe = np.where(np.isfinite(size), size, 0.0)
    shares = safe / largest if largest > 0 else np.zeros(len(size))
    steps = np.minimum((shares * LEVELS).astype(np.int8), LEVELS - 1)
    pens: NDArray[np.int8] = (steps + LEVELS * (weights > 0)).astype(np.int8)
    if quota < len(size):
        pens[np.argpartition(safe, len(size) - quota)[: len(size) - quota]] = UNSEEN
    return pens


class PairItem(QGraphicsItem):
    """Base: `source` and `target` columns and what lies between them. Draws nothing by itself."""

    def __init__(self, source: Placed, target: Placed, style: Style) -> None:
        super().__init__()
        self.source, self.target, self.style = source, target, style
        rects = [r for p in (source, target) for _, r in p.neurons] or [source.block, target.block]
        top, bottom = min(r.y for r in rects), max(r.bottom for r in rects)
        left, right = min(r.x for r in rects), max(r.right for r in rects)
        self._bounds = QRectF(left, top, right - left, bottom - top).adjusted(-4, -4, 4, 4)
        self.setZValue(-10)

    @guarded(default=QRectF())
    def boundingRect(self) -> QRectF:
        return self._bounds

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Nothing."""

    def set_weights(self, W: Floats | None, largest: float) -> None:
        """W (in, out) of the target layer, None while unknown; `largest` |w| of the network."""

    def edge_at(self, x: float, y: float) -> tuple[int, int] | None:
        """(source unit, target unit) of the edge there."""
        return None

    def highlight(self, edge: tuple[int, int] | None) -> None:
        """Draw one edge bright, or none."""


class LinkItem(PairItem):
    """Plain links: an activation works unit by unit, every output goes into the loss."""

    def __init__(self, source: Placed, target: Placed, style: Style) -> None:
        super().__init__(source, target, style)
        self._path = QPainterPath()
        to = dict(target.neurons)
        for unit, rect in source.neurons:
            end = to.get(unit)
            x1, y1 = (end.x, end.cy) if end else (target.block.x, target.block.cy)
            if end or target.column.kind == "loss":
                self._path.addPath(curve(rect.right, rect.cy, x1, y1))
        self._bounds = self._path.boundingRect().adjusted(-3, -3, 3, 3)

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self.style.link)
        painter.drawPath(self._path)


class LinesItem(PairItem):
    """Every weight a curve; at most `quota` of them, the largest."""

    def __init__(self, source: Placed, target: Placed, style: Style, quota: int, thin: float = FLAT_THIN) -> None:
        super().__init__(source, target, style)
        self._from, self._to, points = ends(source, target)
        self._points = curve_points(points)
        rows = [(x0, y0, x1, y1) for x0, y0, x1, y1 in points.tolist()]
        self._thin = [chain_of(row, thin) for row in rows]
        self._thick = [chain_of(row, FLAT_THICK) for row in rows]
        self._quota = quota
        self._pens = np.full(len(self._thin), UNSEEN, np.int8)
        self._rows, self._columns = np.array(self._from, np.intp), np.array(self._to, np.intp)
        self._lines: list[list[QLineF]] = [[] for _ in range(2 * LEVELS)]
        self._used: list[int] = []
        self._plain = [line for lines in self._thin for line in lines]
        self._known = False
        self._bright: list[QLineF] | None = None

    @property
    def drawn(self) -> int:
        """How many edges are drawn as lines."""
        return int((self._pens != UNSEEN).sum()) if self._known else len(self._thin)

    def set_weights(self, W: Floats | None, largest: float) -> None:
        if W is None:
            if self._known:
                self._known = False
                self.update()
            return
        pens = levels_of(W[self._rows, self._columns], largest, self._quota)
        changed = pens != self._pens
        if self._known and not changed.any():
            return
        stale = (set(self._pens[changed].tolist()) | set(pens[changed].tolist())) - {UNSEEN}
        for pen in stale:
            self._lines[pen].clear()
        every = pens.tolist()
        for edge, pen in enumerate(every):
            if pen in stale:
                self._lines[pen].extend((self._thick if pen % LEVELS >= THICK else self._thin)[edge])
        self._pens = pens
        # Weakest first, whatever the sign, so that the strong lie on top.
        self._used = sorted(set(every) - {UNSEEN}, key=lambda pen: (pen % LEVELS, pen))
        self._known = True
        self.update()

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if not self._known:
            painter.setPen(self.style.unknown)
            painter.drawLines(self._plain)
        for pen in self._used if self._known else ():
            painter.setPen(self.style.edges[pen])
            painter.drawLines(self._lines[pen])
        if self._bright is not None:
            painter.setPen(self.style.bright)
            painter.drawLines(self._bright)

    def edge_at(self, x: float, y: float) -> tuple[int, int] | None:
        if not len(self._thin):
            return None
        distance = np.hypot(*(self._points - (x, y)).transpose(2, 0, 1)).min(axis=1)
        # Points lie up to a few pixels apart on a curve; a thick line is easier to hit.
        reach = distance - (self._pens % LEVELS if self._known else 0)
        best = int(np.argmin(reach))
        return (self._from[best], self._to[best]) if distance[best] <= 9 else None

    def highlight(self, edge: tuple[int, int] | None) -> None:
        lines = None
        if edge is not None:
            for index, ends_ in enumerate(zip(self._from, self._to, strict=True)):
                if ends_ == edge:
                    lines = self._thick[index]
        if lines is not self._bright:
            self._bright = lines
            self.update()


class BandItem(PairItem):
    """A wide pair: all weights as a small picture, a row a unit of the source, a column one of the target."""

    def __init__(self, source: Placed, target: Placed, style: Style) -> None:
        super().__init__(source, target, style)
        shape = (source.column.units, target.column.units)
        self._starts = [np.unique(np.linspace(0, n, min(n, BAND_CELLS), endpoint=False).astype(np.intp)) for n in shape]
        cells = tuple(len(starts) for starts in self._starts)
        self._cells = np.zeros(cells)
        self._index = np.full(cells, -1, np.intp)  # rows of the colour table, none yet
        self._pixels = np.empty((*cells, 4), np.ubyte)
        self.image = QImage(self._pixels.data, cells[1], cells[0], cells[1] * 4, QImage.Format.Format_RGBA8888)
        self._W: Floats | None = None
        self._largest = 0.0
        left, right = source.neurons[0][1].right, target.neurons[0][1].x
        top, bottom = self._bounds.top() + 6, self._bounds.bottom() - 6
        width = min(max((right - left) * 0.5, 10.0), 110.0)
        height = min(bottom - top, max(width * 1.25, (bottom - top) * 0.62))
        x, y = (left + right - width) / 2, (top + bottom - height) / 2
        self.card = Rect(round(x), round(y), round(width), round(height))
        self._ribbons = self._make_ribbons(left, right)
        self.paint_again()

    def _make_ribbons(self, left: float, right: float) -> list[QPolygonF]:
        card = self.card

        def ribbon(x0: float, column: Placed, x1: float) -> QPolygonF:
            first, last = column.neurons[0][1], column.neurons[-1][1]
            corners = ((x0, first.cy), (x1, card.y), (x1, card.bottom), (x0, last.cy))
            return QPolygonF([QPointF(x, y) for x, y in corners])

        return [ribbon(left + 5, self.source, card.x), ribbon(right - 5, self.target, card.right)]

    def set_weights(self, W: Floats | None, largest: float) -> None:
        """Each cell shows the largest weight of its block, with its sign; large blocks are sampled."""
        self._W, self._largest = W, largest
        if W is None:
            self._cells[:] = 0.0
        else:
            every = [max(n // (BAND_CELLS * SAMPLES), 1) for n in W.shape]
            W = W[:: every[0], :: every[1]]
            rows, columns = (np.minimum(s // e, n - 1) for s, e, n in zip(self._starts, every, W.shape, strict=True))
            high = np.maximum.reduceat(np.maximum.reduceat(W, rows, axis=0), columns, axis=1)
            low = np.minimum.reduceat(np.minimum.reduceat(W, rows, axis=0), columns, axis=1)
            np.copyto(self._cells, np.where(high >= -low, high, low), casting="same_kind")
        self.paint_again()

    def paint_again(self) -> None:
        """Fill the picture in place, on the scale of its own largest weight: wide layers have small ones."""
        shares = np.nan_to_num(self._cells, nan=0.0, posinf=1.0, neginf=-1.0)
        largest = float(np.abs(shares).max(initial=0.0))
        if largest > 0:
            shares = shares / largest
        index = np.rint((shares + 1.0) * 127.5).astype(np.intp)
        if np.array_equal(index, self._index):
            return
        self._index = index
        np.take(self.style.lut, self._index, axis=0, out=self._pixels)
        self.update()

    @guarded
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setPen(self.style.link)
        painter.setBrush(self.style.ribbon)
        for ribbon in self._ribbons:
            painter.drawPolygon(ribbon)
        card = qrect(self.card)
        painter.drawImage(card, self.image)
        painter.setBrush(QBrush())
        painter.setPen(self.style.neuron_border)
        painter.drawRect(card)

    def edge_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The largest weight of the cell under the point."""
        if self._W is None or not self.card.contains(x, y):
            return None
        place = []
        shares = ((y - self.card.y) / self.card.h, (x - self.card.x) / self.card.w)
        for share, starts in zip(shares, self._starts, strict=True):
            place.append(min(int(share * len(starts)), len(starts) - 1))
        slices = []
        for at, starts, count in zip(place, self._starts, self._W.shape, strict=True):
            end = int(starts[at + 1]) if at + 1 < len(starts) else count
            slices.append(slice(int(starts[at]), end))
        block = np.nan_to_num(np.abs(self._W[slices[0], slices[1]]), nan=0.0)
        row, column = np.unravel_index(int(block.argmax()), block.shape)
        return slices[0].start + int(row), slices[1].start + int(column)
