"""A line over the middle of the window for what has to be said once: a divergence, a failure, a part not read."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.ui.icons import icon
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe, restyle


class Notice(QFrame):
    """Hidden until `say`; goes when closed or when `hush` is called. An action can be offered as a link."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding")
        self._action: QAction | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.text)
        row.addLayout(column, 1)
        self.link = QPushButton(self)
        self.link.setProperty("link", True)
        describe(self.link, self.tr("Remedy"), self.tr("Do what helps."))
        self.link.clicked.connect(self._on_link_clicked)
        column.addWidget(self.link, 0, Qt.AlignmentFlag.AlignLeft)
        self.close_button = QPushButton(self)
        self.close_button.setProperty("quiet", True)
        self.close_button.setFixedSize(24, 24)
        self.close_button.setIconSize(QSize(12, 12))
        describe(self.close_button, self.tr("Close message"), self.tr("Put this message away."))
        self.close_button.clicked.connect(self.hush)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str, severity: str = "error", link: QAction | None = None) -> None:
        """Show a sentence as an "error" or a "warning", with an action to take."""
        self.setProperty("severity", severity)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self._action = link
        self.link.setVisible(link is not None)
        if link is not None:
            name = link.text().split("\t")[0].replace("&", "")
            self.link.setText(f"{name} →")
            describe(self.link, name, link.statusTip())
        for widget in (self, self.text):
            restyle(widget)
        self.show()

    @Slot()
    def hush(self) -> None:
        """Put the message away."""
        self.hide()

    @Slot()
    def _on_link_clicked(self) -> None:
        if self._action is not None:
            self._action.trigger()

    def refresh_theme(self) -> None:
        """The close sign in the quiet colour of the theme."""
        self.close_button.setIcon(icon("close", theme().muted))
