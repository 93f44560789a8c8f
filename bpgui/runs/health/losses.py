"""What the losses of the epochs tell: nothing learnt, or learnt by heart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpgui.project.checks import Finding, Fix
from bpgui.runs.health import remedies
from bpgui.runs.health.case import Case, Floats
from bpgui.runs.health.conditions import USUAL_UPDATE, driven_rate, driving, faded
from bpgui.runs.stopping import DIVERGED, PATIENCE

LEAST_EPOCHS = 20
BETTER = 0.02  # of the loss of a constant answer
RISEN = 1.2  # times the lowest validation loss
LOWEST_UPDATE = 1e-4
STEADY = 0.9  # of the epochs
LATE = 0.75  # of the epochs: a lowest loss after it is not long ago


def not_learning(case: Case) -> Iterator[Finding]:
    """The training loss is no lower than what a constant answer gives."""
    train, guess = case.epochs[:, 1], case.constant_guess
    if len(train) < LEAST_EPOCHS or case.stop_reason == DIVERGED or not guess > 0.0:
        return
    late = late_loss(train)
    if not late > (1.0 - BETTER) * guess:
        return
    text = (
        f"Nothing is learnt: the training loss is {late:.4g} after {len(train)} epochs,"
        f" and always giving the same answer makes {guess:.4g}."
    )
    yield Finding("not_learning", "warning", "loss", text, *_remedy(case))


def _remedy(case: Case) -> tuple[str, tuple[Fix, ...]]:
    """Why nothing is learnt, and the way out."""
    if len(case.layers) == 1:
        why = "Without a hidden layer only a straight border, or a straight line, can be learnt."
        return why, (remedies.hidden_layer(case.spec),)
    if relu := faded(case):
        return "Hardly any of the gradient gets through the flat activations to the first layers.", relu
    driven, ratio = driving(case), float(np.nanmax(case.recent("update"), initial=0.0))
    if driven:
        return "Steps that are too long undo each other, or drive units to where they are flat.", (
            driven_rate(case.spec, driven),
        )
    if ratio < LOWEST_UPDATE:
        why = "The steps are so short that it stands nearly still."
        return why, (remedies.scaled_rate(case.spec, ratio, USUAL_UPDATE),) if ratio else ()
    if still_falls(case.epochs[:, 1]):
        return "It is on its way, but slowly.", (remedies.faster(case.spec),)
    return "Steps that are too long undo each other.", (remedies.slower(case.spec),)


def still_falls(losses: Floats) -> bool:
    """Whether nearly every epoch of the second half has a lower loss than the one before."""
    return float((np.diff(losses[len(losses) // 2 :]) < 0.0).mean()) > STEADY


def overfitting(case: Case) -> Iterator[Finding]:
    """Prechelt 1998, "Early stopping - but when?": the validation loss rises while that of training still falls."""
    epochs, train, validation = case.epochs[:, 0], case.epochs[:, 1], case.epochs[:, 2]
    if len(epochs) < LEAST_EPOCHS or case.stop_reason in (DIVERGED, PATIENCE) or np.isnan(validation).any():
        return
    best = int(validation.argmin())
    now, then, trained = late_loss(validation), float(validation[best]), late_loss(train)
    if epochs[best] > LATE * epochs[-1] or not now > RISEN * then or not trained < train[best]:
        return
    if trained > (1.0 - BETTER) * case.constant_guess:  # nothing is learnt, by heart or otherwise
        return
    yield Finding(
        "overfitting", "warning", "loss",
        f"It learns the training rows by heart: the validation loss was {then:.3g} after epoch {epochs[best]:g} "
        f"and is {now:.3g} now, the training loss still falls.",
        "What it learns since then holds for these rows only. Stop earlier, take more rows or a smaller network.",
        (remedies.patient(),),
    )  # fmt: skip


def late_loss(losses: Floats) -> float:
    """The median of the last tenth, of five epochs at least."""
    return float(np.median(losses[-max(5, len(losses) // 10) :]))
