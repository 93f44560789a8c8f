"""Activations and their vector-Jacobian products.

Arrays are (rows, units), of float32, float64 or complex128 (for the complex step: branches look at the real part).
`forward(z, out, t)` writes a; `backward(z, a, da, out, t)` writes Jᵀ da, where `out` may be `da` itself. `t` are
`scratch` arrays of the same shape, so that a step allocates nothing; what `forward` left there, `backward` may use.
At a kink the sub-gradient of least norm is taken, as PyTorch does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy import (
    absolute,
    add,
    copyto,
    divide,
    exp,
    expm1,
    log1p,
    maximum,
    minimum,
    multiply,
    negative,
    reciprocal,
    sign,
    sqrt,
    subtract,
    tanh,
)
from numpy.typing import NDArray

Array = NDArray[Any]
Scratch = tuple[Array, ...]
LEAKY_SLOPE = 0.01
GELU_SCALE = float(sqrt(2.0 / np.pi))
GELU_CUBIC = 0.044715
# exp of minus this is still finite: beyond it the sigmoid is 0 to the last representable digit.
EXP_LIMIT = {"float32": -87.0, "float64": -708.0, "complex128": -708.0}


class Constants(NamedTuple):
    """As arrays of no dimension: numpy takes them quicker than Python's numbers."""

    zero: Array
    one: Array
    two: Array
    exp_limit: Array


CONSTANTS = {
    np.dtype(name): Constants(np.zeros((), name), np.ones((), name), np.full((), 2, name), np.full((), limit, name))
    for name, limit in EXP_LIMIT.items()
}


@dataclass(frozen=True)
class Activation:
    """One entry of ACTIVATIONS. `kinks`: the z at which it has no derivative; `relu_like` asks for He's initializer.

    `scratch` is the number of arrays that its functions need beside their own.
    """

    name: str
    label: str
    formula: str
    derivative: str
    help: str
    forward: Callable[[Array, Array, Scratch], Any]
    backward: Callable[[Array, Array, Array, Array, Scratch], Any]
    scratch: int = 0
    kinks: tuple[float, ...] = ()
    relu_like: bool = False


def _identity(z: Array, out: Array, t: Scratch) -> None:
    copyto(out, z)


def _identity_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    if out is not da:
        copyto(out, da)


def sigmoid(z: Array, out: Array) -> None:
    """1 / (1 + e⁻ᶻ) without overflow."""
    _, one, _, limit = CONSTANTS[z.dtype]
    maximum(z, limit, out=out)
    negative(out, out)
    exp(out, out)
    add(out, one, out)
    reciprocal(out, out)


def _sigmoid(z: Array, out: Array, t: Scratch) -> None:
    sigmoid(z, out)


def _sigmoid_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    slope = t[0]
    subtract(CONSTANTS[z.dtype].one, a, slope)
    multiply(slope, a, slope)
    multiply(da, slope, out)


def _tanh(z: Array, out: Array, t: Scratch) -> None:
    tanh(z, out)


def _tanh_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    slope = t[0]
    multiply(a, a, slope)
    subtract(CONSTANTS[z.dtype].one, slope, slope)
    multiply(da, slope, out)


def _positive_part(z: Array, out: Array) -> None:
    """max(z, 0); a NaN stays one."""
    if z.dtype.kind == "c":
        copyto(out, np.where(z.real <= 0.0, 0.0, z))
    else:
        maximum(z, CONSTANTS[z.dtype].zero, out=out)


def negative_part(z: Array, out: Array) -> None:
    """min(z, 0); a NaN stays one."""
    if z.dtype.kind == "c":
        copyto(out, np.where(z.real > 0.0, 0.0, z))
    else:
        minimum(z, CONSTANTS[z.dtype].zero, out=out)


def _relu(z: Array, out: Array, t: Scratch) -> None:
    _positive_part(z, out)


def _relu_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    # a ≥ 0, so its sign is the derivative: 1 where z > 0, else 0. Quicker than a mask of truth values.
    sign(a.real, t[0].real) if z.dtype.kind == "c" else sign(a, t[0])
    multiply(da, t[0], out)


def _leaky_relu(z: Array, out: Array, t: Scratch) -> None:
    if z.dtype.kind == "c":
        copyto(out, np.where(z.real > 0.0, z, z * LEAKY_SLOPE))
    else:
        multiply(z, LEAKY_SLOPE, out)
        maximum(z, out, out=out)


def _leaky_relu_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    slope = t[0].real
    sign(z.real, slope)
    maximum(slope, LEAKY_SLOPE, out=slope)
    multiply(da, t[0], out)


def _elu(z: Array, out: Array, t: Scratch) -> None:
    negative_part(z, t[0])
    expm1(t[0], out)
    _positive_part(z, t[1])
    add(out, t[1], out)


def _elu_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    exp(t[0], t[1])
    multiply(da, t[1], out)


def softplus(z: Array, out: Array, t: Array) -> None:
    """ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|), finite for every z; `t` is scratch."""
    if z.dtype.kind == "c":
        copyto(t, np.where(z.real <= 0.0, z, -z))
    else:
        absolute(z, t)
        negative(t, t)
    exp(t, t)
    log1p(t, t)
    _positive_part(z, out)
    add(out, t, out)


