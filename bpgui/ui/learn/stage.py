"""The window while a lesson runs: its layout, what a step wishes to be seen, the ring, and what is locked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from bpgui.project.lessons import Step
from bpgui.ui.layouts import BELOW_LESSON, LAYOUTS, LOW_WINDOW, Standing, open_below
from bpgui.ui.learn.locks import Locks
from bpgui.ui.learn.places import bring_in_sight, panel_of, place_of
from bpgui.ui.learn.ring import Ring
from bpgui.ui.learn.window_facts import WindowFacts
from bpgui.ui.panels.learn import LearnPanel
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import CHECK, WeightsPanel
from bpgui.ui.widgets.dock_room import give_room

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow

# Of the window's height, for a panel that is opened below the lesson: in low windows, and in others.
BELOW_LOW, BELOW = 0.28, 0.36


class Stage(QObject):
    """Made with the first lesson; `begin` and `end` enclose each."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._player = window.session.player
        self.ring = Ring(window)
        self.locks = Locks(window)
        self._facts = WindowFacts(window)
        self._before: tuple[str, Standing] | None = None  # the layout when the lesson began, and the docks
        self._focus: QWidget | None = None  # when the step began; what hides that would hand it to any neighbour
        self._player.step_started.connect(self._on_step_started)
        self._player.changed.connect(self._show_ring)
        window.docks["learn"].visibilityChanged.connect(self._on_panel_seen)

    def begin(self) -> None:
        """The layout for a lesson; what it locks or hides."""
        window, lesson = self._window, self._player.lesson
        assert lesson is not None
        self._focus = window.focusWidget()
        self._before = (window.arrangement.key, Standing.of(window, window.docks))
        window.arrangement.key = window.projector.layout("learn")
        window.arrangement.apply()
        window.show_panel("network")
        self._facts.begin()
        self.locks.hold(lesson.lock, lesson.hide, self.tr("The lesson “{0}” keeps this as it is.").format(lesson.title))

    def end(self) -> None:
        """All as it was."""
        window = self._window
        self._facts.end()
        self.ring.stop()
        self.locks.release()
        if self._before is not None:
            (layout, docks), self._before = self._before, None
            if window.projector.fits(layout):
                window.arrangement.key = layout
                docks.restore(window, window.docks)
            else:  # drawn for a class, or for a desk, only since then
                window.arrangement.show("watch")
        window.following.show_enabled()

    @Slot(bool)
    def _on_panel_seen(self, seen: bool) -> None:
        if not seen and self._player.lesson is not None:
            QTimer.singleShot(0, self, self._say_where_it_is)

    @Slot()
    def _say_where_it_is(self) -> None:
        """The panel was closed; what a lesson locks it still locks."""
        if self._player.lesson is not None and self._window.docks["learn"].isHidden():
            self._window.status.say(self.tr("The lesson goes on: F4 shows it again, and there it can be left."))

    # ---- a step

    @Slot()
    def _on_step_started(self) -> None:
        step = self._player.step
        assert step is not None
        self._focus = self._focus or self._window.focusWidget()
        wishes = step.setup.window if step.setup is not None else {}
        self._make_room(step, wishes)
        for layout in wishes.get("layout", ()):
            self._lay_out(layout)
        for word in wishes.get("show", ()):
            self._show(word)
        if step.point:
            bring_in_sight(self._window, step.point)
        self.ring.point_at(step.point, partial(place_of, self._window, step.point) if step.point else None)
        QTimer.singleShot(0, self, self._settle)

    @Slot()
    def _settle(self) -> None:
        """Once more, when what was opened has its place."""
        step = self._player.step
        if step is None:
            return
        self._keep_focus()
        height = self._window.height()
        for key in BELOW_LESSON if not self._window.projector.on else ():
            dock = self._window.docks[key]
            if not dock.folded:
                give_room(self._window, dock, round(height * (BELOW_LOW if height < LOW_WINDOW else BELOW)))
        if step.point:
            bring_in_sight(self._window, step.point)
            self.ring.follow()

    def _keep_focus(self) -> None:
        """Where the control that had it is gone, the lesson has it: a frame elsewhere would look like a ring."""
        if self._focus is None or self._focus is not self._window.focusWidget():
            panel = self._window.panels["learn"]
            assert isinstance(panel, LearnPanel)
            panel.step.setFocus()
        self._focus = None

    def _make_room(self, step: Step, wishes: Mapping[str, tuple[str, ...]]) -> None:
        """Of the left column the lesson has what the step does not speak of; on a projector they stand elsewhere."""
        if self._window.projector.on:
            return
        spoken = {panel_of(step.point), *wishes.get("show", ())}
        for key in BELOW_LESSON if not spoken & set(BELOW_LESSON) else ():
            self._window.docks[key].fold()

    def _lay_out(self, layout: str) -> None:
        window = self._window
        if layout == "explain":
            open_below(window, window.docks, LAYOUTS["explain"], window.height())
        else:
            window.docks["explain"].fold(True)

    def _show(self, word: str) -> None:
        """A panel, or a way of looking in it, in front."""
        key, _, view = word.partition(".")
        self._window.show_panel(key)
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
        """What was done is pointed at no more."""
        player, step = self._player, self._player.step
        asks = step is not None and (step.until is not None or step.predict is not None)
        if step is None or player.finished or (player.done and asks):
            self.ring.stop()
