"""By time: the earliest rows are learnt from, the latest are kept for the end."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.splitting.sizes import Parts, fractions_of, gathered, part_sizes
from bpgui.data.table import AnyColumn, TextColumn

# Texts that sort as they follow each other: 2024, 2024-03, 2024-03-01, 2024-03-01 12:30, 2024-03-01T12:30:05.5Z.
_ISO = re.compile(r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?Z?)?)?)?")
_NAMES = ("training", "validation", "test")


def by_time(column: AnyColumn, split: Split) -> Parts:
    """Rows in the order of the column: numbers, dates, or texts such as 2024-03-01.

    Rows of the same time stay in the same part, so that sizes differ from the fractions where many rows share a time.
    Rows whose time is missing are learnt from. Raises DataError for texts that cannot be put in order and where there
    are fewer times than parts.
    """
    times = order_of(column)
    part = np.zeros(column.rows, dtype=np.int8)
    present = times >= 0
    fractions = fractions_of(split)
    used = [number for number in range(3) if fractions[number] > 0]
    counts = np.bincount(times[present])
    if not counts.size and not column.rows:
        return gathered(part)
    if counts.size < len(used):
        listed = ", ".join(_NAMES[number] for number in used)
        raise DataError(
            f"Column {column.name!r} has {counts.size} different {'time' if counts.size == 1 else 'times'}, which is "
            f"not enough for the parts {listed}: rows of the same time stay together. Choose another column or way."
        )
    ends = np.concatenate(([0], np.cumsum(counts)))
    sizes = part_sizes(int(present.sum()), split)
    wanted = np.cumsum([sizes[number] for number in used])[:-1]
    of_time = np.empty(counts.size, dtype=np.int8)
    start = 0
    for place, number in enumerate(used):
        later = len(used) - 1 - place
        end = counts.size
        if later:
            nearest = int(np.abs(ends - wanted[place]).argmin())
            end = min(max(nearest, start + 1), counts.size - later)
        of_time[start:end] = number
        start = end
    part[present] = of_time[times[present]]
    part[~present] = used[0]
    return gathered(part)


def order_of(column: AnyColumn) -> NDArray[np.int64]:
    """(rows,) the place of each row's time among the different ones, from 0; -1 = missing. Raises DataError."""
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; they have no order in time. Choose another column.")
    result = np.full(column.rows, -1, dtype=np.int64)
    present = ~column.missing
    if isinstance(column, TextColumn):
        result[present] = _ranks(column)[column.codes[present]]
        result[present] = np.unique(result[present], return_inverse=True)[1]
    else:
        result[present] = np.unique(column.values[present], return_inverse=True)[1]
    return result


def _ranks(column: TextColumn) -> NDArray[np.int64]:
    """(levels,) the place of each text in the order of time."""
    numbers = [_number(level) for level in column.levels]
    if all(number is not None for number in numbers):
        return np.unique(np.array(numbers, dtype=np.float64), return_inverse=True)[1].astype(np.int64)
    stripped = [level.strip() for level in column.levels]
    odd = next((level for level in stripped if not _ISO.fullmatch(level)), None)
    if odd is not None:
        raise DataError(
            f"Column {column.name!r} holds texts such as {odd[:40]!r}, whose order in time cannot be known. Read the "
            "column as a date or as a number, write times as 2024-03-01 12:30, or choose another column."
        )
    return np.unique(np.array(stripped), return_inverse=True)[1].astype(np.int64)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None
