"""Numbers on their way to the screen: as short texts, and as arrays that a plot can take."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MINUS = "\u2212"
# Beyond this a plot's own arithmetic (ranges, squares, ticks) overflows.
PLOT_LIMIT = 1e150


def format_number(value: float | None, digits: int = 3, *, sign: bool = False) -> str:
    """`0.0213`, `−1.78`, `1.2e−05`, `12 300`; None is an en dash, NaN is `not a number`.

    `digits` are significant ones (trailing zeros stay, so that a live number does not jump); `sign` writes a plus too.
    """
    if value is None:
        return "–"
    value = float(value)
    if math.isnan(value):
        return "not a number"
    lead = MINUS if value < 0 else ("+" if sign and value > 0 else "")
    if math.isinf(value):
        return lead + "∞"
    return lead + _magnitude(abs(value), digits)


def _magnitude(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    exponent = int(f"{value:.{digits - 1}e}".split("e")[1])
    if exponent < -4 or exponent >= 6:
        mantissa, power = f"{value:.{max(digits - 2, 0)}e}".split("e")
        return f"{mantissa}e{power.replace('-', MINUS).replace('+', '')}"
    return f"{value:.{max(digits - 1 - exponent, 0)}f}"


def short_number(value: float) -> str:
    """A number as a person would type it: `0.01`, `500`, `1e-08`; reads back as the very same float."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def compact_number(value: float) -> str:
    """As short as `short_number` can be said with a power of ten: `1e6`, `2.5e-5`; the very same float too."""
    text = short_number(value)
    best = min((f"{value:.{digits}e}" for digits in range(17)), key=lambda t: (float(t) != value, len(t)))
    mantissa, exponent = best.split("e")
    powered = f"{mantissa}e{int(exponent)}"
    return powered if len(powered) < len(text) and float(powered) == value else text


def clean(values: ArrayLike) -> NDArray[np.float64]:
    """A float64 copy of the same shape for plots: what is not finite (or beyond any axis) is NaN, a gap."""
    array = np.array(values, dtype=np.float64, copy=True)
    with np.errstate(invalid="ignore"):
        array[~(np.abs(array) <= PLOT_LIMIT)] = np.nan
    return array


def finite_range(values: NDArray[Any]) -> tuple[float, float] | None:
    """Smallest and largest finite value, None where there is none."""
    array = np.asarray(values, dtype=np.float64).ravel()
    array = array[np.isfinite(array) & (np.abs(array) <= PLOT_LIMIT)]
    return (float(array.min()), float(array.max())) if array.size else None
