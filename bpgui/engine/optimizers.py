"""OPTIMIZERS: every optimizer there is, by its key in the project file; how each updates stands in `update_rules`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpgui.engine.activations import Array
from bpgui.engine.fields import Field
from bpgui.engine.update_rules import Adagrad, Adam, AdamW, Make, Momentum, Nesterov, Optimizer, RmsProp, Sgd


@dataclass(frozen=True)
class OptimizerEntry:
    """One entry of OPTIMIZERS. `fields` name the settings of the project's training that it reads."""

    name: str
    label: str
    formula: str
    help: str
    make: Make
    fields: tuple[Field, ...] = ()


_MOMENTUM = Field("momentum", "Momentum μ", 0.9, "How much of the last step's velocity is kept.", 0.0, 0.9999)
_ALPHA = Field("alpha", "α", 0.99, "How slowly the mean of the squared gradient forgets.", 0.0, 0.999999)
_BETA_1 = Field("beta_1", "β₁", 0.9, "How slowly the mean of the gradient forgets.", 0.0, 0.9999)
_BETA_2 = Field("beta_2", "β₂", 0.999, "How slowly the mean of the squared gradient forgets.", 0.0, 0.999999)
_EPSILON = Field(
    "epsilon", "ε", 1e-8, "Keeps the division from blowing up where gradients are tiny.", 1e-16, 1.0, log=True
)
_WEIGHT_DECAY = Field(
    "weight_decay", "Weight decay λ", 0.01, "Share of each weight taken off a step, times the learning rate.", 0.0, 1e3
)

OPTIMIZERS: dict[str, OptimizerEntry] = {
    o.name: o
    for o in (
        OptimizerEntry("sgd", "SGD", "W −= η g", "Plain gradient descent: downhill, by the learning rate.", Sgd),
        OptimizerEntry(
            "momentum", "SGD with momentum", "v = μ v + g;  W −= η v",
            "Gathers speed along a steady slope and rolls through small bumps.", Momentum, (_MOMENTUM,),
        ),
        OptimizerEntry(
            "nesterov", "Nesterov momentum", "v = μ v + g;  W −= η (g + μ v)",
            "Momentum that looks ahead: it brakes sooner where the slope turns.", Nesterov, (_MOMENTUM,),
        ),
        OptimizerEntry(
            "rmsprop", "RMSProp", "v = α v + (1 − α) g²;  W −= η g / (√v + ε)",
            "Divides each step by the recent size of its gradient, so that steep and flat directions move alike.",
            RmsProp, (_ALPHA, _EPSILON),
        ),
        OptimizerEntry(
            "adagrad", "Adagrad", "v = v + g²;  W −= η g / (√v + ε)",
            "Gives weights that seldom get a gradient larger steps; all steps shrink as time goes by.",
            Adagrad, (_EPSILON,),
        ),
        OptimizerEntry(
            "adam", "Adam", "m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  W −= η m̂ / (√v̂ + ε)",
            "Gives every weight a step size of its own: quick, and forgiving about the learning rate.",
            Adam, (_BETA_1, _BETA_2, _EPSILON),
        ),
        OptimizerEntry(
            "adamw", "AdamW", "W −= η λ W;  m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  W −= η m̂ / (√v̂ + ε)",
            "Adam that also shrinks every weight a little each step, whatever its gradient.",
            AdamW, (_BETA_1, _BETA_2, _EPSILON, _WEIGHT_DECAY),
        ),
    )
}


def entry_of(optimizer: Optimizer) -> OptimizerEntry:
    """The entry that made it. Raises StopIteration for one that no entry makes."""
    maker: object = type(optimizer)
    return next(entry for entry in OPTIMIZERS.values() if entry.make is maker)


def twin_of(optimizer: Optimizer, parameters: Array, gradients: Array, trained: Sequence[slice] | None) -> Optimizer:
    """The same optimizer with the same moments over other vectors."""
    made = entry_of(optimizer).make(parameters, gradients, optimizer.options, trained)
    made.count = optimizer.count
    for name, values in optimizer.moments.items():
        made.moments[name][...] = values
    return made
