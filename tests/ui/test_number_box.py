"""The number field: typing, stepping, refusing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.fields import Field
from bpgui.ui.main_window import MainWindow
from bpgui.ui.numbers import compact_number, short_number
from bpgui.ui.widgets.class_weights import ClassWeights
from bpgui.ui.widgets.number_box import NumberBox
from bpgui.ui.widgets.split_bar import SplitBar
from bpgui.ui.widgets.steps import ladder_step, next_step

RATE = Field("learning_rate", "Rate", 0.03, "", 1e-9, 1e6, log=True)
UNITS = Field("units", "Units", 4, "", 1, 100)
BATCH = Field("batch_size", "Batch", 32, "", 0, 1000, log=True)
SHARE = Field("share", "Share", 0.9, "", 0.0, 1.0)
SEED = Field("seed", "Seed", 0, "", 0, 2**63 - 1)


def make(qtbot: QtBot, field: Field, **options: object) -> tuple[NumberBox, list[object]]:
    box = NumberBox(field, **options)  # type: ignore[arg-type]
    qtbot.addWidget(box)
    box.show()
    edited: list[object] = []
    box.edited.connect(edited.append)
    return box, edited


def type_text(qtbot: QtBot, box: NumberBox, text: str) -> None:
    box.lineEdit().selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), ("1e-3", 0.001), ("0,25", 0.25), (" 2 ", 2.0)])
def test_typed_numbers_are_taken(qtbot: QtBot, text: str, value: float) -> None:
    box, edited = make(qtbot, RATE)
    type_text(qtbot, box, text)
    assert edited == [value]
    assert box.value() == value


@pytest.mark.parametrize("text", ["", "abc", "-1", "nan", "inf", "1e99"])
def test_what_cannot_be_is_put_back(qtbot: QtBot, text: str) -> None:
    box, edited = make(qtbot, RATE)
    type_text(qtbot, box, text)
    assert edited == []
    assert box.lineEdit().text() == "0.03"


def test_whole_numbers_stay_whole(qtbot: QtBot) -> None:
    box, edited = make(qtbot, UNITS)
    type_text(qtbot, box, "2.5")
    type_text(qtbot, box, "0")
    type_text(qtbot, box, "101")
    assert edited == []
    type_text(qtbot, box, "1e2")
    assert edited == [100]
    assert isinstance(box.value(), int)


def test_long_seeds_are_exact(qtbot: QtBot) -> None:
    box, edited = make(qtbot, SEED)
    type_text(qtbot, box, str(2**63 - 1))
    assert edited == [2**63 - 1]
    assert box.lineEdit().text() == str(2**63 - 1)


def test_the_same_number_is_no_edit(qtbot: QtBot) -> None:
    box, edited = make(qtbot, RATE)
    type_text(qtbot, box, "0.030")
    assert edited == []
    assert box.lineEdit().text() == "0.03"


def test_arrows_step_sensibly(qtbot: QtBot) -> None:
    box, edited = make(qtbot, RATE)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert edited == [0.05, 0.1, 0.05]
    units, steps = make(qtbot, UNITS)
    qtbot.keyClick(units, Qt.Key.Key_Up)
    assert steps == [5]


def test_steps_stay_in_range() -> None:
    assert next_step(BATCH, 32, 1) == 64
    assert next_step(BATCH, 32, -1) == 16
    assert next_step(BATCH, 1, -1) == 0
    assert next_step(BATCH, 0, 1) == 1
    assert next_step(SHARE, 0.9, 1) == pytest.approx(0.91)
    value = 1e-6
    seen = [value := ladder_step(value, up=True) for _ in range(40)]
    assert seen == sorted(set(seen))
    assert all(ladder_step(ladder_step(v, up=True), up=False) == v for v in seen[1:])


def test_words_stand_for_numbers(qtbot: QtBot) -> None:
    box, edited = make(qtbot, BATCH, words={0: "all rows"})
    type_text(qtbot, box, "0")
    assert box.lineEdit().text() == "all rows"
    type_text(qtbot, box, "8")
    type_text(qtbot, box, "all rows")
    assert edited == [0, 8, 0]


def test_empty_stands_for_none(qtbot: QtBot) -> None:
    box, edited = make(qtbot, RATE, empty="none")
    assert box.value() is None
    type_text(qtbot, box, "0.5")
    type_text(qtbot, box, "")
    assert edited == [0.5, None]


def test_space_after_enter_keeps_the_number(qtbot: QtBot) -> None:
    """Enter leaves the text selected: Space would replace it."""
    weights = ClassWeights()
    qtbot.addWidget(weights)
    weights.show_classes(["a", "b"], [1.0, 1.0])
    weights.show()
    for box in weights.boxes:
        type_text(qtbot, box, "2.5")
        box.selectAll()
        qtbot.keyClick(box, Qt.Key.Key_Space)
        assert box.lineEdit().text() == "2.5"
    assert weights.value() == (2.5, 2.5)


def test_space_settles_what_was_typed(qtbot: QtBot) -> None:
    box, edited = make(qtbot, RATE)
    box.selectAll()
    qtbot.keyClicks(box, "0.5 ")
    assert edited == [0.5]
    box.selectAll()
    qtbot.keyClicks(box, "x ")
    assert edited == [0.5]
    assert box.lineEdit().text() == "0.5"


def test_space_in_a_number_field_is_for_the_window(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    trainer, document = window.session.trainer, window.session.document
    box = next(b for b in window.findChildren(NumberBox) if b.isVisible() and b.field.name == "learning_rate")
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    type_text(qtbot, box, "0.25")
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert trainer.state == "training"
    assert box.lineEdit().text() == "0.25"
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert trainer.state != "training"
    box.selectAll()
    qtbot.keyClicks(box, "0.5 ")
    assert document.spec.training.learning_rate == 0.5
    assert trainer.state == "training"


def test_the_wheel_scrolls_past(qtbot: QtBot) -> None:
    """A wheel over a box without the focus must not change it."""
    box, edited = make(qtbot, UNITS)
    box.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, event)
    assert edited == []


def test_split_is_dragged_and_stepped(qtbot: QtBot) -> None:
    bar = SplitBar()
    qtbot.addWidget(bar)
    bar.resize(202, 20)
    bar.show()
    bar.set_fractions(0.6, 0.2, 0.2)
    edited: list[tuple[object, bool]] = []
    bar.edited.connect(lambda fractions, done: edited.append((fractions, done)))
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(121, 10))
    qtbot.mouseMove(bar, QPoint(141, 10))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(141, 10))
    assert bar.fractions() == (0.7, 0.1, 0.2)
    assert edited[-1] == ((0.7, 0.1, 0.2), True)
    qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert bar.fractions() == (0.65, 0.15, 0.2)
    qtbot.keyClick(bar, Qt.Key.Key_Down)
    for _ in range(30):
        qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.fractions() == (0.65, 0.35, 0.0)
    for _ in range(30):
        qtbot.keyClick(bar, Qt.Key.Key_Left)
    assert sum(bar.fractions()) == pytest.approx(1.0)
    assert bar.fractions()[1] == 0.0


def test_a_number_that_has_no_room_is_said_with_a_power_of_ten(qtbot: QtBot) -> None:
    box, edited = make(qtbot, RATE)
    box.setFixedWidth(74)
    box.set_value(1e6)
    assert box.lineEdit().text() == "1e6"
    box.setFixedWidth(160)
    qtbot.waitUntil(lambda: box.lineEdit().text() == "1000000")
    box.setFixedWidth(74)
    qtbot.waitUntil(lambda: box.lineEdit().text() == "1e6")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.value() == 1e6
    assert edited == []
    box.set_value(0.02)
    assert box.lineEdit().text() == "0.02"


@pytest.mark.parametrize("value", [1e6, 2.5e-5, 1 / 3, -3e7, 1234567.0, 0.0, 1e300, 5e-324])
def test_short_ways_to_write_a_number_keep_it(value: float) -> None:
    assert float(compact_number(value)) == value
    assert len(compact_number(value)) <= len(short_number(value))
