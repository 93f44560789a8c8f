"""Lessons in the window: what a step wishes is granted, what it speaks of is ringed, what it locks is held.

The player in the session plays; here is what needs docks, dialogs and settings.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from bpgui.project.lessons import Lesson, LessonError, Step, Value, read_lesson
from bpgui.project.lessons.facts import PANEL_KEYS
from bpgui.project.lessons.shelf import NoLesson, is_file_name, read_file, shipped
from bpgui.session.guard import guarded
from bpgui.ui.actions import show_enabled
from bpgui.ui.dialogs.messages import show_message
from bpgui.ui.layouts import BELOW_LESSON, LAYOUTS, arrange, open_below
from bpgui.ui.learn import progress
from bpgui.ui.learn.locks import Locks
from bpgui.ui.learn.places import bring_in_sight, open_panel, panel_of, place_of
from bpgui.ui.learn.ring import Ring
from bpgui.ui.panels.learn import LearnPanel
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import CHECK, WeightsPanel
from bpgui.ui.widgets.dock_room import give_room

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

# Actions, and the event that each is while a lesson runs.
EVENTS_OF = {
    "step_batch": "single_steps", "step_epoch": "epoch_steps", "finish": "run_finished_flat_out", "stop": "run_stopped",
    "reset": "run_reset", "go_back": "went_back", "undo": "undone", "redo": "undone",
}  # fmt: skip
MOST_FAULTS = 8
BELOW = 0.36  # of the window's height, for a panel that is opened below the lesson


class Lessons(QObject):
    """Made when the window has its panels."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.player = window.session.player
        self.ring = Ring(window)
        self.locks = Locks(window)
        # Docks, which of them were folded, and the layout when the lesson began.
        self._before: tuple[QByteArray, dict[str, bool], str] | None = None
        self.wanted = False  # lessons are not read for a menu that is only being made
        window.opening.finished.connect(self._on_opened)
        panel = window.panels["learn"]
        assert isinstance(panel, LearnPanel)
        self.panel = panel
        panel.link_clicked.connect(self._on_link)
        panel.finish.list_wanted.connect(self._on_list_wanted)
        if window.remember:
            self.player.remembered = progress.load()
            self.player.remembered_changed.connect(self._on_remembered)
        self.player.started.connect(self._on_began)
        self.player.left.connect(self._on_left)
        self.player.step_started.connect(self._on_step_started)
        self.player.changed.connect(self._show_ring)
        self.player.refused.connect(partial(window.status.say, bad=True))
        self._tell_facts()
        for key, event in EVENTS_OF.items():
            window.actions_by_key[key].triggered.connect(partial(self._tell, event))
        window.actions_by_key["train"].triggered.connect(self._on_train)
        window.actions_by_key["finish"].triggered.connect(self._on_train)
        window.toolbar.speed.valueChanged.connect(partial(self._tell, "pace_changed"))
        window.files.stored.connect(partial(self._tell, "saved"))
        window.session.document.lesson_changed.connect(self._show_enabled)
        window.files.lesson_chosen.connect(self.open_file)
        window.files.project_opened.connect(self._on_project_opened)
        window.files.project_left.connect(self.put_away)

    @Slot()
    def _on_opened(self) -> None:
        self.wanted = True

    # ---- beginning

    @Slot()
    def show_list(self) -> None:
        """The panel with the lessons, in front."""
        if self._window.docks["learn"].isHidden():
            self._window.show_layout("learn")
        open_panel(self._window, "learn")

    @Slot()
    def _on_list_wanted(self) -> None:
        self.player.leave()
        self.show_list()

    def begin(self, lesson: Lesson, _checked: bool = False) -> None:
        self.player.start(lesson)

    def open(self, name: str) -> None:
        """A shipped lesson by its name, or one in a file."""
        if is_file_name(name):
            self.open_file(Path(name))
            return
        try:
            self.player.start(shipped(name))
        except (NoLesson, LessonError) as error:
            show_message(self._window, self.tr("This lesson cannot be begun"), str(error))

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """A lesson of one's own; what is wrong in it is said with line numbers."""
        try:
            self.player.start(read_file(path, own_name(path.stem, str(path.absolute()))))
        except LessonError as error:
            self._say_faults(error)

    def _say_faults(self, error: LessonError) -> None:
        lines = str(error).splitlines()
        more = len(lines) - MOST_FAULTS
        text = "\n".join(lines[:MOST_FAULTS])
        text += "\n" + self.tr("… and {0} more; `bpgui lesson check` lists all.").format(more) if more > 0 else ""
        show_message(self._window, self.tr("{0} cannot be played").format(error.name), text)

    @Slot()
    def _on_project_opened(self) -> None:
        """A project that came with a lesson begins with it."""
        document = self._window.session.document
        if not document.lesson:
            return
        name = document.path.stem if document.path is not None else "lesson"
        try:
            lesson = read_lesson(document.lesson, own_name(name, document.lesson), self.tr("The project's lesson"))
        except LessonError as error:
            self._say_faults(error)
            return
        self.player.start(lesson, own=True)

    @Slot()
    def put_away(self) -> None:
        """Leave the lesson because the project is left: what was open before it is open again."""
        self.player.leave()

    # ---- a project with a lesson

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
        try:
            lesson = read_file(Path(name))
        except LessonError as error:
            self._say_faults(error)
            return
        self._window.session.document.set_lesson(lesson.source)
        self._window.status.say(self.tr("The project begins with “{0}” from now on; save it.").format(lesson.title))

    @Slot()
    def take_out(self) -> None:
        """The project goes without a lesson."""
        self._window.session.document.set_lesson("")
        self._window.status.say(self.tr("The project goes without a lesson now; save it."))

    # ---- following the player

    @Slot()
    def _on_began(self) -> None:
        window, lesson = self._window, self.player.lesson
        assert lesson is not None
        self._watch(True)
        folded = {key: dock.folded for key, dock in window.docks.items()}
        self._before = (window.saveState(), folded, window.layout_key)
        window.layout_key = "learn"
        arrange(window, window.docks, LAYOUTS["learn"], window.height(), window.width())
        self.locks.hold(lesson.lock, lesson.hide, self.tr("The lesson “{0}” keeps this as it is.").format(lesson.title))

    @Slot()
    def _on_left(self) -> None:
        window = self._window
        self._watch(False)
        self.ring.stop()
        self.locks.release()
        if self._before is not None:
            state, folded, window.layout_key = self._before
            self._before = None
            window.restoreState(state)
            for key, dock in window.docks.items():
                dock.fold(folded[key])
        self._show_enabled()

    @Slot()
    def _show_enabled(self) -> None:
        conditions = self._window.commands.conditions()
        show_enabled(self._window.actions_by_key, conditions)
        self._window.toolbar.step.setEnabled(conditions["can_step"])

    @Slot()
    def _on_step_started(self) -> None:
        step = self.player.step
        wishes = step.setup.window if step is not None and step.setup is not None else {}
        self._make_room(step, wishes)
        for layout in wishes.get("layout", ()):
            self._lay_out(layout)
        for word in wishes.get("show", ()):
            self._show(word)
        if step is not None and step.point:
            bring_in_sight(self._window, step.point)
        name = step.point if step is not None else ""
        self.ring.point_at(name, partial(place_of, self._window, name) if name else None)
        QTimer.singleShot(0, self, self._settle)

    @Slot()
    def _settle(self) -> None:
        """Once more, when what was opened has its place."""
        step = self.player.step
        if step is not None:
            self._give_room()
        if step is not None and step.point:
            bring_in_sight(self._window, step.point)
            self.ring.follow()

    def _make_room(self, step: Step | None, wishes: Mapping[str, tuple[str, ...]]) -> None:
        """Of the left column the lesson has what the step does not speak of."""
        spoken = {panel_of(step.point) if step is not None else "", *wishes.get("show", ())}
        for key in BELOW_LESSON if not spoken & set(BELOW_LESSON) else ():
            self._window.docks[key].fold()

    def _give_room(self) -> None:
        """What was opened below the lesson needs more than its title."""
        window = self._window
        for key in BELOW_LESSON:
            if not window.docks[key].folded:
                give_room(window, window.docks[key], round(window.height() * BELOW))

    def _lay_out(self, layout: str) -> None:
        window = self._window
        if layout == "explain":
            open_below(window, window.docks, LAYOUTS["explain"], window.height())
        else:
            window.docks["explain"].fold(True)

    def _show(self, word: str) -> None:
        """A panel, or a way of looking in it, in front."""
        key, _, view = word.partition(".")
        open_panel(self._window, key)
        panel = self._window.panels[key]
        if isinstance(panel, OutputPanel) and view:
            panel.show_view(view)
        elif isinstance(panel, WeightsPanel) and view:
            if view == CHECK:
                panel.check_gradient()
            elif view in panel.kinds.keys:
                panel.show_kind(view)
            else:
                panel.show_form(view)

    @Slot()
    def _show_ring(self) -> None:
        """A step that is over points no more; but for the question, which comes before the act."""
        player = self.player
        if player.lesson is None or player.finished or (player.done and player.step is not None and _asks(player.step)):
            self.ring.stop()

    @Slot(str)
    def _on_remembered(self, name: str) -> None:
        progress.keep(name, self.player.remembered[name])

    @Slot(str)
    def _on_link(self, address: str) -> None:
        """A page of the reference, or a page of the web."""
        kind, _, key = address.partition(":")
        if kind != "reference":
            QDesktopServices.openUrl(QUrl(address))
            return
        show = getattr(self._window.commands, "show_reference", None)
        if show is not None:
            show(key)
            self._tell("reference_opened")

    # ---- what only the window knows

    def _watch(self, on: bool) -> None:
        """While a lesson runs: panels that come in sight, and the words that are chosen in them."""
        window = self._window
        for panel in window.panels.values():
            if on:
                panel.installEventFilter(self)
            else:
                panel.removeEventFilter(self)
        output, weights = window.panels["output"], window.panels["weights"]
        assert isinstance(output, OutputPanel)
        assert isinstance(weights, WeightsPanel)
        words = [switch.chosen for switch in (output.switch, weights.kinds, weights.ways)]
        for signal in (*words, *(dock.visibilityChanged for dock in window.docks.values())):
            if on:
                signal.connect(self._on_looked_elsewhere)
            else:
                signal.disconnect(self._on_looked_elsewhere)

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.player.look_again()
        return False

    @Slot()
    def _on_looked_elsewhere(self) -> None:
        self.player.look_again()

    def _tell(self, event: str, *_: object) -> None:
        self._window.session.happened.emit(event)

    @Slot()
    def _on_train(self) -> None:
        running = self._window.session.trainer.state in ("training", "ended")
        self._tell("run_started" if running else "run_paused")

    def _tell_facts(self) -> None:
        extra = self.player.facts.extra
        for key in PANEL_KEYS:
            extra[f"panel_{key}"] = partial(self._is_seen, key)
        output, weights = self._window.panels["output"], self._window.panels["weights"]
        assert isinstance(output, OutputPanel)
        assert isinstance(weights, WeightsPanel)
        extra["output_view"] = lambda: output.switch.key
        extra["weights_kind"] = lambda: weights.kinds.key
        extra["weights_form"] = lambda: weights.ways.key
        extra["verify_same"] = self._verified

    def _is_seen(self, key: str) -> Value:
        return not self._window.panels[key].visibleRegion().isEmpty()

    def _verified(self) -> Value:
        dialog = self._window.commands.numpy_code
        return None if dialog is None or dialog.comparison is None else dialog.comparison.complete


def own_name(stem: str, whole: str) -> str:
    """What progress in a lesson of one's own is kept under."""
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', stem)}-{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


def _asks(step: object) -> bool:
    return getattr(step, "until", None) is not None or getattr(step, "predict", None) is not None

