"""What a redraw of the diagram costs, against a redraw of an empty scene of the same size, taken in turns.

    python tests/benchmarks/diagram.py
"""

from __future__ import annotations

import os
import statistics
import sys
from itertools import pairwise
from time import perf_counter, process_time

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

from bpgui.runs.answers import LayerWeights, WeightsAnswer
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.diagram.columns import INPUT, LOSS, Column
from bpgui.ui.panels.network import NetworkPanel

SIZE = (720, 480)
NETWORKS = ((2, 8, 1), (2, 8, 8, 1), (2, 8, 8, 8, 8, 8, 1), (64, 32, 10), (784, 256, 128, 10))
ROUNDS = 60


def columns(widths: tuple[int, ...]) -> tuple[Column, ...]:
    layers = [Column(f"d{n}", "dense", n, units, "tanh", True) for n, units in enumerate(widths[1:], 1)]
    return (Column(INPUT, "input", units=widths[0]), *layers, Column(LOSS, "loss", choice="bce"))


def answer(widths: tuple[int, ...], rng: np.random.Generator) -> WeightsAnswer:
    pairs = enumerate(pairwise(widths), 1)
    return WeightsAnswer(
        tuple(LayerWeights(f"d{n}", rng.normal(size=(a, b)), rng.normal(size=b)) for n, (a, b) in pairs)
    )


def main() -> int:
    app = QApplication(sys.argv)
    theme.apply(app, dark=True)
    session = Session()
    panel = NetworkPanel(session)
    panel.resize(*SIZE)
    panel.show()
    app.processEvents()
    view = panel.view
    empty = QGraphicsView(QGraphicsScene())
    empty.resize(view.size())
    empty.show()
    app.processEvents()
    rng = np.random.default_rng(0)
    print("network                take ms  redraw ms  empty ms  processor ms   (medians; every weight new each time)")
    for widths in NETWORKS:
        panel.layer_actions.columns = columns(widths)
        view.show_columns(columns(widths))
        app.processEvents()
        takes, draws, blanks, cpu = [], [], [], []
        for _ in range(ROUNDS):
            fresh = answer(widths, rng)
            before, start = process_time(), perf_counter()
            view.diagram.take_weights(fresh)
            taken = perf_counter()
            app.processEvents()
            drawn = perf_counter()
            cpu.append(process_time() - before)
            empty.viewport().update()
            begun = perf_counter()
            app.processEvents()
            blanks.append(perf_counter() - begun)
            takes.append(taken - start)
            draws.append(drawn - taken)
        figures = [1000 * statistics.median(series) for series in (takes, draws, blanks, cpu)]
        print(f"{'-'.join(map(str, widths)):<20}" + "".join(f"{value:10.2f}" for value in figures))
    begun = perf_counter()
    for _ in range(20):
        view.rebuild()
    print(f"making all items anew: {(perf_counter() - begun) * 50:.2f} ms")
    session.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
