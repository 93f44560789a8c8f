"""Dropout and batch norm in the diagram, and frozen layers: by mouse, keys, menus and in words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from diagram_hand import CONTROL, LEFT, NONE, Hand, Key, window
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from bpgui.engine.layers import LAYERS
from bpgui.project.spec import BatchNorm, Dropout
from bpgui.ui.diagram import words
from bpgui.ui.diagram.edges import LinkItem
from bpgui.ui.diagram.hits import Hit
from bpgui.ui.diagram.layer_list import KEY_ROLE

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


def add(hand: Hand, *kinds: str) -> None:
    """Layers of those kinds before the output."""
    for kind in kinds:
        hand.panel.layer_actions.insert(len(hand.ids) - 1, kind)


def rate(hand: Hand) -> float:
    layer = hand.document.spec.network.layer("p1")
    assert isinstance(layer, Dropout)
    return layer.rate


def test_the_palette_has_every_kind(hand: Hand) -> None:
    assert [chip.kind for chip in hand.panel.palette_strip.chips] == list(LAYERS)
    for width in (1000, 720, 500):
        hand.panel.resize(width, 480)
        QTest.qWait(10)
        for chip in hand.panel.palette_strip.chips:
            assert chip.text() or not chip.icon().isNull()


@pytest.mark.parametrize(("chip", "id"), [(2, "p1"), (3, "n1")])
def test_they_are_dragged_from_the_palette(hand: Hand, chip: int, id: str) -> None:
    hand.drag_chip(chip, hand.place(1) + QPoint(6, 90))
    assert hand.ids == ["d1", id, "d2"]
    hand.document.undo_stack.undo()
    assert hand.ids == ["d1", "d2"]


@pytest.mark.parametrize(("text", "id"), [("Add Dropout here", "p1"), ("Add Batch norm here", "n1")])
def test_they_are_added_at_a_plus(hand: Hand, text: str, id: str) -> None:
    QTest.mouseClick(hand.view.viewport(), LEFT, NONE, hand.place(1))
    hand.choose(text)
    assert hand.ids == ["d1", id, "d2"]
    assert hand.panel.session.selection.layer == id


def test_they_are_added_by_keys_and_from_the_menu_of_a_block(hand: Hand) -> None:
    hand.select("d1")
    hand.key(Key.Key_Insert, CONTROL)
    hand.key(Key.Key_Insert, CONTROL | SHIFT)
    assert hand.ids == ["d1", "p1", "n1", "d2"]
    hand.panel.layer_actions.open_context("n1", QPoint(50, 50))
    hand.choose("Add Dropout after it")
    assert hand.ids == ["d1", "p1", "n1", "p2", "d2"]


def test_numbers_go_straight_through_them(hand: Hand) -> None:
    add(hand, "batchnorm", "activation", "dropout")
    diagram = hand.view.diagram
    for key in ("n1", "a1", "p1"):
        assert isinstance(diagram.pairs[key], LinkItem)
        assert len(diagram.neurons[key].placed.neurons) == 8
    blocks = [p.block for p in diagram.layout.placed[:-1]]
    assert all(a.right < b.x for a, b in pairwise(blocks[:1] + blocks[2:])), "the selected one may be wider"
    hand.view.grab()


def test_the_rate_is_stepped_on_the_block(hand: Hand) -> None:
    add(hand, "dropout")
    count = hand.document.undo_stack.count()
    for _ in range(3):
        hand.click("p1", "plus")
    assert rate(hand) == 0.35
    assert hand.document.undo_stack.count() == count + 1
    hand.key(Key.Key_Minus)
    assert rate(hand) == 0.3
    for _ in range(7):
        hand.click("p1", "minus")
    assert rate(hand) == 0.0
    assert "between 0 and 0.99" in hand.view.notice.text()


@pytest.mark.parametrize(("typed", "value"), [("0.35", 0.35), (",5", 0.5), ("1.5", 0.2), (".", 0.2)])
def test_the_rate_is_typed_on_the_block(hand: Hand, typed: str, value: float) -> None:
    add(hand, "dropout")
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, hand.at("p1", "number"))
    editor = hand.view.editor
    assert editor.isVisible()
    assert (editor.text(), editor.accessibleName()) == ("0.2", "Rate")
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, Key.Key_Return)
    assert rate(hand) == value
    assert not editor.isVisible()


def test_the_editor_takes_units_again_after_a_rate(hand: Hand) -> None:
    add(hand, "dropout")
    hand.key(Key.Key_Return)
    QTest.keyClick(hand.view.editor, Key.Key_Escape)
    hand.select("d1")
    hand.key(Key.Key_Return)
    QTest.keyClicks(hand.view.editor, "1.2")
    QTest.keyClick(hand.view.editor, Key.Key_Return)
    assert hand.document.spec.network.layer("d1").units == 12, "a point is no part of a count"


def test_what_they_have_not_is_refused_in_words(hand: Hand) -> None:
    add(hand, "batchnorm")
    for key in (Key.Key_A, Key.Key_Return):
        hand.view.notice.dismiss()
        hand.key(key)
        assert "Batch norm 1 has no activation" in hand.view.notice.text()
    hand.key(Key.Key_Plus)
    assert "Only Dense layers have units" in hand.view.notice.text()


def test_they_are_moved_duplicated_and_removed(hand: Hand) -> None:
    add(hand, "batchnorm", "dropout")
    hand.key(Key.Key_Up, CONTROL)
    assert hand.ids == ["d1", "p1", "n1", "d2"]
    hand.panel.layer_actions.set_rate("p1", 0.4)
    hand.key(Key.Key_D, CONTROL)
    assert hand.ids == ["d1", "p1", "p2", "n1", "d2"]
    assert hand.document.spec.network.layer("p2") == Dropout(id="p2", rate=0.4)
    hand.drag(hand.view.viewport(), hand.title("n1"), hand.place(0))
    assert hand.ids == ["n1", "d1", "p1", "p2", "d2"]
    hand.click("n1", "close")
    hand.select("p2")
    hand.key(Key.Key_Delete)
    assert hand.ids == ["d1", "p1", "d2"]
    hand.document.undo_stack.setIndex(0)
    assert hand.ids == ["d1", "d2"]


def test_in_words(hand: Hand) -> None:
    add(hand, "batchnorm", "dropout")
    rows = hand.panel.layers.rows
    lines = [rows.index(row).data() for row in range(rows.rowCount())]
    assert lines[2:4] == ["Batch norm 1, 8 units, 16 parameters", "Dropout 1, 8 units, rate 0.2"]
    column = hand.panel.layer_actions.column("n1")
    assert words.tooltip(column, Hit("block", "n1")).splitlines()[0] == f"{lines[2]}, 16 multiply-adds a row"
    dense = hand.panel.layer_actions.column("d1")
    assert "16 multiply-adds a row" in words.tooltip(dense, Hit("block", "d1"))
    assert "double-click" in words.tooltip(hand.panel.layer_actions.column("p1"), Hit("number", "p1"))
    assert hand.panel.header.note.text() == "2 → 8 → 1 · 49 parameters"


def test_the_rate_is_edited_in_the_list(hand: Hand) -> None:
    add(hand, "dropout")
    hand.panel.layer_actions.set_rate("p1", 0.125)
    hand.panel.list_button.click()
    model = hand.panel.layers.rows
    index = model.index(model.row_of("p1"))
    assert index.data(KEY_ROLE) == "p1"
    assert model.setData(index, 0.13)
    assert rate(hand) == 0.125, "as the editor rounds it: nothing was changed"
    layers = hand.panel.layers
    layers.setFocus()
    QTest.keyClick(layers, Key.Key_F2)
    editor = layers.findChild(QDoubleSpinBox)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, editor.locale().toString(0.5, "f", 2))
    QTest.keyClick(editor, Key.Key_Return)
    QApplication.processEvents()  # the list takes the number once the editor has had the key
    assert rate(hand) == 0.5


def test_gamma_and_beta_are_read_off(hand: Hand, qtbot: QtBot) -> None:
    add(hand, "batchnorm")
    hand.document.edit("x", lambda spec: spec)
    trainer = hand.panel.session.trainer
    trainer.step_epoch()
    qtbot.waitUntil(lambda: trainer.state == "paused" and "n1" in hand.view.diagram.norms)
    driver = trainer.driver
    assert driver is not None
    layer = next(x for x in driver.training.network.layers if x.id == "n1" and x.kind == "batchnorm")
    qtbot.waitUntil(lambda: np.array_equal(hand.view.diagram.norms["n1"][1], layer.beta))
    text = hand.view.diagram.words_for(Hit("neuron", "n1", 2), None)
    assert text.startswith("Batch norm 1, neuron 3 · γ[3] = ")
    assert "β[3] = " in text
    assert " b[3]" not in text


def test_frozen_layers_show_it(hand: Hand) -> None:
    before = hand.view.grab().toImage()
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Freeze weights")
    assert hand.document.spec.network.layer("d1").freeze_weights
    column = hand.panel.layer_actions.column("d1")
    assert words.describe(column).endswith("weights frozen")
    assert hand.view.grab().toImage() != before
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Freeze biases")
    column = hand.panel.layer_actions.column("d1")
    assert "weights and biases frozen" in words.tooltip(column, Hit("block", "d1"))
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Freeze weights")
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Bias")
    column = hand.panel.layer_actions.column("d1")
    assert column is not None
    assert column.frozen == (), "a layer without biases has none to freeze"


def test_a_kind_has_its_own_fields_only(hand: Hand) -> None:
    add(hand, "batchnorm", "dropout")
    layers = hand.document.spec.network.layers
    assert isinstance(layers[1], BatchNorm)
    assert {f.name for f in LAYERS["batchnorm"].fields} == {"momentum", "epsilon"}
    assert set(hand.view.diagram.layout.of("n1").parts) == {"close"}
    assert "choice" not in hand.view.diagram.layout.of("p1").parts
