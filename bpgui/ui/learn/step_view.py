"""A step of a lesson: its text with live numbers, its question, and the way on."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from bpgui.ui.learn.dots import Dots
from bpgui.ui.learn.question_card import QuestionCard
from bpgui.ui.widgets.controls import describe, restyle

if TYPE_CHECKING:
    from bpgui.session.learning.player import Player

TEXT_MS = 200  # between two updates of the live numbers


class StepView(QWidget):
    """Follows the player. `link_clicked(address)`: a link in the text."""

    link_clicked = Signal(str)

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self._written = 0.0
        self._shown: object = None
        self._told = False  # what came of a prediction
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TEXT_MS)
        self._later.timeout.connect(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._make_page(), 1)
        column.addLayout(self._make_foot())
        for key in range(1, 10):
            shortcut = QShortcut(QKeySequence(str(key)), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda place=key - 1: self.question.choose(place))

    def _make_page(self) -> QWidget:
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self.area)
        inner.setObjectName("scrolled")
        page = QVBoxLayout(inner)
        page.setContentsMargins(12, 0, 12, 4)
        page.setSpacing(8)
        self.lesson_title = QLabel(inner)
        self.lesson_title.setProperty("small", True)
        self.lesson_title.setWordWrap(True)
        self.title = QLabel(inner)
        self.title.setProperty("heading", True)
        self.title.setWordWrap(True)
        self.text = QLabel(inner)
        self.text.setObjectName("lesson-text")
        self.text.setTextFormat(Qt.TextFormat.MarkdownText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.text.linkActivated.connect(self.link_clicked)
        self.question = QuestionCard(self.player, inner)
        for widget in (self.lesson_title, self.title, self.text, self.question):
            page.addWidget(widget)
        page.addStretch(1)
        self.area.setWidget(inner)
        return self.area

    def _make_foot(self) -> QVBoxLayout:
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 0, 12, 10)
        foot.setSpacing(6)
        self.done = QLabel(self)
        self.done.setObjectName("lesson-done")
        self.done.setWordWrap(True)
        foot.addWidget(self.done)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.back = self._button(self.tr("Back"), "lesson-back", self.tr("The step before, in its own state."))
        self.dots = Dots(self)
        self.skip = self._button(self.tr("Skip"), "lesson-skip", self.tr("Go on without having done this."))
        self.skip.setProperty("quiet", True)
        self.next = self._button(self.tr("Next"), "lesson-next", self.tr("The next step."))
        self.back.clicked.connect(self.player.back)
        self.skip.clicked.connect(self.player.skip)
        self.next.clicked.connect(self.player.next)
        line.addWidget(self.back)
        line.addWidget(self.dots, 1)
        line.addWidget(self.skip)
        line.addWidget(self.next)
        foot.addLayout(line)
        return foot

    def _button(self, text: str, name: str, sentence: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves Space to training
        describe(button, text, sentence)
        return button

    # ---- showing

    def refresh(self) -> None:
        """Show the step as it stands."""
        lesson, step = self.player.lesson, self.player.step
        if lesson is None or step is None:
            self._later.stop()
            self._shown = None
            return
        if step is not self._shown:
            self._shown = step
            self.area.verticalScrollBar().setValue(0)
        self.lesson_title.setText(lesson.title)
        self.title.setText(step.title)
        self.dots.show_place(self.player.place, len(lesson.steps))
        self.back.setEnabled(self.player.place > 0)
        self.next.setEnabled(self.player.done)
        self.next.setProperty("train", self.player.done)
        restyle(self.next)
        self.next.setText(self.tr("Finish") if self.player.is_last else self.tr("Next"))
        self.skip.setVisible(not self.player.done)
        self._show_what_is_awaited()
        self.write()
        if self.player.revealed and not self._told:
            QTimer.singleShot(0, self, self._scroll_to_reveal)
        self._told = self.player.revealed

    @Slot()
    def _scroll_to_reveal(self) -> None:
        """When its text has its place."""
        self.area.ensureWidgetVisible(self.question.reveal, 0, 20)

    def _show_what_is_awaited(self) -> None:
        player, step = self.player, self.player.step
        assert step is not None
        asks = step.until is not None or step.predict is not None
        if player.done and asks:
            text, tone = self.tr("✓ Done"), "good"
        elif player.waits_for_answer:
            text, tone = self.tr("Choose an answer above."), ""
        elif asks:
            text, tone = self.tr("The lesson goes on when you have done it."), ""
        else:
            text, tone = "", ""
        self.done.setVisible(bool(text))
        self.done.setText(text)
        self.done.setProperty("small", tone != "good")
        self.done.setProperty("tone", tone)
        restyle(self.done)

    @Slot()
    def write_soon(self) -> None:
        """Live numbers may have changed: they are written a few times a second."""
        if self._later.isActive() or not self.isVisible():
            return
        if monotonic() - self._written >= TEXT_MS / 1000:
            self.write()
        else:
            self._later.start()

    @Slot()
    def write(self) -> None:
        """The texts, with the numbers as they are now."""
        self._written = monotonic()
        self._later.stop()
        step = self.player.step
        if step is None:
            return
        text = step.text.write(self.player.facts)
        if text != self.text.text():
            self.text.setText(text)
        self.question.refresh()
