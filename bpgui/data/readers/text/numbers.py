"""Ways of writing numbers: decimal point or comma, thousands apart or not; which of them a column allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from string import ascii_letters

from bpgui.data.readers.text.cell_pattern import CellPattern

# Written for a missing value in any column, and in a column of numbers only ("-" may be a class elsewhere).
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "#NA", "NaN", "nan", "NAN", "null", "NULL", "Null", "?", "<NA>", "\\N",
           "(null)", "(NULL)")  # fmt: skip
MISSING_NUMBER = (
    *MISSING, "-", "--", "---", ".", "..", "...", "none", "None", "NONE", "missing", "Missing", "n.a.", "na", "nd",
    "-nan", "NaT", "nil", "–", "—", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NULL!",
    "N.A.", "n.d.", "N.D.", "k.A.", "0000-00-00", "0000-00-00 00:00:00",
    *(f".{letter}" for letter in ascii_letters),  # kinds of missing values in Stata and SAS
)  # fmt: skip
_NOTHING = frozenset(MISSING_NUMBER)
_SPACES = " \u00a0\u202f\u2009\u2007"
_APOSTROPHES = "'\u2019"
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
            group = f"[{self.marks}]"
            whole = rf"(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})+|\d+)"  # 0,234 is no group of thousands
            if self.thousands == ",":  # 12,34,567 as in India
                whole = rf"(?:[1-9]\d?(?:,\d\d)+,\d{{3}}|{whole[3:-1]})"
        number = rf"(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][-+]?\d+)?"
        return rf"[-+]?(?:{number}|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)"

    @property
    def marks(self) -> str:
        """The characters that may stand between thousands."""
        return {" ": _SPACES, "'": _APOSTROPHES}.get(self.thousands, self.thousands)

    @cached_property
    def _cells(self) -> CellPattern:
        return CellPattern(self.pattern)

    def matches(self, cell: str) -> bool:
        return self._cells.matches(cell)

    def count(self, cells: Sequence[str]) -> int:
        """How many of the cells match."""
        return self._cells.count(cells)

    def value(self, cell: str) -> float:
        """The number of a cell that matches."""
        for mark in self.marks:
            cell = cell.replace(mark, "")
        return float(cell.replace(self.decimal, "."))

    @property
    def label(self) -> str:
        decimal = "decimal point" if self.decimal == "." else "decimal comma"
        names = {"": "", ",": "comma", ".": "point", "'": "apostrophe", " ": "space"}
        thousands = names.get(self.thousands, self.thousands)
        return f"{decimal}, thousands apart by {thousands}" if thousands else decimal

    def sql(self, cell: str, underscores: bool = True) -> str:
        """A DuckDB expression for the number in the text expression `cell`, NULL where it is none.

        DuckDB's cast takes 1_000 for a number, so cells with `underscores` are held back where there may be some.
        """
        if self.thousands:
            bare = f"regexp_replace(trim({cell}), {quoted(f'[{self.marks}]')}, '', 'g')"
            number = f"TRY_CAST(replace({bare}, {quoted(self.decimal)}, '.') AS DOUBLE)"
            return f"CASE WHEN regexp_full_match(trim({cell}), {quoted(self.pattern)}) THEN {number} END"
        held = f" AND NOT contains({cell}, '_')" if underscores else ""
        if self.decimal == ".":
            number = f"TRY_CAST({cell} AS DOUBLE)"
            return f"CASE WHEN true{held} THEN {number} END" if held else number
        # A point in a file with decimal commas is no decimal mark.
        number = f"TRY_CAST(replace({cell}, ',', '.') AS DOUBLE)"
        return f"CASE WHEN NOT contains({cell}, '.'){held} THEN {number} END"


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
    return [cell for raw in cells if (cell := raw.strip(_BLANK)) not in _NOTHING]


def whole(cells: Sequence[str]) -> bool:
    """Whether there are cells, and all are whole numbers without a sign: quick, since pixels are nothing else."""
    text = "".join(cells)
    return text.isdecimal() and text.isascii() and all(cells)


@dataclass(frozen=True)
class FormatGuess:
    """`best` makes most columns numeric; each of `others` as many, with other values somewhere. `example`: where.

    `proven`: a cell holds a mark that tells the formats apart, so that cells still to come can be trusted to follow it.
    """

    best: NumberFormat
    others: tuple[NumberFormat, ...]
    example: str
    proven: bool


def guess_format(columns: Sequence[Sequence[str]], formats: Sequence[NumberFormat]) -> FormatGuess:
    """The format of a file from columns of present cells."""
    columns = [_telling(cells) for cells in columns]
    counted = [_counts(cells, formats) for cells in columns]
    counts = [[found[place] for found in counted] for place in range(len(formats))]
    numeric = [
        frozenset(index for index, cells in enumerate(columns) if cells and found[index] == len(cells))
        for found in counts
    ]
    ranks = [(len(whole), _matched(columns, whole, found)) for whole, found in zip(numeric, counts, strict=True)]
    tied = [(f, found) for f, found, rank in zip(formats, numeric, ranks, strict=True) if rank == max(ranks)]
    best, mine = tied[0]
    others: list[NumberFormat] = []
    example = ""
    for format, found in tied[1:]:
        differing = _difference(columns, (best, mine), (format, found))
        if differing and all(_difference(columns, (format, found), (other, found)) for other in others):
            others.append(format)
            example = example or differing
    proven = any("." in cell or "," in cell for index in mine for cell in columns[index])
    return FormatGuess(best, tuple(others), example, proven)


def _counts(cells: Sequence[str], formats: Sequence[NumberFormat]) -> list[int]:
    """How many cells match each format; formats that differ only in marks that do not occur are counted once."""
    letters = set("".join(cells))
    known: dict[tuple[str, str], int] = {}
    counts = []
    for format in formats:
        groups = format.thousands if letters & set(format.marks) else ""
        key = (format.decimal if format.decimal in letters else "", groups)
        if key not in known:
            known[key] = format.count(cells)
        counts.append(known[key])
    return counts


def _matched(columns: Sequence[Sequence[str]], numeric: frozenset[int], counts: Sequence[int]) -> int:
    """Cells that fit in columns where most cells do and not all: what a few bad cells leave of a column of numbers."""
    partly = [(count, len(cells)) for index, (count, cells) in enumerate(zip(counts, columns, strict=True))
              if index not in numeric]  # fmt: skip
    return sum(count for count, present in partly if 2 * count > present)


def _telling(cells: Sequence[str]) -> Sequence[str]:
    """Different cells once each, without whole numbers, which are the same in every format: pixels are nothing else."""
    if whole(cells):
        return cells[:1]
    return [cell for cell in dict.fromkeys(cells) if not (cell.isdecimal() and cell.isascii())]


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
