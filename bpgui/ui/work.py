"""Long work beside the window, most of it sums over many rows: a thread works, a timer looks whether it is done.

The thread touches no Qt object. What was asked for before is forgotten when something else is asked for: numpy cannot
be stopped within a call, so its result is thrown away when it comes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

log = logging.getLogger("bpgui")
LOOK_EVERY_MS = 15
AT_ONCE = 50_000  # values: fewer are done before anybody could notice


class _Job:
    def __init__(self, key: object, function: Callable[[], Any]) -> None:
        self.key = key
        self._function = function
        self.result: Any = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self.run, name="bpgui-looking", daemon=True)

    def run(self) -> None:
        try:
            self.result = self._function()
        except Exception as error:
            self.error = error


class Work(QObject):
    """One thing at a time: `done(key, result)` or `failed(key, error)` once for what was asked for last."""

    done = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, parent: QObject, failure: str = "looking at the data failed") -> None:
        """`failure` is what the log says of one."""
        super().__init__(parent)
        self._failure = failure
        self._job: _Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def ask(self, key: object, function: Callable[[], Any], size: int) -> None:
        """Work `function` out: at once where it goes over no more than AT_ONCE values, else beside the window."""
        self._job = job = _Job(key, function)
        if size <= AT_ONCE:
            job.run()
            self._tell(job)
        else:
            job.thread.start()
            self._timer.start()

    def forget(self) -> None:
        """No longer wait for anything."""
        self._job = None
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if self._job is not None and not self._job.thread.is_alive():
            self._job.thread.join()
            self._tell(self._job)

    def _tell(self, job: _Job) -> None:
        self.forget()
        if job.error is None:
            self.done.emit(job.key, job.result)
        else:
            log.error(self._failure, exc_info=job.error)
            self.failed.emit(job.key, job.error)
