"""Optimizers, in place over flat vectors, in blocks that stay in the processor's cache.

The order of the operations is that of the formula as written; it decides the last bit, so it is part of the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.fields import Field

BLOCK = 16_384


class Optimizer(Protocol):
    """`moments` are its arrays by name, each (parameters,); `count` the updates made."""

    moments: dict[str, Array]
    count: int

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        """One step of every parameter, in place. Vectors are (parameters,)."""


def _blocks(size: int) -> Iterator[slice]:
    for start in range(0, size, BLOCK):
        yield slice(start, min(start + BLOCK, size))


class Sgd:
    def __init__(self, size: int, dtype: np.dtype[np.generic], options: Mapping[str, float]) -> None:
        self.moments: dict[str, Array] = {}
        self.count = 0
        self._scratch = np.empty(min(size, BLOCK), dtype)
        self._parts = tuple(_blocks(size))

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        self.count += 1
        for part in self._parts:
            p, g = parameters[part], gradients[part]
            step = self._scratch[: p.size]
            np.multiply(g, learning_rate, out=step)
            p -= step


class Momentum:
    """v = μ v + g; W −= η v (PyTorch's form; Polyak 1964)."""

    def __init__(self, size: int, dtype: np.dtype[np.generic], options: Mapping[str, float]) -> None:
        self.moments = {"velocity": np.zeros(size, dtype)}
        self.count = 0
        self._momentum = options["momentum"]
        self._scratch = np.empty(min(size, BLOCK), dtype)
        self._parts = tuple(_blocks(size))

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        self.count += 1
        for part in self._parts:
            p, g, v = parameters[part], gradients[part], self.moments["velocity"][part]
            step = self._scratch[: p.size]
            v *= self._momentum
            v += g
            np.multiply(v, learning_rate, out=step)
            p -= step


class Adam:
    """Kingma and Ba 2015; ε outside the root of the corrected moment, as PyTorch."""

    def __init__(self, size: int, dtype: np.dtype[np.generic], options: Mapping[str, float]) -> None:
        self.moments = {"m": np.zeros(size, dtype), "v": np.zeros(size, dtype)}
        self.count = 0
        self._beta_1, self._beta_2 = options["beta_1"], options["beta_2"]
        self._epsilon = options["epsilon"]
        self._scratch = np.empty((2, min(size, BLOCK)), dtype)
        self._parts = tuple(_blocks(size))

    def update(self, parameters: Array, gradients: Array, learning_rate: float) -> None:
        self.count += 1
        correction_1 = 1.0 - self._beta_1**self.count
        correction_2 = 1.0 - self._beta_2**self.count
        for part in self._parts:
            p, g, m, v = parameters[part], gradients[part], self.moments["m"][part], self.moments["v"][part]
            s, root = self._scratch[0, : p.size], self._scratch[1, : p.size]
            # m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²
            np.multiply(g, 1.0 - self._beta_1, out=s)
            m *= self._beta_1
            m += s
            np.multiply(g, 1.0 - self._beta_2, out=s)
            s *= g
            v *= self._beta_2
            v += s
            # W −= η m̂ / (√v̂ + ε)
            np.divide(v, correction_2, out=root)
            np.sqrt(root, out=root)
            root += self._epsilon
            np.divide(m, correction_1, out=s)
            s *= learning_rate
            s /= root
            p -= s


Make = Callable[[int, "np.dtype[np.generic]", Mapping[str, float]], Optimizer]


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
_BETA_1 = Field("beta_1", "β₁", 0.9, "How slowly the mean of the gradient forgets.", 0.0, 0.9999)
_BETA_2 = Field("beta_2", "β₂", 0.999, "How slowly the mean of the squared gradient forgets.", 0.0, 0.999999)
_EPSILON = Field(
    "epsilon", "ε", 1e-8, "Keeps the division from blowing up where gradients are tiny.", 1e-16, 1.0, log=True
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
            "adam", "Adam", "m = β₁ m + (1 − β₁) g;  v = β₂ v + (1 − β₂) g²;  W −= η m̂ / (√v̂ + ε)",
            "Gives every weight a step size of its own: quick, and forgiving about the learning rate.",
            Adam, (_BETA_1, _BETA_2, _EPSILON),
        ),
    )
}
