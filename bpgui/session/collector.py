"""Garbage collection in the window's thread only, when it has nothing better to do.

A collection in the worker could destroy a Qt object outside its thread, and one in the middle of a frame is a stutter.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS = 2000
_YOUNG, _OLD = 20_000, 20  # new objects before a young collection; young ones before a whole one


class Collector(QObject):
    """Takes over from Python's own moments until `stop`. What lives at the start is set aside: it stays anyway."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._young = 0

    @Slot()
    def start(self) -> None:
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def collect(self) -> None:
        """A young collection when enough was made, now and then a whole one."""
        if gc.get_count()[0] < _YOUNG:
            return
        self._young += 1
        if self._young % _OLD:
            gc.collect(1)
        else:
            gc.collect()
