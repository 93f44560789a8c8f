"""What neurons show is what the engine computes: over two features, on a picture, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from diagram_hand import CONTROL, LEFT, Hand, Key, window
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from bpgui.runs.neuron_maps import InputGradients, NeuronMaps
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.diagram.columns import INPUT
from bpgui.ui.live.text_switch import WordMenu
from bpgui.ui.numbers import format_number


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


def step(qtbot: QtBot, session: Session) -> None:
    before = session.trainer.progress.step
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.progress.step > before and session.trainer.state != "training")


def opened(qtbot: QtBot, hand: Hand, sample: str) -> None:
    hand.document.open_sample(sample)
    qtbot.waitUntil(lambda: bool(hand.view.diagram.looks))


def numbers(hand: Hand, key: str, unit: int) -> np.ndarray:
    return hand.view.diagram.looks.looks[key, unit].numbers


def asked(hand: Hand, kind: type) -> NeuronMaps | InputGradients:
    return next(probe for probe in hand.panel.probes() if isinstance(probe, kind))


def answer(hand: Hand, kind: type):
    with hand.panel.session.trainer.parked() as driver:
        return asked(hand, kind)(driver)


def pick(menu: WordMenu, text: str) -> None:
    """Open a menu in the bar and click an entry."""
    opened = menu.menu()
    assert isinstance(opened, QMenu)
    opened.popup(menu.mapToGlobal(menu.rect().bottomLeft()))
    action = next(a for a in opened.actions() if a.text() == text)
    QTest.mouseClick(opened, LEFT, Qt.KeyboardModifier.NoModifier, opened.actionGeometry(action).center())


def color_at(hand: Hand, key: str, row: int, across: float = 0.5, up: float = 0.5) -> QColor:
    """The painted colour at a place of a drawn neuron."""
    rect = hand.view.diagram.neurons[key].placed.neurons[row][1]
    at = hand.view.mapFromScene(QPointF(rect.x + rect.w * across, rect.bottom - rect.h * up))
    return hand.view.viewport().grab().toImage().pixelColor(at)


def near(a: QColor, b: QColor, most: int = 12) -> bool:
    return max(abs(x - y) for x, y in zip(a.getRgb(), b.getRgb(), strict=True)) <= most


# ---- two features


def test_neurons_show_their_output_at_every_step(hand: Hand, qtbot: QtBot) -> None:
    for _ in range(3):
        step(qtbot, hand.panel.session)
        found = answer(hand, NeuronMaps)
        qtbot.waitUntil(lambda f=found: np.array_equal(numbers(hand, "d1", 0), f.layers["d1"][0, ::-1]))
        for id, maps in found.layers.items():
            for unit, values in enumerate(maps):
                np.testing.assert_array_equal(numbers(hand, id, unit), values[::-1])
    x, y = (found.inputs[unit, ::-1] for unit in (0, 1))
    np.testing.assert_array_equal(numbers(hand, INPUT, 0), x)
    np.testing.assert_array_equal(numbers(hand, INPUT, 1), y)


def test_the_colours_are_those_of_the_scale_over_the_layer(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    found = answer(hand, NeuronMaps)
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, "d1", 0), found.layers["d1"][0, ::-1]))
    item = hand.view.diagram.neurons["d1"]
    limit = float(item.scale_text[1:])
    assert np.abs(found.layers["d1"]).max() <= limit
    for unit in (0, 3, 7):
        for across, up in ((0.5, 0.5), (0.3, 0.7), (0.7, 0.3)):
            value = found.layers["d1"][unit, round(up * 31), round(across * 31)]
            painted = color_at(hand, "d1", unit, across, up)
            assert near(painted, theme.theme().diverging_color(float(value), limit)), (unit, across, up)


def test_the_card_and_the_read_out_tell_of_the_neuron_under_the_cursor(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    found = answer(hand, NeuronMaps)
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, "d1", 2), found.layers["d1"][2, ::-1]))
    rect = hand.view.diagram.neurons["d1"].placed.neurons[2][1]
    hand.hover(rect.cx, rect.cy)
    assert hand.view.hover.card.isVisible()
    assert hand.view.hover.card.look is hand.view.diagram.looks.looks["d1", 2]
    low, high = (format_number(float(v)) for v in (found.layers["d1"][2].min(), found.layers["d1"][2].max()))
    told = hand.view.hover.readout.text().splitlines()[1]
    assert told.startswith(f"output from {low} at x1 ")
    assert f" to {high} at x1 " in told
    assert not hand.view.hover.card.grab().isNull()
    hand.hover(5, 5)
    assert not hand.view.hover.card.isVisible()


def test_the_card_never_covers_the_read_out(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    answer(hand, NeuronMaps)
    hand.panel.resize(900, 320)  # no room for the card below the cursor
    QApplication.processEvents()
    for id, unit in (("d1", 4), ("d1", 7), ("d2", 0)):
        rect = dict(hand.view.diagram.neurons[id].placed.neurons)[unit]
        hand.hover(rect.cx, rect.cy)
        assert hand.view.hover.card.isVisible()
        drawn = hand.view.viewport().children()
        assert drawn.index(hand.view.hover.readout) > drawn.index(hand.view.hover.card)
        if id == "d1":
            assert not hand.view.hover.card.geometry().intersects(hand.view.hover.readout.geometry())


def test_pictures_can_be_switched_off(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(hand.view.diagram.neurons["d1"].looks))
    QTest.mouseClick(hand.panel.maps_button, LEFT)
    assert not any(isinstance(probe, NeuronMaps) for probe in hand.panel.probes())
    assert not hand.view.diagram.neurons["d1"].looks
    rect = hand.view.diagram.neurons["d1"].placed.neurons[2][1]
    hand.hover(rect.cx, rect.cy)
    assert not hand.view.hover.card.isVisible()
    QTest.mouseClick(hand.panel.maps_button, LEFT)
    qtbot.waitUntil(lambda: bool(hand.view.diagram.neurons["d1"].looks))


def test_a_hidden_panel_asks_for_nothing(hand: Hand, qtbot: QtBot) -> None:
    assert any(isinstance(probe, NeuronMaps) for probe in hand.panel.session.trainer._worker.probes)
    hand.panel.hide()
    assert hand.panel.session.trainer._worker.probes == ()


def test_another_network_does_not_show_the_maps_of_the_one_before(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    before = hand.view.diagram.looks.looks["d1", 0]
    hand.click("d1", "plus")
    assert hand.view.diagram.looks.looks.get(("d1", 0)) is not before
    qtbot.waitUntil(lambda: ("d2", 0) in hand.view.diagram.looks.looks)
    assert ("d1", 0) not in hand.view.diagram.looks.looks  # nine neurons have no maps
    assert hand.view.diagram.neurons["d2"].looks


def test_a_wide_layer_keeps_its_biases_and_others_their_maps(hand: Hand, qtbot: QtBot) -> None:
    hand.click("d1", "plus")
    step(qtbot, hand.panel.session)
    qtbot.waitUntil(lambda: bool(hand.view.diagram.neurons["d2"].looks))
    assert not hand.view.diagram.neurons["d1"].looks
    assert hand.view.diagram.neurons["d1"].scale_text == ""


def test_an_input_that_is_tried_takes_their_place(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(hand.view.diagram.neurons["d1"].looks))
    hand.panel.session.selection.try_inputs((0.0, 1.0))
    qtbot.waitUntil(lambda: hand.view.diagram.neurons["d1"].numbers is not None)
    assert not hand.view.diagram.neurons["d1"].looks
    hand.panel.session.selection.try_inputs(None)
    assert hand.view.diagram.neurons["d1"].looks


def test_another_theme_draws_them_in_its_colours(hand: Hand, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(hand.view.diagram.neurons["d1"].looks))
    before = color_at(hand, "d1", 0, 0.3, 0.3)
    theme.apply(QApplication.instance(), False)
    try:
        hand.panel.refresh_theme(theme.theme())
        assert not near(color_at(hand, "d1", 0, 0.3, 0.3), before, 4)
        limit = float(hand.view.diagram.neurons["d1"].scale_text[1:])
        value = float(numbers(hand, "d1", 0)[31 - round(0.3 * 31), round(0.3 * 31)])
        assert near(color_at(hand, "d1", 0, 0.3, 0.3), theme.theme().diverging_color(value, limit))
    finally:
        theme.apply(QApplication.instance(), True)


# ---- more features, one feature


def test_two_of_more_features_are_chosen_below_the_diagram(hand: Hand, qtbot: QtBot) -> None:
    assert not hand.panel.map_bar.isVisible()
    opened(qtbot, hand, "iris")
    bar = hand.panel.map_bar
    assert bar.isVisible()
    assert asked(hand, NeuronMaps) == NeuronMaps(0, 1)
    pick(bar.upwards, "petal_width")
    assert asked(hand, NeuronMaps) == NeuronMaps(0, 3)
    pick(bar.across, "petal_width")
    assert asked(hand, NeuronMaps) == NeuronMaps(3, 0)
    found = answer(hand, NeuronMaps)
    assert found.names == ("petal_width", "sepal_length")
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, INPUT, 3), found.inputs[3, ::-1]))
    id = hand.ids[0]
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, id, 1), found.layers[id][1, ::-1]))
    QTest.mouseClick(hand.panel.maps_button, LEFT)
    assert not bar.isVisible()


def test_one_feature_makes_stripes(hand: Hand, qtbot: QtBot) -> None:
    opened(qtbot, hand, "sine")
    assert asked(hand, NeuronMaps) == NeuronMaps(0, None)
    assert not hand.panel.map_bar.isVisible()
    assert numbers(hand, hand.ids[0], 0).shape == (1, 32)
    limit = float(hand.view.diagram.neurons[hand.ids[0]].scale_text[1:])
    value = float(numbers(hand, hand.ids[0], 0)[0, 15])
    for up in (0.2, 0.8):
        assert near(color_at(hand, hand.ids[0], 0, 0.5, up), theme.theme().diverging_color(value, limit))


# ---- pictures


def test_on_pictures_neurons_show_their_gradient_on_the_chosen_row(hand: Hand, qtbot: QtBot) -> None:
    opened(qtbot, hand, "digits8x8")
    bar, first, last = hand.panel.map_bar, hand.ids[0], hand.ids[-1]
    assert bar.isVisible()
    step(qtbot, hand.panel.session)
    for typed in ("1", "7"):
        bar.row.setFocus()
        bar.row.selectAll()
        QTest.keyClicks(bar.row, typed)
        QTest.keyClick(bar.row, Key.Key_Return)
        assert asked(hand, InputGradients).index == int(typed) - 1
        found = answer(hand, InputGradients)
        for id in (first, last):
            units = dict(asked(hand, InputGradients).wanted)[id]
            assert len(units) == 8
            for unit, values in zip(units, found.layers[id], strict=True):
                qtbot.waitUntil(lambda i=id, u=unit, v=values: np.array_equal(numbers(hand, i, u).ravel(), v))
        assert f"row {found.row} of the table" in bar._rest.text()
        thumbnail = bar.thumbnail.pixmap().toImage()
        value = hand.document.dataset.encoder.raw_inputs(hand.document.dataset.x)[
            hand.document.dataset.train[int(typed) - 1]
        ].reshape(8, 8)[4, 4]
        assert thumbnail.pixelColor(13, 13).red() == pytest.approx(255 * value / 16, abs=2)
    assert not hand.view.diagram.neurons[INPUT].looks


def test_the_card_shows_the_row_beside_the_gradient(hand: Hand, qtbot: QtBot) -> None:
    opened(qtbot, hand, "digits8x8")
    step(qtbot, hand.panel.session)
    found = answer(hand, InputGradients)
    id = hand.ids[-1]
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, id, 0).ravel(), found.layers[id][0]))
    rect = hand.view.diagram.neurons[id].placed.neurons[0][1]
    hand.hover(rect.cx, rect.cy)
    look = hand.view.hover.card.look
    assert look is not None
    assert look.beside is not None
    assert look.limit == np.abs(found.layers[id][0]).max()
    place = divmod(int(found.layers[id][0].argmax()), 8)
    assert hand.view.hover.readout.text().endswith(f"at pixel [{place[0]}, {place[1]}]")
    area = hand.view.viewport().rect()
    assert area.contains(hand.view.hover.card.geometry())
    silent = next(u for u in range(4) if not found.layers[hand.ids[0]][u].any())  # a ReLU below zero on this row
    rect = hand.view.diagram.neurons[hand.ids[0]].placed.neurons[silent][1]
    hand.hover(rect.cx, rect.cy)
    assert hand.view.hover.readout.text().endswith("∂a/∂x is 0 at every pixel")


def test_an_image_that_is_tried_is_the_chosen_row(hand: Hand, qtbot: QtBot) -> None:
    opened(qtbot, hand, "digits8x8")
    values = tuple(float(v) for v in np.linspace(0, 16, 64))
    hand.panel.session.selection.try_inputs(values)
    assert asked(hand, InputGradients).values == values
    assert not hand.panel.map_bar.isVisible()
    found = answer(hand, InputGradients)
    id = hand.ids[0]
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, id, 0).ravel(), found.layers[id][0]))
    assert not hand.view.diagram.neurons[id].looks  # activations stand there
    hand.panel.session.selection.try_inputs(None)
    assert hand.panel.map_bar.isVisible()


# ---- in words and as a table


def test_a_screen_reader_hears_what_each_neuron_computes(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    found = answer(hand, NeuronMaps)
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, "d1", 7), found.layers["d1"][7, ::-1]))
    model = hand.panel.layers.rows
    spoken = model.data(model.index(model.row_of("d1")), Qt.ItemDataRole.AccessibleDescriptionRole)
    for unit, values in enumerate(found.layers["d1"]):
        assert f"neuron {unit + 1}: output from {format_number(float(values.min()))} at x1 " in spoken
    hand.click("d2")
    assert "neuron 1: output from" in hand.view.accessibleDescription()
    assert hand.view.accessibleDescription().startswith("Dense 2, ")


def test_all_maps_are_copied_as_one_table(hand: Hand, qtbot: QtBot) -> None:
    step(qtbot, hand.panel.session)
    found = answer(hand, NeuronMaps)
    qtbot.waitUntil(lambda: np.array_equal(numbers(hand, "d2", 0), found.layers["d2"][0, ::-1]))
    hand.view.setFocus()
    QTest.keyClick(hand.view, Key.Key_C, CONTROL)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    heads, rows = lines[0], np.array([[float(cell) for cell in line[1:]] for line in lines[1:]])
    assert heads[1:5] == ["x1", "x2", "x1", "x2"]
    assert heads[5] == "Dense 1, neuron 1"
    np.testing.assert_array_equal(rows[:, 4], found.layers["d1"][0, ::-1].ravel())
    np.testing.assert_array_equal(rows[:, -1], found.layers["d2"][0, ::-1].ravel())
    x = hand.document.dataset.encoder.encode_values(tuple(rows[37, :2]))
    with hand.panel.session.trainer.parked() as driver:
        outputs = dict(driver.training.network.activations(x))
    np.testing.assert_allclose(rows[37, 4:12], outputs["d1"][0], rtol=1e-9, atol=1e-12)


def test_gradients_are_copied_pixel_by_pixel(hand: Hand, qtbot: QtBot) -> None:
    opened(qtbot, hand, "digits8x8")
    hand.view.setFocus()
    QTest.keyClick(hand.view, Key.Key_C, CONTROL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 1 + 64
    assert lines[1].startswith("[0, 0]\t")


def test_without_pictures_the_layers_are_copied_in_words(hand: Hand, qtbot: QtBot) -> None:
    QTest.mouseClick(hand.panel.maps_button, LEFT)
    hand.view.setFocus()
    QTest.keyClick(hand.view, Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text().splitlines()[0] == "Input, 2 features, x1, x2"
