"""From a row, a derivative or an edge to its explained step: what is clicked is what the walk shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from bpgui.engine.explain import Gradient, Parameter
from bpgui.project import edits
from bpgui.runs.batch_rows import ChosenRows
from bpgui.runs.explaining import ParameterAt
from bpgui.session.explaining.spots import Bias, Edge
from bpgui.ui.live.batch_view import BatchView
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.explain import ExplainPanel
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import WeightsPanel

LEFT = Qt.MouseButton.LeftButton


def click_row(table: QTableView, row: int) -> None:
    place = table.model().index(row, 0)
    table.scrollTo(place)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(place).center())


def output(window: MainWindow) -> OutputPanel:
    panel = window.panels["output"]
    assert isinstance(panel, OutputPanel)
    return panel


def batch(qtbot: QtBot, window: MainWindow) -> BatchView:
    output(window).show_view("batch")
    view = output(window).view.widget
    qtbot.waitUntil(lambda: view.answer is not None)
    return view


def test_rows_of_the_batch_are_explained_within_it(qtbot: QtBot, window: MainWindow) -> None:
    window.session.document.open_sample("moons", rows=60)
    walk, view = window.session.walk, batch(qtbot, window)
    for place in (3, 1):
        key = view.rows.records.keys[place]
        loss = view.rows.records.rows[place][3]
        click_row(view.rows, place)
        qtbot.waitUntil(lambda k=key: walk.trace is not None and walk.trace.rows[walk.row] == k)
        assert walk.trace.real
        assert float(walk.trace.row_losses[walk.row]) == loss
        assert not window.docks["explain"].isHidden()


def test_a_validation_row_is_explained_alone_and_the_next_step_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("iris")
    panel, walk = output(window), session.walk
    panel.show_view("predictions")
    QTest.mouseClick(panel.parts.button("validation"), LEFT)
    view, data = panel.view.widget, session.document.dataset
    qtbot.waitUntil(lambda: view.model.answer is not None and view.model.answer.part == "validation")
    click_row(view.table, 2)
    qtbot.waitUntil(lambda: walk.trace is not None)
    assert walk.trace.rows.tolist() == [int(data.validation[2])]
    assert not walk.can_take
    explain = window.panels["explain"]
    assert isinstance(explain, ExplainPanel)
    walk.go_to_phase("Update")
    walk.go(len(walk.trace.stations))
    assert explain.outcome.take.isVisible()
    assert not explain.outcome.take.isEnabled()
    assert explain.outcome.take.toolTip() == "Only the next step of a run that pauses can be taken."
    walk.choose_row(None)
    assert explain.rows.text.text() == "its only row"
    first = batch(qtbot, window)
    click_row(first.rows, 0)
    qtbot.waitUntil(lambda: walk.trace.real and walk.can_take)
    assert walk.trace.rows[walk.row] == first.rows.records.keys[0]


def test_with_batch_norm_a_row_comes_with_another(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("iris")
    session.document.edit("norm", edits.insert_layer, 1, "batchnorm")
    row = int(session.document.dataset.validation[0])
    session.selection.ask_row(row)
    qtbot.waitUntil(lambda: session.walk.trace is not None)
    assert session.walk.trace.rows[session.walk.row] == row
    assert len(session.walk.trace.rows) == 2
    output(window).show_rows(ChosenRows((row,)))
    qtbot.waitUntil(lambda: "at least two rows" in output(window).view.widget.note.text())


def test_a_derivative_of_the_check_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    weights, walk = window.panels["weights"], window.session.walk
    assert isinstance(weights, WeightsPanel)
    window.actions_by_key["check_gradient"].trigger()
    view = weights.check_view
    qtbot.waitUntil(lambda: view.checking.answer is not None and view.cells.drawable)
    QTest.mouseClick(view.cells, LEFT, pos=view.cells.layout_now().rect(1, 2).center().toPoint())
    id = weights.layer
    qtbot.waitUntil(lambda: walk.page is not None and walk.page.spot == Edge(id, 1, 2))
    QTest.mouseClick(view.cells, LEFT, pos=view.cells.layout_now().rect(2, 3).center().toPoint())
    qtbot.waitUntil(lambda: walk.page.spot == Bias(id, 3))
    analytic = view.cells.arrays["b"].analytic[3]
    nodes = [walk.explained(walk.page, number) for number in range(len(walk.page))]
    gradient = next(node for node in nodes if node.reference == Gradient(Parameter(0, "b", (3,))))
    np.testing.assert_allclose(gradient.value, analytic, rtol=1e-9)


def test_an_edge_that_is_explained_is_the_selected_weight(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    view, id = batch(qtbot, window), session.document.spec.network.layers[0].id
    session.walk.ask(Edge(id, 1, 0))
    qtbot.waitUntil(lambda: session.selection.parameter == ParameterAt(id, "W", (1, 0)))
    qtbot.waitUntil(lambda: view.shares.keys == ("gradient", "weight"))
