"""Training, as the window sees it: start, pause, step, stop. Lives in the window's thread."""

from __future__ import annotations

from PySide6.QtCore import Slot

from bpgui.project.edits import set_live
from bpgui.runs.run import Run
from bpgui.runs.stopping import BY_HAND, DIVERGED
from bpgui.session.shown_run import ENDED, TRAINING, ShownRun


class Trainer(ShownRun):
    """What a person does with the run that is shown."""

    @Slot()
    def train(self) -> None:
        """Go on, or begin; a run that had ended goes on for as many epochs as were planned."""
        self._run_worker(self.pace.rate)

    @Slot()
    def finish(self) -> None:
        """To the end, flat out."""
        self._run_worker(None)

    @Slot()
    def step_batch(self) -> None:
        self._run_worker(None, steps=1)

    @Slot()
    def step_epoch(self) -> None:
        self._run_worker(None, epochs=1)

    @Slot()
    def pause(self) -> None:
        if self.state == TRAINING:
            with self.parked() as driver:
                self._halt(driver)
            self._set_state(self._resting_state())

    @Slot()
    def toggle(self) -> None:
        """Train, or pause."""
        if self.state == TRAINING:
            self.pause()
        else:
            self.train()

    @Slot()
    def stop(self) -> None:
        """End the run here, by hand; written down as part of it."""
        if self.run is None or self.state == ENDED:
            return
        with self.parked() as driver:
            if driver is None:
                return
            if driver.stop_reason is None:
                driver.intervene("stop", BY_HAND)
            self._halt(driver)
        self._set_state(ENDED)

    @Slot()
    def reset(self) -> None:
        """A new run of the same project, with the very same initial weights; the old one stays in `runs`."""
        if self.run is not None:
            self.take_down()
            self._show_run(Run(self.document.spec, self.runs.next_number()))

    @Slot()
    def go_back(self) -> None:
        """After a divergence: to the last sound weights, at a tenth of the learning rate; Train goes on from there."""
        with self.parked() as driver:
            if driver is None or driver.stop_reason != DIVERGED:
                return
            driver.go_back()
            rate = driver.training.learning_rate / 10.0
        self.document.edit(self.tr("Go back"), set_live, {"learning_rate": rate})

    @Slot()
    def new_seed(self) -> None:
        """Other initial weights, another split, another order: an edit of the project."""
        self.document.set_seed(self.document.spec.seed + 1)

    def _run_worker(self, rate: float | None, *, steps: int | None = None, epochs: int | None = None) -> None:
        self._extend()
        if self.run is None:
            return
        with self.parked() as driver:
            assert driver is not None
            if driver.stop_reason is not None:
                driver.extend()
            ended = driver.stop_reason is not None
            self._worker.aim(driver, rate, steps, epochs)
        self.frames.start()
        self._set_state(ENDED if ended else TRAINING)

    def _extend(self) -> None:
        """Let an ended run go on by an edit of the project, so that what it shows is what the run does."""
        with self.parked() as driver:
            changes = driver.extension() if driver is not None else {}
        if changes:
            self.document.edit(self.tr("Train on"), set_live, changes)
