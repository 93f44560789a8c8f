"""The window is painted before all of it is made: panels come one after another, with the events in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from bpgui.session.guard import guarded

NOT_PAINTED = 1000  # milliseconds after which a window that nobody sees (minimised) is completed all the same


class Opening(QObject):
    """Takes `steps` one by one when the window has been `painted` for the first time; `finished` after the last."""

    painted = Signal()
    finished = Signal()

    def __init__(self, window: QWidget, steps: Sequence[Callable[[], None]]) -> None:
        super().__init__(window)
        self._window = window
        self._steps = list(steps)
        self._waiting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do."""
        return not self._steps

    def wait_for_paint(self) -> None:
        """Begin when the window has been painted."""
        self._waiting = True
        self._window.installEventFilter(self)
        self._timer.start(NOT_PAINTED)

    @Slot()
    def complete(self) -> None:
        """Do at once what is left."""
        while self._steps:
            self._step()

    def stop(self) -> None:
        """Leave the rest undone: the window closes."""
        self._timer.stop()
        self._steps.clear()
        self._window.removeEventFilter(self)

    @guarded(default=False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._timer.start(0)
        return False

    @Slot()
    def _go_on(self) -> None:
        if self._waiting:
            self._waiting = False
            self._window.removeEventFilter(self)
            self.painted.emit()
        if self._steps:
            self._timer.start(0)  # before the step: one that fails does not keep the others from being done
            self._step()

    def _step(self) -> None:
        """The next one; what the last one puts in is seen when all of it is there."""
        step = self._steps.pop(0)
        self._window.setUpdatesEnabled(bool(self._steps))
        try:
            step()
        finally:
            self._window.setUpdatesEnabled(True)
            if not self._steps:
                self.finished.emit()
