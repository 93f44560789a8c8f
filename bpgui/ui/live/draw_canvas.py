"""A drawing in many small cells, of which the network's pixels are means: a soft pen, an eraser, a picture under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.ui.live.picture_facts import PictureFacts
from bpgui.ui.live.picture_framing import framed

Floats = NDArray[np.float64]
Place = tuple[float, float]

CELLS = 280  # across the longer side, at least one for each pixel
STROKES = 11.0  # so many strokes of the pen make the shorter side
THINNEST = 1.0  # pixels
SOFT = 0.7  # pixels from full ink to none


class Canvas:
    """Places are (y, x) in pixels of the picture. `drawn` says that there is nothing but what was drawn on paper."""

    def __init__(self, facts: PictureFacts) -> None:
        self.facts = facts
        height, width, channels = facts.shape
        self.scale = max(1, CELLS // max(height, width))
        self.shares = np.zeros((height * self.scale, width * self.scale, channels), dtype=np.float32)
        self.radius = max(min(height, width) / STROKES, THINNEST) / 2.0
        self._loaded: Floats | None = None
        self._touched = np.zeros((height, width), dtype=np.bool_)

    @property
    def drawn(self) -> bool:
        return self._loaded is None

    @property
    def untouched(self) -> bool:
        """Whether it is the picture that was put on it, as it was."""
        return not self.drawn and not self._touched.any()

    @property
    def blank(self) -> bool:
        """Whether nothing has been drawn yet."""
        return self.drawn and not self.shares.any()

    def clear(self) -> None:
        self._loaded = None
        self.shares[:] = 0.0
        self._touched[:] = False

    def load(self, values: Floats) -> None:
        """Put a picture (height, width, channels) on it, which can be drawn over."""
        self._loaded = np.array(values, dtype=np.float64)
        shares = self.facts.shares(self._loaded).astype(np.float32)
        self.shares = np.repeat(np.repeat(shares, self.scale, axis=0), self.scale, axis=1)
        self._touched[:] = False

    def line(self, start: Place, end: Place, *, rub: bool = False) -> None:
        """A stroke with the pen or the eraser, which is more than twice as wide: all of a pixel goes."""
        radius = self.radius * 2.0 + 0.1 if rub else self.radius
        reach = radius + SOFT / 2.0
        height, width = self._touched.shape
        rows = _within(min(start[0], end[0]) - reach, max(start[0], end[0]) + reach, height)
        columns = _within(min(start[1], end[1]) - reach, max(start[1], end[1]) + reach, width)
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        cells = tuple(slice(part.start * self.scale, part.stop * self.scale) for part in (rows, columns))
        y, x = ((np.arange(part.start, part.stop) + 0.5) / self.scale for part in cells)
        far = _distance(y[:, None], x[None, :], start, end)
        ink = np.clip((reach - far) / SOFT, 0.0, 1.0).astype(np.float32)[..., None]
        here = self.shares[cells]
        self.shares[cells] = np.clip(here, ink - 1.0, 1.0 - ink) if rub else np.maximum(here, ink)
        touched = (ink[..., 0] > 0.0).reshape(rows.stop - rows.start, self.scale, -1, self.scale).any(axis=(1, 3))
        self._touched[rows, columns] |= touched

    def values(self, *, framing: bool) -> Floats:
        """(height, width, channels) for the network, in the data's units.

        Each pixel is the mean over its square; with `framing` a drawing is first brought to the length and the middle
        of the data's pictures. Pixels of a loaded picture that were not drawn on stay as they were.
        """
        height, width, channels = self.facts.shape
        if framing and self.drawn and self.facts.framing is not None:
            ink = np.asarray(self.shares[..., 0], dtype=np.float64)
            shares = np.repeat(framed(ink, (height, width), self.facts.framing)[..., None], channels, axis=2)
            return self.facts.values(shares)
        blocks = self.shares.reshape(height, self.scale, width, self.scale, channels)
        values = self.facts.values(blocks.mean(axis=(1, 3), dtype=np.float64))
        return values if self._loaded is None else np.where(self._touched[..., None], values, self._loaded)

    def ink_at(self, row: int, column: int) -> float:
        """How much of a pixel of the sheet is inked, 0 … 1."""
        cells = [slice(place * self.scale, (place + 1) * self.scale) for place in (row, column)]
        return float(self.shares[cells[0], cells[1]].mean())

    def picture(self) -> Floats:
        """(rows, columns, channels) of cells in the data's units, as it is shown."""
        facts = self.facts
        return np.asarray(facts.paper + self.shares * (facts.ink - facts.paper))


def _within(low: float, high: float, size: int) -> slice:
    return slice(max(int(np.floor(low)), 0), min(int(np.ceil(high)), size))


def _distance(y: Floats, x: Floats, start: Place, end: Place) -> Floats:
    """Of places from the line between two."""
    down, right = end[0] - start[0], end[1] - start[1]
    length = down * down + right * right
    along = ((y - start[0]) * down + (x - start[1]) * right) / length if length else 0.0
    along = np.clip(along, 0.0, 1.0)
    return np.asarray(np.hypot(y - start[0] - along * down, x - start[1] - along * right))
