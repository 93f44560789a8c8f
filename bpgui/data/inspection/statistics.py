"""What was learnt about each feature, from the training rows and no others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.spec import DataSpec, Kind, Missing, Scaling

_CATEGORIES: tuple[Kind, ...] = ("category",)


@dataclass(frozen=True)
class FeatureStatistics:
    """One feature column: `inputs` of the network that it becomes, and the numbers fitted on `rows` training rows.

    A number x goes in as (x − center) / scale, of its logarithm where `log` is set; `minimum` and `maximum` are raw.
    `fill` is what stands for a missing value, "" where such a row is left out. A category has `levels`, each with its
    `counts` of training rows.
    """

    name: str
    kind: Kind
    scaling: Scaling
    missing: Missing
    inputs: int
    rows: int
    center: float
    scale: float
    log: bool
    minimum: float
    maximum: float
    fill: str
    levels: tuple[str, ...]
    counts: tuple[int, ...]


def feature_statistics(data: DataSpec, dataset: Dataset) -> tuple[FeatureStatistics, ...]:
    """One for each feature column, in order."""
    specs = {column.name: column for column in data.columns}
    found = []
    place = 0
    for fitted in dataset.encoder.inputs:
        counts: tuple[int, ...] = ()
        if fitted.kind in _CATEGORIES:
            block = dataset.x[:, place : place + fitted.width]
            counts = tuple(np.rint(block[dataset.train].sum(axis=0, dtype=np.float64)).astype(np.int64).tolist())
        fill = "" if fitted.fill is None else f"{fitted.fill:.6g}"
        if fitted.gap is not None:
            fill = fitted.levels[fitted.gap] if fitted.gap >= 0 else "none of them"
        spec = specs[fitted.name]
        found.append(
            FeatureStatistics(
                fitted.name,
                fitted.kind,
                spec.scaling,
                spec.missing,
                fitted.width,
                int(dataset.train.size),
                fitted.center,
                fitted.scale,
                fitted.log,
                fitted.minimum,
                fitted.maximum,
                fill,
                fitted.levels,
                counts,
            )
        )
        place += fitted.width
    return tuple(found)
