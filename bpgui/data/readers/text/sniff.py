"""What the beginning of a text file shows: lines to skip, what stands between the values and around them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from bpgui.data.readers.options import Choice, Question, ReadingOptions
from bpgui.data.readers.text.dates import forms_of
from bpgui.data.readers.text.dress import find_dress
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.text.numbers import formats_for, guess_format, present

__all__ = ["DELIMITERS", "Dialect", "Records", "Sample", "column_names", "find_dialect", "read_records", "table_start"]

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
SAMPLE_RECORDS = 1000
_PRIORITY = ("\t", ";", "|", ",", " ")
_STEADY = 0.5  # the share of records with the usual number of values that makes a delimiter possible
_LOOKED = 300  # lines by which ways of dividing them are compared
_ACROSS = 500  # columns by which they are
_PREAMBLE = 50  # records looked through for the beginning of the table
# Numbers, days and times: what instruments write apart by spaces.
_MEASURED = re.compile(
    r"[-+]?\d[\d.,]*(?:[eE][-+]?\d+)?|\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?Z?", re.ASCII
)
_ERRORS = re.compile(r"#(?:N/A|NA|DIV|REF|VALUE|NUM|NAME|NULL)")
csv.field_size_limit(1 << 27)

Rows = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """What stands between values, what around them, and what before a quote that belongs to a value."""

    delimiter: str
    quote: str = '"'
    escape: str = '"'


@dataclass(frozen=True)
class Sample:
    """The beginning of a file: `text` after `skip` lines; `whole` if it is all there is."""

    text: str
    whole: bool
    skip: int = 0
    names: str = ""  # a line of names that stood in a comment
    delimiter: str | None = None  # from a line "sep=;"
    settled: bool = False  # a person has said how many lines to skip

    @classmethod
    def of(cls, text: str, whole: bool, skip: int | None = None) -> Sample:
        """Without a line `sep=;` (Excel's), and without lines of comment (# first) and blank lines before the table."""
        passed, names, delimiter = 0, "", None
        text = text.removeprefix("\ufeff")
        found = re.match(r"sep=(.)\n", text, re.IGNORECASE)
        if found:
            passed, delimiter, text = 1, found[1], text[found.end() :]
        start = 0
        while (end := text.find("\n", start)) >= 0:
            line = text[start:end]
            if passed >= skip if skip is not None else line.strip() and not is_comment(line):
                break
            if line.strip():
                names = line.lstrip("# ") if is_comment(line) else ""
            start, passed = end + 1, passed + 1
        return cls(text[start:], whole, passed, names, delimiter, skip is not None)

    def first_lines(self, count: int) -> Sample:
        """The same with so many lines at most."""
        lines = self.text.split("\n", count)
        return replace(self, text="\n".join(lines[:count]) + "\n", whole=False) if len(lines) > count else self

    def with_single_spaces(self) -> Sample:
        """One space between values where there were several, as the copy that is read has it."""
        text = "\n".join(map(single_spaces, self.text.split("\n")))
        return replace(self, text=text)


def is_comment(line: str) -> bool:
    """Whether a line begins with # and not with an error of a spreadsheet."""
    return line.startswith("#") and not _ERRORS.match(line)


def single_spaces(line: str) -> str:
    """A line with one space for several spaces and tabs, but for those in quotes, and none at its ends."""
    return re.sub(r'("[^"]*")|[ \t]+', lambda found: found[1] or " ", line.strip(" \t\r\n"))


@dataclass(frozen=True)
class Records:
    """The first records, how many lines of the sample stand before each, and before what follows them."""

    rows: Rows
    lines: list[int]
    end: int

    def after(self, start: int) -> Records:
        return Records(self.rows[start:], self.lines[start:], self.end)

    def without_comments(self, width: int) -> tuple[Records, bool]:
        """Without lines that begin with # and have not as many values as others; whether there were any."""
        kept = [i for i, row in enumerate(self.rows) if not (is_comment(row[0]) and len(row) != width)]
        if width == 1:
            kept = [i for i, row in enumerate(self.rows) if not is_comment(row[0])]
            kept = kept if 5 * len(kept) > 4 * len(self.rows) else list(range(len(self.rows)))
        if len(kept) == len(self.rows) or not kept:
            return self, False
        return Records([self.rows[i] for i in kept], [self.lines[i] for i in kept], self.end), True


def read_records(sample: Sample, dialect: Dialect, limit: int = SAMPLE_RECORDS) -> Records:
    """The first records, blank lines left out; the last one only if it is known to be complete."""
    rows: Rows = []
    lines: list[int] = []
    escape = None if dialect.escape == dialect.quote else dialect.escape
    reader = csv.reader(
        io.StringIO(sample.text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote,
        doublequote=escape is None, escapechar=escape, skipinitialspace=True,
    )  # fmt: skip
    before = 0
    for row in reader:
        if row:
            rows.append(row)
            lines.append(before)
        before = reader.line_num
        if len(rows) > limit:
            break
    if len(rows) > limit or (not sample.whole and len(rows) > 1):
        rows.pop()
        before = lines.pop()
    return Records(rows, lines, before)


def table_start(records: Records, width: int) -> int:
    """The record that the table begins with: lines of title or description before it have fewer values.

    A first line that lacks a name is none of them, so that it can be said.
    """
    rows = records.rows[:_PREAMBLE]
    if width < 2:
        return 0
    start = next((i for i, row in enumerate(rows) if len(row) == width and not _title(row, rows[i + 1 : i + 2])), 0)
    before = rows[:start]
    if not before or any(len(row) > width for row in before):
        return 0
    blank = records.lines[start] - records.lines[start - 1] > 1
    words = all(sum(bool(cell.strip()) for cell in row) <= 1 for row in before)
    telling = start > 1 or len(before[0]) == width or any(re.search(r"[\s:]", row[0].strip()) for row in before)
    named = not any(re.search(r"\d", cell) for cell in rows[start])
    return start if blank or (words and (telling or named)) else 0


def _title(row: Sequence[str], after: Sequence[Sequence[str]]) -> bool:
    """One text in the first of three or more cells, over a row of names."""
    filled = [bool(cell.strip()) for cell in row]
    if len(row) < 3 or not filled[0] or any(filled[1:]) or not after:
        return False
    names = after[0]
    return len(names) == len(row) and all(re.search(r"[^\W\d]", cell) for cell in names)


@dataclass(frozen=True)
class _Candidate:
    dialect: Dialect
    width: int
    steady: float
    first: bool  # the first record has the usual width
    numeric: float  # share of cells that are numbers
    measured: bool = False  # every cell is made of figures, some are numbers
    dates: bool = False  # one column of nothing but dates
    comma: str = ""  # a number that holds a comma

    @property
    def delimiter(self) -> str:
        return self.dialect.delimiter


def _candidate(sample: Sample, dialect: Dialect) -> _Candidate:
    records = read_records(sample, dialect, 200)
    width = usual_width(records.rows)
    records, _ = records.without_comments(width)
    if not sample.settled:
        records = records.after(table_start(records, width))
    rows = records.rows
    count = sum(len(row) == width for row in rows)
    body = [row for row in rows[1:] if len(row) == width] or rows[:1]
    there = width and len(body[0]) == width
    columns = [present(cells) for cells in zip(*(row[:_ACROSS] for row in body), strict=True)] if there else []
    for index, cells in enumerate(columns):
        if dress := find_dress(cells):
            columns[index] = [dress.bare(cell) or "?" for cell in cells]
    best = guess_format(columns, formats_for(dialect.delimiter, None, None)).best if columns else None
    cells = [cell for column in columns for cell in column]
    share = sum(best.matches(cell) for cell in cells) / len(cells) if best and cells else 0.0
    return _Candidate(
        dialect, width, count / max(1, len(rows)), bool(rows) and len(rows[0]) == width, share,
        measured=share > 0 and all(_MEASURED.fullmatch(cell.strip()) for cell in cells),
        dates=width == 1 and len(columns) == 1 and _are_dates(columns[0]),
        comma=next((cell for cell in cells if best and "," in cell and best.matches(cell)), ""),
    )  # fmt: skip


def _are_dates(cells: Sequence[str]) -> bool:
    return any(all(form.days(cell) is not None for cell in cells) for form in forms_of(cells))


def usual_width(rows: Rows) -> int:
    """The number of values that most rows have, 0 without rows."""
    widths = Counter(len(row) for row in rows)
    return widths.most_common(1)[0][0] if widths else 0


def find_dialect(name: str, sample: Sample, options: ReadingOptions) -> tuple[Dialect, tuple[Question, ...]]:
    """The dialect (its delimiter does not occur in a file of one column), and a question where another is possible."""
    quote, escape = _quotes(sample.text)
    settled = options.delimiter or sample.delimiter
    if settled is not None:
        return Dialect(settled, quote, escape), ()
    beginning = sample.first_lines(_LOOKED)

    def divided(delimiter: str) -> _Candidate:
        lines = beginning.with_single_spaces() if delimiter == " " else beginning
        return _candidate(lines, Dialect(delimiter, quote, escape))

    def alone() -> _Candidate:
        return divided(_absent(sample.text))

    candidates = [divided(delimiter) for delimiter in _PRIORITY if delimiter in beginning.text]
    if "\t\t" in beginning.text and " " not in beginning.text and candidates[0].steady < 1:  # several tabs as one
        candidates.append(divided(" "))
    usable = [c for c in candidates if c.width > 1 and c.steady >= _STEADY]
    usable = [c for c in usable if c.delimiter != " " or ((c.numeric >= 0.5 or c.measured) and not alone().dates)]
    if not usable or (not any(c.first for c in usable) and alone().numeric == 1.0):
        delimiter, questions = _one_column(name, sample, options)
        return Dialect(delimiter, quote, escape), questions
    order = {delimiter: place for place, delimiter in enumerate(_PRIORITY)}
    best = max(usable, key=lambda c: (c.first, round(c.steady, 2), round(c.numeric, 1), -order[c.delimiter]))
    rivals = [c for c in usable if c is not best and (_rivals(best, c) or _cuts_numbers(sample, best, c))]
    choices = [
        Choice(_columns_by(c) + _number_with_comma(best, c), msgspec.structs.replace(options, delimiter=c.delimiter))
        for c in (best, *rivals)
    ]
    if best.delimiter == "," and best.width == 2 and _lines_are_decimal_commas(sample):
        label = "one column of numbers with a decimal comma"
        choices.append(Choice(label, msgspec.structs.replace(options, delimiter=";", decimal=",")))
    if len(choices) == 1:
        return best.dialect, ()
    text = f"{name} can be divided into columns in {len(choices)} ways. Which one is right?"
    return best.dialect, (Question(key="delimiter", text=text, choices=tuple(choices)),)


def _quotes(text: str) -> tuple[str, str]:
    '''What stands around values, and before a quote within them: "x ""y""", "x \\"y\\"", or 'x'.'''
    if '"' in text:
        return '"', "\\" if re.search(r'\\"[^,;\t|\r\n]', text) and '""' not in text else '"'
    if "'" not in text:
        return '"', '"'
    opened = re.findall(r"(?:^|[,;\t|])'", text, re.MULTILINE)
    closed = re.findall(r"(?:^|[,;\t|])'[^\n]*?'(?=[,;\t|]|$)", text, re.MULTILINE)
    return ("'", "'") if len(opened) >= 2 and len(opened) == len(closed) else ('"', '"')


def _rivals(best: _Candidate, other: _Candidate) -> bool:
    """Whether the other delimiter divides the file about as well; runs of blanks are no rival of tabs."""
    if best.delimiter == "\t" and other.delimiter == " ":
        return False
    return other.first == best.first and other.steady >= best.steady - 0.02 and other.numeric >= best.numeric - 0.05


def _cuts_numbers(sample: Sample, best: _Candidate, other: _Candidate) -> bool:
    """Every row is like 1,5;2,5: two numbers with a comma or three values, and no line and no quote says which."""
    if not (best.delimiter == ";" and best.comma and other.delimiter == ",") or best.dialect.quote in sample.text:
        return False
    records = read_records(sample, best.dialect)
    begins = 0 if sample.settled else records.lines[table_start(records, best.width)]
    divided = read_records(sample, other.dialect)
    return {len(row) for row, line in zip(divided.rows, divided.lines, strict=True) if line >= begins} == {other.width}


def _columns_by(candidate: _Candidate) -> str:
    return f"{candidate.width} columns, apart by {DELIMITERS[candidate.delimiter]}"


def _number_with_comma(best: _Candidate, chosen: _Candidate) -> str:
    """What becomes of 1,5 where a semicolon stands between values, or a comma."""
    if not best.comma or best.delimiter != ";" or chosen.delimiter not in ";,":
        return ""
    word = "one number" if chosen is best else f"{best.comma.count(',') + 1} values"
    return f" ({best.comma} is {word})"


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
    choices = [Choice("one column", msgspec.structs.replace(options, delimiter=delimiter))]
    for other in held:
        label = f"{first.count(other) + 1} columns, apart by {DELIMITERS[other]}; short rows lack values"
        choices.append(Choice(label, msgspec.structs.replace(options, delimiter=other, fill_short_rows=True)))
    text = f"The first line of {name} holds {_listed(held)}, its rows do not. Is this one column?"
    return delimiter, (Question(key="delimiter", text=text, choices=tuple(choices)),)


def _absent(text: str) -> str:
    """A delimiter that does not occur; the semicolon first, beside which every way of writing numbers is possible."""
    return next((delimiter for delimiter in (";", "\t", "|", ",") if delimiter not in text), "\x1f")


def _listed(delimiters: Sequence[str]) -> str:
    return " and ".join(f"a {DELIMITERS[delimiter]}" for delimiter in delimiters)
