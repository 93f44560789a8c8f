"""The font of ticks and legends."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

_fonts: tuple[QFont, QFont, QFontMetricsF] | None = None


def _small() -> tuple[QFont, QFont, QFontMetricsF]:
    """The window's font, that of ticks and legends, and its measures: made again when the window's changes."""
    global _fonts
    used = QApplication.font()
    if _fonts is None or _fonts[0] != used:
        font = QFont(used)
        font.setPointSizeF(max(font.pointSizeF() * 0.85, 6.5))
        _fonts = (used, font, QFontMetricsF(font))
    return _fonts


def small_font() -> QFont:
    """A little smaller than the window's. Not to be changed."""
    return _small()[1]


def small_metrics() -> QFontMetricsF:
    """How much room that font takes."""
    return _small()[2]
