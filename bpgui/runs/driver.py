"""Drives one run: steps, interventions, history, and when to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from msgspec.structs import replace

from bpgui.data.encoding import Dataset
from bpgui.data.split import Rows
from bpgui.engine.activations import Array
from bpgui.engine.training import TrainingState
from bpgui.engine.vitals import Vitals
from bpgui.project import build
from bpgui.project.spec import LIVE_FIELDS, Decision, ProjectSpec
from bpgui.runs import stopping
from bpgui.runs.answers import Progress
from bpgui.runs.health.course import VitalCourse, next_look
from bpgui.runs.history import History
from bpgui.runs.interventions import FIELDS, Intervention, Value
from bpgui.runs.stopping import BY_HAND, DIVERGED, EPOCHS, FAILED, PATIENCE, RESUMABLE, TIME
from bpgui.runs.threads import set_blas_threads

if TYPE_CHECKING:
    from bpgui.runs.post_mortem import PostMortem


class Driver:
    """A run in motion: a function of `spec`, `data` and `interventions`; `state` and `history` are an earlier one's.

    `stop_reason` is None while it can go on. With a `state`, the interventions up to its step count as applied.
    `live` are the live fields of the specification as they are now; `seconds` what `charge` was told of. `data` reads
    outputs by the decision of the specification, or the one told since; no step depends on it. `initial` (parameters,)
    is where the weights began.
    """

    def __init__(
        self, spec: ProjectSpec, data: Dataset, interventions: Sequence[Intervention] = (),
        state: TrainingState | None = None, history: History | None = None, seconds: float = 0.0,
    ) -> None:  # fmt: skip
        self.spec, self.data = spec, build.decided(data, spec.decision)
        set_blas_threads(spec.training.threads)
        self.training = build.training(spec, data)
        self.initial = self.training.network.parameters.copy()
        self.history = history or History()
        self.live: dict[str, Value] = {name: getattr(spec.training, name) for name in LIVE_FIELDS}
        self.seconds = seconds
        self.stop_reason: str | None = None
        self.stop_detail = ""
        self.post_mortem: PostMortem | None = None  # of its last divergence
        self.loss = self.train_loss = self.val_loss = self.penalty = math.nan
        self.interventions: list[Intervention] = []
        self._pending = sorted(interventions, key=lambda i: i.step)
        self._many = self.training.batches > 1
        self._from_step = -1 if state is None else state.step
        if state is not None:
            self._go_on(state)
        self.vitals = Vitals(self.training)
        if self.history.vitals.layers not in (None, len(self.vitals.layers)):
            self.history.vitals = VitalCourse()  # of another network: what is in a file may be anything
        self._next_look = next_look(self.step_count)
        self._apply_pending()

    def _evaluate(self, rows: Rows) -> float:
        """The loss of those rows with the present weights; NaN for none."""
        return self.training.network.evaluate(self.data.x, self.data.y, self.training.feed.weights, rows)

    def _go_on(self, state: TrainingState) -> None:
        self.training.put_state(state)
        while self._pending and self._pending[0].step <= self.step_count:
            self._apply(self._pending.pop(0))  # what it did to the weights is in the state already
        self.training.bad_epochs = state.bad_epochs
        epochs = self.history.epochs.view()
        if len(epochs):
            self.train_loss, self.val_loss, self.penalty = (float(value) for value in epochs[-1, 1:])

    @property
    def parameters(self) -> Array:
        return self.training.network.parameters

    @property
    def step_count(self) -> int:
        return self.training.step_count

    @property
    def stepped(self) -> bool:
        """Whether a step was tried since it was set in motion: what that worked out is still there to be seen."""
        return self.training.diverged or self.step_count > max(self._from_step, 0)

    @property
    def epochs(self) -> int:
        """After which it ends."""
        return self.training.epochs

    def step(self) -> bool:
        """One step, if the run has not ended; says whether it can go on."""
        if self.stop_reason is not None:
            return False
        training = self.training
        epoch = training.epoch
        self.loss = loss = training.step()
        if training.step_count == self._next_look:
            self._look()
        if training.diverged:
            self._diverge("step", loss)
        elif training.epoch != epoch:
            self._end_epoch()
        elif self._many:
            self.history.batches.append(epoch + training.feed.position / training.feed.count, loss)
        if self._pending:
            self._apply_pending()
        return self.stop_reason is None

    def _look(self) -> None:
        """Note down the vital signs after the last step. A step that was not taken is looked at again."""
        self._next_look = next_look(self.step_count)
        self.history.vitals.add(self.step_count, self.vitals.measure())

    def steps(self) -> Iterator[None]:
        """Yields after each step, until the run ends."""
        while self.stop_reason is None:
            self.step()
            yield

    def _end_epoch(self) -> None:
        training = self.training
        self.train_loss, self.penalty = training.epoch_loss, training.epoch_penalty
        self.val_loss = self._evaluate(self.data.validation)
        self.history.epochs.append(training.epoch, self.train_loss, self.val_loss, self.penalty)
        if not training.finite:
            self._diverge("weights", self.train_loss)
        elif len(self.data.validation) and not math.isfinite(self.val_loss):
            self._diverge("validation", self.val_loss)
        else:
            watched = self.val_loss if len(self.data.validation) else self.train_loss
            training.observe(watched, stopping.number(self.live["min_delta"]) if self.live["patience"] else None)
            self._judge_end()
        if self.stop_reason not in (None, DIVERGED) and not training.weights_are_finite():
            self._diverge("weights", self.train_loss)

    def _judge_end(self) -> None:
        self.stop_reason = stopping.reason(self.training, self.data, self.train_loss, self.live)
        if self.stop_reason == PATIENCE:
            best = self.training.best_loss
            self.training.restore_best()
            self.stop_detail = (
                f"The loss had not fallen for {self.live['patience']} epochs; "
                f"the weights of its best, {best:.6g}, were put back."
            )

    def _diverge(self, where: Literal["step", "weights", "validation"], loss: float) -> None:
        from bpgui.runs.divergence import EXAMINED

        with quiet_numerics():
            self.post_mortem = found = EXAMINED[where](self.training, self.data, self.initial, loss)
        restored = self.training.restore_finite()
        self.stop_reason = DIVERGED
        self.stop_detail = found.sentences(restored)

    def charge(self, seconds: float) -> None:
        """Count time spent on training; a run that has had its `max_seconds` ends here, and that is written down."""
        self.seconds += seconds
        limit = self.live["max_seconds"]
        if limit is not None and self.stop_reason is None and self.seconds >= stopping.number(limit):
            self.intervene("stop", TIME)

    def intervene(self, field: str, value: Value = None) -> None:
        """Apply it now, between two steps, and write it down. Raises KeyError for a field that no run takes."""
        if field not in FIELDS:
            raise KeyError(field)
        self._apply(Intervention(self.step_count, field, value, tried=self.stop_reason == DIVERGED))

    def _apply_pending(self) -> None:
        while self._pending and self._pending[0].step <= self.step_count:
            if self._pending[0].tried and self.stop_reason != DIVERGED:
                return  # the step after which it was made has not been tried yet
            self._apply(self._pending.pop(0))

    def _apply(self, intervention: Intervention) -> None:
        self.interventions.append(intervention)
        field, value = intervention.field, intervention.value
        if field in self.live:
            self.live[field] = value
            self._take(field)
        elif field == "stop" and self.stop_reason is None:
            self.stop_reason = str(value or BY_HAND)
        elif field == "resume" and self.stop_reason in RESUMABLE:
            self.stop_reason, self.stop_detail = None, ""
            self.training.bad_epochs = 0
        elif field == "go_back" and self.stop_reason == DIVERGED:
            self.stop_reason, self.stop_detail = None, ""
            self.training.go_back()

    def _take(self, field: str) -> None:
        """What else a new value of a live field changes."""
        training, value = self.training, self.live[field]
        if field in ("learning_rate", "l1", "l2", "clip_at"):
            setattr(training, field, stopping.number(value))
        elif field == "clip":
            training.set_clip(str(value))
        elif field == "epochs":
            self._set_epochs(int(stopping.number(value)))
        elif field in stopping.ENDED_BY.get(self.stop_reason or "", ()):
            self.stop_reason, self.stop_detail = None, ""

    def _set_epochs(self, epochs: int) -> None:
        self.training.epochs = epochs
        if self.stop_reason == EPOCHS and self.training.epoch < epochs:
            self.stop_reason = None
        elif self.stop_reason is None and self.training.epoch >= epochs:
            self.stop_reason = EPOCHS

    def extension(self) -> dict[str, Value]:
        """The live fields to change for an ended run to go on: as much again, past a target that was met."""
        changes: dict[str, Value] = {}
        if self.stop_reason in stopping.LIFTED:
            field, value = stopping.LIFTED[self.stop_reason]
            changes[field] = value
        elif self.stop_reason == TIME and self.live["max_seconds"] is not None:
            allowed = self.spec.training.max_seconds or stopping.number(self.live["max_seconds"])
            changes["max_seconds"] = self.seconds + allowed
        if self.stop_reason in RESUMABLE and self.training.epoch >= self.epochs:
            changes["epochs"] = self.training.epoch + self.spec.training.epochs
        return changes

    def extend(self) -> None:
        """Make an ended run go on, where that is possible."""
        for field, value in self.extension().items():
            self.intervene(field, value)
        if self.stop_reason in RESUMABLE:
            self.intervene("resume")

    def go_back(self) -> None:
        """After a divergence: to the last sound weights, with a fresh optimizer.

        What is written down says whether a "step" was tried in vain, which had drawn its masks, or an "epoch" ended.
        """
        if self.stop_reason == DIVERGED:
            ended = "epoch" if self.step_count > self._from_step else None  # None: it was so when the file was opened
            self.intervene("go_back", "step" if self.training.diverged else ended)

    def fail(self, error: BaseException) -> None:
        """End it because of an error in the program; what was learnt stays."""
        self.stop_reason = FAILED
        self.stop_detail = f"Training failed after step {self.step_count}: {type(error).__name__}: {error}."

    def follow(self, spec: ProjectSpec) -> None:
        """Take over the live fields of an edited specification, as interventions, and its decision."""
        self.decide(spec.decision)
        for name in LIVE_FIELDS:
            value = getattr(spec.training, name)
            if value != self.live[name]:
                self.intervene(name, value)

    def decide(self, decision: Decision) -> None:
        """Read outputs by another threshold from now on."""
        self.data = build.decided(self.data, decision)

    @property
    def present_spec(self) -> ProjectSpec:
        """The specification with the live fields as they are now."""
        return replace(self.spec, training=replace(self.spec.training, **self.live))

    @property
    def progress(self) -> Progress:
        """Where it stands; `steps_per_second` is left to whoever holds the clock."""
        training = self.training
        return Progress(
            step=training.step_count, epoch=training.epoch, epochs=self.epochs,
            batch=training.batch, batches=training.batches,
            loss=_known(self.loss), train_loss=_known(self.train_loss), val_loss=_known(self.val_loss),
            learning_rate=training.learning_rate, rate=training.rate, penalty=_known(self.penalty),
            stop_reason=self.stop_reason,
        )  # fmt: skip

    def take_state(self) -> TrainingState:
        return self.training.take_state()

    def final_losses(self) -> tuple[float, float]:
        """(train, validation) re-evaluated with the present weights."""
        return self._evaluate(self.data.train), self._evaluate(self.data.validation)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def quiet_numerics() -> np.errstate:
    """Training may overflow on its way to a divergence, which is reported in words: no warnings besides."""
    return np.errstate(all="ignore")
