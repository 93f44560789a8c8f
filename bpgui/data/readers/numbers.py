"""Ways of writing numbers: decimal point or comma, thousands apart or not; which of them a column allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

# Written for a missing value in any column, and in a column of numbers only ("-" may be a class elsewhere).
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "Null", "?", "<NA>")
MISSING_NUMBER = (*MISSING, "-", "--", "---", ".", "..", "none", "None", "NONE", "missing", "n.a.", "-nan", "#DIV/0!")
_SPACES = " \u00a0\u202f"
_BLANK = " \t\r\n\v\f"  # what DuckDB passes over around a number


@dataclass(frozen=True)
class NumberFormat:
    """`decimal` "." or ","; `thousands` "", ",", ".", "'" or " " (any kind of space)."""

    decimal: str
    thousands: str

    @property
    def pattern(self) -> str:
        """A regular expression (Python's and RE2's) for a whole cell."""
        decimal = re.escape(self.decimal)
        whole = r"\d+"
        if self.thousands:
            group = f"[{_SPACES}]" if self.thousands == " " else re.escape(self.thousands)
            whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)"
        number = rf"(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][-+]?\d+)?"
        return rf"[-+]?(?:{number}|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII)

    def matches(self, cell: str) -> bool:
        return self._compiled.fullmatch(cell) is not None

    def value(self, cell: str) -> float:
        """The number of a cell that matches."""
        for mark in _SPACES if self.thousands == " " else self.thousands:
            cell = cell.replace(mark, "")
        return float(cell.replace(self.decimal, "."))

    @property
    def label(self) -> str:
        decimal = "decimal point" if self.decimal == "." else "decimal comma"
        names = {"": "", ",": "comma", ".": "point", "'": "apostrophe", " ": "space"}
        thousands = names.get(self.thousands, self.thousands)
        return f"{decimal}, thousands apart by {thousands}" if thousands else decimal

    def sql(self, cell: str) -> str:
        """A DuckDB expression for the number in the text expression `cell`, NULL where it is none."""
        if self.thousands:
            marks = _SPACES if self.thousands == " " else self.thousands
            bare = f"trim({cell})"
            for mark in marks:
                bare = f"replace({bare}, {quoted(mark)}, '')"
            number = f"TRY_CAST(replace({bare}, {quoted(self.decimal)}, '.') AS DOUBLE)"
            return f"CASE WHEN regexp_full_match(trim({cell}), {quoted(self.pattern)}) THEN {number} END"
        # DuckDB's cast takes 1_000 for a number; a point in a file with decimal commas is no decimal mark.
        if self.decimal == ".":
            return f"CASE WHEN NOT contains({cell}, '_') THEN TRY_CAST({cell} AS DOUBLE) END"
        number = f"TRY_CAST(replace({cell}, ',', '.') AS DOUBLE)"
        return f"CASE WHEN NOT contains({cell}, '.') AND NOT contains({cell}, '_') THEN {number} END"


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


POINT = NumberFormat(".", "")
COMMA = NumberFormat(",", "")
POINT_THOUSANDS = NumberFormat(",", ".")
COMMA_THOUSANDS = NumberFormat(".", ",")
APOSTROPHE = (NumberFormat(".", "'"), NumberFormat(",", "'"))
SPACE = (NumberFormat(".", " "), NumberFormat(",", " "))


def formats_for(delimiter: str, decimal: str | None, thousands: str | None) -> tuple[NumberFormat, ...]:
    """The formats that are tried, the likelier first; where values are apart by commas, a comma groups thousands."""
    if decimal is not None and thousands is not None:
        return (NumberFormat(decimal, thousands),)
    formats: tuple[NumberFormat, ...] = (POINT, COMMA, POINT_THOUSANDS, COMMA_THOUSANDS, *APOSTROPHE, *SPACE)
    if delimiter == ",":
        formats = (POINT, COMMA_THOUSANDS, COMMA, *APOSTROPHE, *SPACE)
    elif delimiter == " ":
        formats = formats[:-2]
    kept = [f for f in formats if decimal in (None, f.decimal) and thousands in (None, f.thousands)]
    return tuple(kept) or (NumberFormat(decimal or ("," if thousands == "." else "."), thousands or ""),)


def present(cells: Iterable[str]) -> list[str]:
    """The cells that hold something, as a column of numbers sees it."""
    return [cell for cell in (raw.strip(_BLANK) for raw in cells) if cell not in MISSING_NUMBER]


def numeric_columns(columns: Sequence[Sequence[str]], format: NumberFormat) -> frozenset[int]:
    """The columns (of present cells) that hold numbers in that format, at least one, and nothing else."""
    return frozenset(
        index for index, cells in enumerate(columns) if cells and all(format.matches(cell) for cell in cells)
    )


@dataclass(frozen=True)
class FormatGuess:
    """`best` makes most columns numeric; each of `others` as many, with other values somewhere. `example`: where."""

    best: NumberFormat
    others: tuple[NumberFormat, ...]
    example: str


def guess_format(columns: Sequence[Sequence[str]], formats: Sequence[NumberFormat]) -> FormatGuess:
    """The format of a file from columns of present cells."""
    columns = [_telling(cells) for cells in columns]
    numeric = [numeric_columns(columns, format) for format in formats]
    most = max(len(found) for found in numeric)
    tied = [(format, found) for format, found in zip(formats, numeric, strict=True) if len(found) == most]
    best, mine = tied[0]
    others: list[NumberFormat] = []
    example = ""
    for format, found in tied[1:]:
        differing = _difference(columns, (best, mine), (format, found))
        if differing and all(_difference(columns, (format, found), (other, found)) for other in others):
            others.append(format)
            example = example or differing
    return FormatGuess(best, tuple(others), example)


def _telling(cells: Sequence[str]) -> Sequence[str]:
    """Different cells once each, without whole numbers, which are the same in every format: pixels are nothing else."""
    return [cell for cell in dict.fromkeys(cells) if not (cell.isdecimal() and cell.isascii())] or cells[:1]


def _difference(
    columns: Sequence[Sequence[str]],
    one: tuple[NumberFormat, frozenset[int]],
    other: tuple[NumberFormat, frozenset[int]],
) -> str:
    """A cell that the two formats read differently, or ""."""
    for index in sorted(one[1] | other[1]):
        if (index in one[1]) != (index in other[1]):
            return columns[index][0]
        if one[0].decimal == other[0].decimal:
            continue  # a cell that both allow has one value
        for cell in columns[index]:
            if one[0].value(cell) != other[0].value(cell):
                return cell
    return ""
