"""Lessons: the list of them, or the step of the one that runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.learn.finish_view import FinishView
from bpgui.ui.learn.lesson_list import LessonList
from bpgui.ui.learn.step_view import StepView
from bpgui.ui.panels.base import Panel
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import describe, small_button

if TYPE_CHECKING:
    from bpgui.project.lessons import Lesson
    from bpgui.session.session import Session


class LearnPanel(Panel):
    """Shows the session's player. `link_clicked(address)`: a link in a lesson's text."""

    key = "learn"
    title = "Learn"
    link_clicked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.player = session.player
        self.lessons: tuple[Lesson, ...] | None = None  # read when they are first shown
        self._fault = ""
        self.body.setContentsMargins(0, 2, 0, 0)
        self.list = LessonList(self)
        self.step = StepView(self.player, self)
        self.finish = FinishView(self.player, self)
        self.stack = QStackedWidget(self)
        for page in (self.list, self.step, self.finish):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)
        self._build_header()
        self.list.chosen.connect(self.begin)
        self.step.link_clicked.connect(self.link_clicked)
        self.finish.following_wanted.connect(self._on_following)
        self.finish.keep_wanted.connect(self._on_keep)
        self.finish.again_wanted.connect(self.player.restart)
        self.player.changed.connect(self.refresh)
        self.player.facts_changed.connect(self.step.write_soon)
        self.player.remembered_changed.connect(self._on_remembered)

    def _build_header(self) -> None:
        self.restart = small_button(self.header)
        self.restart.setObjectName("lesson-restart")
        describe(self.restart, self.tr("Begin the lesson again"), self.tr("Begin this lesson from its first step."))
        self.restart.clicked.connect(self.player.restart)
        self.leave = QPushButton(self.tr("Leave"), self.header)
        self.leave.setObjectName("lesson-leave")
        sentence = self.tr("Leave the lesson; it can be gone on with later, and your own project comes back.")
        describe(self.leave, self.tr("Leave the lesson"), sentence)
        self.leave.clicked.connect(self._on_leave)
        self.leave.setProperty("quiet", True)
        self.leave.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for button in (self.restart, self.leave):
            button.hide()
            self.header.add(button)

    # ---- lessons

    def shipped(self) -> tuple[Lesson, ...]:
        """The lessons that come with the program; the panel says what is wrong where one cannot be read."""
        if self.lessons is None:
            from bpgui.project.lessons import LessonError, shelf

            found = []
            for name in shelf.names():
                try:
                    found.append(shelf.shipped(name))
                except LessonError as error:
                    self._fault = str(error)
            self.lessons = tuple(found)
        return self.lessons

    @Slot(object)
    def begin(self, lesson: Lesson) -> None:
        """Begin a lesson, or go on with it."""
        self.player.start(lesson)

    def following(self) -> Lesson | None:
        """The lesson after the one that runs."""
        lessons, now = self.shipped(), self.player.lesson
        names = [lesson.name for lesson in lessons]
        if now is None or now.name not in names[:-1]:
            return None
        return lessons[names.index(now.name) + 1]

    @Slot()
    def _on_following(self) -> None:
        following = self.following()
        if following is not None:
            self.player.start(following)

    @Slot()
    def _on_leave(self) -> None:
        self.player.leave()

    @Slot()
    def _on_keep(self) -> None:
        self.player.leave(keep=True)

    # ---- showing

    @Slot()
    def refresh(self) -> None:
        """Show what there is to show."""
        lesson = self.player.lesson
        self.restart.setVisible(lesson is not None)
        self.leave.setVisible(lesson is not None)
        if lesson is None:
            self.step.refresh()
            self.set_note("")
            self.stack.setCurrentWidget(self.list)
            if self.isVisible():
                self._show_list()
            return
        self.set_note(self.tr("{0} of {1}").format(self.player.place + 1, len(lesson.steps)))
        if self.player.finished:
            self.finish.refresh(self.following())
            self.stack.setCurrentWidget(self.finish)
        else:
            self.step.refresh()
            self.stack.setCurrentWidget(self.step)

    def _show_list(self) -> None:
        self.list.show_lessons(self.shipped(), self.player.remembered, self._fault)

    @Slot(str)
    def _on_remembered(self, name: str) -> None:
        if self.isVisible() and self.player.lesson is None:
            self._show_list()

    def refresh_theme(self, theme: Theme) -> None:
        self.restart.setIcon(icon("reset", theme.muted))

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
