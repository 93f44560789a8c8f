"""Probes of a run's health: what the warnings say, and the course of the vital signs with those of this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from bpgui.project.names import made_name
from bpgui.runs.driver import Driver
from bpgui.runs.health.course import Steps, Values
from bpgui.runs.stopping import DIVERGED, PATIENCE

if TYPE_CHECKING:
    from bpgui.project.checks import Finding
    from bpgui.runs.post_mortem import PostMortem

Key = tuple[int, str | None, int]


@dataclass(frozen=True)
class VerdictAnswer:
    """`findings` of HEALTH; after a divergence what led to it comes first."""

    findings: tuple[Finding, ...]
    post_mortem: PostMortem | None


@dataclass(frozen=True)
class Verdict:
    """Judged by the course alone, and only when that has grown: nothing is measured for it."""

    def __call__(self, driver: Driver) -> VerdictAnswer:
        steps, _values = driver.history.vitals.arrays()
        key = len(steps), driver.stop_reason, int(steps[-1]) if len(steps) else 0
        known = _verdicts.get(driver)
        if known is None or known[0] != key:
            _verdicts[driver] = known = key, verdict(driver)
        return known[1]


_verdicts: WeakKeyDictionary[Driver, tuple[Key, VerdictAnswer]] = WeakKeyDictionary()


def verdict(driver: Driver) -> VerdictAnswer:
    """The same of a run between two steps, worked out anew."""
    if not len(driver.history.vitals) and driver.stop_reason != DIVERGED:
        return VerdictAnswer((), None)
    # Not needed for a window to open.
    from bpgui.project.checks import Finding
    from bpgui.runs.health.case import case_of
    from bpgui.runs.health.warnings import warnings

    case = case_of(driver, *driver.history.vitals.arrays())
    found = warnings(case)
    if driver.stop_reason != DIVERGED:
        return VerdictAnswer(found, None)
    cause = driver.post_mortem
    if cause is None:  # of a file: what it says is all that is known
        return VerdictAnswer((Finding("diverged", "error", "loss", driver.stop_detail, ""), *found), None)
    return VerdictAnswer((cause.finding(case.spec), *found), cause)


@dataclass(frozen=True)
class HealthAnswer:
    """`steps` (n,) and `values` (n, layers, SIGNS) as noted down, `now` (layers, SIGNS) those of `step`.

    `layers` are the ids of the Dense, `names` what they are called, `activations` what follows each.
    """

    step: int
    layers: tuple[str, ...]
    names: tuple[str, ...]
    activations: tuple[str, ...]
    steps: Steps
    values: Values
    now: Values
    verdict: VerdictAnswer

    def with_seen(self, steps: Steps, values: Values) -> tuple[Steps, Values]:
        """The whole course: what was noted down and what was `seen` besides, in order, and this moment."""
        every = np.concatenate((self.steps, steps, [self.step]))
        parts = [part.reshape(-1, *self.now.shape) for part in (self.values, values, self.now[None])]
        order, first = np.unique(every, return_index=True)
        return order, np.concatenate(parts)[first]


@dataclass(frozen=True)
class Health:
    """The course and this moment: a look costs one to two steps."""

    def __call__(self, driver: Driver) -> HealthAnswer:
        vitals, network = driver.vitals, driver.training.network
        ended = driver.stop_reason in (DIVERGED, PATIENCE)  # other weights than those of the last step
        moved = driver.stepped and not ended
        now = vitals.measure(stepped=moved, updated=moved and driver.training.optimizer.count > 0)
        return HealthAnswer(
            driver.step_count, vitals.layers, tuple(made_name(network, id) for id in vitals.layers),
            vitals.activations, *driver.history.vitals.arrays(), now, Verdict()(driver),
        )  # fmt: skip
