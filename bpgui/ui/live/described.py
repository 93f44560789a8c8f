"""A picture's text form, for screen readers and tests."""

from __future__ import annotations

import time
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QFocusEvent, QHelpEvent
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded

INTERVAL = 1.0


class Described(QWidget):
    """A widget that keeps its accessible description a short text of what it shows, renewed at most once a second."""

    _described_at = -INTERVAL

    def describe(self) -> str:
        """What the picture shows, in a sentence or two."""
        return ""

    def hides_tooltip(self, place: QPoint) -> bool:
        """Whether a tooltip at that place would lie over what is being read."""
        return False

    @guarded(default=False)
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self.hides_tooltip(cast(QHelpEvent, event).pos()):
            return True
        return super().event(event)

    def renew_description(self, settled: bool = True) -> None:
        """Call after new content; `settled` content is described at once."""
        now = time.monotonic()
        if settled or now - self._described_at >= INTERVAL:
            self._described_at = now
            text = self.describe()
            if text != self.accessibleDescription():
                self.setAccessibleDescription(text)


class Picture(Described):
    """A described widget that fills its part of a panel and shows whether it has the focus."""

    @guarded
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    @guarded
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    @guarded(default=QSize(320, 190))
    def sizeHint(self) -> QSize:
        return QSize(320, 190)

    @guarded(default=QSize(160, 90))
    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)
