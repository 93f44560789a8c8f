"""Whatever number is clicked in the window says where it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from explain_hand import LEFT, NONE, ExplainHand, Key
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.explain.numbers import text
from bpgui.engine.trace import StepTrace
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.session.explaining.spots import Edge, LossBlock, Neuron
from bpgui.session.pace import Pace
from bpgui.ui.diagram.columns import LOSS
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.loss import LossPanel
from bpgui.ui.panels.output import OutputPanel
from bpgui.ui.panels.weights import WeightsPanel


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> ExplainHand:
    window.session.document.open_sample("moons")
    trainer = window.session.trainer
    trainer.step_epoch()
    qtbot.waitUntil(lambda: trainer.state == "paused")
    qtbot.waitUntil(lambda: bool(window.panels["network"].view.diagram.weights))  # type: ignore[attr-defined]
    return ExplainHand(window, qtbot)


def trace_of(hand: ExplainHand) -> StepTrace:
    assert hand.walk.trace is not None
    return hand.walk.trace


def test_the_panel_is_one_line_until_a_number_is_clicked(hand: ExplainHand) -> None:
    dock = hand.window.docks["explain"]
    assert dock.isVisible()
    assert dock.height() < 50
    assert not hand.panel.isVisible()
    assert hand.panel.begin.isVisible()
    hand.click_edge("d1", 1, 2)
    assert hand.panel.isVisible()
    assert hand.panel.terms.isVisible()
    assert dock.height() > 230
    assert not hand.panel.begin.isVisible()


def test_an_edge_is_its_gradient_its_update_and_what_plain_sgd_would_do(hand: ExplainHand) -> None:
    hand.click_edge("d1", 1, 2)
    trace, values = trace_of(hand), hand.values()
    assert hand.here == "w(2→3) in Dense 1"
    assert hand.phase == "3 Backward pass"
    gradient = trace.array(trace.gradient, 0, "W")[1, 2]
    assert values["∂L/∂w(2→3)"] == text(gradient, 8)
    assert values["Δw(2→3)"] == text(trace.array(trace.change, 0, "W")[1, 2], 8)
    assert values["plain SGD: Δw(2→3)"] == text(-trace.rate * gradient, 8)
    assert values["w(2→3) after"] == text(trace.array(trace.after, 0, "W")[1, 2], 8)
    share = trace.layers[0].x[0, 1] * trace.layers[0].delta[0, 2]  # type: ignore[index]
    assert hand.line(0)[2] == text(share, 8)
    assert "the engine agrees" in hand.panel.check.first.text()
    part = 100 * share / trace.array(trace.data_gradient, 0, "W")[1, 2]
    assert text(part, 3) in hand.panel.about.second.text()


def test_a_wide_sum_opens_in_steps_and_loses_nothing(hand: ExplainHand) -> None:
    hand.click_edge("d1", 0, 0)
    assert len(trace_of(hand).rows) == 32
    gradient = next(row for row, (formula, *_) in enumerate(hand.lines()) if formula.startswith("∂L/∂w"))
    lines = hand.lines(gradient)
    assert [formula.startswith("row ") for formula, *_ in lines] == [True] * 8 + [False]
    assert lines[-1][0].startswith("+ 24 more terms = ")
    hand.click_number(gradient, 8)
    lines = hand.lines(gradient)
    assert len(lines) == 32
    rows = hand.panel.terms.terms.item(hand.index(gradient))
    assert rows is not None
    nodes = [child.node for child in rows.open()]
    assert len({node.label for node in nodes if node}) == 32
    total = sum(node.value for node in nodes if node)
    assert total == pytest.approx(float(trace_of(hand).array(trace_of(hand).data_gradient, 0, "W")[0, 0]), rel=1e-12)


def test_terms_lead_on_and_the_breadcrumb_back(hand: ExplainHand) -> None:
    hand.click_edge("d2", 3, 0)
    here = hand.here
    hand.click_number(0, 1)  # the delta of its share
    assert [page.title for page in hand.walk.trail][1:] == [here, "δ(1)"]
    assert hand.panel.trail.crumbs[1].text() == here
    below = hand.lines(0)
    assert below
    hand.click_number(0, 1)  # the slope of the loss
    assert len(hand.walk.trail) == 4
    hand.key(Key.Key_Backspace)
    assert hand.here == "δ(1)"
    hand.click(hand.panel.trail.crumbs[1])
    assert hand.here == here
    hand.panel.terms.setFocus()
    hand.panel.terms.setCurrentIndex(hand.index(0))
    QTest.keyClick(hand.panel.terms, Qt.Key.Key_Return)
    assert len(hand.walk.trail) == 3


def test_after_a_click_on_a_number_the_keys_go_on_meaning_what_they_do(hand: ExplainHand) -> None:
    hand.click_edge("d2", 3, 0)
    hand.click_number(0)
    assert len(hand.walk.trail) == 3
    focused = QApplication.focusWidget()
    assert focused is hand.panel
    place = hand.walk.place
    QTest.keyClick(focused, Key.Key_Right)
    assert hand.walk.place == place + 1
    QTest.keyClick(focused, Key.Key_X)
    hand.qtbot.waitUntil(lambda: hand.walk.place == 0)


def test_pointing_at_a_term_lights_up_its_place(hand: ExplainHand) -> None:
    hand.click_edge("d2", 3, 0)
    flow = hand.network.flow
    assert flow.neurons is not None
    assert flow.neurons.picture.asked == Edge("d2", 3, 0)
    hand.point_at(0, 0)
    assert flow.neurons.picture.pointed == Neuron("d1", 3)
    hand.point_at(0, 1)
    assert flow.neurons.picture.pointed == Neuron("d2", 0)
    assert hand.panel.about.first.text().startswith("Delta of neuron 1 of Dense 2")
    QTest.mouseMove(hand.panel.trail)
    hand.qtbot.waitUntil(lambda: flow.neurons is not None and flow.neurons.picture.pointed is None)


def test_neurons_inputs_and_the_loss(hand: ExplainHand) -> None:
    hand.click_neuron("d1", 4)
    trace = trace_of(hand)
    assert hand.here == "Neuron 5 of Dense 1"
    assert hand.values()["a(5)"] == text(trace.layers[1].out[0, 4], 8)
    assert hand.values()["∂L/∂b(5)"] == text(trace.array(trace.gradient, 0, "b")[4], 8)
    hand.click_neuron("input:", 1)
    assert hand.here == "Input x2"
    assert hand.values() == {"x(2)": text(trace.inputs[0, 1], 8)}
    block = hand.network.view.rect_of(LOSS)
    hand.click_at(QPoint(block.center().x(), block.top() + 8))
    assert hand.here == "Loss"
    assert hand.values()["L"] == text(trace.loss, 8)
    assert hand.network.flow.neurons is not None
    assert hand.network.flow.neurons.picture.asked == LossBlock()


def test_a_handle_and_the_ground_ask_nothing(hand: ExplainHand) -> None:
    view = hand.network.view
    hand.qtbot.mouseClick(view.viewport(), LEFT, NONE, QPoint(6, view.viewport().height() - 6))
    hand.qtbot.mouseClick(view.viewport(), LEFT, NONE, view.rect_of("d1").center())
    start = QPoint(20, view.viewport().height() - 30)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(view.viewport(), start + QPoint(60, 0))
    QTest.mouseRelease(view.viewport(), LEFT, NONE, start + QPoint(60, 0))
    QTest.qWait(80)
    assert hand.walk.trace is None
    assert not hand.walk.waiting


def test_cells_of_the_heat_map(hand: ExplainHand) -> None:
    weights = hand.window.panels["weights"]
    assert isinstance(weights, WeightsPanel)
    weights.show_layer("d1")
    QApplication.processEvents()
    heatmap = weights.heatmap
    for cell, title in (((1, 6), "w(2→7) in Dense 1"), ((2, 3), "b(4) in Dense 1")):
        at = heatmap.layout_now().rect(*cell).center().toPoint()
        hand.qtbot.mouseClick(heatmap, LEFT, NONE, at)
        hand.settle()
        assert hand.here == title
    heatmap.setFocus()
    for key in (Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Return):
        QTest.keyClick(heatmap, key)
    hand.settle()
    assert hand.here == "w(2→2) in Dense 1"


def test_a_point_of_the_curve_is_the_mean_of_its_batches(hand: ExplainHand) -> None:
    loss = hand.window.panels["loss"]
    assert isinstance(loss, LossPanel)
    hand.qtbot.waitUntil(lambda: not loss.curve.empty)
    at = QPointF(float(loss.curve.px(np.array([1.0]))[0]) - 2, loss.curve.area().center().y()).toPoint()
    QTest.mouseMove(loss.curve, at)
    hand.qtbot.mouseClick(loss.curve, LEFT, NONE, at)
    hand.settle()
    assert hand.here == "Epoch 1"
    with hand.window.session.trainer.parked() as driver:
        assert driver is not None
        train, validation = (float(v) for v in driver.history.epochs.view()[0, 1:3])
        batches = driver.training.batches
    assert hand.values() == {"train": text(train, 8), "validation": text(validation, 8)}
    hand.click_number(0)
    item = hand.panel.terms.terms.item(hand.index(0))
    assert item is not None
    assert item.node is not None
    assert item.node.count == batches
    assert "dropout on" in hand.panel.about.second.text()


def test_a_metric_of_the_output_panel(hand: ExplainHand) -> None:
    output = hand.window.panels["output"]
    assert isinstance(output, OutputPanel)
    output.show_view("metrics")
    table = output.view.view.table  # type: ignore[union-attr]
    hand.qtbot.waitUntil(lambda: table.rowCount() > 0 and table.item(0, 1).text() != "")
    hand.qtbot.mouseClick(table.viewport(), LEFT, NONE, table.visualItemRect(table.item(0, 1)).center())
    hand.settle()
    assert hand.here == "Accuracy, train"
    value = float(hand.line(0)[2])
    assert f"{value:.4f}" == table.item(0, 1).text()
    assert hand.lines(0)


@pytest.mark.parametrize(("label", "place"), [("ROC-AUC", (0, 0)), ("PR-AUC", (0,))])
def test_an_area_is_taken_apart_down_to_its_scores(hand: ExplainHand, label: str, place: tuple[int, ...]) -> None:
    output = hand.window.panels["output"]
    assert isinstance(output, OutputPanel)
    output.show_view("metrics")
    table = output.view.view.table  # type: ignore[union-attr]
    hand.qtbot.waitUntil(lambda: table.rowCount() > 0 and table.item(0, 1).text() != "")
    row = next(row for row in range(table.rowCount()) if table.item(row, 0).text() == label)
    table.scrollToItem(table.item(row, 1))
    hand.qtbot.mouseClick(table.viewport(), LEFT, NONE, table.visualItemRect(table.item(row, 1)).center())
    hand.settle()
    assert hand.here == f"{label}, train"
    assert float(hand.line(0)[2]) == pytest.approx(float(table.item(row, 1).text()), abs=1e-4)
    steps = hand.lines(*place)
    assert steps[0][0].startswith("at score ")


def test_a_metric_of_several_targets_is_their_mean(hand: ExplainHand) -> None:
    session = hand.window.session
    x = np.linspace(-1.0, 1.0, 40)
    columns = [TextColumn.of(n, ["yes" if v else "no" for v in x > cut]) for n, cut in (("wet", 0.0), ("cold", 0.5))]
    table = Table([NumberColumn("x", x), *columns])
    spec = edits.set_target(propose(table, FileOrigin(name="t.csv", path="t.csv")), table, "wet")
    session.document.store.put(table)
    session.document.apply("two targets", edits.add_target(spec, table, "cold"))
    assert session.trainer.run is not None
    output = hand.window.panels["output"]
    assert isinstance(output, OutputPanel)
    output.show_view("metrics")
    cells = output.view.view.table  # type: ignore[union-attr]
    hand.qtbot.waitUntil(lambda: cells.rowCount() > 0 and cells.item(0, 1).text() != "")
    hand.qtbot.mouseClick(cells.viewport(), LEFT, NONE, cells.visualItemRect(cells.item(0, 1)).center())
    hand.settle()
    assert hand.here == "Accuracy, train"
    assert f"{float(hand.line(0)[2]):.4f}" == cells.item(0, 1).text()
    assert [line[0].split(" = ")[0] for line in hand.lines(0)] == ["Accuracy of wet", "Accuracy of cold"]


def test_what_is_clicked_while_it_trains_is_of_that_moment(hand: ExplainHand) -> None:
    trainer = hand.window.session.trainer
    hand.window.session.document.edit("long", edits.set_training, epochs=1_000_000)
    trainer.set_pace(Pace(20.0))
    trainer.train()
    hand.click_edge("d2", 3, 0)
    assert trainer.state == "training"
    hand.qtbot.waitUntil(lambda: hand.panel.stale.isVisible())
    assert f"{trace_of(hand).step:,}" in hand.panel.stale.first.text()
    assert hand.network.flow.neurons is None, "the picture is of another step"
    hand.click(hand.panel.stale.renew)
    assert trainer.state == "paused"
    hand.settle()
    hand.qtbot.waitUntil(lambda: not hand.walk.stale)
    assert hand.here == "w(4→1) in Dense 2"
    assert not hand.panel.stale.isVisible()
    assert hand.network.flow.neurons is not None


def test_a_pixel_in_the_picture_of_a_neuron(hand: ExplainHand) -> None:
    hand.window.session.document.open_sample("digits8x8")
    weights = hand.window.panels["weights"]
    assert isinstance(weights, WeightsPanel)
    weights.show_form("pictures")
    pictures = weights.forms["pictures"].widget
    hand.qtbot.waitUntil(lambda: pictures.drawable)  # type: ignore[attr-defined]
    for x in range(0, pictures.width(), 3):
        place = pictures._at(QPointF(x, pictures.height() / 3))  # type: ignore[attr-defined]
        if place is not None and place[1:] > (0, 0):
            break
    neuron, row, column = place
    hand.qtbot.mouseClick(pictures, LEFT, NONE, QPoint(x, pictures.height() // 3))
    hand.settle()
    assert hand.here == f"w({row * 8 + column + 1}→{neuron + 1}) in Dense 1"


def test_pictures_in_the_neurons_make_way_for_numbers(hand: ExplainHand) -> None:
    hand.window.session.document.open_sample("iris")
    network = hand.network
    hand.qtbot.waitUntil(lambda: bool(network.view.diagram.neurons["d1"].looks))
    assert network.map_bar.isVisible()
    hand.click_edge("d1", 1, 1)
    QTest.qWait(50)
    height = network.view.height()
    assert not network.view.diagram.neurons["d1"].looks
    assert not network.map_bar.isVisible()
    hand.window.actions_by_key["leave_step"].trigger()
    QApplication.processEvents()
    assert network.view.diagram.neurons["d1"].looks
    assert network.map_bar.isVisible()
    assert abs(network.view.height() - height) < 8, "nothing jumps"
