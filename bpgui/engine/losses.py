"""Losses, computed from the logits wherever the output activation matches.

p is what the loss looks at: the logits z where `logits_of` names the output activation in use, else the outputs a.
Arrays are (rows, outputs). A loss is Σ terms / divisor; the divisor comes from the reduction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpgui.engine.activations import ACTIVATIONS, Array, sigmoid, softplus


@dataclass(frozen=True)
class Loss:
    """One entry of LOSSES.

    `terms(p, y, out)` and `gradient(p, y, out)` write the terms and ∂ terms / ∂p, both (rows, outputs), before the
    reduction. `outputs` are the legal output activations (empty: any). `per_row`: the mean is over rows alone.
    """

    name: str
    label: str
    formula: str
    help: str
    terms: Callable[[Array, Array, Array], Any]
    gradient: Callable[[Array, Array, Array], Any]
    outputs: tuple[str, ...] = ()
    logits_of: str | None = None
    per_row: bool = False
    reductions: tuple[str, ...] = ("mean", "sum")


def _bce_terms(z: Array, y: Array, out: Array) -> None:
    softplus(z, out)
    out -= y * z


def _bce_gradient(z: Array, y: Array, out: Array) -> None:
    sigmoid(z, out)
    out -= y


def _cce_terms(z: Array, y: Array, out: Array) -> None:
    shifted = z - z.real.max(axis=1, keepdims=True)
    np.subtract(np.log(np.exp(shifted).sum(axis=1, keepdims=True)), shifted, out=out)
    out *= y


def _cce_gradient(z: Array, y: Array, out: Array) -> None:
    ACTIVATIONS["softmax"].forward(z, out)
    out *= y.sum(axis=1, keepdims=True)
    out -= y


def _mse_terms(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out=out)
    out *= out


def _mse_gradient(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out=out)
    out *= 2.0


def _mae_terms(a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out=out)
    np.copyto(out, np.where(out.real < 0.0, -out, out))


def _mae_gradient(a: Array, y: Array, out: Array) -> None:
    np.copyto(out, np.sign((a - y).real))


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss(
            "bce", "Binary cross-entropy", "L = −[y ln a + (1 − y) ln(1 − a)]",
            "For yes-or-no targets (0 or 1), with a sigmoid output: confident mistakes cost most.",
            _bce_terms, _bce_gradient, ("sigmoid",), "sigmoid",
        ),
        Loss(
            "cce", "Categorical cross-entropy", "L = −Σ yᵢ ln aᵢ",
            "For one of several classes, with a softmax output: minus the logarithm of the right class's probability.",
            _cce_terms, _cce_gradient, ("softmax",), "softmax", True,
        ),
        Loss(
            "mse", "Mean squared error", "L = (a − y)²",
            "For numbers: large errors weigh most. With 'half sum' it is the textbook's ½ Σ (a − y)².",
            _mse_terms, _mse_gradient, (), None, False, ("mean", "sum", "half_sum"),
        ),
        Loss(
            "mae", "Mean absolute error", "L = |a − y|",
            "For numbers with outliers: every unit of error weighs the same.", _mae_terms, _mae_gradient,
        ),
    )
}

# ce is what many texts call cce.
LOSS_ALIASES = {"ce": "cce"}

LEGAL_OUTPUTS: dict[str, tuple[str, ...]] = {
    name: loss.outputs or tuple(ACTIVATIONS) for name, loss in LOSSES.items()
}

REDUCTIONS: dict[str, str] = {"mean": "Mean", "sum": "Sum", "half_sum": "Half sum"}


def divisor(loss: Loss, reduction: str, rows: int, outputs: int) -> int:
    """What Σ terms is divided by: rows × outputs for a mean (rows for cce), 1 for a sum, 2 for half a sum."""
    if reduction == "mean":
        return rows if loss.per_row else rows * outputs
    return 2 if reduction == "half_sum" else 1
