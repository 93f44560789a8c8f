"""What the warnings look at: the course of a run, and the project that it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.vitals import SIGNS
from bpgui.project.names import layer_name
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.health.course import Steps, Values

Floats = NDArray[np.float64]
RECENT = 0.5  # the last part of the looks, that a lasting state is judged by


@dataclass(frozen=True)
class Case:
    """`spec` as it is now; `layers` the ids of the Dense in order, and the name of the `activations` after each.

    `steps` (n,), `values` (n, layers, SIGNS), `epochs` (m, 4) as History has them, `stop_reason` of the run;
    `largest_input` is the largest |x| among the rows looked at.
    """

    spec: ProjectSpec
    layers: tuple[str, ...]
    activations: tuple[str, ...]
    steps: Steps
    values: Values
    epochs: Floats
    stop_reason: str | None
    largest_input: float

    def course(self, sign: str) -> Floats:
        """(n, layers) of one of SIGNS."""
        return self.values[:, :, SIGNS.index(sign)]

    def recent(self, sign: str) -> Floats:
        """(layers,) the median of one of SIGNS over the last looks; NaN where there is none."""
        if not len(self.steps):
            return np.full(len(self.layers), np.nan)
        last = self.course(sign)[-max(1, round(len(self.steps) * RECENT)) :]
        return np.array([float(np.median(v[~np.isnan(v)])) if not np.isnan(v).all() else np.nan for v in last.T])

    def name(self, id: str) -> str:
        return layer_name(self.spec, id)

    @cached_property
    def trained(self) -> NDArray[np.bool_]:
        """(layers,) whose weights change at all."""
        return ~np.isnan(self.course("update")).all(axis=0) if len(self.steps) else np.zeros(len(self.layers), bool)


def case_of(driver: Driver, steps: Steps, values: Values) -> Case:
    """A run with that course; between two steps."""
    looked = driver.vitals
    return Case(
        driver.present_spec, looked.layers, looked.activations, steps, values,
        driver.history.epochs.view().copy(), driver.stop_reason, looked.largest_input,
    )  # fmt: skip
