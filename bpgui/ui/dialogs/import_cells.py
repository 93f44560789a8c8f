"""Cells of a table as a person reads them, and images and sounds as little pictures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

from bpgui.data.table import AnyColumn, NumberColumn, TextColumn
from bpgui.ui.explore.cells import date_text
from bpgui.ui.numbers import MINUS

LONGEST = 300
PICTURES = ("image", "sound")


def cell_text(column: AnyColumn, row: int) -> str | None:
    """One value in words, as exactly as a person can check it against the file; None where it is missing."""
    if isinstance(column, TextColumn):
        code = int(column.codes[row])
        return _one_line(column.levels[code]) if code >= 0 else None
    if column.shape:
        return " × ".join(map(str, column.shape))
    value = float(column.values[row])
    if math.isnan(value):
        return None
    return date_text(value) if column.meaning == "date" else number_text(value, column.values.dtype)


def number_text(value: float, dtype: Any = np.float64) -> str:
    """The shortest text that gives the same number back: 0.1, 1234.5, 1e-07, ∞."""
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = str(np.dtype(dtype).type(value)) if np.dtype(dtype) == np.float32 else repr(value)
    return text.removesuffix(".0").replace("-", MINUS)


def _one_line(text: str) -> str:
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return " ".join(short.split("\n")).replace("\r", "")


def picture(column: NumberColumn, row: int, size: int) -> QPixmap:
    """The image or spectrogram of a row, at most `size` pixels square; the lowest band is at the bottom."""
    pixels = _bytes(column, row)
    height, width, channels = pixels.shape
    form = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_Grayscale8
    image = QImage(pixels.tobytes(), width, height, width * channels, form).copy()
    # Small ones keep their pixels, large ones are shrunk smoothly.
    small = max(height, width) <= size
    mode = Qt.TransformationMode.FastTransformation if small else Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(image.scaled(size, size, Qt.AspectRatioMode.KeepAspectRatio, mode))


def _bytes(column: NumberColumn, row: int) -> NDArray[np.uint8]:
    """(height, width, 1 or 3) of one row."""
    values = column.values[row]
    if values.shape[2] not in (1, 3):
        values = values[:, :, :1]
    if column.meaning == "sound":
        values = values[::-1]
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    numbers = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if column.meaning == "image" and low >= 0.0:
        low, high = 0.0, 1.0 if high <= 1.0 else max(high, 255.0)
    span = high - low or 1.0
    return np.ascontiguousarray(np.rint((numbers - low) / span * 255.0).astype(np.uint8))
