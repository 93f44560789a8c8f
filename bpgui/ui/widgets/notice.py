"""A line over the middle of the window for what has to be said once: a divergence, a failure, a part not read."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from bpgui.ui.icons import icon
from bpgui.ui.widgets.controls import describe


class Notice(QFrame):
    """Hidden until `say`; goes when closed or when `hush` is called."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        row.addWidget(self.text, 1)
        self.close_button = QPushButton(self)
        self.close_button.setProperty("quiet", True)
        self.close_button.setFixedSize(24, 24)
        describe(self.close_button, self.tr("Close message"), self.tr("Put this message away."))
        self.close_button.clicked.connect(self.hush)
        row.addWidget(self.close_button)
        self.hide()

    def say(self, text: str, severity: str = "error") -> None:
        """Show a sentence as an "error" or a "warning"."""
        self.setProperty("severity", severity)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.close_button.setIcon(icon("close"))
        for widget in (self, self.text):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.show()

    @Slot()
    def hush(self) -> None:
        """Put the message away."""
        self.hide()
