"""Room for the arrays that a run learns from: memory, or a file of its own where they are too large for it."""

from __future__ import annotations

import contextlib
import tempfile
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.memory import free_memory

SHARE = 0.4  # of the memory that is free; the table and the network need theirs too


def room_for(shape: tuple[int, ...], dtype: str) -> NDArray[Any]:
    """An array to be filled. What takes more than 40 % of the free memory lies in a file that goes with the array.

    Raises OSError where the disk has no room for it.
    """
    needed = prod(shape) * np.dtype(dtype).itemsize
    free = free_memory()
    if free is None or needed <= SHARE * free:
        return np.empty(shape, dtype)
    from bpgui.data.cache import cache_folder

    folder = None
    with contextlib.suppress(OSError, RuntimeError):
        folder = cache_folder()
    with tempfile.TemporaryFile(prefix="rows-", dir=folder) as file:  # nameless already; the map holds on to it
        return np.memmap(file, dtype, "w+", shape=shape)
