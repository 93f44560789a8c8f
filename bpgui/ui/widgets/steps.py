"""By how much an arrow key changes a number: pure, from its field record."""

from __future__ import annotations

import math

from bpgui.engine.fields import Field

# A rate goes 0.01, 0.02, 0.03, 0.05, 0.1 ...
LADDER = (1.0, 2.0, 3.0, 5.0)
# Above this span a whole number goes in powers of two when its record asks for factors.
_TOLERANCE = 1e-9


def next_step(field: Field, value: float, steps: int) -> float:
    """The number `steps` arrow presses from `value`, not yet held within the record's range."""
    if isinstance(field.default, int):
        return _doubled(value, steps) if field.log else value + steps
    if field.log:
        for _ in range(abs(steps)):
            value = ladder_step(value, up=steps > 0)
        return value
    size = linear_step(field)
    return round(round(value / size + steps, 6) * size, 12)


def linear_step(field: Field) -> float:
    """About a hundredth of the range, as 1, 0.1, 0.01 ...; 0.1 without a range."""
    if field.minimum is None or field.maximum is None:
        return 0.1
    return 10.0 ** math.floor(math.log10(max(field.maximum - field.minimum, 1e-12) / 50.0))


def ladder_step(value: float, *, up: bool) -> float:
    """The next rung of …, 0.01, 0.02, 0.03, 0.05, 0.1, … above or below a positive value."""
    if value <= 0.0:
        return 1e-6 if up else 0.0
    exponent = math.floor(math.log10(value) + _TOLERANCE)
    rungs = [mantissa * 10.0**power for power in (exponent - 1, exponent, exponent + 1) for mantissa in LADDER]
    margin = value * 1e-6
    found = [r for r in rungs if r > value + margin] if up else [r for r in rungs if r < value - margin]
    rung = min(found) if up else max(found)
    return float(f"{rung:.3g}")


def _doubled(value: float, steps: int) -> float:
    """0, 1, 2, 4, 8, …: the next power of two in that direction."""
    for _ in range(abs(steps)):
        if steps > 0:
            value = 1 if value < 1 else 2 ** (math.floor(math.log2(value)) + 1)
        else:
            value = 0 if value <= 1 else 2 ** (math.ceil(math.log2(value)) - 1)
    return value
