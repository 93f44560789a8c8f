"""Reading a data file while the window lives on: a thread that waits for the reader, a timer that looks in on it.

The thread touches no Qt object; the timer's ticks bring progress, result or error into the window's thread.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.readers import Reading, ReadingOptions, read_file
from bpgui.ui.widgets.controls import describe

log = logging.getLogger("bpgui")
LOOK_EVERY_MS = 30
SHOW_AFTER_MS = 400


class _Job:
    """What the thread and the window share: plain attributes, each written by one side only."""

    def __init__(self, path: Path, options: ReadingOptions) -> None:
        self.path = path
        self.options = options
        self.progress: float | None = None
        self.cancelled = threading.Event()
        self.reading: Reading | None = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, name="bpgui-reading", daemon=True)

    def _run(self) -> None:
        try:
            self.reading = read_file(
                self.path, progress=self._set_progress, cancelled=self.cancelled.is_set, options=self.options
            )
        except Exception as error:
            self.error = error

    def _set_progress(self, share: float | None) -> None:
        self.progress = share


class FileReading(QObject):
    """Reads one file: `done(reading)`, `failed(sentence)` or `cancelled()` comes exactly once; then it goes away."""

    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, path: Path, options: ReadingOptions, window: QWidget) -> None:
        super().__init__(window)
        self._job = _Job(path, options)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._dialog = _progress_dialog(path, window)
        self._dialog.canceled.connect(self.cancel)

    def start(self) -> None:
        self._job.thread.start()
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Ask the reader to stop; `cancelled` follows."""
        self._job.cancelled.set()

    def halt(self, seconds: float = 2.0) -> None:
        """Stop without a word, for a window that closes; waits for the reader's child to be gone."""
        self._job.cancelled.set()
        self._timer.stop()
        self._job.thread.join(seconds)
        self._put_away()

    @Slot()
    def _look(self) -> None:
        if self._job.thread.is_alive():
            self._show_progress()
            return
        self._timer.stop()
        self._job.thread.join()
        self._put_away()
        error = self._job.error
        if error is None:
            self.done.emit(self._job.reading)
        elif isinstance(error, ReadingCancelled):
            self.cancelled.emit()
        elif isinstance(error, DataError):
            self.failed.emit(str(error))
        else:
            log.error("reading %s failed", self._job.path, exc_info=error)
            self.failed.emit(
                self.tr("{0} could not be read; the log file has the details.").format(self._job.path.name)
            )

    def _show_progress(self) -> None:
        share = self._job.progress
        if self._job.cancelled.is_set():
            return
        if share is None:
            self._dialog.setRange(0, 0)
        else:
            self._dialog.setRange(0, 1000)
            self._dialog.setValue(min(int(share * 1000), 999))

    def _put_away(self) -> None:
        self._dialog.canceled.disconnect(self.cancel)
        self._dialog.hide()
        self._dialog.deleteLater()


def _progress_dialog(path: Path, window: QWidget) -> QProgressDialog:
    dialog = QProgressDialog(window)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setWindowTitle("bpgui")
    dialog.setLabelText(window.tr("Reading {0} …").format(path.name))
    dialog.setAutoReset(False)
    dialog.setAutoClose(False)
    dialog.setMinimumDuration(SHOW_AFTER_MS)
    dialog.setMinimumWidth(360)
    describe(dialog, window.tr("Reading a file"), window.tr("How far the file has been read."))
    return dialog
