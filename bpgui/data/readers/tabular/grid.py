"""A table in rows of cells: what stands above and below it, where its names are, blank rows and columns around it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice, pairwise
from statistics import median_high
from typing import Any

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Choice, Question, ReadingOptions
from bpgui.data.readers.tabular.cells import NUMBER, CellColumn, Cells, StoredCells, days_of, iso_date, shown
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.text.numbers import POINT, present

Row = Sequence[Any]
LOOKED_AT = 1000
FAR_ROWS = 1000  # as many blank ones part a table from what lies far from it
CHUNK = 5000
_ABOVE = 50  # so many rows may stand above a table
_NARROW = 0.75  # of the usual number of cells: rows with fewer above a blank row are no part of the table
_HELD = 200  # so many sparse rows after a blank one may be remarks below the table


@dataclass
class Grid:
    """The columns of a table, all of the same length; `places` are the rows of the sheet, counted from 0."""

    names: tuple[str, ...] = ()
    cells: list[Cells | StoredCells] = field(default_factory=list)
    places: Sequence[int] = ()
    header: int = 0  # rows of names
    skip: int = 0
    notes: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def read_grid(
    name: str,
    rows: Iterator[Row],
    options: ReadingOptions,
    *,
    first: int = 0,
    wanted: int | None = None,
    progress: Callable[[int], None] = lambda done: None,
    column: Callable[[int], CellColumn] = CellColumn,
) -> Grid:
    """The table in rows, of which the first is row `first` (from 0) of the sheet. Raises DataError where there is none.

    `wanted` is how many rows of values are enough, None for all. None and "" are empty cells.
    """
    grid = Grid()
    settled = options.skip
    numbered: Iterator[tuple[int, Row]] = ((first + index, row) for index, row in enumerate(rows))
    if settled is not None:
        numbered = (pair for pair in numbered if pair[0] >= settled)
    sample = list(islice(numbered, LOOKED_AT))
    filled = [(place, row) for place, row in sample if fill(row)]
    if not filled:
        raise DataError(f"{name} holds no values. A row of names and rows of values were expected.")
    usual = median_high([fill(row) for _, row in filled])
    start = 0 if settled is not None else _start(filled, usual)
    if start:
        shown_cells = [_text(cell) for _, row in filled[:start] for cell in row if not _empty(cell)]
        above = ", ".join(repr(text[:40]) for text in shown_cells[:3])
        many = "1 row stands above the table and is" if start == 1 else f"{start} rows stand above the table and are"
        grid.notes.append(f"{name}: {many} left out: {above}.")
    grid.skip = filled[start][0]
    body = [row for _, row in filled[start:]]
    headers, asked = find_names(name, body, options)
    grid.header, grid.questions = headers, list(asked)
    after = chain(filled[start + headers :], numbered)
    last_header = filled[start + headers - 1][0] if headers else grid.skip - 1
    columns = _gather(grid, name, after, last_header, usual, wanted, progress, column)
    _finish(grid, name, columns, _joined_names(body[:headers]))
    return grid


def fill(row: Row) -> int:
    """How many cells of the row hold something."""
    filled = len(row) - row.count("")
    return filled - row.count(None) if filled else 0


def _empty(cell: Any) -> bool:
    return cell is None or cell == ""


def _text(cell: Any) -> str:
    """A cell as the name of a column, or as a person reads it."""
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell).lower()
    if isinstance(cell, int | float):
        try:
            return shown(NUMBER, float(cell))
        except OverflowError:
            return str(cell)[:40]
    if isinstance(cell, date):
        return iso_date(days_of(cell))
    return str(cell).strip()


def _start(filled: Sequence[tuple[int, Row]], usual: int) -> int:
    """How many of the first rows are titles and remarks above the table."""
    if usual < 2:
        return 0
    fills = [fill(row) for _, row in filled[:_ABOVE]]
    start = next((index for index, count in enumerate(fills) if count * 2 > usual), 0)
    for index in range(min(len(fills), len(filled)) - 1, start, -1):
        gap = filled[index][0] - filled[index - 1][0] > 1
        if gap and max(fills[:index]) < _NARROW * usual:
            return index
    return start


def find_names(name: str, rows: Sequence[Row], options: ReadingOptions) -> tuple[int, tuple[Question, ...]]:
    """How many rows of names come first, and a question where that cannot be seen."""
    if options.header is False or options.header_lines is not None:
        return min(options.header_lines or 0, len(rows)) if options.header is not False else 0, ()
    if options.header:
        return 1, ()
    first, body = rows[0], rows[1:]
    cells = [cell for cell in first if not _empty(cell)]
    if not all(isinstance(cell, str | int | float) for cell in cells) or any(isinstance(c, bool) for c in cells):
        return 0, ()
    numbers = [cell for cell in cells if _like_number(cell)]
    if not body:
        return int(not numbers), ()
    if numbers:
        if _like_years(numbers):
            return 1, (_question(name, cells, options, best=0),)
        typed = [place for place, cell in enumerate(first) if not _empty(cell) and not _like_number(cell)]
        words_above = any(_typed(body, place) for place in typed)
        return int(words_above and len(numbers) * 2 < len(cells)), ()
    typed = [place for place, cell in enumerate(first) if not _empty(cell) and _typed(body, place)]
    if typed:
        return (2, (_lines_question(name, rows, options),)) if _names_again(body) else (1, ())
    texts = [str(cell).strip() for cell in cells]
    recurs = any(place < len(row) and row[place] == cell for row in body for place, cell in enumerate(first)
                 if not _empty(cell))  # fmt: skip
    header = len(set(texts)) == len(texts) and not recurs
    return int(header), (_question(name, cells, options, best=0 if header else 1),)


def _like_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return POINT.matches(cell.strip())
    return isinstance(cell, int | float)


def _typed(body: Sequence[Row], place: int) -> bool:
    """Whether most cells of a column are numbers, dates, or the like."""
    cells = [row[place] for row in body if place < len(row) and not _empty(row[place])]
    cells = [cell for cell in cells if not isinstance(cell, str) or present([cell])]
    return 2 * sum(not isinstance(cell, str) or POINT.matches(cell.strip()) for cell in cells) > len(cells)


def _names_again(body: Sequence[Row]) -> bool:
    """Whether the second row holds names too: units, or the names below a heading over several columns."""
    second, rest = body[0], body[1:]
    if len(rest) < 2 or any(not _empty(cell) and (not isinstance(cell, str) or _like_number(cell)) for cell in second):
        return False
    typed = [place for place in range(len(second)) if _typed(rest, place)]
    words = [second[place] for place in typed if not _empty(second[place]) and present([second[place]])]
    return len(typed) >= 2 and len(words) == len(typed)


def _like_years(cells: Sequence[Any]) -> bool:
    """2019, 2020, 2021: numbers that may be names."""
    try:
        years = [float(cell) for cell in cells]
    except (ValueError, OverflowError):
        return False
    return len(years) > 1 and years[0] >= 1900 and years[-1] < 2100 and all(b - a == 1 for a, b in pairwise(years))


def _question(name: str, cells: Sequence[Any], options: ReadingOptions, best: int) -> Question:
    texts = ", ".join(_text(cell)[:20] for cell in cells[:4]) + (", …" if len(cells) > 4 else "")
    choices = (
        Choice(f"names of the columns: {texts}", replace(options, header=True)),
        Choice(f"values like the other rows: {texts}", replace(options, header=False)),
    )
    return Question(key="header", text=f"What is the first row of {name}?", choices=choices, best=best)


def _lines_question(name: str, rows: Sequence[Row], options: ReadingOptions) -> Question:
    joined, alone = ", ".join(_joined_names(rows[:2])[:4]), ", ".join(_joined_names(rows[:1])[:4])
    choices = (
        Choice(f"names in 2 lines: {joined}", replace(options, header=True, header_lines=2)),
        Choice(f"names in one line: {alone}", replace(options, header=True, header_lines=1)),
    )
    return Question(key="header", text=f"Where are the names of the columns of {name}?", choices=choices)


def _joined_names(rows: Sequence[Row]) -> list[str]:
    """One name for each column: a heading over several columns goes before the names below it."""
    width = max(map(len, rows), default=0)
    texts = [[_text(row[place]) if place < len(row) else "" for place in range(width)] for row in rows]
    for row in texts[:-1]:
        for place in range(1, width):
            row[place] = row[place] or row[place - 1]
    return [" ".join(dict.fromkeys(text for text in names if text)) for names in zip(*texts, strict=True)]


def _gather(
    grid: Grid,
    name: str,
    rows: Iterator[tuple[int, Row]],
    before: int,
    usual: int,
    wanted: int | None,
    progress: Callable[[int], None],
    column_of: Callable[[int], CellColumn],
) -> list[Cells | StoredCells]:
    """The cells of the rows of values; blank rows are passed over, remarks below the table held back."""
    columns: list[CellColumn] = []
    places = array("q")
    count = blank = 0
    size = CHUNK if wanted is None else min(CHUNK, wanted)
    for chunk in _chunks(_without_remarks(grid, name, rows, before, usual), size):
        width = max(len(row) for _, row in chunk)
        while len(columns) < width:
            columns.append(column_of(count))
        ragged = any(len(row) != len(columns) for _, row in chunk)
        full = [[*row, *[None] * (len(columns) - len(row))] if ragged else row for _, row in chunk]
        for column, cells in zip(columns, zip(*full, strict=True), strict=True):
            column.extend(cells)
        places.extend(place for place, _ in chunk)
        count += len(chunk)
        progress(places[-1])
        if wanted is not None and count >= wanted:
            break
    grid.places = places
    if places:
        blank = places[-1] - before - count
    if blank > 0:
        grid.notes.append(f"{name}: {blank:,} blank row{'s' if blank > 1 else ''} between others passed over.")
    return [column.finish() for column in columns]


def _chunks(rows: Iterator[tuple[int, Row]], size: int) -> Iterator[list[tuple[int, Row]]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def _without_remarks(
    grid: Grid, name: str, rows: Iterator[tuple[int, Row]], before: int, usual: int
) -> Iterator[tuple[int, Row]]:
    """Rows that hold something; sparse ones at the end, after a blank row, are left out with a note."""
    held: list[tuple[int, Row]] = []
    last = before
    for place, row in _near(grid, name, rows, before):
        apart = usual > 2 and (held or place - last > 1) and len(held) < _HELD
        if apart and fill(row) * 2 <= usual:
            held.append((place, row))
        else:
            yield from held
            held = []
            yield place, row
        last = place
    if held:
        text = next(_text(cell) for cell in held[0][1] if not _empty(cell))
        many = f"{len(held)} rows" if len(held) > 1 else "1 row"
        grid.notes.append(f"{name}: {many} below the table left out, from row {held[0][0] + 1:,}: {text[:60]!r}.")


def _near(grid: Grid, name: str, rows: Iterator[tuple[int, Row]], before: int) -> Iterator[tuple[int, Row]]:
    """Rows that hold something, without those after a long blank stretch that are fewer than the rows before it."""
    far: list[tuple[int, Row]] = []
    last, seen = before, 0
    for place, row in rows:
        if not fill(row):
            continue
        if seen and (far or place - last > FAR_ROWS):
            far.append((place, row))
            if len(far) <= seen:
                continue
            yield from far
            seen += len(far)
            far = []
        else:
            seen += 1
            yield place, row
        last = place
    if far:
        many = f"{len(far):,} rows" if len(far) > 1 else "1 row"
        grid.notes.append(f"{name}: {many} far below the table left out, from row {far[0][0] + 1:,}.")


def _finish(grid: Grid, name: str, columns: list[Cells | StoredCells], names: list[str]) -> None:
    """Names for all columns; without those that have neither a name nor values. Raises DataError where none is left."""
    width = max(len(columns), len(names))
    names += [""] * (width - len(names)) if names else []
    if not grid.places:
        raise DataError(f"{name} has a row of names and no rows of values. Add rows below the names.")
    columns += [_nothing(len(grid.places)) for _ in range(width - len(columns))]
    kept = [place for place in range(width) if (names and names[place]) or columns[place].loaded().kinds.any()]
    called, notes = column_names([names[place] for place in kept] if names else [], len(kept))
    if not names:
        what = f"columns are called x1 to x{len(kept)}" if len(kept) > 1 else "column is called x1"
        notes.append(f"There is no row of names; the {what}.")
    grid.notes += notes
    grid.names, grid.cells = called, [columns[place] for place in kept]


def _nothing(rows: int) -> Cells | StoredCells:
    return CellColumn(rows).finish()
