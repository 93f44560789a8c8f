"""What every explanation has at hand: the trace, the words, and a way to explain the next number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.explain.node import Node, Term, later
from bpgui.engine.explain.references import Parameter, Reference
from bpgui.engine.explain.words import Words
from bpgui.engine.trace import INPUT, StepTrace

Tell = Callable[[Reference], Node]


class Context:
    """`tell` explains a reference; numbers come as Python floats, whatever the run's precision."""

    def __init__(self, trace: StepTrace, words: Words, tell: Tell) -> None:
        self.trace, self.words, self.tell = trace, words, tell
        self._starts = [slot.part.start for slot in trace.slots]

    def branch(self, value: float, reference: Reference) -> Term:
        """A branch to a number that the engine has."""
        return later(value, lambda: self.tell(reference))

    def outs(self, layer: int) -> Array:
        """(rows, units) of that position; of INPUT the inputs."""
        return self.trace.inputs if layer == INPUT else self.trace.layers[layer].out

    def delta(self, layer: int) -> Array:
        """(rows, units). Raises ValueError where the backward pass does not come by."""
        found = self.trace.layers[layer].delta
        if found is None:
            raise ValueError("the backward pass begins in front of this layer")
        return found

    def number(self, flat: Array, parameter: Parameter) -> float:
        """That parameter's place in a flat vector."""
        array = self.trace.array(flat, parameter.layer, parameter.name)
        return float(array[parameter.index])

    def frozen(self, parameter: Parameter) -> bool:
        return self.trace.slot(parameter.layer, parameter.name).frozen

    def parameter_at(self, place: int) -> Parameter:
        """The parameter at a place of the flat vectors."""
        slot = self.trace.slots[bisect_right(self._starts, place) - 1]
        index = np.unravel_index(place - slot.part.start, slot.shape)
        return Parameter(slot.layer, slot.name, tuple(int(i) for i in index))

    def letter(self, layer: int) -> str:
        """What a layer's output is called in formulas: x of the input, z of a Dense, a of all others."""
        if layer == INPUT:
            return "x"
        return "z" if self.trace.layers[layer].kind == "dense" else "a"

    def symbol(self, layer: int, unit: int) -> str:
        return f"{self.letter(layer)}({unit + 1})"
