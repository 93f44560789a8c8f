"""The numbers in the cells of a heat-map, where they fit."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from bpgui.ui.live.heatmap_layout import HeatmapLayout
from bpgui.ui.live.small_font import small_font
from bpgui.ui.numbers import MINUS
from bpgui.ui.theme import mono_font, theme

LETTERS, COMPACT_LETTERS = 5, 4
SMALLEST_POINTS = 7.0


def cell_text(value: float, limit: float, compact: bool = False) -> str:
    """A weight in a cell: sign and as many decimals as the scale's `limit` asks for.

    `compact` takes four letters where it can: "+.29", "−1.8", "+12". A value far beyond the limit has an exponent.
    """
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else ("+∞" if value > 0 else MINUS + "∞")
    if value == 0.0:
        return "0"
    size = math.floor(math.log10(limit) + 1e-9) if limit > 0 else 0
    if size < -2 or size > 3 or abs(value) > 10.0 * max(limit, 1.0):
        mantissa, power = f"{value:+.0e}".split("e")
        text = f"{mantissa}e{int(power)}"
    elif size == -2:
        text = f"{value:+.3f}".replace("0.", ".", 1)
    elif compact and size < 3:
        text = f"{value:+.2f}".replace("0.", ".", 1)
        if abs(value) >= 0.995:
            text = f"{value:+.{1 if abs(value) < 9.95 else 0}f}"
    else:
        text = f"{value:+.{2 - min(max(size, 0), 2)}f}"
    return text.replace("-", MINUS)


class CellNumbers:
    """Fonts and places are worked out once for a layout."""

    def __init__(self) -> None:
        self._font: tuple[Any, tuple[QFont | None, bool]] | None = None
        self._places: tuple[HeatmapLayout, QFont, Any] | None = None

    def font(self, cell: tuple[float, float]) -> QFont | None:
        """The largest fixed-pitch font whose numbers fit a cell, None where even the smallest does not."""
        return self._fit(cell)[0]

    def compact(self, cell: tuple[float, float]) -> bool:
        """Whether only short numbers fit."""
        return self._fit(cell)[1]

    def letters(self, cell: tuple[float, float]) -> int:
        """How many letters of that font a cell has room for."""
        font = self.font(cell)
        return 0 if font is None else int((cell[0] - 2) / QFontMetricsF(font).horizontalAdvance("0"))

    def _fit(self, cell: tuple[float, float]) -> tuple[QFont | None, bool]:
        key = (cell, small_font().pointSizeF())
        if self._font is None or self._font[0] != key:
            self._font = (key, _fitting(cell))
        return self._font[1]

    def draw(
        self, painter: QPainter, layout: HeatmapLayout, texts: list[tuple[int, int, str]], on_bright: list[bool]
    ) -> None:
        """(row, column, text) each, dark where the cell is bright; one pen after the other."""
        font = self.font(layout.cell)
        if font is None:
            return
        painter.setFont(font)
        half, across, down = self._at(layout, font)
        colors = theme()
        light, dark = (colors.text, colors.window) if colors.dark else (colors.panel, colors.text)
        for color, bright in ((light, False), (dark, True)):
            painter.setPen(color)
            for (row, column, text), on in zip(texts, on_bright, strict=True):
                if on is bright:
                    painter.drawText(round(across[column] - half * len(text)), down[row], text)

    def _at(self, layout: HeatmapLayout, font: QFont) -> tuple[float, dict[int, float], dict[int, int]]:
        """Half a letter, the middle of each column and the base line of each row in view."""
        if self._places is None or self._places[0] is not layout or self._places[1] is not font:
            metrics = QFontMetricsF(font)
            rows, columns = layout.in_view()
            drop = metrics.capHeight() / 2
            across = {c: layout.rect(0, c).center().x() for c in columns}
            down = {r: round(layout.rect(r, 0).center().y() + drop) for r in (*rows, layout.shape[0])}
            self._places = (layout, font, (metrics.horizontalAdvance("0") / 2, across, down))
        return self._places[2]


def _fitting(cell: tuple[float, float]) -> tuple[QFont | None, bool]:
    for letters in (LETTERS, COMPACT_LETTERS):
        points = max(small_font().pointSizeF(), SMALLEST_POINTS)
        while points >= SMALLEST_POINTS:
            font = mono_font(points)
            metrics = QFontMetricsF(font)
            if metrics.horizontalAdvance("0") * letters + 6 <= cell[0] and metrics.height() <= cell[1]:
                return font, letters == COMPACT_LETTERS
            points -= 0.5
    return None, False
