"""A line over the middle of the window for what has to be said once: a divergence, a failure, a part not read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.ui.icons import icon
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe, restyle, small_button
from bpgui.ui.widgets.flow_row import FlowRow


class Notice(QFrame):
    """Hidden until `say`; goes when closed or when `hush` is called. Actions can be offered as links."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("finding")
        self.links: list[QPushButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.text)
        row.addLayout(column, 1)
        self._row_of_links = FlowRow()  # several side by side would make the window wider
        column.addLayout(self._row_of_links)
        self.close_button = small_button(self)
        describe(self.close_button, self.tr("Close message"), self.tr("Put this message away."))
        self.close_button.clicked.connect(self.hush)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str, severity: str = "error", links: Sequence[QAction] = ()) -> None:
        """Show a sentence as an "error" or a "warning", with actions to take."""
        self.setProperty("severity", severity)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        for link in self.links:
            self._row_of_links.removeWidget(link)
            link.hide()
            link.deleteLater()
        self.links = [action_link(action, self) for action in links]
        for link in self.links:
            self._row_of_links.addWidget(link)
        for widget in (self, self.text):
            restyle(widget)
        self.show()

    @Slot()
    def hush(self) -> None:
        """Put the message away."""
        self.hide()

    def refresh_theme(self) -> None:
        """The close sign in the quiet colour of the theme."""
        self.close_button.setIcon(icon("close", theme().muted))


def action_link(action: QAction, parent: QWidget, text: str = "") -> QPushButton:
    """A link that does what an action does, while it can be done; `text` is shorter than the action's own."""
    name = text or action.text().split("\t")[0].replace("&", "")
    link = QPushButton(f"{name} →", parent)
    link.setProperty("link", True)
    describe(link, name, action.statusTip())
    link.setEnabled(action.isEnabled())
    action.enabledChanged.connect(link.setEnabled)
    link.clicked.connect(action.trigger)
    return link
