"""Activations and their vector-Jacobian products.

Arrays are (rows, units), of float32, float64 or complex128 (for the complex step: branches look at the real part).
`forward(z, out)` writes a; `backward(z, a, da, out)` writes Jᵀ da, where `out` may be `da` itself. At a kink the
sub-gradient of least norm is taken, as PyTorch does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEAKY_SLOPE = 0.01
_GELU_SCALE = float(np.sqrt(2.0 / np.pi))
_GELU_CUBIC = 0.044715
# exp of minus this is still finite: beyond it the sigmoid is 0 to the last representable digit.
_EXP_LIMIT = {np.dtype(np.float32): -87.0, np.dtype(np.float64): -708.0, np.dtype(np.complex128): -708.0}


@dataclass(frozen=True)
class Activation:
    """One entry of ACTIVATIONS. `kinks`: the z at which it has no derivative; `relu_like` asks for He's initializer."""

    name: str
    label: str
    formula: str
    derivative: str
    help: str
    forward: Callable[[Array, Array], Any]
    backward: Callable[[Array, Array, Array, Array], Any]
    kinks: tuple[float, ...] = ()
    relu_like: bool = False


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _identity_back(z: Array, a: Array, da: Array, out: Array) -> None:
    if out is not da:
        np.copyto(out, da)


def sigmoid(z: Array, out: Array) -> None:
    """1 / (1 + e⁻ᶻ) without overflow."""
    np.maximum(z, _EXP_LIMIT[z.dtype], out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    out += 1.0
    np.reciprocal(out, out=out)


def _sigmoid_back(z: Array, a: Array, da: Array, out: Array) -> None:
    slope = 1.0 - a
    slope *= a
    np.multiply(da, slope, out=out)


def _tanh(z: Array, out: Array) -> None:
    np.tanh(z, out=out)


def _tanh_back(z: Array, a: Array, da: Array, out: Array) -> None:
    slope = a * a
    np.subtract(1.0, slope, out=slope)
    np.multiply(da, slope, out=out)


def _relu(z: Array, out: Array) -> None:
    if z.dtype.kind == "c":
        np.copyto(out, np.where(z.real > 0.0, z, 0.0))
    else:
        np.maximum(z, 0.0, out=out)


def _relu_back(z: Array, a: Array, da: Array, out: Array) -> None:
    np.multiply(da, z.real > 0.0, out=out)


def _leaky_relu(z: Array, out: Array) -> None:
    np.copyto(out, np.where(z.real > 0.0, z, z * LEAKY_SLOPE))


def _leaky_relu_back(z: Array, a: Array, da: Array, out: Array) -> None:
    np.copyto(out, np.where(z.real > 0.0, da, da * LEAKY_SLOPE))


def _below_zero(z: Array) -> Array:
    return np.where(z.real > 0.0, 0.0, z)  # a NaN stays one


def _elu(z: Array, out: Array) -> None:
    np.copyto(out, np.where(z.real > 0.0, z, np.expm1(_below_zero(z))))


def _elu_back(z: Array, a: Array, da: Array, out: Array) -> None:
    np.multiply(da, np.exp(_below_zero(z)), out=out)


def softplus(z: Array, out: Array) -> None:
    """ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|), finite for every z."""
    tail = np.exp(np.where(z.real < 0.0, z, -z))
    np.log1p(tail, out=tail)
    np.add(np.where(z.real > 0.0, z, 0.0), tail, out=out)


def _softplus_back(z: Array, a: Array, da: Array, out: Array) -> None:
    slope = np.empty_like(z)
    sigmoid(z, slope)
    np.multiply(da, slope, out=out)


def _gelu_inner(z: Array) -> Array:
    return np.tanh(_GELU_SCALE * (z + _GELU_CUBIC * z * z * z))


def _gelu(z: Array, out: Array) -> None:
    np.multiply(0.5 * z, 1.0 + _gelu_inner(z), out=out)


def _gelu_back(z: Array, a: Array, da: Array, out: Array) -> None:
    t = _gelu_inner(z)
    inner_slope = _GELU_SCALE * (1.0 + 3.0 * _GELU_CUBIC * z * z)
    np.multiply(da, 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * inner_slope, out=out)


def _silu(z: Array, out: Array) -> None:
    sigmoid(z, out)
    out *= z


def _silu_back(z: Array, a: Array, da: Array, out: Array) -> None:
    s = np.empty_like(z)
    sigmoid(z, s)
    np.multiply(da, s * (1.0 + z * (1.0 - s)), out=out)


def _softmax(z: Array, out: Array) -> None:
    np.subtract(z, z.real.max(axis=1, keepdims=True), out=out)
    np.exp(out, out=out)
    out /= out.sum(axis=1, keepdims=True)


def _softmax_back(z: Array, a: Array, da: Array, out: Array) -> None:
    mean = (da * a).sum(axis=1, keepdims=True)
    np.multiply(a, da - mean, out=out)


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation(
            "identity", "Identity", "a = z", "a′ = 1", "Passes the sum on unchanged: the output of a regression.",
            _identity, _identity_back,
        ),
        Activation(
            "sigmoid", "Sigmoid", "a = 1 / (1 + e⁻ᶻ)", "a′ = a (1 − a)",
            "Squeezes any number into 0 to 1: a probability of yes.", sigmoid, _sigmoid_back,
        ),
        Activation(
            "tanh", "Tanh", "a = tanh z", "a′ = 1 − a²",
            "Squeezes into −1 to 1, centred on zero: a good first choice for small networks.", _tanh, _tanh_back,
        ),
        Activation(
            "relu", "ReLU", "a = max(0, z)", "a′ = 1 for z > 0, else 0",
            "Cuts off what is negative: fast, and the standard in deep networks.", _relu, _relu_back, (0.0,), True,
        ),
        Activation(
            "leaky_relu", "Leaky ReLU", "a = z for z > 0, else 0.01 z", "a′ = 1 for z > 0, else 0.01",
            "A ReLU that lets a little through below zero, so that no neuron dies.",
            _leaky_relu, _leaky_relu_back, (0.0,), True,
        ),
        Activation(
            "elu", "ELU", "a = z for z > 0, else eᶻ − 1", "a′ = 1 for z > 0, else eᶻ",
            "A smooth ReLU that levels off at −1.", _elu, _elu_back, (), True,
        ),
        Activation(
            "softplus", "Softplus", "a = ln(1 + eᶻ)", "a′ = 1 / (1 + e⁻ᶻ)",
            "A rounded ReLU, always positive.", softplus, _softplus_back, (), True,
        ),
        Activation(
            "gelu", "GELU", "a = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))", "a′ = ½ (1 + t) + ½ z (1 − t²) u′",
            "z times the chance that a normal number is smaller, in its tanh form: used in language models.",
            _gelu, _gelu_back, (), True,
        ),
        Activation(
            "silu", "SiLU (Swish)", "a = z / (1 + e⁻ᶻ)", "a′ = s (1 + z (1 − s)), s = sigmoid z",
            "z times its own sigmoid: smooth, dips a little below zero.", _silu, _silu_back, (), True,
        ),
        Activation(
            "softmax", "Softmax", "aᵢ = eᶻⁱ / Σⱼ eᶻʲ", "∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ)",
            "Turns a layer into probabilities that add up to 1: the output for several classes.",
            _softmax, _softmax_back,
        ),
    )
}
