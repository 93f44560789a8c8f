"""The gradient check of the shown run, as the window asks for it: the latest one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from bpgui.engine.gradcheck import CheckOptions, StepErrors
from bpgui.runs.explaining import CheckAnswer, CheckGradient, TryStepSizes
from bpgui.session.latest import Latest

if TYPE_CHECKING:
    from bpgui.session.desk import Reply
    from bpgui.session.trainer import Trainer


class Checking(Latest):
    """`errors` are how they depend on the step size, asked for apart."""

    answer: CheckAnswer | None

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(trainer, parent)
        self.options = CheckOptions()
        self.errors: StepErrors | None = None
        self._asked_errors: int | None = None
        self._questions.replied.connect(self._on_errors)

    def failed(self, error: Exception) -> str:
        return self.tr("The check could not be made: {0}").format(str(error))

    def left(self) -> str:
        return self.tr("The check was left off.")

    def ask(self, options: CheckOptions | None = None) -> None:
        """Check the next step, instead of what is being checked."""
        self.options = options or self.options
        self.ask_for(CheckGradient(self.options))

    def ask_errors(self) -> None:
        """Find out how the error depends on the step size, unless that is known of this step, or under way."""
        known = self.errors is not None and self.errors.step == self._trainer.progress.step + 1
        if self._trainer.run is not None and self._asked_errors is None and not known:
            self._asked_errors = self._questions.ask(TryStepSizes(self.options))

    @Slot()
    def forget(self) -> None:
        if self._asked_errors is not None:
            self._questions.cancel(self._asked_errors)
        self._asked_errors = self.errors = None
        super().forget()

    @Slot(object)
    def _on_errors(self, reply: Reply) -> None:
        if reply.number == self._asked_errors:
            self._asked_errors = None
            if isinstance(reply.answer, StepErrors):
                self.errors = reply.answer
                self.changed.emit()
