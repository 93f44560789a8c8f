"""Drives one run: steps, interventions, history, and when to stop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.engine.activations import Array
from bpgui.engine.training import TrainingState
from bpgui.project import build
from bpgui.project.spec import LIVE_FIELDS, ProjectSpec
from bpgui.runs.answers import Progress
from bpgui.runs.history import History
from bpgui.runs.interventions import FIELDS, Intervention, Value
from bpgui.runs.threads import set_blas_threads

EPOCHS, TARGET, BY_HAND, DIVERGED, FAILED = "epochs", "target loss", "by hand", "diverged", "failed"
RESUMABLE = (EPOCHS, TARGET, BY_HAND)


class Driver:
    """A run in motion: a function of `spec`, `data` and `interventions`; `state` and `history` are an earlier one's.

    `stop_reason` is None while it can go on. With a `state`, the interventions up to its step count as applied.
    """

    def __init__(
        self, spec: ProjectSpec, data: Dataset, interventions: Sequence[Intervention] = (),
        state: TrainingState | None = None, history: History | None = None,
    ) -> None:  # fmt: skip
        self.spec, self.data = spec, data
        set_blas_threads(spec.training.threads)
        self.training = build.training(spec, data)
        self.history = history or History()
        self.epochs, self.target_loss = spec.training.epochs, spec.training.target_loss
        self.stop_reason: str | None = None
        self.stop_detail = ""
        self.loss = self.train_loss = self.val_loss = math.nan
        self.interventions: list[Intervention] = []
        self._pending = sorted(interventions, key=lambda i: i.step)
        self._validation = (data.x[data.validation], data.y[data.validation])
        if state is not None:
            self._go_on(state)
        self._apply_pending()

    def _go_on(self, state: TrainingState) -> None:
        self.training.put_state(state)
        epochs = self.history.epochs.view()
        if len(epochs):
            self.train_loss, self.val_loss = float(epochs[-1, 1]), float(epochs[-1, 2])

    @property
    def parameters(self) -> Array:
        return self.training.network.parameters

    @property
    def step_count(self) -> int:
        return self.training.step_count

    def step(self) -> bool:
        """One step, if the run has not ended; says whether it can go on."""
        if self.stop_reason is not None:
            return False
        training = self.training
        epoch = training.epoch
        self.loss = loss = training.step()
        if not math.isfinite(loss):
            self._diverge(f"the loss became {loss} at step {training.step_count + 1}, in epoch {epoch + 1}")
            return False
        if training.epoch != epoch:
            self._end_epoch()
        elif training.batches > 1:
            self.history.batches.append(epoch + training.position / training.count, loss)
        if self._pending:
            self._apply_pending()
        return self.stop_reason is None

    def steps(self) -> Iterator[None]:
        """Yields after each step, until the run ends."""
        while self.stop_reason is None:
            self.step()
            yield

    def _end_epoch(self) -> None:
        training = self.training
        self.train_loss = training.epoch_loss
        self.val_loss = training.network.evaluate(*self._validation)
        self.history.epochs.append(training.epoch, self.train_loss, self.val_loss)
        if not training.finite:
            self._diverge(f"a weight was no longer finite after epoch {training.epoch}")
        elif len(self._validation[0]) and not math.isfinite(self.val_loss):
            self._diverge(f"the validation loss became {self.val_loss} after epoch {training.epoch}")
        else:
            self._judge_end()

    def _judge_end(self) -> None:
        if self.target_loss is not None and self.train_loss <= self.target_loss:
            self.stop_reason = TARGET
        elif self.training.epoch >= self.epochs:
            self.stop_reason = EPOCHS

    def _diverge(self, what: str) -> None:
        restored = self.training.restore_finite()
        kept = "the last finite weights were put back" if restored else "the weights before it are kept"
        self.stop_reason = DIVERGED
        self.stop_detail = (
            f"Training diverged: {what}, at learning rate {self.training.learning_rate:g}; {kept}. "
            "Try a learning rate ten times smaller, or standardise the data."
        )

    def intervene(self, field: str, value: Value = None) -> None:
        """Apply it now, between two steps, and write it down. Raises KeyError for a field that no run takes."""
        if field not in FIELDS:
            raise KeyError(field)
        self._apply(Intervention(self.step_count, field, value))

    def _apply_pending(self) -> None:
        while self._pending and self._pending[0].step <= self.step_count:
            self._apply(self._pending.pop(0))

    def _apply(self, intervention: Intervention) -> None:
        self.interventions.append(intervention)
        field, value = intervention.field, intervention.value
        if field == "learning_rate" and isinstance(value, (int, float)):
            self.training.learning_rate = float(value)
        elif field == "epochs" and isinstance(value, int):
            self._set_epochs(value)
        elif field == "target_loss":
            self.target_loss = float(value) if isinstance(value, (int, float)) else None
            if self.stop_reason == TARGET:
                self.stop_reason = None
        elif field == "stop" and self.stop_reason is None:
            self.stop_reason = str(value or BY_HAND)
        elif field == "resume" and self.stop_reason in RESUMABLE:
            self.stop_reason = None

    def _set_epochs(self, epochs: int) -> None:
        self.epochs = epochs
        if self.stop_reason == EPOCHS and self.training.epoch < epochs:
            self.stop_reason = None
        elif self.stop_reason is None and self.training.epoch >= epochs:
            self.stop_reason = EPOCHS

    def extension(self) -> dict[str, Value]:
        """The live fields to change for an ended run to go on: as many epochs again, past a target that was met."""
        changes: dict[str, Value] = {}
        if self.stop_reason == TARGET:
            changes["target_loss"] = None
        if self.stop_reason in RESUMABLE and self.training.epoch >= self.epochs:
            changes["epochs"] = self.training.epoch + self.spec.training.epochs
        return changes

    def extend(self) -> None:
        """Make an ended run go on, where that is possible."""
        for field, value in self.extension().items():
            self.intervene(field, value)
        if self.stop_reason in RESUMABLE:
            self.intervene("resume")

    def fail(self, error: BaseException) -> None:
        """End it because of an error in the program; what was learnt stays."""
        self.stop_reason = FAILED
        self.stop_detail = f"Training failed after step {self.step_count}: {type(error).__name__}: {error}."

    def follow(self, spec: ProjectSpec) -> None:
        """Take over the live fields of an edited specification, as interventions."""
        current = {"learning_rate": self.training.learning_rate, "epochs": self.epochs, "target_loss": self.target_loss}
        for name in LIVE_FIELDS:
            value = getattr(spec.training, name)
            if value != current[name]:
                self.intervene(name, value)

    @property
    def progress(self) -> Progress:
        """Where it stands; `steps_per_second` is left to whoever holds the clock."""
        training = self.training
        return Progress(
            step=training.step_count, epoch=training.epoch, epochs=self.epochs,
            batch=training.batch, batches=training.batches,
            loss=_known(self.loss), train_loss=_known(self.train_loss), val_loss=_known(self.val_loss),
            learning_rate=training.learning_rate, stop_reason=self.stop_reason,
        )  # fmt: skip

    def take_state(self) -> TrainingState:
        return self.training.take_state()

    def final_losses(self) -> tuple[float, float]:
        """(train, validation) re-evaluated with the present weights."""
        rows = self.data.train
        train = self.training.network.evaluate(self.data.x[rows], self.data.y[rows])
        return train, self.training.network.evaluate(*self._validation)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def quiet_numerics() -> np.errstate:
    """Training may overflow on its way to a divergence, which is reported in words: no warnings besides."""
    return np.errstate(all="ignore")
