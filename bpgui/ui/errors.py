"""What happens to an error that nobody caught: the log has it all, the person hears of it at most every ten seconds."""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from PySide6.QtWidgets import QWidget

from bpgui.session import guard

log = logging.getLogger("bpgui")
SECONDS_BETWEEN_DIALOGS = 10.0


class ErrorReporter(QObject):
    """Shows uncaught errors of any thread in one dialog of the window."""

    _happened = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._last = -SECONDS_BETWEEN_DIALOGS
        self._former = sys.excepthook
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Become the program's excepthook and the listener of the guards."""
        sys.excepthook = self._excepthook
        guard.set_reporter(self._on_guarded)

    def uninstall(self) -> None:
        """Give the hooks back, if they are still ours."""
        if sys.excepthook == self._excepthook:
            sys.excepthook = self._former
        guard.set_reporter(None)

    def _excepthook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._former(kind, error, trace)
            return
        log.error("uncaught error", exc_info=(kind, error, trace))
        self._happened.emit(f"{kind.__name__}: {error}")

    def _on_guarded(self, error: BaseException, place: str) -> None:
        self._happened.emit(f"{type(error).__name__}: {error}  ({place})")

    @Slot(str)
    def _show(self, details: str) -> None:
        from bpgui.ui.dialogs.messages import show_message

        assert QThread.currentThread() is self.thread()
        now = time.monotonic()
        if now - self._last < SECONDS_BETWEEN_DIALOGS:
            return
        self._last = now
        show_message(
            self._window,
            self.tr("Something in bpgui went wrong"),
            self.tr("Your project is still open. Save it under another name to be safe; the log file has the details."),
            details=details,
        )
