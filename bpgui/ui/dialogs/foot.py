"""The line at the bottom of a dialog: what is going on, how far it is, and buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel


class Foot(QWidget):
    """A text at the left and a progress bar; buttons are added to `row`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        self.text = ElidedLabel("", self)
        self.text.mode = Qt.TextElideMode.ElideRight
        self.text.setProperty("muted", True)
        self.row.addWidget(self.text, 1)
        self.bar = QProgressBar(self)
        sized(self.bar, lambda w: w.setFixedSize(px(180), px(6)))
        self.bar.setTextVisible(False)
        describe(self.bar, self.tr("Progress"), self.tr("How far it is."))
        self.bar.hide()
        self.row.addWidget(self.bar)

    def show_text(self, text: str, *, busy: bool) -> None:
        """What is going on, or has; `busy`: nobody knows yet how far it is."""
        self.text.set_text(text)
        self.bar.setRange(0, 0)
        self.bar.setVisible(busy)

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """0..1, or -1 where it is not known."""
        self.bar.setRange(0, 0 if share < 0 else 1000)
        if share >= 0:
            self.bar.setValue(int(min(share, 1.0) * 1000))
