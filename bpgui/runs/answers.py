"""What a probe answers: frozen records of copied arrays, safe to hand to another thread."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.runs.ranking import Ranked

Floats = NDArray[np.floating[Any]]
Part = str  # "train", "validation", "test"


@dataclass(frozen=True)
class Progress:
    """Where a run stands. `batch` counts within the epoch; `loss` is the last batch's own.

    `train_loss` and `val_loss` are those of the last finished epoch, None before it, and `penalty` what regularisers
    added to the training loss there. `learning_rate` is the base rate, `rate` what a schedule made of it.
    """

    step: int = 0
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 1
    loss: float | None = None
    train_loss: float | None = None
    val_loss: float | None = None
    learning_rate: float = 0.0
    rate: float = 0.0
    penalty: float | None = None
    steps_per_second: float = 0.0
    stop_reason: str | None = None


@dataclass(frozen=True)
class Frame:
    """One look at one run: every answer is of the same step. `settled`: at pause, stop, end and after single steps."""

    run_id: str
    step: int
    settled: bool
    progress: Progress
    answers: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerWeights:
    """W (in, out) and b (out,) of one Dense, b None where it has no bias."""

    id: str
    W: Floats
    b: Floats | None


@dataclass(frozen=True)
class WeightsAnswer:
    layers: tuple[LayerWeights, ...]


@dataclass(frozen=True)
class CurveAnswer:
    """Losses by epoch (points,), thinned for drawing; `validation` is NaN where there is none.

    `penalty` is what regularisers added to the training loss, 0 without them.
    `batch_epochs` and `batch_losses` are single batches at fractional epochs, empty when an epoch is one batch.
    """

    epochs: Floats
    train: Floats
    validation: Floats
    batch_epochs: Floats
    batch_losses: Floats
    penalty: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class BoundaryAnswer:
    """Outputs on a grid (size, size, outputs), row 0 at the lowest y; `extent` x0, x1, y0, y1 in the data's units.

    Every feature but the two on the axes stands at its mean. `negative` is the target of "not this class", 0 or −1;
    `threshold` is where the second of two classes begins if that was chosen: then its output is the only one.
    """

    values: Floats
    extent: tuple[float, float, float, float]
    classes: tuple[str, ...]
    negative: float = 0.0
    threshold: float | None = None


@dataclass(frozen=True)
class ConfusionAnswer:
    """counts (classes, classes), [actual, predicted]."""

    counts: NDArray[np.int64]
    classes: tuple[str, ...]
    part: Part


@dataclass(frozen=True)
class FitAnswer:
    """Actual and predicted values (rows,) of a numeric target, in the data's units."""

    actual: Floats
    predicted: Floats
    part: Part
    inputs: Floats  # (rows,) the only feature where there is one, else empty
    rows: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # indices into the encoded data


@dataclass(frozen=True)
class PredictionsAnswer:
    """k rows: `rows` (k,) row numbers from 1 in the table, `inputs` (k, features) in the data's units.

    `outputs` (k, outputs) as the network gives them; `right` (k,) None for numeric targets; `total` rows in the part.
    """

    rows: NDArray[np.int64]
    inputs: Floats
    targets: tuple[str, ...]
    outputs: Floats
    predicted: tuple[str, ...]
    right: NDArray[np.bool_] | None
    total: int
    part: Part


@dataclass(frozen=True)
class ActivationsAnswer:
    """One input's way through: `inputs` (features,) as the network sees them, then (layer id, a (units,)) in order."""

    inputs: Floats
    layers: tuple[tuple[str, Floats], ...]
    outputs: Floats
    predicted: str


@dataclass(frozen=True)
class MetricsAnswer:
    """(key of METRICS, value) of the training and the validation rows; empty where a part has none."""

    train: tuple[tuple[str, float], ...]
    validation: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class RankingAnswer:
    """The rows of a part by their scores, None where the network's outputs are no numbers.

    `pr` is (recall, precision) and `roc` (false alarms / negatives, hits / positives), thinned for drawing.
    """

    ranked: Ranked | None
    classes: tuple[str, ...]
    part: Part
    pr: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
    roc: tuple[Floats, Floats] = (np.empty(0), np.empty(0))
    pr_area: float = math.nan
    roc_area: float = math.nan


@dataclass(frozen=True)
class NormsAnswer:
    """(layer id, γ (units,), β (units,)) of every batch norm, in order."""

    layers: tuple[tuple[str, Floats, Floats], ...]


@dataclass(frozen=True)
class TestAnswer:
    """The sealed test part: `rows` of it, the data loss, (key of METRICS, value), and the confusion matrix of classes.

    `predicted` and `actual` (rows,) are of a numeric target, in the data's units, empty for classes; `step` is where
    the run stood.
    """

    __test__ = False  # no test of pytest's

    rows: int
    step: int
    loss: float
    metrics: tuple[tuple[str, float], ...]
    confusion: ConfusionAnswer | None
    actual: Floats = field(default_factory=lambda: np.empty(0))
    predicted: Floats = field(default_factory=lambda: np.empty(0))
