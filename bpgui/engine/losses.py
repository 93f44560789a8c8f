"""Losses, computed from the logits wherever the output activation matches.

p is what the loss looks at: the logits z where `logits_of` names the output activation in use, else the outputs a.
Arrays are (rows, outputs). A loss is Σ wᵢ terms / divisor; the divisor comes from the reduction, wᵢ are the weights of
the rows, 1 unless given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import absolute, copyto, divide, exp, log, logaddexp, maximum, minimum, multiply, negative, sign, subtract

from bpgui.engine.activations import ACTIVATIONS, CONSTANTS, Array, Scratch, row_maximum, softplus
from bpgui.engine.fields import Field

Options = Mapping[str, float]


@dataclass(frozen=True)
class Loss:
    """One entry of LOSSES.

    `terms(p, y, out, t, options)` and `gradient(p, y, out, t, options)` write the terms and ∂ terms / ∂p, both (rows,
    outputs), before the reduction. `t` are `scratch` arrays of that shape; `gradient` follows `terms` and uses what
    that left in them. `outputs` are the legal output activations (empty: any). `per_row`: the mean is over rows
    alone. `negative` is what the targets hold for "not this class": 0, or −1 where the sign is the class.
    `corner(p, y)` is what passes through 0 where a term has no derivative; None: it has one everywhere.
    """

    name: str
    label: str
    formula: str
    help: str
    terms: Callable[[Array, Array, Array, Scratch, Options], Any]
    gradient: Callable[[Array, Array, Array, Scratch, Options], Any]
    outputs: tuple[str, ...] = ()
    logits_of: str | None = None
    per_row: bool = False
    reductions: tuple[str, ...] = ("mean", "sum")
    scratch: int = 1
    fields: tuple[Field, ...] = ()
    negative: float = 0.0
    task: str = "any"
    corner: Callable[[Array, Array], Array] | None = None


def _bce_terms(z: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # ln(1 + eᶻ) − y z
    if z.dtype.kind == "c":
        softplus(z, t[0], t[1])
    else:
        logaddexp(z, CONSTANTS[z.dtype].zero, t[0])
    multiply(y, z, out)
    subtract(t[0], out, out)


def _bce_gradient(z: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # a − y, where a = e^(z − ln(1 + eᶻ)) is the sigmoid
    subtract(z, t[0], out)
    exp(out, out)
    subtract(out, y, out)


def _cce_terms(z: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # y (ln Σ eᶻ − z), both z less the row's largest
    e, column = t[0], t[1][:, :1]
    row_maximum(z, column)
    subtract(z, column, out)
    exp(out, e)
    np.add.reduce(e, axis=1, out=column, keepdims=True)
    divide(e, column, e)
    log(column, column)
    subtract(column, out, out)
    multiply(out, y, out)


def _cce_gradient(z: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # a − y: the targets of a row add up to 1
    subtract(t[0], y, out)


def _mse_terms(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    subtract(a, y, t[0])
    multiply(t[0], t[0], out)


def _mse_gradient(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    multiply(t[0], CONSTANTS[a.dtype].two, out)


def _mae_terms(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    subtract(a, y, t[0])
    if a.dtype.kind == "c":
        copyto(out, sign(t[0].real) * t[0])
    else:
        absolute(t[0], out)


def _mae_gradient(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    if a.dtype.kind == "c":
        copyto(out, sign(t[0].real))
    else:
        sign(t[0], out)


def _huber_terms(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # c (r − c / 2), where c is the error r held between −δ and δ
    r, c = out, t[0]
    delta = options["huber_delta"]
    subtract(a, y, r)
    if a.dtype.kind == "c":
        copyto(c, np.where(r.real > delta, delta, np.where(r.real < -delta, -delta, r)))
    else:
        minimum(r, delta, out=c)
        maximum(c, -delta, out=c)
    multiply(c, 0.5, t[1])
    subtract(r, t[1], out)
    multiply(out, c, out)


def _huber_gradient(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    copyto(out, t[0])


def _hinge_terms(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    # max(0, 1 − y a)
    multiply(y, a, out)
    subtract(1.0, out, out)
    if a.dtype.kind == "c":
        copyto(out, np.where(out.real <= 0.0, 0.0, out))
    else:
        maximum(out, 0.0, out=out)
    copyto(t[0], out)


def _hinge_gradient(a: Array, y: Array, out: Array, t: Scratch, options: Options) -> None:
    if a.dtype.kind == "c":
        copyto(out, sign(t[0].real))
    else:
        sign(t[0], out)
    multiply(out, y, out)
    negative(out, out)


_HUBER_DELTA = Field(
    "huber_delta", "Huber δ", 1.0, "Errors beyond this weigh in proportion, smaller ones squared.", 1e-6, 1e6, log=True
)

LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "bce", "Binary cross-entropy", "L = −[y ln a + (1 − y) ln(1 − a)]",
            "For yes-or-no targets (0 or 1), with a sigmoid output: confident mistakes cost most.",
            _bce_terms, _bce_gradient, ("sigmoid",), "sigmoid", scratch=2, task="classes",
        ),
        Loss(
            "cce", "Categorical cross-entropy", "L = −Σ yᵢ ln aᵢ",
            "For one of several classes, with a softmax output: minus the logarithm of the right class's probability.",
            _cce_terms, _cce_gradient, ("softmax",), "softmax", True, scratch=2, task="classes",
        ),
        Loss(
            "mse", "Mean squared error", "L = (a − y)²",
            "For numbers: large errors weigh most. With 'half sum' it is the textbook's ½ Σ (a − y)².",
            _mse_terms, _mse_gradient, reductions=("mean", "sum", "half_sum"),
        ),
        Loss(
            "mae", "Mean absolute error", "L = |a − y|",
            "For numbers with outliers: every unit of error weighs the same.", _mae_terms, _mae_gradient,
            corner=lambda p, y: p - y,
        ),
        Loss(
            "huber", "Huber", "L = ½ (a − y)² where |a − y| ≤ δ, else δ (|a − y| − ½ δ)",
            "For numbers with a few outliers: squared near the target, straight far from it (Huber 1964).",
            _huber_terms, _huber_gradient, scratch=2, fields=(_HUBER_DELTA,),
        ),
        Loss(
            "hinge", "Hinge", "L = max(0, 1 − y a)",
            "For classes as signs, −1 or +1: costs nothing once the output is on the right side by 1 or more.",
            _hinge_terms, _hinge_gradient, ("identity", "tanh"), negative=-1.0, task="classes",
            corner=lambda p, y: 1.0 - y * p,
        ),
    )
}

# ce is what many texts call cce.
LOSS_ALIASES = {"ce": "cce"}

LEGAL_OUTPUTS: dict[str, tuple[str, ...]] = {
    name: loss.outputs or tuple(ACTIVATIONS) for name, loss in LOSSES.items()
}

REDUCTIONS: dict[str, str] = {"mean": "Mean", "sum": "Sum", "half_sum": "Half sum"}


def divisor(loss: Loss, reduction: str, weight: float, outputs: int) -> float:
    """What Σ wᵢ terms is divided by: Σ wᵢ × outputs for a mean (Σ wᵢ for cce), 1 for a sum, 2 for half a sum.

    `weight` is Σ wᵢ over the rows, their number where they have no weights.
    """
    if reduction == "mean":
        return weight if loss.per_row else weight * outputs
    return 2 if reduction == "half_sum" else 1
