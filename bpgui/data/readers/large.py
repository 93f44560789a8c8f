"""Tables that are larger than the memory that may be used: what can be done about it, with sizes, as a question."""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Choice, Question, ReadingOptions

_NUMBER = {"float64": 8, "float32": 4}
_DISK = 3  # times the table: what DuckDB lays aside, the table, and what a network is given of it
_ROUND = 2  # digits of a number of rows


def size_question(
    name: str, rows: float, columns: int, options: ReadingOptions, memory: int | None, folder: Path
) -> Question | None:
    """What to do about about so many rows of so many columns; None where they fit, or where it was settled.

    To name a precision or a number of rows is to settle it. `folder` lies on the disk that would be used. Raises
    DataError where neither memory nor disk has room for what was settled.
    """
    if memory is None:
        return None
    kept = min(rows, options.rows or rows)
    size = kept * columns * _NUMBER[options.precision or "float64"]
    if size <= memory:
        return None
    room = shutil.disk_usage(folder).free
    on_disk = size * _DISK <= room
    few = _short(memory / (columns * 8))
    if options.precision is not None or options.rows is not None:
        if not on_disk:
            raise DataError(
                f"{name}: {kept:,.0f} rows and {columns:,} columns take {_gigabytes(size)}; there are "
                f"{_gigabytes(memory)} of memory to use, and {_gigabytes(room)} free on the disk at {folder.parent}, "
                f"where {_gigabytes(size * _DISK)} are needed. Read a sample of at most {few:,} rows (rows), or fewer "
                "columns (columns)."
            )
        return None
    choices = [Choice(f"a sample of {few:,} rows: {_gigabytes(few * columns * 8)}", replace(options, rows=few))]
    if on_disk:
        label = f"all rows, kept in a file: {_gigabytes(size)}, slower than memory"
        choices.insert(0, Choice(label, replace(options, precision="float64")))
    if size / 2 <= memory or on_disk:
        label = f"all rows in single precision: {_gigabytes(size / 2)}" + ("" if size / 2 <= memory else ", in a file")
        choices.append(Choice(label, replace(options, precision="float32")))
    text = (
        f"{name} has about {rounded(rows):,} rows and {columns:,} columns: {_gigabytes(size)}, and "
        f"{_gigabytes(memory)} of memory may be used. What should be read? Fewer columns need less."
    )
    return Question(key="size", text=text, choices=tuple(choices))


def rounded(count: float) -> int:
    """Three digits, for an estimate."""
    digits: int = 10 ** max(0, len(str(int(count))) - 3)
    return round(count / digits) * digits


def _short(count: float) -> int:
    """A round number, not above it."""
    digits = len(str(int(count)))
    unit: int = 10 ** max(0, digits - _ROUND)
    return max(1, int(count) // unit * unit)


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
