"""Where the pictures of a layer's neurons stand: pure geometry, with scrolling and zoom."""

from __future__ import annotations

import math
from dataclasses import dataclass

GAP = 4.0
LEAST = 24.0  # pixels of a picture's longer side; where all would be smaller, the others are scrolled to
LARGEST = 160.0


@dataclass(frozen=True)
class NeuronLayout:
    """`columns` pictures stand beside each other, `rows` below each other in view, the first line being `first`.

    `pixel` is the side of a picture's pixel, `title` the height of the line over each picture, 0 where there is none.
    """

    count: int
    shape: tuple[int, int]
    columns: int
    rows: int
    first: int
    pixel: float
    title: float

    @classmethod
    def fit(
        cls, room: tuple[float, float], count: int, shape: tuple[int, int], title: float, first: int, zoom: float
    ) -> NeuronLayout:
        """As large as all of `count` have room, times `zoom`; `title` is what a line of text needs."""
        side = max(shape)
        size = min(max(_largest(room, count, shape, title) * zoom, LEAST), LARGEST, max(*room, LEAST))
        pixel = math.floor(size) / side
        titled = title if pixel * shape[1] >= 2.0 * title else 0.0
        wide, high = pixel * shape[1] + GAP, pixel * shape[0] + GAP + titled
        columns = min(max(int((room[0] + GAP) / wide), 1), count)
        lines = -(-count // columns)
        rows = min(max(int((room[1] + GAP) / high), 1), lines)
        return cls(count, shape, columns, rows, min(max(first, 0), lines - rows), pixel, titled)

    @property
    def lines(self) -> int:
        """Lines in all, in view or not."""
        return -(-self.count // self.columns)

    @property
    def step(self) -> tuple[float, float]:
        """From one picture to the next, across and down."""
        return self.pixel * self.shape[1] + GAP, self.pixel * self.shape[0] + GAP + self.title

    def shown(self) -> range:
        """The neurons in view."""
        start = self.first * self.columns
        return range(start, min(start + self.rows * self.columns, self.count))

    def corner(self, neuron: int) -> tuple[float, float]:
        """Top left of a neuron's picture, below its title."""
        line, column = divmod(neuron, self.columns)
        return column * self.step[0], (line - self.first) * self.step[1] + self.title

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """(neuron, row, column) of the pixel at a place, None beside the pictures."""
        if x < 0 or y < 0:
            return None
        column, line = int(x / self.step[0]), int(y / self.step[1])
        neuron = (line + self.first) * self.columns + column
        if column >= self.columns or line >= self.rows or neuron >= self.count:
            return None
        left, top = self.corner(neuron)
        across, down = math.floor((x - left) / self.pixel), math.floor((y - top) / self.pixel)
        inside = 0 <= across < self.shape[1] and 0 <= down < self.shape[0]
        return (neuron, down, across) if inside else None


def _largest(room: tuple[float, float], count: int, shape: tuple[int, int], title: float) -> float:
    """Pixels of the longer side with which all pictures are in view."""
    found = 0.0
    for columns in range(1, count + 1):
        lines = -(-count // columns)
        across = (room[0] + GAP) / columns - GAP
        down = (room[1] + GAP) / lines - GAP - title
        found = max(found, min(across / shape[1], down / shape[0]) * max(shape))
        if across <= 0:
            break
    return found
