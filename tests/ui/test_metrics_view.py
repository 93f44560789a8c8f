"""The metrics among the views of the output panel."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.metrics import METRICS
from bpgui.runs.answers import MetricsAnswer
from bpgui.runs.measures import Metrics
from bpgui.runs.scores import scores
from bpgui.session.session import Session
from bpgui.ui.live.metrics_view import MetricsView
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.output import OutputPanel


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> OutputPanel:
    made = OutputPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 262)
    made.show()
    return made


@pytest.fixture
def view(qtbot: QtBot) -> MetricsView:
    made = MetricsView()
    qtbot.addWidget(made)
    made.resize(380, 240)
    made.show()
    return made


def cells(view: MetricsView, place: int) -> list[str]:
    return [view.table.item(row, place).text() for row in range(view.table.rowCount())]


@pytest.mark.parametrize(("sample", "task"), [("iris", "classes"), ("plane", "number")])
def test_they_are_those_of_the_shown_weights(
    qtbot: QtBot, panel: OutputPanel, session: Session, sample: str, task: str
) -> None:
    session.document.open_sample(sample)
    qtbot.mouseClick(panel.switch.button("metrics"), Qt.MouseButton.LeftButton)
    assert panel.probes() == (Metrics(),)
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    view = panel.view.view
    assert isinstance(view, MetricsView)
    fitting = [metric for metric in METRICS.values() if metric.task == task]
    assert cells(view, 0) == [metric.label for metric in fitting]
    driver = session.trainer.driver
    assert driver is not None
    for place, part in ((1, "train"), (2, "validation")):
        wanted = scores(driver.training.network, driver.data, part)
        expected = [format_number(wanted[metric.name], 4) for metric in fitting]
        qtbot.waitUntil(lambda place=place, expected=expected: cells(view, place) == expected)
    for row, metric in enumerate(fitting):
        assert metric.formula in view.table.item(row, 0).toolTip()
        assert metric.help in view.table.item(row, 0).toolTip()
    assert not panel.parts.isVisible(), "both parts stand there side by side"


def test_without_validation_rows_there_is_no_column_for_them(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    session.document.open_sample("xor")
    qtbot.mouseClick(panel.switch.button("metrics"), Qt.MouseButton.LeftButton)
    view = panel.view.view
    qtbot.waitUntil(lambda: view.table.rowCount() > 0)
    assert view.table.isColumnHidden(2)
    assert view.table.text().splitlines()[0] == "metric\ttrain"
    session.document.open_sample("moons")
    qtbot.mouseClick(panel.switch.button("metrics"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: view.table.rowCount() > 0 and not view.table.isColumnHidden(2))


def test_they_are_copied_as_text(qtbot: QtBot, view: MetricsView) -> None:
    view.set_answer(MetricsAnswer((("accuracy", 0.5), ("f1", math.nan)), (("accuracy", 0.25), ("f1", 1.0))))
    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QApplication.clipboard().text()
    assert text == "metric\ttrain\tvalidation\nAccuracy\t0.5000\t0.2500\nF1\t–\t1.000"
    view.table.selectRow(1)
    [copy] = view.table.actions()
    copy.trigger()
    assert QApplication.clipboard().text() == "metric\ttrain\tvalidation\nF1\t–\t1.000"


def test_passing_numbers_wait_and_settled_ones_do_not(view: MetricsView) -> None:
    view.set_answer(MetricsAnswer((("mae", 1.0),), ()), settled=False)
    view.set_answer(MetricsAnswer((("mae", 2.0),), ()), settled=False)
    assert cells(view, 1) == ["1.000"], "too soon to be read"
    view.set_answer(MetricsAnswer((("mae", 3.0),), ()), settled=True)
    assert cells(view, 1) == ["3.000"]
    view.clear()
    assert cells(view, 1) == []
    view.set_answer(MetricsAnswer((("mae", 4.0),), ()), settled=False)
    assert cells(view, 1) == ["4.000"]
