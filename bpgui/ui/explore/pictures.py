"""Images and spectrograms of a table as small pictures."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from bpgui.data.table import NumberColumn
from bpgui.ui.live.picture_image import picture_image
from bpgui.ui.numbers import finite_range


def limits_of(column: NumberColumn) -> tuple[float, float]:
    """Black and white of a column: 0 and 255 of bytes, else its smallest and largest values in a sample of rows."""
    if column.values.dtype == np.uint8:
        return 0.0, 255.0
    every = max(1, column.rows // 500)
    found = finite_range(column.values[::every])
    return found if found is not None and found[1] > found[0] else (0.0, 1.0)


def picture(column: NumberColumn, row: int, limits: tuple[float, float]) -> QImage:
    """One row as an image, a pixel a value: grey or colour, sounds in a colour map with low bands at the bottom."""
    return picture_image(column.values[row], limits, sound=column.meaning == "sound")
