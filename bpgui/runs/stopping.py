"""When a run ends, and why."""

from __future__ import annotations

from collections.abc import Mapping

from bpgui.data.encoding import Dataset
from bpgui.engine.metrics import METRICS
from bpgui.engine.training import Training
from bpgui.project import build
from bpgui.project.spec import Decision
from bpgui.runs.interventions import Value
from bpgui.runs.scores import judged_part, score

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
