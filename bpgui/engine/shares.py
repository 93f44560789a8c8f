"""What each row of a traced batch adds to the loss and to the gradient, and which rows pull against each other.

A row's gradient is, in each Dense, the outer product of its inputs and its delta. So the inner product of two rows'
gradients is Σ over the layers (xₙ · xₘ)(δₙ · δₘ) (Goodfellow 2015, "Efficient per-example gradient computations"), and
no row's gradient has to be formed. Frozen arrays take no part. With batch norm rows are coupled: a row's share is then
what its own term in the sums is, with the other rows as they are in this batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows
from bpgui.engine.explain.references import Parameter
from bpgui.engine.trace import StepTrace

MOST_PAIRED = 512  # rows of which all pairs are looked at: the matrix takes their square

COUPLED = (
    "Batch norm couples the rows: a row's share is its own term in the gradient, with the other rows as they are in "
    "this batch."
)


@dataclass(frozen=True)
class Pair:
    """Two rows of the batch; `cosine` of the angle between their gradients, −1 where they pull in opposite ways."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True)
class RowShares:
    """All (rows,), in the batch's order, of the data loss and its gradient.

    `losses` what the loss of each row alone would be, `parts` what each adds to the batch's: they sum to it.
    `norms` ‖gₙ‖ of what it adds to the gradient; `pulls` gₙ · g / ‖g‖², signed: they sum to 1, and who is below 0
    pulls against the batch. `paired` are the rows, at most MOST_PAIRED and those with the largest norms, of which
    `cosines` (paired, paired) are known, NaN for a row without a gradient. `note` is said with batch norm.
    """

    losses: Array
    parts: Array
    norms: Array
    pulls: Array
    paired: Rows
    cosines: Array
    note: str = ""

    @cached_property
    def norm_shares(self) -> Array:
        """‖gₙ‖ / Σ ‖gₘ‖, zeros where there is no gradient."""
        whole = float(self.norms.sum())
        return self.norms / whole if whole > 0.0 else np.zeros_like(self.norms)

    def largest(self, most: int = 10) -> Rows:
        """The rows with the largest gradients, largest first."""
        return np.argsort(-self.norms, kind="stable")[:most]

    def opposed(self, most: int = 10) -> tuple[Pair, ...]:
        """The pairs whose gradients point apart the most, below a right angle only."""
        upper = np.triu_indices(len(self.paired), 1)
        cosines = np.nan_to_num(self.cosines[upper], nan=1.0)
        # Of a hundred thousand pairs only those that may come first are put in order.
        last = np.partition(cosines, most - 1)[most - 1] if len(cosines) > most else 1.0
        first = np.flatnonzero(cosines <= last)
        order = first[np.argsort(cosines[first], kind="stable")][:most]
        return tuple(
            Pair(int(self.paired[upper[0][k]]), int(self.paired[upper[1][k]]), float(cosines[k]))
            for k in order if cosines[k] < 0.0
        )  # fmt: skip


def row_shares(trace: StepTrace) -> RowShares:
    """Of every row of the batch; in float64."""
    count = len(trace.rows)
    pairs = list(_factors(trace))
    squares, along = np.zeros(count), np.zeros(count)
    for x, delta in pairs:
        squares += np.einsum("ni,ni->n", x, x) * np.einsum("nj,nj->n", delta, delta)
        along += np.einsum("nj,nj->n", x @ (x.T @ delta), delta)  # gₙ · g, with g = Σ xₘ δₘ
    norms, whole = np.sqrt(squares), float(along.sum())
    paired = np.sort(np.argsort(-norms, kind="stable")[:MOST_PAIRED])
    losses = trace.row_losses.astype(np.float64)
    return RowShares(
        losses, losses * [trace.row_share(row) for row in range(count)], norms,
        along / whole if whole > 0.0 else np.zeros(count), paired, _cosines(pairs, paired, norms[paired]),
        COUPLED if trace.coupled else "",
    )  # fmt: skip


def _factors(trace: StepTrace) -> list[tuple[Array, Array]]:
    """(x (rows, inputs), δ (rows, units)) of every trained array, whose gradient is xᵀ δ.

    A bias, a γ or a β is like a weight from a constant 1.
    """
    found: list[tuple[Array, Array]] = []
    for slot in trace.slots:
        layer = trace.layers[slot.layer]
        if slot.frozen or layer.delta is None:
            continue
        delta, ones = layer.delta.astype(np.float64), np.ones((len(trace.rows), 1))
        if slot.name == "W":
            found.append((layer.x.astype(np.float64), delta))
        elif slot.name == "gamma":
            products = layer.normal.astype(np.float64) * delta
            found.append((ones, products))
        else:
            found.append((ones, delta))
    return found


def _cosines(pairs: list[tuple[Array, Array]], rows: Rows, norms: Array) -> Array:
    inner = np.zeros((len(rows), len(rows)))
    for x, delta in pairs:
        a, d = x[rows], delta[rows]
        inner += (a @ a.T) * (d @ d.T)
    by = np.outer(norms, norms)
    with np.errstate(all="ignore"):
        found: Array = np.clip(np.where(by > 0.0, inner / by, np.nan), -1.0, 1.0)
    return found


def weight_shares(trace: StepTrace, parameter: Parameter) -> Array:
    """(rows,) each row's signed share of one parameter's data gradient, aᵢ · δⱼ of a weight: they sum to it.

    Raises KeyError for a parameter that there is not, IndexError for a place outside.
    """
    slot, layer = trace.slot(parameter.layer, parameter.name), trace.layers[parameter.layer]
    assert layer.delta is not None
    delta = layer.delta[:, parameter.index[-1]].astype(np.float64)
    if slot.name == "W":
        return layer.x[:, parameter.index[0]].astype(np.float64) * delta
    return layer.normal[:, parameter.index[0]].astype(np.float64) * delta if slot.name == "gamma" else delta
