"""What all tables have in common once they are found: their size, the precision, remarks, what can be set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.listing import some_of
from bpgui.data.readers.choosing import rows_setting
from bpgui.data.readers.options import ColumnFound, ReadingOptions, Setting
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.dates import ORDERS
from bpgui.data.reading_options import ColumnType
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn

COLUMN_LIMIT = 10_000
EXACT = 2.0**53  # whole numbers beyond lose digits in float64
COPIES = 3  # the reader's own, the arrays, the bytes that are sent


def refuse_too_large(
    name: str, rows: int, columns: int, options: ReadingOptions, memory: int | None, size: int = 8, extra: int = 0
) -> None:
    """Raises DataError for a table that cannot fit: `size` bytes a value, `extra` bytes besides."""
    if columns > COLUMN_LIMIT and not options.columns:
        raise DataError(
            f"{name} has {columns:,} columns; at most {COLUMN_LIMIT:,} can be read. Choose some of them (columns)."
        )
    wanted = min(columns, len(options.columns)) if options.columns else columns
    kept = min(rows, options.rows) if options.rows else rows
    needed = kept * wanted * size * COPIES + extra
    if memory is not None and needed > memory:
        fitting = max(1, (memory - extra) // max(1, wanted * size * COPIES))
        raise DataError(
            f"{name} has {kept:,} rows and {wanted:,} columns; reading it takes about {needed / 1e9:.1f} GB of memory, "
            f"{memory / 1e9:.1f} GB may be used. Read a sample of {fitting:,} rows (rows), or fewer columns (columns)."
        )


def with_precision(values: NDArray[Any], options: ReadingOptions) -> NDArray[Any]:
    """float32 or float64 where that was settled, else as they are."""
    return values if options.precision is None else values.astype(options.precision, copy=False)


def remarks(column: AnyColumn) -> list[str]:
    """Sentences about values that are missing, infinite or too long."""
    notes = []
    missing = int(np.count_nonzero(column.missing))
    if missing:
        notes.append(f"Column {column.name}: {some_of(missing, column.rows, 'values', 'is', 'are')} missing.")
    if isinstance(column, NumberColumn) and column.meaning == "number" and column.values.dtype != np.uint8:
        finite = np.isfinite(column.values)
        infinite = int(np.count_nonzero(np.isinf(column.values))) if not finite.all() else 0
        if infinite:
            what = "1 value is" if infinite == 1 else f"{infinite:,} values are"
            notes.append(f"Column {column.name}: {what} infinite or too large for a number.")
        if bool(((np.abs(column.values) >= EXACT) & finite).any()) and not (column.values[finite] % 1).any():
            notes.append(
                f"Column {column.name}: whole numbers beyond 9,007,199,254,740,992 (2^53) may lose their last digits."
            )
    return notes


_SUMS = {"total", "totals", "grand total", "sum", "average", "mean", "summe", "gesamt", "mittelwert", "durchschnitt"}


def sum_note(first: AnyColumn) -> list[str]:
    """A sentence where the last row seems to hold sums or means of the others; `first` is the table's first column."""
    text = first.levels[first.codes[-1]] if isinstance(first, TextColumn) and first.codes[-1] >= 0 else ""
    if text.strip(" :").lower() not in _SUMS:
        return []
    return [f"The last row begins with {text!r}: if it sums up the others, take it out of the file."]


def found(
    column: AnyColumn, types: Sequence[ColumnType] = (), note: str = "", missing: int | None = None
) -> ColumnFound:
    """What is said about one column; `missing` values are counted where that has not been done."""
    type = "text" if isinstance(column, TextColumn) else column.meaning
    missing = int(np.count_nonzero(column.missing)) if missing is None else missing
    return ColumnFound(name=column.name, type=type, types=tuple(types), missing=missing, note=note)


def table_settings(task: Task) -> tuple[Setting, ...]:
    """What can be set about every table: which columns, how many rows, how exact its numbers."""
    return (
        Setting(
            key="columns",
            label="Columns",
            value=", ".join(task.options.columns or ()),
            help="Only these columns, by their names with commas between them; nothing takes all of them.",
        ),
        rows_setting(task),
        Setting(
            key="precision",
            label="Precision",
            value=task.options.precision or "",
            choices=(("", "as in the file"), ("float64", "double (8 bytes)"), ("float32", "single (4 bytes)")),
            help="How exactly numbers are kept; single takes half the memory.",
        ),
    )


def header_settings(lines: int, skip: int) -> tuple[Setting, ...]:
    """Where the names of the columns are on a sheet."""
    return (
        Setting(
            key="header",
            label="First row holds names",
            value="yes" if lines else "no",
            choices=(("yes", "yes"), ("no", "no")),
            help="Whether the table begins with the names of its columns.",
        ),
        Setting(
            key="header_lines",
            label="Lines of names",
            value=str(max(1, lines)),
            choices=tuple((str(count), str(count)) for count in range(1, 5)),
            help="Over how many rows the names of the columns go; they are joined.",
        ),
        Setting(
            key="skip",
            label="Rows left out first",
            value=str(skip),
            help="How many rows, blank ones included, stand above the table.",
        ),
    )


def text_settings(options: ReadingOptions, decimal: str, thousands: str, dates: str) -> tuple[Setting, ...]:
    """How numbers and dates that stand in cells of text are written, and which words stand for nothing."""
    return (
        Setting(
            key="decimal",
            label="Decimal mark",
            value=decimal,
            choices=((".", "point"), (",", "comma")),
            help="What stands before the fraction of numbers that are stored as text.",
        ),
        Setting(
            key="thousands",
            label="Thousands apart by",
            value={"": "none", " ": "space"}.get(thousands, thousands),
            choices=(("none", "nothing"), (",", "comma"), (".", "point"), ("'", "apostrophe"), ("space", "space")),
            help="What groups the digits of numbers that are stored as text.",
        ),
        Setting(
            key="dates",
            label="Dates",
            value=dates,
            choices=(("", "as found"), *ORDERS.items()),
            help="The order of day, month and year in dates that are stored as text.",
        ),
        missing_setting(options),
    )


def missing_setting(options: ReadingOptions) -> Setting:
    return Setting(
        key="missing",
        label="Also missing",
        value=", ".join(options.missing),
        help="Further words or numbers that stand for a missing value, such as 9999, with commas between them.",
    )
