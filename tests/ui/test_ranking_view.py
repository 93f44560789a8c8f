"""The threshold: curves, slider, confusion and costs, by clicks and keys; nothing of it touches a weight."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from sklearn.metrics import confusion_matrix

from bpgui.runs.choosing import chosen
from bpgui.ui.layouts import LOW_WINDOW
from bpgui.ui.live.ranking_scale import STEPS, ThresholdScale
from bpgui.ui.live.ranking_view import RankingView
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def view(qtbot: QtBot, window: MainWindow) -> RankingView:
    """Two clouds, trained, and the threshold in sight."""
    session = window.session
    session.document.open_sample("two_gaussians")
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    panel = window.panels["output"]
    panel.show_view("threshold")  # type: ignore[attr-defined]
    found = panel.view.view  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: found._answer is not None)
    return found


def scores(window: MainWindow) -> tuple[np.ndarray, np.ndarray]:
    data = window.session.document.dataset
    assert data is not None
    rows = data.validation
    outputs = window.session.trainer.driver.training.network.predict(data.x[rows])[:, 0]
    return data.y[rows, 0], outputs


def test_the_slider_moves_what_is_decided_and_is_one_edit(
    qtbot: QtBot, window: MainWindow, view: RankingView
) -> None:
    document, trainer = window.session.document, window.session.trainer
    before, run = trainer.driver.training.network.parameters.copy(), trainer.run
    assert run is not None
    undo = document.undo_stack.count()
    slider = view.bar.slider
    slider.setFocus()
    for _ in range(3):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    assert document.spec.decision.threshold == view.bar.threshold > 0.5
    assert document.undo_stack.count() == undo + 1, "one drag, one step to take back"
    actual, outputs = scores(window)
    expected = confusion_matrix(actual, outputs >= view.bar.threshold)
    np.testing.assert_array_equal(view.table.counts, expected)
    assert trainer.run is run
    np.testing.assert_array_equal(trainer.driver.training.network.parameters, before)
    document.undo_stack.undo()
    assert document.spec.decision.threshold is None
    assert view.bar.threshold == 0.5


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_all_of_it_is_in_sight_at_a_click(qtbot: QtBot, window: MainWindow, width: int, height: int) -> None:
    window.resize(width, height)
    window.show()
    qtbot.waitExposed(window)
    window.session.document.open_sample("breast_cancer")
    low = height < LOW_WINDOW
    qtbot.waitUntil(lambda: bool(window.tabifiedDockWidgets(window.docks["output"])) == low)
    panel = window.panels["output"]
    qtbot.mouseClick(panel.switch.button("threshold"), Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    view = panel.view.view  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() == 0)
    assert view.costs.visibleRegion().boundingRect().height() == view.costs.height()
    assert window.docks["loss"].height() >= 140, "the others stay of use"
    before = window.docks["output"].height()
    qtbot.mouseClick(panel.switch.button("confusion"), Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert window.docks["output"].height() == before


def test_the_best_by_a_rule_is_taken_with_a_click(qtbot: QtBot, window: MainWindow, view: RankingView) -> None:
    qtbot.mouseClick(view.bar.buttons["best-f1"], Qt.MouseButton.LeftButton)
    assert view._ranked is not None
    assert window.session.document.spec.decision.threshold == chosen(view._ranked, "best-f1", (0.0, 1.0))
    box = view.costs.boxes["miss"]
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "40")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.session.document.spec.decision.costs.miss == 40.0
    best = chosen(view._ranked, "cheapest", (0.0, 1.0), window.session.document.spec.decision.costs)
    assert best is not None
    assert best < 0.5, "misses are dear"
    assert f"Cheapest threshold: {best:.3g}"[:24] in view.says.text()
    qtbot.mouseClick(view.bar.buttons["cheapest"], Qt.MouseButton.LeftButton)
    assert window.session.document.spec.decision.threshold == best
    assert view.table.counts is not None
    missed, alarms = int(view.table.counts[1, 0]), int(view.table.counts[0, 1])
    assert f"total {40 * missed + alarms}" in view.costs.total.text().replace("\u202f", "")


def test_the_confusion_follows_the_threshold(qtbot: QtBot, window: MainWindow, view: RankingView) -> None:
    view.threshold_chosen.emit(0.9)
    panel = window.panels["output"]
    panel.show_view("confusion")  # type: ignore[attr-defined]
    panel.parts.choose("validation")  # type: ignore[attr-defined]
    panel._on_part("validation")  # type: ignore[attr-defined]
    actual, outputs = scores(window)
    expected = confusion_matrix(actual, outputs >= 0.9)

    def counts() -> np.ndarray | None:
        answer = panel.view.view.answer  # type: ignore[attr-defined]
        return None if answer is None else answer.counts

    qtbot.waitUntil(lambda: counts() is not None and bool((counts() == expected).all()))


def test_a_look_at_the_test_part_is_said(qtbot: QtBot, window: MainWindow, view: RankingView) -> None:
    assert "Chosen on validation" in view.says.text()
    assert "looked at" not in view.says.text()
    window.session.document.break_seal()
    assert "The test part was looked at 1 time" in view.says.text()


def test_the_curves_say_what_is_under_the_cursor(qtbot: QtBot, view: RankingView) -> None:
    for plot, word in zip(view.plots, ("precision", "false alarms"), strict=True):
        qtbot.mouseMove(plot, QPoint(plot.width() // 2, plot.height() // 2))
        qtbot.waitUntil(lambda plot=plot: bool(plot.readout()))  # type: ignore[misc]
        assert word in " ".join(plot.readout())


def test_classes_that_are_more_than_two_have_no_threshold(window: MainWindow) -> None:
    window.session.document.open_sample("iris")
    assert "threshold" not in window.panels["output"].switch.keys  # type: ignore[attr-defined]


@pytest.mark.parametrize("scale", [ThresholdScale(), ThresholdScale(-np.inf, np.inf, 0.0)])
def test_every_step_of_the_slider_comes_back(scale: ThresholdScale) -> None:
    assert [scale.step_of(scale.value_of(step)) for step in range(0, STEPS + 1, 10)] == list(range(0, STEPS + 1, 10))
    values = [scale.value_of(step) for step in range(STEPS + 1)]
    assert values == sorted(values)
