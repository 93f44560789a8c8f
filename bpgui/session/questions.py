"""Questions to the shown run, as the window asks them: a trace, a gradient check."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from bpgui.session.desk import Desk, Question


class Questions(QObject):
    """`replied` brings one `desk.Reply` for each question asked, `progressed` (number, share done) of a job.

    A reply is about the run and the step that it names: a panel that looks at another by now lets it pass.
    """

    replied = Signal(object)
    progressed = Signal(int, float)

    def __init__(self, desk: Desk, wake: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._wake = desk, wake

    def ask(self, question: Question) -> int:
        """Answered between two steps; a job a few milliseconds at a time, between the worker's other turns."""
        number = self._desk.ask(question)
        self._wake()
        return number

    def cancel(self, number: int | None = None) -> None:
        """Take a question back, or all of them."""
        self._desk.cancel(number)
        self._wake()

    @property
    def open(self) -> bool:
        """Whether a reply is still to come."""
        return self._desk.owing

    def hand_out(self) -> None:
        """From the window's timer: what came since the last time."""
        for reply in self._desk.collect():
            self.replied.emit(reply)
        progress = self._desk.progress()
        if progress is not None:
            self.progressed.emit(*progress)
