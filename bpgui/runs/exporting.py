"""From a run to the record that exporters take."""

from __future__ import annotations

import numpy as np

from bpgui.engine.training import TrainingState
from bpgui.project.exporters import Change, Recorded
from bpgui.runs.driver import Driver
from bpgui.runs.interventions import Intervention
from bpgui.runs.receipt import Receipt, receipt, weights_sha256
from bpgui.runs.run import Run


def recorded_run(run: Run) -> Recorded:
    """Of a run as it was last taken down. Raises ValueError for one that has not been trained."""
    if run.state is None:
        raise ValueError("the run has not been trained")
    losses = run.history.epochs.view()
    return _recorded(run.state, run.interventions, losses, run.stop_reason, run.receipt or receipt(run.spec))


def recorded_driver(driver: Driver, made_with: Receipt | None = None) -> Recorded:
    """Of a run in motion, between two steps; `made_with` where it began on another machine or version."""
    losses = driver.history.epochs.view().copy()
    made_with = made_with or receipt(driver.spec)
    return _recorded(driver.take_state(), tuple(driver.interventions), losses, driver.stop_reason, made_with)


def _recorded(
    state: TrainingState, interventions: tuple[Intervention, ...], losses: np.ndarray, stop_reason: str | None,
    made_with: Receipt,
) -> Recorded:  # fmt: skip
    changes = tuple(Change(i.step, i.field, i.value) for i in interventions)
    weights = weights_sha256(state.arrays["parameters"])
    return Recorded(state.step, state.epoch, changes, losses.copy(), stop_reason or "", weights, _words(made_with))


def _words(made: Receipt) -> str:
    return f"bpgui {made.bpgui}, numpy {made.numpy}, {made.blas}, Python {made.python}, {made.machine}"
