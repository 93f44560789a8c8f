"""Saving, and asking before something is lost: between the session and the person's files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMainWindow

from bpgui.project.storage import StorageError
from bpgui.ui import settings
from bpgui.ui.dialogs.messages import Role, ask, show_message

if TYPE_CHECKING:
    from bpgui.session.session import Session

SUFFIX = ".bpgui"


class Saving(QObject):
    """`noted` carries sentences for the status bar; `stored` says that project and file are now the same;
    `project_left` comes before another project is opened or the window closes.
    """

    noted = Signal(str)
    stored = Signal()
    project_left = Signal()

    def __init__(self, session: Session, window: QMainWindow) -> None:
        super().__init__(window)
        self.session = session
        self.window = window

    @Slot()
    def save(self) -> None:
        self.save_then(None)

    @Slot()
    def save_as(self) -> None:
        self._ask_where(None)

    def save_then(self, then: Callable[[], None] | None) -> None:
        """Save, asking where if there is no file yet; `then` is called only when it is saved."""
        path = self.session.document.path
        if path is None:
            self._ask_where(then)
        elif self.session.document.covers_other_data:
            self._ask_whether_to_replace(path, then)
        else:
            self._save_to(path, then)

    def _ask_where(self, then: Callable[[], None] | None) -> None:
        name = self.session.document.path or self._folder() / (self.session.document.suggested_name + SUFFIX)
        dialog = QFileDialog(self.window, self.tr("Save as"), str(name.parent), self.tr("Projects (*.bpgui)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(name.name)
        self._show_file_dialog(dialog, partial(self._on_save_chosen, then))

    def _ask_whether_to_replace(self, path: Path, then: Callable[[], None] | None) -> None:
        text = self.tr("The lesson has set up {0} in its place. Saving it here would lose what the file holds.")
        choices = (
            (self.tr("Save as…"), self.tr("Keep the file as it is and save this under another name."), Role.AcceptRole,
             partial(self._ask_where, then)),
            (self.tr("Replace it"), self.tr("Save this in the file, in place of what it holds."), Role.DestructiveRole,
             partial(self._save_to, path, then)),
            (self.tr("Cancel"), self.tr("Leave it unsaved for now."), Role.RejectRole, None),
        )  # fmt: skip
        name = self.session.document.spec.data.origin.name
        ask(self.window, self.tr("{0} holds other data").format(path.name), text.format(name), choices)

    def _on_save_chosen(self, then: Callable[[], None] | None, name: str) -> None:
        self._save_to(Path(name), then)

    def _save_to(self, path: Path, then: Callable[[], None] | None) -> None:
        try:
            self.session.save(path)
        except StorageError as error:
            choices = (
                (self.tr("Save as…"), self.tr("Save under another name or in another place."), Role.AcceptRole,
                 partial(self._ask_where, then)),
                (self.tr("Cancel"), self.tr("Leave it unsaved for now."), Role.RejectRole, None),
            )  # fmt: skip
            ask(self.window, self.tr("{0} could not be saved").format(path.name), str(error), choices)
            return
        settings.add_recent(path)
        self.stored.emit()
        self.noted.emit(self.tr("Saved {0}").format(path.name))
        if then is not None:
            then()

    # ---- before something is lost

    def when_saved(self, then: Callable[[], None], occasion: str) -> None:
        """Do it at once when nothing would be lost; else ask whether to save first."""
        self.project_left.emit()
        if not self.something_to_lose():
            then()
            return
        name = self.session.document.path.name if self.session.document.path else self.session.document.suggested_name
        edited = self.session.document.modified
        text = (
            self.tr("There are edits that are not saved.")
            if edited
            else self.tr("The weights are newer than the file.")
        )
        choices = (
            (self.tr("Save"), self.tr("Save the project with its weights, then go on."), Role.AcceptRole,
             partial(self.save_then, then)),
            (self.tr("Don't save"), self.tr("Go on without saving."), Role.DestructiveRole, then),
            (self.tr("Cancel"), self.tr("Stay here."), Role.RejectRole, None),
        )  # fmt: skip
        ask(self.window, self.tr("Save {0} {1}?").format(name, occasion), text, choices)

    def something_to_lose(self) -> bool:
        """Unsaved edits or weights; a sample as it came is no loss."""
        session = self.session
        if session.weights_unsaved:
            return True
        return session.document.modified and not session.untouched

    # ---- the rest

    def _say(self, title: str, text: str) -> None:
        show_message(self.window, title, text)

    def _folder(self) -> Path:
        recent = settings.recent_files()
        if recent:
            return recent[0].parent
        return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())

    def _show_file_dialog(self, dialog: QFileDialog, chosen: Callable[[str], None]) -> None:
        dialog.setObjectName("fileDialog")
        dialog.fileSelected.connect(chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


