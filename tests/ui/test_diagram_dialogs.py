"""Dialogs that speak of the diagram: the list of keys, the table of first weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from diagram_hand import CONTROL, NONE, Hand, window
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from bpgui.ui.diagram.keys import LAYER_KEYS, LayerKey
from bpgui.ui.dialogs.lists import shortcuts_dialog
from bpgui.ui.dialogs.numbers_editor import NumbersEditor

SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def hand(qapp: QApplication, qtbot: QtBot) -> Iterator[Hand]:
    with window(qapp, qtbot) as hand:
        yield hand


def test_the_keys_of_layers_are_listed(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = shortcuts_dialog({}, {}, parent)
    words = [label.text() for label in dialog.findChildren(QLabel)]
    assert "LAYERS AND DIAGRAM" in words
    listed = " ".join(words)
    for key in ("Ins", "Shift+Ins", "Del", "Ctrl+D", "Ctrl+Up", "+", "-", "A", "P", "Shift+B", "F2", "Return", "F"):
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) in listed
    assert len(words) >= 2 * len(LAYER_KEYS) + 1


@pytest.mark.parametrize("entry", [entry for entry in LAYER_KEYS if entry.act is not None], ids=lambda e: e.help)
def test_every_listed_key_does_something(hand: Hand, entry: LayerKey) -> None:
    """It edits, opens a menu or a field, or says why not."""
    hand.panel.layer_actions.insert(1, "dense")
    for key in entry.keys:
        hand.select(hand.ids[0] if "target" not in entry.help else hand.ids[-1])
        before = hand.document.spec
        said: list[str] = []
        hand.panel.layer_actions.refused.connect(said.append)
        hand.key(key, entry.modifiers)
        menu = hand.panel.layer_actions.menu
        opened = hand.view.editor.isVisible() or (menu is not None and menu.isVisible())
        assert opened or said or hand.document.spec != before
        if menu is not None:
            menu.close()
        hand.view.editor.close_without()
        hand.view.setFocus()


@pytest.mark.parametrize(
    ("key", "modifiers", "ids"),
    [
        (Key.Key_Insert, NONE, ["d1", "d3", "d2"]),
        (Key.Key_Insert, SHIFT, ["d1", "a1", "d2"]),
        (Key.Key_D, CONTROL, ["d1", "d3", "d2"]),
        (Key.Key_Delete, SHIFT, ["d2"]),
    ],
)
def test_keys_with_and_without_shift(hand: Hand, key: Qt.Key, modifiers: Qt.KeyboardModifier, ids: list[str]) -> None:
    hand.select("d1")
    hand.key(key, modifiers)
    assert hand.ids == ids


def test_a_letter_with_shift_is_another_key(hand: Hand) -> None:
    hand.select("d1")
    before = hand.document.spec
    hand.key(Key.Key_A, SHIFT)
    hand.key(Key.Key_P, SHIFT)
    assert hand.panel.layer_actions.menu is None
    hand.key(Key.Key_B)
    assert hand.document.spec == before
    hand.key(Key.Key_B, SHIFT)
    assert hand.document.spec != before


def test_first_weights_are_named_by_their_features(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    weights = ((0.5, 1.0), (0.25, -1.0))

    def heads(editor: NumbersEditor) -> list[str]:
        return [editor.table.verticalHeaderItem(row).text() for row in range(editor.table.rowCount())]

    assert heads(NumbersEditor("Dense 1", weights, (0.0, 0.0), parent, ("x1", "x2"))) == ["x1", "x2", "bias"]
    assert heads(NumbersEditor("Dense 2", weights, None, parent)) == ["input 1", "input 2"]
    odd = NumbersEditor("Dense 1", weights, None, parent, ("x1", "x2", "x3"))
    assert heads(odd) == ["input 1", "input 2"], "names of something else"
    named = NumbersEditor("Dense 1", weights, None, parent, ("x1", "x2"))
    named.table.item(1, 0).setText("oops")
    assert "x2" in named._problem.text()
    long = NumbersEditor("Dense 1", weights, None, parent, ("a" * 300, "b"))
    long.show()
    assert long.table.verticalHeader().width() <= 200
    assert long.table.verticalHeaderItem(0).toolTip() == "a" * 300
