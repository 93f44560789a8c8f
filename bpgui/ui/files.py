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

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QApplication, QFileDialog

from bpgui.data.readers import READERS, Reading, ReadingOptions
from bpgui.data.reading_process import SPARE
from bpgui.project.archive import MIME_TYPE
from bpgui.project.storage import StorageError, TableElsewhere, load_project
from bpgui.ui import settings
from bpgui.ui.dialogs.reading import ShownReading
from bpgui.ui.dropping import Dropped, PastedTables, dropped_of
from bpgui.ui.importing import Importing, places_of
from bpgui.ui.saving import SUFFIX

if TYPE_CHECKING:
    from bpgui.data.table import Table

__all__ = ["SUFFIX", "Files", "is_project"]

_HEAD = 128  # bytes; the kind of a project stands among them


class Files(Importing):
    """`project_opened` tells of a project, `lesson_chosen(Path)` of a file with a lesson."""

    project_opened = Signal()
    lesson_chosen = Signal(object)

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
        if not all(os.path.lexists(place) for place in places_of(origin)):
            self._say_not_opened(path, elsewhere)
            return
        label = self.tr("Reading {0} …").format(origin.name)
        self._first = ShownReading(places_of(origin), origin.options, label, self.window)
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
