"""The course of the vital signs over a run: noted down at steps that depend on nothing but the step.

So a run seen, unseen, resumed or replayed has the same course, to the bit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.vitals import SIGNS

# A look takes as long as 1.0 (64-512-256-10) to 2.1 (64-32-10) steps with all in the processor's caches; within a run
# one every 512 steps took about 1 % of the time, every 128 steps 2 to 6 %, over networks from 2-4-1 to 64-512-256-10.
EVERY = 512
MOST = 256  # moments that are kept, but for those at the start
_STEPS, _VALUES = "history.vitals.steps", "history.vitals.values"

Steps = NDArray[np.int64]
Values = NDArray[np.float64]


def spacing(step: int) -> int:
    """Steps between two looks after so many: EVERY, doubled until MOST of them reach there."""
    every = EVERY
    while step > MOST * every:
        every *= 2
    return every


def next_look(step: int) -> int:
    """The first step after this one to look at: 1, 2, 4 … EVERY, then the multiples of `spacing`."""
    if step < EVERY:
        return 1 << step.bit_length() if step else 1
    every = spacing(step + 1)
    return (step // every + 1) * every


class VitalCourse:
    """`steps` (n,) and `values` (n, layers, SIGNS): at most MOST moments and those at the start."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._values: list[Values] = []
        self._kept: tuple[Steps, Values] | None = None

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def layers(self) -> int | None:
        """How many they are of; None for an empty course."""
        return len(self._values[0]) if self._values else None

    def add(self, step: int, values: Values) -> None:
        """One more look; steps rise."""
        self._steps.append(step)
        self._values.append(values)
        self._kept = None
        every = spacing(step)
        if every > EVERY and len(self._steps) > MOST:
            stay = [i for i, at in enumerate(self._steps) if at <= EVERY or at % every == 0]
            self._steps = [self._steps[i] for i in stay]
            self._values = [self._values[i] for i in stay]

    def arrays(self) -> tuple[Steps, Values]:
        """The same arrays until another look is added: not to be written to."""
        if self._kept is None:
            steps = np.array(self._steps, np.int64)
            self._kept = steps, np.stack(self._values) if self._values else np.empty((0, 0, len(SIGNS)))
        return self._kept

    def to_arrays(self) -> dict[str, Values]:
        """For the project file; nothing of an empty course."""
        steps, values = self.arrays()
        return {_STEPS: steps.astype(np.float64), _VALUES: values.copy()} if len(steps) else {}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[np.floating]]) -> VitalCourse:
        """The reverse; raises ValueError where shapes do not fit."""
        course = VitalCourse()
        steps, values = arrays.get(_STEPS), arrays.get(_VALUES)
        if steps is None or values is None:
            return course
        fits = steps.ndim == 1 and values.ndim == 3 and values.shape[::2] == (len(steps), len(SIGNS))
        if not fits or steps.dtype.kind != "f" or values.dtype.kind != "f":
            raise ValueError(f"{_VALUES}: expected (looks, layers, {len(SIGNS)}) numbers, found {values.shape}")
        if not np.isfinite(steps).all() or not (np.diff(steps) > 0.0).all():
            raise ValueError(f"{_STEPS}: the steps are not in order")
        course._steps = [int(step) for step in steps]
        course._values = list(values.astype(np.float64))
        return course
