"""Spots: what a person points at in the window, and the numbers of a trace that it means."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.engine.explain import (
    Delta,
    Gradient,
    Loss,
    LossTerm,
    Mask,
    Moment,
    NewParameter,
    Output,
    Parameter,
    Reference,
    RowLoss,
    Share,
    Slope,
    Statistic,
    Target,
    Update,
    Weight,
    numbers_at,
)
from bpgui.engine.trace import BACKWARD, FORWARD, INPUT, LOSS, UPDATE, Station, StepTrace
from bpgui.runs.explaining import ParameterAt


@dataclass(frozen=True)
class Edge:
    """A weight of the layer with that id, from a neuron of the layer before; counted from 0."""

    layer: str
    source: int
    unit: int


@dataclass(frozen=True)
class Bias:
    layer: str
    unit: int


@dataclass(frozen=True)
class Neuron:
    """`layer` is empty for the network's input."""

    layer: str
    unit: int


@dataclass(frozen=True)
class LossBlock:
    """The loss."""


@dataclass(frozen=True)
class CurvePoint:
    """The losses of a finished epoch, as the curve has them."""

    epoch: float


@dataclass(frozen=True)
class MetricCell:
    """A metric by its key in METRICS, of the rows of "train" or "validation"."""

    name: str
    part: str


Spot = Edge | Bias | Neuron | LossBlock | CurvePoint | MetricCell


def spot_at(parameter: ParameterAt) -> Spot:
    """Where a parameter is in the picture of the network."""
    if parameter.name == "W":
        return Edge(parameter.layer, *parameter.index)
    kind = Bias if parameter.name == "b" else Neuron
    return kind(parameter.layer, *parameter.index)


def parameter_at(spot: Spot | None) -> ParameterAt | None:
    """The weight or bias of a spot, None where it is none."""
    match spot:
        case Edge(layer, source, unit):
            return ParameterAt(layer, "W", (source, unit))
        case Bias(layer, unit):
            return ParameterAt(layer, "b", (unit,))
    return None


def references_of(trace: StepTrace, spot: Spot, row: int | None) -> tuple[Reference, ...]:
    """The numbers that belong to a spot. Raises KeyError or IndexError where the network has no such thing."""
    match spot:
        case Edge(layer, source, unit):
            return _of_parameter(trace, Parameter(_with(trace, layer, "W"), "W", (source, unit)), row)
        case Bias(layer, unit):
            return _of_parameter(trace, Parameter(_with(trace, layer, "b"), "b", (unit,)), row)
        case Neuron(layer, unit):
            return tuple(_of_neuron(trace, layer, unit, row))
        case LossBlock():
            return numbers_at(trace, Station(LOSS, None), row)
    return ()


def _with(trace: StepTrace, layer: str, name: str) -> int:
    """The position of that layer's array of parameters."""
    held = {slot.layer for slot in trace.slots if slot.name == name}
    return next(p for p in trace.positions(layer) if p in held)


def _of_parameter(trace: StepTrace, parameter: Parameter, row: int | None) -> tuple[Reference, ...]:
    several = row is not None and len(trace.rows) > 1
    share: tuple[Reference, ...] = (Share(parameter, row),) if several and row is not None else ()
    plain: tuple[Reference, ...] = () if trace.optimizer == "sgd" else (Update(parameter, plain=True),)
    return (*share, Gradient(parameter), Update(parameter), *plain, NewParameter(parameter))


def _of_neuron(trace: StepTrace, layer: str, unit: int, row: int | None) -> list[Reference]:
    if not layer:
        return [Output(INPUT, row, unit)]
    places = trace.positions(layer)
    found: list[Reference] = [Output(p, row, unit) for p in reversed(places)]
    found += [Delta(p, row, unit) for p in reversed(places) if trace.layers[p].delta is not None]
    for slot in trace.slots:
        if slot.layer in places and slot.name != "W":
            found.append(Gradient(Parameter(slot.layer, slot.name, (unit,))))
    return found


def spot_of(trace: StepTrace, asked: Reference | None) -> Spot | None:
    """Where a number belongs in the picture of the network."""
    match asked:
        case Gradient(parameter) | Share(parameter) | Update(parameter) | Moment(parameter) | NewParameter(parameter):
            return spot_of(trace, parameter)
        case Parameter(p, "W", (source, unit)):
            return Edge(trace.layers[p].id, source, unit)
        case Parameter(p, _, (unit,)):
            return Neuron(trace.layers[p].id, unit)
        case Output(p, _, unit) | Delta(p, _, unit) | Slope(p, _, unit) | Mask(p, _, unit):
            return Neuron("" if p == INPUT else trace.layers[p].id, unit)
        case Statistic(p, _, unit):
            return Neuron(trace.layers[p].id, unit)
        case Loss() | RowLoss() | LossTerm() | Target() | Weight():
            return LossBlock()
    return None


def station_for(trace: StepTrace, spot: Spot, now: Station | None) -> Station | None:
    """The station at which the picture shows what was asked for, in the present phase where that has one."""
    phase = now.phase if now is not None else ""
    match spot:
        case Edge(layer):
            p = _with(trace, layer, "W")
            return Station(UPDATE if phase == UPDATE else BACKWARD, p)
        case Bias(layer):
            p = _with(trace, layer, "b")
            return Station(UPDATE if phase == UPDATE else BACKWARD, p)
        case Neuron(layer):
            p = trace.positions(layer)[-1] if layer else INPUT
            back = Station(BACKWARD, p)
            return back if phase == BACKWARD and back in trace.stations else Station(FORWARD, p)
        case LossBlock():
            return Station(LOSS, None)
    return None
