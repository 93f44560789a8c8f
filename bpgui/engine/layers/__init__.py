"""LAYERS: one file a kind."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.engine.layers.activation import Activation
from bpgui.engine.layers.base import Layer
from bpgui.engine.layers.dense import Dense


@dataclass(frozen=True)
class LayerEntry:
    """One entry of LAYERS; the key is the one in the project file."""

    name: str
    label: str
    formula: str
    help: str


LAYERS: dict[str, LayerEntry] = {
    entry.name: entry
    for entry in (
        LayerEntry("dense", "Dense", "z = x W + b", "Connects every input to every neuron, by a weight each."),
        LayerEntry("activation", "Activation", "a = f(z)", "Bends the numbers: without it, layers add up to one."),
    )
}

__all__ = ["LAYERS", "Activation", "Dense", "Layer", "LayerEntry"]
