"""The thread that trains. It owns no Qt object; it hands frames to the mailbox and takes its turns from the window."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bpgui.runs.answers import Frame
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Probe, Unanswerable
from bpgui.session.desk import Desk
from bpgui.session.mailbox import Mailbox
from bpgui.session.turn import SLICE, Turn

FRAME_BUDGET = 0.003  # seconds of probes in one frame; beyond it they take turns
PROBE_SHARE = 0.04  # of the time, that one probe may take: a slow one is asked less often
_RATE_WINDOW = 0.5  # seconds over which steps per second are measured


@dataclass(frozen=True)
class Cost:
    """What a probe cost when it was `answered`: `seconds` is the less of the last two times, as one may be a hiccup."""

    answered: float = -math.inf
    last: float = 0.0
    seconds: float = 0.0


_UNKNOWN = Cost()


class Worker(threading.Thread):
    """Fields without underscore are set by the window's thread while the worker is parked (`Turn.wait_parked`)."""

    def __init__(self, turn: Turn, mailbox: Mailbox, report: Callable[[BaseException], None]) -> None:
        super().__init__(name="bpgui-trainer", daemon=True)
        self._turn, self._mailbox, self._report = turn, mailbox, report
        self.desk = Desk()
        self.driver: Driver | None = None
        self.run_id = ""
        self.running = False
        self.until_epoch: int | None = None
        self.until_step: int | None = None
        self.rate: float | None = None
        self.probes: tuple[Probe, ...] = ()
        # Settled frames asked for and handed over: they differ until the last one lies in the mailbox.
        self._asked = self._handed = 0
        self.quitting = False
        self.steps_per_second = 0.0
        self._costs: dict[Probe, Cost] = {}
        self._broken: set[Probe] = set()  # probes that failed are not asked again
        self._next_probe = 0
        self._pace_from = (0.0, 0)
        self._rate_from = (0.0, 0)

    def settle(self) -> None:
        """Ask for a settled frame; `settling` until it is in the mailbox."""
        self._asked += 1

    @property
    def settling(self) -> bool:
        return self._asked != self._handed

    def show(self, driver: Driver | None, run_id: str = "") -> None:
        """Parked: another run, standing still, and a settled frame of it; None for none."""
        self.driver, self.run_id, self.running = driver, run_id, False
        self.steps_per_second = 0.0
        self.desk.cancel()
        self._mailbox.clear()
        if driver is None:
            self._handed = self._asked  # with nothing to show, nothing is owed
        else:
            self.settle()

    def aim(self, driver: Driver, rate: float | None, steps: int | None, epochs: int | None) -> None:
        """Parked: train from here at that pace, for so many steps or epochs; None: without a limit."""
        self.until_step = None if steps is None else driver.step_count + steps
        self.until_epoch = None if epochs is None else driver.training.epoch + epochs
        self.rate, self.running = rate, driver.stop_reason is None
        if not self.running:
            self.settle()
        self.begin()

    def begin(self) -> None:
        """Start the clocks of pace and speed; called when `running` or `rate` is set."""
        now = time.perf_counter()
        step = self.driver.step_count if self.driver else 0
        self._pace_from = self._rate_from = (now, step)

    def run(self) -> None:
        np.seterr(all="ignore")  # this thread's own: a divergence is reported in words
        while not self.quitting:
            try:
                self._round()
            except Exception as error:
                self.running = False
                if self.driver is not None:
                    self.driver.fail(error)
                self.settle()
                self._report(error)

    def _round(self) -> None:
        driver = self.driver
        if driver is not None and self.running:
            self._turn.next_slice()
            if self.running and driver is self.driver:
                self._train(driver)
            if self.desk.busy:
                self._answer_questions()
        elif driver is not None and self.settling:
            asked = self._asked
            self._publish(driver, settled=True)
            self._handed = asked
        elif self.desk.busy:
            self._answer_questions()
        else:
            self._turn.rest(self._has_work, None)

    def _answer_questions(self) -> None:
        self._turn.next_slice()
        self.desk.work(self.driver, self.run_id, lambda: self._turn.closed)

    def _has_work(self) -> bool:
        shown = self.driver is not None and (self.running or self.settling)
        return self.quitting or shown or self.desk.busy

    def _train(self, driver: Driver) -> None:
        if self._mailbox.empty:
            self._publish(driver, settled=False)
        allowed = self._allowed(driver)
        if allowed == 0:
            self._turn.rest(lambda: self.quitting or self._turn.closed, self._until_next_step(driver))
            return
        self._slice(driver, allowed)
        self._measure(driver)
        if driver.stop_reason is not None or self._reached(driver):
            self.running = False
            self.settle()

    def _slice(self, driver: Driver, allowed: float) -> None:
        turn, step, clock, processor = self._turn, driver.step, time.perf_counter, time.thread_time()
        end = clock() + SLICE
        until = self.until_epoch
        if self.until_step is not None:
            allowed = min(allowed, self.until_step - driver.step_count)
        try:
            while allowed > 0:
                if not step() or turn.closed or clock() >= end:
                    return
                allowed -= 1
                if until is not None and driver.training.epoch >= until:
                    return
        finally:
            seconds = clock() - end + SLICE
            turn.spent.steps += seconds
            turn.spent.processor += time.thread_time() - processor
            driver.charge(seconds)

    def _reached(self, driver: Driver) -> bool:
        if self.until_step is not None and driver.step_count >= self.until_step:
            return True
        return self.until_epoch is not None and driver.training.epoch >= self.until_epoch

    def _allowed(self, driver: Driver) -> float:
        """Steps that the pace allows by now."""
        if self.rate is None:
            return float("inf")
        began, first = self._pace_from
        now = time.perf_counter()
        due = int((now - began) * self.rate) - (driver.step_count - first)
        if due > self.rate:  # more than a second behind: the machine is slower than the pace
            self._pace_from = (now, driver.step_count)
        return max(0, due)

    def _until_next_step(self, driver: Driver) -> float:
        assert self.rate is not None
        began, first = self._pace_from
        due = began + (driver.step_count - first + 1) / self.rate
        return min(0.02, max(0.001, due - time.perf_counter()))

    def _measure(self, driver: Driver) -> None:
        now = time.perf_counter()
        began, first = self._rate_from
        if now - began >= _RATE_WINDOW:
            self.steps_per_second = (driver.step_count - first) / (now - began)
            self._rate_from = (now, driver.step_count)

    def _publish(self, driver: Driver, *, settled: bool) -> None:
        answers: dict[Probe, Any] = {}
        probes = tuple(probe for probe in self.probes if probe not in self._broken)
        began = time.perf_counter()
        for probe in probes if settled else self._due(probes, began):
            self._answer(probe, driver, answers)
        self._turn.spent.probes += time.perf_counter() - began
        if len(self._costs) > 64:
            self._costs = {probe: cost for probe, cost in self._costs.items() if probe in probes}
        progress = replace(driver.progress, steps_per_second=self.steps_per_second)
        self._mailbox.put(Frame(self.run_id, driver.step_count, settled, progress, answers))

    def _due(self, probes: tuple[Probe, ...], now: float) -> list[Probe]:
        """The probes of a passing frame: those that have not had their share of the time, as many as the budget holds.

        Who found no room comes first in the next frame. A probe alone may cost more than the budget.
        """
        found: list[Probe] = []
        spent = 0.0
        for index in range(len(probes)):
            place = (index + self._next_probe) % len(probes)
            cost = self._costs.get(probes[place], _UNKNOWN)
            if cost.answered + cost.seconds / PROBE_SHARE > now:
                continue
            if found and spent + cost.seconds > FRAME_BUDGET:
                self._next_probe = place
                return found
            found.append(probes[place])
            spent += cost.seconds
        self._next_probe = 0
        return found

    def _answer(self, probe: Probe, driver: Driver, answers: dict[Probe, Any]) -> None:
        began = time.perf_counter()
        try:
            answers[probe] = probe(driver)
        except Unanswerable:
            pass
        except Exception as error:
            self._broken.add(probe)
            self._report(error)
        now = time.perf_counter()
        took = now - began
        before = self._costs.get(probe)
        self._costs[probe] = Cost(now, took, min(took, before.last) if before else took)
