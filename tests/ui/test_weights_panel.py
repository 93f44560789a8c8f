"""The weights panel: numbers, colours, the scale that holds, and odd matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.runs.answers import LayerWeights
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.color_scale import BAR, PATIENCE, HoldingScale, bound_text, missing_color
from bpgui.ui.live.heatmap_labels import fitting_names
from bpgui.ui.live.heatmap_layout import HeatmapLayout, Window
from bpgui.ui.live.heatmap_numbers import cell_text
from bpgui.ui.live.heatmap_view import HeatmapView
from bpgui.ui.live.small_font import small_font
from bpgui.ui.panels.weights import WeightsPanel

ODD = st.one_of(
    st.floats(width=64),
    st.sampled_from([0.0, 1e308, -1e308, 5e-324, math.nan, math.inf, -math.inf]),
)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> WeightsPanel:
    made = WeightsPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 262)
    made.show()
    qtbot.waitUntil(lambda: made.heatmap.layer is not None)
    return made


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> HeatmapView:
    theme.apply(qapp, True)
    made = HeatmapView()
    qtbot.addWidget(made)
    made.resize(386, 208)
    made.show()
    return made


def layer(W: object, b: object = None, id: str = "d1") -> LayerWeights:
    weights = np.asarray(W, dtype=np.float64)
    return LayerWeights(id, weights, None if b is None else np.asarray(b, dtype=np.float64))


def test_painted_numbers_are_the_engines(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    driver = session.trainer.driver
    assert driver is not None
    W, b = driver.training.network.dense[0].W, driver.training.network.dense[0].b
    qtbot.waitUntil(lambda: np.array_equal(panel.heatmap.layer.W, W))
    texts = {(row, column): text for row, column, text in panel.heatmap.cell_texts()}
    assert len(texts) == W.size + b.size
    for (row, column), text in texts.items():
        value = b[column] if row == len(W) else W[row, column]
        assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.00501)
    panel.heatmap.grab()


def test_numbers_are_drawn_only_where_they_fit(view: HeatmapView) -> None:
    view.set_layer(layer(np.full((4, 4), 0.25), np.zeros(4)))
    assert len(view.cell_texts()) == 20
    rect = view.layout_now().rect(0, 0).toRect()
    picture = view.grab().toImage()
    colors = {picture.pixel(x, rect.center().y()) for x in range(rect.left() + 2, rect.right() - 2)}
    assert len(colors) > 1
    view.set_layer(layer(np.zeros((4, 60)), np.zeros(60)))
    assert view.cell_texts() == []


def test_it_follows_the_selected_layer_and_the_menu(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    first, second = (d.id for d in session.document.spec.network.layers)
    assert panel.heatmap.layer.id == first
    session.selection.select_layer(second)
    qtbot.waitUntil(lambda: panel.heatmap.layer.id == second)
    assert panel.choice.text() == "Dense 2"
    assert panel.heatmap.column_names == session.document.dataset.output_names
    panel.choice.menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: panel.heatmap.layer.id == first)
    assert panel.heatmap.row_names == ("x1", "x2")
    session.selection.select_layer("nothing like it")
    assert panel.layer == first


def test_a_layer_that_goes_away_gives_way_to_the_first(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    panel.show_layer(session.document.spec.network.layers[1].id)
    session.document.open_sample("moons")
    qtbot.waitUntil(lambda: panel.heatmap.layer.id == panel.layer)
    assert panel.layer in {d.id for d in session.document.spec.network.layers}


def test_the_number_under_the_pointer_is_read_out(qtbot: QtBot, view: HeatmapView) -> None:
    view.set_names(("x1", "x2"), ())
    view.set_layer(layer([[0.1, 0.2, 0.3], [0.4, -0.294, 0.6]], [0.0, 1.5, 0.0]))
    qtbot.mouseMove(view, view.layout_now().rect(1, 1).center().toPoint())
    assert view.readout() == "W[2, 2] = −0.294, from x2 to neuron 2"
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.readout() == "b[2] = 1.50, bias of neuron 2"
    assert view.accessibleDescription() == view.readout()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.cell == (2, 2)


def test_colours_are_those_of_the_scale(view: HeatmapView) -> None:
    view.set_layer(layer([[2.0, -2.0, 0.0, math.nan]]))
    assert view.scale.limit == 2.0
    picture = view.grab().toImage()

    def shade(column: int) -> str:
        rect = view.layout_now().rect(0, column)
        return picture.pixelColor(QPoint(round(rect.center().x()), round(rect.top() + 4))).name()

    colors = theme.theme()
    assert shade(0) == colors.positive.name()
    assert shade(1) == colors.negative.name()
    assert shade(2) == colors.neutral.name()
    assert shade(3) == missing_color().name()


def test_the_scale_grows_at_once_and_holds(view: HeatmapView) -> None:
    view.set_layer(layer([[0.3]]))
    assert view.scale.limit == 0.3
    view.set_layer(layer([[-4.0]]))
    assert view.scale.limit == 5.0
    view.set_layer(layer([[0.5]]))
    assert view.scale.limit == 5.0
    view.start_scale()
    view.set_layer(layer([[0.1]]))
    assert view.scale.limit == pytest.approx(0.1)


def test_the_scale_comes_down_after_a_spike_that_is_over(view: HeatmapView) -> None:
    view.set_layer(layer([[4.2e7]], [0.3]), settled=False)
    assert view.scale.limit == 5e7
    view.set_layer(layer([[4.2e7]], [0.3]))
    assert view.scale.limit == 5e7  # small biases beside large weights are no recovery
    view.set_layer(layer([[math.nan]], [math.inf]))
    assert view.scale.limit == 5e7
    view.set_layer(layer([[0.7]], [0.3]))
    assert view.scale.limit == 1.0


def test_a_running_scale_comes_down_when_values_stay_far_below() -> None:
    scale = HoldingScale()
    scale.hold(np.array([4e7]))
    for _ in range(PATIENCE - 1):
        assert scale.hold(np.array([0.4])) == 5e7
    assert scale.hold(np.array([6e6])) == 5e7  # not that far: the wait starts again
    for size in [0.4, 0.9] * (PATIENCE // 2 - 1) + [0.4]:
        assert scale.hold(np.array([size])) == 5e7
    assert scale.hold(np.array([0.4])) == 1.0
    for _ in range(3 * PATIENCE):
        assert scale.hold(np.array([0.12]), np.zeros(2)) == 1.0
    for _ in range(3 * PATIENCE):
        assert scale.hold(np.zeros(3)) == 1.0


def test_one_infinite_weight_does_not_flatten_the_rest() -> None:
    scale = HoldingScale()
    assert scale.hold(np.array([0.5, math.inf, math.nan, -1.4])) == 1.5


@pytest.mark.parametrize("value", [6.2e156, -6.2e156, 1.1e308])
def test_the_scale_holds_numbers_of_any_size(view: HeatmapView, value: float) -> None:
    view.set_layer(layer([[0.5, value]], [0.0, 1.0]))
    assert view.scale.limit >= abs(value)
    assert math.isfinite(view.scale.limit)
    assert len(bound_text(view.scale.limit)) <= 8
    texts = {(row, column): text for row, column, text in view.cell_texts()}
    assert float(texts[0, 1].replace("−", "-")) == pytest.approx(value, rel=0.2)
    assert not view.grab().isNull()


def test_numbers_wider_than_their_cell_are_left_out(view: HeatmapView) -> None:
    view.resize(350, 208)
    view.set_layer(layer(np.tile([1e156, 0.0], (2, 4)), np.zeros(8)))
    texts = view.cell_texts()
    assert {text for *_, text in texts} == {"0"}
    assert len(texts) == 16


def test_long_names_of_rows_are_still_told_apart(qapp: QApplication) -> None:
    names = ["bill_length_mm", "bill_depth_mm", "when (year sin)", "when (week sin)", "island=Biscoe", "sex"]
    metrics = QFontMetricsF(small_font())
    shown = fitting_names(names, metrics, 60.0)
    assert len(set(shown)) == len(names), shown
    assert all(metrics.horizontalAdvance(text) <= 60.0 for text in shown)
    assert shown[-1] == "sex"


def test_the_bar_has_room_for_its_labels(view: HeatmapView) -> None:
    view.set_layer(layer([[0.5, 0.1]]))
    small = view.layout_now().weights.right()
    view.set_layer(layer([[0.5, 1.4e156]]))
    metrics = QFontMetricsF(small_font())
    assert view.bar_left() + BAR + 5 + metrics.horizontalAdvance("+" + bound_text(view.scale.limit)) <= view.width()
    assert view.layout_now().weights.right() <= view.bar_left()
    assert small > 0


def test_nothing_finite_is_said_in_words(view: HeatmapView) -> None:
    view.set_layer(layer(np.full((2, 2), np.nan)))
    assert not view.drawable
    assert view.accessibleDescription() == "no finite weights"
    assert not view.grab().isNull()


def test_large_layers_zoom_and_pan(qtbot: QtBot, view: HeatmapView) -> None:
    view.set_layer(layer(np.random.default_rng(0).normal(size=(784, 512)), np.zeros(512)))
    assert not view.grab().isNull()
    whole = view.layout_now()
    at = QPointF(whole.weights.center())
    turn = QWheelEvent(
        at, at, QPoint(), QPoint(0, 1200), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    under = whole.cell_at(at)
    QApplication.sendEvent(view, turn)
    near = view.layout_now()
    assert near.window.columns < 512
    assert near.cell_at(at) == pytest.approx(under, abs=1)
    before = near.window
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    qtbot.mouseMove(view, at.toPoint() - QPoint(40, 20))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at.toPoint() - QPoint(40, 20))
    assert view.layout_now().window.column > before.column
    assert not view.grab().isNull()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.layout_now().window == whole.window


def test_every_cell_is_found_under_its_own_middle() -> None:
    for window in (None, Window(3.0, 2.0, 5.0, 4.0)):
        layout = HeatmapLayout.fit(QRectF(30, 20, 300, 150), (12, 9), True, window)
        rows, columns = layout.in_view()
        for row in (*rows, 12):
            for column in columns:
                assert layout.cell_at(layout.rect(row, column).center()) == (row, column)


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (0.294, 2.0, "+0.29"),
        (-1.784, 2.0, "−1.78"),
        (0.0123, 0.02, "+.012"),
        (0.00123, 0.002, "+1e−3"),
        (0.123, 0.2, "+0.12"),
        (12.34, 20.0, "+12.3"),
        (-1234.0, 2000.0, "−1234"),
        (0.0, 1.0, "0"),
        (math.nan, 1.0, "nan"),
        (-math.inf, 1.0, "−∞"),
        (6.2e156, 1.0, "+6e156"),
        (-31234.5, 2.0, "−3e4"),
    ],
)
def test_the_text_of_a_cell(value: float, limit: float, text: str) -> None:
    assert cell_text(value, limit) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.294, "+.29"), (-0.05, "−.05"), (-1.784, "−1.8"), (12.34, "+12"), (0.999, "+1.0"), (10.0, "+10")],
)
def test_the_short_text_of_a_narrow_cell(value: float, text: str) -> None:
    assert cell_text(value, 20.0, compact=True) == text
    assert cell_text(math.nan, 20.0, compact=True) == "nan"


def test_narrow_cells_have_short_numbers(view: HeatmapView) -> None:
    view.set_layer(layer(np.full((2, 8), 0.5), np.zeros(8)))
    assert view.cell_texts()[0][2] == "+0.50"
    view.resize(320, 200)
    assert view.cell_texts()[0][2] == "+.50"
    view.resize(200, 200)
    assert view.cell_texts() == []


@given(
    W=arrays(np.float64, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=12), elements=ODD),
    biased=st.booleans(),
    single=st.booleans(),
)
def test_any_matrix_is_drawn(heatmap: HeatmapView, W: np.ndarray, biased: bool, single: bool) -> None:
    with np.errstate(over="ignore"):
        weights = W.astype(np.float32) if single else W
    heatmap.set_layer(LayerWeights("d1", weights, np.zeros(W.shape[1]) if biased else None))
    assert not heatmap.grab().isNull()
    assert math.isfinite(heatmap.scale.limit)
    assert heatmap.scale.limit > 0


@pytest.mark.parametrize("shape", [(1, 1), (1, 50_000), (50_000, 2), (0, 3), (3, 0), (2, 3)])
def test_extreme_shapes_are_drawn(view: HeatmapView, shape: tuple[int, int]) -> None:
    view.set_layer(LayerWeights("d1", np.ones(shape), np.ones(shape[1])))
    assert not view.grab().isNull()
    view.resize(20, 12)
    assert not view.grab().isNull()


@pytest.fixture(scope="module")
def heatmap(qapp: QApplication) -> Iterator[HeatmapView]:
    theme.apply(qapp, False)
    made = HeatmapView()
    made.resize(300, 160)
    yield made
    made.deleteLater()
