"""Vectors that begin on a cache line: numpy's begin 16 bytes behind one, and wide loads then straddle two."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array

LINE = 64


def aligned_zeros(size: int, dtype: DTypeLike) -> Array:
    """(size,) of zeros whose first byte lies on a cache line; every result is what it would be anywhere else."""
    length = size * np.dtype(dtype).itemsize
    raw = np.zeros(length + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + length].view(dtype)
