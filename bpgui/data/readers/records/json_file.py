"""JSON text that is read from its file as it is taken apart, for files that are larger than memory."""

from __future__ import annotations

import codecs
import json
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpgui.data.errors import DataError
from bpgui.data.readers.records.json_stream import LONG, JsonText, encoding_of, not_in

CHUNK = 8 << 20  # bytes
AHEAD = 2 << 20  # characters that are there before a value is taken, so that few values are cut off
_UNFINISHED = ("", ".", "e", "E", "e-", "E-", "e+", "E+")  # at the end of a part, of a number there may be more


@dataclass(frozen=True)
class _Mark:
    """Where a part of the file was read: so many characters, bytes and lines before it, and what the decoder held."""

    characters: int
    byte: int
    lines: int
    characters_before: int
    state: tuple[bytes, int]


class JsonFile(JsonText):
    """A window of the text; what has been passed over is let go of. A single value may have about `limit` bytes."""

    def __init__(self, path: Path, encoding: str | None, limit: int) -> None:
        """Raises DataError."""
        self._file = path.open("rb")
        self._path, self._limit = path, max(limit, CHUNK + AHEAD)
        self._size = path.stat().st_size
        self._bytes = 0
        self._marks: list[_Mark] = []
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
        if self.text is text and text[self.place : self.place + 3] in _UNFINISHED:
            end, self.place = self.place, begin
            if self.more():
                return self.value()
            self.place = end
        return value

    def small(self) -> Any:
        """As for any text; LONG for what has more than the part of the file that stands in memory."""
        if len(self.text) - self.place < AHEAD:
            self.more()
        try:
            value, self.place = self._decoder.raw_decode(self.text, self.place)
        except json.JSONDecodeError as error:
            large = len(self.text) - self.place > self._limit
            return LONG if self._is_cut_off(error) and (large or self.more()) else self.value()
        except Exception:  # said as for every value
            return self.value()
        return value

    def go(self, where: int) -> None:
        """Stand at that place again. Raises DataError, OSError."""
        if not self.passed <= where < self.passed + len(self.text):
            mark = self._marks[bisect_right(self._marks, where, key=lambda mark: mark.characters) - 1]
            self._file.seek(mark.byte)
            self._characters.setstate(mark.state)
            self._bytes, self.passed = mark.byte, mark.characters
            self.lines_before, self.characters_before = mark.lines, mark.characters_before
            self.text, self.place = "", 0
        while where >= self.passed + len(self.text):
            self.place = len(self.text)
            if not self.more():
                break
        self.place = where - self.passed

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
        self._mark()
        pending = len(self._characters.getstate()[0])
        try:
            text = self._characters.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise not_in(self.name, self._encoding, self._bytes - pending + error.start) from error
        if not self.passed + len(self.text):
            text = text.removeprefix("\ufeff")
        self._bytes += len(data)
        self._let_go()
        self.text += text
        return True

    def _mark(self) -> None:
        """Before what comes next, if it is new."""
        if not self._marks or self._marks[-1].byte < self._bytes:
            lines, before = self._lines(self.text)
            characters = self.passed + len(self.text)
            self._marks.append(_Mark(characters, self._bytes, lines, before, self._characters.getstate()))

    def _lines(self, passed: str) -> tuple[int, int]:
        """Lines, and characters of the last one, before what follows that beginning of the text."""
        begins = passed.rfind("\n")
        before = len(passed) - begins - 1 + (self.characters_before if begins < 0 else 0)
        return self.lines_before + passed.count("\n"), before

    def _let_go(self) -> None:
        self.lines_before, self.characters_before = self._lines(self.text[: self.place])
        self.passed += self.place
        self.text, self.place = self.text[self.place :], 0
