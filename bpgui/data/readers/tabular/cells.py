"""Cells of any kind, as workbooks and JSON hold them: gathered by column, nine bytes each, until the type is clear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING, NUMBER, TEXT, TRUTH, DATE, HOURS, ARRAY, OTHER = range(8)
KIND_WORDS = ("nothing", "number", "text", "yes or no", "date", "time of day", "list", "record")
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_SECONDS = 86_400
_ARRAY_LIMIT = 1 << 20  # numbers in one list


@dataclass(frozen=True)
class Cells:
    """`kinds` (rows,) uint8 and `values` (rows,) float64: the number, days, hours, or a place in one of the tuples."""

    kinds: NDArray[np.uint8]
    values: NDArray[np.float64]
    texts: tuple[str, ...] = ()
    arrays: tuple[NDArray[Any], ...] = ()
    halves: int = 0  # texts that held half a character, as JSON can: it is now a mark of replacement

    @property
    def rows(self) -> int:
        return int(self.kinds.size)

    def loaded(self) -> Cells:
        """In memory, as they are."""
        return self

    def of(self, rows: NDArray[np.int64]) -> Cells:
        """Only these rows."""
        return Cells(self.kinds[rows], self.values[rows], self.texts, self.arrays, self.halves)

    def first(self, kind: int) -> int:
        """The first row with a cell of that kind."""
        return int(np.argmax(self.kinds == kind))

    def shown(self, row: int) -> str:
        """A cell as text."""
        kind, value = int(self.kinds[row]), float(self.values[row])
        return self.texts[int(value)] if kind == TEXT else shown(kind, value)


@dataclass(frozen=True)
class StoredCells:
    """Cells of which kinds and values lie in files until they are needed."""

    kinds: Path
    values: Path
    texts: tuple[str, ...]
    arrays: tuple[NDArray[Any], ...]
    halves: int

    def loaded(self) -> Cells:
        """In memory. Raises OSError."""
        kinds, values = np.fromfile(self.kinds, np.uint8), np.fromfile(self.values, np.float64)
        return Cells(kinds, values, self.texts, self.arrays, self.halves)


def shown(kind: int, value: float) -> str:
    """A cell that is no text, as one: 3, 2.5, true, 2024-01-02."""
    if kind == NUMBER:
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if kind == TRUTH:
        return "true" if value else "false"
    if kind == DATE:
        return iso_date(value)
    if kind == HOURS:
        seconds = round(value * 3600)
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return ""


def iso_date(days: float) -> str:
    """2024-01-02, with the time of day where there is one."""
    try:
        moment = datetime(1970, 1, 1) + timedelta(days=days)
    except (OverflowError, ValueError):
        return f"day {days:g}"
    if days == math.floor(days):
        return moment.date().isoformat()
    return (moment + timedelta(microseconds=500)).isoformat(sep=" ", timespec="milliseconds").removesuffix(".000")


class CellColumn:
    """Takes the cells of one column, a few thousand at a time. `aside`: files for kinds and values (see cell_store)."""

    def __init__(self, missing_before: int = 0, aside: tuple[Path, Path] | None = None) -> None:
        self._kinds = [np.zeros(missing_before, dtype=np.uint8)]
        self._values = [np.zeros(missing_before)]
        self._aside, self._is_aside = aside, False
        self._texts: dict[str, int] = {}
        self._arrays: list[NDArray[Any]] = []

    def extend(self, cells: Sequence[object]) -> None:
        """Cells of Python's own types; None and empty texts are missing, lists of numbers arrays."""
        types = set(map(type, cells))
        if types <= {float, int} and self._extend_numbers(cells):
            return
        kinds, values = bytearray(len(cells)), np.zeros(len(cells))
        encode = self._encode
        for place, cell in enumerate(cells):
            if cell is not None and cell != "":
                kinds[place], values[place] = encode(cell)
        self._kinds.append(np.frombuffer(kinds, dtype=np.uint8))
        self._values.append(values)

    def lay_aside(self) -> None:
        """Put what has come so far into the files. Raises OSError where there is no room."""
        assert self._aside is not None
        self._is_aside = True
        kinds, values = self._aside
        with kinds.open("ab") as file:
            file.write(np.concatenate(self._kinds).data)
        with values.open("ab") as file:
            file.write(np.concatenate(self._values).data)
        self._kinds, self._values = [np.zeros(0, dtype=np.uint8)], [np.zeros(0)]

    def finish(self) -> Cells | StoredCells:
        """All cells; where some lie in the files, all of them do."""
        texts, halves = whole_characters(tuple(self._texts))
        if self._is_aside and self._aside is not None:
            self.lay_aside()
            return StoredCells(*self._aside, texts, tuple(self._arrays), halves)
        kinds, values = np.concatenate(self._kinds), np.concatenate(self._values)
        self._kinds, self._values = [], []
        return Cells(kinds, values, texts, tuple(self._arrays), halves)

    def _extend_numbers(self, cells: Sequence[object]) -> bool:
        try:
            values = np.array(cells, dtype=np.float64)
        except OverflowError:  # a whole number beyond 1.8e308
            return False
        self._kinds.append(np.where(np.isnan(values), NOTHING, NUMBER).astype(np.uint8))
        self._values.append(values)
        return True

    def _encode(self, cell: object) -> tuple[int, float]:
        if isinstance(cell, str):
            text = cell.strip()
            return (TEXT, self._texts.setdefault(text, len(self._texts))) if text else (NOTHING, 0.0)
        if isinstance(cell, bool):
            return TRUTH, float(cell)
        if isinstance(cell, float | int):
            return _number(cell)
        if isinstance(cell, date):  # a datetime is one too
            return DATE, days_of(cell)
        if isinstance(cell, time):
            return HOURS, cell.hour + cell.minute / 60 + (cell.second + cell.microsecond / 1e6) / 3600
        if isinstance(cell, timedelta):
            return HOURS, cell.total_seconds() / 3600
        array = _array(cell) if isinstance(cell, list) else None
        if array is None:
            return OTHER, 0.0
        self._arrays.append(array)
        return ARRAY, len(self._arrays) - 1


def whole_characters(texts: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The texts with U+FFFD in place of every half of a pair of surrogates, and how many of them held one."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        pass
    else:
        return texts, 0
    whole = tuple(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for text in texts)
    return whole, sum(a != b for a, b in zip(texts, whole, strict=True))


def days_of(moment: date) -> float:
    """Days since 1970-01-01, in UTC where it says its time zone."""
    if isinstance(moment, datetime):
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
        return moment.toordinal() - _EPOCH + seconds / _DAY_SECONDS
    return float(moment.toordinal() - _EPOCH)


def _number(cell: float | int) -> tuple[int, float]:
    try:
        value = float(cell)
    except OverflowError:
        value = math.inf if cell > 0 else -math.inf
    return (NOTHING, 0.0) if math.isnan(value) else (NUMBER, value)


def _array(cell: list[Any]) -> NDArray[Any] | None:
    """The numbers of a list, or of lists in a list; None where these have different lengths, or are no numbers."""
    if not cell or len(cell) > _ARRAY_LIMIT:
        return None
    try:
        array = np.array(cell)
    except (ValueError, OverflowError, RecursionError):
        return None
    return array if array.dtype.kind in "iuf" and array.size and array.ndim <= 3 else None
