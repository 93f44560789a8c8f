"""Values of a table as short texts."""

from __future__ import annotations

import math

import numpy as np

from bpgui.data.table import AnyColumn, TextColumn
from bpgui.ui.numbers import MINUS

MISSING = "–"
_DAYS = 3_000_000  # beyond this many days from 1970 numpy's own dates are no help to anybody


def cell_text(column: AnyColumn, row: int) -> str:
    """What stands in a cell; an en dash where the value is missing."""
    if isinstance(column, TextColumn):
        code = int(column.codes[row])
        return column.levels[code] if code >= 0 else MISSING
    if column.shape:
        return " × ".join(str(size) for size in column.shape)
    value = float(column.values[row])
    if value != value:
        return MISSING
    return date_text(value) if column.meaning == "date" else number_text(value)


def number_text(value: float) -> str:
    """Up to seven significant digits, no more than the value has; whole numbers in full up to fifteen digits."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value)).replace("-", MINUS)
    return f"{value:.7g}".replace("-", MINUS)


def date_text(days: float) -> str:
    """`2024-03-01`, with hours and minutes (and seconds) where there are any; days since 1970-01-01."""
    if not math.isfinite(days) or abs(days) > _DAYS:
        return number_text(days)
    seconds = round(days * 86_400)
    stamp = np.datetime64(seconds, "s")
    if seconds % 86_400 == 0:
        return str(stamp.astype("datetime64[D]"))
    text = str(stamp).replace("T", " ")
    return text[:-3] if seconds % 60 == 0 else text
