"""What the warnings look at: the course of a run, and the project that it is of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.vitals import SIGNS
from bpgui.project.names import layer_name
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.health.course import Steps, Values
from bpgui.runs.health.guess import guess_for

Floats = NDArray[np.float64]
RECENT = 0.5  # the last part of the looks, that a lasting state is judged by


@dataclass(frozen=True)
class Case:
    """`spec` as it is now; `layers` the ids of the Dense in order, and the name of the `activations` after each.

    `steps` (n,), `values` (n, layers, SIGNS), `epochs` (m, 4) as History has them, `stop_reason` of the run;
    `largest_input` is the largest |x| among the rows looked at, `constant_guess` the mean loss of the best
    constant answer to the training rows, NaN where it is not known.
    """

    spec: ProjectSpec
    layers: tuple[str, ...]
    activations: tuple[str, ...]
    steps: Steps
    values: Values
    epochs: Floats
    stop_reason: str | None
    largest_input: float
    constant_guess: float = math.nan

    def course(self, sign: str) -> Floats:
        """(n, layers) of one of SIGNS."""
        return self.values[:, :, SIGNS.index(sign)]

    def recent(self, sign: str) -> Floats:
        """(layers,) the lower median of one of SIGNS over the last looks; NaN where there is none."""
        if not len(self.steps):
            return np.full(len(self.layers), np.nan)
        last = np.sort(self.course(sign)[-max(1, round(len(self.steps) * RECENT)) :], axis=0)  # NaN come last
        known = np.count_nonzero(~np.isnan(last), axis=0)
        return np.asarray(last[np.maximum(known - 1, 0) // 2, np.arange(last.shape[1])])

    def name(self, id: str) -> str:
        return layer_name(self.spec, id)

    @cached_property
    def trained(self) -> NDArray[np.bool_]:
        """(layers,) whose weights change at all."""
        return np.asarray((~np.isnan(self.course("update"))).any(axis=0))


def case_of(driver: Driver, steps: Steps, values: Values) -> Case:
    """A run with that course; between two steps."""
    looked, training = driver.vitals, driver.training
    plain = training.feed.weights is None and training.network.reduction == "mean"
    guess = guess_for(driver.data, training.network.loss.name) if plain else math.nan
    return Case(
        driver.present_spec, looked.layers, looked.activations, steps, values,
        driver.history.epochs.view().copy(), driver.stop_reason, looked.largest_input, guess,
    )  # fmt: skip
