"""The way of data into the project: its beginning is looked at, the import view asks, all of it is read and used."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow

from bpgui.data.readers import READERS, Reading, ReadingOptions
from bpgui.data.reading_process import SPARE
from bpgui.data.spec import FileOrigin
from bpgui.project.atomic import readable_size
from bpgui.ui import settings
from bpgui.ui.dialogs.messages import Role, ask
from bpgui.ui.dialogs.reading import PREVIEW_ROWS, FileReading, ShownReading
from bpgui.ui.dropping import Dropped, PastedTables
from bpgui.ui.reopening import Prepared, prepare, use_again, use_new, without_places
from bpgui.ui.saving import Saving
from bpgui.ui.texts import count_text

if TYPE_CHECKING:
    from bpgui.data.table import Table
    from bpgui.project.spec import ProjectSpec
    from bpgui.session.session import Session
    from bpgui.ui.dialogs.import_view import ImportView


class Importing(Saving):
    """`opened` carries sentences for the status bar; of two things read at a time the newer wins."""

    opened = Signal(str)

    def __init__(self, session: Session, window: QMainWindow) -> None:
        super().__init__(session, window)
        self.view: ImportView | None = None
        self._first: ShownReading | None = None
        self._prepared: Prepared | None = None  # written by the thread that reads, before its end is seen
        self._pasted: PastedTables | None = None
        self._pasted_paths: dict[str, tuple[Path, ...]] = {}  # by the table's hash, since they are in no project

    @Slot()
    def reopen_reading(self) -> None:
        """Look again at how the present data is read, and change it."""
        origin = self.session.document.spec.data.origin
        if not isinstance(origin, FileOrigin):
            text = self.tr("A sample is made, not read. Open a file of your own first.")
            self._say(self.tr("There is no file to read"), text)
            return
        paths = self._pasted_paths.get(self.session.document.spec.data.table) or places_of(origin)
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

    def take(self, things: Dropped) -> None:
        """Open something else, that was dropped on the import view."""

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


def places_of(origin: FileOrigin) -> tuple[Path, ...]:
    """The files that the data came from."""
    return tuple(Path(place) for place in (origin.path, *origin.paths) if place)
