"""Where a threshold lies on a slider: probabilities by their odds, as rare classes are about the small ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

STEPS = 1000
_ENDS = 9.21  # e⁻⁹·²¹ : 1 is 0.0001


@dataclass(frozen=True)
class ThresholdScale:
    """Of a threshold between `low` and `high`, neither of them one: 0 and 1, or none, where the targets are −1 and 1.

    `middle` is what stands for no choice.
    """

    low: float = 0.0
    high: float = 1.0
    middle: float = 0.5

    @property
    def shares(self) -> bool:
        return self.low == 0.0 and self.high == 1.0

    def step_of(self, threshold: float) -> int:
        """0 … STEPS; what lies beyond is at an end."""
        if self.shares:
            at = math.log(max(threshold, 1e-300)) - math.log1p(-min(threshold, 1.0 - 1e-16))
            share = (at + _ENDS) / (2.0 * _ENDS)
        else:
            share = (threshold - self.middle + 1.5) / 3.0
        return round(min(max(share, 0.0), 1.0) * STEPS)

    def value_of(self, step: int) -> float:
        """A short number at that step."""
        share = step / STEPS
        if not self.shares:
            return float(f"{self.middle - 1.5 + 3.0 * share:.4g}")
        if step > STEPS // 2:  # as many digits from 1 down as from 0 up
            return float(f"{1.0 - self.value_of(STEPS - step):.12g}")
        return float(f"{1.0 / (1.0 + math.exp(_ENDS * (1.0 - 2.0 * share))):.3g}")
