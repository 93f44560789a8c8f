"""Clipping of gradients, in place over the flat vector, between regularisers and optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy import maximum, minimum, multiply

from bpgui.engine.activations import Array
from bpgui.engine.fields import Field
from bpgui.engine.vectors import blocks

Clip = Callable[[float], None]
# PyTorch's: it keeps the division finite for a gradient of zeros.
_TINY = 1e-6


def clip_factor(norm: float, at: float) -> float:
    """What a gradient of that norm is multiplied by: min(1, at / (norm + 1e-6)), 1 for a norm that is not a number."""
    factor = at / (norm + _TINY)
    return factor if factor < 1.0 else 1.0


class Make(Protocol):
    """How an entry makes its clip, to be called with the setting `clip_at` before each update.

    `gradients` is the flat vector (parameters,) itself; `parts` the slices of its trained arrays, one each (None: the
    vector as one array): nothing else is looked at or changed, as PyTorch does with frozen parameters.
    """

    def __call__(self, gradients: Array, parts: Sequence[slice] | None = None) -> Clip: ...


class NoClip:
    def __init__(self, gradients: Array, parts: Sequence[slice] | None = None) -> None: ...

    def __call__(self, at: float) -> None: ...


class ByNorm:
    """torch.nn.utils.clip_grad_norm_ (Pascanu and others 2013)::

        total = 0.0
        for g in gradients:  # one array after the other, each flat
            total += float(np.dot(g, g))
        norm = math.sqrt(total)
        factor = at / (norm + 1e-6)
        if factor < 1:
            g *= factor  # each

    Where the squares overflow (float32: beyond 1.8e19) they are taken of g / largest, and the norm is `largest` times
    their root: it is right, where PyTorch's is infinite and the gradient becomes zero. Where an element itself is not
    finite the gradients stay as they are, so that the step is seen to diverge; finite ones never become NaN.
    """

    def __init__(self, gradients: Array, parts: Sequence[slice] | None = None) -> None:
        self._arrays = [gradients] if parts is None else [gradients[part] for part in parts]
        self._blocks = [gradients[part] for part in blocks(parts, gradients)]
        self._factor = np.array(1.0, gradients.dtype)

    def norm(self) -> float:
        """√Σ g² over all parts; NaN where an element is not finite, infinite where the norm itself has no double."""
        total = 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            for g in self._arrays:
                total += float(np.dot(g, g))
        return math.sqrt(total) if math.isfinite(total) else self._scaled_norm()

    def _scaled_norm(self) -> float:
        largest = max(max(float(g.max()), -float(g.min())) for g in self._blocks)
        if not math.isfinite(largest):
            return math.nan
        total = 0.0
        for g in self._arrays:
            scaled = g / largest
            total += float(np.dot(scaled, scaled))
        return largest * math.sqrt(total)

    def __call__(self, at: float) -> None:
        factor = clip_factor(self.norm(), at)
        if factor != 1.0:
            self._factor[()] = factor
            for g in self._blocks:
                multiply(g, self._factor, g)


class ByValue:
    """torch.nn.utils.clip_grad_value_: np.minimum(np.maximum(g, -at), at)"""

    def __init__(self, gradients: Array, parts: Sequence[slice] | None = None) -> None:
        self._blocks = [gradients[part] for part in blocks(parts, gradients)]
        self._low, self._high = np.array(0.0, gradients.dtype), np.array(0.0, gradients.dtype)

    def __call__(self, at: float) -> None:
        low, high = self._low, self._high
        low[()], high[()] = -at, at
        for g in self._blocks:
            maximum(g, low, out=g)
            minimum(g, high, out=g)


@dataclass(frozen=True)
class ClippingEntry:
    """One entry of CLIPPINGS."""

    name: str
    label: str
    formula: str
    help: str
    make: Make
    fields: tuple[Field, ...] = ()


_AT = Field("clip_at", "Clip at", 1.0, "The largest size that a gradient may have.", 1e-9, 1e9, log=True)

CLIPPINGS: dict[str, ClippingEntry] = {
    c.name: c
    for c in (
        ClippingEntry("none", "None", "g", "Gradients are used as they are.", NoClip),
        ClippingEntry(
            "norm", "By norm", "g · min(1, c / ‖g‖)",
            "Shortens the whole gradient where it is too long; its direction stays.", ByNorm, (_AT,),
        ),
        ClippingEntry(
            "value", "By value", "min(max(g, −c), c)",
            "Cuts every single number off at the limit; the direction may turn.", ByValue, (_AT,),
        ),
    )
}  # fmt: skip
