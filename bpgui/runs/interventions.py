"""What a person did to a run while it ran. Written down, so that the run can be repeated."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Value = float | int | str | None

# The fields a run takes while it goes, and in a word what each does.
FIELDS: dict[str, str] = {
    "learning_rate": "the new rate, from this step on",
    "epochs": "the number of epochs after which it ends",
    "target_loss": "the training loss at which it ends; none",
    "l1": "the new L1 penalty, from this step on",
    "l2": "the new L2 penalty, from this step on",
    "clip": "how gradients are clipped from this step on",
    "clip_at": "the size at which they are clipped",
    "patience": "epochs without a better loss after which it ends; 0 for never",
    "min_delta": "by how much a loss must fall to be better",
    "max_seconds": "seconds of training after which it ends; none",
    "target_metric": "the metric at which it ends; none",
    "target_value": "the metric's value at which it ends",
    "go_back": "goes back to the last sound weights after a divergence, with a fresh optimizer",
    "stop": "ends it here, with the reason",
    "resume": "goes on after an end",
}


class Intervention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Applied before step `step` (0: before the first); `tried`: after that step had been tried and had diverged."""

    step: Annotated[int, Meta(ge=0)]
    field: str
    value: Value = None
    tried: bool = False
