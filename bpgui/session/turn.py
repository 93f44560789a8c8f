"""Who has the interpreter: the window whenever it wants it, the worker otherwise.

Training a small network holds Python's lock nearly always, and a window that paints gives it away at every call into
Qt and waits to get it back. So the worker trains in slices, each granted by the window's event loop when that is idle,
and ends its step at once when the gate is closed while the window draws or changes something.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

_SWITCH_INTERVAL = 0.0005  # seconds after which Python itself lets another thread have a turn
SLICE = 0.008  # seconds that the worker trains before it asks again
_PATIENCE = 0.05  # seconds after which a grant is no longer waited for


@dataclass
class Spent:
    """Where the worker's time went, in seconds since the start: its thread writes, whoever measures reads."""

    steps: float = 0.0
    processor: float = 0.0  # the part of `steps` in which the worker's thread had a processor
    probes: float = 0.0
    grant: float = 0.0  # waiting for the window to hand out a slice
    gate: float = 0.0  # waiting for the window to have painted


class Turn:
    """`ask` is called in the worker's thread and makes the window call `grant` as soon as it is idle."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._gate = threading.Condition()
        self._closed = 0
        self._parked = False
        self._granted = threading.Event()
        self._usual_interval = sys.getswitchinterval()
        self.closed = False  # looked at between steps, without the lock
        self.spent = Spent()

    def begin(self) -> None:
        """From the window's thread: a worker begins."""
        sys.setswitchinterval(_SWITCH_INTERVAL)

    def close(self) -> None:
        """From the window's thread: the worker ends its step and waits. Nests."""
        with self._gate:
            self._closed += 1
            self.closed = True
        self._granted.set()

    def open(self) -> None:
        with self._gate:
            self._closed = max(0, self._closed - 1)
            self.closed = self._closed > 0
            self._gate.notify_all()

    def wait_parked(self, timeout: float) -> bool:
        """After `close`: until the worker stands still. False if it does not within `timeout` seconds."""
        with self._gate:
            return self._gate.wait_for(lambda: self._parked, timeout)

    def grant(self) -> None:
        """From the window's event loop, idle: the next slice may begin."""
        self._granted.set()

    def next_slice(self) -> None:
        """From the worker: wait for the grant, then for the gate."""
        began = perf_counter()
        self._granted.clear()
        self._ask()
        self._granted.wait(_PATIENCE)
        self.spent.grant += perf_counter() - began
        self.pass_gate()

    def pass_gate(self) -> None:
        """From the worker, between two steps: stand still while the gate is closed."""
        if not self.closed:
            return
        began = perf_counter()
        with self._gate:
            self._parked = True
            self._gate.notify_all()
            self._gate.wait_for(lambda: not self.closed)
            self._parked = False
        self.spent.gate += perf_counter() - began

    def rest(self, condition: Callable[[], bool], timeout: float | None) -> None:
        """From the worker with nothing to do: parked until `condition` holds, `poke` is called, or the time is over."""
        with self._gate:
            self._parked = True
            self._gate.notify_all()
            self._gate.wait_for(condition, timeout)
            self._gate.wait_for(lambda: not self.closed)
            self._parked = False

    def release(self) -> None:
        """For good: nobody grants any more, nobody waits."""
        sys.setswitchinterval(self._usual_interval)
        with self._gate:
            self._closed = 0
            self.closed = False
            self._gate.notify_all()
        self._granted.set()

    def poke(self) -> None:
        """Look at the condition again."""
        with self._gate:
            self._gate.notify_all()
