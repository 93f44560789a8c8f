"""Everything about a text file that is needed to read it, found from its beginning."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Question, ReadingOptions
from bpgui.data.readers.selecting import COLUMN_LIMIT
from bpgui.data.readers.text.dress import number_like
from bpgui.data.readers.text.header import find_header, joined_names
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.text.numbers import NumberFormat, formats_for, present
from bpgui.data.readers.text.sniff import (
    DELIMITERS,
    Dialect,
    Records,
    Sample,
    find_dialect,
    read_records,
    table_start,
    usual_width,
)


@dataclass(frozen=True)
class Layout:
    """`skip` lines stand before the table, `lines` of names follow, `passed` records and lines of the file in all.

    `rows` are the first ones of values, `columns` their present cells; `comments`: lines with # stand among them.
    """

    dialect: Dialect
    skip: int
    lines: int
    passed: int
    names: tuple[str, ...]
    rows: tuple[list[str], ...]
    columns: tuple[list[str], ...]
    formats: tuple[NumberFormat, ...]
    comments: bool
    notes: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def width(self) -> int:
        return len(self.names)


def find_layout(name: str, sample: Sample, options: ReadingOptions) -> Layout:
    """The layout of the file. Raises DataError where there is no table in it."""
    if not sample.text.strip():
        raise DataError(f"{name} holds only blank lines or comments. Rows of values were expected.")
    if sample.skip and not sample.settled and not sample.whole and "\n" not in sample.text:
        raise DataError(
            f"{name} begins with more than 1,000,000 bytes of blank lines or comments. Leave them out of the file."
        )
    if not sample.whole and "\n" not in sample.text:
        raise DataError(
            f"{name}, line 1: it is longer than 1,000,000 bytes. Rows of values below each other were expected."
        )
    dialect, questions = find_dialect(name, sample, options)
    if dialect.delimiter == " ":
        sample = sample.with_single_spaces()
    records = read_records(sample, dialect)
    if not records.rows:
        raise DataError(f"{name} holds no values. A row of names and rows of values were expected.")
    everything = records
    records, comments = records.without_comments(usual_width(records.rows))
    start = 0 if sample.settled or options.fill_short_rows else table_start(records, usual_width(records.rows))
    notes = [_skipped_note(records, start)] if start else []
    records = records.after(start)
    width = _width(records, options)
    if width > COLUMN_LIMIT and options.columns is None:
        raise DataError(f"{name} has {width:,} columns; at most {COLUMN_LIMIT:,} can be read. Choose some of them.")
    formats = formats_for(dialect.delimiter, options.decimal, options.thousands)
    lines, asked = find_header(name, records.rows, width, formats, options)
    unnamed = lines == 1 and not options.fill_short_rows and _names_of_rows(records.rows, width)
    if unnamed:
        records.rows[0].insert(0, "")
        notes.append("There is one name less than columns; as R writes it, the first column has none.")
    if lines and len(records.rows[0]) != width and not options.fill_short_rows:
        line = sample.skip + records.lines[0] + 1
        raise DataError(_names_missing(name, line, len(records.rows[0]), width, dialect))
    written = joined_names(records.rows[:lines], width) if lines else _commented_names(sample, dialect, width)
    names, renamed = column_names(written, width)
    if not lines and names[0] == "x1":
        called = f"columns are called x1 to x{width}" if width > 1 else "column is called x1"
        renamed.append(f"There is no row of names; the {called}.")
    body = [row for row in records.rows[lines:] if len(row) >= width or options.fill_short_rows]
    return Layout(
        dialect=dialect,
        skip=sample.skip + records.lines[0],
        lines=lines,
        passed=sample.skip + _passed(everything, records, lines),
        names=names,
        rows=tuple(body),
        columns=tuple(present(row[index] for row in body if index < len(row)) for index in range(width)),
        formats=formats,
        comments=comments,
        notes=(*notes, *renamed),
        questions=questions + asked,
    )


def _passed(everything: Records, records: Records, lines: int) -> int:
    """Lines of the sample before the first row of values, those within quotes counted as one as DuckDB does."""
    count = records.lines[lines] if lines < len(records.lines) else records.end
    before = [row for row, line in zip(everything.rows, everything.lines, strict=True) if line < count]
    return count - sum(cell.count("\n") for row in before for cell in row)


def _width(records: Records, options: ReadingOptions) -> int:
    """The usual number of values in a row; a delimiter at the end of every row but the first makes no column."""
    rows = records.rows
    if options.fill_short_rows:
        return max(len(row) for row in rows)
    width = usual_width(rows)
    trailing = all(not row[-1].strip() for row in rows[1:] if len(row) == width)
    return width - 1 if trailing and len(rows) > 1 and len(rows[0]) == width - 1 else width


def _names_of_rows(rows: list[list[str]], width: int) -> bool:
    """Whether there is a name for each column but the first, which counts the rows or calls each by another word."""
    if len(rows[0]) != width - 1 or width < 2 or len(rows) < 3:
        return False
    first = [row[0].strip() for row in rows[1:]]
    counted = any(first == [str(start + place) for place in range(len(first))] for start in (0, 1))
    return counted or (len(set(first)) == len(first) and not any(map(number_like, first)))


def _skipped_note(records: Records, start: int) -> str:
    first = next((cell.strip() for cell in records.rows[0] if cell.strip()), "")
    shown = first if len(first) <= 40 else first[:39] + "…"
    lines = records.lines[start]
    what = "1 line before the table is" if lines == 1 else f"{lines} lines before the table are"
    return f"{what} left out: {shown!r}" + (", …" if start > 1 else ".")


def _names_missing(name: str, line: int, found: int, width: int, dialect: Dialect) -> str:
    text = f"{name}, line {line}: {found} names were found over {width} columns. "
    if width == 2 * found and dialect.delimiter == ",":
        return text + "Are these numbers with a decimal comma? Then put them in quotes, or semicolons between them."
    mark = DELIMITERS.get(dialect.delimiter, "delimiter")
    return text + f"Give every column one name, with a {mark} between them, or skip that line."


def _commented_names(sample: Sample, dialect: Dialect, width: int) -> list[str]:
    """The names in the last comment, if it has as many as there are columns."""
    if not sample.names:
        return []
    record = next(csv.reader([sample.names], delimiter=dialect.delimiter, skipinitialspace=True), [])
    return record if len(record) == width else []
