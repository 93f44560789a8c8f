"""The rows of a step: which they are, what each adds to loss and gradient, and which pull against each other.

Of the next batch, or of rows that somebody chose, as if these were the batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bpgui.engine import metrics
from bpgui.engine.explain import symbol
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.shares import Pair, row_shares, weight_shares
from bpgui.engine.trace import StepTrace
from bpgui.runs.answers import Floats
from bpgui.runs.driver import Driver
from bpgui.runs.explaining import ParameterAt, layer_words
from bpgui.runs.probes import Unanswerable
from bpgui.runs.scores import judged

MOST = 512  # rows that are looked at
PAIRS = 50
LONELY = "Batch norm needs at least two rows: one alone has no gradient."

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class NextBatch:
    """The rows of the next step."""

    def rows(self, driver: Driver) -> Rows:
        return driver.training.batch_rows()


@dataclass(frozen=True)
class CellRows:
    """The rows of a part that are of one class and taken for another (positions of classes), as it is now."""

    part: str
    actual: int
    predicted: int

    def rows(self, driver: Driver) -> Rows:
        data, rows = driver.data, driver.data.part(self.part)
        if max(self.actual, self.predicted) >= len(data.classes):
            raise Unanswerable
        y, a, threshold = judged(data, data.y[rows], driver.training.network.predict(data.x[rows]))
        is_class, said = metrics.classes_of(y, threshold), metrics.classes_of(a, threshold)
        found: Rows = rows[(is_class == self.actual) & (said == self.predicted)]
        return found


@dataclass(frozen=True)
class ChosenRows:
    """These rows, indices into the encoded data."""

    chosen: tuple[int, ...]

    def rows(self, driver: Driver) -> Rows:
        if max(self.chosen, default=-1) >= len(driver.data.x):
            raise Unanswerable
        return np.array(self.chosen, np.int64)


Source = NextBatch | CellRows | ChosenRows


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True)
class RowsAnswer:
    """`indices` (n,) into the encoded data, `rows` (n,) their numbers in the table from 1, of `total` rows in all.

    All (n,): `targets` and `predicted` in the file's words, `losses`, `pulls` and `norm_shares` as `RowShares` has
    them, and of the `parameter` that was asked about, called `name`, the rows' shares of its data `gradient`. `step`
    is the run's next one. `pairs` pull in opposite directions, by places in `indices`. `note` is said with the numbers.
    """

    step: int
    source: Source
    indices: Rows
    rows: Rows
    total: int
    targets: tuple[str, ...] = ()
    predicted: tuple[str, ...] = ()
    losses: Floats = field(default_factory=_none)
    pulls: Floats = field(default_factory=_none)
    norm_shares: Floats = field(default_factory=_none)
    pairs: tuple[Pair, ...] = ()
    parameter: ParameterAt | None = None
    name: str = ""
    gradient: float = 0.0
    shares: Floats = field(default_factory=_none)
    note: str = ""


@dataclass(frozen=True)
class BatchRows:
    """The rows of a source, at most MOST of them, and the shares of a parameter where the network has it."""

    source: Source = field(default_factory=NextBatch)
    parameter: ParameterAt | None = None

    def __call__(self, driver: Driver) -> RowsAnswer:
        every = self.source.rows(driver)
        chosen, training = every[:MOST], driver.training
        step = training.step_count + 1
        numbers = driver.data.rows[chosen] + 1
        if not len(chosen):
            return RowsAnswer(step, self.source, chosen, numbers, 0)
        if len(chosen) < 2 and training.network.couples_rows:
            return self._without_trace(driver, step, chosen)
        whole = isinstance(self.source, NextBatch) and len(chosen) == len(every)
        trace = take_trace(training, None if whole else chosen)
        shares = row_shares(trace)
        targets, predicted = _words(driver, chosen, trace.layers[-1].out)
        parameter, name, gradient, along = self._of_parameter(driver, trace)
        return RowsAnswer(
            step, self.source, chosen, numbers, len(every), targets, predicted, shares.losses, shares.pulls,
            shares.norm_shares, shares.opposed(PAIRS), parameter, name, gradient, along, shares.note,
        )  # fmt: skip

    def _without_trace(self, driver: Driver, step: int, chosen: Rows) -> RowsAnswer:
        targets, predicted = _words(driver, chosen, driver.training.network.predict(driver.data.x[chosen]))
        nothing = np.full(len(chosen), np.nan)
        return RowsAnswer(
            step, self.source, chosen, driver.data.rows[chosen] + 1, len(chosen), targets, predicted, nothing, nothing,
            nothing, note=LONELY,
        )  # fmt: skip

    def _of_parameter(self, driver: Driver, trace: StepTrace) -> tuple[ParameterAt | None, str, float, Floats]:
        if self.parameter is None:
            return None, "", 0.0, _none()
        try:
            parameter = self.parameter.found_in(trace)
        except KeyError:
            return None, "", 0.0, _none()
        layer = layer_words(driver).get(self.parameter.layer, self.parameter.layer)
        gradient = trace.array(trace.data_gradient, parameter.layer, parameter.name)[parameter.index]
        name = f"{symbol(parameter)} in {layer}"
        return self.parameter, name, float(gradient), weight_shares(trace, parameter)


def _words(driver: Driver, rows: Rows, outputs: Floats) -> tuple[tuple[str, ...], tuple[str, ...]]:
    data = driver.data
    target = data.encoder.target.of_targets(data.y[rows])
    return target.words(), data.encoder.decode(outputs).words()
