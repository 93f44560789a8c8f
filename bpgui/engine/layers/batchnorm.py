"""Batch normalisation: y = γ x̂ + β with x̂ = (x − μ) / √(σ² + ε), over the rows of the batch.

Ioffe and Szegedy 2015. σ² is the biased variance; the running one, used in evaluation, is the unbiased, as in PyTorch.
"""

from __future__ import annotations

import numpy as np
from numpy import add, divide, multiply, reciprocal, sqrt, subtract
from numpy.typing import DTypeLike

from bpgui.engine.activations import Array
from bpgui.engine.layers.base import Kept, Plain, Shapes


class BatchNorm(Plain):
    """gamma, beta, mean, variance: (units,). A batch needs two rows; `follow` moves the running statistics."""

    kind = "batchnorm"
    couples_rows = True

    def __init__(self, id: str, units: int, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        self.id, self.inputs, self.units = id, units, units
        self.momentum, self.epsilon = momentum, epsilon
        self.gamma: Array
        self.beta: Array
        self.d_gamma: Array
        self.d_beta: Array
        self.running_mean: Array
        self.running_variance: Array

    def parameter_shapes(self) -> Shapes:
        return (self.units,), (self.units,)

    def parameters(self) -> Kept:
        return self.gamma, self.beta

    def running_shapes(self) -> Shapes:
        return (self.units,), (self.units,)

    def bind(self, parameters: Kept, gradients: Kept, running: Kept) -> None:
        self.gamma, self.beta = parameters
        self.d_gamma, self.d_beta = gradients
        self.running_mean, self.running_variance = running

    def initial(self) -> None:
        self.gamma[...] = 1.0
        self.beta[...] = 0.0
        self.running_mean[...] = 0.0
        self.running_variance[...] = 1.0

    def multiply_adds(self) -> int:
        return 2 * self.units

    def kept(self, rows: int, dtype: DTypeLike) -> Kept:
        """x̂ and scratch (rows, units), ones (rows,), then mean, variance, 1/√(σ² + ε) and scratch (units,)."""
        wide = np.empty((2, rows, self.units), dtype)
        return wide[0], wide[1], np.ones(rows, dtype), *np.empty((4, self.units), dtype)

    def forward(self, x: Array, out: Array, kept: Kept) -> None:
        normal, squares, ones, mean, variance, scale, _ = kept
        rows = len(x)
        ones.dot(x, mean)
        divide(mean, rows, mean)
        subtract(x, mean, normal)
        multiply(normal, normal, squares)
        ones.dot(squares, variance)
        divide(variance, rows, variance)
        self._scale(variance, scale)
        multiply(normal, scale, normal)
        multiply(normal, self.gamma, out)
        add(out, self.beta, out)

    def evaluate(self, x: Array, out: Array, kept: Kept) -> None:
        scale = kept[5]
        self._scale(self.running_variance, scale)
        subtract(x, self.running_mean, out)
        multiply(out, scale, out)
        multiply(out, self.gamma, out)
        add(out, self.beta, out)

    def _scale(self, variance: Array, out: Array) -> None:
        add(variance, self.epsilon, out)
        sqrt(out, out)
        reciprocal(out, out)

    def follow(self, kept: Kept, rows: int) -> None:
        """After a step: running = (1 − momentum) running + momentum · (the batch's mean, its unbiased variance)."""
        mean, variance, scratch = kept[3], kept[4], kept[6]
        multiply(mean, self.momentum, scratch)
        multiply(self.running_mean, 1.0 - self.momentum, self.running_mean)
        add(self.running_mean, scratch, self.running_mean)
        multiply(variance, rows / (rows - 1), scratch)
        multiply(scratch, self.momentum, scratch)
        multiply(self.running_variance, 1.0 - self.momentum, self.running_variance)
        add(self.running_variance, scratch, self.running_variance)

    def backward(self, x: Array, out: Array, d_out: Array, d_x: Array | None, kept: Kept) -> None:
        # dγ = Σ d_out x̂, dβ = Σ d_out, dx = γ / √(σ² + ε) · (d_out − (dβ + x̂ dγ) / rows)
        normal, products, ones, _, _, scale, factor = kept
        multiply(d_out, normal, products)
        ones.dot(products, self.d_gamma)
        ones.dot(d_out, self.d_beta)
        if d_x is None:
            return
        multiply(normal, self.d_gamma, products)
        add(products, self.d_beta, products)
        divide(products, len(x), products)
        subtract(d_out, products, d_x)
        multiply(scale, self.gamma, factor)
        multiply(d_x, factor, d_x)
