"""Numbers of a run that lessons ask for by name, as a probe: only those that the present step needs are worked out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpgui.engine.vitals import norm
from bpgui.runs.driver import Driver
from bpgui.runs.layer_numbers import places

FIRST_ROWS = 4
Numbers = dict[str, float]


def _losses(driver: Driver) -> Numbers:
    """Of the epochs so far: (epoch, training, validation, penalty) each."""
    epochs = driver.history.epochs.view()
    if not len(epochs):
        return {}
    judged = epochs[:, 2] if len(driver.data.validation) else epochs[:, 1]
    found = {"first_loss": float(epochs[0, 1])}
    if np.isfinite(judged).any():
        best = int(np.nanargmin(np.where(np.isfinite(judged), judged, np.nan)))
        found["best_epoch"] = float(epochs[best, 0])
        if len(driver.data.validation):
            found["best_val_loss"] = float(judged[best])
    return found


def _outputs(driver: Driver) -> Numbers:
    """Of the first training rows: no other part is looked at."""
    rows = np.asarray(driver.data.train[:FIRST_ROWS])
    if not len(rows):
        return {}
    outputs = driver.training.network.predict(driver.data.x[rows])[:, 0]
    return {f"output_{k}": float(value) for k, value in enumerate(outputs, start=1)}


def _gradients(driver: Driver) -> Numbers:
    every = places(driver)
    if not driver.stepped or not every:
        return {}
    flat = driver.training.network.gradients
    return {
        "gradient_norm": norm(flat),
        "first_gradient": norm(flat[every[0].W]),
        "last_gradient": norm(flat[every[-1].W]),
    }


def _weights(driver: Driver) -> Numbers:
    parts = [driver.parameters[place.W] for place in places(driver)]
    if not parts:
        return {}
    weights = np.concatenate(parts)
    return {"weight_norm": norm(weights), "largest_weight": float(np.abs(weights).max())}


# Which names each gives.
GROUPS: dict[Callable[[Driver], Numbers], frozenset[str]] = {
    _losses: frozenset({"first_loss", "best_val_loss", "best_epoch"}),
    _outputs: frozenset(f"output_{k}" for k in range(1, FIRST_ROWS + 1)),
    _gradients: frozenset({"gradient_norm", "first_gradient", "last_gradient"}),
    _weights: frozenset({"weight_norm", "largest_weight"}),
}
NAMES = frozenset().union(*GROUPS.values())


@dataclass(frozen=True)
class LessonNumbers:
    """Those of NAMES that are `wanted`, as far as there are such numbers."""

    wanted: frozenset[str]

    def __call__(self, driver: Driver) -> Numbers:
        found: Numbers = {}
        for give, names in GROUPS.items():
            if names & self.wanted:
                found |= give(driver)
        return {name: value for name, value in found.items() if not math.isnan(value)}
