"""The lines of a worksheet and their key: numbers of the engine's own step, worked out by the explain trees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bpgui.data.table import Table
from bpgui.engine.explain import (
    Delta,
    Gradient,
    Loss,
    LossTerm,
    NewParameter,
    Node,
    Output,
    Parameter,
    Reference,
    Slope,
    Words,
    explain,
)
from bpgui.engine.explain.stations import parameters_of
from bpgui.engine.trace import StepTrace
from bpgui.project import build
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.explaining import TakeTrace
from bpgui.runs.worksheet.paper import on_paper
from bpgui.runs.worksheet.problem import Problem, project

_ROW = 0
HIDDEN, OUTPUT = "h", "o"
_NUMBERED = re.compile(r"\(\d+(→\d+)?\)")


@dataclass(frozen=True)
class Line:
    """One number to find. `where` says in words what it is, `formula` how; `working` is that with numbers, `value` and
    `text` the engine's number, as it is and to the worksheet's decimals.
    """

    where: str
    symbol: str
    formula: str
    working: str
    value: float
    text: str


@dataclass(frozen=True)
class Section:
    """A phase of the step."""

    title: str
    told: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Worksheet:
    """The task and its key. `spec` and `table` are the same network as a project, to be opened in the window."""

    problem: Problem
    spec: ProjectSpec
    table: Table
    trace: StepTrace
    sections: tuple[Section, ...]


def make_worksheet(problem: Problem) -> Worksheet:
    """Draw the network, take the step, and explain each of its numbers."""
    spec, table = project(problem)
    driver = Driver(spec, build.dataset(spec, table))
    answer = TakeTrace((_ROW,))(driver)
    return Worksheet(problem, spec, table, answer.trace, tuple(_sections(problem, answer.trace, answer.words)))


def title_of(problem: Problem) -> str:
    return f"Backpropagation by hand, number {problem.seed}"


def text_of(problem: Problem, value: float) -> str:
    """To the decimals of the worksheet, without a minus before 0; whole numbers without zeros behind."""
    written = f"{value:.{problem.digits}f}"
    if problem.whole and "." in written:
        written = written.rstrip("0").rstrip(".")
    if not float(written):
        written = written.lstrip("-")
    return written.replace("-", "−")


def _sections(problem: Problem, trace: StepTrace, words: Words) -> Iterator[Section]:
    first, second = _places(trace)
    layers = {first: HIDDEN, second: OUTPUT}

    def lines(references: Iterator[Reference]) -> tuple[Line, ...]:
        return tuple(
            _line(problem, trace, one, explain(trace, one, words), _where(trace, one, layers)) for one in references
        )

    yield Section(
        "Forward pass", "From the inputs to the output: each neuron adds up, then bends the sum.",
        lines(_forward(trace, (first, second))),
    )  # fmt: skip
    yield Section("Loss", "How far the output is from the target.", lines(_loss(trace)))
    yield Section(
        "Backward pass", "From the loss back to the weights: δ is ∂L/∂z of a neuron.",
        lines(_backward(trace, (second, first))),
    )  # fmt: skip
    yield Section(
        "Update", f"Each weight and bias goes against its gradient: w − η ∂L/∂w with η = {problem.learning_rate:g}.",
        lines(_update(trace, (first, second))),
    )  # fmt: skip


def _places(trace: StepTrace) -> tuple[int, int]:
    first, second = (place for place, layer in enumerate(trace.layers) if layer.kind == "dense")
    return first, second


def _bent(trace: StepTrace, dense: int) -> bool:
    """Whether an activation that is not the identity follows."""
    return dense + 1 < len(trace.layers) and trace.layers[dense + 1].name not in ("", "identity")


def _units(trace: StepTrace, place: int) -> range:
    return range(trace.layers[place].out.shape[1])


def _forward(trace: StepTrace, places: tuple[int, ...]) -> Iterator[Reference]:
    for place in places:
        for unit in _units(trace, place):
            yield Output(place, _ROW, unit)
            if _bent(trace, place):
                yield Output(place + 1, _ROW, unit)


def _loss(trace: StepTrace) -> Iterator[Reference]:
    outputs = trace.targets.shape[1]
    if outputs > 1:
        yield from (LossTerm(_ROW, unit) for unit in range(outputs))
    yield Loss("data")


def _backward(trace: StepTrace, places: tuple[int, ...]) -> Iterator[Reference]:
    for place in places:
        for unit in _units(trace, place):
            if _bent(trace, place) and trace.layers[place + 1].delta is not None:
                yield Delta(place + 1, _ROW, unit)
                yield Slope(place + 1, _ROW, unit)
            yield Delta(place, _ROW, unit)
        yield from (Gradient(parameter, "data") for parameter in parameters_of(trace, place))


def _update(trace: StepTrace, places: tuple[int, ...]) -> Iterator[Reference]:
    for place in places:
        yield from (NewParameter(parameter) for parameter in parameters_of(trace, place))
    yield Loss("data", after=True)


def _line(problem: Problem, trace: StepTrace, reference: Reference, node: Node, where: str) -> Line:
    value = float(node.value)
    formula, working = on_paper(problem, trace, reference) or (node.formula, node.numbers)
    symbol = _NUMBERED.sub("", node.symbol)  # `where` says which
    return Line(where, symbol, formula.removeprefix("Σ rows: "), working, value, text_of(problem, value))


def _where(trace: StepTrace, reference: Reference, layers: dict[int, str]) -> str:
    """As in the picture: "h1", "x1 → h2"."""
    if isinstance(reference, Output | Delta | Slope):
        return _neuron(reference.layer, reference.unit, layers)
    if isinstance(reference, NewParameter):
        return _parameter(reference.parameter, layers)
    if isinstance(reference, Gradient):
        return _parameter(reference.parameter, layers)
    if isinstance(reference, LossTerm):
        return f"{OUTPUT}{reference.unit + 1}"
    return "the step" if isinstance(reference, Loss) and reference.after else "before the step"


def _neuron(layer: int, unit: int, layers: dict[int, str]) -> str:
    name = layers.get(layer) or layers[layer - 1]
    return f"{name}{unit + 1}"


def _parameter(parameter: Parameter, layers: dict[int, str]) -> str:
    to = _neuron(parameter.layer, parameter.index[-1], layers)
    if parameter.name == "b":
        return to
    source = "x" if layers[parameter.layer] == HIDDEN else HIDDEN
    return f"{source}{parameter.index[0] + 1} → {to}"
