"""Trying an input: sliders, numbers, categories, a picture; the answer, and what the rest of the window is told."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.encoder import InputColumn
from bpgui.runs.probes import Activations
from bpgui.session.session import Session
from bpgui.ui.live.answer_bars import AnswerBars
from bpgui.ui.live.feature_controls import CategoryControl, NumberControl, PictureControl, control_of
from bpgui.ui.live.paint_grid import PaintGrid
from bpgui.ui.live.try_view import TryView
from bpgui.ui.panels.output import OutputPanel


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> OutputPanel:
    made = OutputPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 262)
    made.show()
    return made


def trying(qtbot: QtBot, panel: OutputPanel) -> TryView:
    qtbot.mouseClick(panel.switch.button("try"), Qt.MouseButton.LeftButton)
    view = panel.view.view
    qtbot.waitUntil(lambda: len(view.bars.numbers) > 0)
    return view


def typed(qtbot: QtBot, control: NumberControl, text: str) -> None:
    edit = control.box.lineEdit()
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Qt.Key.Key_Return)


def test_a_typed_value_is_answered_and_told_to_the_diagram(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    view = trying(qtbot, panel)
    assert session.selection.inputs == (0.0, 0.0)
    typed(qtbot, view.controls[0], "0.25")
    assert session.selection.inputs == (0.25, 0.0)
    assert panel.probes() == (Activations((0.25, 0.0)),)
    p = float(session.trainer.driver.training.network.predict(np.array([[0.25, 0.0]]))[0, 0])
    qtbot.waitUntil(lambda: view.bars.numbers == pytest.approx([1 - p, p]))
    assert view.bars.accessibleDescription().startswith(view.bars.predicted + ": 0 ")


def test_a_slider_goes_through_the_range_seen(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("moons")
    view = trying(qtbot, panel)
    control, column = view.controls[1], session.document.dataset.encoder.inputs[1]
    control.slider.setFocus()
    qtbot.keyClick(control.slider, Qt.Key.Key_End)
    assert view.values[1] == pytest.approx(column.maximum, rel=1e-3)
    assert control.box.value() == view.values[1]
    qtbot.keyClick(control.slider, Qt.Key.Key_Home)
    assert view.values[1] == pytest.approx(column.minimum, rel=1e-3)
    assert session.selection.inputs == view.values


def test_rows_can_be_taken_but_not_those_of_the_test_part(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("iris")
    view, data = trying(qtbot, panel), session.document.dataset
    sealed = set((data.rows[data.test] + 1).tolist())
    seen = []
    for _ in range(30):
        seen.append(int(view.rows.row_box.value()))
        view.rows.row_box.setFocus()
        qtbot.keyClick(view.rows.row_box, Qt.Key.Key_Up)
    assert not sealed & set(seen)
    taken = int(view.rows.row_box.value())
    where = int(np.flatnonzero(data.rows == taken - 1)[0])
    assert view.values == pytest.approx(data.encoder.row_values(data.x[where]), rel=1e-5)
    assert view.actual.text() == f"actual: {data.encoder.decode(data.y[where : where + 1]).labels[0]}"
    assert view.rows.part.text() == ("validation" if where in data.validation else "train")


def test_any_row_is_one_of_validation(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("moons")
    view, data = trying(qtbot, panel), session.document.dataset
    validation = set((data.rows[data.validation] + 1).tolist())
    taken = set()
    for _ in range(8):
        qtbot.mouseClick(view.rows.any_button, Qt.MouseButton.LeftButton)
        taken.add(int(view.rows.row_box.value()))
        assert session.selection.inputs == view.values
    assert taken <= validation
    assert len(taken) > 4


def test_the_diagram_is_told_only_while_it_is_in_sight(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    trying(qtbot, panel)
    assert session.selection.inputs is not None
    panel.hide()
    assert session.selection.inputs is None
    panel.show()
    assert session.selection.inputs == (0.0, 0.0)
    qtbot.mouseClick(panel.switch.button("boundary"), Qt.MouseButton.LeftButton)
    assert session.selection.inputs is None


def test_other_data_takes_the_tried_input_along(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    trying(qtbot, panel)
    with qtbot.assertNotEmitted(session.trainer.failed, wait=120):
        session.document.open_sample("sine")
        assert session.selection.inputs is None
        session.document.undo_stack.undo()


def test_numbers_are_answered_in_the_units_of_the_data(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    from bpgui.project.edits import set_column

    session.document.open_sample("sine")
    document = session.document
    document.edit("scale", set_column, document.table, document.spec.data.target.name, scaling="standard")
    view = trying(qtbot, panel)
    data = document.dataset
    x = data.encoder.encode_values(view.values)
    expected = data.encoder.decode(session.trainer.driver.training.network.predict(x)).values
    qtbot.waitUntil(lambda: view.bars.numbers == pytest.approx(expected))


def test_the_picture_works_by_keys(qtbot: QtBot, qapp: QApplication) -> None:
    grid = PaintGrid(4, 4, 0.0, 16.0)
    qtbot.addWidget(grid)
    grid.show()
    with qtbot.waitSignal(grid.painted):
        qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert grid.values[2, 2] == 16.0
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert grid.values[2, 1] == 16.0
    qtbot.keyClick(grid, Qt.Key.Key_Backspace)
    assert grid.values[2, 1] == 0.0
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert not grid.values.any()


def test_the_right_button_rubs_out(qtbot: QtBot, qapp: QApplication) -> None:
    grid = PaintGrid(2, 2, 0.0, 1.0)
    qtbot.addWidget(grid)
    grid.resize(104, 104)
    grid.set_values(np.ones((2, 2)))
    qtbot.mouseClick(grid, Qt.MouseButton.RightButton, pos=QPoint(80, 20))
    assert grid.values.tolist() == [[1.0, 0.0], [1.0, 1.0]]


def test_categories_are_chosen_from_a_list(qtbot: QtBot, qapp: QApplication) -> None:
    column = InputColumn(name="colour", kind="category", levels=("blue", "red"), width=2)
    control = control_of(column)
    assert isinstance(control, CategoryControl)
    qtbot.addWidget(control)
    control.show()
    assert control.values() == ("blue",)
    with qtbot.waitSignal(control.edited):
        control.box.setFocus()
        qtbot.keyClick(control.box, Qt.Key.Key_Down)
    assert control.values() == ("red",)


def test_each_kind_of_column_has_its_control(qapp: QApplication) -> None:
    number = control_of(InputColumn(name="x", kind="number", minimum=1.0, maximum=1.0))
    picture = control_of(InputColumn(name="i", kind="number", shape=(2, 3, 1), width=6, maximum=1.0))
    assert isinstance(number, NumberControl)
    assert isinstance(picture, PictureControl)
    assert len(picture.values()) == 6
    number.set_values((1.25,))
    assert number.values() == (1.25,)
    for control in (number, picture):
        control.deleteLater()


def test_the_likeliest_classes_are_shown_where_there_is_little_room(qapp: QApplication) -> None:
    bars = AnswerBars()
    bars.set_classes(tuple("abcdef"))
    bars.set_answer("e", np.array([0.1, 0.0, 0.05, 0.05, 0.6, 0.2]))
    assert bars.shown(60.0, 20.0) == [4, 5, 0]
    assert bars.shown(600.0, 20.0) == [0, 1, 2, 3, 4, 5]
    assert not bars.grab().isNull()
    bars.deleteLater()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e308, 5e-324])
@pytest.mark.parametrize("classes", [(), ("no", "yes")])
def test_any_answer_is_drawn(qapp: QApplication, value: float, classes: tuple[str, ...]) -> None:
    bars = AnswerBars()
    bars.resize(150, 100)
    if classes:
        bars.set_classes(classes)
    else:
        bars.set_range(0.0, 1.0)
    bars.set_answer("", np.array([value]))
    assert not bars.grab().isNull()
    bars.deleteLater()