def _softplus(z: Array, out: Array, t: Scratch) -> None:
    softplus(z, out, t[0])


def _softplus_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    sigmoid(z, t[0])
    multiply(da, t[0], out)


def _gelu(z: Array, out: Array, t: Scratch) -> None:
    # z (1 + c z²), its tanh in t[0], then ½ z (1 + tanh)
    u, one = t[0], CONSTANTS[z.dtype].one
    multiply(z, z, u)
    multiply(u, GELU_CUBIC, u)
    add(u, one, u)
    multiply(u, z, u)
    multiply(u, GELU_SCALE, u)
    tanh(u, u)
    add(u, one, out)
    multiply(out, z, out)
    multiply(out, 0.5, out)


def _gelu_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    # a′ = ½ (1 + t) + ½ z (1 − t²) u′ with t the tanh and u′ = s (1 + 3 c z²)
    u, slope, inner = t
    one = CONSTANTS[z.dtype].one
    multiply(z, z, inner)
    multiply(inner, 3.0 * GELU_CUBIC, inner)
    add(inner, one, inner)
    multiply(inner, GELU_SCALE, inner)
    multiply(u, u, slope)
    subtract(one, slope, slope)
    multiply(slope, z, slope)
    multiply(slope, inner, slope)
    add(slope, u, slope)
    add(slope, one, slope)
    multiply(slope, 0.5, slope)
    multiply(da, slope, out)


def _silu(z: Array, out: Array, t: Scratch) -> None:
    sigmoid(z, t[0])
    multiply(z, t[0], out)


def _silu_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    # s (1 + z (1 − s)) with s the sigmoid that forward kept
    s, slope = t
    one = CONSTANTS[z.dtype].one
    subtract(one, s, slope)
    multiply(slope, z, slope)
    add(slope, one, slope)
    multiply(slope, s, slope)
    multiply(da, slope, out)


def row_maximum(z: Array, out: Array) -> None:
    """The largest of each row into `out` (rows, 1)."""
    if z.dtype.kind == "c":
        copyto(out, z.real.max(axis=1, keepdims=True))
    else:
        np.maximum.reduce(z, axis=1, out=out, keepdims=True)


def _softmax(z: Array, out: Array, t: Scratch) -> None:
    column = t[0][:, :1]
    row_maximum(z, column)
    subtract(z, column, out)
    exp(out, out)
    np.add.reduce(out, axis=1, out=column, keepdims=True)
    divide(out, column, out)


def _softmax_back(z: Array, a: Array, da: Array, out: Array, t: Scratch) -> None:
    products, mean = t[0], t[1][:, :1]
    multiply(da, a, products)
    np.add.reduce(products, axis=1, out=mean, keepdims=True)
    subtract(da, mean, out)
    multiply(out, a, out)


ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        Activation(
            "identity", "Identity", "a = z", "a′ = 1", "Passes the sum on unchanged: the output of a regression.",
            _identity, _identity_back,
        ),
        Activation(
            "sigmoid", "Sigmoid", "a = 1 / (1 + e⁻ᶻ)", "a′ = a (1 − a)",
            "Squeezes any number into 0 to 1: a probability of yes.", _sigmoid, _sigmoid_back, 1,
        ),
        Activation(
            "tanh", "Tanh", "a = tanh z", "a′ = 1 − a²",
            "Squeezes into −1 to 1, centred on zero: a good first choice for small networks.", _tanh, _tanh_back, 1,
        ),
        Activation(
            "relu", "ReLU", "a = max(0, z)", "a′ = 1 for z > 0, else 0",
            "Cuts off what is negative: fast, and the standard in deep networks.", _relu, _relu_back, 1, (0.0,), True,
        ),
        Activation(
            "leaky_relu", "Leaky ReLU", "a = z for z > 0, else 0.01 z", "a′ = 1 for z > 0, else 0.01",
            "A ReLU that lets a little through below zero, so that no neuron dies.",
            _leaky_relu, _leaky_relu_back, 1, (0.0,), True,
        ),
        Activation(
            "elu", "ELU", "a = z for z > 0, else eᶻ − 1", "a′ = 1 for z > 0, else eᶻ",
            "A smooth ReLU that levels off at −1.", _elu, _elu_back, 2, (), True,
        ),
        Activation(
            "softplus", "Softplus", "a = ln(1 + eᶻ)", "a′ = 1 / (1 + e⁻ᶻ)",
            "A rounded ReLU, always positive.", _softplus, _softplus_back, 1, (), True,
        ),
        Activation(
            "gelu", "GELU", "a = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))", "a′ = ½ (1 + t) + ½ z (1 − t²) u′",
            "z times the chance that a normal number is smaller, in its tanh form: used in language models.",
            _gelu, _gelu_back, 3, (), True,
        ),
        Activation(
            "silu", "SiLU (Swish)", "a = z / (1 + e⁻ᶻ)", "a′ = s (1 + z (1 − s)), s = sigmoid z",
            "z times its own sigmoid: smooth, dips a little below zero.", _silu, _silu_back, 2, (), True,
        ),
        Activation(
            "softmax", "Softmax", "aᵢ = eᶻⁱ / Σⱼ eᶻʲ", "∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ)",
            "Turns a layer into probabilities that add up to 1: the output for several classes.",
            _softmax, _softmax_back, 2,
        ),
    )
}
