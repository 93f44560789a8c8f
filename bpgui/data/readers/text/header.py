"""Whether the first rows of a table hold the names of its columns, and in how many lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from bpgui.data.readers.options import Choice, Question, ReadingOptions
from bpgui.data.readers.text.column_types import Decision, decide
from bpgui.data.readers.text.dates import forms_of
from bpgui.data.readers.text.dress import number_like
from bpgui.data.readers.text.numbers import NumberFormat, present

Rows = Sequence[Sequence[str]]
LINES = 4  # lines of names at most
_BODY = 200


def find_header(
    name: str, rows: Rows, width: int, formats: Sequence[NumberFormat], options: ReadingOptions
) -> tuple[int, tuple[Question, ...]]:
    """How many of the first rows hold names, and a question where that cannot be seen."""
    if options.header is False:
        return 0, ()
    if options.header_lines is not None:
        return min(options.header_lines, len(rows)), ()
    decision = _provisional(rows, width, formats, options)
    first = [cell.strip() for cell in rows[0]]
    if len(rows) == 1:
        named = not any(decision.format.matches(cell) for cell in present(first))
        return int(options.header or named), ()
    lines = _lines_of_words(rows, decision)
    if lines > 1:
        return lines, (_lines_question(name, rows, lines, width, options),)
    if options.header:
        return 1, ()
    typed = [index for index, plan in enumerate(decision.plans) if plan.typed and index < len(first)]
    above = present(first[index] for index in typed)
    fitting = [cell for index in typed for cell in present([first[index]]) if _fits(decision, index, cell)]
    if len(fitting) < len(above):
        if not fitting or _looks_like_years(fitting, 1):
            return 1, ()
        best = 0 if 2 * len(fitting) <= len(above) else 1
        return 1 - best, (_header_question(name, first, options, best),)
    unique = len(set(first)) == len(first) and all(first)
    if above:
        if not _looks_like_years(above, 2) or not unique:
            return 0, ()
        return 1, (_header_question(name, first, options, best=0),)
    recurs = any(cell == row[index].strip() for row in rows[1:] for index, cell in enumerate(first) if index < len(row))
    header = unique and not recurs
    return int(header), (_header_question(name, first, options, best=0 if header else 1),)


def _provisional(rows: Rows, width: int, formats: Sequence[NumberFormat], options: ReadingOptions) -> Decision:
    """What the columns hold, as far as rows show that are hardly ones of names."""
    start = LINES + 1 if len(rows) > 10 else 1
    body = rows[start : start + _BODY] or rows[:1]
    columns = [present(row[index] for row in body if index < len(row)) for index in range(width)]
    return decide("", [f"x{index}" for index in range(width)], columns, formats, ReadingOptions(dates=options.dates))


def _fits(decision: Decision, index: int, cell: str) -> bool:
    """Whether a cell is a value of its column, be it written in a way that the others are not."""
    plan = decision.plans[index]
    dated = plan.type == "date" or plan.mostly == "date"
    return decision.fits(index, cell) or (bool(forms_of([cell])) if dated else number_like(cell))


def _lines_of_words(rows: Rows, decision: Decision) -> int:
    """How many rows at the beginning have words over the columns of numbers and dates."""
    typed = [index for index, plan in enumerate(decision.plans) if plan.typed]
    lines = 0
    for number, row in enumerate(rows[: min(LINES, len(rows) - 1)]):
        cells = [(index, cell) for index in typed if index < len(row) for cell in present([row[index]])]
        if not cells or 2 * len(cells) < len(typed):
            break
        fitting = [cell for index, cell in cells if _fits(decision, index, cell)]
        if not fitting:
            lines = number + 1
        elif number or len(fitting) < len(cells) or not _looks_like_years(list(dict.fromkeys(fitting)), 1):
            break  # years in the first line may stand over names of their own
    return lines


def _looks_like_years(cells: Sequence[str], least: int) -> bool:
    """2019, 2020, 2021: numbers that may be names."""
    if len(cells) < least or not all(re.fullmatch(r"(19|20)\d\d", cell) for cell in cells):
        return False
    years = [int(cell) for cell in cells]
    return all(after - before == 1 for before, after in pairwise(years))


def _shown(cells: Sequence[str]) -> str:
    return ", ".join(cell[:20] for cell in cells[:4]) + (", …" if len(cells) > 4 else "")


def _header_question(name: str, first: Sequence[str], options: ReadingOptions, best: int) -> Question:
    choices = (
        Choice(f"names of the columns: {_shown(first)}", replace(options, header=True)),
        Choice(f"values like the other rows: {_shown(first)}", replace(options, header=False)),
    )
    return Question(key="header", text=f"What is the first row of {name}?", choices=choices, best=best)


def _lines_question(name: str, rows: Rows, lines: int, width: int, options: ReadingOptions) -> Question:
    joined = joined_names(rows[:lines], width)
    choices = (
        Choice(f"names in {lines} lines: {_shown(joined)}", replace(options, header=True, header_lines=lines)),
        Choice(f"names in one line: {_shown(rows[0])}", replace(options, header=True, header_lines=1)),
    )
    return Question(key="header", text=f"Where do the names of the columns of {name} stand?", choices=choices)


def joined_names(rows: Rows, width: int) -> list[str]:
    """One name a column from several lines; in an upper line an empty cell takes the one left of it, as if merged."""
    parts: list[list[str]] = []
    for number, row in enumerate(rows):
        cells = [row[index].strip() if index < len(row) else "" for index in range(width)]
        if number < len(rows) - 1 and cells[0]:
            for index in range(1, width):
                cells[index] = cells[index] or cells[index - 1]
        parts.append(cells)
    return [" ".join(dict.fromkeys(part for part in column if part)) for column in zip(*parts, strict=True)]
