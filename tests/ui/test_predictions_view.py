"""The table of predictions: its texts, its pages, what it tells the view."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.runs.answers import PredictionsAnswer
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.predictions_model import PredictionsModel
from bpgui.ui.live.predictions_view import PAGE, PredictionsView
from bpgui.ui.live.row_picture import RowPicture
from bpgui.ui.panels.output import OutputPanel


def answer(outputs: list[float], first: int = 0, total: int | None = None) -> PredictionsAnswer:
    rows = len(outputs)
    values = np.array(outputs).reshape(-1, 1)
    predicted = tuple("1" if value >= 0.5 else "0" for value in outputs)
    targets = tuple("01"[i % 2] for i in range(rows))
    right = np.array([p == t for p, t in zip(predicted, targets, strict=True)])
    inputs = np.arange(2.0 * rows).reshape(rows, 2)
    numbers = np.arange(first + 1, first + rows + 1)
    return PredictionsAnswer(numbers, inputs, targets, values, predicted, right, total or rows, "train")


def texts(model: PredictionsModel) -> list[list[str]]:
    return [
        [str(model.data(model.index(row, column))) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headers(model: PredictionsModel) -> list[str]:
    return [str(model.headerData(i, Qt.Orientation.Horizontal)) for i in range(model.columnCount())]


def test_xor_shows_its_four_rows_with_words(qtbot: QtBot, session: Session) -> None:
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(410, 262)
    panel.show()
    qtbot.mouseClick(panel.switch.button("predictions"), Qt.MouseButton.LeftButton)
    table, model = panel.view.view.table, panel.view.view.model
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.state == "ended", timeout=20_000)
    network, data = session.trainer.driver.training.network, session.document.dataset
    expected = network.predict(data.x)[:, 0]
    qtbot.waitUntil(lambda: model.answer is not None and np.array_equal(model.answer.outputs[:, 0], expected))
    assert headers(model) == ["row", "x1", "x2", "target", "output", "class", "right?"]
    shown = texts(model)
    assert [row[:4] for row in shown] == [
        ["1", "0", "0", "0"], ["2", "0", "1", "1"], ["3", "1", "0", "1"], ["4", "1", "1", "0"],
    ]  # fmt: skip
    assert [float(row[4]) for row in shown] == pytest.approx(expected, abs=5.1e-5)
    assert [row[6] for row in shown] == ["✓ right"] * 4
    last = table.visualRect(model.index(3, 0))
    assert table.viewport().rect().contains(last)
    assert table.horizontalScrollBar().maximum() == 0
    assert panel.view.view.share.text() == "4 of 4 right"


def test_xor_needs_no_scrolling_in_the_narrow_column(qtbot: QtBot, session: Session) -> None:
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(360, 220)
    panel.show()
    qtbot.mouseClick(panel.switch.button("predictions"), Qt.MouseButton.LeftButton)
    table = panel.view.view.table
    qtbot.waitUntil(lambda: panel.view.view.model.answer is not None)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    assert table.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("sample", ["xor", "sine", "iris", "digits8x8"])
def test_no_view_needs_a_wider_panel(qtbot: QtBot, session: Session, sample: str) -> None:
    session.document.open_sample(sample)
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.show()
    for key in panel.switch.keys:
        qtbot.mouseClick(panel.switch.button(key), Qt.MouseButton.LeftButton)
        assert panel.minimumSizeHint().width() <= 345, key


def test_a_wrong_row_says_so(qapp: QApplication) -> None:
    model = PredictionsModel()
    model.set_columns(("a", "b"), ("y=1",), True)
    model.set_answer(answer([0.9, 0.8]))
    assert [row[-1] for row in texts(model)] == ["✗ wrong", "✓ right"]
    assert not model.verdict(0)


def test_an_epoch_changes_only_the_live_columns(qtbot: QtBot, qapp: QApplication) -> None:
    model = PredictionsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    model.set_columns(("a", "b"), ("y=1",), True)
    with qtbot.waitSignal(model.modelReset):
        model.set_answer(answer([0.1, 0.2]))
    with qtbot.waitSignal(model.dataChanged) as told, qtbot.assertNotEmitted(model.modelReset):
        model.set_answer(answer([0.3, 0.4]))
    top, bottom = told.args[:2]
    assert headers(model)[top.column() : bottom.column() + 1] == ["output", "class", "right?"]
    del tester


def test_numbers_have_a_prediction_and_no_verdict(qapp: QApplication) -> None:
    model = PredictionsModel()
    model.set_columns(("x",), ("y",), False)
    model.set_answer(
        PredictionsAnswer(np.array([7]), np.array([[-0.5]]), ("-1.5",), np.array([[0.1]]), ("-1.4",), None, 1, "train")
    )
    assert headers(model) == ["row", "x", "target", "prediction"]
    assert texts(model) == [["7", "−0.5", "−1.5", "−1.4"]]
    assert not any(model.is_verdict(column) for column in range(4))


def test_with_many_columns_the_verdict_comes_first(qapp: QApplication) -> None:
    model = PredictionsModel()
    names = tuple(f"f{i}" for i in range(12))
    model.set_columns(names, ("a", "b", "c"), True)
    found = headers(model)
    assert found[:4] == ["row", "target", "class", "right?"]
    assert found[-1] == "… 4 more"
    outputs, right = np.array([[0.1, 0.7, 0.2]]), np.array([True])
    model.set_answer(PredictionsAnswer(np.array([3]), np.ones((1, 12)), ("b",), outputs, ("b",), right, 1, "train"))
    assert texts(model)[0][:7] == ["3", "b", "b", "✓ right", "0.1000", "0.7000", "0.2000"]


def test_a_picture_stands_for_its_pixels(qapp: QApplication) -> None:
    model = PredictionsModel()
    model.set_columns(("i[0,0]", "i[0,1]"), ("a", "b"), True, RowPicture("i", (1, 2, 1), (0.0, 255.0)))
    assert headers(model) == ["row", "i", "target", "class", "right?", "a", "b"]
    inputs, outputs = np.array([[0.0, 255.0]]), np.array([[0.25, 0.75]])
    model.set_answer(PredictionsAnswer(np.array([3]), inputs, ("b",), outputs, ("b",), np.array([True]), 1, "train"))
    assert texts(model) == [["3", "", "b", "b", "✓ right", "0.2500", "0.7500"]]
    image = model.image(0, 1)
    assert image is not None
    assert [image.pixelColor(x, 0).name() for x in (0, 1)] == ["#000000", "#ffffff"]
    assert model.image(0, 2) is None
    assert model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "picture of row 3"
    assert model.is_verdict(4)
    assert [model.is_live_number(column) for column in range(7)] == [False] * 5 + [True] * 2


@pytest.mark.parametrize(
    ("sample", "name", "size"), [("digits8x8", "image", (8, 8)), ("spoken_digits", "sound", (32, 24))]
)
def test_rows_of_pictures_and_sounds_are_seen(
    qtbot: QtBot, session: Session, sample: str, name: str, size: tuple[int, int]
) -> None:
    session.document.open_sample(sample)
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(410, 262)
    panel.show()
    qtbot.mouseClick(panel.switch.button("predictions"), Qt.MouseButton.LeftButton)
    view = panel.view.view
    qtbot.waitUntil(lambda: view.total > 0)
    assert headers(view.model)[1] == name
    image = view.model.image(0, 1)
    assert (image.width(), image.height()) == size
    assert view.table.rowHeight(0) > 30
    assert not view.grab().isNull()
    session.document.open_sample("moons")
    panel.show_view("predictions")
    qtbot.waitUntil(lambda: view.total > 0)
    assert headers(view.model)[1] == "x1"
    assert view.table.rowHeight(0) < 30


def test_outputs_that_are_no_numbers_are_words(qapp: QApplication) -> None:
    model = PredictionsModel()
    model.set_columns(("a", "b"), ("y=1",), True)
    model.set_answer(answer([float("nan"), float("inf")]))
    assert [row[4] for row in texts(model)] == ["not a number", "∞"]


def test_pages_by_button_and_key(qtbot: QtBot, session: Session) -> None:
    session.document.open_sample("moons")
    panel = OutputPanel(session)
    qtbot.addWidget(panel)
    panel.resize(410, 262)
    panel.show()
    qtbot.mouseClick(panel.switch.button("predictions"), Qt.MouseButton.LeftButton)
    view = panel.view.view
    qtbot.waitUntil(lambda: view.total == len(session.document.dataset.train))
    assert not view.back.isEnabled()
    first = view.model.answer.rows.copy()
    qtbot.mouseClick(view.on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.model.answer.rows[0] > first[-1])
    assert view.place.text().startswith(f"{PAGE + 1}–{2 * PAGE} / ")
    assert view.back.isEnabled()
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: view.model.answer.rows[0] == first[0])
    view.table.verticalScrollBar().setValue(view.table.verticalScrollBar().maximum())
    qtbot.keyClick(view.table, Qt.Key.Key_PageDown)
    assert view.first == PAGE
    qtbot.mouseClick(panel.parts.button("validation"), Qt.MouseButton.LeftButton)
    assert view.first == 0
    qtbot.waitUntil(lambda: view.total == len(session.document.dataset.validation))


def test_while_training_it_changes_at_most_ten_times_a_second(qtbot: QtBot, qapp: QApplication) -> None:
    view = PredictionsView()
    qtbot.addWidget(view)
    qtbot.addWidget(view.foot)
    view.set_columns(("a", "b"), ("y=1",), True)
    view.set_answer(answer([0.1, 0.2]), settled=False)
    view.set_answer(answer([0.3, 0.4]), settled=False)
    assert view.model.answer.outputs[0, 0] == 0.1
    view.set_answer(answer([0.3, 0.4]), settled=True)
    assert view.model.answer.outputs[0, 0] == 0.3


def test_the_table_is_painted(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, True)
    view = PredictionsView()
    qtbot.addWidget(view)
    qtbot.addWidget(view.foot)
    view.resize(400, 200)
    view.set_columns(("a", "b"), ("y=1",), True)
    view.show()
    view.set_answer(answer([0.9, 0.8]))
    box = view.table.visualRect(view.model.index(1, 6))
    picture = view.table.viewport().grab(box).toImage()
    shades = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert any(shade.green() > 150 and shade.green() > shade.red() + 60 for shade in shades)
