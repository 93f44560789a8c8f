"""What lies under a point of the diagram. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.ui.diagram.layout import LABEL_GAP, PLACE_RADIUS, Layout


@dataclass(frozen=True)
class Hit:
    """`part`: "block", one of its handles (minus, plus, number, choice, close, pin), "neuron", "place" or "" for none.

    The name beside an input belongs to its neuron. `key` is the column's; `index` the neuron's unit
    or the place's position.
    """

    part: str = ""
    key: str = ""
    index: int = -1


NOTHING = Hit()


def hit(layout: Layout, x: float, y: float, selected: str | None = None) -> Hit:
    """The topmost thing at (x, y); the selected block lies above all."""
    for place in layout.places:
        near = (x - place.cx) ** 2 + (y - place.cy) ** 2 <= (PLACE_RADIUS + 2) ** 2
        if near and not _covered(layout, x, y, selected):
            return Hit("place", "", place.index)
    for placed in sorted(layout.placed, key=lambda p: p.column.key != selected):
        if placed.block.contains(x, y):
            for name, rect in placed.parts.items():
                if rect.contains(x, y, 1):
                    return Hit(name, placed.column.key)
            return Hit("block", placed.column.key)
    for placed in layout.placed:
        for unit, rect in placed.neurons:
            named = placed.label > 0 and rect.x - LABEL_GAP - placed.label <= x < rect.x and rect.y <= y <= rect.bottom
            if named or rect.contains(x, y, 1):
                return Hit("neuron", placed.column.key, unit)
    return NOTHING


def _covered(layout: Layout, x: float, y: float, selected: str | None) -> bool:
    placed = layout.of(selected) if selected else None
    return placed is not None and placed.block.contains(x, y)


def nearest_place(layout: Layout, x: float, y: float) -> int | None:
    """Position of the insertion place nearest to a dragged layer, None when it is dragged out of the diagram."""
    if not layout.places or not (-20 <= y <= layout.height + 20):
        return None
    best = min(layout.places, key=lambda place: abs(place.cx - x))
    first, last = layout.placed[0].block.x, layout.placed[-1].block.right
    return best.index if first - 20 <= x <= last + 20 else None
