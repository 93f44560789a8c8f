"""Questions on their way to the worker, replies on their way back. No Qt: both threads meet here."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import count
from typing import Any

from bpgui.runs.driver import Driver
from bpgui.session.turn import SLICE

# Called with a driver between two steps: its result is the answer, or a generator that yields the share done.
Question = Callable[[Driver], Any]


@dataclass(frozen=True)
class Reply:
    """The one reply to a question. `run_id` and `step` say what it is about; `error` what went wrong.

    `cancelled`: it was taken back, or the run it was asked of is no longer shown.
    """

    number: int
    question: Question
    run_id: str
    step: int
    answer: Any = None
    error: Exception | None = None
    cancelled: bool = False


@dataclass
class _Asked:
    number: int
    question: Question
    run_id: str = ""
    step: int = 0
    job: Generator[float, None, Any] | None = None
    share: float = 0.0


class Desk:
    """`ask`, `cancel` and `collect` are the window's, `work` is the worker's. Questions are answered in order."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._waiting: deque[_Asked] = deque()
        self._replies: deque[Reply] = deque()
        self._open: set[int] = set()
        self._cancelled: set[int] = set()

    @property
    def busy(self) -> bool:
        """Whether the worker has something to do here."""
        return bool(self._waiting)

    @property
    def owing(self) -> bool:
        """Whether a reply is still to be collected."""
        return bool(self._open)

    def ask(self, question: Question) -> int:
        """Its number, which the reply bears."""
        asked = _Asked(next(self._numbers), question)
        self._open.add(asked.number)
        self._waiting.append(asked)
        return asked.number

    def cancel(self, number: int | None = None) -> None:
        """Take a question back, or all of them: the reply says so. An answer that is there already still comes."""
        self._cancelled.update(self._open if number is None else {number} & self._open)

    def progress(self) -> tuple[int, float] | None:
        """(number, share done) of the job at work."""
        asked = self._first()
        return (asked.number, asked.share) if asked is not None and asked.job is not None else None

    def collect(self) -> list[Reply]:
        """The replies since the last time."""
        found = []
        while self._replies:
            reply = self._replies.popleft()
            self._open.discard(reply.number)
            self._cancelled.discard(reply.number)
            found.append(reply)
        return found

    def _first(self) -> _Asked | None:
        try:
            return self._waiting[0]
        except IndexError:
            return None

    def work(self, driver: Driver | None, run_id: str, pressed: Callable[[], bool]) -> None:
        """From the worker, between two steps: on with the first question, for a slice or until `pressed`."""
        asked = self._first()
        if asked is None:
            return
        if asked.number in self._cancelled or driver is None or asked.run_id not in ("", run_id):
            if asked.job is not None:
                asked.job.close()
            self._reply(asked, cancelled=True)
            return
        try:
            self._go_on(asked, driver, run_id, pressed)
        except Exception as error:
            self._reply(asked, error=error)

    def _go_on(self, asked: _Asked, driver: Driver, run_id: str, pressed: Callable[[], bool]) -> None:
        if asked.job is None:
            asked.run_id, asked.step = run_id, driver.step_count
            answer: Any = asked.question(driver)
            if not isinstance(answer, Generator):
                self._reply(asked, answer=answer)
                return
            asked.job = answer
        self._go_on_with(asked, asked.job, pressed)

    def _go_on_with(self, asked: _Asked, job: Generator[float, None, Any], pressed: Callable[[], bool]) -> None:
        end = time.perf_counter() + SLICE
        try:
            while asked.number not in self._cancelled:
                asked.share = next(job)
                if pressed() or time.perf_counter() >= end:
                    return
        except StopIteration as finished:
            self._reply(asked, answer=finished.value)

    def _reply(self, asked: _Asked, **what: Any) -> None:
        # The reply first: whoever sees an empty queue finds it.
        self._replies.append(Reply(asked.number, asked.question, asked.run_id, asked.step, **what))
        self._waiting.popleft()
