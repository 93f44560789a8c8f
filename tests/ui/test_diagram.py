"""The network panel, driven as a person drives it: mouse, keys, menus, drags."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from diagram_hand import CONTROL, LEFT, NONE, Hand, Key, window
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bpgui.ui.diagram.columns import INPUT, LOSS
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.network import NetworkPanel


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


# ---- editing on the block


def test_the_header_says_widths_and_parameters(hand: Hand) -> None:
    assert hand.panel.header.note.text() == "2 → 8 → 1 · 33 parameters"
    hand.click("d1", "minus")
    assert hand.panel.header.note.text() == "2 → 7 → 1 · 29 parameters"


def test_the_stepper_steps_and_merges_into_one_undo(hand: Hand) -> None:
    for _ in range(3):
        hand.click("d1", "plus")
    assert hand.document.spec.network.layer("d1").units == 11
    assert hand.document.undo_stack.count() == 1
    hand.document.undo_stack.undo()
    assert hand.document.spec.network.layer("d1").units == 8
    assert len(hand.view.diagram.neurons["d1"].placed.neurons) == 8


def test_a_held_handle_goes_on_stepping(hand: Hand, qtbot: QtBot) -> None:
    QTest.mousePress(hand.view.viewport(), LEFT, NONE, hand.at("d1", "plus"))
    qtbot.waitUntil(lambda: hand.document.spec.network.layer("d1").units >= 10)
    QTest.mouseRelease(hand.view.viewport(), LEFT, NONE, hand.at("d1", "plus"))
    units = hand.document.spec.network.layer("d1").units
    qtbot.wait(250)
    assert hand.document.spec.network.layer("d1").units == units


def test_one_unit_is_the_least(hand: Hand) -> None:
    hand.panel.layer_actions.set_units("d1", 1)
    hand.click("d1", "minus")
    assert hand.document.spec.network.layer("d1").units == 1
    assert hand.view.notice.isVisible()
    assert "at least one unit" in hand.view.notice.text()


def test_units_are_typed_after_a_double_click(hand: Hand) -> None:
    QTest.mouseDClick(hand.view.viewport(), LEFT, NONE, hand.at("d1", "number"))
    assert hand.view.editor.isVisible()
    QTest.keyClicks(hand.view.editor, "12")
    QTest.keyClick(hand.view.editor, Key.Key_Return)
    assert hand.document.spec.network.layer("d1").units == 12
    assert not hand.view.editor.isVisible()


def test_escape_leaves_the_typed_units(hand: Hand) -> None:
    hand.select("d1")
    hand.key(Key.Key_Return)
    QTest.keyClicks(hand.view.editor, "99")
    QTest.keyClick(hand.view.editor, Key.Key_Escape)
    assert hand.document.spec.network.layer("d1").units == 8
    assert hand.document.undo_stack.count() == 0


def test_the_activation_is_chosen_on_the_block(hand: Hand) -> None:
    hand.click("d1", "choice")
    hand.choose("ReLU")
    assert hand.document.spec.network.layer("d1").activation == "relu"
    assert "relu" in hand.view.diagram.blocks["d1"]._texts["choice"]


def test_the_loss_is_chosen_on_its_block(hand: Hand) -> None:
    hand.click(LOSS, "choice")
    hand.choose("Mean squared error")
    assert hand.document.spec.training.loss == "mse"
    assert hand.view.diagram.blocks[LOSS]._texts["choice"] == "MSE"


def test_the_output_is_pinned_and_let_go(hand: Hand) -> None:
    output = hand.ids[-1]
    assert "plus" not in hand.view.diagram.layout.of(output).parts
    hand.click(output, "pin")
    assert hand.document.spec.network.output.units == 1
    hand.click(output, "plus")
    assert hand.document.spec.network.output.units == 2
    hand.click(output, "pin")
    assert hand.document.spec.network.output.units == "auto"


# ---- adding, moving, removing


@pytest.mark.parametrize(("place", "text", "id"), [(0, "Add Dense here", "d"), (1, "Add Activation here", "a1")])
def test_a_click_on_plus_opens_a_menu(hand: Hand, place: int, text: str, id: str) -> None:
    QTest.mouseClick(hand.view.viewport(), LEFT, NONE, hand.place(place))
    hand.choose(text)
    assert hand.ids[place].startswith(id)
    assert len(hand.ids) == 3
    assert hand.panel.session.selection.layer == hand.ids[place]
    hand.document.undo_stack.undo()
    assert len(hand.ids) == 2


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("chip", "kind"), [(0, "d"), (1, "a")])
def test_a_layer_is_dragged_from_the_palette(hand: Hand, place: int, chip: int, kind: str) -> None:
    before = hand.ids
    hand.drag_chip(chip, hand.place(place) + QPoint(6, 90))
    assert len(hand.ids) == 3
    assert hand.ids[place] not in before
    assert hand.ids[place].startswith(kind)
    assert not hand.view.ghost.isVisible()
    hand.document.undo_stack.undo()
    assert hand.ids == before


def test_the_place_is_marked_while_dragging(hand: Hand) -> None:
    chip = hand.panel.palette_strip.chips[0]
    QTest.mousePress(chip, LEFT, NONE, chip.rect().center())
    QTest.mouseMove(chip, chip.mapFromGlobal(hand.view.viewport().mapToGlobal(hand.place(1))))
    assert [p.state for p in hand.view.diagram.places] == ["ready", "marked"]
    assert hand.view.ghost.isVisible()
    QTest.mouseMove(chip, QPoint(5, 5))
    assert [p.state for p in hand.view.diagram.places] == ["ready", "ready"]
    QTest.mouseRelease(chip, LEFT, NONE, QPoint(5, 5))
    assert [p.state for p in hand.view.diagram.places] == ["", ""]
    assert hand.document.undo_stack.count() == 0


@pytest.mark.parametrize("escape", [True, False])
def test_a_drag_is_cancelled(hand: Hand, escape: bool) -> None:
    hand.drag_chip(0, hand.place(0) if escape else QPoint(300, -400), escape=escape)
    assert hand.document.undo_stack.count() == 0
    assert not hand.view.ghost.isVisible()


def test_a_pressed_chip_adds_after_the_selected_layer(hand: Hand) -> None:
    hand.select(INPUT)
    QTest.mouseClick(hand.panel.palette_strip.chips[0], LEFT)
    assert hand.ids[1] == "d1"
    assert len(hand.ids) == 3
    QTest.keyClick(hand.panel.palette_strip.chips[1], Key.Key_Space)
    assert hand.ids[1] == "a1"


def test_the_palette_leaves_the_focus_to_the_keys_of_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    panel = window.panels["network"]
    assert isinstance(panel, NetworkPanel)
    hand = Hand(panel)
    chip, count = panel.palette_strip.chips[0], len(hand.ids)
    for act in (lambda: QTest.mouseClick(chip, LEFT), lambda: hand.drag_chip(0, hand.place(1))):
        panel.view.setFocus()
        act()
        count += 1
        assert len(hand.ids) == count
        assert not chip.hasFocus()
        assert QWidget.keyboardGrabber() is None
        QTest.keyClick(window.focusWidget(), Key.Key_Space)
        assert len(hand.ids) == count
        assert window.session.trainer.state == "training"
        QTest.keyClick(window.focusWidget(), Key.Key_Space)
        assert window.session.trainer.state != "training"
    assert chip.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_esc_ends_a_palette_drag_without_the_focus(hand: Hand) -> None:
    chip = hand.panel.palette_strip.chips[0]
    before = hand.ids
    QTest.mousePress(chip, LEFT, NONE, chip.rect().center())
    QTest.mouseMove(chip, chip.mapFromGlobal(hand.view.viewport().mapToGlobal(hand.place(1))))
    assert hand.view.ghost.isVisible()
    assert not chip.hasFocus()
    QTest.keyClick(hand.panel.window().windowHandle(), Key.Key_Escape)
    assert not hand.view.ghost.isVisible()
    QTest.mouseRelease(chip, LEFT, NONE, chip.rect().center())
    assert hand.ids == before
    assert QWidget.keyboardGrabber() is None


def test_blocks_are_reordered_by_dragging(hand: Hand) -> None:
    hand.panel.layer_actions.insert(1, "dense")
    first, second, output = hand.ids
    hand.drag(hand.view.viewport(), hand.title(first), hand.place(2))
    assert hand.ids == [second, first, output]
    hand.drag(hand.view.viewport(), hand.title(first), hand.place(0))
    assert hand.ids == [first, second, output]
    hand.document.undo_stack.undo()
    hand.document.undo_stack.undo()
    assert hand.ids == [first, second, output]


def test_a_block_dropped_where_it_is_or_outside_stays(hand: Hand) -> None:
    hand.panel.layer_actions.insert(1, "dense")
    count, first = hand.document.undo_stack.count(), hand.ids[0]
    hand.drag(hand.view.viewport(), hand.title(first), hand.place(1))
    hand.drag(hand.view.viewport(), hand.title(first), QPoint(200, -300))
    hand.drag(hand.view.viewport(), hand.title(first), hand.place(2), escape=True)
    assert hand.document.undo_stack.count() == count
    assert not hand.view.ghost.isVisible()


def test_the_output_refuses_to_move_and_says_why(hand: Hand) -> None:
    output = hand.ids[-1]
    hand.drag(hand.view.viewport(), hand.title(output), hand.place(0))
    assert hand.ids[-1] == output
    assert "output layer cannot be moved" in hand.view.notice.text()
    assert hand.view.notice.isVisible()
    QTest.mouseClick(hand.view.notice, LEFT)
    assert not hand.view.notice.isVisible()


def test_layers_are_removed_by_the_cross_and_by_del(hand: Hand) -> None:
    hand.panel.layer_actions.insert(1, "activation")
    hand.click("a1", "close")
    assert hand.ids == ["d1", "d2"]
    hand.select("d1")
    hand.key(Key.Key_Delete)
    assert hand.ids == ["d2"]
    assert hand.panel.layer_actions.key == "d2"
    hand.key(Key.Key_Delete)
    assert hand.ids == ["d2"]
    assert "output" in hand.view.notice.text()
    hand.document.undo_stack.setIndex(0)
    assert hand.ids == ["d1", "d2"]


def test_the_context_menu_has_it_all(hand: Hand) -> None:
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Bias")
    assert hand.document.spec.network.layer("d1").bias is False
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Duplicate")
    assert len(hand.ids) == 3
    hand.panel.layer_actions.open_context("d1", QPoint(50, 50))
    hand.choose("Remove")
    assert "d1" not in hand.ids


def test_refusals_of_other_panels_are_not_shown_here(hand: Hand) -> None:
    hand.document.refused.emit("Something else")
    assert not hand.view.notice.isVisible()


# ---- keys and selection


def test_arrows_go_through_the_columns(hand: Hand) -> None:
    hand.select(INPUT)
    seen = [hand.panel.layer_actions.key]
    for _ in range(4):
        hand.key(Key.Key_Right)
        seen.append(hand.panel.layer_actions.key)
    assert seen == [INPUT, "d1", "d2", LOSS, LOSS]
    assert hand.panel.session.selection.layer == "d2"
    hand.key(Key.Key_Home)
    assert hand.panel.layer_actions.key == INPUT
    assert hand.view.accessibleDescription() == "Input, 2 features, x1, x2"


def test_a_click_selects_for_the_whole_window_and_back(hand: Hand) -> None:
    hand.click("d2")
    assert hand.panel.session.selection.layer == "d2"
    assert hand.view.diagram.blocks["d2"].selected
    hand.panel.session.selection.select_layer("d1")
    assert hand.view.diagram.blocks["d1"].selected
    assert not hand.view.diagram.blocks["d2"].selected


def test_keys_edit_the_selected_layer(hand: Hand) -> None:
    hand.select("d1")
    hand.key(Key.Key_Plus)
    assert hand.document.spec.network.layer("d1").units == 9
    hand.key(Key.Key_Minus)
    hand.key(Key.Key_Insert)
    assert hand.ids == ["d1", "d3", "d2"]
    hand.key(Key.Key_Up, CONTROL)
    assert hand.ids == ["d3", "d1", "d2"]
    hand.key(Key.Key_Down, CONTROL)
    hand.key(Key.Key_Down, CONTROL)
    assert hand.ids == ["d1", "d3", "d2"]
    assert "behind the output" in hand.view.notice.text()
    hand.key(Key.Key_D, CONTROL)
    assert hand.ids == ["d1", "d3", "d4", "d2"]
    hand.key(Key.Key_A)
    hand.choose("Sigmoid")
    assert hand.document.spec.network.layer("d4").activation == "sigmoid"


def test_random_keys_can_all_be_undone(hand: Hand) -> None:
    first = hand.document.spec
    choose = random.Random(7)
    keys = [
        (Key.Key_Insert, NONE), (Key.Key_Delete, NONE), (Key.Key_Plus, NONE), (Key.Key_Minus, NONE),
        (Key.Key_Up, CONTROL), (Key.Key_Down, CONTROL), (Key.Key_D, CONTROL), (Key.Key_Right, NONE),
        (Key.Key_Left, NONE), (Key.Key_P, NONE), (Key.Key_Insert, Qt.KeyboardModifier.ShiftModifier),
    ]  # fmt: skip
    for _ in range(150):
        hand.key(*choose.choice(keys))
        assert [p.column.key for p in hand.view.diagram.layout.placed][1:-1] == hand.ids
    last = hand.document.spec
    hand.document.undo_stack.setIndex(0)
    assert hand.document.spec == first
    hand.document.undo_stack.setIndex(hand.document.undo_stack.count())
    assert hand.document.spec == last
