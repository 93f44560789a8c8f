"""Errors of a gradient check as colours: a scale of powers of ten, grey up to the bound, a verdict's colour beyond."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from bpgui.ui.live.color_scale import BAR
from bpgui.ui.live.drawing import cosmetic
from bpgui.ui.live.heatmap_colors import MISSING
from bpgui.ui.live.small_font import small_metrics
from bpgui.ui.numbers import MINUS
from bpgui.ui.theme import Theme, mix, theme

LOW, HIGH = -16, 0  # powers of ten at the ends of the scale
COLORS = 255


def power_text(value: float) -> str:
    """One digit and a power of ten: "3e−8", "1"."""
    if value == 0.0:
        return "0"
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞"
    text = f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e").replace("-", MINUS)
    return text.removesuffix("e0")


class ErrorColors:
    """Rows of a table of 255 colours over the scale; MISSING stands for what was not checked."""

    def __init__(self, theme: Theme, bound: float) -> None:
        self.bound = bound
        powers = np.linspace(LOW, HIGH, COLORS)
        colors = [_color(theme, power, math.log10(bound)) for power in powers]
        self._table = np.array([*(color.rgb() for color in colors), theme.plot.rgb()], np.uint32)
        self.dark_text = np.array([*(_light(color) for color in colors), not theme.dark])

    @staticmethod
    def indices(values: NDArray[Any], limit: float = 1.0, *, finite: bool = False) -> NDArray[np.uint8]:
        """Rows of the table: errors of 0 at the bottom, infinite ones at the top, NaN is MISSING."""
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = (np.log10(np.asarray(values, np.float64)) - LOW) / (HIGH - LOW)
            rows = np.clip(shares, 0.0, 1.0) * (COLORS - 1)
            return np.where(np.isnan(values), MISSING, np.nan_to_num(rows)).astype(np.uint8)

    def image(self, cells: NDArray[np.uint8]) -> tuple[QImage, NDArray[np.uint32]]:
        """The cells, a pixel each, and the memory that they lie in, which must outlive the image."""
        height, width = cells.shape
        colors = np.ascontiguousarray(self._table[cells])
        return QImage(colors.data, width, height, 4 * width, QImage.Format.Format_RGB32), colors

    def draw_bar(self, painter: QPainter, bar: QRectF, missing: str) -> None:
        """The scale with its ends, and a line where errors begin; `missing` names what was not checked."""
        cells = np.arange(COLORS - 1, -1, -1, dtype=np.uint8)[:, None]
        image, _memory = self.image(cells)
        painter.drawImage(bar, image, QRectF(0, 0, 1, COLORS))
        colors, metrics = theme(), small_metrics()
        painter.setPen(cosmetic(colors.field_border))
        painter.drawRect(bar)
        at = bar.bottom() - (math.log10(self.bound) - LOW) / (HIGH - LOW) * bar.height()
        painter.setPen(cosmetic(colors.text))
        painter.drawLine(QPointF(bar.left() - 3, at), QPointF(bar.right() + 3, at))
        painter.drawText(QPointF(bar.right() + 5, at + metrics.capHeight() / 2), power_text(self.bound))
        painter.setPen(colors.muted)
        painter.drawText(QPointF(bar.right() + 5, bar.top() + metrics.ascent() - 1), "1")
        painter.drawText(QPointF(bar.right() + 5, bar.bottom()), power_text(10.0**LOW))
        if missing:
            swatch = QRectF(bar.left(), bar.bottom() + 6, BAR, BAR)
            painter.fillRect(swatch, colors.plot)
            painter.drawRect(swatch)
            painter.drawText(QPointF(swatch.right() + 5, swatch.bottom() - 2), missing)


def _color(theme: Theme, power: float, bound: float) -> QColor:
    if power <= bound:
        return mix(theme.neutral, theme.muted, 0.75 * (power - LOW) / (bound - LOW))
    return mix(theme.warn, theme.bad, min((power - bound) / (HIGH - bound) * 2.0, 1.0))


def _light(color: QColor) -> bool:
    return (0.299 * color.red() + 0.587 * color.green() + 0.114 * color.blue()) / 255.0 > 0.55
