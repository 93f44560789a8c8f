"""JSON text that is read from its file as it is taken apart, for files that are larger than memory."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

from bpgui.data.errors import DataError
from bpgui.data.readers.records.json_stream import JsonText, encoding_of, not_in

CHUNK = 8 << 20  # bytes
AHEAD = 2 << 20  # characters that are there before a value is taken, so that few values are cut off


class JsonFile(JsonText):
    """A window of the text; what has been passed over is let go of. A single value may have at most `limit` bytes."""

    def __init__(self, path: Path, encoding: str | None, limit: int) -> None:
        """Raises DataError."""
        self._file = path.open("rb")
        self._path, self._limit = path, limit
        self._size = path.stat().st_size
        self._bytes = 0
        self._encoding = encoding_of(self._file.peek(4)[:4], encoding)
        try:
            self._characters = codecs.getincrementaldecoder(self._encoding)()
        except LookupError as error:
            self._file.close()
            raise DataError(f"{path.name}: there is no encoding called {self._encoding!r}.") from error
        super().__init__(path.name, "")
        try:
            self.more()
        except DataError:
            self._file.close()
            raise
        self.text = self.text.removeprefix("\ufeff")

    def close(self) -> None:
        self._file.close()

    @property
    def share(self) -> float:
        """How much has been passed over, about."""
        return max(0.0, self._bytes - (len(self.text) - self.place)) / max(1, self._size)

    def value(self) -> Any:
        """The value that begins here. Raises DataError."""
        if len(self.text) - self.place < AHEAD:
            self.more()
        text, begin = self.text, self.place
        value = super().value()
        if self.text is text and self.place == len(text):  # of a number there may be more
            self.place = begin
            if self.more():
                return self.value()
            self.place = len(self.text)
        return value

    def more(self) -> bool:
        """The next part of the file behind what has not been passed over yet. Raises DataError."""
        data = self._file.read(max(CHUNK, len(self.text) - self.place))
        if not data and not self._characters.getstate()[0]:
            return False
        if len(self.text) - self.place > self._limit:
            raise DataError(
                f"{self.name} holds a single value of more than {self._limit / 1e9:.1f} GB, which does not fit into "
                "the memory that may be used. Save it as Parquet or CSV and open that."
            )
        pending = len(self._characters.getstate()[0])
        try:
            text = self._characters.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise not_in(self.name, self._encoding, self._bytes - pending + error.start) from error
        self._bytes += len(data)
        self._let_go()
        self.text += text
        return True

    def _let_go(self) -> None:
        passed = self.text[: self.place]
        begins = passed.rfind("\n")
        self.lines_before += passed.count("\n")
        self.characters_before = len(passed) - begins - 1 + (self.characters_before if begins < 0 else 0)
        self.text, self.place = self.text[self.place :], 0
