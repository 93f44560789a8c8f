"""What flows through the network at a station of the walk: numbers of neurons and of one layer's edges."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.trace import BACKWARD, FORWARD, INPUT, LOSS, Station, StepTrace

TO_OUTPUT, NOWHERE, TO_INPUT = 1, 0, -1


@dataclass(frozen=True)
class Column:
    """The numbers of one layer's neurons, (units,), and the letter that they are called."""

    letter: str
    values: Array


@dataclass(frozen=True)
class Flow:
    """`columns` by the layer's id, "" for the input; `fresh` the one whose numbers come about here.

    `edges` (in, out) are those of the layer `pair`: what runs along them, their gradients, or their changes; `along`
    is the formula of it. `loss` are the losses known by now: before, and at the end after the step.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    fresh: str | None = None
    pair: str | None = None
    edges: Array | None = None
    direction: int = NOWHERE
    along: str = ""
    loss: tuple[float, ...] = ()


def flow_at(trace: StepTrace, station: Station, row: int | None) -> Flow:
    """Of one row of the batch, or of all: outputs by their mean, deltas by their sum."""
    p = station.layer
    if station.phase == FORWARD:
        assert p is not None
        return _forward(trace, p, row)
    if station.phase == LOSS:
        outputs = {id: _outputs(trace, at, row) for id, at in _last(trace, len(trace.layers) - 1).items()}
        return Flow(outputs, loss=(trace.loss + trace.penalty,), direction=TO_OUTPUT)
    if station.phase == BACKWARD:
        assert p is not None
        return _backward(trace, p, row)
    if p is None:
        return Flow(loss=(trace.loss + trace.penalty, trace.loss_after + trace.penalty_after))
    return _update(trace, p)


def _last(trace: StepTrace, upto: int) -> dict[str, int]:
    """Each layer's last position that is not after `upto`."""
    return {"": INPUT, **{trace.layers[p].id: p for p in range(upto + 1)}}


def _row(values: Array, row: int | None, *, summed: bool = False) -> Array:
    if row is not None:
        return np.asarray(values[row], np.float64)
    wide = values.astype(np.float64)
    return np.asarray(wide.sum(axis=0) if summed else wide.mean(axis=0))


def _outputs(trace: StepTrace, p: int, row: int | None) -> Column:
    if p == INPUT:
        return Column("x", _row(trace.inputs, row))
    return Column("z" if trace.layers[p].kind == "dense" else "a", _row(trace.layers[p].out, row))


def _forward(trace: StepTrace, p: int, row: int | None) -> Flow:
    columns = {id: _outputs(trace, at, row) for id, at in _last(trace, p).items()}
    if p == INPUT:
        return Flow(columns, "", direction=TO_OUTPUT)
    layer = trace.layers[p]
    if layer.kind != "dense":
        return Flow(columns, layer.id, direction=TO_OUTPUT)
    W = trace.array(trace.before, p, "W")
    along = "x · w" if p == 0 else "a · w"
    return Flow(columns, layer.id, layer.id, _row(layer.x, row)[:, None] * W, TO_OUTPUT, along)


def _backward(trace: StepTrace, p: int, row: int | None) -> Flow:
    columns: dict[str, Column] = {}
    for at in range(trace.judged, p - 1, -1):
        delta = trace.layers[at].delta
        if delta is not None:
            columns[trace.layers[at].id] = Column("δ", _row(delta, row, summed=True))
    layer, after = trace.layers[p], trace.layers[p + 1] if p + 1 < len(trace.layers) else None
    loss = (trace.loss + trace.penalty,)
    if layer.kind == "dense":
        gradients, along = trace.array(trace.data_gradient, p, "W"), "∂L/∂w"
        if row is not None and len(trace.rows) > 1:
            gradients = _row(layer.x, row)[:, None] * columns[layer.id].values
            along = "x · δ" if p == 0 else "a · δ"
        return Flow(columns, layer.id, layer.id, gradients, TO_INPUT, along, loss)
    if after is not None and after.kind == "dense":
        W = trace.array(trace.before, p + 1, "W")
        return Flow(columns, layer.id, after.id, W * columns[after.id].values, TO_INPUT, "w · δ", loss)
    return Flow(columns, layer.id, direction=TO_INPUT, loss=loss)


def _update(trace: StepTrace, p: int) -> Flow:
    names = {slot.name for slot in trace.slots if slot.layer == p}
    id = trace.layers[p].id
    shifted = "b" if "b" in names else "beta" if "beta" in names else None
    columns = {}
    if shifted is not None:
        columns[id] = Column("Δb" if shifted == "b" else "Δβ", trace.array(trace.change, p, shifted))
    edges = trace.array(trace.change, p, "W") if "W" in names else None
    return Flow(columns, id, id if edges is not None else None, edges, along="Δw" if edges is not None else "")
