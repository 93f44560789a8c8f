"""The kinds of numbers and the ways to look at them: painted numbers are the engine's, and everything can be copied."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.runs.answers import LayerWeights
from bpgui.runs.layer_numbers import NUMBER_KINDS, LayerNumbers
from bpgui.runs.spreads import QUANTILES
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.course_view import CourseView
from bpgui.ui.live.neuron_layout import NeuronLayout
from bpgui.ui.live.neuron_pictures import NeuronPictures
from bpgui.ui.live.number_table import table_text
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.weights import WeightsPanel

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> WeightsPanel:
    session.document.open_sample("moons", rows=60)
    made = WeightsPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 290)
    made.show()
    qtbot.waitUntil(lambda: made.heatmap.layer is not None)
    return made


def step(qtbot: QtBot, session: Session, steps: int = 1) -> None:
    for _ in range(steps):
        before = session.trainer.progress.step
        session.trainer.step_batch()
        qtbot.waitUntil(lambda n=before: session.trainer.progress.step > n and session.trainer.state != "training")


def click_kind(panel: WeightsPanel, key: str) -> None:
    QTest.mouseClick(panel.kinds.button(key), LEFT)


def click_form(panel: WeightsPanel, key: str) -> None:
    QTest.mouseClick(panel.ways.button(key), LEFT)


def engine(session: Session, kind: str, id: str = "") -> LayerWeights:
    with session.trainer.parked() as driver:
        layer = LayerNumbers(kind, id)(driver).layer
    assert layer is not None
    return layer


def digits(qtbot: QtBot, panel: WeightsPanel) -> None:
    panel.session.document.open_sample("digits8x8")
    qtbot.waitUntil(lambda: panel.heatmap.layer is not None and panel.heatmap.shape[0] == 64)


# ---- kinds


@pytest.mark.parametrize("kind", NUMBER_KINDS)
def test_the_numbers_in_the_cells_are_the_engines(
    qtbot: QtBot, panel: WeightsPanel, session: Session, kind: str
) -> None:
    step(qtbot, session, 3)
    click_kind(panel, kind)
    wanted = engine(session, kind)
    qtbot.waitUntil(lambda: panel.heatmap.drawable and np.array_equal(panel.heatmap.layer.W, wanted.W))
    np.testing.assert_array_equal(panel.heatmap.layer.b, wanted.b)
    texts = panel.heatmap.cell_texts()
    assert len(texts) == wanted.W.size + wanted.b.size
    tolerance = 0.06 * panel.heatmap.scale.limit
    for row, column, text in texts:
        value = wanted.b[column] if row == len(wanted.W) else wanted.W[row, column]
        assert float(text.replace("−", "-")) == pytest.approx(value, abs=tolerance, rel=0.5)
    step(qtbot, session)
    again = engine(session, kind)
    qtbot.waitUntil(lambda: np.array_equal(panel.heatmap.layer.W, again.W))
    assert not np.array_equal(again.W, wanted.W)


def test_the_read_out_names_what_is_shown(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session, 2)
    names = {"weights": "W[1, 2]", "gradient": "∂L/∂W[1, 2]", "update": "ΔW[1, 2]", "change": "W − W₀[1, 2]"}
    for kind, name in names.items():
        click_kind(panel, kind)
        wanted = engine(session, kind)
        qtbot.waitUntil(lambda w=wanted: panel.heatmap.drawable and np.array_equal(panel.heatmap.layer.W, w.W))
        QTest.mouseMove(panel.heatmap, panel.heatmap.layout_now().rect(0, 1).center().toPoint())
        number = format_number(float(wanted.W[0, 1]))
        assert panel.heatmap.readout() == f"{name} = {number}, from x1 to neuron 2"
        assert panel.heatmap.accessibleName() == NUMBER_KINDS[kind].label


def test_before_the_first_step_there_is_a_sentence_and_no_gradient(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    click_kind(panel, "gradient")
    qtbot.waitUntil(lambda: panel.heatmap.layer is None)
    assert panel.heatmap.describe() == NUMBER_KINDS["gradient"].missing
    assert not panel.heatmap.grab().isNull()
    step(qtbot, session)
    qtbot.waitUntil(lambda: panel.heatmap.drawable)
    session.trainer.reset()
    qtbot.waitUntil(lambda: panel.heatmap.layer is None)


def test_zoom_and_place_stay_when_another_kind_is_chosen(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session)
    middle = QPointF(panel.heatmap.layout_now().weights.center())
    wheel = QWheelEvent(
        middle, middle, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel.heatmap, wheel)
    window = panel.heatmap.layout_now().window
    assert window.columns < 8
    click_kind(panel, "change")
    qtbot.waitUntil(lambda: panel.heatmap.drawable)
    assert panel.heatmap.layout_now().window == window


def test_each_kind_has_its_own_scale(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session, 2)
    for kind in ("update", "weights", "update"):
        click_kind(panel, kind)
        wanted = engine(session, kind)
        qtbot.waitUntil(lambda w=wanted: panel.heatmap.drawable and np.array_equal(panel.heatmap.layer.W, w.W))
        largest = max(np.abs(wanted.W).max(), np.abs(wanted.b).max())
        assert largest <= panel.heatmap.scale.limit <= 2.0 * largest


def test_a_hidden_panel_asks_for_nothing(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    assert session.trainer._worker.probes == panel.probes()
    panel.hide()
    assert session.trainer._worker.probes == ()
    assert not any(isinstance(p, LayerNumbers) for p in session.trainer._worker.probes)


# ---- over time


def test_over_time_shows_the_quantiles_at_every_look(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    click_form(panel, "course")
    view = panel.form.widget
    assert isinstance(view, CourseView)
    seen = {0: engine(session, "weights").W}
    for number in range(1, 6):
        step(qtbot, session)
        seen[number] = engine(session, "weights").W
        qtbot.waitUntil(lambda n=number: len(view.steps) == n + 1)
    assert view.steps.tolist() == list(seen)
    for at, W in seen.items():
        np.testing.assert_array_equal(view.raw[at], np.quantile(W, QUANTILES, method="nearest"))
    place = QPoint(round(view.px(np.array([3.0]))[0]), 80)
    QTest.mouseMove(view, place)
    assert view.readout().startswith(f"step 3: median {format_number(np.quantile(seen[3], 0.5, method='nearest'))}")
    assert view.readout() in view.moment_words(3)
    assert not view.grab().isNull()
    click_kind(panel, "gradient")
    qtbot.waitUntil(lambda: view.kind.key == "gradient")
    assert view.moment_words(0) == "step 0: no numbers"
    assert "∂L/∂W of Dense 1" in view.describe()


def test_it_goes_on_while_cells_are_looked_at_and_each_run_keeps_its_own(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    step(qtbot, session, 4)
    first = session.trainer.run.id
    with qtbot.waitSignal(session.trainer.framed):
        session.trainer.reset()
    step(qtbot, session, 2)
    click_form(panel, "course")
    view = panel.form.widget
    qtbot.waitUntil(lambda: view.steps.tolist() == [0, 1, 2])
    session.trainer.show_run(first)
    qtbot.waitUntil(lambda: view.steps.tolist() == [0, 1, 2, 3, 4])


# ---- pictures


def test_pictures_are_offered_for_the_layer_that_looks_at_one(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    assert panel.ways.keys == ("cells", "course")
    digits(qtbot, panel)
    assert panel.ways.keys == ("cells", "pictures", "course")
    click_form(panel, "pictures")
    panel.show_layer(session.document.spec.network.layers[-1].id)
    assert panel.ways.keys == ("cells", "course")
    assert panel.ways.key == "cells"


def test_a_picture_has_the_colours_of_the_neurons_weights(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    digits(qtbot, panel)
    panel.resize(700, 500)
    click_form(panel, "pictures")
    view = panel.form.widget
    assert isinstance(view, NeuronPictures)
    qtbot.waitUntil(lambda: view.layer is not None)
    W = engine(session, "weights").W
    np.testing.assert_array_equal(view.picture(range(16))[5], W[:, 5].reshape(8, 8))
    image, layout, corner = view.grab().toImage(), view.layout_now(), view._room().topLeft()
    for neuron, row, column in ((0, 0, 0), (5, 3, 4), (15, 7, 7)):
        left, top = layout.corner(neuron)
        x, y = left + (column + 0.5) * layout.pixel + corner.x(), top + (row + 0.5) * layout.pixel + corner.y()
        color = image.pixelColor(round(x), round(y))
        wanted = theme.theme().diverging_color(float(W[row * 8 + column, neuron]), view.scale.limit)
        assert max(abs(a - b) for a, b in zip(color.getRgb(), wanted.getRgb(), strict=True)) <= 3
        QTest.mouseMove(view, QPoint(round(x), round(y)))
        assert view.chosen == (neuron, row, column)
        number = format_number(float(W[row * 8 + column, neuron]))
        assert view.readout() == f"neuron {neuron + 1}, pixel [{row}, {column}]: W = {number}"


def test_keys_go_through_the_pictures(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    digits(qtbot, panel)
    click_form(panel, "pictures")
    view = panel.form.widget
    qtbot.waitUntil(lambda: view.layer is not None)
    view.setFocus()
    QTest.keyClick(view, Key.Key_Right)
    QTest.keyClick(view, Key.Key_Right)
    W = engine(session, "weights").W[:, 1]
    low, high = format_number(float(W.min())), format_number(float(W.max()))
    assert view.accessibleDescription() == f"neuron 2: W from {low} to {high}"
    QTest.keyClick(view, Key.Key_Plus)
    larger = view.layout_now().pixel
    QTest.keyClick(view, Key.Key_Home)
    assert view.layout_now().pixel < larger
    QTest.keyClick(view, Key.Key_PageDown)
    assert view.chosen is not None
    assert view.chosen[0] == 15


@pytest.fixture
def pictures(qtbot: QtBot, qapp: QApplication) -> NeuronPictures:
    theme.apply(qapp, True)
    made = NeuronPictures()
    qtbot.addWidget(made)
    made.resize(400, 200)
    made.show()
    return made


def test_many_pictures_are_scrolled_through(pictures: NeuronPictures) -> None:
    pictures.set_shape((28, 28))
    pictures.set_layer(LayerWeights("d1", np.random.default_rng(0).normal(size=(784, 512)), None))
    assert pictures.readout().startswith("weights of neurons 1 to ")
    seen = set(pictures.layout_now().shown())
    for _ in range(100):
        middle = QPointF(pictures.rect().center())
        wheel = QWheelEvent(
            middle, middle, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(pictures, wheel)
        seen |= set(pictures.layout_now().shown())
    assert seen == set(range(512))
    assert not pictures.grab().isNull()


def test_colours_are_their_mean_and_sounds_stand_upright(pictures: NeuronPictures) -> None:
    W = np.random.default_rng(0).normal(size=(2 * 3 * 3, 4))
    pictures.set_shape((2, 3, 3))
    pictures.set_layer(LayerWeights("d1", W, None))
    np.testing.assert_allclose(pictures.picture(range(1, 3))[0], W[:, 1].reshape(2, 3, 3).mean(axis=-1))
    pictures.set_shape((6, 3), sound=True)
    pictures.set_layer(LayerWeights("d1", W, None))
    np.testing.assert_array_equal(pictures.picture(range(1))[0, 0], W[:, 0].reshape(6, 3)[-1])


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, 0.0])
def test_odd_numbers_and_other_shapes_are_drawn(pictures: NeuronPictures, value: float) -> None:
    pictures.set_shape((2, 2))
    for W in (np.full((4, 3), value), np.full((5, 3), value), np.empty((4, 0))):
        pictures.set_layer(LayerWeights("d1", W, None))
        assert not pictures.grab().isNull()
    pictures.set_layer(None)
    assert not pictures.grab().isNull()


@given(
    width=st.floats(4, 900), height=st.floats(4, 700), count=st.integers(1, 600), rows=st.integers(1, 64),
    columns=st.integers(1, 64), first=st.integers(0, 50), zoom=st.floats(0.1, 20),
)  # fmt: skip
def test_pictures_lie_beside_each_other_and_are_found_where_they_are(
    width: float, height: float, count: int, rows: int, columns: int, first: int, zoom: float
) -> None:
    layout = NeuronLayout.fit((width, height), count, (rows, columns), 12.0, first, zoom)
    shown = layout.shown()
    assert 1 <= len(shown) <= count
    for neuron in (shown.start, shown.stop - 1):
        left, top = layout.corner(neuron)
        inside = (left + 0.5 * layout.pixel, top + 0.5 * layout.pixel)
        assert layout.at(*inside) == (neuron, 0, 0)
        assert layout.at(left - 1.0, top) is None or layout.columns > 1
    for a, b in itertools.pairwise(shown):
        assert layout.corner(b) > layout.corner(a) or layout.corner(b)[1] > layout.corner(a)[1]


# ---- as a table


def test_the_table_has_the_same_numbers(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session)
    QTest.mouseClick(panel.as_table, LEFT)
    assert panel.table is not None
    wanted = engine(session, "weights")
    model = panel.table.model_
    np.testing.assert_array_equal(model.numbers, np.vstack((wanted.W, wanted.b)))
    assert model.rows == ("x1", "x2", "b")
    assert model.columns == tuple(f"neuron {n}" for n in range(1, 9))
    assert model.data(model.index(1, 2)) == format_number(float(wanted.W[1, 2]), 4)
    spoken = model.data(model.index(1, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"x2, neuron 3: {format_number(float(wanted.W[1, 2]), 4)}"
    click_kind(panel, "gradient")
    gradient = engine(session, "gradient")
    qtbot.waitUntil(lambda: np.array_equal(model.numbers[:2], gradient.W))
    assert model.rows[-1] == "∂L/∂b"
    QTest.mouseClick(panel.as_table, LEFT)
    assert panel.stack.currentWidget() is panel.heatmap


def read_back(text: str) -> np.ndarray:
    return np.array([[float(cell) for cell in line.split("\t")[1:]] for line in text.split("\n")[1:]])


def test_what_is_shown_is_copied_with_all_digits(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session, 2)
    panel.heatmap.setFocus()
    QTest.keyClick(panel.heatmap, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    wanted = engine(session, "weights")
    text = QGuiApplication.clipboard().text()
    np.testing.assert_array_equal(read_back(text), np.vstack((wanted.W, wanted.b)))
    assert text.split("\n")[0].split("\t")[1] == "neuron 1"
    click_form(panel, "course")
    panel.copy_action.trigger()
    quantiles = read_back(QGuiApplication.clipboard().text())
    np.testing.assert_array_equal(quantiles[-1], np.quantile(wanted.W, QUANTILES, method="nearest"))
    QTest.mouseClick(panel.as_table, LEFT)
    assert panel.table is not None
    panel.table.selectRow(1)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in lines] == ["", "step 1"]


def test_a_menu_offers_to_copy(panel: WeightsPanel) -> None:
    offered = [action for action in panel.stack.actions() if isinstance(action, QAction)]
    assert [action.text() for action in offered] == ["Copy the numbers"]


def test_numbers_of_a_table_read_back_to_the_bit() -> None:
    values = np.array([[0.1, -1e-300], [1e17, 3.0]])
    text = table_text(values, ["a", "b"], ["x", "y"])
    assert text.splitlines()[0] == "\tx\ty"
    np.testing.assert_array_equal(read_back(text), values)
