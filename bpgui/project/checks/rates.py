"""The check that tries the learning rate out: a quick range test from the first weights.

It takes what some hundred edits' other checks take, and so can be made in small turns, once edits rest.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Generator, Iterator
from functools import partial

from bpgui.data.encoding import Dataset
from bpgui.data.table import Table
from bpgui.engine.rate_finder import RateOptions, RateSearch, find_rate
from bpgui.project import build
from bpgui.project.checks.finding import Finding, Fix, Trial, dataset_of, finished
from bpgui.project.checks.training import largest_rate
from bpgui.project.edits import set_training
from bpgui.project.spec import ProjectSpec, apart_from_rate

TIMES = 30.0  # a rate that is off by less is left alone
# What a test may cost, in multiply-adds: less than a frame, 10 to 15 ms. A call of a layer costs as much as so many.
MOST_WORK, CALL = 150_000_000, 60_000
_KEPT = 64
_found: OrderedDict[ProjectSpec, RateSearch] = OrderedDict()


def learning_rate_off(spec: ProjectSpec, table: Table) -> tuple[Finding, ...]:
    """A rate far from what a range test suggests. Silent where that would take too long; the spec has to be sound."""
    return finished(trial(spec, table))


def trial(spec: ProjectSpec, table: Table) -> Trial:
    """The same in turns of less than a millisecond or two; over at once where the answer is known."""
    data = dataset_of(spec, table)
    settings = spec.training
    if data is None or settings.learning_rate > largest_rate(settings) or work(spec, data) > MOST_WORK:
        return ()
    found = yield from _tried(spec, data)
    return tuple(_judged(spec, data, found))


def _judged(spec: ProjectSpec, data: Dataset, found: RateSearch) -> Iterator[Finding]:
    settings = spec.training
    off = found.times_off(settings.learning_rate, settings.epochs * math.ceil(len(data.train) / _batch(spec, data)))
    if found.suggestion is None or 1.0 / TIMES <= off <= TIMES:
        return
    times, what = (1.0 / off, "smaller") if off < 1.0 else (off, "larger")
    why = "All planned steps together lead hardly anywhere." if off < 1.0 else "Steps so long jump over every valley."
    yield Finding(
        "learning_rate_off",
        "warning",
        "training:learning_rate",
        f"The learning rate of {settings.learning_rate:g} is some {_rounded(times)} times {what} than a quick test of "
        f"this network suggests.",
        f"{why} From the first weights the loss falls well at rates from {found.low:.2g} to {found.high:.2g}.",
        (Fix(f"Use {found.suggestion:g}", partial(set_training, learning_rate=found.suggestion)),),
    )


def work(spec: ProjectSpec, data: Dataset) -> int:
    """About how much a test takes, in multiply-adds: forward, backward and beside it once more forward."""
    shapes = build.layer_shapes(spec, data.features, data.outputs)
    rows = _batch(spec, data)
    each_row = 4 * sum(shape.multiply_adds + 8 * shape.units for shape in shapes)
    parameters = 10 * sum(shape.parameters for shape in shapes)
    return RateOptions().steps * (rows * each_row + parameters + CALL * len(shapes)) + 20 * len(data.train)


def _batch(spec: ProjectSpec, data: Dataset) -> int:
    return max(1, min(spec.training.batch_size or len(data.train), len(data.train)))


def _tried(spec: ProjectSpec, data: Dataset) -> Generator[float, None, RateSearch]:
    """The test of a project; another rate or another end asks no second one."""
    key = apart_from_rate(spec)
    if key not in _found:
        yield 0.0  # before anything is made
        _found[key] = yield from find_rate(build.training(spec, data))
    found = _found[key]
    _found.move_to_end(key)
    while len(_found) > _KEPT:
        _found.popitem(last=False)
    return found


def _rounded(times: float) -> str:
    return f"{float(f'{times:.1g}'):,.0f}"
