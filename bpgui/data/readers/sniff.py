"""What the beginning of a text file shows: lines to skip, what stands between the values, whether names come first."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.numbers import NumberFormat, formats_for, guess_format, numeric_columns, present
from bpgui.data.readers.options import Choice, Question, ReadingOptions

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
SAMPLE_RECORDS = 1000
NAME_LENGTH = 100
_PRIORITY = ("\t", ";", "|", ",", " ")
_STEADY = 0.5  # the share of records with the usual number of values that makes a delimiter possible
csv.field_size_limit(1 << 27)

Records = list[list[str]]


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: `text` after `skip` lines; `whole` if it is all there is."""

    text: str
    whole: bool
    skip: int = 0
    names: str = ""  # a line of names that stood in a comment
    delimiter: str | None = None  # from a line "sep=;"

    @classmethod
    def of(cls, text: str, whole: bool) -> Sample:
        """Without a line `sep=;` (Excel's), and without lines of comment (# first) and blank lines before the table."""
        skip, names, delimiter = 0, "", None
        text = text.removeprefix("\ufeff")
        found = re.match(r"sep=(.)\n", text, re.IGNORECASE)
        if found:
            skip, delimiter, text = 1, found[1], text[found.end() :]
        while "\n" in text:
            line, _, rest = text.partition("\n")
            if line.strip() and not line.startswith("#"):
                break
            names, text, skip = line.lstrip("# ") or names, rest, skip + 1
        return cls(text, whole, skip, names, delimiter)


def read_records(sample: Sample, delimiter: str, limit: int = SAMPLE_RECORDS) -> Records:
    """The first records, blank lines left out; the last one only if it is known to be complete."""
    records: Records = []
    reader = csv.reader(io.StringIO(sample.text, newline=""), delimiter=delimiter, skipinitialspace=True)
    for record in reader:
        if delimiter == " " and record and record[-1] == "":
            record.pop()
        if record:
            records.append(record)
        if len(records) > limit:
            break
    if len(records) > limit or (not sample.whole and len(records) > 1):
        records.pop()
    return records


@dataclass(frozen=True)
class _Candidate:
    delimiter: str
    width: int
    steady: float
    first: bool  # the first record has the usual width
    numeric: float  # share of cells that are numbers


def _candidate(sample: Sample, delimiter: str) -> _Candidate:
    records = read_records(sample, delimiter, 200)
    widths = Counter(len(record) for record in records)
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    body = [record for record in records[1:] if len(record) == width] or records[:1]
    columns = [present(cells) for cells in zip(*body, strict=True)] if width and len(body[0]) == width else []
    best = guess_format(columns, formats_for(delimiter, None, None)).best if columns else None
    cells = [cell for column in columns for cell in column]
    share = sum(best.matches(cell) for cell in cells) / len(cells) if best and cells else 0.0
    first = bool(records) and len(records[0]) == width
    return _Candidate(delimiter, width, count / max(1, len(records)), first, share)


def guess_delimiter(name: str, sample: Sample, options: ReadingOptions) -> tuple[str, tuple[Question, ...]]:
    """The delimiter (one that does not occur, for a file of one column), and a question where another is possible."""
    settled = options.delimiter or sample.delimiter
    if settled is not None:
        return settled, ()
    candidates = [_candidate(sample, delimiter) for delimiter in _PRIORITY]
    usable = [c for c in candidates if c.width > 1 and c.steady >= _STEADY]
    usable = [c for c in usable if c.delimiter != " " or c.numeric >= 0.5]
    alone = _candidate(sample, _absent(sample.text))
    if not usable or (alone.numeric == 1.0 and not any(c.first for c in usable)):
        return _one_column(name, sample, options)
    order = {delimiter: place for place, delimiter in enumerate(_PRIORITY)}
    best = max(usable, key=lambda c: (c.first, round(c.steady, 2), round(c.numeric, 1), -order[c.delimiter]))
    choices = [
        Choice(f"{c.width} columns, apart by {DELIMITERS[c.delimiter]}", replace(options, delimiter=c.delimiter))
        for c in (best, *(rival for rival in usable if rival is not best and _rivals(best, rival)))
    ]
    if best.delimiter == "," and best.width == 2 and _lines_are_decimal_commas(sample):
        label = "one column of numbers with a decimal comma"
        choices.append(Choice(label, replace(options, delimiter=";", decimal=",")))
    if len(choices) == 1:
        return best.delimiter, ()
    text = f"{name} can be divided into columns in {len(choices)} ways. Which one is right?"
    return best.delimiter, (Question(key="delimiter", text=text, choices=tuple(choices)),)


