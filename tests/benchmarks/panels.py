"""Milliseconds a frame that each live panel costs, uncontended, beside an empty widget's repaint.

Then what the wide layer of a 784-512-10 network costs as cells and as pictures, moved and zoomed with the mouse, and
what pictures in the neurons add to the diagram.

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

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bpgui.runs.answers import CurveAnswer, Frame, LayerWeights
from bpgui.runs.layer_numbers import NUMBER_KINDS
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.neuron_pictures import NeuronPictures
from bpgui.ui.panels.base import Panel
from bpgui.ui.panels.loss import LossPanel
from bpgui.ui.panels.network import NetworkPanel
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
        if hasattr(panel, "form"):
            panel.form.widget._set_at = -1.0
        view = getattr(getattr(panel, "view", None), "view", None)
        if hasattr(view, "_shown_at"):
            view._shown_at = -1.0
        panel.show_frame(frame)
        app.sendPostedEvents()
        app.processEvents()

    return cost(work, count)


def weights_rows(
    app: QApplication, session: Session, panel: WeightsPanel, count: int
) -> list[tuple[str, float, float]]:
    """The same panel with every kind of numbers, and how they went over time."""
    rows = []
    for kind in NUMBER_KINDS:
        panel.show_kind(kind)
        rows.append((f"weights: {kind}", *panel_cost(app, panel, frames_of(session, panel), count)))
    panel.show_form("course")
    frames = frames_of(session, panel, 500)
    rows.append(("weights: over time", *panel_cost(app, panel, frames, count)))
    return rows


def wide_rows(app: QApplication, count: int) -> list[tuple[str, float, float]]:
    """784 x 512: a new frame, one step of a pan, one of the wheel; cells at their closest have numbers."""
    rng = np.random.default_rng(0)
    layers = [LayerWeights("d1", rng.normal(size=(784, 512)).astype(np.float32), np.zeros(512)) for _ in range(3)]
    cells, pictures = HeatmapView(), NeuronPictures()
    pictures.set_shape((28, 28))
    rows: list[tuple[str, float, float]] = []

    def shown(view: HeatmapView | NeuronPictures) -> Callable[[int], None]:
        def work(number: int) -> None:
            view.set_layer(layers[number % 3], False)
            view.repaint()

        return work

    def wheel(view: HeatmapView | NeuronPictures, turned: int, control: bool) -> None:
        middle = QPointF(view.rect().center())
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        angle, none = QPoint(0, turned), Qt.MouseButton.NoButton
        app.sendEvent(
            view, QWheelEvent(middle, middle, QPoint(), angle, none, held, Qt.ScrollPhase.NoScrollPhase, False)
        )
        view.repaint()

    def drag(number: int) -> None:
        place = cells.rect().center() + QPoint(number % 40 - 20, number % 30 - 15)
        QTest.mouseMove(cells, place)
        cells.repaint()

    for view in (cells, pictures):
        view.resize(*SIZE)
        view.show()
    app.processEvents()
    rows.append(("784 x 512 cells, new frame", *cost(shown(cells), count)))
    rows.append(("784 x 512 cells, zooming", *cost(lambda n: wheel(cells, 120 if n % 40 < 20 else -120, False), count)))
    wheel(cells, 1200, False)
    QTest.mousePress(cells, Qt.MouseButton.LeftButton, pos=cells.rect().center())
    rows.append(("784 x 512 cells, panning", *cost(drag, count)))
    QTest.mouseRelease(cells, Qt.MouseButton.LeftButton)
    rows.append(("512 pictures, new frame", *cost(shown(pictures), count)))
    rows.append(
        ("512 pictures, scrolling", *cost(lambda n: wheel(pictures, -120 if n % 20 < 10 else 120, False), count))
    )
    rows.append(("512 pictures, zooming", *cost(lambda n: wheel(pictures, 120 if n % 20 < 10 else -120, True), count)))
    for view in (cells, pictures):
        view.close()
    return rows


def diagram_rows(app: QApplication, session: Session, count: int) -> list[tuple[str, float, float]]:
    """A redraw of the whole diagram, with and without pictures in its neurons, the ten a second it is held to off."""
    network = NetworkPanel(session)
    network.resize(700, 740)
    network.show()
    app.processEvents()
    rows = []
    for on in (True, False):
        network.maps_button.setChecked(on)
        frames = frames_of(session, network)

        def work(number: int, frames: list[Frame] = frames) -> None:
            network._drawn = 0.0
            network.show_frame(frames[number % len(frames)])
            app.sendPostedEvents()
            app.processEvents()

        rows.append((f"diagram, maps {'on' if on else 'off'}, a redraw", *cost(work, count)))
    network.close()
    return rows


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
    weights_kinds = weights_rows(app, session, weights, count)
    for key in output.switch.keys:
        output.show_view(key)
        rows.append((f"output: {key}", *panel_cost(app, output, frames_of(session, output), count)))
    first = rows[3][1]
    rows += weights_kinds + diagram_rows(app, session, count) + wide_rows(app, count)
    for name, quick, median in rows:
        print(f"{name:28s} {quick:7.3f} ms a frame   {median:7.3f} median")
    worst = max(wall for name, wall, _ in rows if name.startswith("output"))
    print(f"{'all visible (worst output)':28s} {rows[1][1] + first + worst:7.3f} ms a frame   bar 5 ms")
    for panel in (loss, weights, output):
        panel.close()
    session.trainer.shutdown()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
