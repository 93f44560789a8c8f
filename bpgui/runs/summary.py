"""What a run came to, in figures: the command line's lines and the runs' list."""

from __future__ import annotations

import math
from typing import Any

from bpgui.data.encoding import Dataset
from bpgui.engine.activations import Array
from bpgui.engine.metrics import METRICS
from bpgui.runs.driver import Driver
from bpgui.runs.receipt import weights_sha256


def finite(value: float | None) -> float | None:
    """For JSON, which has no NaN."""
    return None if value is None or not math.isfinite(value) else value


def clean(outputs: Array) -> list[Any]:
    """Outputs (rows, outputs) for JSON: a flat list where there is one output."""
    rows = outputs[:, 0] if outputs.shape[1] == 1 else outputs
    return [[finite(float(v)) for v in r] if getattr(r, "ndim", 0) else finite(float(r)) for r in rows]


def part_metrics(driver: Driver, part: str) -> dict[str, float | None]:
    """Metrics of one part by name; for numbers in the data's own units. Empty where the part has no rows."""
    data, rows = driver.data, driver.data.part(part)
    if not len(rows):
        return {}
    y, a = _in_units(data, data.y[rows]), _in_units(data, driver.training.network.predict(data.x[rows]))
    task = "number" if data.target_kind == "number" else "classes"
    return {m.name: finite(m.compute(y, a)) for m in METRICS.values() if m.task == task}


def _in_units(data: Dataset, outputs: Array) -> Array:
    values = data.encoder.decode(outputs).values if data.target_kind == "number" else None
    return outputs if values is None else values[:, None]


def done(driver: Driver, seconds: float, *, test: bool = False) -> dict[str, Any]:
    """The `done` line: losses re-evaluated at the end, metrics of validation (of training where there is none)."""
    train, validation = driver.final_losses()
    data = driver.data
    line: dict[str, Any] = {
        "done": True,
        "stop_reason": driver.stop_reason,
        "epochs": driver.training.epoch,
        "train_loss": finite(train),
        "val_loss": finite(validation),
        "metrics": part_metrics(driver, "validation" if len(data.validation) else "train"),
    }
    if test:
        line["test_metrics"] = part_metrics(driver, "test")
    if small(data):
        line["outputs"] = clean(driver.training.network.predict(data.x))
    line["seconds"] = seconds
    line["steps_per_second"] = driver.step_count / seconds if seconds > 0 else None
    line["weights_sha256"] = weights_sha256(driver.parameters)
    return line


def small(data: Dataset) -> bool:
    """Whether the outputs of every row are worth printing."""
    return len(data.x) <= 16
