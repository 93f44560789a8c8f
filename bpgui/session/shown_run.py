"""The run that is shown and the worker that has it: which one, in what state, and what comes of it.

It follows the project: an edit of a rate goes on in the run, one of the layers begins another.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.project.spec import ProjectSpec, structure
from bpgui.runs.answers import Frame, Progress
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.probes import Probe
from bpgui.runs.run import Run
from bpgui.runs.stopping import FAILED
from bpgui.session.document import Document
from bpgui.session.frames import Frames
from bpgui.session.pace import Pace
from bpgui.session.questions import Questions
from bpgui.session.runlist import RunList
from bpgui.session.worker import Worker

log = logging.getLogger("bpgui")

_PARK_SECONDS = 60.0
BLOCKED, READY, TRAINING, PAUSED, ENDED = "blocked", "ready", "training", "paused", "ended"


class ShownRun(QObject):
    """`state` is one of blocked, ready, training, paused, ended; `run` what is shown, None while blocked.

    Frames come by `framed` with the answers to the probes that visible panels `watch`; `questions` are asked once.
    """

    state_changed = Signal(str)
    framed = Signal(object)
    failed = Signal(str)
    run_changed = Signal()
    runs_changed = Signal()
    pace_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.state = BLOCKED if document.blocked else READY
        self.run: Run | None = None
        self.runs = RunList()
        self.progress = Progress(epochs=document.spec.training.epochs)
        self.pace = Pace.planned(self.progress.epochs)  # the first sample has one batch an epoch
        self._watched: dict[int, tuple[Probe, ...]] = {}
        self._failure: BaseException | None = None
        self.frames = Frames(self._take_frame, self._expects_frame, self)
        self._turn = self.frames.turn
        self._worker = Worker(self._turn, self.frames.mailbox, self._note_failure)
        self.questions = Questions(self._worker.desk, self._wake, self)
        document.changed.connect(self._project_changed)

    # ---- the worker

    def begin(self) -> None:
        """Start the worker and show the project's run; once."""
        if not self.begun:
            self._turn.begin()
            self._worker.start()
            self._show_spec(self.document.spec)

    @property
    def begun(self) -> bool:
        """Whether there is a worker by now, and a run; at the latest when something is wanted of either."""
        return self._worker.ident is not None

    @property
    def driver(self) -> Driver | None:
        """For looking at. Its network's buffers are the worker's: nothing may be computed with them from here."""
        return self._worker.driver

    def final_losses(self) -> tuple[float, float]:
        """(train, validation) re-evaluated with the present weights, between two turns of the worker; NaN: no run."""
        with self.parked() as driver, quiet_numerics():
            return driver.final_losses() if driver is not None else (math.nan, math.nan)

    @contextmanager
    def parked(self) -> Iterator[Driver | None]:
        """The worker stands between two steps: its fields and the driver may be touched."""
        self.begin()
        self._turn.close()
        try:
            if not self._turn.wait_parked(_PARK_SECONDS):
                raise TimeoutError(f"a training step took more than {_PARK_SECONDS:.0f} s")
            yield self._worker.driver
        finally:
            self._turn.open()

    def shutdown(self, timeout: float = 2.0) -> bool:
        """End the worker; says whether it ended within `timeout` seconds."""
        self._worker.running = False
        self._worker.quitting = True
        self.frames.close()
        if self.begun:
            self._worker.join(timeout)
        return not self._worker.is_alive()

    def _wake(self) -> None:
        """There is something to do, and something to come."""
        self._turn.poke()
        self.frames.start()

    def set_pace(self, pace: Pace) -> None:
        self.pace = pace
        if self.state == TRAINING and self._worker.until_step is None and self._worker.until_epoch is None:
            with self.parked():
                self._worker.rate = pace.rate
                self._worker.begin()
        self.pace_changed.emit()

    def _plan_pace(self) -> None:
        driver = self._worker.driver
        if self.pace.automatic and driver is not None:
            pace = Pace.planned(self.document.spec.training.epochs * driver.training.batches)
            if pace != self.pace:
                self.set_pace(pace)

    # ---- frames

    def watch(self, owner: object, probes: tuple[Probe, ...]) -> None:
        """The probes that `owner` wants answered while it is visible; () for none."""
        if self._watched.get(id(owner), ()) == probes:
            return
        if probes:
            self._watched[id(owner)] = probes
        else:
            self._watched.pop(id(owner), None)
        self._worker.probes = tuple(dict.fromkeys(p for wanted in self._watched.values() for p in wanted))
        if probes and self.state != TRAINING:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """A settled frame with every watched probe, soon."""
        if self.run is not None:
            self._worker.settle()
            self._wake()

    def _take_frame(self, frame: Frame | None) -> None:
        if self._failure is not None:
            self._fail()
        self.questions.hand_out()
        if frame is not None and self.run is not None and frame.run_id == self.run.id:
            self.frames.hold()
            self._hand_out(frame)

    def _expects_frame(self) -> bool:
        return self.state == TRAINING or self._worker.settling or self.questions.open

    def _hand_out(self, frame: Frame) -> None:
        self.progress = frame.progress
        if frame.settled and self.state == TRAINING and not self._worker.running:
            self.take_down(halt=False)
            self._set_state(self._resting_state())
            self.runs_changed.emit()
        self.framed.emit(frame)

    def _note_failure(self, error: BaseException) -> None:
        """In the worker's thread: the next tick tells."""
        self._failure = error

    def _fail(self) -> None:
        error, self._failure = self._failure, None
        log.error("the worker failed", exc_info=error)
        driver = self._worker.driver
        if driver is not None and driver.stop_reason == FAILED and self.state == TRAINING:
            self.take_down()
            self._set_state(ENDED)
            self.runs_changed.emit()
            self.failed.emit(driver.stop_detail)
        else:
            self.failed.emit(self.tr("A panel's figures could not be worked out: {0}").format(repr(error)))

    # ---- states

    def _resting_state(self) -> str:
        driver = self._worker.driver
        if driver is None or self.run is None:
            return BLOCKED
        if driver.stop_reason is not None:
            return ENDED
        return PAUSED if self.run.trained or driver.step_count else READY

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _halt(self, driver: Driver | None) -> None:
        """Parked: no further steps, a settled frame, the state noted down."""
        self._worker.running = False
        self._worker.settle()
        if driver is not None and self.run is not None:
            self.run.take_down(driver, steps_per_second=self._worker.steps_per_second)
        self.frames.start()

    def take_down(self, *, halt: bool = True) -> None:
        """Note in the run how far it came, and end its training or let it go on."""
        if self.run is None:
            return
        with self.parked() as driver:
            if halt:
                self._halt(driver)
            elif driver is not None:
                self.run.take_down(driver, steps_per_second=self._worker.steps_per_second)

    # ---- which run

    def show_run(self, id: str) -> None:
        """Show a kept run again: its project comes back as an edit that can be undone."""
        run = self.runs.get(id)
        if run is None or run is self.run:
            return
        self.take_down()
        self.runs.prefer(run)
        present = run.present_beside(self.document.spec)
        if present == self.document.spec:
            self._show_run(run)
            return
        if structure(present) == structure(self.document.spec):
            self._show_run(run)  # the edit that follows is then one of this run, and changes nothing in it
        self.document.apply(self.tr("Show run {0}").format(run.number), present)

    def restore(self, runs: list[Run], current: str | None) -> None:
        """The runs of an opened file; `current` is the one shown, None a new one."""
        self.begin()
        self.take_down()
        self.runs = RunList(runs)
        chosen = self.runs.get(current) if current else None
        if chosen is not None:
            self.runs.prefer(chosen)
            self._show_spec(self.document.spec)
        elif not self.document.blocked:
            self._show_run(Run(self.document.spec, self.runs.next_number()))
        self.runs_changed.emit()

    def _show_spec(self, spec: ProjectSpec) -> None:
        """The latest run of that project, with its weights, or a new one at step 0."""
        if self.document.blocked:
            self._show_nothing()
            return
        run = self.runs.latest(spec) or Run(spec, self.runs.next_number())
        self._show_run(run)
        if run.trained:
            self._follow(spec)

    def _show_nothing(self) -> None:
        with self.parked():
            self._worker.show(None)
        self.run = None
        self.progress = Progress()
        self._set_state(BLOCKED)
        self.run_changed.emit()

    def _show_run(self, run: Run) -> None:
        data = self.document.dataset
        assert data is not None
        try:
            driver = run.driver(data)
        except ValueError as error:
            self.failed.emit(self.tr("Run {0} cannot go on: {1}").format(run.number, str(error)))
            run = Run(self.document.spec, self.runs.next_number())
            driver = run.driver(data)
        driver.decide(self.document.spec.decision)
        with self.parked():
            self._worker.show(driver, run.id)
        self.run = run
        self.runs.add(run)
        self.progress = driver.progress
        self._plan_pace()
        self.frames.start()
        self._set_state(self._resting_state())
        self.run_changed.emit()
        self.runs_changed.emit()

    # ---- the project

    @Slot(object, object)
    def _project_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        if not self.begun:
            return
        run = self.run
        if run is None or self.runs.afresh or structure(before) != structure(after):
            self.take_down()
            self._show_spec(after)
        elif run.trained or self.state == TRAINING or after.decision != before.decision:
            self._follow(after)
        else:
            self._show_run(Run(after, run.number))

    def _follow(self, spec: ProjectSpec) -> None:
        """A live edit: the run goes on, with an intervention written down."""
        with self.parked() as driver:
            assert driver is not None
            driver.follow(spec)
            training = self._worker.running
            if not training:
                self._worker.settle()
        self.frames.start()
        self._plan_pace()
        if not training:
            self._set_state(self._resting_state())
