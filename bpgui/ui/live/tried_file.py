"""A file to try: an image or a sound, read in the reading child exactly as those of the data are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal, Slot

from bpgui.data.readers import READERS, Reading
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import NumberColumn
from bpgui.ui.dialogs.reading import FileReading
from bpgui.ui.dropping import dropped_of


@dataclass(frozen=True)
class Wanted:
    """Files of one of READERS that become a value of `shape`, read with `options`."""

    reader: str
    shape: tuple[int, ...]
    options: ReadingOptions

    @property
    def suffixes(self) -> tuple[str, ...]:
        return READERS[self.reader].suffixes

    def file_in(self, mime: QMimeData) -> Path | None:
        """The only file that is dragged, where by its name it is one of these; anything else is for the window."""
        paths = dropped_of(mime).paths if mime.hasUrls() else ()
        return paths[0] if len(paths) == 1 and paths[0].suffix.lower() in self.suffixes else None


def images_wanted(shape: tuple[int, int, int]) -> Wanted:
    """Images of (height, width, channels)."""
    height, width, channels = shape
    colour = "grey" if channels == 1 else "rgb"
    return Wanted("images", shape, ReadingOptions(size=(height, width), colour=colour, labels="none"))


class TriedFile(QObject):
    """`done(values, name)` with an array of the wanted shape, or `failed(name, sentence)`; of two the later counts."""

    done = Signal(object, str)
    failed = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reading: FileReading | None = None
        self._wanted: Wanted | None = None
        self._name = ""

    @property
    def busy(self) -> bool:
        return self._reading is not None

    def read(self, path: Path, wanted: Wanted) -> None:
        """Begin; what was being read before is forgotten."""
        self.forget()
        self._wanted, self._name = wanted, path.name
        self._reading = FileReading((path,), wanted.options, self)
        self._reading.done.connect(self._on_done)
        self._reading.failed.connect(self._on_failed)
        self._reading.start()

    def forget(self) -> None:
        """Nothing more is heard of it."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    @Slot(object)
    def _on_done(self, reading: Reading) -> None:
        self._reading = None
        assert self._wanted is not None
        first = reading.table.columns[0]
        if isinstance(first, NumberColumn) and first.shape == self._wanted.shape and first.rows == 1:
            self.done.emit(first.values[0], self._name)
        else:
            label = READERS[self._wanted.reader].label
            self.failed.emit(self._name, self.tr("It holds something else than was expected: {0}.").format(label))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._reading = None
        self.failed.emit(self._name, sentence)
