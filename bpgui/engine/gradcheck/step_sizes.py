"""How the error of a numeric slope depends on its step: too long a step bends, too short a one drowns in rounding."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.gradcheck.checking import Look
from bpgui.engine.gradcheck.results import CENTRAL, COMPLEX, CheckOptions
from bpgui.engine.training import Training

STEPS = tuple(10.0 ** (half / 2) for half in range(-24, 1))  # 1e-12 … 1
SAMPLE = 48  # parameters in all, about


@dataclass(frozen=True)
class StepErrors:
    """At each of `steps` (n,) the largest |slope − gradient| over the `checked` parameters, by the largest gradient.

    `central` and `complex` (n,) are of both methods, without the parameters that lie at a kink at that step: NaN where
    all do. `kinks` (n,) counts these for central differences. `step` is the run's next one.
    """

    step: int
    steps: Array
    central: Array
    complex: Array
    kinks: Array
    checked: int


def step_errors(training: Training, options: CheckOptions | None = None) -> Generator[float, None, StepErrors]:
    """A few parameters, drawn by the options' seed, checked at every step of STEPS.

    A generator as `check_gradient` is: all is copied at its first `next`; it yields the share done.
    """
    asked = options or CheckOptions()
    with np.errstate(all="ignore"):
        looks = {
            method: Look(training, replace(asked, method=method, epsilon=None, limit=SAMPLE))
            for method in (CENTRAL, COMPLEX)
        }
    found = {method: np.full(len(STEPS), np.nan) for method in looks}
    kinks = np.zeros(len(STEPS), np.int64)
    done = 0
    for number, step in enumerate(STEPS):
        for method, look in looks.items():
            with np.errstate(all="ignore"):
                found[method][number], crossed = _error(look, step)
            if method == CENTRAL:
                kinks[number] = crossed
            done += 1
            yield done / (len(STEPS) * len(looks))
    look = looks[CENTRAL]
    return StepErrors(look.step, np.array(STEPS), found[CENTRAL], found[COMPLEX], kinks, look.wanted)


def _error(look: Look, step: float) -> tuple[float, int]:
    """The largest error at a step by the largest gradient, and how many parameters lie at a kink."""
    worst, largest, crossed = -np.inf, 0.0, 0
    measure = look.slopes.central if look.options.method == CENTRAL else look.slopes.complex_step
    for slot, places in look.work():
        gradient = look.analytic[slot.part][places]
        slopes, kinks = measure(slot, places, step)
        largest = max(largest, float(np.abs(gradient).max(initial=0.0)))
        worst = max(worst, float(np.abs(slopes - gradient)[~kinks].max(initial=-np.inf)))
        crossed += int(np.count_nonzero(kinks))
    return (worst / largest if worst >= 0.0 and largest > 0.0 else np.nan), crossed
