"""A canary for PySide6: drawing a live plot must not eat the references of None, True and False.

PySide6 6.12 on Python 3.11 does, and the interpreter aborts after seconds of drawing ("deallocating None"). The drawing
is done in a process of its own, because an abort would take the other tests with it.
"""

from __future__ import annotations

import json
import subprocess
import sys

import PySide6
import pytest

FRAMES = 2_000
EMISSIONS = 10_000
# Per 10 000 calls; the faulty version loses thousands.
ALLOWED = 5


def references() -> dict[str, int]:
    return {str(thing): sys.getrefcount(thing) for thing in (None, True, False)}


def draw(frames: int) -> int:
    """Redraw a curve, a heat-map and a legend `frames` times, with signals and text; returns the paint events seen."""
    import numpy as np
    import pyqtgraph as pg
    from PySide6.QtCore import QObject, Signal, Slot

    class Counter(QObject):
        changed = Signal(object, bool)

        @Slot(object, bool)
        def count(self, _: object, __: bool) -> None:
            pass

    class Plot(pg.PlotWidget):
        painted = 0

        def paintEvent(self, event):
            self.painted += 1
            super().paintEvent(event)

    plot = Plot()
    plot.resize(240, 180)
    plot.addLegend()
    curve = plot.plot(name="loss", pen=pg.mkPen("w", width=1))
    image = pg.ImageItem()
    plot.addItem(image)
    plot.show()
    pg.mkQApp().processEvents()  # nothing is painted before the window is exposed
    counter = Counter()
    counter.changed.connect(counter.count)
    x = np.linspace(0.0, 1.0, 200)
    for frame in range(frames):
        curve.setData(x, np.sin(x * frame))
        image.setImage(np.outer(x[:20], x[:20]) * frame, autoLevels=True)
        if frame % 10 == 0:
            plot.setTitle(f"epoch {frame}")
        counter.changed.emit(None, frame % 2 == 0)
        plot.viewport().repaint()
    for number in range(EMISSIONS * frames // FRAMES):
        counter.changed.emit(None, number % 2 == 0)
    plot.close()
    return plot.painted


def measure() -> dict[str, int]:
    """Change of the counts between two rounds of drawing, after one that fills the caches."""
    import gc

    import pyqtgraph as pg

    application = pg.mkQApp()
    draw(100)
    application.processEvents()
    gc.collect()
    before = references()
    painted = draw(FRAMES)
    application.processEvents()
    gc.collect()
    after = references()
    return {"painted": painted, **{name: after[name] - before[name] for name in before}}


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None, True and False are immortal from Python 3.12 on")
@pytest.mark.slow
def test_drawing_keeps_the_references_of_none_true_false():
    done = subprocess.run([sys.executable, __file__], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"PySide6 {PySide6.__version__} ended the process:\n{done.stderr[:1000]}"
    drift = json.loads(done.stdout)
    assert drift.pop("painted") >= FRAMES
    allowed = ALLOWED * (FRAMES + EMISSIONS) / 10_000
    assert {name: change for name, change in drift.items() if abs(change) > allowed} == {}


if __name__ == "__main__":
    print(json.dumps(measure()))
