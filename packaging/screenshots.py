"""Makes the pictures of the documentation: the real window, trained, at two sizes, dark and light.

    python packaging/screenshots.py [FOLDER]

The folder is packaging/screenshots where none is given. Needs no display.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="bpgui-screenshots-")

from msgspec.structs import replace  # noqa: E402
from PySide6.QtCore import QPoint, QRect, QSize  # noqa: E402
from PySide6.QtGui import QPainter  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from bpgui.app import build_window, make_application  # noqa: E402
from bpgui.project import edits  # noqa: E402
from bpgui.session.explaining.spots import Edge  # noqa: E402
from bpgui.ui.main_window import MainWindow  # noqa: E402
from bpgui.ui.panels.output import OutputPanel  # noqa: E402
from bpgui.ui.panels.reference import ReferencePanel  # noqa: E402
from bpgui.ui.panels.weights import WeightsPanel  # noqa: E402
from bpgui.ui.widgets.badge import Badge  # noqa: E402

# name: (sample, width, height, theme, seconds of training; 0 for none). Of "explain" one step is taken apart as well;
# "reference" has an entry open and its curve read, "projector" is drawn for a class.
PICTURES = {
    "watch-dark": ("moons", 1440, 900, "dark", 6.5),
    "watch-light": ("moons", 1440, 900, "light", 6.5),
    "first-start-dark": ("xor", 1440, 900, "dark", 0.0),
    "digits-dark": ("digits8x8", 1440, 900, "dark", 4.0),
    "sine-light": ("sine", 1440, 900, "light", 4.0),
    "explain-dark": ("moons", 1440, 900, "dark", 0.6),
    "explain-light": ("moons", 1440, 900, "light", 0.6),
    "explain-walk-dark": ("iris", 1440, 900, "dark", 1.5),
    "explain-small-light": ("xor_textbook", 1280, 720, "light", 0.0),
    "reference-dark": ("moons", 1440, 900, "dark", 1.5),
    "projector-dark": ("moons", 1280, 720, "dark", 4.0),
    "projector-light": ("iris", 1280, 720, "light", 3.0),
    "small-dark": ("xor", 1280, 720, "dark", 3.0),
    "learn-dark": ("xor", 1440, 900, "dark", 0.0),
    "learn-light": ("xor", 1440, 900, "light", 0.0),
    "learn-ring-dark": ("xor", 1280, 720, "dark", 0.0),
    "learn-ring-light": ("xor", 1280, 720, "light", 0.0),
    "small-light": ("iris", 1280, 720, "light", 3.0),
}

# The panels alone, each dark and light: (sample, seconds of training, panel, what is chosen in it).
CLOSE_UPS = {
    "weights": ("moons", 1.0, "weights", ""),
    "gradients": ("moons", 1.0, "weights", "gradient"),
    "over-time": ("moons", 2.5, "weights", "course"),
    "neurons": ("digits8x8", 2.5, "weights", "pictures"),
    "check": ("moons", 1.0, "weights", "check"),
    "batch": ("moons", 0.6, "output", "batch"),
    "confusion": ("digits8x8", 2.5, "output", "confusion"),
    "diagram": ("spirals", 3.0, "network", ""),
    "health": ("spirals", 3.0, "health", ""),
}
CLOSE_UP_SIZE = (1440, 1000)

# Signs of the checks, each opened, dark and light: (sample, what is set wrong, the pixels around the sign that show).
CHECKS = {
    "block": ("moons", "zeros", (-96, -78, 400, 120)),
    "column": ("diabetes", "unscaled", (-284, -84, 346, 60)),
}


def spin(application: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.002)


def explain(application: QApplication, window: MainWindow, name: str) -> None:
    """Walk into the backward pass; without "walk" in its name a weight there is clicked as well."""
    walk, layers = window.session.walk, window.session.document.spec.network.layers
    window.session.trainer.pause()
    window.arrangement.show("explain")
    walk.begin()
    spin(application, 0.3)
    if walk.trace is not None:
        walk.choose_row(int(walk.trace.row_losses.argmax()))
    walk.go_to_phase("Backward pass")
    walk.go(3)
    if "walk" not in name:
        walk.ask(Edge(layers[len(layers) // 2].id, 1, 0))
    spin(application, 1.2)


def look_up(application: QApplication, window: MainWindow, key: str) -> None:
    """An entry of the reference, with the cursor on its curve."""
    window.commands.show_reference(key)
    spin(application, 0.3)
    panel = window.panels["reference"]
    assert isinstance(panel, ReferencePanel)
    assert panel.article is not None
    panel.article.plot.cursor_at = (1.2, 0.0)
    panel.article.plot.update()
    spin(application, 0.2)


def learn(application: QApplication, window: MainWindow, name: str) -> None:
    """A lesson: its question answered by a run, or what it speaks of ringed."""
    player = window.session.player
    player.remembered.clear()
    if "ring" in name:
        window.lessons.open("activations")
        spin(application, 0.5)
        player.skip()
        spin(application, 2.0)
        return
    window.lessons.open("why-a-hidden-layer")
    spin(application, 0.5)
    player.choose(0)
    window.session.trainer.finish()
    spin(application, 2.0)


def take(application: QApplication, window: MainWindow, name: str, folder: Path) -> None:
    sample, width, height, theme, seconds = PICTURES[name]
    window.theme.choose(theme, keep=False)
    window.resize(width, height)
    window.session.document.open_sample(sample)
    if name in ("explain-dark", "explain-light"):
        document = window.session.document
        document.edit("", edits.set_layer, document.spec.network.layers[0].id, units=4)
        document.edit("", edits.insert_layer, 1, "dense")
    window.projector.choose(name.startswith("projector"), keep=False)
    spin(application, 0.5)
    if seconds:
        window.session.trainer.train()
        spin(application, seconds)
    if name.startswith("explain"):
        explain(application, window, name)
    if name.startswith("learn"):
        learn(application, window, name)
    if name.startswith("reference"):
        look_up(application, window, "gelu")
    window.grab().save(str(folder / f"{name}.png"))
    window.session.trainer.pause()
    window.session.player.leave()
    window.session.walk.leave()
    window.projector.choose(False, keep=False)
    window.commands.show_network()
    window.arrangement.show("watch")
    spin(application, 0.2)


def take_close_up(application: QApplication, window: MainWindow, name: str, folder: Path) -> None:
    """One panel with its title, dark and light."""
    sample, seconds, key, chosen = CLOSE_UPS[name]
    panel = window.panels[key]
    window.resize(*CLOSE_UP_SIZE)
    window.arrangement.show("watch")  # a check before took room from the others
    window.session.document.open_sample(sample)
    if key in window.docks:
        window.docks[key].raise_()
    spin(application, 0.4)
    if isinstance(panel, WeightsPanel):
        panel.show_kind(chosen if chosen in panel.kinds.keys else "weights")
        panel.show_form(chosen if chosen in panel.ways.keys else "cells")
    elif isinstance(panel, OutputPanel):
        panel.show_view(chosen)
    window.session.trainer.train()
    spin(application, seconds)
    window.session.trainer.pause()
    if chosen == "check":
        panel.check_gradient()
    for theme in ("dark", "light"):
        window.theme.choose(theme, keep=False)
        spin(application, 1.0)
        shown = window.docks.get(key, panel)
        shown.grab().save(str(folder / f"panel-{name}-{theme}.png"))


def spoil(window: MainWindow, how: str) -> Badge:
    """Set something that a check objects to; the sign that says so."""
    document = window.session.document
    if how == "zeros":
        layer = document.spec.network.layers[0].id
        document.edit("", edits.set_layer, layer, initializer="zeros")
        found = window.panels["network"].place_of(f"layer:{layer}")
    else:
        columns = tuple(replace(c, scaling="none") for c in document.spec.data.columns)
        document.apply("", replace(document.spec, data=replace(document.spec.data, columns=columns)))
        found = window.panels["data"].place_of(document.findings[0].where)
    assert isinstance(found, Badge)
    return found


def take_checks(application: QApplication, window: MainWindow, name: str, folder: Path) -> None:
    """The sign on a block or a column, with what it says and the way out below it."""
    sample, how, (left, top, width, height) = CHECKS[name]
    window.resize(1440, 900)
    window.session.document.open_sample(sample)
    spin(application, 0.4)
    badge = spoil(window, how)
    for theme in ("dark", "light"):
        window.theme.choose(theme, keep=False)
        spin(application, 1.0)
        shown, sign = window.grab(), QRect(badge.mapTo(window, QPoint(0, 0)), badge.size())
        badge.open()
        card = QApplication.activePopupWidget()
        assert card is not None
        at = sign.bottomLeft() + QPoint(0, 4)
        with QPainter(shown) as painter:
            painter.drawPixmap(at, card.grab())
        area = QRect(sign.topLeft() + QPoint(left, top), QSize(width - left, card.height() + height - top))
        shown.copy(area.intersected(window.rect())).save(str(folder / f"checks-{name}-{theme}.png"))
        card.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application()
    window = build_window(remember=False)
    window.show()
    for name in PICTURES:
        take(application, window, name, folder)
        print(folder / f"{name}.png")
    for name in CLOSE_UPS:
        take_close_up(application, window, name, folder)
        print(folder / f"panel-{name}-*.png")
    for name in CHECKS:
        take_checks(application, window, name, folder)
        print(folder / f"checks-{name}-*.png")
    window.halt()


if __name__ == "__main__":
    main()
