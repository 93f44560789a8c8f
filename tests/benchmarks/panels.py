"""Milliseconds a frame that each live panel costs, uncontended, beside an empty widget's repaint.

    python tests/benchmarks/panels.py [frames]

A 2-8-1 network on two inputs, right column of a 1440 x 900 window. Each frame takes a new answer and repaints at once,
as the display timer does every 33 ms; the bar for all visible panels together is 5 ms.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QWidget

from bpgui.runs.answers import CurveAnswer, Frame
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.panels.base import Panel
from bpgui.ui.panels.loss import LossPanel
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import WeightsPanel

SIZE = (410, 262)


class _Empty(QWidget):
    def paintEvent(self, event: object) -> None:
        with QPainter(self):
            pass


def frames_of(session: Session, panel: Panel, count: int = 20) -> list[Frame]:
    """Frames of a network on its way, one every few epochs, with the answers that the panel asks for."""
    driver = session.trainer.driver
    assert driver is not None
    found = []
    for _ in range(count):
        for _ in range(10):
            driver.step()
        answers = {probe: probe(driver) for probe in panel.probes()}
        found.append(Frame("bench", driver.step_count, False, driver.progress, answers))
    return found


def lengthened(frames: list[Frame], points: int = 2000) -> list[Frame]:
    """The same frames with as many points in the curve as a long run has."""
    import numpy as np

    epochs = np.arange(1.0, points + 1)
    made = []
    for number, frame in enumerate(frames):
        train = np.exp(-epochs / 400) + 0.02 * np.random.default_rng(number).random(points)
        curve = CurveAnswer(epochs, train, train * 1.1, np.empty(0), np.empty(0))
        answers = dict.fromkeys(frame.answers, curve)
        made.append(replace(frame, answers=answers))
    return made


def cost(work: Callable[[int], None], count: int) -> tuple[float, float]:
    """Wall milliseconds of `work(frame number)`: the quickest tenth (nothing else ran) and the median."""
    for number in range(10):
        work(number)
    walls = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        walls.append(time.perf_counter() - start)
    walls.sort()
    return walls[count // 10] * 1e3, walls[count // 2] * 1e3


def panel_cost(app: QApplication, panel: Panel, frames: list[Frame], count: int) -> tuple[float, float]:
    """One frame shown and painted, the table's throttle off."""

    def work(number: int) -> None:
        frame = replace(frames[number % len(frames)], settled=False)
        view = getattr(getattr(panel, "view", None), "view", None)
        if hasattr(view, "_shown_at"):
            view._shown_at = -1.0
        panel.show_frame(frame)
        app.sendPostedEvents()
        app.processEvents()

    return cost(work, count)


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    app = QApplication([])
    theme.apply(app, True)
    session = Session()
    session.document.open_sample("moons", rows=200)
    empty = _Empty()
    empty.resize(*SIZE)
    empty.show()
    app.processEvents()
    rows: list[tuple[str, float, float]] = [("empty widget", *cost(lambda _: empty.repaint(), count))]
    empty.close()
    loss, weights, output = LossPanel(session), WeightsPanel(session), OutputPanel(session)
    for panel in (loss, weights, output):
        panel.resize(*SIZE)
        panel.show()
    app.processEvents()
    frames = lengthened(frames_of(session, loss))
    rows.append(("loss, 2 x 2000 points", *panel_cost(app, loss, frames, count)))
    loss.smooth.click()
    rows.append(("loss, smoothed", *panel_cost(app, loss, frames, count)))
    rows.append(("weights 2x8 with numbers", *panel_cost(app, weights, frames_of(session, weights), count)))
    for key in output.switch.keys:
        output.show_view(key)
        rows.append((f"output: {key}", *panel_cost(app, output, frames_of(session, output), count)))
    for name, quick, median in rows:
        print(f"{name:28s} {quick:7.3f} ms a frame   {median:7.3f} median")
    worst = max(wall for name, wall, _ in rows if name.startswith("output"))
    print(f"{'all visible (worst output)':28s} {rows[1][1] + rows[3][1] + worst:7.3f} ms a frame   bar 5 ms")
    for panel in (loss, weights, output):
        panel.close()
    session.trainer.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
