"""The list of lessons: title, minutes, how far one is, and one sentence on each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from bpgui.session.learning.player import Remembered
from bpgui.ui.learn.wrapped_button import WrappedButton
from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.project.lessons import Lesson


class LessonList(QScrollArea):
    """`chosen(Lesson)`: one is to be begun, or gone on with."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: dict[str, LessonCard] = {}
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget(self)
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 0, 12, 8)
        self._column.setSpacing(6)
        self.note = QLabel(inner)
        self.note.setProperty("small", True)
        self.note.setWordWrap(True)
        self._column.addWidget(self.note)
        self._column.addStretch(1)
        self.setWidget(inner)

    def show_lessons(self, lessons: Sequence[Lesson], remembered: dict[str, Remembered], note: str = "") -> None:
        """All of them, each with how far it was played."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if list(self.cards) != [lesson.name for lesson in lessons]:
            for card in self.cards.values():
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
            self.cards = {}
            for number, lesson in enumerate(lessons, start=1):
                card = self.cards[lesson.name] = LessonCard(number, lesson, self.widget())
                card.clicked.connect(partial(self._on_clicked, lesson))
                self._column.insertWidget(number, card)
        for lesson in lessons:
            self.cards[lesson.name].show_progress(remembered.get(lesson.name, Remembered()))

    def _on_clicked(self, lesson: Lesson, _checked: bool = False) -> None:
        self.chosen.emit(lesson)


class LessonCard(WrappedButton):
    """One lesson."""

    def __init__(self, number: int, lesson: Lesson, parent: QWidget) -> None:
        super().__init__(parent)
        self.lesson = lesson
        self.setObjectName(f"lesson-{lesson.name}")
        line = QHBoxLayout()
        line.setSpacing(8)
        title = self.label(f"{number}  {lesson.title}", strong=True)
        self._state = self.label("", small=True)
        self._state.setWordWrap(False)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        line.addWidget(title, 1)
        line.addWidget(self._state)
        self.column.addLayout(line)
        self.column.addWidget(self.label(lesson.summary, muted=True))

    def show_progress(self, remembered: Remembered) -> None:
        """Minutes, or where one is, or that it is done."""
        count = len(self.lesson.steps)
        if remembered.place:
            text = self.tr("step {0} of {1}").format(remembered.place + 1, count)
        elif remembered.finished:
            text = self.tr("✓ done")
        else:
            text = self.tr("{0} min").format(self.lesson.minutes)
        self._state.setText(text)
        describe(self, f"{self.lesson.title}, {text}", self.lesson.summary)
        self.updateGeometry()
