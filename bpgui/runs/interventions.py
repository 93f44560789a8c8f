"""What a person did to a run while it ran. Written down, so that the run can be repeated."""

from __future__ import annotations

import msgspec

Value = float | int | str | None

# The fields a run takes while it goes, and in a word what each does.
FIELDS: dict[str, str] = {
    "learning_rate": "the new rate, from this step on",
    "epochs": "the number of epochs after which it ends",
    "target_loss": "the training loss at which it ends; none",
    "stop": "ends it here, with the reason",
    "resume": "goes on after an end",
}


class Intervention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Applied before step `step` (0: before the first)."""

    step: int
    field: str
    value: Value = None
