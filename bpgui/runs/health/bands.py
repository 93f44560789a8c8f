"""VITAL_SIGNS: what is measured of each layer over a run, and the band in which it is healthy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpgui.engine.vitals import SIGNS

HEALTHY, LOW, HIGH = "healthy", "low", "high"


@dataclass(frozen=True)
class VitalSign:
    """One entry of VITAL_SIGNS: `word` stands over its plot; healthy from `low` to `high`, None: no such bound.

    `log`: drawn on a logarithmic axis. `share`: told in per cent.
    """

    key: str
    label: str
    word: str
    help: str
    low: float | None = None
    high: float | None = None
    log: bool = False
    share: bool = False

    def judge(self, value: float) -> str:
        """HEALTHY, LOW or HIGH; empty for what has no band or is not a number."""
        if math.isnan(value) or (self.low is None and self.high is None):
            return ""
        if self.low is not None and value < self.low:
            return LOW
        return HIGH if self.high is not None and value > self.high else HEALTHY


VITAL_SIGNS: dict[str, VitalSign] = {
    sign.key: sign
    for sign in (
        VitalSign(
            "dead", "Dead units", "dead",
            "The share of neurons that are 0 (or flat) for every row looked at: no gradient gets through them any more."
            " A quarter may be; too high a learning rate can kill more (CS231n, Neural Networks 1).",
            high=0.25, share=True,
        ),
        VitalSign(
            "saturated", "Saturated outputs", "saturated",
            "The share of outputs at the flat ends of sigmoid or tanh, where hardly any gradient is left"
            " (Glorot and Bengio 2010). Up to two thirds are usual once something is learnt.",
            high=2 / 3, share=True,
        ),
        VitalSign(
            "gradient", "Gradient norm", "‖∂L/∂W‖",
            "The length of the last step's gradient, as the optimizer took it. It should not change by powers of ten"
            " from the last layer to the first (Glorot and Bengio 2010; Pascanu and others 2013).",
            log=True,
        ),
        VitalSign(
            "update", "Update ratio", "‖ΔW‖ / ‖W‖",
            "How far the last step moved the weights, as a share of their own length: about 0.001 is usual"
            " (CS231n, Neural Networks 3).",
            low=1e-4, high=1e-2, log=True,
        ),
        VitalSign("weights", "Weight norm", "‖W‖", "The length of the layer's weights.", log=True),
    )
}  # fmt: skip
assert tuple(VITAL_SIGNS) == SIGNS
