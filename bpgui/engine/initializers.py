"""First weights. Each fills W (in, out); biases start at 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.fields import Field

Fill = Callable[[np.random.Generator, int, int, float], Array]


@dataclass(frozen=True)
class Initializer:
    """One entry of INITIALIZERS; `fill(generator, inputs, units, scale)` gives W (in, out) in float64."""

    name: str
    label: str
    formula: str
    help: str
    fill: Fill
    fields: tuple[Field, ...] = ()


def _uniform(limit: float) -> Callable[[np.random.Generator, int, int], Array]:
    return lambda generator, n, m: generator.uniform(-limit, limit, (n, m))


def _xavier_limit(n: int, m: int) -> float:
    return float(np.sqrt(6.0 / (n + m)))


_SCALE = Field(
    "scale", "Scale", 0.5,
    "Half the width of a uniform start, the standard deviation of a normal one, the value of a constant one.",
    1e-6, 1e3,
)  # fmt: skip

INITIALIZERS: dict[str, Initializer] = {
    i.name: i
    for i in (
        Initializer(
            "xavier_uniform", "Xavier uniform", "±√(6 / (in + out))",
            "Keeps activations and gradients level through tanh and sigmoid layers (Glorot and Bengio 2010).",
            lambda g, n, m, s: _uniform(_xavier_limit(n, m))(g, n, m),
        ),
        Initializer(
            "xavier_normal", "Xavier normal", "σ = √(2 / (in + out))",
            "The normal form of Xavier's start (Glorot and Bengio 2010).",
            lambda g, n, m, s: g.normal(0.0, float(np.sqrt(2.0 / (n + m))), (n, m)),
        ),
        Initializer(
            "he_uniform", "He uniform", "±√(6 / in)",
            "Keeps the size of activations level through ReLU layers (He and others 2015).",
            lambda g, n, m, s: _uniform(float(np.sqrt(6.0 / n)))(g, n, m),
        ),
        Initializer(
            "he_normal", "He normal", "σ = √(2 / in)",
            "The normal form of He's start (He and others 2015).",
            lambda g, n, m, s: g.normal(0.0, float(np.sqrt(2.0 / n)), (n, m)),
        ),
        Initializer(
            "lecun_uniform", "LeCun uniform", "±√(3 / in)",
            "Gives every neuron's sum the spread of its inputs (LeCun and others 1998).",
            lambda g, n, m, s: _uniform(float(np.sqrt(3.0 / n)))(g, n, m),
        ),
        Initializer(
            "lecun_normal", "LeCun normal", "σ = √(1 / in)",
            "The normal form of LeCun's start (LeCun and others 1998).",
            lambda g, n, m, s: g.normal(0.0, float(np.sqrt(1.0 / n)), (n, m)),
        ),
        Initializer(
            "uniform", "Uniform", "±scale", "Every number between −scale and +scale is as likely.",
            lambda g, n, m, s: _uniform(s)(g, n, m), (_SCALE,),
        ),
        Initializer(
            "normal", "Normal", "σ = scale", "A bell curve around zero.",
            lambda g, n, m, s: g.normal(0.0, s, (n, m)), (_SCALE,),
        ),
        Initializer(
            "constant", "Constant", "scale",
            "All weights the same number: hidden neurons then stay copies of each other.",
            lambda g, n, m, s: np.full((n, m), s), (_SCALE,),
        ),
        Initializer(
            "zeros", "Zeros", "0", "All weights equal: hidden neurons then stay copies of each other.",
            lambda g, n, m, s: np.zeros((n, m)),
        ),
    )
}

# Not entries that fill: "auto" is resolved by the activation that follows, "given" takes the numbers typed in.
AUTO, GIVEN = "auto", "given"
