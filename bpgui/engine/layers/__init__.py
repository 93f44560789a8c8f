"""LAYERS: one file a kind."""

from __future__ import annotations

from dataclasses import dataclass

from bpgui.engine.fields import Field
from bpgui.engine.layers.activation import Activation
from bpgui.engine.layers.base import Kept, Layer
from bpgui.engine.layers.batchnorm import BatchNorm
from bpgui.engine.layers.dense import Dense
from bpgui.engine.layers.dropout import Dropout


@dataclass(frozen=True)
class LayerEntry:
    """One entry of LAYERS; the key is the one in the project file. `fields` are its settings but for units and bias."""

    name: str
    label: str
    formula: str
    help: str
    fields: tuple[Field, ...] = ()


LAYERS: dict[str, LayerEntry] = {
    entry.name: entry
    for entry in (
        LayerEntry(
            "dense", "Dense", "z = x W + b", "Connects every input to every neuron, by a weight each.",
            (
                Field("freeze_weights", "Freeze weights", False, "Leave this layer's weights as they start."),
                Field("freeze_biases", "Freeze biases", False, "Leave this layer's biases as they start."),
            ),
        ),
        LayerEntry("activation", "Activation", "a = f(z)", "Bends the numbers: without it, layers add up to one."),
        LayerEntry(
            "dropout", "Dropout", "a = z · mask / (1 − rate)",
            "In training, switches off numbers at random, so that no neuron relies on another.",
            (Field("rate", "Rate", 0.2, "The share of the numbers that is switched off in each step.", 0.0, 0.99),),
        ),
        LayerEntry(
            "batchnorm", "Batch norm", "a = γ (z − μ) / √(σ² + ε) + β",
            "Brings each neuron to mean 0 and spread 1 over the batch, then scales and shifts it by learnt numbers.",
            (
                Field("momentum", "Momentum", 0.1, "How much of each batch goes into the running mean.", 0.001, 1.0),
                Field(
                    "epsilon", "ε", 1e-5, "Keeps the division from blowing up where a neuron hardly varies.",
                    1e-12, 1.0, log=True,
                ),
            ),
        ),
    )
}

__all__ = ["LAYERS", "Activation", "BatchNorm", "Dense", "Dropout", "Kept", "Layer", "LayerEntry"]
