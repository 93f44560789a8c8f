"""Lessons in the window: begun by name, from a file, with a project; remembered from one start to the next.

The player in the session plays; the stage, made with the first lesson, does what that needs of the window.
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from bpgui.ui.dialogs.messages import show_message
from bpgui.ui.learn import progress
from bpgui.ui.panels.learn import LearnPanel

if TYPE_CHECKING:
    from bpgui.project.lessons import Lesson, LessonError
    from bpgui.ui.learn.ring import Ring
    from bpgui.ui.learn.stage import Stage
    from bpgui.ui.main_window import MainWindow

MOST_FAULTS = 8


class Lessons(QObject):
    """Made when the window has its panels; what a lesson itself needs is loaded with the first one."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.player = window.session.player
        self.wanted = False  # lessons are not read for a menu that is only being made
        panel = window.panels["learn"]
        assert isinstance(panel, LearnPanel)
        self.panel = panel
        if window.remember:
            self.player.remembered = progress.load()
            self.player.remembered_changed.connect(self._on_remembered)
        self.player.started.connect(self._on_started)
        self.player.left.connect(self._on_left)
        self.player.refused.connect(partial(window.status.say, bad=True))
        panel.link_clicked.connect(self._on_link)
        panel.finish.list_wanted.connect(self._on_list_wanted)
        window.opening.finished.connect(self._on_opened)
        window.session.document.lesson_changed.connect(window.following.follow_enabled)
        window.files.lesson_chosen.connect(self.open_file)
        window.files.project_opened.connect(self._on_project_opened)
        window.files.project_left.connect(self.put_away)

    @cached_property
    def stage(self) -> Stage:
        """The window while a lesson runs."""
        from bpgui.ui.learn.stage import Stage

        return Stage(self._window)

    @property
    def ring(self) -> Ring:
        """The ring around what a step speaks of."""
        return self.stage.ring

    @Slot()
    def _on_opened(self) -> None:
        self.wanted = True

    @Slot()
    def _on_started(self) -> None:
        self.stage.begin()

    @Slot()
    def _on_left(self) -> None:
        self.stage.end()

    # ---- beginning

    @Slot()
    def show_list(self) -> None:
        """The panel with the lessons, in front."""
        window = self._window
        if window.docks["learn"].isHidden():
            window.arrangement.show("learn")
        window.show_panel("learn")

    @Slot()
    def _on_list_wanted(self) -> None:
        self.player.leave()
        self.show_list()

    def begin(self, lesson: Lesson, _checked: bool = False) -> None:
        self.player.start(lesson)

    def open(self, name: str) -> None:
        """A shipped lesson by its name, or one in a file."""
        from bpgui.project.lessons import LessonError, shelf

        if shelf.is_file_name(name):
            self.open_file(Path(name))
            return
        try:
            self.player.start(shelf.shipped(name))
        except (shelf.NoLesson, LessonError) as error:
            show_message(self._window, self.tr("This lesson cannot be begun"), str(error))

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """A lesson of one's own; what is wrong in it is said with line numbers."""
        lesson = self._read(path, own_name(path.stem, str(path.absolute())))
        if lesson is not None:
            self.player.start(lesson)

    def _read(self, path: Path, name: str) -> Lesson | None:
        from bpgui.project.lessons import LessonError, shelf

        try:
            return shelf.read_file(path, name)
        except LessonError as error:
            self._say_faults(error)
            return None

    def _say_faults(self, error: LessonError) -> None:
        lines = str(error).splitlines()
        more = len(lines) - MOST_FAULTS
        text = "\n".join(lines[:MOST_FAULTS])
        text += "\n" + self.tr("… and {0} more; `bpgui lesson check` lists all.").format(more) if more > 0 else ""
        show_message(self._window, self.tr("{0} cannot be played").format(error.name), text)

    # ---- a project with a lesson

    @Slot()
    def put_away(self) -> None:
        """Leave the lesson because the project is left: what was open before it is open again."""
        self.player.leave()

    @Slot()
    def _on_project_opened(self) -> None:
        """A project that came with a lesson begins with it."""
        document = self._window.session.document
        if not document.lesson:
            return
        from bpgui.project.lessons import LessonError, read_lesson

        name = document.path.stem if document.path is not None else "lesson"
        try:
            lesson = read_lesson(document.lesson, own_name(name, document.lesson), self.tr("The project's lesson"))
        except LessonError as error:
            self._say_faults(error)
            return
        self.player.start(lesson, own=True)

    @Slot()
    def put_in(self) -> None:
        """Ask for the lesson that goes with the project from now on."""
        place = self._window.session.document.path
        start = str(place.parent) if place is not None else str(Path.home())
        dialog = QFileDialog(self._window, self.tr("Put lesson into project"), start, self.tr("Lessons (*.md)"))
        dialog.setObjectName("fileDialog")
        dialog.fileSelected.connect(self._on_put_in_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_put_in_chosen(self, name: str) -> None:
        lesson = self._read(Path(name), Path(name).stem)
        if lesson is not None:
            self._window.session.document.set_lesson(lesson.source)
            self._window.status.say(self.tr("The project begins with “{0}” from now on; save it.").format(lesson.title))

    @Slot()
    def take_out(self) -> None:
        """The project goes without a lesson."""
        self._window.session.document.set_lesson("")
        self._window.status.say(self.tr("The project goes without a lesson now; save it."))

    # ---- the rest

    @Slot(str)
    def _on_remembered(self, name: str) -> None:
        progress.keep(name, self.player.remembered[name])

    @Slot(str)
    def _on_link(self, address: str) -> None:
        """A page of the reference, or a page of the web."""
        kind, _, key = address.partition(":")
        if kind == "reference":
            self._window.commands.show_reference(key)
        elif kind in ("http", "https"):
            QDesktopServices.openUrl(QUrl(address))
        else:  # a lesson may come from anybody
            self._window.status.say(self.tr("This link is not opened: {0}").format(address), bad=True)


def own_name(stem: str, whole: str) -> str:
    """What progress in a lesson of one's own is kept under."""
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', stem)}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
