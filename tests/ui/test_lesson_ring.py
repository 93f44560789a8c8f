"""The ring is around what a step speaks of, at both sizes, wherever that goes, and never in the way of a click."""

from __future__ import annotations

import pytest
from learn_hand import begin, go_to, made, ring_rect
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpgui.project.lessons.controls import CONTROLS, WORDS
from bpgui.project.lessons.facts import PANEL_KEYS
from bpgui.ui import motion
from bpgui.ui.layouts import LAYOUTS
from bpgui.ui.learn.places import PLACES, bring_in_sight, place_of
from bpgui.ui.learn.ring import GAP, GLOW
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels import PANELS

EDGE = GAP + GLOW
SIZES = [QSize(1440, 900), QSize(1280, 720)]


def where(window: MainWindow, widget: QWidget, rect: QRect | None = None) -> QRect:
    rect = rect if rect is not None else widget.rect()
    return QRect(widget.mapTo(window, rect.topLeft()), rect.size())


def target(window: MainWindow) -> QRect:
    found = window.lessons.ring.target()
    assert found is not None
    return where(window, *found)


def around(rect: QRect, window: MainWindow) -> QRect:
    return rect.adjusted(-EDGE, -EDGE, EDGE, EDGE) & window.rect()


def is_around(window: MainWindow) -> bool:
    window.lessons.ring.follow()
    return window.lessons.ring.isVisible() and ring_rect(window) == around(target(window), window)


def name_of(key: str) -> str:
    """A control that a name with a star stands for."""
    word = WORDS[key][0] if key in WORDS else "d1"
    return key.replace("*", word)


def test_every_control_has_a_place_in_the_window_and_no_other() -> None:
    assert set(PLACES) == set(CONTROLS)
    assert set(PANEL_KEYS) == set(PANELS)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_controls_are_found_and_brought_in_sight(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    window.resize(size)
    window.session.document.open_sample("moons")
    window.session.walk.begin()
    qtbot.waitUntil(lambda: window.session.walk.trace is not None)
    window.arrangement.show("learn")
    missing, hidden = [], []
    later = {"code.verify", "weights.check.methods", "weights.check.step"}  # where something has to be opened before
    at_the_end = {"explain.take_step", "explain.leave_step", "explain.begin"}  # before a walk, or at its end
    foreign = {name for name in CONTROLS if name.startswith("model.")} - {"model.loss", "model.learning_rate"}
    for key in CONTROLS:
        name = name_of(key)
        place = bring_in_sight(window, name)
        if place is None:
            missing.append(name)
        elif not (place.widget.isVisible() and not place.inside.isEmpty()):
            hidden.append(name)
    assert set(missing) == later
    assert set(hidden) <= at_the_end | foreign | {"output.parts"}  # not every view is of a part


POINTED = (
    "toolbar.train", "model.learning_rate", "network.block.d1", "network.edge", "network.add_layer", "loss.curve",
    "output.metrics", "explain.begin", "menu.view", "panel.output", "data.sample", "model.patience",
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_is_around_it(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    window.resize(size)
    steps = (f"# {name}\n```point\n{name}\n```\n" for name in POINTED)
    begin(qtbot, window, made("# Moons\n```setup\nsample: moons\n```\n" + "".join(steps)))
    for place, name in enumerate(POINTED, 1):
        go_to(qtbot, window, place)
        qtbot.waitUntil(lambda: is_around(window))
        widget, rect = window.lessons.ring.target() or (window, QRect())
        assert widget.isVisible(), name
        assert rect.width() > 8, name
        assert window.rect().contains(target(window).center()), name


def test_it_follows(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1440, 900)
    begin(qtbot, window, made("# One\n```setup\nsample: moons\n```\n```point\nnetwork.block.d1\n```\n"))
    qtbot.waitUntil(lambda: is_around(window))
    first = ring_rect(window)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: ring_rect(window) != first and is_around(window))
    second = ring_rect(window)
    window.panels["network"].view.zoom_by(1.5)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: ring_rect(window) != second and window.lessons.ring.isVisible())
    window.centre.show_panel("explore")
    qtbot.waitUntil(lambda: not window.lessons.ring.isVisible())
    window.centre.show_panel("network")
    qtbot.waitUntil(lambda: window.lessons.ring.isVisible())


def test_it_follows_what_is_scrolled_and_a_dock_that_floats(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, made("# One\n```point\nmodel.learning_rate\n```\n"))
    qtbot.waitUntil(lambda: is_around(window))
    ring, dock = window.lessons.ring, window.docks["model"]
    area = dock.widget().findChild(QWidget, "scrolled").parentWidget().parentWidget()  # type: ignore[union-attr]
    bar = area.verticalScrollBar()  # type: ignore[union-attr]
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: not ring.isVisible())
    bar.setValue(0)
    bring_in_sight(window, "model.learning_rate")
    qtbot.waitUntil(ring.isVisible)
    dock.setFloating(True)
    qtbot.waitUntil(lambda: ring.window() is dock)
    dock.setFloating(False)
    qtbot.waitUntil(lambda: ring.window() is window)


