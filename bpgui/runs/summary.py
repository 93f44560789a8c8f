"""What a run came to, in figures: the command line's lines and the runs' list."""

from __future__ import annotations

import math
from typing import Any

from bpgui.data.encoding import Dataset
from bpgui.engine.activations import Array
from bpgui.engine.regularizers import Penalty
from bpgui.runs.driver import Driver
from bpgui.runs.receipt import weights_sha256
from bpgui.runs.scores import judged_part, scores


def finite(value: float | None) -> float | None:
    """For JSON, which has no NaN."""
    return None if value is None or not math.isfinite(value) else value


def clean(outputs: Array) -> list[Any]:
    """Outputs (rows, outputs) for JSON: a flat list where there is one output."""
    rows = outputs[:, 0] if outputs.shape[1] == 1 else outputs
    return [[finite(float(v)) for v in r] if getattr(r, "ndim", 0) else finite(float(r)) for r in rows]


def part_metrics(driver: Driver, part: str) -> dict[str, float | None]:
    """Metrics of one part by name; for numbers in the data's own units. Empty where the part has no rows."""
    return {name: finite(value) for name, value in scores(driver.training.network, driver.data, part).items()}


def done(driver: Driver, seconds: float, *, test: bool = False) -> dict[str, Any]:
    """The `done` line: losses re-evaluated at the end, metrics of validation (of training where there is none)."""
    train, validation = driver.final_losses()
    data = driver.data
    line: dict[str, Any] = {
        "done": True,
        "stop_reason": driver.stop_reason,
        "stop_detail": driver.stop_detail,
        "epochs": driver.training.epoch,
        "train_loss": finite(train),
        "val_loss": finite(validation),
        "metrics": part_metrics(driver, judged_part(data)),
    }
    if penalised(driver):
        line["penalty"] = finite(final_penalty(driver))
    if test:
        line["test_metrics"] = part_metrics(driver, "test")
    if small(data):
        line["outputs"] = clean(driver.training.network.predict(data.x))
    line["seconds"] = seconds
    line["steps_per_second"] = driver.step_count / seconds if seconds > 0 else None
    line["weights_sha256"] = weights_sha256(driver.parameters)
    return line


def penalised(driver: Driver) -> bool:
    """Whether a regulariser adds to the loss now."""
    return bool(driver.live["l1"] or driver.live["l2"])


def final_penalty(driver: Driver) -> float:
    """What regularisers add to the loss with the present weights."""
    training = driver.training
    return float(Penalty(training.network.dense).value(training.l1, training.l2).real)


def small(data: Dataset) -> bool:
    """Whether the outputs of every row are worth printing."""
    return len(data.x) <= 16
