"""`bpgui --self-test`: the real window, trained flat out with every panel shown, measured; one JSON line.

It is part of the product: the packed program is checked by running it on itself.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from types import TracebackType
from typing import Any

import msgspec
import numpy as np

from bpgui.cli.source import open_source
from bpgui.cli.words import Usage
from bpgui.data.errors import DataError
from bpgui.project.atomic import StorageError
from bpgui.runs.driver import quiet_numerics

# One run must last as long as the test: flat out, small samples are over within a frame.
_ENDLESS = 100_000_000
_HEARTBEAT_MS = 5
_WARM_SECONDS = 0.7
_ROUND_SECONDS, _AGAIN_SECONDS, _HEADLESS_SECONDS = 1.0, 0.1, 0.2
_FALL = 0.1  # the loss must fall to this share of what it was
# A smooth window while it trains flat out: the figure, its bar, and whether that is the most or the least. They tell of
# the machine too, so they are said, not made a condition of the exit code.
BARS = {"lateness_ms_p99": (16.0, True), "frames_per_s": (28.5, False), "steps_share": (0.70, False)}


class ErrorCount(logging.Handler):
    """Keeps what is logged as an error, Qt's own warnings included."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.texts: list[str] = []

    def listen_to_qt(self) -> None:
        """Qt's warnings count too, but for what its offscreen platform always says of itself."""
        from PySide6.QtCore import QtMsgType, qInstallMessageHandler

        def note(kind: QtMsgType, context: object, text: str) -> None:
            if kind != QtMsgType.QtDebugMsg and kind != QtMsgType.QtInfoMsg and "propagateSizeHints" not in text:
                self.texts.append(text)

        qInstallMessageHandler(note)

    def listen_to_python(self) -> None:
        """What leaves a slot or a thread is an error as well."""

        def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            self.texts.append(f"{kind.__name__}: {error}")
            sys.__excepthook__(kind, error, trace)

        sys.excepthook = note
        threading.excepthook = lambda left: note(left.exc_type, left.exc_value or left.exc_type(), left.exc_traceback)

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def self_test(source: str, seconds: float, screenshot: str | None) -> int:
    """Exit code 0 where the loss fell to a tenth, the painted numbers are the engine's and no error was logged."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        spec, table = open_source(source)
    except (Usage, DataError, StorageError) as error:
        print(f"bpgui: {error}", file=sys.stderr)
        return 2 if isinstance(error, Usage) else 1
    from bpgui.app import build_window, make_application
    from bpgui.session.collector import Collector

    errors = ErrorCount()
    logging.getLogger("bpgui").addHandler(errors)
    errors.listen_to_qt()
    errors.listen_to_python()
    application = make_application()
    window = build_window(remember=False, staged=True)
    document = window.session.document
    document.store.put(table)
    training = msgspec.structs.replace(spec.training, epochs=_ENDLESS, target_loss=None)
    document.replace(msgspec.structs.replace(spec, training=training), None)
    started: dict[str, float] = {}
    window.opening.painted.connect(lambda: started.update(start_ms=_age_ms()))
    window.opening.finished.connect(lambda: started.update(complete_ms=_age_ms()))
    window.show()
    _open(window)
    collector = Collector()
    collector.start()
    try:
        result = started | Measurement(application, window, spec, table).run(seconds)
        if screenshot:
            window.grab().save(screenshot)
    finally:
        window.halt()
        collector.stop()
    result["errors"] = errors.texts
    result["ok"] = bool(result["loss_fell"] and result["painted_equal"] and not errors.texts)
    sys.stdout.write(msgspec.json.encode(result).decode() + "\n")
    sys.stdout.flush()
    return 0 if result["ok"] else 1


def _open(window: Any) -> None:
    """Wait until the window is complete. (After QApplication.exec the worker would have no turns any more.)"""
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    window.opening.finished.connect(loop.quit)
    loop.exec()


class Measurement:
    """Idle first, then training and the same network without a window in turns: a shared machine's speed drifts."""

    def __init__(self, application: Any, window: Any, spec: Any, table: Any) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.application, self.window, self.spec, self.table = application, window, spec, table
        self.trainer = window.session.trainer
        self.lateness: list[float] = []
        self._heartbeat = QTimer()
        self._heartbeat.setTimerType(Qt.TimerType.PreciseTimer)
        self._heartbeat.setInterval(_HEARTBEAT_MS)
        self._heartbeat.timeout.connect(self._beat)
        self._due = 0.0

    def run(self, seconds: float) -> dict[str, Any]:
        result: dict[str, Any] = {}
        self._spin(lambda: self.trainer.frames.shown > 0, 5.0)
        result |= self._idle(min(2.0, seconds))
        result |= self._training(seconds)
        result["painted_equal"] = self._painted_equal()
        result["bars"] = bars(result)
        return result

    def _idle(self, seconds: float) -> dict[str, Any]:
        """All visible panels redrawn on a timer without training: what painting alone costs."""
        self._watch(_WARM_SECONDS, redraw=True)
        frames, late, busy = self._watch(seconds, redraw=True)
        return {
            "idle_frames_per_s": round(frames / seconds, 1),
            "frame_ms_idle": round(1000.0 * busy / max(1, frames), 2),
            "idle_lateness_ms_p99": _percentile(late, 99),
        }

    def _training(self, seconds: float) -> dict[str, Any]:
        first = self._loss()
        headless = self._headless_driver()
        self.trainer.finish()
        self._watch(_WARM_SECONDS)
        count = max(1, round(seconds / _ROUND_SECONDS))
        alone, rounds = [self._headless(headless)], []
        for _ in range(count):
            rounds.append(self._round(seconds / count))
            alone.append(self._headless(headless))
        self.trainer.pause()
        self._spin(lambda: self.trainer.state != "training", 5.0)
        last = self._loss()
        late = [late for r in rounds for late in r.late]
        around = [(a.rate + b.rate) / 2.0 for a, b in pairwise(alone)]
        shares = [r.steps / r.seconds / rate for r, rate in zip(rounds, around, strict=True)]
        took, frames, steps = (sum(getattr(r, name) for r in rounds) for name in ("seconds", "frames", "steps"))
        spent = {name: sum(r.spent[name] for r in rounds) for name in rounds[0].spent}
        pace = steps / max(1e-9, spent.pop("processor")) * float(np.median([a.cost for a in alone]))
        return {
            "frames_per_s": round(frames / took, 1),
            "lateness_ms_p50": _percentile(late, 50),
            "lateness_ms_p99": _percentile(late, 99),
            "lateness_ms_max": _percentile(late, 100),
            "steps_per_s": round(steps / took, 1),
            "headless_steps_per_s": round(float(np.median([a.rate for a in alone])), 1),
            "steps_share": round(float(np.median(shares)), 3),
            # What it were if nobody else used the processors in the worker's part of the time, and that part.
            "steps_share_undisturbed": round(pace * spent["steps"] / took, 3),
            "time_share": round(spent["steps"] / took, 3),
            "frame_ms": {name: round(1000.0 * seconds / max(1, frames), 2) for name, seconds in spent.items()},
            "loss_first": first,
            "loss_last": last,
            "loss_fell": last <= _FALL * first,
        }

    def _round(self, seconds: float) -> Round:
        """Training in the window for so long, after a little to get going again."""
        self._watch(_AGAIN_SECONDS)
        step, spent, began = self.trainer.driver.step_count, self._spent(), time.perf_counter()
        frames, late, _ = self._watch(seconds)
        took, steps = time.perf_counter() - began, self.trainer.driver.step_count - step
        return Round(took, steps, frames, late, {name: s - spent[name] for name, s in self._spent().items()})

    def _spent(self) -> dict[str, float]:
        """Seconds: the worker's by what it did, and `window`, the part in which the window showed frames."""
        return dataclasses.asdict(self.trainer.frames.turn.spent) | {"window": self.trainer.frames.seconds}

    def _watch(self, seconds: float, *, redraw: bool = False) -> tuple[int, list[float], float]:
        """(complete frames, lateness in ms, seconds spent in frames) while the event loop runs for that long."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        ticker = QTimer()
        if redraw:
            ticker.setInterval(33)
            ticker.timeout.connect(self.trainer.refresh)
            ticker.start()
        self.lateness = []
        self._due = time.perf_counter() + _HEARTBEAT_MS / 1000.0
        self._heartbeat.start()
        frames, busy = self.trainer.frames.shown, self.trainer.frames.seconds
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()
        self._heartbeat.stop()
        ticker.stop()
        return self.trainer.frames.shown - frames, self.lateness, self.trainer.frames.seconds - busy

    def _beat(self) -> None:
        now = time.perf_counter()
        self.lateness.append(max(0.0, (now - self._due) * 1000.0))
        self._due = now + _HEARTBEAT_MS / 1000.0

    def _spin(self, condition: Callable[[], bool], seconds: float) -> None:
        end = time.perf_counter() + seconds
        while not condition() and time.perf_counter() < end:
            self.application.processEvents()
            time.sleep(0.001)

    def _loss(self) -> float:
        return float(self.trainer.final_losses()[0])

    def _painted_equal(self) -> bool:
        """The numbers that diagram and heat-map paint are the engine's, at the step where it stands.

        The last frame is waited for: a busy machine may take its time.
        """
        self._spin(self._is_painted, 10.0)
        return self._is_painted()

    def _is_painted(self) -> bool:
        panels = self.window.panels
        layers = {layer.id: layer for layer in self.trainer.driver.training.network.dense}
        drawn = panels["network"].view.diagram.weights
        if set(drawn) != set(layers) or not all(np.array_equal(drawn[id].W, layers[id].W) for id in layers):
            return False
        heatmap = panels["weights"].heatmap
        layer = layers[heatmap.layer.id]
        numbers = layer.W if layer.b is None else np.vstack([layer.W, layer.b])
        return all(
            heatmap.value(row, column) == numbers[row, column] and _rounds_to(numbers[row, column], text)
            for row, column, text in heatmap.cell_texts()
        )

    def _headless_driver(self) -> Any:
        """The same run once more, for nobody to look at."""
        from bpgui.runs.driver import Driver

        document = self.window.session.document
        return Driver(document.spec, document.dataset)

    def _headless(self, driver: Any) -> Headless:
        """Its speed in this process, with the same settings, while the worker stands at the gate."""
        turn = self.trainer.frames.turn
        turn.close()
        turn.wait_parked(5.0)
        clock, step, first = time.perf_counter, driver.step, driver.step_count
        with quiet_numerics():
            began, processor = clock(), time.thread_time()
            while clock() - began < _HEADLESS_SECONDS:
                step()
            took, processor = clock() - began, time.thread_time() - processor
        turn.open()
        steps = driver.step_count - first
        return Headless(steps / took, processor / max(1, steps))


@dataclasses.dataclass(frozen=True)
class Headless:
    """Steps per second without a window, and the processor seconds of one step."""

    rate: float
    cost: float


@dataclasses.dataclass(frozen=True)
class Round:
    """A while of training in the window: `late` in ms, `spent` seconds by what they went into."""

    seconds: float
    steps: int
    frames: int
    late: list[float]
    spent: dict[str, float]


def bars(result: dict[str, Any]) -> dict[str, Any]:
    """Each bar of a smooth window with what was measured: {"frames_per_s": {"is": 30.3, "bar": 28.5, "met": true}}."""
    found = {}
    for name, (bar, most) in BARS.items():
        value = result[name]
        found[name] = {"is": value, "bar": bar, "met": value <= bar if most else value >= bar}
    return found


def _rounds_to(value: float, text: str) -> bool:
    """Whether a painted number is the value, to the digits painted."""
    plain = text.replace("−", "-")
    mantissa, _, exponent = plain.partition("e")
    digits = len(mantissa.partition(".")[2])
    return abs(float(plain) - value) <= 0.5000001 * 10.0 ** (int(exponent or 0) - digits)


def _percentile(values: list[float], share: float) -> float:
    return round(float(np.percentile(values, share)), 2) if values else 0.0


def _age_ms() -> float:
    """Milliseconds since the process started."""
    return round((time.time() - process_started()) * 1000.0, 1)


def process_started() -> float:
    """When this process was started, in seconds since 1970; the import of this module where the system does not say."""
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
            ticks = float(stat.read().rsplit(")", 1)[1].split()[19])
        with open("/proc/uptime", encoding="ascii") as uptime:
            up = float(uptime.read().split()[0])
        return time.time() - up + ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return _IMPORTED


_IMPORTED = time.time()
