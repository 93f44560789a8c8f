"""The learning-rate finder of the shown run, as the window asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bpgui.engine.rate_finder import RateSearch
from bpgui.project.edits import set_training
from bpgui.project.spec import apart_from_rate
from bpgui.runs.rates import FindRate
from bpgui.session.latest import Latest

if TYPE_CHECKING:
    from bpgui.project.spec import ProjectSpec
    from bpgui.runs.run import Run
    from bpgui.session.document import Document
    from bpgui.session.trainer import Trainer


class RateFinding(Latest):
    """`use` takes a rate over: an edit of the project, and in a run that has begun an intervention."""

    answer: RateSearch | None

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(trainer, parent)
        self._document = document
        self._about: ProjectSpec | None = None

    def failed(self, error: Exception) -> str:
        return self.tr("No rate could be looked for: {0}").format(str(error))

    def left(self) -> str:
        return self.tr("It was left off before there was anything to see.")

    def ask(self) -> None:
        """Look for a rate from the weights as they are."""
        self._about = apart_from_rate(self._document.spec)
        self.ask_for(FindRate())

    def speaks_of(self, run: Run | None) -> bool:
        """Another rate makes another run at its start, but begins from the same weights."""
        if super().speaks_of(run):
            return True
        begins = run is not None and not run.trained and self.answer is not None and self.step == 0
        return begins and apart_from_rate(self._document.spec) == self._about

    def use(self, rate: float) -> None:
        """Learn at that rate from now on."""
        self._document.edit(self.tr("Use the learning rate found"), set_training, learning_rate=rate)
