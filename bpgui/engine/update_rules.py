"""The rules of the optimizers, in place over flat vectors, in blocks that stay in the processor's cache.

The order of the operations decides the last bit, so it is part of the contract: each class says it as plain numpy
lines, and a test holds both to the same bits. Moments are kept without their (1 − β) factors, which are folded into
the step size and ε together with the bias corrections: fewer passes over memory, the same mathematics.

Moments of a weight without a gradient (behind a dead ReLU) would shrink into the subnormal numbers and stay there, and
an update then takes up to four times as long. So all of them, at the end of every 256th update (t counts from 1)::

    if t % 256 == 0:
        m[np.abs(m) < 1e-36] = 0.0

Numbers enter the calls as arrays of no dimension and of the vectors' type: rounded as a Python float would be, in half
the time of a call on a small network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy import absolute, add, copyto, divide, less, multiply, sqrt, subtract

from bpgui.engine.activations import Array
from bpgui.engine.vectors import aligned_zeros, block_length, blocks

FLUSH_EVERY, SMALLEST = 256, 1e-36


class Optimizer(Protocol):
    """`moments` are its arrays by name, each (parameters,), zeros at the start; `count` the updates made.

    `options` are the settings it was made with.
    """

    moments: dict[str, Array]
    count: int
    options: Mapping[str, float]

    def update(self, learning_rate: float) -> None:
        """One step of every trained parameter, in place, along the gradients as they are now."""

    def last_step(self, at: slice) -> Array:
        """What the last update added to the trained parameters `at`, before it was rounded into them: a new array.

        Worked out from what is there anyway, until gradients, moments or parameters change. Nothing is kept for it.
        """


class Make(Protocol):
    """How an entry makes its optimizer.

    `parameters` and `gradients` are the flat vectors (parameters,) themselves, which it keeps; `options` its fields by
    name; `trained` the parts of the vectors that change (None: all). Raises ValueError for slices with a stride.
    """

    def __call__(
        self, parameters: Array, gradients: Array, options: Mapping[str, float],
        trained: Sequence[slice] | None = None,
    ) -> Optimizer: ...  # fmt: skip


class _Blocked:
    """Views cut once: `_blocks` holds for each block its parameters, gradients, moments in order, and a scratch."""

    names: tuple[str, ...] = ()

    def __init__(
        self, parameters: Array, gradients: Array, options: Mapping[str, float],
        trained: Sequence[slice] | None = None,
    ) -> None:  # fmt: skip
        self.moments = {name: aligned_zeros(parameters.size, parameters.dtype) for name in self.names}
        self.count = 0
        self.options: Mapping[str, float] = dict(options)
        self._dtype = parameters.dtype
        self._rate, self._smallest, self._zero = self._number(0.0), self._number(SMALLEST), self._number(0.0)
        self._parameters, self._gradients = parameters, gradients
        vectors = (parameters, gradients, *self.moments.values())
        scratch = aligned_zeros(block_length(parameters), parameters.dtype)
        self._blocks = tuple(
            (*(vector[part] for vector in vectors), scratch[: part.stop - part.start])
            for part in blocks(trained, parameters)
        )
        self._mask = np.zeros(scratch.size if self.moments else 0, np.bool_)
        self._set(options)

    def _set(self, options: Mapping[str, float]) -> None:
        """Take the options."""

    def _flush(self) -> None:
        for _, _, *moments, s in self._blocks:
            mask = self._mask[: s.size]
            for moment in moments:
                absolute(moment, s)
                less(s, self._smallest, mask)
                copyto(moment, self._zero, where=mask)

    def _number(self, value: float) -> Array:
        return np.array(value, self._dtype)


def _over_spread(step: Array, v: Array, epsilon: Array, rate: Array) -> Array:
    """−rate · step / (√v + ε), in the order of the updates below."""
    spread = sqrt(v)
    spread += epsilon
    return -(step / spread * rate)


class Sgd(_Blocked):
    """W -= rate * g"""

    def update(self, learning_rate: float) -> None:
        self.count += 1
        rate = self._rate
        rate[()] = learning_rate
        for p, g, s in self._blocks:
            multiply(g, rate, s)
            subtract(p, s, p)

    def last_step(self, at: slice) -> Array:
        return -(self._gradients[at] * self._rate)


class Momentum(_Blocked):
    """Polyak 1964, in PyTorch's form::

    v = momentum * v + g
    W -= rate * v
    """

    names = ("velocity",)

    def _set(self, options: Mapping[str, float]) -> None:
        self._momentum = self._number(options["momentum"])

    def update(self, learning_rate: float) -> None:
        self.count += 1
        rate, momentum = self._rate, self._momentum
        rate[()] = learning_rate
        for p, g, v, s in self._blocks:
            multiply(v, momentum, v)
            add(v, g, v)
            multiply(v, rate, s)
            subtract(p, s, p)
        if not self.count % FLUSH_EVERY:
            self._flush()

    def last_step(self, at: slice) -> Array:
        return -(self.moments["velocity"][at] * self._rate)


class Nesterov(Momentum):
    """Sutskever and others 2013, in PyTorch's form::

    v = momentum * v + g
    W -= rate * (momentum * v + g)
    """

    def update(self, learning_rate: float) -> None:
        self.count += 1
        rate, momentum = self._rate, self._momentum
        rate[()] = learning_rate
        for p, g, v, s in self._blocks:
            multiply(v, momentum, v)
            add(v, g, v)
            multiply(v, momentum, s)
            add(s, g, s)
            multiply(s, rate, s)
            subtract(p, s, p)
        if not self.count % FLUSH_EVERY:
            self._flush()

    def last_step(self, at: slice) -> Array:
        ahead = self.moments["velocity"][at] * self._momentum
        ahead += self._gradients[at]
        return -(ahead * self._rate)


class RmsProp(_Blocked):
    """Tieleman and Hinton 2012, ε outside the root as PyTorch; `v` is the textbook's divided by 1 − α::

    spread = 1 / math.sqrt(1 - alpha)
    v = alpha * v + g * g
    W -= rate * spread * (g / (np.sqrt(v) + epsilon * spread))
    """

    names = ("v",)

    def _set(self, options: Mapping[str, float]) -> None:
        self._spread = 1.0 / math.sqrt(1.0 - options["alpha"])
        self._alpha = self._number(options["alpha"])
        self._epsilon = self._number(options["epsilon"] * self._spread)

    def update(self, learning_rate: float) -> None:
        self.count += 1
        rate, alpha, epsilon = self._rate, self._alpha, self._epsilon
        rate[()] = learning_rate * self._spread
        for p, g, v, s in self._blocks:
            multiply(g, g, s)
            multiply(v, alpha, v)
            add(v, s, v)
            sqrt(v, s)
            add(s, epsilon, s)
            divide(g, s, s)
            multiply(s, rate, s)
            subtract(p, s, p)
        if not self.count % FLUSH_EVERY:
            self._flush()

    def last_step(self, at: slice) -> Array:
        return _over_spread(self._gradients[at], self.moments["v"][at], self._epsilon, self._rate)


class Adagrad(_Blocked):
    """Duchi and others 2011, ε outside the root as PyTorch::

    v = v + g * g
    W -= rate * (g / (np.sqrt(v) + epsilon))
    """

    names = ("v",)

    def _set(self, options: Mapping[str, float]) -> None:
        self._epsilon = self._number(options["epsilon"])

    def update(self, learning_rate: float) -> None:
        self.count += 1
        rate, epsilon = self._rate, self._epsilon
        rate[()] = learning_rate
        for p, g, v, s in self._blocks:
            multiply(g, g, s)
            add(v, s, v)
            sqrt(v, s)
            add(s, epsilon, s)
            divide(g, s, s)
            multiply(s, rate, s)
            subtract(p, s, p)
        if not self.count % FLUSH_EVERY:
            self._flush()

    def last_step(self, at: slice) -> Array:
        return _over_spread(self._gradients[at], self.moments["v"][at], self._epsilon, self._rate)


class Adam(_Blocked):
    """Kingma and Ba 2015, ε outside the root of the corrected moment as PyTorch.

    `m` and `v` are the paper's divided by 1 − β₁ and 1 − β₂; t counts the updates from 1::

        spread = math.sqrt((1 - beta_2**t) / (1 - beta_2))
        step = rate * (1 - beta_1) / (1 - beta_1**t) * spread
        m = beta_1 * m + g
        v = beta_2 * v + g * g
        W -= step * (m / (np.sqrt(v) + epsilon * spread))
    """

    names = ("m", "v")

    def _set(self, options: Mapping[str, float]) -> None:
        self._betas = options["beta_1"], options["beta_2"]
        self._beta_1, self._beta_2 = self._number(self._betas[0]), self._number(self._betas[1])
        self._epsilon = options["epsilon"]
        self._tiny = self._number(0.0)
        self._kept: Array | None = None

    def _scale(self, learning_rate: float) -> None:
        beta_1, beta_2 = self._betas
        spread = math.sqrt((1.0 - beta_2**self.count) / (1.0 - beta_2))
        self._rate[()] = learning_rate * (1.0 - beta_1) / (1.0 - beta_1**self.count) * spread
        self._tiny[()] = self._epsilon * spread

    def update(self, learning_rate: float) -> None:
        self.count += 1
        self._scale(learning_rate)
        rate, tiny, beta_1, beta_2, kept = self._rate, self._tiny, self._beta_1, self._beta_2, self._kept
        for p, g, m, v, s in self._blocks:
            if kept is not None:
                multiply(p, kept, p)
            multiply(m, beta_1, m)
            add(m, g, m)
            multiply(g, g, s)
            multiply(v, beta_2, v)
            add(v, s, v)
            sqrt(v, s)
            add(s, tiny, s)
            divide(m, s, s)
            multiply(s, rate, s)
            subtract(p, s, p)
        if not self.count % FLUSH_EVERY:
            self._flush()

    def last_step(self, at: slice) -> Array:
        return _over_spread(self.moments["m"][at], self.moments["v"][at], self._tiny, self._rate)


class AdamW(Adam):
    """Loshchilov and Hutter 2019: Adam, and before it the decay, apart from the gradient, of every trained number::

    W *= 1 - rate * weight_decay
    """

    def _set(self, options: Mapping[str, float]) -> None:
        super()._set(options)
        self._weight_decay = options["weight_decay"]
        self._kept = self._number(1.0)

    def _scale(self, learning_rate: float) -> None:
        super()._scale(learning_rate)
        assert self._kept is not None
        self._kept[()] = 1.0 - learning_rate * self._weight_decay

    def last_step(self, at: slice) -> Array:
        step = super().last_step(at)
        assert self._kept is not None
        before = (self._parameters[at] - step) / self._kept
        return step - before * (1.0 - self._kept)
