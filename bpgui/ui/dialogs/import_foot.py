"""The line below the import view: what is going on, and the two buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe
from bpgui.ui.widgets.elided import ElidedLabel


class ImportFoot(QWidget):
    """`use` and `cancel` are for the view to connect."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.text = ElidedLabel("", self)
        self.text.mode = Qt.TextElideMode.ElideRight
        self.text.setProperty("muted", True)
        row.addWidget(self.text, 1)
        self.bar = QProgressBar(self)
        sized(self.bar, lambda w: w.setFixedSize(px(200), px(6)))
        self.bar.setTextVisible(False)
        describe(self.bar, self.tr("Progress"), self.tr("How much of the data has been read."))
        self.bar.hide()
        row.addWidget(self.bar)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setAutoDefault(False)
        describe(self.cancel, self.tr("Cancel"), self.tr("Leave everything as it is."))
        row.addWidget(self.cancel)
        self.use = QPushButton(self.tr("Use this data"), self)
        self.use.setProperty("train", True)
        self.use.setDefault(True)
        describe(self.use, self.tr("Use this data"), self.tr("Read all of it in this way and train with it."))
        row.addWidget(self.use)

    def show_ready(self, text: str = "") -> None:
        """Nothing goes on."""
        self._show(text, busy=False, usable=True)

    def show_failed(self) -> None:
        """There is nothing that could be used."""
        self._show("", busy=False, usable=False)

    def show_reading(self) -> None:
        """All of it is being read."""
        self.bar.setRange(0, 0)
        self._show(self.tr("Reading all of it …"), busy=True, usable=False)

    @Slot(float)
    def show_progress(self, share: float) -> None:
        """0..1, or -1 where it is not known."""
        self.bar.setRange(0, 0 if share < 0 else 1000)
        if share >= 0:
            self.bar.setValue(int(min(share, 1.0) * 1000))

    def _show(self, text: str, *, busy: bool, usable: bool) -> None:
        self.text.set_text(text)
        self.bar.setVisible(busy)
        self.use.setEnabled(usable)
