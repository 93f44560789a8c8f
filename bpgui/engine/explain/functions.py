"""Activations once more, number by number, with the formula as it reads with that number in it.

An activation without a line here is told by its own entry in ACTIVATIONS.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from bpgui.engine.activations import ACTIVATIONS, GELU_CUBIC, GELU_SCALE, LEAKY_SLOPE
from bpgui.engine.explain.numbers import factor, text

Told = tuple[float, str]


def sigmoid(z: float) -> float:
    if z >= 0.0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def softplus(z: float) -> float:
    """ln(1 + eᶻ)"""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def _gelu_tanh(z: float) -> float:
    return math.tanh(GELU_SCALE * z * (1.0 + GELU_CUBIC * z * z))


def _gelu_slope(z: float, a: float) -> Told:
    t, inner = _gelu_tanh(z), GELU_SCALE * (1.0 + 3.0 * GELU_CUBIC * z * z)
    written = f"½ (1 + {factor(t)}) + ½ · {factor(z)} · (1 − {factor(t)}²) · {text(inner)}"
    return 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * inner, written


def _silu_slope(z: float, a: float) -> Told:
    s = sigmoid(z)
    return s * (1.0 + z * (1.0 - s)), f"{text(s)} · (1 + {factor(z)} · (1 − {text(s)}))"


FORWARD: dict[str, Callable[[float], Told]] = {
    "identity": lambda z: (z, text(z)),
    "sigmoid": lambda z: (sigmoid(z), f"1 / (1 + exp({text(-z)}))"),
    "tanh": lambda z: (math.tanh(z), f"tanh({text(z)})"),
    "relu": lambda z: (max(0.0, z), f"max(0, {text(z)})"),
    "leaky_relu": lambda z: (z, text(z)) if z > 0 else (LEAKY_SLOPE * z, f"{LEAKY_SLOPE} · {factor(z)}"),
    "elu": lambda z: (z, text(z)) if z > 0 else (math.expm1(z), f"exp({text(z)}) − 1"),
    "softplus": lambda z: (softplus(z), f"ln(1 + exp({text(z)}))"),
    "gelu": lambda z: (0.5 * z * (1.0 + _gelu_tanh(z)), f"½ · {factor(z)} · (1 + {factor(_gelu_tanh(z))})"),
    "silu": lambda z: (z * sigmoid(z), f"{factor(z)} · {text(sigmoid(z))}"),
}

# By z and a, as the engine takes it: from a where that is shorter.
SLOPES: dict[str, Callable[[float, float], Told]] = {
    "identity": lambda z, a: (1.0, "1"),
    "sigmoid": lambda z, a: (a * (1.0 - a), f"{text(a)} · (1 − {text(a)})"),
    "tanh": lambda z, a: (1.0 - a * a, f"1 − {factor(a)}²"),
    "relu": lambda z, a: (1.0, "1, as z > 0") if z > 0 else (0.0, "0, as z ≤ 0"),
    "leaky_relu": lambda z, a: (1.0, "1, as z > 0") if z > 0 else (LEAKY_SLOPE, f"{LEAKY_SLOPE}, as z ≤ 0"),
    "elu": lambda z, a: (1.0, "1, as z > 0") if z > 0 else (math.exp(z), f"exp({text(z)})"),
    "softplus": lambda z, a: (sigmoid(z), f"1 / (1 + exp({text(-z)}))"),
    "gelu": _gelu_slope,
    "silu": _silu_slope,
}


def forward(name: str, z: float) -> Told:
    """a of z, and how that reads; NaN where z is none."""
    if not math.isfinite(z) or name not in FORWARD:
        return _engine_forward(name, z), f"f({text(z)})"
    return FORWARD[name](z)


def slope(name: str, z: float, a: float) -> Told:
    """a′ at z, and how that reads."""
    if not math.isfinite(z) or name not in SLOPES:
        return _engine_slope(name, z), f"f′({text(z)})"
    return SLOPES[name](z, a)


def _scratch(name: str) -> tuple[np.ndarray, ...]:
    return tuple(np.zeros((1, 1)) for _ in range(ACTIVATIONS[name].scratch))


def _engine_forward(name: str, z: float) -> float:
    out = np.zeros((1, 1))
    with np.errstate(all="ignore"):
        ACTIVATIONS[name].forward(np.full((1, 1), z), out, _scratch(name))
    return float(out[0, 0])


def _engine_slope(name: str, z: float) -> float:
    entry, at, out, scratch = ACTIVATIONS[name], np.full((1, 1), z), np.zeros((1, 1)), _scratch(name)
    back = np.ones((1, 1))
    with np.errstate(all="ignore"):
        entry.forward(at, out, scratch)
        entry.backward(at, out, back, back, scratch)
    return float(back[0, 0])
