"""Writing a script while the window lives on: a thread that makes the text, a timer that looks in on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from bpgui.data.table import Table
from bpgui.project.exporters import EXPORTERS, Exported, Recorded
from bpgui.project.spec import ProjectSpec

log = logging.getLogger("bpgui")
LOOK_EVERY_MS = 15
Then = Callable[[Exported], None]


class Writing(QObject):
    """One text at a time; `failed(sentence)` where it cannot be made."""

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._result: Exported | Exception | None = None
        self._then: Then | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def start(self, spec: ProjectSpec, table: Table, recorded: Recorded, name: str, then: Then) -> None:
        """`then(exported)` is called in the window's thread; nothing happens while another text is being made."""
        if self.busy:
            return

        def write() -> None:
            try:
                self._result = EXPORTERS["numpy"].write(spec, table, recorded, name)
            except Exception as error:
                self._result = error

        self._result, self._then = None, then
        self._thread = threading.Thread(target=write, name="bpgui-export", daemon=True)
        self._thread.start()
        self._timer.start()

    def halt(self) -> None:
        """Forget what is being made; its thread ends by itself."""
        self._timer.stop()
        if self._thread is not None:
            self._thread.join()
        self._thread = self._then = None

    @Slot()
    def _look(self) -> None:
        if self._thread is None or self._thread.is_alive():
            return
        self._timer.stop()
        self._thread.join()
        self._thread, then, result = None, self._then, self._result
        if isinstance(result, Exported) and then is not None:
            then(result)
        elif isinstance(result, Exception):
            log.error("the code could not be written", exc_info=result)
            self.failed.emit(str(result))
