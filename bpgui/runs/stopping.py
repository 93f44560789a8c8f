"""When a run ends, and why, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.split import Rows
from bpgui.engine.activations import Array
from bpgui.engine.metrics import METRICS
from bpgui.engine.network import EVALUATION_ROWS
from bpgui.engine.training import Training
from bpgui.project import build
from bpgui.project.names import made_name
from bpgui.project.spec import Decision
from bpgui.runs.interventions import Value
from bpgui.runs.scores import judged_part, score

if TYPE_CHECKING:
    from bpgui.runs.post_mortem import PostMortem

EPOCHS, TARGET, METRIC, PATIENCE, TIME = "epochs", "target loss", "target metric", "patience", "time"
BY_HAND, DIVERGED, FAILED = "by hand", "diverged", "failed"
RESUMABLE = (EPOCHS, TARGET, METRIC, PATIENCE, TIME, BY_HAND)

# The live fields that ended it: another value of one of them lets the run go on.
ENDED_BY: dict[str, tuple[str, ...]] = {
    TARGET: ("target_loss",), METRIC: ("target_metric", "target_value"), TIME: ("max_seconds",),
    PATIENCE: ("patience", "min_delta"),
}  # fmt: skip
# The value with which a target that was met is no longer one.
LIFTED: dict[str, tuple[str, Value]] = {TARGET: ("target_loss", None), METRIC: ("target_metric", "")}


def number(value: Value) -> float:
    """A setting that is known to be a number."""
    assert isinstance(value, (int, float))
    return value


def reason(training: Training, data: Dataset, train_loss: float, live: Mapping[str, Value]) -> str | None:
    """Why the run ends after the epoch that has just ended; None where it goes on."""
    target, metric = live["target_loss"], str(live["target_metric"] or "")
    if target is not None and train_loss <= number(target):
        return TARGET
    if metric and _reached(training, data, metric, number(live["target_value"])):
        return METRIC
    if live["patience"] and training.bad_epochs >= number(live["patience"]):
        return PATIENCE
    return EPOCHS if training.epoch >= training.epochs else None


def _reached(training: Training, data: Dataset, metric: str, value: float) -> bool:
    if METRICS[metric].task != ("number" if data.numeric else "classes"):
        return False
    # A decision about the outputs must not move a weight, as an earlier end would.
    found = score(training.network, build.decided(data, Decision()), judged_part(data), metric)
    return found >= value if METRICS[metric].higher_is_better else found <= value


def at_step(training: Training, loss: float) -> str:
    """What went wrong in a step that was not taken, and where first."""
    first = _first(training, training.network.first_non_finite(len(training.batch_rows())))
    return f"the loss became {loss} at step {training.step_count + 1}, in epoch {training.epoch + 1}{first}"


def weights_at_epoch(training: Training) -> str:
    """What went wrong with the weights, and in which layer first."""
    for layer in training.network.layers:
        if not all(np.isfinite(array).all() for array in layer.parameters()):
            return f"a weight of {made_name(training.network, layer.id)} was no longer finite after {_place(training)}"
    return f"a weight was no longer finite after {_place(training)}"


def validation_at_epoch(training: Training, x: Array, rows: Rows, loss: float) -> str:
    """What went wrong with the loss of those validation rows of x (n, features), and where first."""
    network = training.network
    for start in range(0, len(rows), EVALUATION_ROWS):
        for layer, out in network.activations(x[rows[start : start + EVALUATION_ROWS]]):
            if not np.isfinite(out).all():
                return f"the validation loss became {loss} after {_place(training)}{_first(training, layer)}"
    return f"the validation loss became {loss} after {_place(training)}{_first(training, None)}"


def _place(training: Training) -> str:
    return f"epoch {training.epoch} (step {training.step_count})"


def _first(training: Training, layer: str | None) -> str:
    if layer is None:
        return "; every layer's numbers were finite, but too large for the loss"
    return f"; the first numbers to go were those of {made_name(training.network, layer)}"


def divergence(found: PostMortem, restored: bool) -> str:
    """The sentences that a diverged run ends with."""
    kept = "the last finite weights were put back" if restored else "the weights before it are kept"
    first = f"{found.summary()}; {kept}."
    return " ".join(filter(None, (first, found.details(), found.advice())))
