"""What an exporter is told about a run that has happened: all that the specification does not say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bpgui.engine.activations import Array

Value = float | int | str | None


@dataclass(frozen=True)
class Change:
    """Something a person did between two steps: from `step` finished steps on, `field` is `value`."""

    step: int
    field: str
    value: Value = None


@dataclass(frozen=True, eq=False)
class Recorded:
    """A run as it stands after `steps` steps and `epochs` finished epochs.

    `losses` (n, 4): epoch, training loss, validation loss (NaN: there is none), penalty, thinned in very long runs.
    `ending` says why it stands there: "patience" and "diverged" have the script do something, "target loss" makes it
    stop by its own rule, any other text is only told. `weights` is the SHA-256 of the parameters, `made_with` the
    program and libraries that the numbers come from.
    """

    steps: int
    epochs: int
    changes: tuple[Change, ...] = ()
    losses: Array = field(default_factory=lambda: np.empty((0, 4)))
    ending: str = ""
    weights: str = ""
    made_with: str = ""

    @staticmethod
    def nothing() -> Recorded:
        """Of a run that has not begun: the script trains as planned, and has nothing to compare with."""
        return Recorded(-1, -1)


@dataclass(frozen=True)
class Exported:
    """A file's text, and what lies beside it: names with their bytes, empty where the text holds everything."""

    text: str
    beside: dict[str, bytes] = field(default_factory=dict)
