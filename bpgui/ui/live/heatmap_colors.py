"""From weights to the colours of a heat-map's cells."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from bpgui.ui.live.color_scale import missing_color
from bpgui.ui.live.drawing import packed
from bpgui.ui.theme import Theme

MISSING = 255
_USUAL = (1e-30, 1e30)  # limits of a scale that need no care in any precision


class CellColors:
    """A theme's table of 255 colours from −limit to +limit and one for what is not finite."""

    def __init__(self, theme: Theme) -> None:
        lut = theme.diverging_lut()[np.linspace(0, 255, 255).round().astype(int)]
        self._table = np.append(packed(lut), np.uint32(missing_color().rgb()))
        self._table[127] = theme.neutral.rgb()  # zero is exactly neutral
        weight = lut[:, :3] / 255.0 @ np.array([0.299, 0.587, 0.114])
        self.dark_text = np.append(weight > 0.55, False)

    @staticmethod
    def indices(values: NDArray[Any], limit: float, *, finite: bool = False) -> NDArray[np.uint8]:
        """Rows of the table: 0 … 254 over the scale, 255 for what is not finite; `finite` says that all is."""
        if finite and _USUAL[0] < limit < _USUAL[1]:
            shares = values * (127.0 / limit)
            shares += 127.5
            # The scale holds the largest value, but for a hair of rounding.
            return np.minimum(np.maximum(shares, 0.5, out=shares), 254.5, out=shares).astype(np.uint8)
        with np.errstate(invalid="ignore", over="ignore"):
            shares = np.clip(np.asarray(values, dtype=np.float64) / limit, -1.0, 1.0) * 127.0 + 127.5
            return np.where(np.isfinite(values), shares, MISSING).astype(np.uint8)

    def rgb(self, cells: NDArray[np.uint8]) -> NDArray[np.uint32]:
        """0xffRRGGBB of rows of the table, in their shape."""
        return self._table[cells]

    def image(self, cells: NDArray[np.uint8]) -> tuple[QImage, NDArray[np.uint32]]:
        """The cells, a pixel each, and the memory that they lie in, which must outlive the image."""
        height, width = cells.shape
        colors = self.rgb(cells)
        return QImage(colors.data, width, height, 4 * width, QImage.Format.Format_RGB32), colors
