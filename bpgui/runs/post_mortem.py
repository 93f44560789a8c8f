"""Why a run diverged: the step, the layer that went first, the row that weighs most, and what to try."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bpgui.project.checks import Finding, Fix
from bpgui.project.spec import ProjectSpec
from bpgui.runs.health import remedies

FAR_INPUT = 100.0  # an encoded input beyond it is worth a word
GROWN = 2.0  # times its first length


@dataclass(frozen=True)
class Growth:
    """‖W‖ / ‖W₀‖ of a Dense; infinite where it began at nothing, or is not finite."""

    layer: str
    name: str
    factor: float


@dataclass(frozen=True)
class Culprit:
    """The row that weighs most: an index into the encoded data, and its `number` in the table, from 1.

    `share` of the batch's loss, NaN where that is not finite. `feature` is its largest input, `value` that in the
    file's units; empty where none is far from 1. `alone`: the only row of its batch whose numbers are not finite.
    """

    row: int
    number: int
    share: float
    feature: str
    value: float
    alone: bool


@dataclass(frozen=True)
class PostMortem:
    """`what` became not finite, in words; `layer` is the id of the layer to look at, "" for none.

    `step` counts from 1. `untaken`: the step was not taken, so that the next step explained is this one. `growths` are
    of the Dense in order, `largest_input` the largest |x| of the rows looked at.
    """

    what: str
    step: int
    epoch: int
    rate: float
    layer: str
    growths: tuple[Growth, ...]
    culprit: Culprit | None
    largest_input: float
    untaken: bool

    @property
    def most_grown(self) -> Growth | None:
        """The layer whose weights grew most, where any have."""
        most = max(self.growths, key=lambda growth: growth.factor, default=None)
        return most if most is not None and most.factor > GROWN else None

    def details(self) -> str:
        """What `what` does not say, in sentences."""
        said = []
        most = self.most_grown
        if most is not None:
            far = "beyond all bounds"
            if math.isfinite(most.factor):
                far = f"most, to {most.factor:.3g} times their first length"
            said.append(f"The weights of {most.name} had grown {far}.")
        if self.culprit is not None:
            said.append(self.culprit_said(self.culprit))
        return " ".join(said)

    @staticmethod
    def culprit_said(culprit: Culprit) -> str:
        """ "Row 13 weighs most in its batch: its x2 is 1e+308." """
        who = f"Row {culprit.number} of the data"
        verb = "alone is not finite" if culprit.alone else "weighs most in its batch"
        if culprit.feature:
            return f"{who} {verb}: its {culprit.feature} is {culprit.value:.4g}."
        return f"{who} {verb}" + (f", with {culprit.share:.0%} of the loss." if culprit.share > 0.0 else ".")

    def advice(self) -> str:
        """What to try first, in a sentence."""
        if self.largest_input > FAR_INPUT:
            return "Standardise the data, for its numbers are far from 1, or try a learning rate ten times smaller."
        return "Try a learning rate ten times smaller, or clip the gradient."

    def fixes(self, spec: ProjectSpec) -> tuple[Fix, ...]:
        """Edits that help, the likeliest first."""
        scaling = remedies.standardised(spec) if self.largest_input > FAR_INPUT else ()
        clipping = (remedies.clipped(),) if spec.training.clip == "none" else ()
        return (*scaling, *clipping, remedies.slower(spec))

    def finding(self, spec: ProjectSpec) -> Finding:
        """As an error to show beside the warnings."""
        where = f"layer:{self.layer}" if self.layer else "loss"
        why = " ".join(filter(None, (self.details(), self.advice())))
        return Finding("diverged", "error", where, f"{self.summary()}.", why, self.fixes(spec))

    def summary(self) -> str:
        """What happened, without a full stop."""
        return f"Training diverged: {self.what}, at learning rate {self.rate:g}"

    def sentences(self, restored: bool) -> str:
        """What the run ends with; `restored`: the last finite weights were put back."""
        kept = "the last finite weights were put back" if restored else "the weights before it are kept"
        return " ".join(filter(None, (f"{self.summary()}; {kept}.", self.details(), self.advice())))
