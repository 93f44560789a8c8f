"""A view that takes a file: dropped on it, or chosen in a dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from bpgui.data.readers import READERS
from bpgui.data.reading_process import SPARE
from bpgui.session.guard import guarded
from bpgui.ui.dialogs.messages import show_message
from bpgui.ui.live.tried_file import TriedFile, Wanted
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.drop_hint import DropHint


class FileDrops(QWidget):
    """`file_read(values, name)` comes with what a file of the wanted sort holds; other files are for the window."""

    file_read = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: Wanted | None = None
        self.tried_file = TriedFile(self)
        self.tried_file.done.connect(self.file_read)
        self.tried_file.failed.connect(self._on_file_failed)
        self._hint = DropHint(self)
        self._dropped = Path()

    def set_wanted(self, wanted: Wanted | None) -> None:
        """Which files are taken from now on; none."""
        self.tried_file.forget()
        self.wanted = wanted
        self.setAcceptDrops(wanted is not None)

    def take_file(self, path: Path) -> None:
        """Read a file beside the window."""
        if self.wanted is not None:
            self.tried_file.read(path, self.wanted)

    @Slot()
    def choose_file(self) -> None:
        """Ask which file, then read it."""
        if self.wanted is None:
            return
        kinds = f"{tr_label(READERS[self.wanted.reader].label)} ({' '.join(f'*{s}' for s in self.wanted.suffixes)})"
        dialog = QFileDialog(self.window(), self.tr("Open"), "", f"{kinds};;{self.tr('All files (*)')}")
        dialog.setObjectName("tryFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_chosen(self, name: str) -> None:
        self.take_file(Path(name))

    @Slot(str, str)
    def _on_file_failed(self, name: str, sentence: str) -> None:
        show_message(self.window(), self.tr("{0} could not be tried").format(name), sentence)

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = self.wanted.file_in(event.mimeData()) if self.wanted is not None else None
        if path is None:
            event.ignore()
            return
        event.acceptProposedAction()
        SPARE.prepare()
        self._hint.show_over(self.tr("Drop to try"), path.name)

    @guarded
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hint.hide()

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        self._hint.hide()
        path = self.wanted.file_in(event.mimeData()) if self.wanted is not None else None
        if path is None:
            event.ignore()
            return
        event.acceptProposedAction()
        # After the drop is over, so that the other program does not wait for us.
        self._dropped = path
        QTimer.singleShot(0, self, self._take_dropped)

    @Slot()
    def _take_dropped(self) -> None:
        self.take_file(self._dropped)
