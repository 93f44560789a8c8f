"""Where the docks stand: in the layout that is shown, as they were left, and as the window's height allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from bpgui.ui import settings
from bpgui.ui.layouts import LAYOUTS, LOW_WINDOW, adapt_to_height, arrange, open_below
from bpgui.ui.window_size import usual_size

if TYPE_CHECKING:
    from bpgui.ui.main_window import MainWindow


class Arrangement(QObject):
    """Of the window's docks; `key` is the layout in LAYOUTS that they stand in."""

    def __init__(self, window: MainWindow, key: str) -> None:
        super().__init__(window)
        self._window = window
        self.key = key
        self._low: bool | None = None

    # ---- remembered

    def restore_size(self) -> None:
        """The window as large as it was left, or as usual."""
        window = self._window
        window.resize(usual_size(window.screen()))
        state = settings.window_state() if window.remember else None
        if state is not None:
            window.restoreGeometry(state[0])

    def restore(self) -> None:
        """Every dock where it was left, or as the layout has it."""
        window = self._window
        self.apply()
        state = settings.window_state() if window.remember and not window.projector.on else None
        self._low = window.height() < LOW_WINDOW
        if state is not None and window.restoreState(state[1]) and settings.docks_are_for_low() != self._low:
            self._adapt()

    def keep(self) -> None:
        """Remember window and docks; of a window for a class, the docks as they are on a desk."""
        window = self._window
        if window.remember:
            docks = None if window.projector.on else window.saveState()
            settings.set_window_state(window.saveGeometry(), docks, low=bool(self._low))

    # ---- layouts

    def apply(self) -> None:
        """Every dock in its place in the layout, shown and not floating."""
        window = self._window
        arrange(window, window.docks, LAYOUTS[self.key], window.height(), window.width())

    def show(self, key: str) -> None:
        """Another layout of LAYOUTS, or what stands for it now; what was left is forgotten."""
        settings.forget_window_state()
        self._window.projector.forget()
        self.key = self._window.projector.layout(key)
        self.apply()
        if self.key != key:
            open_below(self._window, self._window.docks, LAYOUTS[key], self._window.height())

    def open_explanation(self) -> None:
        """The panel that explains opens below the network, all others stay where they are; for a class, beside it."""
        window = self._window
        opened = window.projector.explain() or open_below(window, window.docks, LAYOUTS["explain"], window.height())
        if opened and LAYOUTS[self.key].closed:  # with a lesson it stays the layout of that
            self.key = window.projector.layout("explain")

    # ---- the window's height

    def follow_height(self) -> None:
        """Soon, where the window has become a low one, or is one no longer."""
        low = self._window.height() < LOW_WINDOW
        if self._low is not None and low != self._low:
            self._low = low
            QTimer.singleShot(0, self, self._adapt)

    @Slot()
    def _adapt(self) -> None:
        adapt_to_height(self._window, self._window.docks, LAYOUTS[self.key], bool(self._low))
