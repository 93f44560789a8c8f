"""What layers, neurons and rows are called in an explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bpgui.engine.explain.references import Parameter
from bpgui.engine.trace import INPUT, StepTrace

PARAMETERS = {"W": "weight", "b": "bias", "gamma": "γ", "beta": "β"}


@dataclass(frozen=True)
class Words:
    """`layers` by id (an id says itself where it has no name), `inputs` and `outputs` by place, `rows` the number that
    each row of the batch bears in the table; where they are missing, places counted from 1.
    """

    layers: Mapping[str, str] = field(default_factory=dict)
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()
    rows: Sequence[int] = ()

    def layer(self, trace: StepTrace, position: int) -> str:
        """ "Dense 1"; its activation is "Dense 1, tanh"."""
        if position == INPUT:
            return "input"
        layer = trace.layers[position]
        name = self.layers.get(layer.id, layer.id)
        return f"{name}, {layer.name}" if layer.name else name

    def neuron(self, trace: StepTrace, position: int, unit: int) -> str:
        """ "neuron 2 of Dense 1", "input age", "output yes (Dense 2)"."""
        if position == INPUT:
            return f"input {self.inputs[unit]}" if unit < len(self.inputs) else f"input {unit + 1}"
        return f"neuron {unit + 1} of {self.layer(trace, position)}"

    def row(self, trace: StepTrace, row: int) -> str:
        return f"row {self.rows[row] if row < len(self.rows) else int(trace.rows[row]) + 1}"

    def output(self, unit: int) -> str:
        return f"output {self.outputs[unit]}" if unit < len(self.outputs) else f"output {unit + 1}"

    def parameter(self, trace: StepTrace, parameter: Parameter) -> str:
        """ "weight from input age to neuron 1 of Dense 1"."""
        kind, to = PARAMETERS[parameter.name], parameter.index[-1]
        if parameter.name == "W":
            source = self.neuron(trace, parameter.layer - 1, parameter.index[0])
            return f"{kind} from {source} to {self.neuron(trace, parameter.layer, to)}"
        return f"{kind} of {self.neuron(trace, parameter.layer, to)}"


def symbol(parameter: Parameter) -> str:
    """ "w(2→1)", "b(1)", "γ(1)": numbers counted from 1."""
    to = parameter.index[-1] + 1
    if parameter.name == "W":
        return f"w({parameter.index[0] + 1}→{to})"
    return f"{ {'b': 'b', 'gamma': 'γ', 'beta': 'β'}[parameter.name] }({to})"
