"""What a JSON document looks like: lists and records with their sizes and places, without the values in them.

By it the tables in a document are found alike whether its values stand in memory or are still in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bpgui.data.readers.records.json_stream import LONG, OPEN, JsonText

LOOKED_AT = 200  # items of a list; records in a record: what is in those beyond is only counted
_CELLS, _COLUMNS = 1000, 10_000  # of a record: other values, and lists and records, that are known by their names
_DEPTH = 8  # beyond it values are only counted
_ROOM = 500_000  # values that are known by their names in all
_COUNTER = re.compile(r"\d+")


@dataclass
class Outline:
    """A value: its `sort` ("list", "record", "number" or the name of another type), and how many values are in it."""

    sort: str
    count: int = 0
    first: set[str] = field(default_factory=set)  # sorts of the first items of a list
    begins: set[str] = field(default_factory=set)  # of the very first
    widest: int = 1  # most values in one of the first items
    sorts: set[str] = field(default_factory=set)  # of all values in a record
    lengths: set[int] = field(default_factory=set)  # of the lists in it, two of them at most
    inner: int = 0  # values in its records together
    hollow: bool = False  # one of these is empty
    counted: bool = True  # its names are numbers
    known: dict[str, Outline] = field(default_factory=dict)  # values in a record by their names, the first of them
    value: Any = None
    text: JsonText | None = None  # in which it begins at `where`, instead of the value
    where: int = 0

    def items(self, progress: Callable[[float], None]) -> Iterator[Any]:
        """Of a list. Raises DataError, as all that follow do."""
        if self.text is None:
            yield from self.value
        else:
            self.text.go(self.where)
            yield from self.text.items(progress)

    def pairs(self, progress: Callable[[float], None]) -> Iterator[tuple[str, Any]]:
        """Names and values of a record."""
        if self.text is None:
            yield from self.value.items()
        else:
            self.text.go(self.where)
            for some in self.text.members(progress):
                for name, cell in some.items():
                    yield name, self.text.value() if cell is OPEN else cell

    def whole(self) -> Any:
        """The value itself."""
        if self.text is None:
            return self.value
        self.text.go(self.where)
        return self.text.value()


def outline_of(value: Any) -> Outline:
    """Of a value in memory."""
    return _Look().at(value, 0)


def walk(text: JsonText, progress: Callable[[float], None]) -> Outline:
    """Of the record that begins here, which may be larger than memory; no item of a list in it. Raises DataError."""
    return _Look(progress).along(text, 0)


class _Look:
    def __init__(self, progress: Callable[[float], None] = lambda done: None) -> None:
        self._progress = progress
        self._room = _ROOM

    def at(self, value: Any, depth: int) -> Outline:
        made = _bare(value)
        if isinstance(value, list):
            made.value = value
            for place, item in enumerate(value[:LOOKED_AT]):
                _add_item(made, place, item)
        elif isinstance(value, dict):
            made.value = value
            for place, (name, inner) in enumerate(value.items() if depth <= _DEPTH else ()):
                deep = place < LOOKED_AT or not isinstance(inner, dict)
                self._add(made, place, name, self.at(inner, depth + 1 if deep else _DEPTH + 1))
        return made

    def along(self, text: JsonText, depth: int) -> Outline:
        mark, where = text.space(), text.where
        if mark == "[":
            made = Outline("list")
            for place, item in enumerate(text.items(self._progress)):
                made.count = place + 1
                if place < LOOKED_AT:
                    _add_item(made, place, item)
        elif mark == "{" and depth <= _DEPTH:
            made = Outline("record")
            for some in text.members(self._progress):
                if made.count < _CELLS or OPEN in some.values():
                    for name, cell in some.items():
                        inner = self._inner(text, made.count, depth) if cell is OPEN else _bare(cell)
                        self._add(made, made.count, name, inner)
                        made.count += 1
                else:
                    _count(made, some)
        else:
            made = _bare(text.value())
        made.text, made.where = text, where
        return made

    def _inner(self, text: JsonText, place: int, depth: int) -> Outline:
        where = text.where
        value = text.small() if place >= LOOKED_AT and text.space() == "{" else LONG
        made = self.along(text, depth + 1) if value is LONG else _bare(value)
        made.text, made.where = text, where
        return made

    def _add(self, record: Outline, place: int, name: str, inner: Outline) -> None:
        """One more value of a record."""
        record.sorts.add(inner.sort)
        record.counted = record.counted and _COUNTER.fullmatch(name) is not None
        if inner.sort == "list" and len(record.lengths) < 2:
            record.lengths.add(inner.count)
        elif inner.sort == "record":
            record.inner += inner.count
            record.hollow = record.hollow or not inner.count
        if place < (_CELLS if inner.sort not in ("list", "record") else _COLUMNS) and self._room:
            self._room -= 1
            record.known[name] = inner


def _count(record: Outline, cells: dict[str, Any]) -> None:
    """Many more values of a record, neither lists nor records."""
    record.count += len(cells)
    one_of_each = dict(zip(map(type, cells.values()), cells.values(), strict=True))
    record.sorts.update(map(sort_of, one_of_each.values()))
    record.counted = record.counted and all(map(_COUNTER.fullmatch, cells))


def _add_item(made: Outline, place: int, item: Any) -> None:
    sort = sort_of(item)
    made.first.add(sort)
    if place < 20:
        made.begins.add(sort)
    if sort in ("list", "record"):
        made.widest = max(made.widest, len(item))


def _bare(value: Any) -> Outline:
    """Without what is in it."""
    sort = sort_of(value)
    return Outline(sort, len(value)) if sort in ("list", "record") else _CELL.setdefault(sort, Outline(sort))


_CELL: dict[str, Outline] = {}


def sort_of(value: Any) -> str:
    """What kind of a value it is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return {"dict": "record"}.get(type(value).__name__, type(value).__name__)
