"""Flat vectors: where they begin in memory, and the blocks that they are worked in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array

# Bytes: five such blocks fit a processor's second cache, and a call still has enough to do.
BLOCK = 131_072
LINE = 64


def aligned_zeros(size: int, dtype: DTypeLike) -> Array:
    """(size,) of zeros whose first byte lies on a cache line; every result is what it would be anywhere else.

    numpy's own begin 16 bytes behind one, and each wide load then straddles two.
    """
    length = size * np.dtype(dtype).itemsize
    raw = np.zeros(length + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + length].view(dtype)


def block_length(vector: Array) -> int:
    """Elements of a vector in one block, or all of them where it is shorter."""
    return min(vector.size, BLOCK // vector.itemsize)


def blocks(parts: Sequence[slice] | None, vector: Array) -> list[slice]:
    """Parts of a vector (None: all of it) in order, neighbours merged, then cut into blocks.

    Raises ValueError for a slice with a stride.
    """
    size, length = vector.size, block_length(vector)
    merged: list[tuple[int, int]] = []
    for start, stop, stride in sorted(part.indices(size) for part in ([slice(None)] if parts is None else parts)):
        if stride != 1:
            raise ValueError("parts of a vector have no stride")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        elif start < stop:
            merged.append((start, stop))
    return [slice(start, min(start + length, last)) for first, last in merged for start in range(first, last, length)]
