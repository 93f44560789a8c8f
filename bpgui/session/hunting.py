"""The bug hunt of the shown run: the gradient check of a copy of the backward pass with a mistake in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.engine.gradcheck import CheckOptions
from bpgui.runs.bug_hunt import BeginHunt, Hunt, Verdict, answer, judge
from bpgui.session.checking import Checking

if TYPE_CHECKING:
    from bpgui.session.desk import Reply
    from bpgui.session.trainer import Trainer


class Hunting(Checking):
    """`hunt` is under way, None before the mistake is planted; `begun` tells. `guesses` so far, `found` at the last.

    As a Checking it checks the copy with the mistake; the run trains with the right gradients.
    """

    begun = Signal()

    def __init__(self, trainer: Trainer, parent: QObject | None = None) -> None:
        self.hunt: Hunt | None = None
        self.guesses, self.found = 0, False
        self._asked_hunt: int | None = None
        super().__init__(trainer, parent)

    def begin(self, number: int) -> None:
        """Plant the mistake that this number draws, instead of the one before."""
        self.forget()
        if self._trainer.run is None:
            self.problem = self.tr("There is no network to plant a mistake in: see the checks (F8).")
            self.changed.emit()
        else:
            self._asked_hunt = self._questions.ask(BeginHunt(number))

    @Slot()
    def forget(self) -> None:
        """No hunt, and nothing checked."""
        if self._asked_hunt is not None:
            self._questions.cancel(self._asked_hunt)
        self._asked_hunt = self.hunt = None
        self.guesses, self.found = 0, False
        super().forget()

    def ask(self, options: CheckOptions | None = None) -> None:
        if self.hunt is not None:
            super().ask(replace(options or self.options, planted=self.hunt.planted))

    def ask_errors(self) -> None:
        if self.hunt is not None:
            super().ask_errors()

    def guess(self, place: int, mistake: str) -> Verdict:
        """Is it this one? Only while a hunt is under way."""
        assert self.hunt is not None
        self.guesses += 1
        verdict = judge(self.hunt, place, mistake)
        self.found = verdict.right
        return verdict

    def give_up(self) -> str:
        """What the mistake was; only while a hunt is under way."""
        assert self.hunt is not None
        self.found = True
        return answer(self.hunt)

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        if reply.number == self._asked_hunt:
            self._asked_hunt = None
            if isinstance(reply.answer, Hunt):
                self.hunt = reply.answer
                self.ask()
                self.begun.emit()
            elif reply.error is not None:
                self.problem = self.tr("No mistake could be planted: {0}.").format(str(reply.error))
                self.changed.emit()
            return
        super()._on_replied(reply)
