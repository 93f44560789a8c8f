"""The window is painted with its tools and the network; its panels follow, one between two events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_driver import dispose

from bpgui.app import build_window
from bpgui.ui.layouts import LAYOUTS
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels import PANELS
from bpgui.ui.window_size import has_room, usual_size


@pytest.fixture
def opening(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window that has been painted and has nothing but the network yet."""
    made = build_window(remember=False, staged=True)
    with qtbot.waitSignal(made.opening.painted):
        made.show()
    assert set(made.panels) <= {"network", next(iter(PANELS))}
    yield made
    dispose(made)


def test_all_panels_follow_and_stand_where_they_stand_in_a_window_made_at_once(
    qtbot: QtBot, opening: MainWindow
) -> None:
    qtbot.waitUntil(lambda: opening.opening.is_finished, timeout=20_000)
    assert set(opening.panels) == set(PANELS)
    at_once = build_window(remember=False)
    try:
        at_once.show()
        qtbot.waitExposed(at_once)
        QApplication.processEvents()
        seen = [key for key in opening.docks if not opening.docks[key].visibleRegion().isEmpty()]
        assert set(opening.docks) - set(seen) <= {"health", "weights", *LAYOUTS["watch"].closed}, "behind a tab"
        for key in seen:
            assert opening.docks[key].geometry() == at_once.docks[key].geometry(), key
            assert opening.panels[key].isVisible() == at_once.panels[key].isVisible(), key
    finally:
        dispose(at_once)


def test_training_can_begin_before_the_panels_are_there(qtbot: QtBot, opening: MainWindow) -> None:
    qtbot.mouseClick(opening.toolbar.train, Qt.MouseButton.LeftButton)
    assert opening.session.trainer.state == "training"
    qtbot.waitUntil(lambda: opening.opening.is_finished, timeout=20_000)
    qtbot.waitUntil(lambda: opening.session.trainer.frames.shown > 0)


def test_data_that_is_wanted_at_once_is_there_at_once(qtbot: QtBot, opening: MainWindow) -> None:
    qtbot.mouseClick(opening.centre.tabs["network"]["explore"], Qt.MouseButton.LeftButton)
    assert opening.centre.currentWidget() is opening.panels["explore"]
    assert opening.opening.is_finished


def test_a_window_that_is_closed_while_it_opens_ends_cleanly(qtbot: QtBot, opening: MainWindow) -> None:
    opening.close()
    assert not opening.isVisible()
    made = set(opening.panels)
    qtbot.wait(50)
    assert set(opening.panels) == made


def test_a_window_that_nobody_sees_is_completed_all_the_same(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpgui.ui.opening.NOT_PAINTED", 10)
    window = build_window(remember=False, staged=True)
    try:
        with qtbot.waitSignal(window.opening.finished, timeout=20_000):
            pass
        assert set(window.panels) == set(PANELS)
    finally:
        dispose(window)


@pytest.mark.parametrize(("width", "height", "fits"), [(1440, 900, False), (1440, 948, False), (1920, 1080, True)])
def test_a_window_that_has_no_room_with_its_frame_fills_the_screen(width: int, height: int, fits: bool) -> None:
    class Screen:
        def availableSize(self) -> QSize:
            return QSize(width, height)

    assert has_room(Screen()) is fits
    assert usual_size(Screen()) == QSize(1440, 900)
    assert usual_size(None) == QSize(1440, 900)


def test_a_panel_that_cannot_be_made_leaves_the_window_alive(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(session: object) -> None:
        raise RuntimeError("no such panel")

    monkeypatch.setitem(PANELS, "loss", replace(PANELS["loss"], factory=fail))
    window = build_window(remember=False, staged=True)
    try:
        with qtbot.captureExceptions() as errors, qtbot.waitSignal(window.opening.finished, timeout=20_000):
            window.show()
        assert any("no such panel" in str(error) for _, error, _ in errors)
        assert {"model", "weights", "output"} <= set(window.panels)
        assert window.updatesEnabled()
        qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
        assert window.session.trainer.state == "training"
    finally:
        dispose(window)
