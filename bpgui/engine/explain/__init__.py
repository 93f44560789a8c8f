"""Where a number of a step comes from: `explain(trace, what)` gives a Node, whose terms are explained in turn.

Two kinds of tree reach down to the leaves (inputs, targets, parameters, stored moments): `Gradient` and `Update`. Every
other number that occurs in them can be asked for too, see `references`. For a float32 run the trees are worked out in
float64 from the numbers of the run, and agree with them to 1e-5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from bpgui.engine.explain import backwards, forwards, losses, references, updates
from bpgui.engine.explain.context import Context
from bpgui.engine.explain.metrics import explain_mean_metric, explain_metric
from bpgui.engine.explain.node import Node, Shortened
from bpgui.engine.explain.references import (
    Cell,
    Change,
    ClipFactor,
    Delta,
    Gradient,
    GradientNorm,
    Loss,
    LossTerm,
    Mask,
    Measured,
    Moment,
    NewParameter,
    Output,
    Parameter,
    Rate,
    Reference,
    RowLoss,
    Share,
    Slope,
    Statistic,
    Target,
    Update,
    Weight,
)
from bpgui.engine.explain.stations import numbers_at
from bpgui.engine.explain.words import Words, symbol
from bpgui.engine.trace import StepTrace

# By the engine's precision: what a tree's value may be off by, as a share of `Node.scale`.
TOLERANCES = {"float64": 1e-12, "float32": 1e-5}
SINGLE = "This run counts with 32 bits; the explanation is worked out with 64, and agrees to about 5 digits."

_TELLERS: dict[type, Callable[[Context, Any], Node]] = {
    Parameter: forwards.parameter, Output: forwards.output, Mask: forwards.mask, Statistic: forwards.statistic,
    Target: losses.target, Loss: losses.loss, RowLoss: losses.row_loss, LossTerm: losses.loss_term,
    Weight: losses.weight,
    Delta: backwards.delta, Slope: backwards.slope, Gradient: backwards.gradient, Share: backwards.share,
    ClipFactor: backwards.clip_factor, GradientNorm: backwards.gradient_norm,
    Update: updates.update, Moment: updates.moment, NewParameter: updates.new_parameter, Rate: updates.rate,
    Change: updates.change,
}  # fmt: skip


def explain(trace: StepTrace, what: Reference, words: Words | None = None) -> Node:
    """The number that `what` names, with its terms made on demand.

    Raises KeyError for a parameter, a moment or a kind of reference that there is not, IndexError for a place outside,
    ValueError where the backward pass does not come by (the input).
    """

    def tell(asked: Reference) -> Node:
        with np.errstate(all="ignore"):
            return _TELLERS[type(asked)](about, asked)

    about = Context(trace, words or Words(), tell)
    found = tell(what)
    if trace.dtype == np.float32:
        found = replace(found, note=f"{found.note} {SINGLE}".strip())
    return found


__all__ = [
    "SINGLE", "TOLERANCES", "Cell", "Change", "ClipFactor", "Delta", "Gradient", "GradientNorm", "Loss", "LossTerm",
    "Mask", "Measured", "Moment", "NewParameter", "Node", "Output", "Parameter", "Rate", "Reference", "RowLoss",
    "Share", "Shortened", "Slope", "Statistic", "Target", "Update", "Weight", "Words", "explain",
    "explain_mean_metric", "explain_metric", "numbers_at", "references", "symbol",
]  # fmt: skip
