"""What the worker puts into a frame, and what it leaves for later."""

import time
from dataclasses import dataclass

import pytest

from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.runs.driver import Driver
from bpgui.session import worker as module
from bpgui.session.mailbox import Mailbox
from bpgui.session.turn import Turn
from bpgui.session.worker import Worker


@dataclass(frozen=True)
class Slow:
    """Answers with the step, after a while."""

    name: str
    seconds: float

    def __call__(self, driver):
        CLOCK.now += self.seconds
        return driver.step_count


class Clock:
    """Goes on by what is slow in a test, however busy the machine is."""

    now = 0.0

    def perf_counter(self):
        return self.now

    thread_time = staticmethod(time.thread_time)


CLOCK = Clock()


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(module, "time", CLOCK)
    return CLOCK


@pytest.fixture
def driver():
    spec, table = open_sample("xor")
    return Driver(spec, build.dataset(spec, table))


@pytest.fixture
def worker():
    """Never started: its frames are made here."""
    return Worker(Turn(lambda: None), Mailbox(), lambda error: None)


def answered(worker, driver, *, settled=False):
    worker._publish(driver, settled=settled)
    frame = worker._mailbox.take()
    assert set(frame.answers.values()) <= {frame.step}
    return {probe.name for probe in frame.answers}


def test_a_slow_probe_has_its_share_of_the_time_and_a_quick_one_every_frame(worker, driver, clock):
    slow, quick = Slow("slow", 0.02), Slow("quick", 0.0)
    worker.probes = (quick, slow)
    began = clock.now
    frames = [answered(worker, driver) for _ in range(2)]
    while clock.now - began < 1.2:
        driver.step()
        frames.append(answered(worker, driver))
        clock.now += 0.033
    assert all("quick" in names for names in frames if "slow" not in names)
    asked = sum("slow" in names for names in frames)
    assert 2 <= asked <= 2 + 1.3 * module.PROBE_SHARE / 0.02


def test_a_settled_frame_holds_every_probe_however_slow(worker, driver, clock):
    worker.probes = tuple(Slow(name, 0.01) for name in "abc")
    for _ in range(3):
        assert answered(worker, driver, settled=True) == {"a", "b", "c"}


def test_probes_beyond_the_budget_take_turns(worker, driver, clock, monkeypatch):
    monkeypatch.setattr(module, "PROBE_SHARE", 1.0)
    worker.probes = tuple(Slow(name, 0.7 * module.FRAME_BUDGET) for name in "abc")
    answered(worker, driver, settled=True)
    seen = set()
    for _ in range(4):
        clock.now += 0.01
        names = answered(worker, driver)
        assert len(names) == 1
        seen |= names
    assert seen == {"a", "b", "c"}


def test_the_time_of_a_slice_is_written_down(worker, driver):
    worker.driver, worker.running = driver, True
    spent = worker._turn.spent
    worker._slice(driver, 200)
    assert 0 < driver.step_count <= 200
    assert 0 < spent.steps < 5
    assert 0 <= spent.processor <= spent.steps + 0.05


def test_the_time_of_the_probes_is_written_down(worker, driver, clock):
    worker.probes = (Slow("a", 0.005),)
    answered(worker, driver)
    assert worker._turn.spent.probes == pytest.approx(0.005)


def test_waiting_for_a_grant_and_at_the_gate_is_written_down():
    turn = Turn(lambda: None)
    turn.next_slice()  # nobody grants: its patience ends
    assert turn.spent.grant > 0.01
    assert turn.spent.gate == 0.0
