"""Rows as hashes: what tells which of them are the same."""

from __future__ import annotations

from math import prod

import numpy as np
from numpy.typing import NDArray

from bpgui.data.table import AnyColumn, TextColumn

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(31)
_TOGETHER = 1 << 22  # numbers hashed at a time


def row_hashes(columns: tuple[AnyColumn, ...], rows: Ints) -> Hashes:
    """(len(rows),) 64 bits that are equal where all values of the rows are, and else differ but for one pair in 2⁶⁴.

    Missing values equal each other, and so do 0 and −0.
    """
    result = np.zeros(rows.size, dtype=np.uint64)
    for column in columns:
        width = max(1, prod(column.shape))
        step = max(1, _TOGETHER // width)
        for start in range(0, rows.size, step):
            some = rows[start : start + step]
            words = _words(column, some)
            total = result[start : start + step]
            for place in range(words.shape[1]):
                total = _mixed(total * _ODD + words[:, place])
            result[start : start + step] = total
    return result


def _mixed(words: Hashes) -> Hashes:
    """A round of splitmix64's finaliser (Steele, Lea, Flood 2014)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> _SHIFT)


def _words(column: AnyColumn, rows: Ints) -> Hashes:
    """(len(rows), words) the values' bits, eight bytes a word."""
    if isinstance(column, TextColumn):
        return column.codes[rows].astype(np.int64).view(np.uint64)[:, None]
    values = column.values[rows].reshape(rows.size, prod(column.shape))
    if values.dtype == np.uint8:
        padded = np.zeros((rows.size, -(-values.shape[1] // 8) * 8), dtype=np.uint8)
        padded[:, : values.shape[1]] = values
        return padded.view(np.uint64)
    numbers = values.astype(np.float64) + 0.0  # −0 becomes 0
    numbers[np.isnan(numbers)] = np.nan
    return np.ascontiguousarray(numbers).view(np.uint64)
