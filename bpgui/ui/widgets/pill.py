"""The state of training as a word in a coloured pill."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import restyle


class Pill(QLabel):
    """A word on a tone: "idle", "live", "done", "warn", "bad". Never the colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pill")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        sized(self, lambda w: w.setFixedSize(px(108), px(24)))

    def show_state(self, word: str, tone: str, sentence: str) -> None:
        """Show a word; the sentence says what it means."""
        self.setText(word)
        self.setAccessibleName(word)
        self.setToolTip(sentence)
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)
