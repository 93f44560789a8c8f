"""A job about the shown run, as the window asks for it: the latest one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from bpgui.runs.run import Run
    from bpgui.session.desk import Question, Reply
    from bpgui.session.trainer import Trainer


class Latest(QObject):
    """`answer` is of the run after `step` steps, None before there is one; `problem` says why there is none.

    `changed`: any of it, or whether it is `busy`; `progressed` brings the share done. What was found goes with the run
    that it is about. A subclass says in words when a job `failed` or was `left` off.
    """

    changed = Signal()
    progressed = Signal(float)

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trainer, self._questions = trainer, trainer.questions
        self.answer: Any = None
        self.step = 0
        self.problem = ""
        self._run = ""
        self._asked: int | None = None
        self._questions.replied.connect(self._on_replied)
        self._questions.progressed.connect(self._on_progressed)
        trainer.run_changed.connect(self._on_run_changed)

    def failed(self, error: Exception) -> str:
        """Why there is no answer."""
        return str(error)

    def left(self) -> str:
        """That it was left off, before there was an answer."""
        return self.tr("It was left off.")

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return self._asked is not None

    @property
    def stale(self) -> bool:
        """Whether the run has gone on since."""
        return self.answer is not None and self.step != self._trainer.progress.step

    def ask_for(self, question: Question) -> None:
        """Ask it, instead of what is under way."""
        if self._trainer.run is None:
            return
        if self._asked is not None:
            self._questions.cancel(self._asked)
        self._asked, self.problem = self._questions.ask(question), ""
        self.changed.emit()

    @Slot()
    def cancel(self) -> None:
        """Leave off; what was known stays known."""
        if self._asked is not None:
            self._questions.cancel(self._asked)

    @Slot()
    def forget(self) -> None:
        """What was found is of another run."""
        self.cancel()
        self._asked = self.answer = None
        self.problem = ""
        self.changed.emit()

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        if reply.number != self._asked:
            return
        self._asked = None
        if reply.error is not None:
            self.problem = self.failed(reply.error)
        elif reply.answer is not None:
            self.answer, self.step, self._run = reply.answer, reply.step, reply.run_id
        elif self.answer is None:
            self.problem = self.left()
        self.changed.emit()

    @Slot(int, float)
    def _on_progressed(self, number: int, share: float) -> None:
        if number == self._asked:
            self.progressed.emit(share)

    def speaks_of(self, run: Run | None) -> bool:
        """Whether what was found is about that run."""
        return run is not None and run.id == self._run

    @Slot()
    def _on_run_changed(self) -> None:
        if not self.speaks_of(self._trainer.run):
            self.forget()
