"""Columns of cells as numbers, dates or text: each cell has its kind, and texts are read like the cells of a CSV."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.npy.arrays import columns_of
from bpgui.data.readers.options import ColumnFound, Question, ReadingOptions
from bpgui.data.readers.selecting import found, remarks, with_precision
from bpgui.data.readers.tabular.cells import (
    ARRAY,
    DATE,
    HOURS,
    KIND_WORDS,
    NOTHING,
    NUMBER,
    OTHER,
    TEXT,
    TRUTH,
    Cells,
    StoredCells,
    shown,
)
from bpgui.data.readers.text.column_types import Decision, Plan, decide
from bpgui.data.readers.text.numbers import MISSING, MISSING_NUMBER, formats_for
from bpgui.data.readers.text.sentinels import find_sentinels, sentinel_question, without, words_for
from bpgui.data.reading_options import ColumnType
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn

DECIDED_ON = 2000  # different texts of a column; the others are only checked against what was decided
_SERIAL_EPOCH = 25_569  # 1970-01-01 in the days of workbooks


@dataclass
class Typed:
    """The columns of a table and what is to be said about them."""

    columns: list[AnyColumn] = field(default_factory=list)
    found: list[ColumnFound] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    decimal: str = "."
    thousands: str = ""


def type_columns(
    name: str,
    names: Sequence[str],
    cells: Sequence[Cells | StoredCells],
    options: ReadingOptions,
    rows: NDArray[np.int64] | None = None,
    place: Callable[[int], str] = lambda row: f"Row {row + 1:,}",
    keep: Callable[[AnyColumn], AnyColumn] = lambda column: column,
) -> Typed:
    """Columns of equal length with their different names. `name` is the file's, `place` says where a row is.

    `rows` are those that are kept (None: all) once the types are clear, so that a sample has the types of the whole;
    `keep` as in the task.
    """
    typed = Typed()
    words = [words_for(column, names, options).missing for column in names]
    texts = [_present(column, also) for column, also in zip(cells, words, strict=True)]
    decision = decide(name, names, [each[:DECIDED_ON] for each in texts], formats_for(";", options.decimal,
                      options.thousands), options)  # fmt: skip
    typed.decimal, typed.thousands = decision.format.decimal, decision.format.thousands
    typed.questions += decision.questions
    sentinels: dict[str, list[float]] = {}
    forced = dict(options.types)
    for index, column in enumerate(cells):
        one = _Column(names[index], column.loaded(), decision, index, words[index], forced.get(names[index]), place)
        made = one.made(options)
        if column.halves:
            typed.notes.append(
                f"Column {names[index]}: {column.halves:,} texts hold half a character; it is shown as \ufffd."
            )
        typed.notes += one.notes
        for result in made:
            kept = result if rows is None else _of_rows(result, rows)
            kept = _without_sentinels(kept, names, options, sentinels)
            typed.found.append(found(kept, one.types, one.note))
            typed.notes += remarks(kept)
            typed.columns.append(keep(kept))
    question = sentinel_question(name, sentinels, options)
    typed.questions += [question] if question else []
    return typed


def _present(cells: Cells | StoredCells, also_missing: frozenset[str]) -> list[str]:
    """The different texts that are no words for a missing value."""
    return [text for text in cells.texts if text not in MISSING_NUMBER and text not in also_missing]


def _of_rows(column: AnyColumn, rows: NDArray[np.int64]) -> AnyColumn:
    if isinstance(column, NumberColumn):
        return NumberColumn(column.name, column.values[rows], column.meaning)
    return _text(column.name, column.codes[rows], column.levels)


def _text(name: str, codes: NDArray[np.int32], levels: Sequence[str]) -> TextColumn:
    """With the levels that occur, sorted; several of the same text become one."""
    used = np.unique(codes[codes >= 0])
    texts = sorted({levels[code] for code in used.tolist()})
    order = {text: code for code, text in enumerate(texts)}
    new = np.full(len(levels) + 1, -1, dtype=np.int32)
    for code in used.tolist():
        new[code] = order[levels[code]]
    return TextColumn(name, new[codes], tuple(texts))


def _without_sentinels(
    column: AnyColumn, names: Sequence[str], options: ReadingOptions, sentinels: dict[str, list[float]]
) -> AnyColumn:
    """Numbers far outside, such as 9999, as missing; they are asked about."""
    if isinstance(column, TextColumn) or column.meaning != "number" or column.shape:
        return column
    words = words_for(column.name, names, options)
    values = np.asarray(column.values, dtype=np.float64)
    cleared = without(values, words)
    odd = [value for value in find_sentinels(cleared) if not words.settled(value)]
    if odd:
        sentinels[column.name] = odd
        cleared = np.where(np.isin(cleared, odd), np.nan, cleared)
    if cleared is values:
        return column
    return NumberColumn(column.name, with_precision(cleared, options))


class _Column:
    """One column on its way from cells to values."""

    def __init__(
        self,
        name: str,
        cells: Cells,
        decision: Decision,
        index: int,
        missing: frozenset[str],
        forced: ColumnType | None,
        place: Callable[[int], str],
    ) -> None:
        self._name, self._cells, self._decision, self._index = name, cells, decision, index
        self._plan: Plan = decision.plans[index]
        self._missing, self._forced, self._place = missing, forced, place
        self.notes: list[str] = []
        self.note = ""
        self.types: tuple[ColumnType, ...] = ()

    def made(self, options: ReadingOptions) -> list[AnyColumn]:
        """The column; several for lists of equal length, none for what no column can hold."""
        kinds = self._kinds()
        present = set(np.unique(kinds).tolist()) - {NOTHING}
        if OTHER in present or (ARRAY in present and len(present) > 1):
            return self._left_out("lists or records of different shapes" if ARRAY in present else "records or lists")
        if present == {ARRAY}:
            return self._arrays(kinds, options)
        if self._forced is None and not present:
            self.types = ("number", "text")
            return [NumberColumn(self._name, np.full(kinds.size, np.nan))]
        kind = self._forced or self._natural(present, kinds)
        self.types = tuple(dict.fromkeys((kind, *self._possible(present))))
        if kind == "text":
            return [self._as_text(kinds)]
        values = self._as_dates(kinds) if kind == "date" else with_precision(self._as_numbers(kinds), options)
        self._say_lost(kinds, values)
        return [NumberColumn(self._name, values, "date" if kind == "date" else "number")]

    def _kinds(self) -> NDArray[np.uint8]:
        """Without texts that are words for a missing value, as far as any type of column goes."""
        absent = [place for place, text in enumerate(self._cells.texts) if text in MISSING or text in self._missing]
        numeric = self._plan.type != "text" and self._forced != "text"
        if numeric:
            absent += [place for place, text in enumerate(self._cells.texts) if text in MISSING_NUMBER]
        if not absent:
            return self._cells.kinds
        gone = (self._cells.kinds == TEXT) & np.isin(self._cells.values, absent)
        return np.where(gone, NOTHING, self._cells.kinds).astype(np.uint8)

    def _natural(self, present: set[int], kinds: NDArray[np.uint8]) -> ColumnType:
        """The type that every cell fits, else text, with a note where most cells fit another."""
        if present == {TRUTH}:
            return "text"
        if present == {HOURS}:
            self._say(f"Column {self._name} holds times of day or durations; they are read as hours.")
            return "number"
        if TEXT not in present:
            if present in ({NUMBER}, {DATE}):
                return "number" if present == {NUMBER} else "date"
            self._say_mixed(present, kinds)
            return "text"
        return self._natural_text(present, kinds)

    def _natural_text(self, present: set[int], kinds: NDArray[np.uint8]) -> ColumnType:
        """For a column with texts: what these hold decides, if the other cells agree."""
        wanted = self._plan.mostly or self._plan.type
        agreeing = {"number": {TEXT, NUMBER}, "date": {TEXT, DATE}, "text": {TEXT}}[wanted]
        odd = self._odd_text(kinds) if wanted != "text" else None
        if present <= agreeing and odd is None:
            if wanted != "text":
                self._say(self._plan.note or f"Column {self._name}: {wanted}s stored as text are read as {wanted}s.")
            return wanted
        others = present - {TEXT}
        if odd is None and wanted != "text":
            odd = self._cells.first(TEXT)
        if others or odd is not None:
            self._say_odd(others, kinds, odd)
        return "text"

    def _odd_text(self, kinds: NDArray[np.uint8]) -> int | None:
        """The first row whose text does not fit what was decided."""
        texts, index = self._cells.texts, self._index
        bad = [p for p, text in enumerate(texts) if text not in MISSING_NUMBER and not self._decision.fits(index, text)]
        rows = (kinds == TEXT) & np.isin(self._cells.values, bad) if bad else np.zeros(0, dtype=np.bool_)
        return int(np.argmax(rows)) if rows.any() else None

    def _say_odd(self, others: set[int], kinds: NDArray[np.uint8], odd: int | None) -> None:
        """A column of numbers (or dates) that a few texts make text."""
        rest = NUMBER if NUMBER in others else DATE if DATE in others else None
        row = odd if odd is not None else int(np.argmax(kinds == TEXT))
        count = int((kinds == TEXT).sum())
        if rest is None and odd is None:
            return
        if rest is not None and count > int((kinds == rest).sum()):
            self._say(f"Column {self._name} holds {_listed({*others, TEXT})}, so it is text.")
            return
        what = "date" if (rest == DATE or (self._plan.mostly or self._plan.type) == "date") else "number"
        more = f" ({count:,} texts in all)" if rest is not None and count > 1 else ""
        text = self._cells.shown(row)
        text = text if len(text) <= 40 else text[:39] + "…"
        self._say(f"{self._place(row)}, column {self._name}: {text!r} is not a {what}{more}, so the column is text.")

    def _say_mixed(self, present: set[int], kinds: NDArray[np.uint8]) -> None:
        self._say(f"Column {self._name} holds {_listed(present)}, so it is text.")

    def _say(self, note: str) -> None:
        self.notes.append(note)
        self.note = self.note or note

    def _say_lost(self, kinds: NDArray[np.uint8], values: NDArray[np.float64]) -> None:
        """For a type that a person chose: how many cells do not fit it."""
        lost = int((np.isnan(values) & (kinds != NOTHING)).sum())
        if lost and self._forced is not None:
            row = int(np.argmax(np.isnan(values) & (kinds != NOTHING)))
            self._say(
                f"{self._place(row)}, column {self._name}: {self._cells.shown(row)[:40]!r} is not a {self._forced}; "
                f"{lost:,} such value{'s are' if lost > 1 else ' is'} missing."
            )

    def _possible(self, present: set[int]) -> tuple[ColumnType, ...]:
        types: list[ColumnType] = []
        if present & {NUMBER, TRUTH, HOURS}:
            types.append("number")
        if DATE in present:
            types += ["date", "number"]
        if TEXT in present:
            types += self._plan.types
        return (*types, "text")

    def _as_text(self, kinds: NDArray[np.uint8]) -> TextColumn:
        cells = self._cells
        levels = list(cells.texts)
        codes = np.where(kinds == TEXT, cells.values, -1).astype(np.int32)
        for kind in (NUMBER, TRUTH, DATE, HOURS):
            rows = kinds == kind
            if rows.any():
                different, inverse = np.unique(cells.values[rows], return_inverse=True)
                codes[rows] = len(levels) + inverse.astype(np.int32)
                levels += [shown(kind, value) for value in different.tolist()]
        return _text(self._name, codes, levels)

    def _as_numbers(self, kinds: NDArray[np.uint8]) -> NDArray[np.float64]:
        plain = (kinds == NUMBER) | (kinds == TRUTH) | (kinds == HOURS) | (kinds == DATE)
        values = np.where(plain, self._cells.values, np.nan)
        return self._with_texts(values, kinds, self._number)

    def _number(self, text: str) -> float:
        dress, format = self._plan.dress, self._decision.format
        bare = dress.bare(text) if dress else text
        if bare is None or not format.matches(bare):
            return np.nan
        return format.value(bare) / (100 if dress and dress.percent else 1)

    def _as_dates(self, kinds: NDArray[np.uint8]) -> NDArray[np.float64]:
        values = np.where(kinds == DATE, self._cells.values, np.nan)
        numbers = kinds == NUMBER
        if numbers.any():  # days as workbooks count them
            values = np.where(numbers, self._cells.values - _SERIAL_EPOCH, values)
        return self._with_texts(values, kinds, self._days)

    def _days(self, text: str) -> float:
        days = self._plan.form.days(text) if self._plan.form else None
        return np.nan if days is None else days

    def _with_texts(
        self, values: NDArray[np.float64], kinds: NDArray[np.uint8], value: Callable[[str], float]
    ) -> NDArray[np.float64]:
        rows = kinds == TEXT
        if rows.any():
            each = np.array([value(text) for text in self._cells.texts], dtype=np.float64)
            values = values.copy()
            values[rows] = each[self._cells.values[rows].astype(np.int64)]
        return values

    def _arrays(self, kinds: NDArray[np.uint8], options: ReadingOptions) -> list[AnyColumn]:
        """Lists of the same length as columns, lists of lists as pictures."""
        shapes = {array.shape for array in self._cells.arrays}
        if len(shapes) > 1:
            return self._left_out("lists of different lengths")
        shape = shapes.pop()
        rows = kinds == ARRAY
        stacked = np.stack([self._cells.arrays[int(place)] for place in self._cells.values[rows]])
        if not rows.all():
            whole = np.full((kinds.size, *shape), np.nan)
            whole[rows] = stacked
            stacked = whole
        return columns_of(f"Column {self._name}", f"{self._name}." if len(shape) == 1 else self._name, stacked, options)

    def _left_out(self, what: str) -> list[AnyColumn]:
        self.notes.append(f"Column {self._name} holds {what}, which are no values of a table; it is left out.")
        return []


def _listed(kinds: set[int]) -> str:
    words = [KIND_WORDS[kind] for kind in sorted(kinds)]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
