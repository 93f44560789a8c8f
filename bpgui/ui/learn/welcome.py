"""The offer of the first lesson to somebody who opens the program for the first time: one click, or gone for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from bpgui.ui import settings
from bpgui.ui.icons import icon
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe, small_button

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow


class Welcome(QFrame):
    """A line above the network. It goes when a lesson begins, when it is declined, and with the first training."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window.centralWidget())
        self._window = window
        self.setObjectName("welcome")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        text = QLabel(self.tr("<b>New here?</b> A lesson shows how a network learns."), self)
        text.setTextFormat(Qt.TextFormat.RichText)
        text.setWordWrap(True)
        self.begin = QPushButton(self.tr("Begin the first lesson"), self)
        self.begin.setObjectName("welcome-begin")
        self.begin.setProperty("train", True)
        describe(self.begin, self.begin.text(), self.tr("It takes a few minutes, and can be left at any moment."))
        self.decline = small_button(self)
        self.decline.setObjectName("welcome-decline")
        self.decline.setIcon(icon("close", theme().muted))
        describe(self.decline, self.tr("No lesson"), self.tr("Do not offer it again; the Learn menu has all lessons."))
        self.begin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(text, 1)
        row.addWidget(self.begin)
        row.addWidget(self.decline)
        self.begin.clicked.connect(self._on_begin)
        self.decline.clicked.connect(self._on_decline)
        window.session.player.started.connect(self.go)
        window.session.trainer.state_changed.connect(self.go)
        layout = window.centralWidget().layout()
        layout.insertWidget(0, self)  # type: ignore[attr-defined]

    @Slot()
    def _on_begin(self) -> None:
        lessons = self._window.lessons
        if shipped := lessons.panel.shipped():
            lessons.begin(shipped[0])

    @Slot()
    def _on_decline(self) -> None:
        settings.decline_lesson()
        self.go()

    @Slot()
    def go(self) -> None:
        """It is no longer needed; the Learn menu stays."""
        self._window.session.player.started.disconnect(self.go)
        self._window.session.trainer.state_changed.disconnect(self.go)
        self.hide()
        self.deleteLater()


def offer_first_lesson(window: MainWindow) -> Welcome | None:
    """Where nothing says that this person has seen the program before."""
    if not (window.remember and settings.lesson_is_offered()):
        return None
    return Welcome(window)
