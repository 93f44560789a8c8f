"""The loss panel: what it reads out, its axes, and what odd losses do to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.project.edits import set_column, set_loss, set_training
from bpgui.runs.answers import CurveAnswer
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.axis import Axis, nice_bound, span, ticks
from bpgui.ui.live.curve_view import CurveView
from bpgui.ui.live.small_font import small_font
from bpgui.ui.live.smoothing import smoothed
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.loss import LossPanel, meaning

NOTHING = np.empty(0)
ODD = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64),
    st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324, 1.0, math.nan, math.inf, -math.inf]),
)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> LossPanel:
    made = LossPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 262)
    made.show()
    return made


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> CurveView:
    theme.apply(qapp, True)
    made = CurveView()
    qtbot.addWidget(made)
    made.resize(386, 208)
    made.show()
    return made


def curve(train: object, validation: object = None) -> CurveAnswer:
    losses = np.asarray(train, dtype=np.float64)
    held_out = np.full(len(losses), np.nan) if validation is None else np.asarray(validation, dtype=np.float64)
    return CurveAnswer(np.arange(1.0, len(losses) + 1), losses, held_out, NOTHING, NOTHING)


def test_it_is_empty_until_the_first_epoch_then_reads_out_the_engines_loss(
    qtbot: QtBot, panel: LossPanel, session: Session
) -> None:
    assert panel.curve.empty
    assert panel.curve.describe() == "no epoch finished yet"
    for epoch in (1, 2, 3):
        session.trainer.step_epoch()
        qtbot.waitUntil(lambda epoch=epoch: len(panel.curve.epochs) == epoch)
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    expected = format_number(session.trainer.progress.train_loss)
    assert panel.curve.accessibleDescription() == f"train loss {expected} at epoch 3"


def test_a_blocked_project_is_not_told_to_press_train(panel: LossPanel, session: Session) -> None:
    assert "Press Train" in panel.curve.hint
    free = panel.curve.grab().toImage()
    session.document.edit("loss", set_loss, "cce")
    assert session.document.blocked
    assert panel.curve.hint == "Training cannot start yet: see the check beside Train"
    assert panel.curve.grab().toImage() != free
    session.document.undo_stack.undo()
    assert "Press Train" in panel.curve.hint


@pytest.mark.parametrize(
    ("train", "corner"),
    [
        (np.exp(-np.arange(200) / 30), "top right"),
        (np.linspace(0.0, 1.0, 200) ** 0.2, "bottom right"),
        (np.concatenate((np.full(90, 0.1), np.full(110, 0.9))), "bottom right"),
        (np.concatenate((np.full(90, 0.1), np.tile([0.02, 0.99], 55))), "top left"),
        (np.concatenate((np.full(90, 0.99), np.full(110, 0.1))), "top right"),
    ],
)
def test_the_legend_keeps_off_the_curves(view: CurveView, train: np.ndarray, corner: str) -> None:
    view.set_curve(curve(train), 200)
    view.grab()
    assert view.corner == corner
    box = view.legend_box(view.corner, 60.0, 30.0)
    assert view.area().contains(box)
    x, y = view.px(view.epochs), view.py(view.train)
    assert not any(box.contains(float(a), float(b)) for a, b in zip(x, y, strict=True))


def test_the_legend_stays_where_it_is_while_that_is_free(view: CurveView) -> None:
    rising = np.linspace(0.0, 1.0, 200) ** 0.2
    view.set_curve(curve(rising), 200)
    view.grab()
    assert view.corner == "bottom right"
    view.set_curve(curve(np.full(200, 0.9)), 200)
    view.grab()
    assert view.corner == "bottom right"
    view.clear()
    assert view.corner == "top right"


def test_another_run_starts_with_an_empty_curve(qtbot: QtBot, panel: LossPanel, session: Session) -> None:
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: not panel.curve.empty)
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    session.trainer.reset()
    assert panel.curve.empty
    qtbot.wait(60)
    assert panel.curve.empty


def test_the_words_in_the_header_switch_the_axis_and_the_smoothing(qtbot: QtBot, panel: LossPanel) -> None:
    panel.curve.set_curve(curve([1.0, 0.1, 0.01]), 3)
    qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton)
    assert panel.curve.y.log
    assert "log" in panel.curve.y_label
    assert not panel.amount.isVisible()
    qtbot.mouseClick(panel.smooth, Qt.MouseButton.LeftButton)
    assert panel.amount.isVisible()
    panel.amount.setFocus()
    before = panel.curve.smoothing
    qtbot.keyClick(panel.amount, Qt.Key.Key_Right)
    assert panel.curve.smoothing > before
    assert np.array_equal(panel.curve.train, [1.0, 0.1, 0.01])
    qtbot.mouseClick(panel.smooth, Qt.MouseButton.LeftButton)
    assert panel.curve.smoothing == 0.0


def test_the_axis_says_what_the_loss_is_the_mean_of(panel: LossPanel, session: Session) -> None:
    assert panel.curve.y_label == "loss: BCE, mean over rows and outputs"
    document = session.document
    document.edit("loss", set_loss, "mse")
    document.edit("reduction", set_training, reduction="half_sum")
    assert "MSE, ½ sum over rows and outputs" in panel.curve.y_label
    document.open_sample("sine")
    target = document.spec.data.target
    assert target is not None
    document.edit("scale", set_column, document.table, target.name, scaling="standard")
    assert panel.curve.y_label.endswith("standardised units")
    document.open_sample("iris")
    assert meaning(document.spec, panel.tr) == "CCE, mean over rows"
    document.edit("x", set_training, class_weights="balanced")
    assert meaning(document.spec, panel.tr) == "CCE, weighted mean over rows"
    document.edit("x", set_training, class_weights="equal")


def test_the_pointer_and_the_arrows_read_any_epoch(qtbot: QtBot, view: CurveView) -> None:
    losses = np.linspace(1.0, 0.1, 10)
    view.set_curve(curve(losses, losses + 0.05), 10)
    at = QPoint(round(view.px(np.array([4.1]))[0]), round(view.area().center().y()))
    qtbot.mouseMove(view, at)
    assert view.cursor_index() == 3
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    expected = f"train loss {format_number(losses[4])} at epoch 5, validation {format_number(losses[4] + 0.05)}"
    assert view.accessibleDescription() == expected
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.cursor_index() == 9


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_fits(qtbot: QtBot, view: CurveView) -> None:
    view.set_curve(curve(np.linspace(1.0, 0.1, 100)), 100)
    whole = (view.x, view.y)
    at = QPointF(float(view.px(np.array([50.0]))[0]), view.area().center().y())
    turn = QWheelEvent(
        at, at, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.zoomed
    assert view.x.high - view.x.low < whole[0].high - whole[0].low
    assert float(view.px(np.array([50.0]))[0]) == pytest.approx(at.x())
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert (view.x, view.y) == whole


def test_dragging_pans(qtbot: QtBot, view: CurveView) -> None:
    view.set_curve(curve(np.linspace(1.0, 0.1, 100)), 100)
    middle = view.area().center().toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 0))
    assert view.zoomed
    assert view.x.low < 0.0


def test_the_ranges_stand_still_while_a_run_goes_on(view: CurveView) -> None:
    seen = set()
    for epochs in range(1, 301):
        view.set_curve(curve(np.exp(-np.arange(epochs) / 50)), 300)
        seen.add((view.x, view.y))
    assert len(seen) <= 12
    assert view.x.high == 300


def test_what_is_not_finite_is_a_gap_with_a_cross(view: CurveView) -> None:
    def crosses() -> int:
        picture = view.grab().toImage()
        row = round(view.area().top()) + 7
        bad = theme.theme().bad.rgb()
        return sum(picture.pixel(x, row) == bad for x in range(picture.width()))

    view.set_curve(curve([1.0, 0.5, 0.4, 0.3]), 4)
    assert crosses() == 0
    view.set_curve(curve([1.0, np.nan, np.inf, 0.3]), 4)
    assert crosses() > 0
    assert np.isnan(view.train[1:3]).all()


@pytest.mark.parametrize("log", [False, True])
def test_a_spike_that_is_over_does_not_flatten_the_curve(view: CurveView, log: bool) -> None:
    def marks() -> int:
        picture = view.grab().toImage()
        row, color = round(view.area().top()) + 8, theme.theme().curve_train.rgb()
        across = range(round(view.area().left()) + 2, round(view.area().right()) - 2)
        return sum(picture.pixel(x, row) == color for x in across)

    view.set_log(log)
    good = [2.0, 1.0, 0.8, 0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.28, 0.25, 0.22, 0.2]
    view.set_curve(curve(good), 30)
    usual = view.y
    spiked = [*good[:3], 1e30, 1e100, *good[3:]]
    view.set_curve(curve(spiked, spiked), 30)
    assert view.y == usual
    assert marks() >= 3
    view.cursor_at = (5.0, 0.0)
    assert view._legend_rows(["epoch", "train", "validation"], view.cursor_index())[1].value == format_number(1e100)
    assert format_number(1e100) in view.describe()
    view.set_smoothing(0.9)
    assert np.nanmax(view.smooth_train) <= 2.0
    # While it lasts it is shown, and so is the whole way down of one that starts high.
    view.set_curve(curve(spiked[:5]), 30)
    assert view.y.high >= 1e100
    view.set_curve(curve([1e100, *good]), 30)
    assert view.y == usual


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("train", [[10.0] + [1.0] * 50, 10.0 ** -np.arange(30.0), [1.0, 900.0] + [0.5] * 50, [0.0] * 4])
def test_the_axis_holds_all_of_an_ordinary_run(view: CurveView, train: object, log: bool) -> None:
    view.set_log(log)
    view.set_curve(curve(train), 100)
    assert view.y.high >= np.max(train)
    assert view._cut == math.inf


def test_labels_of_the_axis_are_whole(view: CurveView) -> None:
    before = view.area().left()
    view.set_curve(curve([1.0, 0.5]), 2)
    assert view.area().left() == before
    view.resize(386, 300)
    view.set_curve(curve([1.0, 2.6e146]), 2)
    metrics = QFontMetricsF(small_font())
    texts = [text for _, text in ticks(view.y, int(view.area().height() / 34))]
    assert max(map(len, texts)) > 5
    assert all(metrics.horizontalAdvance(text) + 4 <= view.area().left() for text in texts)


def test_single_batches_show_while_epochs_are_few(view: CurveView) -> None:
    few = CurveAnswer(NOTHING, NOTHING, NOTHING, np.array([0.1, 0.2]), np.array([0.9, 0.8]))
    view.set_curve(few, 100)
    assert not view.empty
    assert len(view.batch_losses) == 2
    many = CurveAnswer(np.arange(1.0, 51), np.ones(50), np.full(50, np.nan), np.arange(50.0), np.ones(50))
    view.set_curve(many, 100)
    assert not len(view.batch_losses)


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.97])
def test_smoothing_is_the_exponential_mean_without_bias(weight: float) -> None:
    values = np.array([3.0, 1.0, np.nan, 2.0, 5.0])
    given_values = [3.0, 1.0, 2.0, 5.0]
    expected = []
    for n in range(1, 5):
        shares = [(1 - weight) * weight**age for age in range(n)][::-1]
        expected.append(sum(s * v for s, v in zip(shares, given_values, strict=False)) / sum(shares))
    found = smoothed(values, weight)
    assert np.isnan(found[2])
    assert found[[0, 1, 3, 4]] == pytest.approx(expected)


@given(
    train=arrays(np.float64, st.integers(0, 40), elements=ODD), log=st.booleans(), smooth=st.sampled_from([0.0, 0.9])
)
def test_any_losses_are_drawn(curve_window: CurveView, train: np.ndarray, log: bool, smooth: float) -> None:
    curve_window.set_log(log)
    curve_window.set_smoothing(smooth)
    curve_window.set_curve(curve(train, train[::-1]), 10)
    curve_window.cursor_at = (2.0, 0.0)
    assert not curve_window.grab().isNull()
    for axis in (curve_window.x, curve_window.y):
        assert math.isfinite(axis.low)
        assert math.isfinite(axis.high)
        assert axis.low < axis.high


@pytest.fixture(scope="module")
def curve_window(qapp: QApplication) -> Iterator[CurveView]:
    theme.apply(qapp, False)
    made = CurveView()
    made.resize(320, 170)
    yield made
    made.deleteLater()


@given(low=ODD, high=ODD, log=st.booleans(), count=st.integers(1, 12))
def test_any_range_has_finite_ticks(low: float, high: float, log: bool, count: int) -> None:
    axis = span(low, high, log=log)
    assert math.isfinite(axis.low)
    assert math.isfinite(axis.high)
    assert axis.low < axis.high
    found = ticks(axis, count)
    assert len(found) <= 60
    for value, text in found:
        assert math.isfinite(value)
        assert text
        assert "inf" not in text


@given(st.floats(1e-290, 1e290))
def test_a_bound_holds_its_value_and_is_near_it(value: float) -> None:
    assert value <= nice_bound(value) * (1 + 1e-9) <= 2.1 * value


def test_values_and_shares_are_inverse() -> None:
    for axis in (Axis(-2.0, 6.0), Axis(1e-3, 10.0, True)):
        for share in (0.0, 0.25, 1.0):
            assert axis.shares(np.array([axis.value(share)]))[0] == pytest.approx(share)


def test_the_theme_changes_live(panel: LossPanel, qapp: QApplication) -> None:
    colors: Callable[[], str] = lambda: panel.curve.grab().toImage().pixelColor(1, 100).name()  # noqa: E731
    dark = colors()
    panel.take_theme(theme.apply(qapp, False))
    assert colors() != dark
    assert colors() == theme.LIGHT.panel.name()


def test_a_penalty_is_drawn_and_read_out_apart(qtbot: QtBot, panel: LossPanel, session: Session) -> None:
    session.document.edit("x", set_training, l2=0.01)
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused" and len(panel.curve.epochs) == 1)
    progress = session.trainer.progress
    assert progress.penalty is not None
    assert progress.penalty > 0
    view = panel.curve
    qtbot.waitUntil(lambda: "penalty" in view.accessibleDescription())
    expected = f"{format_number(progress.train_loss)} at epoch 1, penalty {format_number(progress.penalty)}"
    assert view.accessibleDescription() == f"train loss {expected}"
    names = [row.name for row in view._legend_rows(["epoch", "train", "penalty"], 0)]
    assert names == ["epoch", "train", "penalty"]


def test_without_a_regulariser_there_is_no_third_curve(view: CurveView) -> None:
    answer = curve([1.0, 0.5, 0.4])
    view.set_curve(replace(answer, penalty=np.zeros(3)), 3)
    assert not view.has_penalty
    plain = view.grab().toImage()
    view.set_curve(replace(answer, penalty=np.array([0.8, 0.7, math.nan])), 3)
    assert view.has_penalty
    assert view.grab().toImage() != plain
    view.set_log(True)
    view.grab()
    assert view.legend_box("top left", 60, 30).isValid()
