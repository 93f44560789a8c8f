"""The end of a lesson: what comes next, and what becomes of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.project.lessons import Lesson
    from bpgui.session.learning.player import Player


class FinishView(QWidget):
    """`following_wanted`, `list_wanted`, `keep_wanted` and `again_wanted` are its buttons."""

    following_wanted = Signal()
    list_wanted = Signal()
    keep_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 10)
        column.setSpacing(8)
        self.title, self.text = QLabel(self), QLabel(self)
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.text.setWordWrap(True)
        self.following = self._button("lesson-following", self.tr("Next"), self.tr("Begin the next lesson."))
        self.following.setProperty("train", True)
        self.all = self._button("lesson-list", self.tr("All lessons"), self.tr("Leave it, and show the list."))
        self.again = self._button("lesson-again", self.tr("Once more"), self.tr("Begin this lesson anew."))
        self.keep = self._button(
            "lesson-keep", self.tr("Keep what the lesson made"),
            self.tr("Go on with this network; Undo still brings back what was open before."),
        )  # fmt: skip
        self.following.clicked.connect(self.following_wanted)
        self.all.clicked.connect(self.list_wanted)
        self.again.clicked.connect(self.again_wanted)
        self.keep.clicked.connect(self.keep_wanted)
        column.addWidget(self.title)
        column.addWidget(self.text)
        for button in (self.following, self.all, self.again, self.keep):
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _button(self, name: str, text: str, sentence: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, text, sentence)
        return button

    def refresh(self, following: Lesson | None) -> None:
        """Show the end of the player's lesson; `following` is the next of the list."""
        lesson, aside = self._player.lesson, self._player.aside
        if lesson is None:
            return
        self.title.setText(self.tr("✓ {0}: finished").format(lesson.title))
        text = self.tr("That was the lesson.")
        if lesson.teaches:
            text = self.tr("You have seen: {0}.").format(lesson.teaches.rstrip("."))
        if aside is not None and aside.own:
            text += " " + self.tr("Your own project comes back when you leave.")
        self.text.setText(text)
        self.keep.setVisible(aside is not None)
        self.following.setVisible(following is not None)
        if following is not None:
            name = self.tr("Next: {0}").format(following.title)
            self.following.setText(name)
            describe(self.following, name, following.summary)
