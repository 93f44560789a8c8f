"""Where everything stands: positions from the columns and the viewport's size. Pure; in pixels at zoom 1.

Blocks stand in a row at the top, the neurons of a layer below its block, the loss beside the output's neurons. With
many layers blocks first lose the gap between them, then their handles, and at last the whole is drawn smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bpgui.ui.diagram.columns import Column

MARGIN = 14
BLOCK_HEIGHT = 68
WIDEST, HANDLES, NARROWEST = 112, 70, 46  # block widths: at most, least with − and +, at least
SLIM = 96  # the widest block of a layer that has no weights from unit to unit
SLIM_KINDS = ("dropout", "batchnorm")
WIDE_GAP, NARROW_GAP = 34, 8
LARGEST_PITCH = 250
LOSS_SIZE = (78, 46)
LOSS_GAP = 14
PLACE_RADIUS = 9
SHOWN = 8  # neurons drawn of a layer
NEURON_SIZES = (8, 46)
LARGEST_ROW = 75
LABEL_GAP = 5  # between a feature's name and its neuron
EDGE = 4  # that names keep from the left side
LARGEST_LABEL = 96  # that columns give way for
LEAST_HEIGHT = 230  # of the whole; a lower viewport shows it smaller


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2

    def contains(self, x: float, y: float, slack: float = 0.0) -> bool:
        return self.x - slack <= x <= self.right + slack and self.y - slack <= y <= self.bottom + slack


@dataclass(frozen=True)
class Placed:
    """One column in its place: handles on the block, neurons as (unit, where), and how many are `hidden`.

    `label` is the room for names on the left of its neurons.
    """

    column: Column
    block: Rect
    parts: dict[str, Rect] = field(default_factory=dict)
    neurons: tuple[tuple[int, Rect], ...] = ()
    hidden: int = 0
    ellipsis: Rect | None = None
    label: float = 0.0


@dataclass(frozen=True)
class Place:
    """Where a layer can be put in: `index` is its position among the layers then; `cx, cy` the middle of the "+"."""

    index: int
    cx: float
    cy: float
    line: tuple[float, float]  # top and bottom of the insertion mark


@dataclass(frozen=True)
class Layout:
    width: float
    height: float
    scale: float  # what makes it fit the viewport
    placed: tuple[Placed, ...]
    places: tuple[Place, ...]

    def of(self, key: str) -> Placed | None:
        return next((p for p in self.placed if p.column.key == key), None)


def arrange(
    columns: Sequence[Column], width: float, height: float, selected: str | None = None, label: float = 0.0
) -> Layout:
    """Put the columns into `width` x `height`; a selected block keeps its handles however narrow the others are.

    `label` is the room that the names of features would like; where there is slack, the columns give way for it.
    """
    body = [c for c in columns if c.kind != "loss"]
    count = len(body)
    lower = min(1.0, height / LEAST_HEIGHT)
    block, gap, needed = _block_width(count, width / lower)
    scale = min(1.0, width / lower / needed) * lower
    width, height = width / scale, height / scale
    block = float(2 * int(block / 2))  # even, so that the middles of blocks and neurons are the same pixel
    tight = gap < WIDE_GAP
    pitch = min(block + gap, LARGEST_PITCH)
    top = MARGIN + (2 * PLACE_RADIUS + 2 if tight else 0)
    rows = Rows.of(body, top + BLOCK_HEIGHT + 12, height - MARGIN, pitch * 0.42)
    lead = min(label, LARGEST_LABEL) + EDGE + LABEL_GAP - (block - rows.size) / 2  # before the first block
    left, pitch = _make_way(lead, count, block, pitch, width - MARGIN - LOSS_GAP - LOSS_SIZE[0])
    span = pitch * (count - 1) + block + LOSS_GAP + LOSS_SIZE[0]
    left = max(left, (width - span) / 2)
    placed = []
    for position, column in enumerate(body):
        centre = left + block / 2 + position * pitch
        wide = min(block, float(SLIM)) if column.kind in SLIM_KINDS else block
        rect = Rect(round(centre) - wide / 2, top, wide, BLOCK_HEIGHT)
        if column.key == selected and block < HANDLES and column.layer:
            rect = _widened(rect, HANDLES + 24, width)
        placed.append(_placed(column, rect, round(centre), rows))
    last = placed[-1].block
    right = round(left + span - LOSS_SIZE[0]) if placed else last.right + LOSS_GAP
    loss = Rect(right, round(rows.middle - LOSS_SIZE[1] / 2), *LOSS_SIZE)
    placed += [Placed(c, loss, {"choice": Rect(loss.x + 6, loss.y + 24, loss.w - 12, 18)}) for c in columns[count:]]
    places = []
    for index in range(count - 1):
        cx = round(left + block / 2 + (index + 0.5) * pitch)
        cy = MARGIN + PLACE_RADIUS - 4 if tight else top + BLOCK_HEIGHT / 2
        places.append(Place(index, cx, cy, (top - 4, height - MARGIN)))
    return Layout(width, height, scale, tuple(placed), tuple(places))


def _make_way(lead: float, count: int, block: float, pitch: float, end: float) -> tuple[float, float]:
    """(x of the first block, pitch): `lead` pixels before it as far as the gaps have more than they need."""
    slack = end - block - (count - 1) * (block + WIDE_GAP)
    left = max(min(lead, slack), float(MARGIN))
    return left, min(pitch, max(end - block - left, 0.0) / max(count - 1, 1))


def _block_width(count: int, width: float) -> tuple[float, float, float]:
    """(block width, gap, width needed) for that many blocks and the loss beside them."""
    room = width - 2 * MARGIN - LOSS_GAP - LOSS_SIZE[0]
    block = (room - (count - 1) * WIDE_GAP) / count
    if block >= HANDLES:
        block = min(block, WIDEST)
        gap = (room - count * block) / (count - 1) if count > 1 else 0.0
        return block, max(gap, WIDE_GAP), width
    gap = NARROW_GAP
    block = min(max((room - (count - 1) * gap) / count, NARROWEST), WIDEST)
    return block, gap, width - room + count * block + (count - 1) * gap


def _widened(rect: Rect, to: float, width: float) -> Rect:
    x = min(max(rect.cx - to / 2, 4), width - to - 4)
    return Rect(round(x), rect.y, to, rect.h)


@dataclass(frozen=True)
class Rows:
    """The rows that neurons stand in, the same distance in every column."""

    top: float
    bottom: float
    pitch: float
    size: float

    @classmethod
    def of(cls, columns: Sequence[Column], top: float, bottom: float, widest: float) -> Rows:
        most = max((min(c.units, SHOWN) + (0.8 if c.units > SHOWN else 0) for c in columns), default=1) or 1
        pitch = min(max((bottom - top) / most, NEURON_SIZES[0] + 2), LARGEST_ROW)
        size = min(max(pitch * 0.74, NEURON_SIZES[0]), NEURON_SIZES[1], max(widest, NEURON_SIZES[0]))
        return cls(top, bottom, pitch, float(2 * int(size / 2)))

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def _placed(column: Column, block: Rect, centre: float, rows: Rows) -> Placed:
    shown = min(column.units, SHOWN)
    hidden = column.units - shown
    slots = shown + (0.8 if hidden else 0.0)
    first = rows.middle - slots * rows.pitch / 2
    neurons = []
    for row in range(shown):
        below = hidden and row >= SHOWN // 2
        y = first + (row + 0.5 + (0.8 if below else 0.0)) * rows.pitch
        unit = row + hidden if below else row
        neurons.append((unit, Rect(centre - rows.size / 2, round(y - rows.size / 2), rows.size, rows.size)))
    ellipsis = None
    if hidden:
        wide = 26 + 6 * len(str(hidden))
        high = min(0.8 * rows.pitch, 16.0)
        ellipsis = Rect(round(centre - wide / 2), first + (SHOWN // 2 + 0.4) * rows.pitch - high / 2, wide, high)
    label = max(centre - rows.size / 2 - LABEL_GAP - EDGE, 0.0) if column.kind == "input" else 0.0
    return Placed(column, block, _parts(column, block), tuple(neurons), hidden, ellipsis, label)


def _parts(column: Column, block: Rect) -> dict[str, Rect]:
    """The handles on a block."""
    inner, row = Rect(block.x + 6, block.y, block.w - 12, 0), 18
    units_y, choice_y = block.y + 24, block.y + 45
    if column.kind == "input":
        return {}
    corner = Rect(block.right - 17, block.y + 3, 14, 14)
    if column.kind == "activation":
        return {"choice": Rect(inner.x, block.y + 34, inner.w, row), "close": corner}
    if column.kind == "batchnorm":
        return {"close": corner}
    parts = {"pin" if column.output else "close": corner}
    if column.kind == "dropout":
        units_y = block.y + 34
    else:
        parts["choice"] = Rect(inner.x, choice_y, inner.w, row)
    if column.auto or block.w < HANDLES:
        parts["number"] = Rect(inner.x, units_y, inner.w, row)
        return parts
    parts["minus"] = Rect(inner.x, units_y, row, row)
    parts["plus"] = Rect(inner.right - row, units_y, row, row)
    parts["number"] = Rect(inner.x + row, units_y, inner.w - 2 * row, row)
    return parts
