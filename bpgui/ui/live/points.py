"""The rows of a data set as points in the plane, ready to be drawn over a map or under a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset

LIMIT = 2000


@dataclass(frozen=True, eq=False)
class Points:
    """`x`, `y` (n,) in the data's units; `target` (n,) class positions or values; `held_out` (n,) validation rows."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    target: NDArray[np.float64]
    held_out: NDArray[np.bool_]


def points_of(data: Dataset) -> Points:
    """Training and validation rows of two numeric features, at most `LIMIT`, evenly taken."""
    rows = np.concatenate((data.train, data.validation))
    held_out = np.arange(len(rows)) >= len(data.train)
    every = max(1, -(-len(rows) // LIMIT))
    rows, held_out = rows[::every], held_out[::every]
    raw = data.encoder.raw_inputs(data.x[rows])
    return Points(raw[:, 0], raw[:, 1], targets_of(data, data.y[rows]), held_out)


def targets_of(data: Dataset, y: NDArray[Any]) -> NDArray[np.float64]:
    """(n,) the class's position, or the number in the data's units."""
    decoded = data.encoder.decode(y)
    found = decoded.codes if decoded.values is None else decoded.values
    return np.asarray(found, dtype=np.float64)
