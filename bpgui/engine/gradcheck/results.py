"""What a gradient check is asked, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.engine.explain.references import Parameter
from bpgui.engine.gradcheck.bugs import Planted

COMPLEX, CENTRAL = METHODS = ("complex", "central")
STEPS = {COMPLEX: 1e-30, CENTRAL: 1e-5}
# An error above this is one: rounding alone stays far below, see `relative_error`.
BOUNDS = {COMPLEX: 1e-8, CENTRAL: 1e-4}
LIMIT = 5_000


@dataclass(frozen=True)
class CheckOptions:
    """`method`: the complex step, Im L(w + ih) / h, which has no cancellation (Squire and Trapp 1998), or central
    differences, (L(w + ε) − L(w − ε)) / 2ε. `epsilon` is h or ε, None the method's own of STEPS. At most about `limit`
    parameters are checked, drawn by `seed`, on the first `rows` of the batch, None: as many as take about a second.
    """

    method: str = COMPLEX
    epsilon: float | None = None
    limit: int = LIMIT
    rows: int | None = None
    seed: int = 0
    planted: Planted | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"there is no {self.method!r}; there are {' and '.join(METHODS)}")
        if not self.step > 0.0 or self.limit < 1 or (self.rows is not None and self.rows < 2):
            raise ValueError("a step above 0, at least one parameter and two rows are needed")

    @property
    def step(self) -> float:
        return STEPS[self.method] if self.epsilon is None else self.epsilon

    @property
    def bound(self) -> float:
        return BOUNDS[self.method]


@dataclass(frozen=True)
class CheckedArray:
    """One array of parameters, all in its shape: `analytic` is the backward pass's gradient, `numeric` the loss's slope
    and `error` their relative distance, both NaN where a parameter was not drawn. `kink`: the slope is that of a bend.
    """

    layer: int
    id: str
    name: str
    analytic: Array
    numeric: Array
    error: Array
    kink: NDArray[np.bool_]

    @property
    def checked(self) -> int:
        return int(np.count_nonzero(~np.isnan(self.error)))


@dataclass(frozen=True)
class Finding:
    """One parameter of the table."""

    parameter: Parameter
    id: str
    analytic: float
    numeric: float
    error: float
    kink: bool


@dataclass(frozen=True)
class GradientCheck:
    """`arrays` in the network's order. `step` is the run's next one; `rows` of the batch's `batch_rows` were looked at.

    `notes` are sentences on what was not as in the run itself.
    """

    step: int
    options: CheckOptions
    rows: int
    batch_rows: int
    arrays: tuple[CheckedArray, ...]
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(part.analytic.size for part in self.arrays)

    @property
    def checked(self) -> int:
        return sum(part.checked for part in self.arrays)

    @property
    def kinks(self) -> int:
        return sum(int(np.count_nonzero(part.kink)) for part in self.arrays)

    @cached_property
    def failures(self) -> int:
        """Parameters whose error is above the bound and no kink's."""
        return sum(int(np.count_nonzero(self._failed(part))) for part in self.arrays)

    def _failed(self, part: CheckedArray) -> NDArray[np.bool_]:
        with np.errstate(invalid="ignore"):
            found: NDArray[np.bool_] = (part.error > self.options.bound) & ~part.kink
        return found

    @property
    def passed(self) -> bool:
        return not self.failures

    @cached_property
    def worst_error(self) -> float:
        """The largest error that is no kink's; 0 where nothing was checked."""
        errors = [part.error[~part.kink & ~np.isnan(part.error)] for part in self.arrays]
        return max((float(found.max()) for found in errors if found.size), default=0.0)

    def worst(self, most: int = 20, *, kinks: bool = True) -> tuple[Finding, ...]:
        """The largest errors, largest first."""
        found: list[Finding] = []
        for part in self.arrays:
            errors = np.where(part.kink, -1.0, part.error) if not kinks else part.error
            order = np.argsort(-np.nan_to_num(errors.reshape(-1), nan=-1.0, posinf=np.inf), kind="stable")[:most]
            found += [_finding(part, int(place)) for place in order]
        found = [one for one in found if not np.isnan(one.error) and (kinks or not one.kink)]
        return tuple(sorted(found, key=lambda one: -one.error)[:most])

    @property
    def located(self) -> tuple[int, int] | None:
        """Between which layers' positions a wrong derivative lies: what is behind the second is right.

        The first is the last layer with wrong gradients; the mistake is in its own, or in how the gradient comes back
        to it. None where nothing is wrong.
        """
        wrong = [part.layer for part in self.arrays if self._failed(part).any()]
        if not wrong:
            return None
        behind = [part.layer for part in self.arrays if part.layer > wrong[-1]]
        return wrong[-1], (behind[0] if behind else -1)


def _finding(part: CheckedArray, place: int) -> Finding:
    index = tuple(int(i) for i in np.unravel_index(place, part.error.shape))
    values: tuple[Any, ...] = (part.analytic[index], part.numeric[index], part.error[index])
    analytic, numeric, error = map(float, values)
    return Finding(Parameter(part.layer, part.name, index), part.id, analytic, numeric, error, bool(part.kink[index]))


# What the error of a small derivative is a share of, as a share of its array's largest: it is a sum whose parts cancel.
_FLOORS = {COMPLEX: 1e-5, CENTRAL: 1e-3}
# An array whose largest is below the first share of the whole gradient's is zero but for rounding, and is held to that.
_VANISHED, _REST = 1e-12, 1e-4


def relative_error(
    analytic: Array, numeric: Array, largest: float, whole: float, options: CheckOptions, loss: float
) -> Array:
    """|analytic − numeric| by the larger of both and what can be resolved.

    `largest` is the largest derivative of the array, `whole` that of the network. Central differences cannot resolve
    what is below the last digit of the `loss` by ε.
    """
    floor = _FLOORS[options.method] * largest
    if largest <= _VANISHED * whole:
        floor = _REST * whole
    if options.method == CENTRAL:
        noise = 8.0 * float(np.finfo(np.float64).eps) * max(abs(loss), np.finfo(np.float64).tiny) / options.step
        floor = max(floor, noise / options.bound)
    by = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floor)
    with np.errstate(all="ignore"):
        found: Array = np.abs(analytic - numeric) / np.where(by > 0.0, by, 1.0)
    return np.where(np.isnan(found), np.inf, found)
