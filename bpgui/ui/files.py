"""Opening what is chosen, dropped or pasted: projects at once, data by way of the import view.

What was open stays on failure, and until the person agrees.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow

from bpgui.data.readers import READERS, Reading, ReadingOptions
from bpgui.data.reading_process import SPARE
from bpgui.data.spec import FileOrigin
from bpgui.project.archive import MIME_TYPE
from bpgui.project.atomic import readable_size
from bpgui.project.storage import StorageError, TableElsewhere, load_project
from bpgui.ui import settings
from bpgui.ui.dialogs.messages import Role, ask
from bpgui.ui.dialogs.reading import PREVIEW_ROWS, FileReading, ShownReading
from bpgui.ui.dropping import Dropped, PastedTables, dropped_of
from bpgui.ui.reopening import Prepared, prepare, use_again, use_new, without_places
from bpgui.ui.saving import SUFFIX, Saving
from bpgui.ui.texts import count_text

if TYPE_CHECKING:
    from bpgui.data.table import Table
    from bpgui.project.spec import ProjectSpec
    from bpgui.session.session import Session
    from bpgui.ui.dialogs.import_view import ImportView

__all__ = ["SUFFIX", "Files", "is_project"]

_HEAD = 128  # bytes; the kind of a project stands among them


class Files(Saving):
    """`opened` and `noted` carry sentences for the status bar; of two things opened at a time the newer wins.

    `project_opened` tells of a project, `lesson_chosen(Path)` of a file with a lesson.
    """

    opened = Signal(str)
    project_opened = Signal()
    lesson_chosen = Signal(object)

    def __init__(self, session: Session, window: QMainWindow) -> None:
        super().__init__(session, window)
        self.view: ImportView | None = None
        self._first: ShownReading | None = None
        self._prepared: Prepared | None = None  # written by the thread that reads, before its end is seen
        self._pasted: PastedTables | None = None
        self._pasted_paths: dict[str, tuple[Path, ...]] = {}  # by the table's hash, since they are in no project

    # ---- choosing

    @Slot()
    def open(self) -> None:
        """Ask which files, then open them."""
        data = " ".join(f"*{suffix}" for reader in READERS.values() for suffix in reader.suffixes)
        kinds = [self.tr("Projects and data ({0})").format(f"*{SUFFIX} {data} *.md"), self.tr("Projects (*.bpgui)")]
        for reader in READERS.values():
            kinds.append(f"{reader.label} ({' '.join(f'*{suffix}' for suffix in reader.suffixes)})")
        kinds += [self.tr("Lessons (*.md)"), self.tr("All files (*)")]
        dialog = QFileDialog(self.window, self.tr("Open"), str(self._folder()), ";;".join(kinds))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        self._show_chooser(dialog)

    @Slot()
    def open_folder(self) -> None:
        """Ask which folder, then open what is in it as one set of data."""
        dialog = QFileDialog(self.window, self.tr("Open folder"), str(self._folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        self._show_chooser(dialog)

    def _show_chooser(self, dialog: QFileDialog) -> None:
        dialog.setObjectName("fileDialog")
        dialog.filesSelected.connect(self._on_open_chosen)
        dialog.finished.connect(dialog.deleteLater)
        SPARE.prepare()
        dialog.open()

    @Slot("QStringList")
    def _on_open_chosen(self, names: list[str]) -> None:
        self.open_paths([Path(name) for name in names])

    # ---- dropping and pasting

    @Slot()
    def paste(self) -> None:
        """Take what the clipboard holds as if it had been dropped."""
        mime = QApplication.clipboard().mimeData()
        things = dropped_of(mime) if mime is not None else Dropped()
        if not (things.paths or things.remote or things.picture or things.text.strip()):
            self._say(self.tr("The clipboard is empty"), self.tr("Copy the cells of a table, or files, then paste."))
        else:
            self.take(things)

    @Slot(object)
    def take(self, things: Dropped) -> None:
        """Open what was dropped or pasted, or say what to do."""
        if things.paths:
            self.open_paths(things.paths)
        elif things.remote:
            text = self.tr("Only files on this computer can be opened. Download it first, then drop the file.")
            self._say(self.tr("This is not on this computer"), text)
        elif things.picture:
            text = self.tr("Save the picture as a file (PNG, JPEG, …) and drop that, or a folder with many.")
            self._say(self.tr("This is a picture, not a file"), text)
        elif things.is_table:
            self._take_text(things.text)
        else:
            shown = " ".join(things.text.split())
            shown = shown if len(shown) <= 60 else shown[:59] + "…"
            text = self.tr("“{0}” has no rows. Copy a table with a row of names and rows of values, or a file.")
            self._say(self.tr("This text is not a table"), text.format(shown))

    def _take_text(self, text: str) -> None:
        try:
            self._pasted = self._pasted or PastedTables()
            path = self._pasted.keep(text, self.tr("pasted table"))
        except OSError as error:
            reason = self.tr("It cannot be written to the folder of temporary files: {0}.").format(error.strerror)
            self._say(self.tr("The table cannot be pasted"), reason)
            return
        self._import((path,), ReadingOptions())

    # ---- opening

    def open_path(self, path: Path) -> None:
        """A project (asking first when something is not saved), a data file, or a folder of them."""
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
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            self._say(self.tr("{0} is not a file").format(path.name), self.tr("Open a file with a table or a project."))
        elif stat.S_ISREG(mode) and is_project(path):
            self._ask_and_open(path)
        elif stat.S_ISREG(mode) and is_lesson(path):
            self.lesson_chosen.emit(path)
        else:
            self._import((path,), ReadingOptions())

    def open_paths(self, paths: Sequence[Path]) -> None:
        """One file or folder, or several that belong together: all of them are one set of data."""
        if len(paths) == 1:
            self.open_path(paths[0])
            return
        projects = [path for path in paths if path.suffix.lower() == SUFFIX]
        if projects:
            title = self.tr("{0} is a project").format(projects[0].name)
            self._say(title, self.tr("A project is opened by itself. Drop it alone, or the files of data without it."))
        elif paths:
            self._import(tuple(paths), ReadingOptions())

    def _ask_and_open(self, path: Path) -> None:
        """Nobody is asked about saving for the sake of a file that cannot be opened."""
        self.project_left.emit()
        if self.something_to_lose():
            try:
                load_project(path)
            except TableElsewhere:
                pass
            except StorageError as error:
                self._say_not_opened(path, error)
                return
        self.when_saved(partial(self._open_project, path, {}), self.tr("before another project is opened"))

    def _say_not_opened(self, path: Path, error: StorageError) -> None:
        self._say(self.tr("{0} could not be opened").format(path.name), str(error))

    def _open_project(self, path: Path, tables: dict[str, Table]) -> None:
        self._put_away()
        try:
            notes = self.session.open(path, tables)
        except TableElsewhere as elsewhere:
            self._read_elsewhere(path, elsewhere)
            return
        except StorageError as error:
            self._say_not_opened(path, error)
            return
        settings.add_recent(path)
        self.stored.emit()
        self.opened.emit(self.tr("Opened {0}.").format(path.name))
        if notes:
            self._say(self.tr("{0} was opened, but not all of it").format(path.name), "\n".join(notes))
        self.project_opened.emit()

    def _read_elsewhere(self, path: Path, elsewhere: TableElsewhere) -> None:
        """The data of a project that is too large to be in it, read again as it was then."""
        origin = elsewhere.origin
        if not all(os.path.lexists(place) for place in _places(origin)):
            self._say_not_opened(path, elsewhere)
            return
        label = self.tr("Reading {0} …").format(origin.name)
        self._first = ShownReading(_places(origin), origin.options, label, self.window)
        self._first.done.connect(partial(self._on_elsewhere_read, path, elsewhere))
        self._first.failed.connect(partial(self._on_first_failed, path.name))
        self._first.cancelled.connect(partial(self._on_first_cancelled, path.name))
        self._first.start()

    def _on_elsewhere_read(self, path: Path, elsewhere: TableElsewhere, reading: Reading) -> None:
        self._first = None
        try:
            elsewhere.check(reading.table)
        except StorageError as error:
            self._say_not_opened(path, error)
            return
        self._open_project(path, {reading.table.sha: reading.table})

    # ---- importing

    @Slot()
    def reopen_reading(self) -> None:
        """Look again at how the present data is read, and change it."""
        origin = self.session.document.spec.data.origin
        if not isinstance(origin, FileOrigin):
            text = self.tr("A sample is made, not read. Open a file of your own first.")
            self._say(self.tr("There is no file to read"), text)
            return
        paths = self._pasted_paths.get(self.session.document.spec.data.table) or _places(origin)
        gone = next((path for path in paths if not os.path.lexists(path)), None)
        if gone is not None or not paths:
            where = self.tr("No file lies at {0}.").format(gone) if gone else self.tr("It was pasted.")
            text = self.tr("{0} The data itself is in the project; to read it otherwise, open its file again.")
            self._say(self.tr("{0} is not there any more").format(origin.name), text.format(where))
            return
        self._import(paths, origin.options, again=True)

    def _import(self, paths: tuple[Path, ...], options: ReadingOptions, *, again: bool = False) -> None:
        """Read the beginning, then show the import view."""
        self._put_away()
        name = self._name_of(paths)
        label = self.tr("Looking at {0} …").format(name)
        self._first = ShownReading(paths, options, label, self.window, PREVIEW_ROWS)
        self._first.done.connect(partial(self._show_view, paths, options, again))
        self._first.failed.connect(partial(self._on_look_failed, paths, options, again))
        self._first.cancelled.connect(partial(self._on_first_cancelled, name))
        self._first.start()

    def _show_view(self, paths: tuple[Path, ...], options: ReadingOptions, again: bool, first: Reading | str) -> None:
        from bpgui.ui.dialogs.import_view import ImportView

        self._first = None
        document = self.session.document
        prepare = partial(self._prepare, paths, again, document.spec, document.table)
        self.view = ImportView(paths, self._name_of(paths), self._about(paths), options, first, self.window, prepare)
        self.view.used.connect(partial(self._use, paths, again))
        self.view.rejected.connect(partial(self._on_view_rejected, self._name_of(paths)))
        self.view.dropped.connect(self._on_view_dropped)
        self.view.open()

    def _prepare(self, paths: tuple[Path, ...], again: bool, spec: ProjectSpec, table: Table, reading: Reading) -> None:
        """Called in the thread that reads."""
        reading = without_places(reading) if self._is_pasted(paths) else reading
        self._prepared = prepare(spec, table, again, reading)

    def _is_pasted(self, paths: tuple[Path, ...]) -> bool:
        return self._pasted is not None and self._pasted.holds(paths[0])

    def _use(self, paths: tuple[Path, ...], again: bool, reading: Reading) -> None:
        self.view = None
        if self._is_pasted(paths):
            self._pasted_paths[reading.table.sha] = paths
            reading = without_places(reading)
        elif len(paths) == 1:
            settings.add_recent(paths[0])
        if again:
            use_again(self.session.document, reading)
        else:
            use_new(self.session.document, reading, self._prepared)
        self._prepared = None
        rows = count_text(reading.table.rows, self.tr("row"), self.tr("rows"))
        said = self.tr("Read {0}: {1}.").format(reading.origin.name, rows)
        if reading.notes:
            notes = count_text(len(reading.notes), self.tr("note"), self.tr("notes"))
            said += " " + (reading.notes[0] if len(reading.notes) == 1 else self.tr("{0}.").format(notes))
        self.opened.emit(said)

    def _on_look_failed(self, paths: tuple[Path, ...], options: ReadingOptions, again: bool, sentence: str) -> None:
        """Text may only have been taken for another table than it is, so that can be said."""
        self._first = None
        name = self._name_of(paths)
        text = {path.suffix.lower() for path in paths} <= {"", *READERS["csv"].suffixes} and paths[0].is_file()
        if not (text or again):
            self._on_first_failed(name, sentence)
            return
        choices = (
            (self.tr("OK"), self.tr("Close this message; nothing has changed."), Role.RejectRole, None),
            (self.tr("Change how it is read…"), self.tr("Set delimiter, names and more by hand."), Role.ActionRole,
             partial(self._show_view, paths, options, again, sentence)),
        )  # fmt: skip
        ask(self.window, self.tr("{0} could not be read").format(name), sentence, choices)

    def _on_first_failed(self, name: str, sentence: str) -> None:
        self._first = None
        self._say(self.tr("{0} could not be read").format(name), sentence)

    def _on_first_cancelled(self, name: str) -> None:
        self._first = None
        self.noted.emit(self.tr("Reading {0} was cancelled; nothing changed.").format(name))

    def _on_view_rejected(self, name: str) -> None:
        self.view = None
        SPARE.dismiss()
        self.noted.emit(self.tr("{0} was not used; nothing changed.").format(name))

    @Slot(object)
    def _on_view_dropped(self, things: Dropped) -> None:
        # After the drop is over, so that the other program does not wait for us.
        QTimer.singleShot(0, self, partial(self.take, things))

    def _put_away(self) -> None:
        """What is being opened makes way for what comes now."""
        if self._first is not None:
            self._first.cancel()
            self._first = None
        if self.view is not None:
            self.view.rejected.disconnect()
            self.view.stop()
            self.view.close()
            self.view = None

    def _name_of(self, paths: tuple[Path, ...]) -> str:
        if len(paths) == 1:
            return paths[0].name or str(paths[0])
        return self.tr("{0} and {1} more").format(paths[0].name, len(paths) - 1)

    def _about(self, paths: tuple[Path, ...]) -> str:
        """How large a file is; of several, how many they are."""
        if len(paths) > 1:
            return count_text(len(paths), self.tr("file"), self.tr("files"))
        try:
            status = paths[0].stat()
        except OSError:
            return ""
        return self.tr("folder") if stat.S_ISDIR(status.st_mode) else readable_size(status.st_size)

    def halt(self) -> None:
        """Stop reading, for a window that closes."""
        self._put_away()
        readings: list[FileReading] = list(self.window.findChildren(FileReading))
        for reading in readings:
            reading.cancel()
        for reading in readings:
            reading.halt()
        SPARE.dismiss()
        if self._pasted is not None:
            self._pasted.discard()
            self._pasted = None


def is_project(path: Path) -> bool:
    """By its name or by what it says of itself at its beginning."""
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return head.startswith(b"PK\x03\x04") and MIME_TYPE in head


def is_lesson(path: Path) -> bool:
    """By what it says of itself at its beginning."""
    from bpgui.project.lessons.shelf import is_lesson_file

    return is_lesson_file(path)


def _places(origin: FileOrigin) -> tuple[Path, ...]:
    return tuple(Path(place) for place in (origin.path, *origin.paths) if place)
