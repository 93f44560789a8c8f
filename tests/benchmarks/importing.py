"""How smooth the window is while a large CSV is looked at, read and used, and how long that takes.

    python tests/benchmarks/importing.py [MEGABYTES]

Lateness is that of a 5 ms heartbeat in the window's event loop, less the time that its thread stood in the queue for a
processor (Linux), so that it tells of the program and not of what else the machine does. The bar is 30 ms for the 99th
percentile. 110 MB, 300 000 rows of 36 columns, on two cores: looked at in 1.3 s, read in 4.5 s, p99 2 ms and at most
25 ms meanwhile; using it holds the window up once for 0.2 s (panels of a new project).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bpgui.app import build_window, make_application

COLUMNS, BEAT_MS = 35, 5
QUEUE = Path("/proc/thread-self/schedstat")


def large_csv(path: Path, megabytes: float) -> None:
    """Numbers and a class, about so large."""
    random = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(f"x{i}" for i in range(COLUMNS)) + ",kind\n")
        while file.tell() < megabytes * 1e6:
            rows = random.normal(size=(1000, COLUMNS))
            file.write("".join(",".join(f"{v:.7f}" for v in row) + f",{'ab'[row[0] > 0]}\n" for row in rows.tolist()))


class Heart:
    """Beats in the event loop, and notes how late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last, self._queued = time.perf_counter(), _queued()
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now, queued = time.perf_counter(), _queued()
        self.late.append(max(0.0, (now - self._last) * 1e3 - BEAT_MS - (queued - self._queued)))
        self._last, self._queued = now, queued

    def tell(self, what: str, seconds: float) -> None:
        """One line, then from nothing again."""
        late = np.array(self.late or [0.0])
        print(f"{what:12}{seconds:7.2f} s   p50 {np.median(late):5.1f}   p99 {np.percentile(late, 99):5.1f}   "
              f"max {late.max():6.1f} ms")  # fmt: skip
        self.late.clear()


def _queued() -> float:
    """Milliseconds that this thread has waited for a processor; 0 where the system does not say."""
    return int(QUEUE.read_text(encoding="ascii").split()[1]) / 1e6 if QUEUE.exists() else 0.0


def wait(ready: Callable[[], bool], seconds: float = 300.0) -> float:
    """Run the event loop until it is so; how long that took."""
    began = time.perf_counter()
    while not ready() and time.perf_counter() - began < seconds:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
    return time.perf_counter() - began


def main() -> None:
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 110.0
    make_application()
    window = build_window(remember=False)
    window.show()
    used: list[str] = []
    window.files.opened.connect(used.append)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "large.csv")
        large_csv(path, megabytes)
        heart = Heart()
        heart.tell("idle", wait(lambda: False, 2.0))
        window.files.open_path(path)
        heart.tell("looked at", wait(lambda: window.files.view is not None))
        view = window.files.view
        assert view is not None
        began = time.perf_counter()
        view.accepted.connect(lambda: heart.tell("read", time.perf_counter() - began))
        view.foot.use.click()
        wait(lambda: bool(used))
        heart.tell("after", wait(lambda: False, 2.0))
        window.files.halt()
    window._leaving = True
    window.close()


if __name__ == "__main__":
    main()
