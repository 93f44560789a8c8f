"""The question of a step: answers to choose from, and what the live numbers make of them, in colour and in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from bpgui.ui.learn.wrapped_button import WrappedButton
from bpgui.ui.widgets.controls import describe, restyle

if TYPE_CHECKING:
    from bpgui.project.lessons import Prediction
    from bpgui.session.learning.player import Player


class QuestionCard(QFrame):
    """Follows a player while its step has a question."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._shown: Prediction | None = None
        self.options: list[_Option] = []
        self.setObjectName("explainCard")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(6)
        self._lead = QLabel(self.tr("WHAT DO YOU EXPECT?"), self)
        self._lead.setProperty("section", True)
        self.question, self.reveal = _text(self), _text(self)
        self.verdict = QLabel(self)
        self.verdict.setObjectName("lesson-verdict")
        self.verdict.setWordWrap(True)
        self.verdict.setProperty("strong", True)
        self._hint = QLabel(self)
        self._hint.setProperty("small", True)
        self._hint.setWordWrap(True)
        for widget in (self._lead, self.question, self._hint, self.verdict, self.reveal):
            self._column.addWidget(widget)

    def refresh(self) -> None:
        """Show the question as it stands: asked, answered, or revealed."""
        step = self._player.step
        asked = step.predict if step is not None else None
        self.setVisible(asked is not None)
        if asked is None:
            self._shown = None
            return
        if asked is not self._shown:
            self._shown = asked
            self._make(asked)
        self._show(asked)

    def _make(self, asked: Prediction) -> None:
        for option in self.options:
            self._column.removeWidget(option)
            option.hide()
            option.deleteLater()
        self.options = []
        for place, _ in enumerate(asked.options):
            option = _Option(place, self)
            option.clicked.connect(partial(self._on_clicked, place))
            self._column.insertWidget(2 + place, option)
            self.options.append(option)

    def _show(self, asked: Prediction) -> None:
        player = self._player
        _say(self.question, asked.question.write(player.facts))
        for place, (option, button) in enumerate(zip(asked.options, self.options, strict=True)):
            chosen, right = place == player.answer, place == player.right
            button.show_state(option.text.write(player.facts), chosen, right if player.revealed else None)
            button.setEnabled(player.waits_for_answer)
        self._hint.setText(
            self.tr("Choose first; the numbers will tell.") if player.waits_for_answer
            else self.tr("Noted. Now do what the text says, and see.")
        )  # fmt: skip
        self._hint.setVisible(not player.revealed)
        self.verdict.setVisible(player.revealed)
        self.reveal.setVisible(player.revealed)
        if player.revealed:
            self._show_verdict(asked)

    def _show_verdict(self, asked: Prediction) -> None:
        player = self._player
        right = player.answer == player.right
        tone, text = ("good", self.tr("✓ As you expected.")) if right else ("warn", self.tr("✗ It came otherwise."))
        self.verdict.setText(text)
        if self.verdict.property("tone") != tone:
            self.verdict.setProperty("tone", tone)
            restyle(self.verdict)
        _say(self.reveal, asked.reveal.write(player.facts))

    def _on_clicked(self, place: int, _checked: bool = False) -> None:
        self._player.choose(place)

    @Slot(int)
    def choose(self, place: int) -> None:
        """By its key."""
        if place < len(self.options) and self.isVisible():
            self._player.choose(place)


class _Option(WrappedButton):
    def __init__(self, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"lesson-option-{place + 1}")
        self._number = place + 1
        self._text, self._word = self.label(""), self.label("", small=True)
        self.column.setContentsMargins(10, 6, 10, 6)
        self.column.addWidget(self._text)
        self.column.addWidget(self._word)
        self._word.hide()

    def show_state(self, text: str, chosen: bool, right: bool | None) -> None:
        """`right` is None while nobody knows."""
        self._text.setText(f"{self._number}  {text}")
        word = self.tr("● your answer") if chosen else ""
        if right:
            word = self.tr("✓ right: your answer") if chosen else self.tr("✓ this is how it came")
        elif right is False and chosen:
            word = self.tr("✗ your answer")
        self._word.setText(word)
        self._word.setVisible(bool(word))
        tone = "" if right is None else "good" if right else "bad" if chosen else ""
        tone = tone or ("chosen" if chosen else "")
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            for widget in (self, self._text, self._word):
                restyle(widget)
        describe(self, text, f"{text}. {word or self.tr('Choose this answer.')} ({self._number})")
        self.updateGeometry()


def _text(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    return label


def _say(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