def _rivals(best: _Candidate, other: _Candidate) -> bool:
    """Whether the other delimiter divides the file about as well."""
    return other.first == best.first and other.steady >= best.steady - 0.02 and other.numeric >= best.numeric - 0.05


def _lines_are_decimal_commas(sample: Sample) -> bool:
    """Every line is like 1,5: two whole numbers or one with a decimal comma, and no line of names says which."""
    lines = [line.strip() for line in sample.text.split("\n")[:200] if line.strip()]
    return all(re.fullmatch(r"-?\d+,\d+", line) for line in lines)


def _one_column(name: str, sample: Sample, options: ReadingOptions) -> tuple[str, tuple[Question, ...]]:
    """One column; a question where its first line holds a delimiter, so that its rows may be too short instead."""
    delimiter = _absent(sample.text)
    first = sample.text.lstrip("\n").split("\n", 1)[0]
    held = [other for other in _PRIORITY[:-1] if other in first]
    if '"' in first or not held or "\n" not in sample.text.strip():
        return delimiter, ()
    choices = [Choice("one column", replace(options, delimiter=delimiter))]
    for other in held:
        label = f"{first.count(other) + 1} columns, apart by {DELIMITERS[other]}; short rows lack values"
        choices.append(Choice(label, replace(options, delimiter=other, fill_short_rows=True)))
    text = f"The first line of {name} holds {_listed(held)}, its rows do not. Is this one column?"
    return delimiter, (Question(key="delimiter", text=text, choices=tuple(choices)),)


def _absent(text: str) -> str:
    """A delimiter that does not occur; the semicolon first, beside which every way of writing numbers is possible."""
    return next((delimiter for delimiter in (";", "\t", "|", ",") if delimiter not in text), "\x1f")


def _listed(delimiters: Sequence[str]) -> str:
    return " and ".join(f"a {DELIMITERS[delimiter]}" for delimiter in delimiters)


@dataclass(frozen=True)
class Layout:
    """Everything needed to read the file: `numeric` are the columns that hold numbers as far as the sample shows.

    `odd` are cells that make a column text though most of it is numbers: (column, row from 1, cell).
    """

    delimiter: str
    skip: int
    header: bool
    names: tuple[str, ...]
    format: NumberFormat
    numeric: frozenset[int]
    odd: tuple[tuple[int, int, str], ...]
    notes: tuple[str, ...]
    questions: tuple[Question, ...]


def find_layout(name: str, sample: Sample, options: ReadingOptions) -> Layout:
    """The layout of the file. Raises DataError where there is no table in it."""
    if not sample.text.strip():
        raise DataError(f"{name} holds only blank lines or comments. Rows of values were expected.")
    delimiter, questions = guess_delimiter(name, sample, options)
    records = read_records(sample, delimiter)
    if not records:
        raise DataError(f"{name} holds no values. A row of names and rows of values were expected.")
    width = _width(records, options)
    columns = _columns(records, width, options)
    guess = guess_format(columns, formats_for(delimiter, options.decimal, options.thousands))
    if guess.others:
        questions += (_number_question(name, guess.best, guess.others, guess.example, options),)
    numeric = numeric_columns(columns, guess.best)
    mostly = frozenset(i for i, cells in enumerate(columns) if i not in numeric and _mostly(cells, guess.best))
    header, asked = find_header(name, records, numeric | mostly, guess.best, options)
    if header and len(records[0]) != width and not options.fill_short_rows:
        raise DataError(
            f"{name}, line {sample.skip + 1}: {len(records[0])} names were found over {width} columns. "
            "Give every column one name."
        )
    names, notes = column_names(records[0] if header else _commented_names(sample, delimiter, width), width)
    if not header and names[0] == "x1":
        called = f"columns are called x1 to x{width}" if width > 1 else "column is called x1"
        notes.append(f"There is no row of names; the {called}.")
    rows = records[1:] if header else records
    odd = tuple(_first_odd(rows, index, guess.best) for index in sorted(mostly))
    empty = frozenset(index for index, cells in enumerate(columns) if not cells)
    return Layout(
        delimiter=delimiter,
        skip=sample.skip,
        header=header,
        names=names,
        format=guess.best,
        numeric=numeric | empty,
        odd=odd,
        notes=tuple(notes),
        questions=questions + asked,
    )


def _width(records: Records, options: ReadingOptions) -> int:
    """The usual number of values in a row; a delimiter at the end of every row but the first makes no column."""
    if options.fill_short_rows:
        return max(len(record) for record in records)
    width = Counter(len(record) for record in records).most_common(1)[0][0]
    trailing = all(not record[-1].strip() for record in records[1:] if len(record) == width)
    return width - 1 if trailing and len(records) > 1 and len(records[0]) == width - 1 else width


