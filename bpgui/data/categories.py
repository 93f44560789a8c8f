"""Values as categories: the name of each, and its place among the levels."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, TextColumn


def label_of(number: float) -> str:
    """The name of a number taken as a class: 1.0 is "1", 0.5 is "0.5"."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def label_or_repr(value: float) -> str:
    """The same where the number may be infinite or NaN."""
    return label_of(value) if np.isfinite(value) else repr(value)


def category_codes(column: AnyColumn, levels: tuple[str, ...], rows: Rows) -> NDArray[np.int64]:
    """(len(rows),) position of each row's value in `levels`; -1 = missing, infinite or not among them."""
    index = {level: code for code, level in enumerate(levels)}
    if isinstance(column, TextColumn):
        lookup = np.array([*(index.get(level, -1) for level in column.levels), -1], dtype=np.int64)
        return lookup[column.codes[rows]]
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; they cannot be categories.")
    values, inverse = np.unique(column.values[rows], return_inverse=True)
    labels = [index.get(label_of(value), -1) if np.isfinite(value) else -1 for value in values.tolist()]
    return np.array([*labels, -1], dtype=np.int64)[inverse]


def texts_of(column: AnyColumn, rows: Rows) -> list[str]:
    """The values of those rows as text, "" where one is missing."""
    if isinstance(column, TextColumn):
        return [column.levels[code] if code >= 0 else "" for code in column.codes[rows].tolist()]
    values = column.values[rows].reshape(len(rows), prod(column.shape))
    return [" ".join("" if value != value else label_or_repr(value) for value in row) for row in values.tolist()]


def one_hot_rows(codes: NDArray[np.int64], width: int) -> Floats:
    """(n, width): 1 at each row's code, all zeros where it is -1."""
    result = np.zeros((len(codes), width))
    known = np.nonzero(codes >= 0)[0]
    result[known, codes[known]] = 1.0
    return result
