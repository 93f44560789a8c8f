"""How fast a run is shown. Pace changes when a step is made, never what it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

POSITIONS = 1000
SLOWEST, FASTEST = 1.0, 100_000.0  # steps a second; the last position is flat out
PLANNED_SECONDS = 8.0
FRAMES = 30.0


@dataclass(frozen=True)
class Pace:
    """`rate` in steps a second, None flat out. `automatic`: follows the plan, so that it lasts about 8 seconds."""

    rate: float | None = None
    automatic: bool = False

    @staticmethod
    def planned(steps: int) -> Pace:
        """The default: the whole plan in about 8 seconds, where the machine is that fast."""
        return Pace(max(SLOWEST, steps / PLANNED_SECONDS), automatic=True)

    @staticmethod
    def at(position: int) -> Pace:
        """For a slider from 0 (one step a second) to POSITIONS (flat out)."""
        if position >= POSITIONS:
            return Pace(None)
        return Pace(SLOWEST * (FASTEST / SLOWEST) ** (position / (POSITIONS - 1)))

    @property
    def position(self) -> int:
        """Where a slider stands for it."""
        if self.rate is None:
            return POSITIONS
        share = math.log(max(self.rate, SLOWEST) / SLOWEST) / math.log(FASTEST / SLOWEST)
        return min(POSITIONS - 1, round(share * (POSITIONS - 1)))