@pytest.mark.parametrize(("away", "back"), [("showMinimized", "showNormal"), ("hide", "show")])
def test_it_rests_while_nobody_sees_the_window(qtbot: QtBot, window: MainWindow, away: str, back: str) -> None:
    begin(qtbot, window, made("# One\n```point\nmodel.loss\n```\n"))
    qtbot.waitUntil(lambda: is_around(window))
    looks = window.lessons.ring.findChild(QTimer)
    assert looks is not None
    assert looks.isActive()
    getattr(window, away)()
    qtbot.waitUntil(lambda: not looks.isActive())
    getattr(window, back)()
    qtbot.waitUntil(looks.isActive)
    window.docks["model"].setFloating(True)
    window.docks["model"].setFloating(False)
    qtbot.waitUntil(lambda: ring_rect(window) == around(target(window), window))


def test_clicks_go_through_it(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, made("# One\n```point\ntoolbar.train\n```\n```until\nrun_started\n```\n# Two\n"))
    qtbot.waitUntil(lambda: is_around(window))
    at = window.lessons.ring.geometry().center()
    under = window.childAt(at)
    assert under is window.toolbar.train
    qtbot.mouseClick(under, Qt.MouseButton.LeftButton, pos=under.mapFrom(window, at))
    qtbot.waitUntil(lambda: window.session.player.done)
    assert not window.lessons.ring.isVisible(), "what is done is pointed at no more"


def test_what_a_walk_has_is_found_by_way_of_its_beginning(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, made("# One\n```point\nexplain.backward\n```\n```until\nphase == \"loss\"\n```\n"))
    panel = window.panels["explain"]
    qtbot.waitUntil(lambda: is_around(window))
    assert window.lessons.ring.target()[0] is panel.begin  # type: ignore[attr-defined,index]
    qtbot.mouseClick(panel.begin, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    backward = panel.phases.phases["Backward pass"]  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: is_around(window) and window.lessons.ring.target()[0] is backward)  # type: ignore[index]


def test_it_stands_still_where_motion_is_reduced(qtbot: QtBot, window: MainWindow) -> None:
    motion.choose(True, keep=False)
    try:
        begin(qtbot, window, made("# One\n```point\ntoolbar.train\n```\n"))
        ring = window.lessons.ring
        assert ring.isVisible()
        assert ring._pulse.state() == ring._pulse.State.Stopped
    finally:
        motion.choose(False, keep=False)


def test_the_panel_of_the_control_is_opened(qtbot: QtBot, window: MainWindow) -> None:
    window.docks["loss"].close()
    begin(qtbot, window, made("# One\n```point\nloss.curve\n```\n# Two\n```point\nexplain.begin\n```\n# Three\n"))
    assert window.docks["loss"].isVisible()
    assert window.docks["model"].folded
    go_to(qtbot, window, 1)
    assert not window.docks["explain"].folded
    go_to(qtbot, window, 2)
    assert not window.lessons.ring.isVisible()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_there_is_room_for_a_lesson(qtbot: QtBot, window: MainWindow, size: QSize) -> None:
    window.resize(size)
    begin(qtbot, window, made("# One\n```point\nmodel.optimizer\n```\n# Two\n"))
    learn, model = window.docks["learn"], window.docks["model"]
    qtbot.waitUntil(lambda: model.height() >= 150)
    assert learn.height() >= 200
    go_to(qtbot, window, 1)
    qtbot.waitUntil(lambda: learn.height() > size.height() * 0.6)
    assert learn.width() <= 0.3 * size.width()


def test_layouts_name_panels_that_there_are() -> None:
    for layout in LAYOUTS.values():
        placed = [key for _, keys, _ in layout.columns for key in keys]
        assert sorted(placed) == sorted(key for key, entry in PANELS.items() if entry.area != "centre")
        assert {key for group in layout.tabs for key in group} | set(layout.closed) | set(layout.folded) <= set(placed)


def test_a_place_that_is_not_there_is_none(window: MainWindow) -> None:
    assert place_of(window, "network.block.d9") is None
    assert place_of(window, "nothing.at.all") is None
    QApplication.processEvents()
    assert window.mapFromGlobal(window.mapToGlobal(QPoint(1, 1))) == QPoint(1, 1)


def test_it_comes_home_before_a_dialog_goes(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, made("# One\n```point\ncode.verify\n```\n# Two\n```point\ntoolbar.train\n```\n"))
    ring = window.lessons.ring
    assert not ring.isVisible()
    window.actions_by_key["numpy_code"].trigger()
    dialog = window.commands.numpy_code
    assert dialog is not None
    qtbot.waitUntil(lambda: ring.window() is dialog and ring.isVisible())
    dialog.close()
    qtbot.waitUntil(lambda: window.commands.numpy_code is None)
    assert ring.window() is window
    go_to(qtbot, window, 1)
    qtbot.waitUntil(lambda: is_around(window))
