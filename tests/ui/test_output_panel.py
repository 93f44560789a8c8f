"""The output panel: which views are offered, what is asked for, and what the maps and matrices show."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine import metrics
from bpgui.project.edits import set_training
from bpgui.runs.answers import BoundaryAnswer, ConfusionAnswer, FitAnswer
from bpgui.runs.probes import Boundary, Confusion, Fit, Predictions
from bpgui.session.session import Session
from bpgui.ui import theme
from bpgui.ui.live.boundary_view import BoundaryView
from bpgui.ui.live.confusion_view import ConfusionView
from bpgui.ui.live.fit_view import FitView, FunctionView, r_squared
from bpgui.ui.live.points import LIMIT, Points, points_of
from bpgui.ui.live.value_colors import certainty, class_image, sequence
from bpgui.ui.panels.output import OutputPanel

ODD = st.one_of(st.floats(width=64), st.sampled_from([0.0, 1.0, 1e308, 5e-324, math.nan, math.inf, -math.inf]))


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> OutputPanel:
    made = OutputPanel(session)
    qtbot.addWidget(made)
    made.resize(410, 262)
    made.show()
    return made


def click(qtbot: QtBot, panel: OutputPanel, key: str) -> None:
    qtbot.mouseClick(panel.switch.button(key), Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("sample", "offered"),
    [
        ("xor", ("boundary", "confusion", "metrics", "predictions", "batch", "try", "threshold")),
        ("moons", ("boundary", "confusion", "metrics", "predictions", "batch", "try", "threshold")),
        ("sine", ("curve", "fit", "metrics", "predictions", "batch", "try")),
        ("plane", ("boundary", "fit", "metrics", "predictions", "batch", "try")),
        ("iris", ("confusion", "metrics", "predictions", "batch", "try")),
        ("digits8x8", ("confusion", "metrics", "predictions", "batch", "try")),
    ],
)
def test_each_sample_offers_what_makes_sense(
    qtbot: QtBot, panel: OutputPanel, session: Session, sample: str, offered: tuple[str, ...]
) -> None:
    session.document.open_sample(sample)
    assert panel.switch.keys == offered
    assert panel.switch.key == offered[0]
    for key in offered:
        click(qtbot, panel, key)
        assert panel.stack.currentWidget() is panel.view.widget
        view = panel.view
        qtbot.waitUntil(lambda view=view: panel._last is not None and view.probe(panel.part) in panel._last.answers)
        assert not panel.grab().isNull()


def test_the_view_stays_while_only_the_network_or_the_points_change(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    session.document.open_sample("moons")
    click(qtbot, panel, "predictions")
    session.document.change_points(noise=0.3)
    assert panel.switch.key == "predictions"
    session.document.edit("rate", set_training, optimizer="sgd")
    assert panel.switch.key == "predictions"
    session.document.open_sample("iris")
    assert panel.switch.key == "confusion"


def test_only_the_visible_view_is_asked_for(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    assert panel.probes() == (Boundary(),)
    click(qtbot, panel, "confusion")
    assert panel.probes() == (Confusion("train"),)
    assert Boundary() not in session.trainer._worker.probes
    assert Confusion("train") in session.trainer._worker.probes
    panel.hide()
    assert session.trainer._worker.probes == ()


def test_validation_is_offered_where_there_is_one_and_test_never(
    qtbot: QtBot, panel: OutputPanel, session: Session
) -> None:
    click(qtbot, panel, "confusion")
    assert not panel.parts.isVisible()
    session.document.open_sample("moons")
    click(qtbot, panel, "confusion")
    assert panel.parts.isVisible()
    assert panel.parts.keys == ("train", "validation")
    qtbot.mouseClick(panel.parts.button("validation"), Qt.MouseButton.LeftButton)
    assert panel.probes() == (Confusion("validation"),)
    view = panel.view.view
    rows = len(session.document.dataset.validation)
    qtbot.waitUntil(lambda: view.answer is not None and int(view.answer.counts.sum()) == rows)
    click(qtbot, panel, "boundary")
    assert not panel.parts.isVisible()


def test_the_shown_counts_are_the_engines(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("iris")
    session.trainer.step_epoch()
    qtbot.waitUntil(lambda: session.trainer.state == "paused")
    driver, data = session.trainer.driver, session.document.dataset
    outputs = driver.training.network.predict(data.x[data.train])
    expected = metrics.confusion(data.y[data.train], outputs, 3)
    view = panel.view.view
    qtbot.waitUntil(lambda: view.answer is not None and np.array_equal(view.answer.counts, expected))
    right = int(np.trace(expected))
    assert f"{right} of {expected.sum()} rows right" in view.accessibleDescription()


def test_two_views_with_one_question_share_the_answer(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    session.document.open_sample("sine")
    qtbot.waitUntil(lambda: panel.view.view.answer is not None)
    click(qtbot, panel, "fit")
    assert panel.probes() == (Fit("train"),)
    assert panel.view.view.answer is not None


def test_blocked_projects_say_so(qtbot: QtBot, panel: OutputPanel, session: Session) -> None:
    from bpgui.project.edits import set_column

    document = session.document
    document.edit("no inputs", set_column, document.table, "x1", role="ignore")
    document.edit("no inputs", set_column, document.table, "x2", role="ignore")
    if document.dataset is None:
        assert panel.stack.currentWidget() is panel._empty
        assert panel.probes() == ()
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert panel.switch.key == "boundary"


def test_the_theme_changes_live(panel: OutputPanel, qapp: QApplication) -> None:
    panel.take_theme(theme.apply(qapp, False))
    picture = panel.view.widget.grab().toImage()
    assert picture.pixelColor(1, picture.height() - 2).name() == theme.LIGHT.panel.name()


# boundary


def map_view(qtbot: QtBot, classes: tuple[str, ...]) -> BoundaryView:
    view = BoundaryView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    none = np.empty(0)
    view.set_data(("x1", "x2"), Points(none, none, none, none.astype(bool)), classes)
    view.show()
    return view


def test_row_nought_is_at_the_foot_and_classes_have_their_hues(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, True)
    view = map_view(qtbot, ("no", "yes"))
    values = np.zeros((20, 20, 1))
    values[:10] = 1.0  # the lower half says yes
    view.set_answer(BoundaryAnswer(values, (0.0, 1.0, 0.0, 1.0), ("no", "yes")))
    picture, area = view.grab().toImage(), view.area()
    below = picture.pixelColor(round(area.center().x()), round(area.bottom() - 20))
    above = picture.pixelColor(round(area.center().x()), round(area.top() + 20))
    no, yes = theme.theme().class_colors[:2]
    assert (below.red() > below.green()) == (yes.red() > yes.green())
    assert (above.red() > above.green()) == (no.red() > no.green())
    assert "no: 50 % of the plane" in view.accessibleDescription()


def test_the_pointer_reads_the_answer(qtbot: QtBot, qapp: QApplication) -> None:
    view = map_view(qtbot, ("no", "yes"))
    values = np.tile(np.linspace(0.0, 1.0, 21)[None, :, None], (21, 1, 1))
    view.set_answer(BoundaryAnswer(values, (0.0, 10.0, 0.0, 1.0), ("no", "yes")))
    at = QPoint(round(float(view.px(np.array([9.0]))[0])), round(float(view.py(np.array([0.5]))[0])))
    qtbot.mouseMove(view, at)
    assert view.readout().endswith("yes (0.900)")
    assert view.output_at(20.0, 0.5) is None


def test_numbers_are_read_in_the_units_of_the_data(qtbot: QtBot, qapp: QApplication) -> None:
    view = map_view(qtbot, ())
    view.set_data(("x", "y"), view.points, (), lambda outputs: outputs * 10.0 + 100.0)
    view.set_answer(BoundaryAnswer(np.full((5, 5, 1), 2.0), (0.0, 1.0, 0.0, 1.0), ()))
    view.cursor_at = (0.5, 0.5)
    assert view.readout().endswith(": 120")


@pytest.mark.parametrize(
    ("values", "classes", "words"),
    [
        (np.full((6, 6, 1), np.nan), ("no", "yes"), "no finite number"),
        (np.full((6, 6, 1), np.inf), (), "no finite number"),
        (np.full((6, 6, 1), 4e200), (), "too large to draw"),
        (np.full((6, 6, 1), 0.25), ("no", "yes"), "same everywhere: no (0.750)"),
        (np.full((6, 6, 1), 3.5), (), "same everywhere: 3.50"),
        (np.linspace(0.0, 1.0, 36).reshape(6, 6, 1), ("no", "yes"), ""),
    ],
)
def test_a_plane_with_nothing_to_show_says_so(
    qtbot: QtBot, qapp: QApplication, values: np.ndarray, classes: tuple[str, ...], words: str
) -> None:
    theme.apply(qapp, True)
    view = BoundaryView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    zeros = np.zeros(2)
    view.set_data(("x", "y"), Points(zeros, zeros, zeros, zeros.astype(bool)), classes)
    view.set_answer(BoundaryAnswer(values, (0.0, 1.0, 0.0, 1.0), classes))
    assert words in view.words()
    assert bool(view.words()) is bool(words)
    assert view.words() in view.accessibleDescription()
    with_words = view.grab().toImage()
    view._words = ""
    assert (view.grab().toImage() != with_words) is bool(words)


def test_many_rows_are_thinned_evenly(session: Session) -> None:
    session.document.open_sample("moons", rows=9000)
    points = points_of(session.document.dataset)
    assert len(points.x) <= LIMIT
    assert points.held_out.any()
    assert not points.held_out.all()


def test_certainty_of_outputs() -> None:
    index, sure = certainty(np.array([[0.5], [1.0], [0.0], [np.nan]]))
    assert index.tolist() == [1, 1, 0, 1]
    assert sure.tolist() == [0.0, 1.0, 1.0, 0.0]
    index, sure = certainty(np.array([[1 / 3, 1 / 3, 1 / 3], [0.0, 0.0, 1.0]]))
    assert index[1] == 2
    assert sure == pytest.approx([0.0, 1.0])


@given(values=arrays(np.float64, array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=5), elements=ODD))
def test_any_grid_is_drawn(boundary: BoundaryView, values: np.ndarray) -> None:
    classes = () if values.shape[2] == 1 else tuple("abcde"[: values.shape[2]])
    boundary.classes = classes
    boundary.cursor_at = (0.4, 0.4)
    boundary.set_answer(BoundaryAnswer(values, (0.0, 1.0, 0.0, 1.0), classes))
    assert not boundary.grab().isNull()
    assert class_image(values, theme.DARK, theme.DARK.plot).shape == values.shape[:2]
    assert sequence(values[..., 0]).shape == (*values.shape[:2], 4)


# fit and curve


def test_r_squared_is_one_on_the_line_and_undefined_without_spread() -> None:
    values = np.array([1.0, 2.0, 4.0])
    assert r_squared(values, values) == 1.0
    assert math.isnan(r_squared(np.ones(3), np.ones(3)))
    assert math.isnan(r_squared(np.empty(0), np.empty(0)))


def test_the_dot_under_the_pointer_is_read_out(qtbot: QtBot, qapp: QApplication) -> None:
    view = FitView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    view.set_answer(FitAnswer(np.array([0.0, 5.0, 10.0]), np.array([1.0, 4.0, 9.0]), "train", np.empty(0)))
    view.show()
    at = QPoint(round(float(view.px(np.array([5.0]))[0])), round(float(view.py(np.array([4.0]))[0])))
    qtbot.mouseMove(view, at)
    assert view.nearest() == 1
    assert view.notes()[1] == "actual 5.00, predicted 4.00"
    assert view.accessibleDescription().startswith("3 rows, R² 0.94")


@pytest.mark.parametrize(("size", "words"), [(math.nan, "no finite number"), (1e200, "too large to draw"), (2.0, "")])
def test_predictions_that_cannot_be_drawn_are_said(qtbot: QtBot, size: float, words: str) -> None:
    inputs = np.array([1.0, 2.0, 3.0])
    for view in (FitView(), FunctionView()):
        qtbot.addWidget(view)
        view.resize(386, 208)
        view.set_answer(FitAnswer(inputs, inputs * size, "train", inputs))
        notes = " ".join(view.notes())
        assert words in notes
        assert ("output" in notes) is bool(words)
        assert words in view.accessibleDescription()
        assert not view.grab().isNull()


def test_the_curve_goes_through_the_predictions_in_order(qtbot: QtBot, qapp: QApplication) -> None:
    view = FunctionView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    inputs = np.array([3.0, 1.0, 2.0])
    view.set_answer(FitAnswer(inputs * 2, inputs * 2.1, "train", inputs))
    assert view.dot_x.tolist() == [1.0, 2.0, 3.0]
    assert view.curve.tolist() == pytest.approx([2.1, 4.2, 6.3])
    assert not view.grab().isNull()


@given(pair=st.integers(0, 12).flatmap(lambda n: st.tuples(*(arrays(np.float64, n, elements=ODD) for _ in range(3)))))
def test_any_fit_is_drawn(fits: tuple[FitView, FunctionView], pair: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    for view in fits:
        view.set_answer(FitAnswer(pair[0], pair[1], "train", pair[2]))
        view.cursor_at = (0.5, 0.5)
        assert not view.grab().isNull()
        assert math.isfinite(view.y.low)
        assert view.y.low < view.y.high


# confusion


def test_cells_are_read_by_pointer_and_keys(qtbot: QtBot, qapp: QApplication) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(386, 208)
    view.set_answer(ConfusionAnswer(np.array([[5, 1], [2, 8]]), ("cat", "dog"), "train"))
    view.show()
    assert view.readout() == "accuracy 81.2 %: 13 of 16 rows right"
    view.set_answer(ConfusionAnswer(np.array([[0, 28], [0, 2]]), ("cat", "dog"), "train"))
    assert view.readout() == "accuracy 6.7 %: 2 of 30 rows right, by always saying dog"
    view.set_answer(ConfusionAnswer(np.array([[6, 0], [0, 0]]), ("cat", "dog"), "train"))
    assert view.readout() == "accuracy 100.0 %: 6 of 6 rows right"
    view.set_answer(ConfusionAnswer(np.array([[5, 1], [2, 8]]), ("cat", "dog"), "train"))
    qtbot.mouseMove(view, view.cell_rect(1, 0).center().toPoint())
    assert view.readout() == "2 of 10 rows that are dog are predicted cat"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.accessibleDescription() == "8 of 10 rows that are dog are predicted dog"


@pytest.mark.parametrize("classes", [0, 1, 2, 10, 40])
@pytest.mark.parametrize("size", [(386, 208), (60, 40)])
def test_any_number_of_classes_is_drawn(qtbot: QtBot, qapp: QApplication, classes: int, size: tuple[int, int]) -> None:
    view = ConfusionView()
    qtbot.addWidget(view)
    view.resize(*size)
    names = tuple(f"class {i}" for i in range(classes))
    view.set_answer(ConfusionAnswer(np.zeros((classes, classes), dtype=np.int64), names, "train"))
    assert not view.grab().isNull()


@pytest.fixture(scope="module")
def boundary(qapp: QApplication) -> Iterator[BoundaryView]:
    made = BoundaryView()
    made.resize(200, 120)
    yield made
    made.deleteLater()


@pytest.fixture(scope="module")
def fits(qapp: QApplication) -> Iterator[tuple[FitView, FunctionView]]:
    made = FitView(), FunctionView()
    for view in made:
        view.resize(200, 120)
    yield made
    for view in made:
        view.deleteLater()


def test_predictions_ask_for_a_page(qtbot: QtBot, panel: OutputPanel) -> None:
    click(qtbot, panel, "predictions")
    assert panel.probes() == (Predictions("train", 0, 50),)


def test_the_chosen_word_stays_underlined_in_another_theme(
    qapp: QApplication, qtbot: QtBot, panel: OutputPanel
) -> None:
    click(qtbot, panel, "predictions")
    for dark in (False, True):
        theme.apply(qapp, dark)
        QApplication.processEvents()
        for key in panel.switch.keys:
            assert panel.switch.button(key).font().underline() == (key == "predictions")
