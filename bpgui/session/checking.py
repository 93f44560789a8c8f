"""The gradient check of the shown run, as the window asks for it: the latest one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.engine.gradcheck import CheckOptions, StepErrors
from bpgui.runs.explaining import CheckAnswer, CheckGradient, TryStepSizes

if TYPE_CHECKING:
    from bpgui.session.desk import Reply
    from bpgui.session.trainer import Trainer


class Checking(QObject):
    """`answer` is of the step after `step` steps, None before the first check of a run; `problem` says why there is
    none. `errors` are how they depend on the step size, asked for apart.

    `changed`: any of it, or whether it is `busy`; `progressed` brings the share done.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainer, self._questions = trainer, trainer.questions
        self.options = CheckOptions()
        self.answer: CheckAnswer | None = None
        self.errors: StepErrors | None = None
        self.step = 0
        self.problem = ""
        self._run = ""
        self._asked: int | None = None
        self._asked_errors: int | None = None
        self._questions.replied.connect(self._on_replied)
        self._questions.progressed.connect(self._on_progressed)
        trainer.run_changed.connect(self._on_run_changed)

    @property
    def busy(self) -> bool:
        """Whether a check is under way."""
        return self._asked is not None

    @property
    def stale(self) -> bool:
        """Whether the run has gone on since."""
        return self.answer is not None and self.step != self._trainer.progress.step

    def ask(self, options: CheckOptions | None = None) -> None:
        """Check the next step, instead of what is being checked."""
        if self._trainer.run is None:
            return
        self.options = options or self.options
        if self._asked is not None:
            self._questions.cancel(self._asked)
        self._asked, self.problem = self._questions.ask(CheckGradient(self.options)), ""
        self.changed.emit()

    def ask_errors(self) -> None:
        """Find out how the error depends on the step size, unless that is known of this step, or under way."""
        known = self.errors is not None and self.errors.step == self._trainer.progress.step + 1
        if self._trainer.run is not None and self._asked_errors is None and not known:
            self._asked_errors = self._questions.ask(TryStepSizes(self.options))

    @Slot()
    def cancel(self) -> None:
        """Leave off; what was known stays known."""
        if self._asked is not None:
            self._questions.cancel(self._asked)

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        if reply.number == self._asked_errors:
            self._asked_errors = None
            if isinstance(reply.answer, StepErrors):
                self.errors = reply.answer
                self.changed.emit()
        if reply.number != self._asked:
            return
        self._asked = None
        if reply.error is not None:
            self.problem = self.tr("The check could not be made: {0}").format(str(reply.error))
        elif isinstance(reply.answer, CheckAnswer):
            self.answer, self.step, self._run = reply.answer, reply.step, reply.run_id
        elif self.answer is None:
            self.problem = self.tr("The check was left off.")
        self.changed.emit()

    @Slot(int, float)
    def _on_progressed(self, number: int, share: float) -> None:
        if number == self._asked:
            self.progressed.emit(share)

    @Slot()
    def _on_run_changed(self) -> None:
        """What was found is of another run."""
        run = self._trainer.run
        if run is None or run.id != self._run:
            self.cancel()
            self._asked = self._asked_errors = self.answer = self.errors = None
            self.problem = ""
            self.changed.emit()
