"""Large arrays of numbers that lie in files, on their way into columns: only a piece of them is in memory at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.npy.arrays import as_bytes, numbers, pixels, upright
from bpgui.data.readers.npy.npy_header import Header
from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.selecting import with_precision
from bpgui.data.readers.task import Task
from bpgui.data.table import AnyColumn, NumberColumn

Array = NDArray[Any]
Part = tuple[Array, NDArray[np.int64]]  # an array and the places of the rows that are read
TALL, _PIECE = 16 << 20, 16 << 20  # bytes


def is_tall(header: Header, options: ReadingOptions) -> bool:
    """Whether it is a large array of plain numbers or pictures, to be brought into columns piece by piece."""
    plain = header.dtype.kind in "biuf" and 2 <= len(header.shape) <= 4
    turned = header.fortran and are_pixels(header.shape, options)  # could not be divided into pictures where it lies
    return plain and header.size > TALL and not turned


def are_pixels(shape: tuple[int, ...], options: ReadingOptions) -> bool:
    """Whether each row holds the pixels of a picture, as a person has said."""
    return options.size is not None and shape[1:] == (math.prod(options.size),)


def tall_columns(name: str, label: str, parts: Sequence[Part], task: Task) -> list[AnyColumn]:
    """The rows of arrays of one shape, one array below the other, in columns as `columns_of` makes them.

    Raises DataError, beginning with `name`, for what are no pictures.
    """
    size = task.options.size
    if size is not None and are_pixels(parts[0][0].shape, task.options):
        parts = [(array.reshape(-1, *size), rows) for array, rows in parts]
        label = "image"
    if parts[0][0].ndim > 2:
        return [_images(label, [(upright(name, array), rows) for array, rows in parts], task)]
    return _flat(label, parts, task)


def _flat(label: str, parts: Sequence[Part], task: Task) -> list[AnyColumn]:
    width = parts[0][0].shape[1]
    names = [label if width == 1 else f"{label}{index + 1}" for index in range(width)]
    asked = set(task.options.columns or names)
    places = [place for place, name in enumerate(names) if name in asked or not asked <= set(names)]
    dtype = np.result_type(*(with_precision(numbers(array[:1]), task.options) for array, _ in parts)).name
    count = sum(len(rows) for _, rows in parts)
    spaces = [task.space((count,), dtype) for _ in places]
    for piece in _pieces(parts, task):
        for place, space in zip(places, spaces, strict=True):
            space.add(with_precision(numbers(piece[:, place]), task.options))
    return [NumberColumn(names[place], space.done()) for place, space in zip(places, spaces, strict=True)]


def _images(label: str, parts: Sequence[Part], task: Task) -> NumberColumn:
    whole = [all(as_bytes(piece) for piece in _pieces([part])) for part in parts]
    made = [pixels(array[:1], are, task.options).dtype for (array, _), are in zip(parts, whole, strict=True)]
    count = sum(len(rows) for _, rows in parts)
    space = task.space((count, *parts[0][0].shape[1:]), np.result_type(*made).name)
    for part, are in zip(parts, whole, strict=True):
        for piece in _pieces([part], task):
            space.add(pixels(piece, are, task.options))
    return NumberColumn(label, space.done(), "image")


def _pieces(parts: Sequence[Part], task: Task | None = None) -> Iterator[Array]:
    """The rows that are read, some at a time; the task hears how far they are."""
    count, done = sum(len(rows) for _, rows in parts), 0
    for array, rows in parts:
        step = max(1, _PIECE // max(1, array[:1].nbytes))
        for start in range(0, len(rows), step):
            yield array[rows[start : start + step]]
            done += min(step, len(rows) - start)
            if task is not None:
                task.progress(done / count)
