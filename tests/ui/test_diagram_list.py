"""The list twin: what a screen reader reads, and every edit by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from diagram_hand import CONTROL, LEFT, Key, window
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from bpgui.ui.diagram.columns import INPUT
from bpgui.ui.panels.network import NetworkPanel


@pytest.fixture
def panel(qapp: QApplication, qtbot: QtBot) -> Iterator[NetworkPanel]:
    with window(qapp, qtbot) as hand:
        QTest.mouseClick(hand.panel.list_button, LEFT)
        yield hand.panel


def ids(panel: NetworkPanel) -> list[str]:
    return [layer.id for layer in panel.session.document.spec.network.layers]


def texts(model: QAbstractItemModel) -> list[str]:
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_every_column_is_a_line(panel: NetworkPanel) -> None:
    assert panel.layers.isVisible()
    assert texts(panel.layers.rows) == [
        "Input, 2 features, x1, x2",
        "Dense 1, 8 units, Tanh, bias, 24 parameters",
        "Dense 2, output, 1 unit, set by the target, Sigmoid, bias, 9 parameters",
        "Loss, Binary cross-entropy",
    ]


def test_a_screen_reader_reads_the_lines(panel: NetworkPanel) -> None:
    interface = QAccessible.queryAccessibleInterface(panel.layers)
    assert interface.role() == QAccessible.Role.List
    names = [interface.child(n).text(QAccessible.Text.Name) for n in range(interface.childCount())]
    assert names == texts(panel.layers.rows)


def test_the_model_keeps_the_rules(panel: NetworkPanel) -> None:
    tester = QAbstractItemModelTester(panel.layers.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    panel.layer_actions.insert(1, "activation")
    panel.layer_actions.set_units("d1", 5)
    panel.layer_actions.remove("d1")
    panel.session.document.undo_stack.undo()
    assert texts(panel.layers.rows)[1] == "Dense 1, 5 units, Tanh, bias, 15 parameters"
    tester.deleteLater()


def test_list_and_diagram_select_together(panel: NetworkPanel) -> None:
    QTest.keyClick(panel.layers, Key.Key_Home)
    assert panel.layer_actions.key == INPUT
    QTest.keyClick(panel.layers, Key.Key_Down)
    assert panel.session.selection.layer == "d1"
    assert panel.view.diagram.blocks["d1"].selected
    QTest.keyClick(panel.view, Key.Key_Right)
    assert panel.layers.currentIndex().row() == 2


def test_all_edits_by_keyboard(panel: NetworkPanel) -> None:
    layers = panel.layers
    panel.layer_actions.select("d1")
    QTest.keyClick(layers, Key.Key_Insert)
    assert ids(panel) == ["d1", "d3", "d2"]
    QTest.keyClick(layers, Key.Key_Up, CONTROL)
    assert ids(panel) == ["d3", "d1", "d2"]
    QTest.keyClick(layers, Key.Key_D, CONTROL)
    assert ids(panel) == ["d3", "d4", "d1", "d2"]
    QTest.keyClick(layers, Key.Key_Plus)
    assert panel.session.document.spec.network.layer("d4").units == 5
    QTest.keyClick(layers, Key.Key_Delete)
    assert ids(panel) == ["d3", "d1", "d2"]
    assert layers.currentIndex().data(Qt.ItemDataRole.UserRole) == panel.layer_actions.key == "d1"
    QTest.keyClick(layers, Key.Key_A)
    menu = panel.layer_actions.menu
    assert menu is not None
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    assert panel.session.document.spec.network.layer("d1").activation == "relu"
    panel.session.document.undo_stack.setIndex(0)
    assert ids(panel) == ["d1", "d2"]


def test_enter_types_the_units(panel: NetworkPanel, qtbot: QtBot) -> None:
    panel.layer_actions.select("d1")
    QTest.keyClick(panel.layers, Key.Key_Return)
    editor = panel.layers.findChild(QSpinBox)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "6")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: panel.session.document.spec.network.layer("d1").units == 6)
    assert texts(panel.layers.rows)[1].startswith("Dense 1, 6 units")
