"""The rows of the next step, and those behind a cell or a point: listed, sorted, clicked, with the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpgui.engine.explain import Share, explain
from bpgui.engine.rehearsal import take_trace
from bpgui.engine.shares import row_shares, weight_shares
from bpgui.project import edits
from bpgui.runs.batch_rows import BatchRows, CellRows, ChosenRows
from bpgui.runs.explaining import ParameterAt
from bpgui.session.selection import Asked
from bpgui.session.session import Session
from bpgui.ui.live.batch_view import BatchView
from bpgui.ui.live.list_table import ListTable
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.output import OutputPanel

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> OutputPanel:
    session.document.open_sample("moons", rows=60)
    session.document.edit("batch", edits.set_training, batch_size=12)
    made = OutputPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 290)
    made.show()
    return made


def click_batch(qtbot: QtBot, panel: OutputPanel) -> BatchView:
    QTest.mouseClick(panel.switch.button("batch"), LEFT)
    return shown(qtbot, panel)


def shown(qtbot: QtBot, panel: OutputPanel) -> BatchView:
    assert panel.switch.key == "batch"
    view = panel.view.widget
    assert isinstance(view, BatchView)
    qtbot.waitUntil(lambda: view.answer is not None)
    return view


def step(qtbot: QtBot, session: Session, steps: int = 1) -> None:
    for _ in range(steps):
        before = session.trainer.progress.step
        session.trainer.step_batch()
        qtbot.waitUntil(lambda n=before: session.trainer.progress.step > n and session.trainer.state != "training")


def requests(session: Session) -> list[Asked]:
    found: list[Asked] = []
    session.selection.explain_requested.connect(found.append)
    return found


def click_row(table: ListTable, row: int) -> None:
    place = table.records.index(row, 0)
    table.scrollTo(place)
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(place).center())


def texts(table: ListTable, column: int) -> list[str]:
    return [table.records.text(row, column) for row in range(table.records.rowCount())]


# ---- the next batch


def test_the_rows_and_their_shares_are_the_engine_s(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    step(qtbot, session, 2)
    view = click_batch(qtbot, panel)
    for number in (3, 4):
        qtbot.waitUntil(lambda n=number: view.answer.step == n)
        with session.trainer.parked() as driver:
            trace, data = take_trace(driver.training), driver.data
        shares = row_shares(trace)
        order = np.argsort(-np.abs(shares.pulls), kind="stable")
        assert view.rows.records.keys == trace.rows[order].tolist(), "the largest contributors on top"
        assert texts(view.rows, 0) == [str(row + 1) for row in data.rows[trace.rows[order]]]
        assert texts(view.rows, 1) == [data.classes[int(y)] for y in trace.targets[order, 0]]
        assert texts(view.rows, 2) == [data.classes[int(a > 0.5)] for a in trace.layers[-1].out[order, 0]]
        assert texts(view.rows, 3) == [format_number(float(v)) for v in trace.row_losses[order]]
        assert texts(view.rows, 4) == [format_number(float(v), sign=True) for v in shares.pulls[order]]
        against = int((shares.pulls < 0).sum())
        assert view.note_text() == f"{against} of 12 pull against the batch."
        assert view.title.text() == f"Step {number}: 12 rows in the next batch"
        assert not panel.grab().isNull()
        step(qtbot, session)


def test_bars_grow_from_zero_by_the_share(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    view = click_batch(qtbot, panel)
    values = [row[4] for row in view.rows.records.rows]
    low, high = min(0.0, *values), max(0.0, *values)
    for row, value in enumerate(values):
        zero, end = view.rows.records.bar(row, 4)
        assert zero == pytest.approx(-low / (high - low))
        assert end - zero == pytest.approx(value / (high - low))


def test_the_shares_of_a_selected_weight(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    step(qtbot, session)
    view = click_batch(qtbot, panel)
    assert not view.shares.isVisible()
    id = session.document.spec.network.layers[0].id
    session.selection.select_parameter(ParameterAt(id, "W", (1, 2)))
    qtbot.waitUntil(lambda: view.shares.keys == ("gradient", "weight"))
    QTest.mouseClick(view.shares.button("weight"), LEFT)
    with session.trainer.parked() as driver:
        trace = take_trace(driver.training)
    parameter = view.parameter.found_in(trace)
    along = weight_shares(trace, parameter)
    by_row = {key: row[4] for key, row in zip(view.rows.records.keys, view.rows.records.rows, strict=True)}
    assert by_row == dict(zip(trace.rows.tolist(), along.tolist(), strict=True))
    for place, row in enumerate(trace.rows.tolist()):
        assert by_row[row] == pytest.approx(explain(trace, Share(parameter, place)).value)
    gradient = trace.array(trace.data_gradient, 0, "W")[1, 2]
    assert view.note_text() == (
        f"The shares of w(2→3) in Dense 1 sum to its gradient of the data loss, {format_number(float(gradient))}."
    )
    session.selection.select_parameter(None)
    qtbot.waitUntil(lambda: view.shares.keys == ("gradient",))
    assert sum(row[4] for row in view.rows.records.rows) == pytest.approx(1.0)


def test_titles_sort_and_rows_are_copied_with_all_digits(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    view = click_batch(qtbot, panel)
    header = view.rows.horizontalHeader()
    click_row(view.rows, 1)
    kept = view.rows.records.keys[1]
    for column in (3, 0):
        QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(header.sectionViewportPosition(column) + 12, 10))
        values = [row[column] for row in view.rows.records.rows]
        assert values in (sorted(values), sorted(values, reverse=True))
        assert view.rows.marked_keys() == [kept], "the marks go with their rows"
        losses = dict(zip(view.answer.indices.tolist(), view.answer.losses.tolist(), strict=True))
        assert [row[3] for row in view.rows.records.rows] == [losses[key] for key in view.rows.records.keys]
    step(qtbot, session)
    qtbot.waitUntil(lambda: view.answer.step == 2)
    values = [row[0] for row in view.rows.records.rows]
    assert values in (sorted(values), sorted(values, reverse=True)), "the order stays when the run goes on"
    view.rows.clearSelection()
    view.rows.setFocus()
    QTest.keyClick(view.rows, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0] == ["row", "target", "prediction", "loss", "share"]
    assert [float(line[4]) for line in lines[1:]] == [row[4] for row in view.rows.records.rows]


def test_a_click_or_return_on_a_row_asks_for_its_step(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    view = click_batch(qtbot, panel)
    asked = requests(session)
    click_row(view.rows, 2)
    QTest.keyClick(view.rows, Key.Key_Down)
    QTest.keyClick(view.rows, Key.Key_Return)
    assert asked == [Asked(row=view.rows.records.keys[place]) for place in (2, 3)]
    assert {one.row for one in asked} <= set(view.answer.indices.tolist())


def test_pairs_that_pull_in_opposite_directions(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    step(qtbot, session, 3)
    view = click_batch(qtbot, panel)
    qtbot.waitUntil(lambda: view.answer.step == 4)
    QTest.mouseClick(view.lists.button("pairs"), LEFT)
    assert view.stack.currentWidget() is view.pairs
    with session.trainer.parked() as driver:
        trace, data = take_trace(driver.training), driver.data
    expected = row_shares(trace).opposed(view.pairs.records.rowCount() + 1)
    assert len(expected) == view.pairs.records.rowCount() > 0
    for place, pair in enumerate(expected):
        numbers = [int(data.rows[trace.rows[row]]) + 1 for row in (pair.first, pair.second)]
        assert [int(view.pairs.records.text(place, column)) for column in (0, 1)] == numbers
        assert view.pairs.records.rows[place][3] == pair.cosine < 0.0
    asked = requests(session)
    click_row(view.pairs, 0)
    assert asked == [Asked(row=int(trace.rows[expected[0].first]))]
    assert not panel.grab().isNull()


def test_numbers_are_numbers(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("sine")
    view = click_batch(qtbot, panel)
    header = view.rows.horizontalHeader()
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(header.sectionViewportPosition(1) + 12, 10))
    targets = [row[1] for row in view.rows.records.rows]
    assert targets in (sorted(targets), sorted(targets, reverse=True))
    assert min(targets) < 0.0 < max(targets)
    assert any("−" in text for text in texts(view.rows, 1))


@pytest.mark.parametrize("value", [np.nan, 1e200])
def test_numbers_that_run_away_are_shown_as_such(
    qtbot: QtBot, panel: OutputPanel, session: Session, value: float
) -> None:
    with session.trainer.parked() as driver:
        driver.training.network.parameters[:] = value
    view = click_batch(qtbot, panel)
    session.trainer.refresh()
    qtbot.waitUntil(lambda: view.rows.records.rowCount() == 12)
    QTest.mouseClick(view.lists.button("pairs"), LEFT)
    assert not panel.grab().isNull()


def test_batch_norm_is_said(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.edit("norm", edits.insert_layer, 1, "batchnorm")
    view = click_batch(qtbot, panel)
    qtbot.waitUntil(lambda: "Batch norm couples the rows" in view.note.text())


def test_hidden_or_not_chosen_it_asks_for_nothing(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    click_batch(qtbot, panel)
    assert BatchRows() in session.trainer._worker.probes
    QTest.mouseClick(panel.switch.button("metrics"), LEFT)
    assert not any(isinstance(probe, BatchRows) for probe in session.trainer._worker.probes)
    QTest.mouseClick(panel.switch.button("batch"), LEFT)
    panel.hide()
    assert not any(isinstance(probe, BatchRows) for probe in session.trainer._worker.probes)


# ---- the rows behind something


def test_a_click_on_a_cell_lists_its_rows_and_a_click_on_one_asks_for_it(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    step(qtbot, session, 4)
    QTest.mouseClick(panel.switch.button("confusion"), LEFT)
    matrix = panel.view.widget
    qtbot.waitUntil(lambda: matrix.answer is not None and matrix.answer.counts.sum() == 36)
    wrong = np.argwhere((matrix.answer.counts > 0) & ~np.eye(2, dtype=bool))[0]
    actual, predicted = map(int, wrong)
    count, classes = int(matrix.answer.counts[actual, predicted]), matrix.answer.classes
    QTest.mouseMove(matrix, matrix.cell_rect(actual, predicted).center().toPoint())
    QTest.mouseClick(matrix, LEFT, pos=matrix.cell_rect(actual, predicted).center().toPoint())
    view = shown(qtbot, panel)
    assert view.source == CellRows("train", actual, predicted)
    assert view.answer.total == view.rows.records.rowCount() == count
    assert set(texts(view.rows, 1)) == {classes[actual]}
    assert set(texts(view.rows, 2)) == {classes[predicted]}
    noun = "training row" if count == 1 else "training rows"
    assert view.title.text() == f"{count} {noun}: {classes[actual]} predicted {classes[predicted]}"
    asked = requests(session)
    click_row(view.rows, 0)
    assert session.document.dataset.train.tolist().count(asked[0].row) == 1
    QTest.mouseClick(view.back, LEFT)
    qtbot.waitUntil(lambda: view.title.text().endswith("in the next batch"))
    assert not view.back.isVisible()


def test_return_on_a_cell_does_the_same_and_empty_cells_nothing(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    QTest.mouseClick(panel.switch.button("confusion"), LEFT)
    matrix = panel.view.widget
    qtbot.waitUntil(lambda: matrix.answer is not None)
    found: list[tuple[int, int]] = []
    matrix.cell_chosen.connect(lambda row, column: found.append((row, column)))
    for row, column in np.ndindex(2, 2):
        matrix._choose((row, column))
        QTest.keyClick(matrix, Key.Key_Return)
        if panel.switch.key != "confusion":
            QTest.mouseClick(panel.switch.button("confusion"), LEFT)
    assert found == [(int(r), int(c)) for r, c in np.argwhere(matrix.answer.counts)]


def test_a_click_on_a_point_of_the_plane_lists_the_rows_there(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    QTest.mouseClick(panel.switch.button("boundary"), LEFT)
    plane, data = panel.view.widget, session.document.dataset
    qtbot.waitUntil(lambda: plane.answer is not None)
    row = int(data.validation[0])
    x, y = data.encoder.raw_inputs(data.x[[row]])[0]
    place = QPoint(round(float(plane.px(np.array([x]))[0])), round(float(plane.py(np.array([y]))[0])))
    QTest.mouseMove(plane, place)
    QTest.mouseClick(plane, LEFT, pos=place)
    view = shown(qtbot, panel)
    assert isinstance(view.source, ChosenRows)
    assert row in view.rows.records.keys
    assert "as if they were the batch" in view.title.text()
    assert sum(line[4] for line in view.rows.records.rows) == pytest.approx(1.0)
    QTest.mouseClick(panel.switch.button("boundary"), LEFT)
    plane.cursor_at = (float(x), float(y))
    QTest.keyClick(plane, Key.Key_Return)
    assert panel.switch.key == "batch"
    QTest.mouseClick(panel.switch.button("boundary"), LEFT)
    corner = plane.area().topLeft().toPoint() + QPoint(3, 3)
    QTest.mouseMove(plane, corner)
    QTest.mouseClick(plane, LEFT, pos=corner)
    assert panel.switch.key == "boundary", "there is nothing there"


def test_dragging_the_plane_is_no_click(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    plane = panel.view.widget
    found: list[object] = []
    plane.place_chosen.connect(lambda place, radii: found.append(place))
    middle = plane.area().center().toPoint()
    QTest.mouseMove(plane, middle)
    QTest.mousePress(plane, LEFT, pos=middle)
    QTest.mouseMove(plane, middle + QPoint(40, 10))
    QTest.mouseRelease(plane, LEFT, pos=middle + QPoint(40, 10))
    assert not found
    assert plane.zoomed


def test_a_row_of_the_predictions_is_asked_for(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    QTest.mouseClick(panel.switch.button("predictions"), LEFT)
    view = panel.view.widget
    qtbot.waitUntil(lambda: view.model.rowCount() > 5)
    asked, table = requests(session), view.table
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(view.model.index(3, 0)).center())
    QTest.keyClick(table, Key.Key_Down)
    QTest.keyClick(table, Key.Key_Return)
    assert asked == [Asked(row=row) for row in session.document.dataset.train[3:5].tolist()]


@pytest.mark.parametrize("key", ["fit", "curve"])
def test_a_dot_of_a_regression_is_asked_for(
    qtbot: QtBot, panel: OutputPanel, session: Session, key: str
) -> None:
    session.document.open_sample("sine")
    QTest.mouseClick(panel.switch.button(key), LEFT)
    view, data = panel.view.widget, session.document.dataset
    qtbot.waitUntil(lambda: len(view.dot_rows) == len(data.train))
    asked = requests(session)
    place = QPoint(round(float(view.px(view.dot_x[[7]])[0])), round(float(view.py(view.dot_y[[7]])[0])))
    QTest.mouseMove(view, place)
    QTest.mouseClick(view, LEFT, pos=place)
    QTest.keyClick(view, Key.Key_Return)
    assert asked[0] == asked[1]
    dot = int(np.flatnonzero(view.dot_rows == asked[0].row)[0])
    assert view.nearest() == dot
    target = data.encoder.decode(data.y[[asked[0].row]]).values[0]
    assert target == pytest.approx(float((view.dot_x if key == "fit" else view.dot_y)[dot]))


def test_a_hundred_rows_of_another_run_give_way_to_the_next_batch(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    view = click_batch(qtbot, panel)
    panel.show_rows(ChosenRows((0, 1)))
    qtbot.waitUntil(lambda: view.answer is not None and view.answer.total == 2)
    session.trainer.reset()
    qtbot.waitUntil(lambda: view.answer is not None and view.title.text().endswith("in the next batch"))
