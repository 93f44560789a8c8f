"""Opening, saving and dropping: between the session and the person's files. What was open stays on failure."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMainWindow

from bpgui.data.errors import DataError
from bpgui.data.readers import Reading, ReadingOptions
from bpgui.data.spec import SampleOrigin
from bpgui.project import samples
from bpgui.project.storage import StorageError, load_project
from bpgui.ui import settings
from bpgui.ui.dialogs.messages import Role, ask, show_message
from bpgui.ui.dialogs.question import QuestionDialog
from bpgui.ui.dialogs.reading import FileReading
from bpgui.ui.texts import count_text

if TYPE_CHECKING:
    from bpgui.session.session import Session

SUFFIX = ".bpgui"


class Files(QObject):
    """`opened` and `noted` carry sentences for the status bar; `stored` says that project and file are now the same."""

    opened = Signal(str)
    noted = Signal(str)
    stored = Signal()

    def __init__(self, session: Session, window: QMainWindow) -> None:
        super().__init__(window)
        self.session = session
        self.window = window
        self._reading: FileReading | None = None
        self._left_out = ""  # said again after what was opened

    # ---- opening

    @Slot()
    def open(self) -> None:
        """Ask which file, then open it."""
        kinds = ";;".join(
            (
                self.tr("Projects and data (*.bpgui *.csv *.tsv *.txt)"),
                self.tr("Projects (*.bpgui)"),
                self.tr("Data (*.csv *.tsv *.txt)"),
                self.tr("All files (*)"),
            )
        )
        dialog = QFileDialog(self.window, self.tr("Open"), str(self._folder()), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._show_file_dialog(dialog, self._on_open_chosen)

    @Slot(str)
    def _on_open_chosen(self, name: str) -> None:
        self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """A project (asking first when something is not saved) or a data file."""
        self._open_path(path, "")

    def _open_path(self, path: Path, left_out: str) -> None:
        if self._reading is None:
            self._left_out = left_out
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            self._say(
                self.tr("{0} is not there").format(path.name),
                self.tr("No file lies at {0}. It may have been moved or renamed.").format(path),
            )
            return
        except OSError as error:
            self._say(
                self.tr("{0} cannot be opened").format(path.name),
                self.tr("{0}: {1}. Check that you may read it.").format(path, error.strerror),
            )
            return
        if stat.S_ISDIR(mode):
            self._say(self.tr("{0} is a folder").format(path.name), self.tr("Open one of the files in it."))
        elif not stat.S_ISREG(mode):
            self._say(self.tr("{0} is not a file").format(path.name), self.tr("Open a file with a table or a project."))
        elif is_project(path):
            self._ask_and_open(path)
        else:
            self._read(path, ReadingOptions())

    def open_paths(self, paths: Sequence[Path]) -> None:
        """What was dropped: the first file; the others are named as left out."""
        if not paths:
            return
        left_out = ""
        if len(paths) > 1:
            text = self.tr("One file at a time: {0} was taken, {1} more left out.")
            left_out = text.format(paths[0].name, len(paths) - 1)
            self.noted.emit(left_out)
        self._open_path(paths[0], left_out)

    def _ask_and_open(self, path: Path) -> None:
        """Nobody is asked about saving for the sake of a file that cannot be opened."""
        if self.something_to_lose():
            try:
                load_project(path)
            except StorageError as error:
                self._say_not_opened(path, error)
                return
        self.when_saved(partial(self._open_project, path), self.tr("before another project is opened"))

    def _say_not_opened(self, path: Path, error: StorageError) -> None:
        self._say(self.tr("{0} could not be opened").format(path.name), str(error))

    def _say_opened(self, *sentences: str) -> None:
        self.opened.emit(" ".join(s for s in (*sentences, self._left_out) if s))
        self._left_out = ""

    def _open_project(self, path: Path) -> None:
        try:
            notes = self.session.open(path)
        except StorageError as error:
            self._say_not_opened(path, error)
            return
        settings.add_recent(path)
        self.stored.emit()
        self._say_opened(self.tr("Opened {0}.").format(path.name))
        if notes:
            self._say(self.tr("{0} was opened, but not all of it").format(path.name), "\n".join(notes))

    def _read(self, path: Path, options: ReadingOptions) -> None:
        if self._reading is not None:
            self.noted.emit(self.tr("Another file is being read; wait for it or cancel it first."))
            return
        self._reading = FileReading(path, options, self.window)
        self._reading.done.connect(partial(self._on_read, path))
        self._reading.failed.connect(partial(self._on_read_failed, path))
        self._reading.cancelled.connect(partial(self._on_read_cancelled, path))
        self._reading.start()

    def _on_read(self, path: Path, reading: Reading) -> None:
        self._put_reading_away()
        self._ask_or_use(path, reading, 0, ReadingOptions())

    def _ask_or_use(self, path: Path, reading: Reading, index: int, settled: ReadingOptions) -> None:
        """Ask question `index`; `settled` are the answers before it. Another answer than the best reads anew."""
        if index >= len(reading.questions):
            self._use(path, reading)
            return
        question = reading.questions[index]
        dialog = QuestionDialog(question, self.window)
        dialog.answered.connect(partial(self._on_answered, path, reading, index, settled))
        dialog.open()

    def _on_answered(self, path: Path, reading: Reading, index: int, settled: ReadingOptions, answer: int) -> None:
        question = reading.questions[index]
        options = merged(settled, question.choices[answer].options)
        if answer == question.best:
            self._ask_or_use(path, reading, index + 1, options)
        else:
            self._read(path, options)

    def _use(self, path: Path, reading: Reading) -> None:
        self.session.document.use_reading(reading)
        settings.add_recent(path)
        rows = count_text(reading.table.rows, self.tr("row"), self.tr("rows"))
        self._say_opened(self.tr("Read {0}: {1}.").format(path.name, rows), *reading.notes)

    def _on_read_failed(self, path: Path, sentence: str) -> None:
        self._put_reading_away()
        self._say(self.tr("{0} could not be read").format(path.name), sentence)

    def _on_read_cancelled(self, path: Path) -> None:
        self._put_reading_away()
        self.noted.emit(self.tr("Reading {0} was cancelled; nothing changed.").format(path.name))

    def _put_reading_away(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
            self._reading = None

    def halt(self) -> None:
        """Stop reading, for a window that closes."""
        if self._reading is not None:
            self._reading.halt()
            self._put_reading_away()

    # ---- saving

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
        else:
            self._save_to(path, then)

    def _ask_where(self, then: Callable[[], None] | None) -> None:
        name = self.session.document.path or self._folder() / (suggested_name(self.session) + SUFFIX)
        dialog = QFileDialog(self.window, self.tr("Save as"), str(name.parent), self.tr("Projects (*.bpgui)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))
        dialog.selectFile(name.name)
        self._show_file_dialog(dialog, partial(self._on_save_chosen, then))

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
        if not self.something_to_lose():
            then()
            return
        name = self.session.document.path.name if self.session.document.path else suggested_name(self.session)
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
        return session.document.modified and not _is_untouched_sample(session)

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


def merged(first: ReadingOptions, second: ReadingOptions) -> ReadingOptions:
    """What either has settled; the second wins."""
    default = ReadingOptions()
    changes = {n: v for n in second.__struct_fields__ if (v := getattr(second, n)) != getattr(default, n)}
    return msgspec.structs.replace(first, **changes)


def is_project(path: Path) -> bool:
    """By its name or by what is in it."""
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return "project.json" in archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def suggested_name(session: Session) -> str:
    """A name for a project that has none: that of its data."""
    origin = session.document.spec.data.origin
    return Path(origin.name).stem or "project"


def _is_untouched_sample(session: Session) -> bool:
    spec = session.document.spec
    origin = spec.data.origin
    if session.document.path is not None or not isinstance(origin, SampleOrigin) or origin.name not in samples.SAMPLES:
        return False
    has_fields = bool(samples.SAMPLES[origin.name].fields)
    given = {"rows": origin.rows, "noise": origin.noise} if has_fields else {}
    try:
        fresh, _ = samples.open_sample(origin.name, seed=origin.seed, **given)
    except DataError:
        return False
    return fresh.network == spec.network and fresh.training == spec.training and fresh.data == spec.data
