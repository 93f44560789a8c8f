"""Questions about a run's next step: its trace, and the gradient check. Pure, asked between two steps.

A question is frozen and called with a `Driver`. It answers with a record, or it is a job: a generator that yields the
share done every few milliseconds and returns the record. The run stays as it is, to the bit.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from bpgui.engine.explain import Node, Parameter, Words, explain_mean_metric, explain_metric
from bpgui.engine.gradcheck import CheckOptions, GradientCheck, StepErrors, check_gradient, step_errors
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.shares import RowShares, row_shares
from bpgui.engine.trace import StepTrace
from bpgui.project.names import layer_name
from bpgui.runs.driver import Driver
from bpgui.runs.scores import judged


@dataclass(frozen=True)
class TraceAnswer:
    """The next step, how its parts are called, and the rows' shares where they were asked for."""

    trace: StepTrace
    words: Words
    shares: RowShares | None = None


@dataclass(frozen=True)
class TakeTrace:
    """The next step of the run; of the `rows` (indices into the encoded data) instead of its batch, where given.

    Raises ValueError for no rows, or a single one where batch norm couples rows.
    """

    rows: tuple[int, ...] | None = None
    shares: bool = False

    def __call__(self, driver: Driver) -> TraceAnswer:
        rows = None if self.rows is None else np.array(self.rows, np.int64)
        trace = take_trace(driver.training, rows)
        return TraceAnswer(trace, words_of(driver, trace), row_shares(trace) if self.shares else None)


@dataclass(frozen=True)
class ExplainMetric:
    """A metric of the rows of a part, "train" or "validation", with the present weights in evaluation mode: a Node.

    Of several targets of two classes it is the mean over them. Raises ValueError for the sealed test part and for one
    without rows, KeyError for a name that METRICS does not have.
    """

    name: str
    part: str = "train"

    def __call__(self, driver: Driver) -> Node:
        data = driver.data
        rows = data.part(self.part)
        if self.part == "test" or not len(rows):
            raise ValueError(f"there is no metric of the {self.part} part to explain")
        y, outputs, threshold = judged(data, data.y[rows], driver.training.network.predict(data.x[rows]))
        numbers = tuple(data.rows[rows] + 1)
        if data.target_kind == "labels":
            each = data.encoder.target.each
            names, classes = [target.name for target in each], [target.classes for target in each]
            return explain_mean_metric(self.name, y, outputs, threshold, names, classes, numbers)
        return explain_metric(self.name, y, outputs, threshold, data.classes, numbers)


@dataclass(frozen=True)
class CheckAnswer:
    """The gradient check and how layers and neurons are called."""

    check: GradientCheck
    layers: dict[str, str]


@dataclass(frozen=True)
class CheckGradient:
    """The gradient check of the next step, a job."""

    options: CheckOptions = field(default_factory=CheckOptions)

    def __call__(self, driver: Driver) -> Generator[float, None, CheckAnswer]:
        layers = layer_words(driver)
        check = yield from check_gradient(driver.training, self.options)
        return CheckAnswer(check, layers)


@dataclass(frozen=True)
class TryStepSizes:
    """How the check's errors depend on the size of its step, a job."""

    options: CheckOptions = field(default_factory=CheckOptions)

    def __call__(self, driver: Driver) -> Generator[float, None, StepErrors]:
        errors = yield from step_errors(driver.training, self.options)
        return errors


@dataclass(frozen=True)
class ParameterAt:
    """A parameter by its layer's id, which stays while layers come and go before it; `name` and `index` as those of a
    Parameter.
    """

    layer: str
    name: str
    index: tuple[int, ...]

    def found_in(self, trace: StepTrace) -> Parameter:
        """The same by its layer's position. Raises KeyError where the network has no such parameter."""
        for slot in trace.slots:
            inside = len(slot.shape) == len(self.index) and all(map(int.__lt__, self.index, slot.shape))
            if trace.layers[slot.layer].id == self.layer and slot.name == self.name and inside:
                return Parameter(slot.layer, self.name, self.index)
        raise KeyError(self)


def layer_words(driver: Driver) -> dict[str, str]:
    """ "Dense 1" by id."""
    return {layer.id: layer_name(driver.spec, layer.id) for layer in driver.spec.network.layers}


def words_of(driver: Driver, trace: StepTrace) -> Words:
    """The names of this run's layers, features, outputs, and the rows' numbers in the table."""
    data = driver.data
    rows = tuple(int(row) + 1 for row in data.rows[trace.rows])
    return Words(layer_words(driver), data.feature_names, data.output_names, rows)


def place_between(check: GradientCheck, layers: dict[str, str]) -> str:
    """In words, where a wrong derivative lies: "in Dense 1 or before Dense 2"; empty where nothing is wrong."""
    if check.located is None:
        return ""
    names = {part.layer: layers.get(part.id, part.id) for part in check.arrays}
    first, second = check.located
    return f"in {names[first]}, or between it and {names.get(second, 'the loss')}"
