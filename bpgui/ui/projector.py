"""The window for a class: everything large and in strong contrast, and one column of panels beside the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from bpgui.ui import settings
from bpgui.ui.layouts import Standing

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow


BESIDE = 0.48  # of the window's width
_WITH_LESSON = ("learn", "projector_learn")


class Projector:
    """Whether it is `on`, and how the docks stood on the desk before."""

    def __init__(self, window: MainWindow, *, on: bool) -> None:
        self._window = window
        self.on = on
        self._desk: Standing | None = None
        self._before: Standing | None = None  # how the docks stood before a step was taken apart

    def layout(self, key: str) -> str:
        """The key of the layout that stands for one of LAYOUTS now."""
        if not self.on:
            return key
        return "projector_learn" if key in _WITH_LESSON else "projector"

    def fits(self, key: str) -> bool:
        """Whether a layout is one for what the window is drawn for now."""
        return key.startswith("projector") == self.on

    def explain(self) -> bool:
        """Put the explained step beside the diagram, in place of the other panels: below it neither has room to be
        read from afar. They come back when the step is left. False on a desk, and where a lesson goes on meanwhile.
        """
        window, explain = self._window, self._window.docks["explain"]
        if not self.on or window.arrangement.key in _WITH_LESSON:
            return False
        if self._before is None:
            self._before = Standing.of(window, window.docks)
            window.session.walk.changed.connect(self._follow_walk)
            for dock in window.docks.values():
                dock.hide()
            window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, explain)
        explain.bring_up()
        window.resizeDocks([explain], [round(window.width() * BESIDE)], Qt.Orientation.Horizontal)
        return True

    def _follow_walk(self) -> None:
        if self._window.session.walk.trace is None and not self._window.session.walk.waiting:
            before = self._before
            self.forget()
            if before is not None:
                before.restore(self._window, self._window.docks)

    def forget(self) -> None:
        """The docks stand otherwise now."""
        if self._before is not None:
            self._before = None
            self._window.session.walk.changed.disconnect(self._follow_walk)

    def choose(self, on: bool, *, keep: bool = True) -> None:
        """Draw the window for a class, or for a desk again; `keep` remembers it."""
        if on == self.on:
            return
        window = self._window
        self.forget()
        desk, self._desk = self._desk, Standing.of(window, window.docks) if on else None
        size, theme = window.size(), window.theme.chosen()
        self.on = on
        window.arrangement.key = self.layout("learn" if window.arrangement.key in _WITH_LESSON else "watch")
        if on:  # first what takes less room: at no moment is the window wider than it was
            self._arrange(None)
            window.toolbar.make_room(False)
            window.layout().activate()
        window.theme.choose(theme, keep=False)
        if not on:
            self._arrange(desk)
        if not window.isMaximized():
            window.resize(size)
        if keep and window.remember:
            settings.set_for_projector(on)

    def _arrange(self, kept: Standing | None) -> None:
        """The docks as the layout has them, then as they were kept."""
        window = self._window
        window.arrangement.apply()
        if kept is not None:
            kept.restore(window, window.docks)
