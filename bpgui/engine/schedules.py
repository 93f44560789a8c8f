"""Schedules of the learning rate: a factor on the current base rate, which may itself be changed while training.

All of it is plain arithmetic of Python floats, so that a script can repeat a factor to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpgui.engine.fields import Field

Options = Mapping[str, float]
State = dict[str, float | None]


class Schedule:
    """The constant one, and what every other is: a factor from the counts of what is finished.

    `step` counts finished steps, `epoch` finished epochs, `epochs` those planned.
    """

    def __init__(self, options: Options) -> None:
        self._options = options

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        """What the base rate is multiplied by in the next step."""
        return 1.0

    def observe(self, loss: float) -> None:
        """Called at each epoch's end with the validation loss, or the training loss where there is none."""

    def take_state(self) -> State:
        """What it remembers, fit for JSON: infinity is None; empty where the counts say it all."""
        return {}

    def put_state(self, state: Mapping[str, float | None]) -> None:
        """Go on from `take_state`. Raises ValueError for the state of another schedule."""
        if set(state) != set(self.take_state()):
            raise ValueError("the saved state is that of another schedule")


class Step(Schedule):
    """PyTorch's StepLR: step_factor ** (epoch // step_epochs)"""

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        return float(self._options["step_factor"] ** (epoch // int(self._options["step_epochs"])))


class Exponential(Schedule):
    """PyTorch's ExponentialLR: decay ** epoch"""

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        return float(self._options["decay"] ** epoch)


class Cosine(Schedule):
    """PyTorch's CosineAnnealingLR, which stays down once it is there (Loshchilov and Hutter 2017)::

    length = cosine_epochs or epochs
    floor + (1 - floor) * (1 + math.cos(math.pi * min(epoch, length) / length)) / 2
    """

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        length, floor = int(self._options["cosine_epochs"]) or epochs, self._options["floor"]
        return floor + (1.0 - floor) * (1.0 + math.cos(math.pi * min(epoch, length) / length)) / 2.0


class Warmup(Schedule):
    """PyTorch's LinearLR, by steps: warmup_start + (1 - warmup_start) * min(step, warmup_steps) / warmup_steps"""

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        length, start = int(self._options["warmup_steps"]), self._options["warmup_start"]
        return start + (1.0 - start) * min(step, length) / length


class Plateau(Schedule):
    """PyTorch's ReduceLROnPlateau (mode min, relative threshold, no cooldown, no lower limit), at each epoch's end::

        if loss < best * (1 - plateau_threshold):
            best, bad = loss, 0
        else:
            bad += 1
        if bad > plateau_patience:
            factor, bad = factor * plateau_factor, 0

    PyTorch leaves out a reduction of less than 1e-8, which here is made. A loss that is not a number is no better.
    """

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._factor, self._best, self._bad = 1.0, math.inf, 0

    def factor(self, step: int, epoch: int, epochs: int) -> float:
        return self._factor

    def observe(self, loss: float) -> None:
        if loss < self._best * (1.0 - self._options["plateau_threshold"]):
            self._best, self._bad = loss, 0
        else:
            self._bad += 1
        if self._bad > self._options["plateau_patience"]:
            self._factor, self._bad = self._factor * self._options["plateau_factor"], 0

    def take_state(self) -> State:
        return {"factor": self._factor, "best": self._best if math.isfinite(self._best) else None, "bad": self._bad}

    def put_state(self, state: Mapping[str, float | None]) -> None:
        super().put_state(state)
        factor, best, bad = state["factor"], state["best"], state["bad"]
        if factor is None or bad is None or not 0.0 < factor <= 1.0 or bad < 0:
            raise ValueError("the saved state of the schedule is incomplete")
        self._factor, self._best, self._bad = float(factor), math.inf if best is None else float(best), int(bad)


@dataclass(frozen=True)
class ScheduleEntry:
    """One entry of SCHEDULES; `make(options)` takes its fields' values by name."""

    name: str
    label: str
    formula: str
    help: str
    make: Callable[[Options], Schedule]
    fields: tuple[Field, ...] = ()


SCHEDULES: dict[str, ScheduleEntry] = {
    s.name: s
    for s in (
        ScheduleEntry("constant", "Constant", "1", "The learning rate stays as it is set.", Schedule),
        ScheduleEntry(
            "step", "Steps", "fᵏ, k = ⌊epoch / n⌋", "Divides the learning rate again and again, every so many epochs.",
            Step,
            (
                Field("step_epochs", "Every (epochs)", 30, "How many epochs a rate lasts.", 1, 100_000_000),
                Field("step_factor", "Factor", 0.1, "What the rate is then multiplied by.", 1e-6, 1.0, log=True),
            ),
        ),
        ScheduleEntry(
            "exponential", "Exponential", "dᵉ, e = epoch", "Makes the learning rate a little smaller each epoch.",
            Exponential,
            (Field("decay", "Decay", 0.95, "What the rate is multiplied by after each epoch.", 1e-6, 1.0),),
        ),
        ScheduleEntry(
            "cosine", "Cosine", "f + (1 − f)(1 + cos(π epoch / n)) / 2",
            "Lets the learning rate down gently: slowly at first, faster in the middle, slowly at the end.", Cosine,
            (
                Field(
                    "cosine_epochs", "Over (epochs)", 0,
                    "How many epochs the way down lasts; 0 takes the planned epochs.", 0, 100_000_000,
                ),
                Field("floor", "Floor", 0.0, "The last rate as a share of the first; there it stays.", 0.0, 1.0),
            ),
        ),
        ScheduleEntry(
            "warmup", "Warm-up", "s + (1 − s) min(step, n) / n",
            "Begins with a small learning rate and raises it evenly, step by step.", Warmup,
            (
                Field("warmup_steps", "Over (steps)", 100, "Steps until the full rate is reached.", 1, 1_000_000_000),
                Field("warmup_start", "Start", 0.1, "The first rate as a share of the full one.", 0.0, 1.0),
            ),
        ),
        ScheduleEntry(
            "plateau", "Reduce on plateau", "f once the loss has not fallen for n epochs",
            "Makes the learning rate smaller whenever the loss has stopped falling"
            " (the validation loss where there is one).",
            Plateau,
            (
                Field(
                    "plateau_factor", "Factor", 0.1, "What the rate is multiplied by on a plateau.", 1e-6, 1.0, log=True
                ),
                Field(
                    "plateau_patience", "Patience (epochs)", 10,
                    "Epochs without a better loss that are borne with.", 0, 100_000_000,
                ),
                Field(
                    "plateau_threshold", "Threshold", 1e-4,
                    "The share of itself by which a loss must fall to count as better.", 0.0, 0.5,
                ),
            ),
        ),
    )
}  # fmt: skip
