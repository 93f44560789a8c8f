"""Probes: pure questions to a run, asked between two steps at most once a frame.

A probe is frozen and hashable, so that panels asking the same share one answer; calling it with a `Driver` gives a record
of `answers`. Everything here is evaluation mode.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """-> WeightsAnswer"""


@dataclass(frozen=True)
class Curve:
    """-> CurveAnswer with at most `points` points"""

    points: int = 2000


@dataclass(frozen=True)
class Boundary:
    """-> BoundaryAnswer over features `x` and `y` (positions among the feature columns)"""

    size: int = 60
    x: int = 0
    y: int = 1
    extent: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Confusion:
    """-> ConfusionAnswer"""

    part: str = "train"


@dataclass(frozen=True)
class Fit:
    """-> FitAnswer"""

    part: str = "train"
    limit: int = 2000


@dataclass(frozen=True)
class Predictions:
    """-> PredictionsAnswer"""

    part: str = "train"
    first: int = 0
    count: int = 50


@dataclass(frozen=True)
class Activations:
    """-> ActivationsAnswer for raw feature values, numbers or category names, one a feature column"""

    values: tuple[float | str, ...]
