"""What there is to be seen at each station of the walk through a step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from bpgui.engine.explain.references import (
    Change,
    ClipFactor,
    Delta,
    Gradient,
    Loss,
    LossTerm,
    NewParameter,
    Output,
    Parameter,
    Reference,
    RowLoss,
    Update,
)
from bpgui.engine.trace import BACKWARD, FORWARD, INPUT, LOSS, Station, StepTrace


def numbers_at(trace: StepTrace, station: Station, row: int | None = None, most: int = 64) -> tuple[Reference, ...]:
    """The numbers of a station, at most so many, to be explained one by one; of one row of the batch, or of all.

    Forward pass: what the layer's neurons give. Loss: of the row and its outputs, or of the batch and its rows.
    Backward pass: the layer's deltas, then the gradients of its parameters. Update: each parameter's change, or at
    the end the change of the loss, predicted and actual.
    """
    return tuple(islice(_at(trace, station, row), most))


def _at(trace: StepTrace, station: Station, row: int | None) -> Iterator[Reference]:
    p = station.layer
    if station.phase == LOSS:
        yield from _of_loss(trace, row)
    elif p is None:
        yield from (Change(predicted=True), Change(), Loss("whole", after=True))
    elif station.phase == FORWARD:
        units = trace.inputs.shape[1] if p == INPUT else trace.layers[p].out.shape[1]
        yield from (Output(p, row, unit) for unit in range(units))
    elif station.phase == BACKWARD:
        yield from (Delta(p, row, unit) for unit in range(trace.layers[p].out.shape[1]))
        yield from (Gradient(parameter, "data") for parameter in parameters_of(trace, p))
    else:
        if trace.clip == "norm":
            yield ClipFactor()
        for parameter in parameters_of(trace, p):
            yield Update(parameter)
            yield NewParameter(parameter)


def _of_loss(trace: StepTrace, row: int | None) -> Iterator[Reference]:
    yield Loss("whole")
    if row is None:
        yield from (RowLoss(place) for place in range(len(trace.rows)))
    else:
        yield RowLoss(row)
        yield from (LossTerm(row, unit) for unit in range(trace.targets.shape[1]))


def parameters_of(trace: StepTrace, layer: int) -> Iterator[Parameter]:
    """Every parameter of the layer at that position, in the order of the flat vector."""
    for slot in trace.slots:
        if slot.layer == layer:
            for index in product(*(range(size) for size in slot.shape)):
                yield Parameter(layer, slot.name, index)
