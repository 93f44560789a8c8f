"""What came of applying a network to new rows: counts, rows left out and why, and how right it is where that is known.

Also what is needed of a run to apply its network elsewhere than in the thread that trains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.row_hashes import Hashes, row_hashes
from bpgui.data.split import Rows
from bpgui.data.table import NumberColumn, Table
from bpgui.data.targets import Decoded, TargetEncoding
from bpgui.engine.activations import Array
from bpgui.engine.network import Network
from bpgui.project import build
from bpgui.project.spec import ProjectSpec
from bpgui.runs.applying import CHUNK, NOTHING, Applied, Progress, apply
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.scores import judged, metrics_for


@dataclass(frozen=True, eq=False)
class Weights:
    """Copies of what a run had learnt at step `step`, after `epoch` whole epochs, and how its outputs are read."""

    spec: ProjectSpec
    data: Dataset
    parameters: Array
    running: Array
    step: int
    epoch: int

    def network(self) -> Network:
        """A network of its own with these weights."""
        made = build.network(self.spec, self.data.features, self.data.outputs)
        made.parameters[...] = self.parameters
        made.running[...] = self.running
        return made


def weights_of(driver: Driver) -> Weights:
    """Between two steps."""
    network = driver.training.network
    return Weights(
        driver.spec, driver.data, network.parameters.copy(), network.running.copy(),
        driver.step_count, driver.training.epoch,
    )  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """How right the predictions are, by the file's own target.

    `rows` have a prediction and a known target; `metrics` are (name, value) of them, empty where `refused` says why.
    """

    rows: int
    metrics: tuple[tuple[str, float], ...] = ()
    refused: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """`counts` of each target, (classes,) rows taken for each, or lowest, mean and highest number; `left` rows without.

    `gaps`: (column, rows that miss a value there that is needed); `right` (rows,) 1, 0, or -1 where not known.
    """

    applied: Applied
    counts: tuple[NDArray[Any], ...]
    left: int
    gaps: tuple[tuple[str, int], ...]
    too_large: int
    judgement: Judgement | None = None
    right: NDArray[np.int8] | None = None


def outcome_of(
    weights: Weights, table: Table, taken: Mapping[str, str] = NOTHING, progress: Progress = lambda share: None
) -> Outcome:
    """Apply the weights to a table and look at what came of it. Raises DataError; see `applying.apply`."""
    with quiet_numerics():
        applied = apply(weights.network(), weights.data, table, taken, progress)
        gaps, too_large = _gaps(applied)
        progress(1.0)
        each = zip(applied.encoder.target.each, applied.decoded.each, strict=True)
        counts = tuple(_counted(target, decoded) for target, decoded in each)
        left = len(applied.places) - int(applied.usable.sum())
        if not set(applied.encoder.target.names) <= set(applied.seen.names):
            return Outcome(applied, counts, left, gaps, too_large)
        judgement = _judgement(applied, weights.data, progress)
        right = None if applied.encoder.target.numeric or judgement.refused else _right(applied)
        return Outcome(applied, counts, left, gaps, too_large, judgement, right)


def _gaps(applied: Applied) -> tuple[tuple[tuple[str, int], ...], int]:
    seen, rows = applied.seen, np.arange(applied.seen.rows)
    found, whole = [], np.ones(seen.rows, dtype=np.bool_)
    for column in applied.encoder.inputs:
        if not column.fills:
            missing = column.missing(seen.column(column.name), rows)
            whole &= ~missing
            if missing.any():
                found.append((column.name, int(missing.sum())))
    return tuple(found), int((whole & ~applied.usable).sum())


def why_not(applied: Applied, row: int) -> str:
    """Why a row has no prediction; "" where it has one."""
    if applied.usable[row]:
        return ""
    rows = np.array([row])
    inputs = applied.encoder.inputs
    gone = [c.name for c in inputs if not c.fills and c.missing(applied.seen.column(c.name), rows).any()]
    if not gone:
        return "A value is too large for the network's numbers."
    return f"No value in {', '.join(gone[:5])}{' and others' if len(gone) > 5 else ''}."


def _counted(target: TargetEncoding, decoded: Decoded) -> NDArray[Any]:
    if decoded.codes is None:
        values = decoded.values
        assert values is not None
        return np.array((values.min(), values.mean(), values.max()) if len(values) else ())
    return np.bincount(decoded.codes[decoded.codes >= 0], minlength=len(target.classes))


# ---- where the file knows the answers


def _judgement(applied: Applied, data: Dataset, progress: Progress) -> Judgement:
    """Metrics as those of a part. A file of the project's own rows is no test, and may hold the sealed part."""
    rows = np.flatnonzero(applied.usable)
    try:
        y = applied.encoder.targets_of(applied.seen, rows).astype(data.y.dtype)
    except DataError as error:
        return Judgement(0, refused=f"No score: {error}")
    known = np.isfinite(y).all(axis=1)
    if not known.any():
        return Judgement(0, refused="No score: no row has a prediction and a target that training knew.")
    if _are_own_rows(applied, data, rows[known], y[known], progress):
        sentence = "No score: all of these rows are in the project's own data, so this is no test. See Output, metrics."
        return Judgement(int(known.sum()), refused=sentence)
    if data.target_kind == "labels":
        right = _right(applied)
        return Judgement(int(known.sum()), (("accuracy", float(np.mean(right[right >= 0]))),))
    given = judged(data, y[known], applied.outputs[known])
    metrics = tuple((name, metric.compute(*given)) for name, metric in metrics_for(data).items())
    return Judgement(int(known.sum()), metrics)


def _are_own_rows(applied: Applied, data: Dataset, rows: Rows, y: Array, progress: Progress) -> bool:
    """Whether each of the rows stands among those of the project, as often as it stands here."""
    if len(rows) > len(data.x):
        return False
    own, times = np.unique(np.concatenate([_hashes(*each, progress) for each in _chunks(data)]), return_counts=True)
    found = []
    for start in range(0, len(rows), CHUNK):
        some = slice(start, start + CHUNK)
        x = applied.encoder.features_of(applied.seen, rows[some], data.x.dtype.name)
        found.append(_hashes(x, y[some], progress))
        places = np.minimum(np.searchsorted(own, found[-1]), len(own) - 1)
        if (own[places] != found[-1]).any():
            return False
    values, counts = np.unique(np.concatenate(found), return_counts=True)
    return bool((counts <= times[np.searchsorted(own, values)]).all())


def _chunks(data: Dataset) -> list[tuple[Array, Array]]:
    places = range(0, len(data.x), CHUNK)
    return [(data.x[start : start + CHUNK], data.y[start : start + CHUNK]) for start in places]


def _hashes(x: Array, y: Array, progress: Progress) -> Hashes:
    progress(1.0)
    columns = (NumberColumn("x", x), NumberColumn("y", y))
    return row_hashes(columns, np.arange(len(x)))


def _right(applied: Applied) -> NDArray[np.int8]:
    """(rows,) 1 where every target is predicted rightly, 0 where not, -1 where that is not known."""
    result = np.full(applied.seen.rows, -1, dtype=np.int8)
    rows = np.flatnonzero(applied.usable)
    good, known = np.ones(len(rows), dtype=np.bool_), np.ones(len(rows), dtype=np.bool_)
    for target, decoded in zip(applied.encoder.target.each, applied.decoded.each, strict=True):
        actual = target.codes(applied.seen.column(target.name), rows)
        assert decoded.codes is not None
        good &= actual == decoded.codes
        known &= (actual >= 0) & (decoded.codes >= 0)
    result[rows[known]] = good[known]
    return result
