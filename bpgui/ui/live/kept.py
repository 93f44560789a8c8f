"""Pictures kept from frame to frame: what stands still costs one call, what runs changes as fast as it can be read."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Any

from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

RENEWED = 0.09  # seconds that running numbers stand at least: faster nobody reads them


def blank(widget: QWidget, color: QColor) -> QPixmap:
    """A pixmap as large as the widget, as sharp as its screen."""
    ratio = widget.devicePixelRatioF()
    pixmap = QPixmap(round(widget.width() * ratio), round(widget.height() * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(color)
    return pixmap


class Kept:
    """One picture. It is made again at once when `still` (what it depends on but numbers) changes."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._still: Any = None
        self._numbers: Any = None
        self._made = -math.inf

    def forget(self) -> None:
        """Made again at the next call."""
        self._picture = None

    def due(self) -> bool:
        """Whether running numbers may change again."""
        return self._picture is None or monotonic() - self._made >= RENEWED

    def picture(
        self, make: Callable[[], QPixmap], still: Any, numbers: Any = None, *, settled: bool = True
    ) -> QPixmap:
        """The picture. Other `numbers` (told apart by identity) renew it too, at most every RENEWED seconds if they
        are not `settled`.
        """
        stale = self._picture is None or still != self._still
        if stale or (numbers is not self._numbers and (settled or self.due())):
            self._picture, self._still, self._numbers, self._made = make(), still, numbers, monotonic()
        assert self._picture is not None
        return self._picture
