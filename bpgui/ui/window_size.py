"""How large the window is before anybody has chosen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QScreen

USUAL = QSize(1440, 900)
FRAME = QSize(16, 48)  # what a desktop draws around a window, at most


def usual_size(screen: QScreen | None) -> QSize:
    """Of the window without its frame; no larger than the screen."""
    return USUAL.boundedTo(screen.availableSize()) if screen is not None else USUAL


def has_room(screen: QScreen | None) -> bool:
    """Whether the screen has room for the usual size and a frame; where it has not, the window fills it."""
    return screen is None or (USUAL + FRAME).boundedTo(screen.availableSize()) == USUAL + FRAME
