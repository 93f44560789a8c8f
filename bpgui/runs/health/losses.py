"""What the losses of the epochs tell: nothing learnt, or learnt by heart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpgui.project.checks import Finding
from bpgui.runs.health import remedies
from bpgui.runs.health.case import Case
from bpgui.runs.stopping import DIVERGED, PATIENCE

LEAST_EPOCHS = 20
FALLEN = 0.01  # of the first epoch's loss
RISEN = 1.2  # times the lowest validation loss
LATE = 0.75  # of the epochs: a lowest loss after it is not long ago


def not_falling(case: Case) -> Iterator[Finding]:
    """The training loss is where it began: as a constant guess does it."""
    train = case.epochs[:, 1]
    if len(train) < LEAST_EPOCHS or case.stop_reason == DIVERGED or not np.isfinite(train).all():
        return
    late = float(np.median(train[-max(5, len(train) // 10) :]))
    if late < (1.0 - FALLEN) * train[0]:
        return
    linear = len(case.layers) == 1
    rate = case.spec.training.learning_rate
    fix = remedies.hidden_layer(case.spec) if linear else remedies.with_rate(case.spec, float(f"{rate / 10:.6g}"))
    why = (
        "Without a hidden layer only a straight border, or a straight line, can be learnt."
        if linear else "It learns no more than a constant guess: steps that are too long undo each other."
    )  # fmt: skip
    text = f"The training loss does not fall: {train[0]:.4g} in the first epoch, {late:.4g} now."
    yield Finding("not_falling", "warning", "loss", text, why, (fix,))


def overfitting(case: Case) -> Iterator[Finding]:
    """Prechelt 1998, "Early stopping - but when?": the validation loss rises while that of training still falls."""
    epochs, train, validation = case.epochs[:, 0], case.epochs[:, 1], case.epochs[:, 2]
    if len(epochs) < LEAST_EPOCHS or case.stop_reason in (DIVERGED, PATIENCE) or np.isnan(validation).any():
        return
    best = int(validation.argmin())
    late = slice(-max(5, len(epochs) // 10), None)
    now, then = float(np.median(validation[late])), float(validation[best])
    if epochs[best] > LATE * epochs[-1] or not now > RISEN * then or not np.median(train[late]) < train[best]:
        return
    yield Finding(
        "overfitting", "warning", "loss",
        f"It learns the training rows by heart: the validation loss was {then:.4g} after epoch {epochs[best]:g} "
        f"and is {now:.4g} now, while the training loss still falls.",
        "What it learns since then holds for these rows only. Stop earlier, take more rows or a smaller network.",
        (remedies.patient(),),
    )  # fmt: skip
