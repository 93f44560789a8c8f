"""Ranges and ticks of an axis: pure arithmetic, finite for every input."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.ui.numbers import MINUS, PLOT_LIMIT

TINY = 1e-300


@dataclass(frozen=True)
class Axis:
    """What an axis spans. `log` axes have 0 < low; always low < high, both finite."""

    low: float = 0.0
    high: float = 1.0
    log: bool = False

    def shares(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """Where values lie, 0 at `low` and 1 at `high`; NaN where they have no place (zero and below on a log axis)."""
        array = np.asarray(values, dtype=np.float64)
        if not self.log:
            return (array - self.low) / (self.high - self.low)
        with np.errstate(divide="ignore", invalid="ignore"):
            placed = np.log10(np.where(array > 0, array, np.nan))
        low = math.log10(self.low)
        return (placed - low) / (math.log10(self.high) - low)

    def value(self, share: float) -> float:
        """The value at a share; the inverse of `shares`."""
        if not self.log:
            return self.low + share * (self.high - self.low)
        low = math.log10(self.low)
        return float(10.0 ** min(max(low + share * (math.log10(self.high) - low), -300.0), 300.0))

    def zoomed(self, share: float, factor: float) -> Axis:
        """The axis stretched by `factor` (below 1: closer) with the value at `share` staying where it is."""
        return span(self.value(share * (1 - factor)), self.value(share + (1 - share) * factor), log=self.log)

    def panned(self, share: float) -> Axis:
        """The axis moved by a share of its length."""
        return span(self.value(share), self.value(1 + share), log=self.log)


def span(low: float, high: float, *, log: bool = False) -> Axis:
    """An axis from any two numbers: ordered, finite, never empty."""
    low, high = (min(max(v, -PLOT_LIMIT), PLOT_LIMIT) if math.isfinite(v) else 0.0 for v in (low, high))
    low, high = min(low, high), max(low, high)
    if log:
        low = max(low, TINY)
        high = max(high, low * 1.001)
        return Axis(low, high, True)
    least = max(abs(low), abs(high), 1e-290) * 1e-9
    if high - low < least:
        middle = (low + high) / 2
        half = max(abs(middle) * 0.5, 0.5) if middle == 0 or abs(middle) > 1e-200 else 1e-200
        low, high = middle - half, middle + half
    return Axis(low, high, False)


def padded(low: float, high: float, share: float = 0.05) -> Axis:
    """An axis a little longer than the data."""
    axis = span(low, high)
    extra = (axis.high - axis.low) * share
    return span(axis.low - extra, axis.high + extra)


def nice_bound(value: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 5 times a power of ten that is at least `value`; 1 for nothing to hold."""
    value = abs(value)
    if not math.isfinite(value) or value < TINY:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for factor in (1.0, 1.5, 2.0, 3.0, 5.0):
        if value <= factor * power * (1 + 1e-12):
            return float(f"{factor * power:.3g}")
    return float(f"{10.0 * power:.3g}")


def nice_step(length: float, count: int) -> float:
    """A step of 1, 2 or 5 times a power of ten that cuts `length` in at most about `count` pieces."""
    raw = max(length / max(count, 1), TINY)
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 5.0):
        if raw <= factor * power * (1 + 1e-9):
            return factor * power
    return 10.0 * power


def ticks(axis: Axis, count: int) -> list[tuple[float, str]]:
    """About `count` (value, text) pairs within the axis."""
    if axis.log:
        return _log_ticks(axis, count)
    return _linear_ticks(axis, count)


def _linear_ticks(axis: Axis, count: int) -> list[tuple[float, str]]:
    step = nice_step(axis.high - axis.low, count)
    first = math.ceil(axis.low / step - 1e-9)
    last = math.floor(axis.high / step + 1e-9)
    return [(index * step, tick_text(index * step, step)) for index in range(first, min(last, first + 50) + 1)]


def _log_ticks(axis: Axis, count: int) -> list[tuple[float, str]]:
    low, high = math.log10(axis.low), math.log10(axis.high)
    decades = high - low
    if decades < 0.3:
        return [t for t in _linear_ticks(Axis(axis.low, axis.high), count) if t[0] > 0]
    factors: tuple[float, ...] = (1.0,)
    every = max(1, math.ceil(decades / max(count, 1)))
    if decades * 3 <= count:
        factors = (1.0, 2.0, 5.0)
    elif decades * 2 <= count:
        factors = (1.0, 3.0)
    found = []
    for power in range(math.floor(low), math.ceil(high) + 1):
        for factor in factors:
            value = factor * 10.0**power
            if power % every == 0 and axis.low * (1 - 1e-9) <= value <= axis.high * (1 + 1e-9):
                found.append((value, tick_text(value, value)))
    return found


def tick_text(value: float, step: float) -> str:
    """A tick's label, with as many decimals as the step needs; exponents for very large and very small steps."""
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    fine = math.floor(math.log10(max(step, TINY)) + 1e-9)
    if size >= 5 or size < -4:
        mantissa, power = f"{value:.{min(max(size - fine, 0), 3)}e}".split("e")
        text = f"{mantissa}e{int(power)}"
    else:
        text = f"{value:.{max(-fine, 0)}f}"
    return text.replace("-", MINUS)
