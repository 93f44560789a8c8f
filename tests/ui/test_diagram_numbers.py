"""Neurons and edges of the diagram by keyboard: reached by Tab, named, explained by Return as by a click."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.session.explaining.spots import Edge, LossBlock, Neuron
from bpgui.ui.diagram.columns import INPUT, LOSS, Column
from bpgui.ui.diagram.number_cursor import NUMBER_KEYS, NumberCursor
from bpgui.ui.diagram.number_places import NumberPlace, moved, within
from bpgui.ui.main_window import MainWindow

Key = Qt.Key
COLUMNS = (
    Column(INPUT, "input", units=2),
    Column("d1", "dense", units=3),
    Column("a1", "activation", units=3),
    Column("d2", "dense", units=1, output=True),
    Column(LOSS, "loss"),
)


def test_from_the_input_to_the_loss_and_back() -> None:
    way = [
        NumberPlace(INPUT, 1),
        NumberPlace("d1", 1, source=1, fanned=True),
        NumberPlace("d1", 1),
        NumberPlace("a1", 1),
        NumberPlace("d2", 0, source=1, fanned=True),
        NumberPlace("d2", 0),
        NumberPlace(LOSS, 0),
    ]
    for here, there in pairwise(way):
        assert moved(COLUMNS, here, 1, 0) == there
    assert moved(COLUMNS, way[-1], 1, 0) == way[-1]
    assert moved(COLUMNS, NumberPlace("d1", 2), -1, 0) == NumberPlace("d1", 2, source=1)
    assert moved(COLUMNS, NumberPlace("d1", 2, source=1), -1, 0) == NumberPlace(INPUT, 1)
    assert moved(COLUMNS, NumberPlace(INPUT), -1, 0) == NumberPlace(INPUT)


def test_up_and_down_go_through_the_edges_of_the_neuron_one_came_from() -> None:
    assert moved(COLUMNS, NumberPlace("d1", 2, source=0), 0, 1) == NumberPlace("d1", 2, source=1)
    assert moved(COLUMNS, NumberPlace("d1", 1, source=0, fanned=True), 0, 1) == NumberPlace("d1", 2, 0, True)
    assert moved(COLUMNS, NumberPlace("d1", 2), 0, 1) == NumberPlace("d1", 2)


@given(st.lists(st.tuples(st.integers(-1, 1), st.integers(-12, 12)), max_size=30), st.booleans())
def test_no_way_leads_out_of_the_network(steps: list[tuple[int, int]], smaller: bool) -> None:
    at = NumberPlace("d1")
    for right, down in steps:
        at = moved(COLUMNS, at, right, 0 if right else down)
        columns = {column.key: column for column in COLUMNS}
        assert at.unit < max(columns[at.key].units, 1)
        before = COLUMNS[[column.key for column in COLUMNS].index(at.key) - 1]
        assert at.source is None or (columns[at.key].kind == "dense" and 0 <= at.source < before.units)
    assert within(COLUMNS, at) == at


@pytest.fixture
def cursor(window: MainWindow) -> NumberCursor:
    window.arrangement.show("watch")
    window.panels["network"].view.setFocus()
    QApplication.processEvents()
    return window.panels["network"].numbers


def press(key: Qt.Key) -> None:
    """Where the keyboard is."""
    control = QApplication.focusWidget()
    assert control is not None
    QTest.keyClick(control, key)


def test_tab_leads_from_the_blocks_to_the_numbers_and_escape_back(window: MainWindow, cursor: NumberCursor) -> None:
    press(Key.Key_Tab)
    assert QApplication.focusWidget() is cursor
    assert cursor.at == NumberPlace(window.panels["network"].layer_actions.key)
    press(Key.Key_Escape)
    assert QApplication.focusWidget() is window.panels["network"].view


def test_an_edge_is_named_with_its_weight_and_explained(qtbot: QtBot, window: MainWindow, cursor: NumberCursor) -> None:
    first = window.session.document.spec.network.layers[0].id
    window.panels["network"].layer_actions.select(first)
    qtbot.waitUntil(lambda: window.panels["network"].view.diagram.weight_matrix(first) is not None)
    press(Key.Key_Tab)
    press(Key.Key_Left)
    press(Key.Key_Down)
    weight = window.session.trainer.driver.training.network.layers[0].W[1, 0]
    assert cursor.accessibleName().startswith("w(2→1) = ")
    assert cursor.accessibleName().endswith(" in Dense 1")
    shown = cursor.accessibleName().removeprefix("w(2→1) = ").removesuffix(" in Dense 1").replace("−", "-")
    assert float(shown) == pytest.approx(weight, rel=1e-3)
    assert cursor.readout.isVisible()
    assert cursor.readout.text() == cursor.accessibleName()
    asked = []
    window.session.walk.asked.connect(asked.append)
    press(Key.Key_Return)
    assert asked == [Edge(first, 1, 0)]
    qtbot.waitUntil(lambda: window.session.walk.trace is not None and not window.session.walk.waiting)
    qtbot.waitUntil(window.panels["explain"].isVisible)
    QApplication.processEvents()
    press(Key.Key_Right)
    assert cursor.at == NumberPlace(first, 0)


def test_return_asks_what_a_click_there_asks(window: MainWindow, cursor: NumberCursor) -> None:
    """Wherever the cursor stands, the mouse on the same place means the same."""
    window.open_sample("iris")
    network = window.panels["network"]
    QApplication.processEvents()
    press(Key.Key_Tab)
    press(Key.Key_Left)
    seen = set()
    for key in [Key.Key_Up] * 4 + [Key.Key_Left] * 3 + [Key.Key_Right, Key.Key_Down] * 12:
        press(key)
        at = cursor.geometry().center()
        if cursor.at.key == LOSS:
            at.setY(cursor.geometry().top() + 8)  # not where the loss is chosen
        spot = network.flow.spot_at(at)
        if not isinstance(cursor.at.spot, Edge):  # edges cross: the mouse means the nearest
            assert spot == cursor.at.spot
        seen.add(type(cursor.at.spot))
    assert seen == {Edge, Neuron, LossBlock}


def test_the_keys_of_the_block_work_from_its_numbers(window: MainWindow, cursor: NumberCursor) -> None:
    units = window.session.document.spec.network.layers[0].units
    press(Key.Key_Tab)
    for _ in range(9):
        press(Key.Key_Down)
    press(Key.Key_Plus)
    assert window.session.document.spec.network.layers[0].units == units + 1
    press(Key.Key_End)
    assert cursor.at.unit == units
    press(Key.Key_Minus)
    assert cursor.at.unit == units - 1


def test_the_numbers_of_a_wide_layer_are_reached_too(qtbot: QtBot, window: MainWindow, cursor: NumberCursor) -> None:
    window.open_sample("digits8x8")
    network = window.panels["network"]
    first = window.session.document.spec.network.layers[0].id
    network.layer_actions.select(first)
    qtbot.waitUntil(lambda: network.view.diagram.weight_matrix(first) is not None)
    network.view.setFocus()
    press(Key.Key_Tab)
    press(Key.Key_Left)
    press(Key.Key_End)
    assert cursor.at == NumberPlace(first, 0, source=63)
    assert cursor.accessibleName().startswith("w(64→1) = ")
    assert network.view.viewport().rect().contains(cursor.geometry())


def test_every_key_is_listed_and_the_menu_is_that_of_the_block(window: MainWindow, cursor: NumberCursor) -> None:
    assert all(entry.help.endswith(".") and entry.names() for entry in NUMBER_KEYS)
    press(Key.Key_Tab)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), cursor.mapToGlobal(QPoint(0, 0)))
    QApplication.sendEvent(cursor, event)
    menu = window.panels["network"].layer_actions.menu
    assert menu is not None
    assert menu.isVisible()
    menu.close()
