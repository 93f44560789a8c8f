"""Reading data files while the window lives on: a thread that waits for the reader, a timer that looks in on it.

The thread touches no Qt object; the timer's ticks bring progress, result or error into the window's thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpgui.data.errors import DataError, ReadingCancelled
from bpgui.data.readers import Reading, ReadingOptions, read_files
from bpgui.data.reading_process import SPARE
from bpgui.ui.sizes import px, sized
from bpgui.ui.widgets.controls import describe

log = logging.getLogger("bpgui")
LOOK_EVERY_MS = 30
SHOW_AFTER_MS = 400
PREVIEW_ROWS = 100
Prepare = Callable[[Reading], None]


class _Job:
    """What the thread and the window share: plain attributes, each written by one side only."""

    def __init__(
        self, paths: Sequence[Path], options: ReadingOptions, preview: int | None, prepare: Prepare | None
    ) -> None:
        self.paths = tuple(paths)
        self.prepare = prepare
        self.options = options
        self.preview = preview
        self.progress: float | None = None
        self.cancelled = threading.Event()
        self.reading: Reading | None = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, name="bpgui-reading", daemon=True)

    def _run(self) -> None:
        try:
            self.reading = read_files(
                self.paths,
                progress=self._set_progress,
                cancelled=self.cancelled.is_set,
                options=self.options,
                preview=self.preview,
            )
            if self.prepare is not None and not self.cancelled.is_set():
                self.prepare(self.reading)
        except Exception as error:
            self.error = error

    def _set_progress(self, share: float | None) -> None:
        self.progress = share


class FileReading(QObject):
    """Reads files once: `done(reading)` or `failed(sentence)` comes at most once, then it goes away by itself.

    `advanced(share)` tells how far it is, 0..1, or -1 where that is not known. `prepare` is called with the reading in
    the thread, for what takes long and would hold the window up; it knows no widgets.
    """

    done = Signal(object)
    failed = Signal(str)
    advanced = Signal(float)

    def __init__(
        self,
        paths: Sequence[Path],
        options: ReadingOptions,
        parent: QObject,
        preview: int | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        super().__init__(parent)
        self._job = _Job(paths, options, preview, prepare)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._job.thread.start()
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Nothing more is heard of it, at once; it ends by itself soon after."""
        self._job.cancelled.set()

    def halt(self, seconds: float = 2.0) -> None:
        """Stop without a word, for a window that closes; waits for the reader's child to be gone."""
        self.cancel()
        self._timer.stop()
        if self._job.thread.is_alive():
            self._job.thread.join(seconds)

    @Slot()
    def _look(self) -> None:
        job = self._job
        if job.thread.is_alive():
            if not job.cancelled.is_set():
                self.advanced.emit(-1.0 if job.progress is None else job.progress)
            return
        self._timer.stop()
        job.thread.join()
        if not job.cancelled.is_set():
            self._tell(job.error)
        self.deleteLater()

    def _tell(self, error: Exception | None) -> None:
        job = self._job
        if job.preview is not None:
            SPARE.prepare()  # what was looked at is looked at otherwise next, or read
        if error is None:
            self.done.emit(job.reading)
        elif isinstance(error, DataError):
            self.failed.emit(str(error))
        elif not isinstance(error, ReadingCancelled):
            log.error("reading %s failed", job.paths[0], exc_info=error)
            self.failed.emit(self.tr("{0} could not be read; the log file has the details.").format(job.paths[0].name))


class ShownReading(QObject):
    """A reading with a small window about its progress where it takes long; `label` says there what is going on.

    Exactly one of `done(reading)`, `failed(sentence)` and `cancelled()` comes, unless `cancel` is called.
    """

    done = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(
        self,
        paths: Sequence[Path],
        options: ReadingOptions,
        label: str,
        window: QWidget,
        preview: int | None = None,
    ) -> None:
        super().__init__(window)
        self._reading = FileReading(paths, options, window, preview)
        self._dialog = _progress_dialog(label, window)
        self._dialog.canceled.connect(self._on_canceled)
        self._reading.advanced.connect(self._show_progress)
        self._reading.done.connect(self._on_done)
        self._reading.failed.connect(self._on_failed)

    def start(self) -> None:
        self._reading.start()

    @Slot()
    def cancel(self) -> None:
        """Stop without a word."""
        self._reading.cancel()
        self._put_away()

    @Slot(float)
    def _show_progress(self, share: float) -> None:
        self._dialog.setRange(0, 0 if share < 0 else 1000)
        if share >= 0:
            self._dialog.setValue(min(int(share * 1000), 999))

    @Slot()
    def _on_canceled(self) -> None:
        self.cancel()
        self.cancelled.emit()

    @Slot(object)
    def _on_done(self, reading: Reading) -> None:
        self._put_away()
        self.done.emit(reading)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._put_away()
        self.failed.emit(sentence)

    def _put_away(self) -> None:
        self._dialog.canceled.disconnect(self._on_canceled)
        self._dialog.hide()
        self._dialog.deleteLater()
        self.deleteLater()


def _progress_dialog(label: str, window: QWidget) -> QProgressDialog:
    dialog = QProgressDialog(window)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setWindowTitle("bpgui")
    dialog.setLabelText(label)
    dialog.setAutoReset(False)
    dialog.setAutoClose(False)
    dialog.setMinimumDuration(SHOW_AFTER_MS)
    sized(dialog, lambda w: w.setMinimumWidth(px(360)))
    describe(dialog, window.tr("Reading"), window.tr("How far the data has been read."))
    return dialog
