"""The learner's own project, kept beside while a lesson sets up others: nothing of it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bpgui.project.spec import ProjectSpec

if TYPE_CHECKING:
    from bpgui.session.session import Session


class Aside:
    """What was open when the lesson began. Its runs make no room for those of the lesson.

    `own`: there is more to it than a sample as it came.
    """

    def __init__(self, session: Session) -> None:
        document, trainer = session.document, session.trainer
        self._session = session
        self.spec: ProjectSpec = document.spec
        self.path: Path | None = document.path
        self._table = document.table
        self._index = document.undo_stack.index()
        self._step: object = None  # the first edit of the lesson
        self._run = trainer.run.id if trainer.run is not None else ""
        if trainer.state == "training":
            trainer.pause()
        self.runs = frozenset(run.id for run in trainer.runs)
        self.own = bool(self.runs) or not session.untouched
        trainer.runs.pinned = self.runs

    def note_first_step(self) -> None:
        """The lesson has made its first edit."""
        stack = self._session.document.undo_stack
        if self._step is None and stack.index() > self._index:
            self._step = stack.command(self._index)

    def bring_back(self) -> None:
        """The project as it was, with its runs; those of the lesson are forgotten."""
        document, trainer = self._session.document, self._session.trainer
        stack = document.undo_stack
        if self._step is not None and stack.index() > self._index and stack.command(self._index) is self._step:
            stack.setIndex(self._index)
        else:
            document.become(document.tr("Leave the lesson"), self.spec, self._table, self.path)
        if trainer.runs.get(self._run) is not None:
            trainer.show_run(self._run)
        elif trainer.run is not None and (trainer.run.trained or trainer.progress.step):
            trainer.reset()
        trainer.runs.keep(self.runs | {trainer.run.id if trainer.run is not None else ""})
        self.forget()
        trainer.runs_changed.emit()

    def forget(self) -> None:
        """Runs of the past make room again."""
        self._session.trainer.runs.pinned = frozenset()
