"""What a row of data looks like, for lists of rows: for data that are one picture or one sound a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from bpgui.data.table import NumberColumn, Table
from bpgui.ui.live.picture_facts import picture_facts

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset


@dataclass(frozen=True)
class RowPicture:
    """`shape` of the features of a row, `limits` their black and white."""

    name: str
    shape: tuple[int, ...]
    limits: tuple[float, float]
    sound: bool = False

    def image(self, values: NDArray[Any]) -> QImage:
        """Of a row's features (features,) in the data's units."""
        from bpgui.ui.live.picture_image import picture_image

        return picture_image(values.reshape(self.shape), self.limits, sound=self.sound)


def row_picture(data: Dataset, table: Table) -> RowPicture | None:
    """None for data whose rows are numbers and words."""
    inputs = data.encoder.inputs
    column = table.column(inputs[0].name) if len(inputs) == 1 else None
    lone = column if isinstance(column, NumberColumn) else None
    if lone is not None and lone.meaning == "sound":
        low, high = inputs[0].minimum, inputs[0].maximum
        limits = (0.0, 255.0) if lone.values.dtype == np.uint8 else (low, high if high > low else low + 1.0)
        return RowPicture(lone.name, lone.shape, limits, True)
    facts = picture_facts(data, lone)
    return RowPicture(lone.name if lone is not None else "image", facts.shape, facts.limits) if facts else None
