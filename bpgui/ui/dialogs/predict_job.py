"""Long work on new rows beside the window: a thread that does it, a timer that looks in on it, an end at once.

The thread touches no Qt object; the timer's ticks bring progress, result or error into the window's thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpgui.runs.applying import Progress

LOOK_EVERY_MS = 30
# Many short calls of numpy hold the interpreter nearly always; after so much work the window has a moment.
WORK_SECONDS, REST_SECONDS = 0.008, 0.002
Work = Callable[[Progress], Any]


class Stopped(Exception):
    """Nobody waits for the result any more."""


class Job(QObject):
    """One piece of work: `done(result)` or `failed(error)` comes at most once, then it goes away by itself.

    The work calls what it is given with 0..1, often: there it is stopped, and there the window gets its turn.
    """

    done = Signal(object)
    failed = Signal(object)
    advanced = Signal(float)

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._share = 0.0
        self._stopped = threading.Event()
        self._result: Any = None
        self._error: Exception | None = None
        self._rested = 0.0
        self._thread = threading.Thread(target=self._run, name="bpgui-predicting", daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._thread.start()
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Nothing more is heard of it, at once; it ends by itself soon after."""
        self._stopped.set()

    def halt(self, seconds: float = 2.0) -> None:
        """Stop without a word, for a window that closes."""
        self.cancel()
        self._timer.stop()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self._result = self._work(self._hear)
        except Exception as error:
            self._error = error

    def _hear(self, share: float) -> None:
        """In the thread."""
        if self._stopped.is_set():
            raise Stopped
        self._share = share
        now = time.perf_counter()
        if now - self._rested > WORK_SECONDS:
            time.sleep(REST_SECONDS)
            self._rested = time.perf_counter()

    @Slot()
    def _look(self) -> None:
        if self._thread.is_alive():
            if not self._stopped.is_set():
                self.advanced.emit(self._share)
            return
        self._timer.stop()
        self._thread.join()
        if not self._stopped.is_set():
            if self._error is None:
                self.done.emit(self._result)
            else:
                self.failed.emit(self._error)
        self._result = None
        self.deleteLater()
