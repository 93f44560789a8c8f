"""The check that tries the learning rate out: a quick range test from the first weights."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from functools import partial

from bpgui.data.encoding import Dataset
from bpgui.data.table import Table
from bpgui.engine.rate_finder import RateOptions, RateSearch, find_rate, finished
from bpgui.project import build
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.checks.training import largest_rate
from bpgui.project.edits import set_training
from bpgui.project.spec import ProjectSpec, apart_from_rate

TIMES = 30.0  # a rate that is off by less is left alone
# What a test may cost, in multiply-adds: less than a frame, 10 to 15 ms. A call of a layer costs as much as so many.
MOST_WORK, CALL = 150_000_000, 60_000
_KEPT = 64
_found: OrderedDict[ProjectSpec, RateSearch] = OrderedDict()


def learning_rate_off(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A rate far from what a range test suggests. Silent where that would take too long; the spec has to be sound."""
    settings = spec.training
    data = dataset_of(spec, table)
    if data is None or settings.learning_rate > largest_rate(settings) or work(spec, data) > MOST_WORK:
        return
    found = _tried(spec, data)
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


def _tried(spec: ProjectSpec, data: Dataset) -> RateSearch:
    """The test of a project; another rate or another end asks no second one."""
    key = apart_from_rate(spec)
    found = _found.pop(key, None)
    if found is None:
        found = finished(find_rate(build.training(spec, data)))
    _found[key] = found
    while len(_found) > _KEPT:
        _found.popitem(last=False)
    return found


def _rounded(times: float) -> str:
    return f"{float(f'{times:.1g}'):,.0f}"
