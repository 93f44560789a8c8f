"""JSON text taken apart value by value, so that a large list of records never stands in memory as a whole."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from bpgui.data.errors import DataError

_SPACE = re.compile(r"[ \t\r\n]*")
_CELL = r"""(?:"[^"\\]*+"\s*+|[^\[\]{}"\\,\s:][^\[\]{}"\\,]*+),"""  # neither list nor record; another value follows
_CELLS = re.compile(rf"(?:\s*+{_CELL})*+")
_NAMED_CELLS = re.compile(rf"""(?:\s*+"[^"\\]*+"\s*+:\s*+{_CELL})*+""")
_AT_ONCE = 1 << 16  # characters of such values that are taken together
_NAMES = 10_000  # of a record; where there are more they are those of rows, and not compared
_LONGEST_WORD = 16  # -Infinity, \\uD83D\\uDE00: what stands at the end and is not whole
_LONG = 19  # digits; longer whole numbers are floating point at once
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def decoded(name: str, data: bytes, encoding: str | None) -> str:
    """The text of a file, in the encoding that its first bytes show. Raises DataError."""
    found = encoding_of(data, encoding)
    try:
        return data.decode(found)
    except UnicodeDecodeError as error:
        raise not_in(name, found, error.start) from error
    except LookupError as error:
        raise DataError(f"{name}: there is no encoding called {found!r}.") from error


def encoding_of(data: bytes, settled: str | None) -> str:
    """What the first bytes show, unless it is settled."""
    return settled or next((label for bom, label in _BOMS if data.startswith(bom)), "") or _by_zeros(data)


def not_in(name: str, encoding: str, byte: int) -> DataError:
    """For a byte that is no character."""
    return DataError(
        f"{name}, byte {byte:,}: this is no character of {encoding.removesuffix('-sig').upper()}, in which the rest of "
        "the file seems to be. Save it as UTF-8, or choose its encoding."
    )


def _by_zeros(data: bytes) -> str:
    """UTF-16 and UTF-32 without a mark show in where zero bytes stand, since the first characters are ASCII."""
    zeros = "".join(".0"[not byte] for byte in data[:4])
    return {".0.0": "utf-16-le", "0.0.": "utf-16-be", ".000": "utf-32-le", "000.": "utf-32-be"}.get(zeros, "utf-8")


LONG: Final = object()  # in place of a value that does not stand in memory as a whole
OPEN: Final = object()  # in place of a list or a record that begins here


class JsonText:
    """The values of a text one after the other; every DataError says the line and the character in it."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.place = 0
        self.passed = 0  # characters before the text
        self.lines_before = self.characters_before = 0  # where the text is a part of a larger one; of its first line
        self.odd: set[str] = set()  # NaN and Infinity, where they stood
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._record, parse_constant=self._constant, parse_int=_whole, strict=False
        )

    def space(self) -> str:
        """Passes over white space; the character after it, "" at the end."""
        while True:
            found = _SPACE.match(self.text, self.place)
            self.place = found.end() if found else self.place
            if self.place < len(self.text) or not self.more():
                return self.text[self.place : self.place + 1]

    def more(self) -> bool:
        """Whether there was text besides; then it stands behind the present one."""
        return False

    @property
    def where(self) -> int:
        """Characters before this place."""
        return self.passed + self.place

    def go(self, where: int) -> None:
        """Stand at that place again. Raises DataError, OSError."""
        self.place = where

    @property
    def share(self) -> float:
        """How much has been passed over."""
        return self.place / max(1, len(self.text))

    def small(self) -> Any:
        """The list or record that begins here; LONG, and this still stands before it, where it is too long for that."""
        return self.value()

    def value(self) -> Any:
        """The value that begins here. Raises DataError."""
        try:
            value, self.place = self._decoder.raw_decode(self.text, self.place)
        except json.JSONDecodeError as error:
            if self._is_cut_off(error) and self.more():
                return self.value()
            raise self.error(error.pos, _SAID.get(error.msg, error.msg)) from error
        except _Twice as error:
            raise self.error(self.place, f"in the record that begins here, {error}") from error
        except RecursionError as error:
            raise self.error(self.place, "lists and records stand inside each other too deeply for a table") from error
        except ValueError as error:
            raise self.error(self.place, str(error)) from error
        return value

    def _is_cut_off(self, error: json.JSONDecodeError) -> bool:
        """Whether more text could mend it."""
        return error.pos > len(self.text) - _LONGEST_WORD or error.msg.startswith("Unterminated string")

    def items(self, progress: Callable[[float], None] = lambda done: None) -> Iterator[Any]:
        """The items of the list that begins here, one by one. Raises DataError."""
        self.place += 1
        if self.space() == "]":
            self.place += 1
            return
        count = 0
        while True:
            cells = self._together(_CELLS, "[]") if self.space() not in ("[", "{") else ()
            if cells:
                yield from cells
                progress(self.share)
                continue
            yield self.value()
            count += 1
            if count % 1000 == 0:
                progress(self.share)
            mark = self.space()
            if mark not in (",", "]"):
                raise self.error(self.place, "a comma or ] was expected after a value" if mark else _SAID["end"])
            self.place += 1
            if mark == "]":
                return

    def members(self, progress: Callable[[float], None] = lambda done: None) -> Iterator[dict[str, Any]]:
        """The values of the record that begins here by their names, some of them at a time. Raises DataError.

        A list or a record in it comes alone, as OPEN: this stands before it, and it is to be taken before the next one.
        """
        self.place += 1
        if self.space() == "}":
            self.place += 1
            return
        names: set[str] = set()
        count = 0
        while True:
            if self.space() != '"':
                raise self.error(self.place, _SAID["Expecting property name enclosed in double quotes"])
            begin = self.where
            some = self._together(_NAMED_CELLS, "{}")
            mark = "," if some else ""
            if not some:
                name = self.value()
                if self.space() != ":":
                    raise self.error(self.place, _SAID["Expecting ':' delimiter"])
                self.place += 1
                some = {name: OPEN if self.space() in ("[", "{") else self.value()}
            if len(names) < _NAMES:
                self._refuse_twice(names, some, begin)
            yield some
            count += 1
            if mark or count % 1000 == 0:
                progress(self.share)
            if mark:
                continue
            mark = self.space()
            if mark not in (",", "}"):
                raise self.error(self.place, _SAID["Expecting ',' delimiter"])
            self.place += 1
            if mark == "}":
                return

    def _refuse_twice(self, names: set[str], some: dict[str, Any], begin: int) -> None:
        twice = names & some.keys()
        if twice:
            place = max(0, begin - self.passed)
            raise self.error(place, "behind this place, " + _TWICE.format(f"{twice.pop()[:60]!a}"))
        names.update(some)

    def _together(self, pattern: re.Pattern[str], ends: str) -> Any:
        """The next ones that are neither lists nor records, if others follow; nothing where that cannot be seen."""
        found = pattern.match(self.text, self.place, self.place + _AT_ONCE)
        if found is None or not found[0]:
            return None
        try:
            cells = self._decoder.decode(ends[0] + found[0][:-1] + ends[1])
        except (ValueError, _Twice):  # taken one by one it is said where
            return None
        self.place = found.end()
        return cells

    def error(self, place: int, said: str) -> DataError:
        line = self.lines_before + self.text.count("\n", 0, place) + 1
        begins = self.text.rfind("\n", 0, place)
        column = place - begins if begins >= 0 else self.characters_before + place + 1
        here = self.text[place : place + 20].split("\n")[0]
        shown = f" Found: {here!r}." if here else ""
        return DataError(f"{self.name}, line {line:,}, character {column:,}: {said}.{shown} Save it as JSON again.")

    def _record(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) != len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise _Twice(_TWICE.format(f"{twice[:60]!a}"))
        return record

    def _constant(self, text: str) -> float:
        self.odd.add(text.lstrip("-"))
        return float(text)


class _Twice(Exception):
    """A name stands twice in a record."""


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= _LONG else float(text)


_TWICE = "the name {} stands twice, so that it is not clear which value counts"
_SAID = {
    "Expecting value": "a value was expected (a number, a text in quotes, true, false, null, a list or a record)",
    "Expecting ',' delimiter": "a comma, or the end of the list or record, was expected",
    "Expecting ':' delimiter": "a colon was expected between a name and its value",
    "Expecting property name enclosed in double quotes": "a name in double quotes was expected",
    "Unterminated string starting at": "a text is opened here and not closed",
    "Invalid \\escape": "there is no such character behind a backslash",
    "Invalid \\uXXXX escape": "four digits (0-9, a-f) were expected behind \\u",
    "end": "the file ends within a list; it was cut off",
}
