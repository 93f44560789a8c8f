"""The way of the keyboard through the diagram's numbers: from a neuron along its edges to the next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpgui.session.explaining.spots import Edge, LossBlock, Neuron, Spot
from bpgui.ui.diagram.columns import INPUT, LOSS, Column

FAR = 1_000_000  # more than any layer has


@dataclass(frozen=True)
class NumberPlace:
    """A neuron of a column by its unit, or the edge that comes to it from the neuron `source` of the column before.

    `fanned`: the edge was reached from its source, so that up and down go through the edges that leave that one.
    """

    key: str
    unit: int = 0
    source: int | None = None
    fanned: bool = False

    @property
    def spot(self) -> Spot:
        """What a click there asks about."""
        if self.key == LOSS:
            return LossBlock()
        if self.source is None:
            return Neuron("" if self.key == INPUT else self.key, self.unit)
        return Edge(self.key, self.source, self.unit)


def moved(columns: Sequence[Column], at: NumberPlace, right: int, down: int) -> NumberPlace:
    """The place that many steps to the right, or down, of another; the same one at an end."""
    index = next(i for i, column in enumerate(columns) if column.key == at.key)
    column, before = columns[index], columns[max(index - 1, 0)]
    if down and at.source is not None and not at.fanned:
        return replace(at, source=_within(before, at.source + down))
    if down:
        return replace(at, unit=_within(column, at.unit + down))
    if at.source is not None:
        return NumberPlace(before.key, at.source) if right < 0 else NumberPlace(at.key, at.unit)
    if right < 0:
        return _left(column, before, at)
    return _right(columns[min(index + 1, len(columns) - 1)], at)


def _left(column: Column, before: Column, at: NumberPlace) -> NumberPlace:
    if before is column:
        return at
    if column.kind == "dense":
        return NumberPlace(at.key, at.unit, source=_within(before, at.unit))
    return NumberPlace(before.key, _within(before, at.unit))


def _right(after: Column, at: NumberPlace) -> NumberPlace:
    if after.key == at.key:
        return at
    unit = _within(after, at.unit)
    if after.kind == "dense":
        return NumberPlace(after.key, unit, source=at.unit, fanned=True)
    return NumberPlace(after.key, unit)


def within(columns: Sequence[Column], at: NumberPlace) -> NumberPlace:
    """The place nearest to one in a network that has been edited; its column must be there."""
    index = next(i for i, column in enumerate(columns) if column.key == at.key)
    unit = _within(columns[index], at.unit)
    if at.source is None or index == 0 or columns[index].kind != "dense":
        return NumberPlace(at.key, unit)
    return replace(at, unit=unit, source=_within(columns[index - 1], at.source))


def _within(column: Column, unit: int) -> int:
    return min(max(unit, 0), max(column.units - 1, 0))
