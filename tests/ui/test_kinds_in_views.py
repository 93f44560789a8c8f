"""Ordinals, dates, missing values and several targets in the views of outputs."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.inputs import InputColumn
from bpgui.data.spec import FileOrigin
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project import build, edits
from bpgui.project.proposal import propose
from bpgui.runs.driver import Driver
from bpgui.runs.probes import Activations, Predictions
from bpgui.ui.live.answer_bars import AnswerBars
from bpgui.ui.live.feature_controls import CategoryControl, DateControl, NumberControl, control_of
from bpgui.ui.live.output_views import OUTPUT_VIEWS
from bpgui.ui.live.predictions_model import PredictionsModel
from bpgui.ui.live.try_view import TryView

N = 60


def driver(*targets: str) -> Driver:
    rng = np.random.default_rng(0)
    x = rng.normal(0.0, 1.0, N)
    gaps = np.where(rng.random(N) < 0.2, np.nan, x)
    columns: list[AnyColumn] = [
        NumberColumn("x", gaps),
        TextColumn.of("rank", [("low", "medium", "high")[i % 3] for i in range(N)]),
        NumberColumn("when", 19_000.0 + np.arange(N) + 0.25, "date"),
        NumberColumn("price", 10.0 * x), NumberColumn("size", x**2),
        TextColumn.of("sold", ["yes" if v > 0 else "no" for v in x]),
        TextColumn.of("kept", ["yes" if v > 1 else "no" for v in x]),
    ]  # fmt: skip
    table = Table(columns)
    spec = edits.set_target(propose(table, FileOrigin(name="t.csv")), table, targets[0])
    for name in targets[1:]:
        spec = edits.add_target(spec, table, name)
    spec = edits.set_column(spec, table, "x", missing="category")
    spec = replace(spec, training=replace(spec.training, epochs=3))
    made = Driver(spec, build.dataset(spec, table))
    for _ in made.steps():
        pass
    return made


@pytest.mark.parametrize("targets", [("price",), ("price", "size"), ("sold",), ("sold", "kept")])
def test_every_row_can_be_taken_and_tried(qtbot: QtBot, qapp: QApplication, targets: tuple[str, ...]) -> None:
    made = driver(*targets)
    view = TryView()
    qtbot.addWidget(view)
    view.set_data(made.data)
    kinds = [type(control) for control in view.controls[:3]]
    assert kinds == [NumberControl, CategoryControl, DateControl]
    seen = set()
    for number in range(1, N + 1):
        view.take_row(number)
        seen.add(view.values[0] == "")
        x = made.data.encoder.encode_values(view.values)
        row = int(np.flatnonzero(made.data.rows == view.rows.row_box.value() - 1)[0])
        np.testing.assert_allclose(x[0], made.data.x[row], atol=1e-4)
        assert tuple(v for control in view.controls for v in control.values())[:2] == view.values[:2]
    assert seen == {True, False}
    view.set_answer(Activations(view.values)(made))
    assert view.actual.text().count("·") == len(targets) - 1
    for name in targets:
        assert name in view.bars.accessibleDescription() or len(targets) == 1


def test_a_missing_number_is_said_until_one_is_set(qtbot: QtBot, qapp: QApplication) -> None:
    control = control_of(InputColumn(name="age", kind="number", fill=30.0, flag=True, width=2, maximum=80.0))
    qtbot.addWidget(control)
    assert isinstance(control, NumberControl)
    control.set_values(("",))
    assert (control.values(), control.box.value(), control._label.text()) == (("",), 30.0, "age (missing)")
    control.slider.setValue(100)
    assert control.values() == (40.0,)
    assert control._label.text() == "age"


def test_a_date_is_set_in_a_calendar(qtbot: QtBot, qapp: QApplication) -> None:
    column = InputColumn(name="sold", kind="date", width=5, minimum=19_000.0, maximum=19_900.0, clock=True)
    control = control_of(column)
    qtbot.addWidget(control)
    assert isinstance(control, DateControl)
    assert control.box.text() == "2022-01-08 00:00"
    control.set_values((19797.5,))
    assert control.box.text() == "2024-03-15 12:00"
    assert control.values() == (19797.5,)
    with qtbot.waitSignal(control.edited):
        control.box.setDateTime(QDateTime(QDate(1969, 12, 31), QTime(6, 0), QTimeZone.utc()))
    assert control.values() == (-0.75,)
    assert "from 2022-01-08 to 2024-06-26" in control.box.toolTip()


def test_a_missing_category_can_be_chosen_where_one_may_be_missing(qtbot: QtBot, qapp: QApplication) -> None:
    control = control_of(InputColumn(name="c", kind="ordinal", levels=("a", "b"), fill=0.5, flag=True, width=2))
    qtbot.addWidget(control)
    control.set_values(("",))
    assert control.values() == ("",)
    control.set_values(("b",))
    assert control.values() == ("b",)


@pytest.mark.parametrize(
    ("targets", "offered"),
    [
        (("price",), {"fit", "metrics", "predictions", "try"}),
        (("price", "size"), {"metrics", "predictions", "try"}),
        (("sold",), {"confusion", "metrics", "predictions", "try"}),
        (("sold", "kept"), {"metrics", "predictions", "try"}),
    ],
)
def test_only_views_that_make_sense_are_offered(targets: tuple[str, ...], offered: set[str]) -> None:
    data = driver(*targets).data
    found = {key for key, entry in OUTPUT_VIEWS.items() if entry.fits(data)}
    assert offered <= found
    assert not found & ({"boundary", "curve", "fit", "confusion"} - offered)


@pytest.mark.parametrize("targets", [("price", "size"), ("sold", "kept")])
def test_the_table_of_predictions_shows_all_outputs(targets: tuple[str, ...]) -> None:
    made = driver(*targets)
    model = PredictionsModel()
    model.set_columns(made.data.feature_names, made.data.output_names, not made.data.numeric)
    model.set_answer(Predictions("train", 0, 5)(made))
    row = [model.text(0, column) for column in range(model.columnCount())]
    assert sum(" · " in text for text in row) == 2


@pytest.mark.parametrize("height", [30, 160])
def test_several_numbers_have_a_line_each(qtbot: QtBot, qapp: QApplication, height: int) -> None:
    bars = AnswerBars()
    qtbot.addWidget(bars)
    bars.resize(260, height)
    bars.set_numbers(tuple((f"t{i}", 0.0, 10.0) for i in range(5)))
    pictures = []
    for first, second in ((1.0, 5.0), (9.0, 5.0), (9.0, 2.0)):
        bars.set_answer("", np.array([first, second, 20.0, np.nan, -3.0]))
        pictures.append(bars.grab().toImage())
    assert pictures[0] != pictures[1]
    assert (pictures[1] != pictures[2]) == (height == 160)  # the second line is left out where there is no room
    assert bars.accessibleDescription() == "t0 9.000, t1 2.000, t2 20.00, t3 not a number, t4 −3.000"
    bars.set_range(0.0, 1.0)
    assert bars.ranges == ()
