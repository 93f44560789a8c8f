"""A line about a column, for a person."""

from __future__ import annotations

import numpy as np

from bpgui.data.dates import date_text
from bpgui.data.legality import all_differ, present
from bpgui.data.table import AnyColumn, NumberColumn, TextColumn


def describe(column: AnyColumn) -> str:
    """ "number 0.1 … 7.9, 3 missing", "3 classes: setosa, versicolor, virginica", "28 × 28 grey images"."""
    missing = int(column.missing.sum())
    tail = f", {missing:,} missing" if missing else ""
    if isinstance(column, TextColumn):
        return _texts(column, tail)
    numbers = present(column)
    if not numbers.size:
        return f"empty{tail}"
    low, high = float(numbers.min()), float(numbers.max())
    if column.meaning == "date":
        return f"date {date_text(low)} … {date_text(high)}{tail}"
    if column.meaning in ("image", "sound"):
        return f"{_pictures(column)}{tail}"
    what = " × ".join(str(size) for size in column.shape) + " numbers" if column.shape else "number"
    return f"{what} {low:.4g} … {high:.4g}{tail}"


def _pictures(column: NumberColumn) -> str:
    height, width, channels = column.shape
    if column.meaning == "sound":
        return f"sounds, {height} bands × {width} frames"
    colour = {1: "grey", 3: "colour"}.get(channels, f"{channels}-channel")
    return f"{height} × {width} {colour} images"


def _texts(column: TextColumn, tail: str) -> str:
    used = [column.levels[code] for code in np.unique(column.codes[column.codes >= 0])]
    shown = ", ".join(_short(level) for level in used[:4]) + (", …" if len(used) > 4 else "")
    if all_differ(column):
        every = "every" if len(used) == int((column.codes >= 0).sum()) else "nearly every"
        return f"{len(used):,} different texts, {every} row has its own: {shown}{tail}"
    return f"{len(used):,} {'class' if len(used) == 1 else 'classes'}: {shown}{tail}" if used else f"empty{tail}"


def _short(text: str, length: int = 20) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
