"""Writing a script while the window lives on: a thread that makes the text, a timer that looks in on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpgui.data.table import Table
from bpgui.project.exporters import EXPORTERS, Exported, Recorded
from bpgui.project.spec import ProjectSpec
from bpgui.ui.dialogs.numpy_code_view import folded

log = logging.getLogger("bpgui")
LOOK_EVERY_MS = 15
Then = Callable[[Exported, str], None]
Task = Callable[[], tuple[Exported, str]]


class _Job:
    """What the thread and the window share: plain attributes, each written by one side only."""

    def __init__(self, task: Task, then: Then) -> None:
        self.task, self.then = task, then
        self.result: tuple[Exported, str] | None = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, name="bpgui-export", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.result = self.task()
        except Exception as error:
            self.error = error


class Writing(QObject):
    """One text at a time; `failed(sentence)` where it cannot be made."""

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._job: _Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._job is not None

    def start(self, spec: ProjectSpec, table: Table, recorded: Recorded, name: str, then: Then) -> None:
        """`then(exported, text to show)` is called in the window's thread.

        Nothing happens while another text is being made.
        """
        if self.busy:
            return
        words = self.tr("… {0} characters of packed data, in the saved file …")

        def write() -> tuple[Exported, str]:
            exported = EXPORTERS["numpy"].write(spec, table, recorded, name)
            return exported, folded(exported.text, words)

        self._job = _Job(write, then)
        self._timer.start()

    def halt(self) -> None:
        """Forget what is being made; its thread ends by itself."""
        self._timer.stop()
        self._job = None

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job is None or job.thread.is_alive():
            return
        self.halt()
        if job.result is not None:
            job.then(*job.result)
        elif job.error is not None:
            log.error("the code could not be written", exc_info=job.error)
            self.failed.emit(str(job.error))