def _columns(records: Records, width: int, options: ReadingOptions) -> list[list[str]]:
    """The present cells of every column, without the first record (perhaps names) where there are others."""
    short = options.fill_short_rows
    body = [record for record in records[1:] if len(record) >= width or short] or records[:1]
    return [present(record[index] for record in body if index < len(record)) for index in range(width)]


def _mostly(cells: Sequence[str], format: NumberFormat) -> bool:
    return sum(format.matches(cell) for cell in cells) * 2 > len(cells)


def _first_odd(rows: Records, index: int, format: NumberFormat) -> tuple[int, int, str]:
    for number, row in enumerate(rows, start=1):
        cell = present(row[index : index + 1])
        if cell and not format.matches(cell[0]):
            return index, number, cell[0]
    return index, 1, ""


def _number_question(
    name: str, best: NumberFormat, others: Sequence[NumberFormat], example: str, options: ReadingOptions
) -> Question:
    choices = []
    for format in (best, *others):
        shown = f"{example} is {format.value(example):.10g}" if format.matches(example) else f"{example} is text"
        label = f"{format.label}: {shown}"
        choices.append(Choice(label, replace(options, decimal=format.decimal, thousands=format.thousands)))
    text = f"Numbers in {name} such as {example} can be read in {len(choices)} ways. Which one is right?"
    return Question(key="numbers", text=text, choices=tuple(choices))


def find_header(
    name: str, records: Records, numeric: frozenset[int], format: NumberFormat, options: ReadingOptions
) -> tuple[bool, tuple[Question, ...]]:
    """Whether the first record holds the names of the columns, and a question where that cannot be seen."""
    if options.header is not None:
        return options.header, ()
    first = [cell.strip() for cell in records[0]]
    if len(records) == 1:
        return not any(format.matches(cell) for cell in present(first)), ()
    above = [first[index] for index in sorted(numeric) if index < len(first)]
    words = [cell for cell in present(above) if not format.matches(cell)]
    if words:
        return True, ()
    unique = len(set(first)) == len(first) and all(first)
    if present(above):
        if not _looks_like_years(above) or not unique:
            return False, ()
        return True, (_header_question(name, first, options, best=0),)
    recurs = any(
        cell == row[index].strip() for row in records[1:] for index, cell in enumerate(first) if index < len(row)
    )
    header = unique and not recurs
    return header, (_header_question(name, first, options, best=0 if header else 1),)


def _looks_like_years(cells: Sequence[str]) -> bool:
    """2019, 2020, 2021: numbers that may be names."""
    if len(cells) < 2 or not all(re.fullmatch(r"(19|20)\d\d", cell) for cell in cells):
        return False
    years = [int(cell) for cell in cells]
    return all(after - before == 1 for before, after in pairwise(years))


def _header_question(name: str, first: Sequence[str], options: ReadingOptions, best: int) -> Question:
    shown = ", ".join(cell[:20] for cell in first[:4]) + (", …" if len(first) > 4 else "")
    choices = (
        Choice(f"names of the columns: {shown}", replace(options, header=True)),
        Choice(f"values like the other rows: {shown}", replace(options, header=False)),
    )
    return Question(key="header", text=f"What is the first row of {name}?", choices=choices, best=best)


def _commented_names(sample: Sample, delimiter: str, width: int) -> list[str]:
    """The names in the last comment, if it has as many as there are columns."""
    if not sample.names:
        return []
    record = next(csv.reader([sample.names], delimiter=delimiter, skipinitialspace=True), [])
    return record if len(record) == width else []


def column_names(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], list[str]]:
    """`width` different names of printable characters: empty ones and repeated ones are renamed, with notes.

    No cells at all (no row of names) gives x1, x2, ...
    """
    if not cells:
        return tuple(f"x{index + 1}" for index in range(width)), []
    names: list[str] = []
    notes: list[str] = []
    taken = {cell.strip() for cell in cells}
    for index in range(width):
        raw = cells[index] if index < len(cells) else ""
        name = "".join(letter if letter.isprintable() else " " for letter in raw)
        name = " ".join(name.split()) or f"column {index + 1}"
        if len(name) > NAME_LENGTH:
            name = name[: NAME_LENGTH - 1] + "…"
        if name in names or (name != raw.strip() and name in taken):
            count = 2
            while f"{name} ({count})" in names or f"{name} ({count})" in taken:
                count += 1
            notes.append(
                f"The name {name!r} stands over more than one column; column {index + 1} is now {name} ({count})."
            )
            name = f"{name} ({count})"
        elif not raw.strip():
            notes.append(f"Column {index + 1} has no name; it is called {name}.")
        names.append(name)
    return tuple(names), notes
