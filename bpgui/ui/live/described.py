"""A picture's text form, for screen readers and tests."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QWidget

INTERVAL = 1.0


class Described(QWidget):
    """A widget that keeps its accessible description a short text of what it shows, renewed at most once a second."""

    _described_at = -INTERVAL

    def describe(self) -> str:
        """What the picture shows, in a sentence or two."""
        return ""

    def renew_description(self, settled: bool = True) -> None:
        """Call after new content; `settled` content is described at once."""
        now = time.monotonic()
        if settled or now - self._described_at >= INTERVAL:
            self._described_at = now
            text = self.describe()
            if text != self.accessibleDescription():
                self.setAccessibleDescription(text)
