"""Arrays of numpy as columns: flat ones value by value, stacks of pictures as images, texts, dates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.labels import text_column
from bpgui.data.readers.npy.npy_header import PADDING
from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.selecting import with_precision
from bpgui.data.readers.tabular.cells import whole_characters
from bpgui.data.table import AnyColumn, NumberColumn

Array = NDArray[Any]
DAY = 86_400_000_000  # microseconds
HOUR = 3_600_000_000
CLASS_LIMIT = 1000
_WHOLE_DAYS = ("Y", "M", "W", "D")
_LAST_CHARACTER = 0x10FFFF
_LEAST_SIDE = 2  # a picture has at least so many pixels in each direction


def columns_of(name: str, label: str, array: Array, options: ReadingOptions) -> list[AnyColumn]:
    """Columns of an array whose first axis counts the rows; `label` is what they are called ("x" gives x1, x2, ...).

    Raises DataError, beginning with `name`, for what is no table.
    """
    if array.dtype.names is not None:
        return _fields(name, array, options)
    if array.ndim == 1:
        return [_column(name, label, array, options)]
    if array.ndim == 2:
        if options.size is not None and array.shape[1] == math.prod(options.size):
            return columns_of(name, "image", array.reshape(-1, *options.size), options)
        if array.shape[1] == 1:
            return [_column(name, label, array[:, 0], options)]
        return [_column(name, f"{label}{index + 1}", array[:, index], options) for index in range(array.shape[1])]
    if array.ndim in (3, 4) and array.dtype.kind in "biuf":
        return [_images(name, label, array, options)]
    raise DataError(
        f"{name}: an array of shape {_times(array.shape)} with {array.dtype.name} values is no table. Rows of values "
        "(2 axes), or pictures (images × height × width, with or without channels) were expected."
    )


def width_of(dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """How many values there are in each row, to reckon memory with."""
    per_value = sum(math.prod(dtype[field].shape) for field in dtype.names) if dtype.names else 1
    return math.prod(shape[1:]) * per_value


def class_column(array: Array) -> AnyColumn | None:
    """`class` from the labels of pictures: whole numbers or texts of few kinds; None for anything else."""
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1 or array.dtype.kind not in "biufUS":
        return None
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or (array % 1).any():
            return None
        array = array.astype(np.int64)
    texts = _texts(array)
    return text_column("class", texts) if len(set(texts)) <= CLASS_LIMIT else None


def one_hot_classes(array: Array) -> Array | None:
    """(rows,) the place of the one in each row, where every row has exactly one among zeros; else None."""
    if array.ndim != 2 or array.shape[1] < 2 or array.dtype.kind not in "biuf":
        return None
    ones = array == 1
    if not bool((ones.sum(axis=1) == 1).all()) or bool((array[~ones] != 0).any()):
        return None
    return np.asarray(np.argmax(ones, axis=1), dtype=np.float64)


def _fields(name: str, array: Array, options: ReadingOptions) -> list[AnyColumn]:
    if array.ndim != 1:
        raise DataError(f"{name}: an array with fields has {array.ndim} axes; one, of rows, was expected.")
    columns: list[AnyColumn] = []
    for field in array.dtype.names or ():
        if not field.startswith(PADDING):
            label = field.strip() or f"column {len(columns) + 1}"
            columns += columns_of(f"{name}, field {label}", label, array[field], options)
    return columns


def _column(name: str, label: str, array: Array, options: ReadingOptions) -> AnyColumn:
    kind = array.dtype.kind
    if kind == "U" and _holds_no_characters(array):
        raise DataError(f"{name}: a text in it holds numbers that are no characters. Save the array again.")
    if kind in "US":
        texts: list[str | None] = [text if text else None for text in _texts(array)]
        return text_column(label, texts)
    if kind == "M":
        return NumberColumn(label, _days(array), "date")
    if kind == "m":
        micro = array.astype("timedelta64[us]").astype(np.int64) / HOUR
        return NumberColumn(label, np.where(np.isnat(array), np.nan, micro))
    return NumberColumn(label, with_precision(numbers(array), options))


def numbers(array: Array) -> Array:
    """float64, or what a column of numbers may be kept as."""
    return array if array.dtype.name in ("float32", "uint8", "float64") else array.astype(np.float64)


def _days(array: Array) -> Array:
    """Days since 1970-01-01, NaN where there is no date."""
    unit = np.datetime_data(array.dtype)[0]
    if unit in _WHOLE_DAYS:
        days = array.astype("datetime64[D]").astype(np.int64).astype(np.float64)
    else:
        days = array.astype("datetime64[us]").astype(np.int64) / DAY
    return np.asarray(np.where(np.isnat(array), np.nan, days), dtype=np.float64)


def _texts(array: Array) -> list[str]:
    if array.dtype.kind == "S":
        return [_decoded(value) for value in array.tolist()]
    if array.dtype.kind in "biuf":
        return [str(int(value)) for value in array.tolist()]
    texts: list[str] = array.tolist()
    return list(whole_characters(tuple(texts))[0])


def _holds_no_characters(array: Array) -> bool:
    """Whether numbers beyond the last character stand in texts, with which Python would fall over."""
    numbers = np.ascontiguousarray(array).view(np.dtype(np.uint32).newbyteorder(array.dtype.byteorder))
    return bool((numbers > _LAST_CHARACTER).any())


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _images(name: str, label: str, array: Array, options: ReadingOptions) -> NumberColumn:
    array = upright(name, array)
    return NumberColumn(label, pixels(array, as_bytes(array), options), "image")


def upright(name: str, array: Array) -> Array:
    """(rows, height, width, channels) of an array of pictures, where it lies. Raises DataError for what are none."""
    if array.ndim == 3:
        array = array[..., np.newaxis]
    elif array.shape[3] not in (1, 3, 4) and array.shape[1] in (1, 3, 4):
        array = np.moveaxis(array, 1, 3)  # channels first
    height, width, channels = array.shape[1:]
    if channels not in (1, 3, 4) or min(height, width) < _LEAST_SIDE:
        raise DataError(
            f"{name}: an array of shape {_times(array.shape)} holds no pictures. images × height × width, or that with "
            "1, 3 or 4 channels at the end, was expected."
        )
    return array[..., :3] if channels == 4 else array


def as_bytes(array: Array) -> bool:
    """Whether whole numbers are such as bytes can hold."""
    return array.dtype.kind in "iu" and (array.dtype == np.uint8 or (array.min() >= 0 and array.max() <= 255))


def pixels(array: Array, whole: bool, options: ReadingOptions) -> Array:
    """Bytes stay bytes, `whole` numbers 0..255 become bytes, yes and no 255 and 0."""
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    if whole:
        return array.astype(np.uint8, copy=False)
    values = numbers(array)
    return values if values.dtype == np.uint8 else with_precision(values, options)


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)
