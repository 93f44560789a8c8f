"""Tries the open project out once its edits rest, in small turns: a window stays as quick as it is without."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from bpgui.session.document import Document

REST_MS = 250  # since the last edit: more than lies between two of a drag
_TURN = 0.004  # seconds


class Trying(QObject):
    """Makes the trial that the checks of a `document` leave to be made."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        document.changed.connect(self._on_changed)

    def stop(self) -> None:
        """Try nothing more."""
        self._timer.stop()

    @Slot(object, object)
    def _on_changed(self, before: object, after: object) -> None:
        self._timer.stop()
        if self._document.trial is not None:
            self._timer.start(REST_MS)

    @Slot()
    def _go_on(self) -> None:
        self._document.try_out(_TURN)
        if self._document.trial is not None:
            self._timer.start(0)
