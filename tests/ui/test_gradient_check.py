"""The gradient check in the window: by clicks and keys; what is painted and listed equals the engine's numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.gradcheck import CENTRAL, COMPLEX, CheckOptions, GradientCheck, check_gradient, finished
from bpgui.engine.layers import Dense
from bpgui.project import edits
from bpgui.runs.explaining import ParameterAt
from bpgui.session.selection import Asked
from bpgui.session.session import Session
from bpgui.ui.live.check_cells import KINK
from bpgui.ui.live.check_view import CheckView
from bpgui.ui.live.error_colors import power_text
from bpgui.ui.main_window import MainWindow
from bpgui.ui.numbers import format_number
from bpgui.ui.panels.weights import WeightsPanel

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> WeightsPanel:
    session.document.open_sample("moons", rows=60)
    made = WeightsPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 340)
    made.show()
    qtbot.waitUntil(lambda: made.heatmap.layer is not None)
    return made


def click_check(qtbot: QtBot, panel: WeightsPanel) -> CheckView:
    QTest.mouseClick(panel.kinds.button("check"), LEFT)
    assert panel.check_view is not None
    return wait(qtbot, panel.check_view)


def wait(qtbot: QtBot, view: CheckView) -> CheckView:
    qtbot.waitUntil(lambda: view.checking.answer is not None and not view.checking.busy, timeout=20_000)
    return view


def engine(session: Session, options: CheckOptions | None = None) -> GradientCheck:
    with session.trainer.parked() as driver:
        return finished(check_gradient(driver.training, options))


def step(qtbot: QtBot, session: Session, steps: int = 1) -> None:
    for _ in range(steps):
        before = session.trainer.progress.step
        session.trainer.step_batch()
        qtbot.waitUntil(lambda n=before: session.trainer.progress.step > n and session.trainer.state != "training")


def requests(session: Session) -> list[Asked]:
    found: list[Asked] = []
    session.selection.explain_requested.connect(found.append)
    return found


# ---- the errors in the places of the weights


def test_the_errors_in_the_cells_are_the_engine_s(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    step(qtbot, session, 3)
    view = click_check(qtbot, panel)
    found = engine(session)
    W, b = found.arrays[0], found.arrays[1]
    np.testing.assert_array_equal(view.cells.layer.W, W.error)
    np.testing.assert_array_equal(view.cells.layer.b, b.error)
    texts = {(row, column): text for row, column, text in view.cells.cell_texts()}
    assert len(texts) == W.error.size + b.error.size
    for (row, column), text in texts.items():
        error = b.error[column] if row == len(W.error) else W.error[row, column]
        if error == 0.0:
            assert text == "0"
        else:
            power = int(text.split("e")[1].replace("−", "-"))
            assert power == pytest.approx(np.log10(error), abs=1.0)
    QTest.mouseMove(view.cells, view.cells.layout_now().rect(1, 2).center().toPoint())
    gradient, slope = (format_number(float(part[1, 2]), 6) for part in (W.analytic, W.numeric))
    assert view.cells.readout() == (
        f"∂L/∂W[2, 3]: error {power_text(float(W.error[1, 2]))}, gradient {gradient}, slope {slope}"
    )
    assert "from x2 to neuron 3" in view.cells.describe()
    assert not panel.grab().isNull()


def test_the_colours_rise_by_powers_of_ten_and_change_at_the_bound(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    cells = click_check(qtbot, panel).cells
    rows = cells.indices(np.array([0.0, 1e-16, 1e-12, 1e-8, 1e-4, 1.0, np.inf, np.nan]))
    assert rows.tolist() == [0, 0, 63, 127, 190, 254, 254, 255]
    image, _memory = cells._colors.image(np.array([[100, 126, 130, 254]], np.uint8))
    below, near, above, top = (image.pixelColor(x, 0) for x in range(4))
    assert below.hsvSaturationF() < 0.3
    assert near.hsvSaturationF() < 0.3
    assert above.hsvSaturationF() > 0.4
    assert top != above


def test_the_verdict_stands_in_words_and_the_run_may_go_on(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    view = click_check(qtbot, panel)
    total = engine(session).total
    assert view.words.text().startswith(f"✓ Right at step 1: {total} derivatives, largest error ")
    assert "(allowed 1e−8)" in view.words.text()
    step(qtbot, session)
    qtbot.waitUntil(lambda: "The run has gone on since step 1." in view.words.text())
    QTest.mouseClick(view.bar.button, LEFT)
    qtbot.waitUntil(lambda: "at step 2" in view.words.text())
    assert "gone on" not in view.words.text()


def test_a_wrong_derivative_is_seen_said_and_located(
    qtbot: QtBot, panel: WeightsPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Dense.backward

    def wrong(self: Dense, *args: object) -> None:
        right(self, *args)
        if self.dW.shape[1] == 8:
            self.dW[0, 0] *= 1.5

    monkeypatch.setattr(Dense, "backward", wrong)
    view = click_check(qtbot, panel)
    assert view.words.text().startswith("✗ Wrong: 1 of")
    assert "in Dense 1, or between it and Dense 2" in view.words.text()
    assert view.words.property("bad") is True
    view.show_form("worst")
    assert view.worst.records.text(0, 0) == "w(1→1) in Dense 1"
    assert float(view.worst.records.text(0, 1)) == pytest.approx(1 / 3, rel=0.05)


def test_kinks_have_a_sign_and_are_said(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    first = session.document.spec.network.layers[0].id
    session.document.edit("relu", edits.set_layer, first, activation="relu", initializer="zeros")
    view = click_check(qtbot, panel)
    assert f"{KINK} " in view.words.text()
    assert "at a kink" in view.words.text()
    assert view.words.text().startswith("✓ Right")
    assert (0, 0, KINK) in view.cells.cell_texts()
    view.show_form("worst")
    assert KINK in {view.worst.records.text(row, 2) for row in range(view.worst.records.rowCount())}
    panel.resize(400, 200)
    view.show_form("cells")
    assert not panel.grab().isNull()


def test_numbers_that_run_away_are_no_reason_to_fail(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    with session.trainer.parked() as driver:
        driver.training.network.parameters[3:9] = np.nan
    view = click_check(qtbot, panel)
    assert view.words.text() == "The gradient at step 1 is no finite number: there is nothing to compare."
    for form in ("worst", "sizes", "cells"):
        QTest.mouseClick(view.ways.button(form), LEFT)
        qtbot.waitUntil(lambda: not session.trainer.questions.open)
        assert not panel.grab().isNull()
    assert "∞" in {text for _, _, text in view.cells.cell_texts()}


def test_beyond_the_limit_it_is_sampled_and_says_so(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    session.document.open_sample("digits8x8")
    session.document.edit("wide", edits.set_layer, session.document.spec.network.layers[0].id, units=128)
    view = click_check(qtbot, panel)
    found = view.checking.answer.check
    assert found.checked < found.total
    assert f"{found.checked:,} of {found.total:,} parameters are checked" in view.words.text()
    W = found.arrays[0]
    missing = np.argwhere(np.isnan(W.error))[0]
    view.cells._choose((int(missing[0]), int(missing[1])))
    assert "not drawn by lot" in view.cells.readout()
    assert not panel.grab().isNull()


def test_five_thousand_parameters_are_checked_without_a_sample(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    session.document.open_sample("digits8x8")
    session.document.edit("wide", edits.set_layer, session.document.spec.network.layers[0].id, units=64)
    check = click_check(qtbot, panel).checking.answer.check
    assert 4_000 < check.checked == check.total


# ---- central differences


def test_central_differences_with_a_step_to_play_with(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    view = click_check(qtbot, panel)
    assert not view.bar.slider.isVisible()
    QTest.mouseClick(view.bar.methods.button(CENTRAL), LEFT)
    assert view.bar.slider.isVisible()
    qtbot.waitUntil(lambda: view.checking.answer.check.options == CheckOptions(CENTRAL, 1e-5))
    view.bar.slider.setFocus()
    for _ in range(4):
        QTest.keyClick(view.bar.slider, Key.Key_Left)
    assert view.bar.box.value() == 1e-6
    qtbot.waitUntil(lambda: view.checking.answer.check.options == CheckOptions(CENTRAL, 1e-6))
    QTest.keyClick(view.bar.box, "A", Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(view.bar.box, "0.3")
    QTest.keyClick(view.bar.box, Key.Key_Return)
    qtbot.waitUntil(lambda: view.checking.answer.check.options == CheckOptions(CENTRAL, 0.3) and not view.checking.busy)
    np.testing.assert_array_equal(view.cells.layer.W, engine(session, CheckOptions(CENTRAL, 0.3)).arrays[0].error)
    assert "this step is too long" in view.words.text()
    QTest.mouseClick(view.bar.methods.button(COMPLEX), LEFT)
    qtbot.waitUntil(lambda: view.words.text().startswith("✓ Right"))


def test_the_curve_of_step_sizes_and_a_click_on_it(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    view = click_check(qtbot, panel)
    QTest.mouseClick(view.ways.button("sizes"), LEFT)
    qtbot.waitUntil(lambda: view.curve.errors is not None)
    errors = view.curve.errors
    place = 12
    at = view.curve.px(errors.steps)[place]
    middle = view.curve.area().center().toPoint()
    middle.setX(round(float(at)))
    QTest.mouseMove(view.curve, middle)
    central, complex_ = (power_text(float(v[place])) for v in (errors.central, errors.complex))
    assert view.curve.readout() == f"ε 1e−6: central {central}, complex {complex_}"
    QTest.mouseClick(view.curve, LEFT, pos=middle)
    qtbot.waitUntil(lambda: view.checking.answer.check.options == CheckOptions(CENTRAL, 1e-6))
    qtbot.waitUntil(lambda: view.curve.chosen == 1e-6)
    assert view.bar.methods.key == CENTRAL
    QTest.keyClick(view.curve, Key.Key_Escape)
    assert view.curve.describe().startswith("central differences are best at a step of ")
    step(qtbot, session)
    QTest.mouseClick(view.bar.button, LEFT)
    qtbot.waitUntil(lambda: view.curve.errors.step == 2)
    assert not panel.grab().isNull()


# ---- the worst, clicks, copying


def test_a_click_in_the_table_selects_the_parameter_and_asks_for_it(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    view = click_check(qtbot, panel)
    QTest.mouseClick(view.ways.button("worst"), LEFT)
    asked, table = requests(session), view.worst
    found = engine(session).worst(200)
    assert table.records.rowCount() == min(len(found), 40)
    listed = [row[1] for row in table.records.rows]
    assert listed == sorted(listed, reverse=True) == [one.error for one in found][:40]
    place = next(row for row, key in enumerate(table.records.keys) if key.layer != panel.layer)
    table.scrollTo(table.records.index(place, 0))
    QTest.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.records.index(place, 0)).center())
    key = table.records.keys[place]
    assert asked == [Asked(key)]
    assert session.selection.parameter == key
    assert panel.layer == key.layer
    assert view.cells.marked == (key.name, key.index)
    QTest.keyClick(table, Key.Key_Up)
    QTest.keyClick(table, Key.Key_Return)
    assert asked[-1] == Asked(table.records.keys[place - 1])


def test_a_click_or_return_on_a_cell_asks_for_its_derivative(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    asked, id = requests(session), panel.layer
    layout = panel.heatmap.layout_now()
    QTest.mouseClick(panel.heatmap, LEFT, pos=layout.rect(1, 0).center().toPoint())
    view = click_check(qtbot, panel)
    assert view.cells.marked == ("W", (1, 0))
    QTest.mouseClick(view.cells, LEFT, pos=view.cells.layout_now().rect(2, 3).center().toPoint())
    QTest.mouseMove(view.cells, view.cells.layout_now().rect(2, 3).center().toPoint())
    for key in (Key.Key_Up, Key.Key_Right, Key.Key_Return):
        QTest.keyClick(view.cells, key)
    expected = [ParameterAt(id, "W", (1, 0)), ParameterAt(id, "b", (3,)), ParameterAt(id, "W", (1, 4))]
    assert [one.parameter for one in asked] == expected


def test_titles_sort_and_the_rows_are_copied_with_all_digits(
    qtbot: QtBot, panel: WeightsPanel, session: Session
) -> None:
    view = click_check(qtbot, panel)
    view.show_form("worst")
    header = view.worst.horizontalHeader()
    place = header.sectionViewportPosition(0) + 10
    QTest.mouseClick(header.viewport(), LEFT, pos=header.rect().center().__class__(place, 8))
    names = [view.worst.records.text(row, 0) for row in range(5)]
    assert names in (sorted(names), sorted(names, reverse=True))
    QTest.keyClick(view.worst, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "parameter\terror\t∧\tgradient\tslope"
    assert len(lines) == view.worst.records.rowCount() + 1
    error, gradient = lines[1].split("\t")[1], lines[1].split("\t")[3]
    one = next(
        f for f in engine(session).worst(200)
        if ParameterAt(f.id, f.parameter.name, f.parameter.index) == view.worst.records.keys[0]
    )  # fmt: skip
    assert (float(error), float(gradient)) == (one.error, one.analytic)


@pytest.mark.parametrize("form", ["cells", "sizes"])
def test_pictures_have_a_table_and_both_are_copied_with_the_verdict(
    qtbot: QtBot, panel: WeightsPanel, session: Session, form: str
) -> None:
    view = click_check(qtbot, panel)
    QTest.mouseClick(view.ways.button(form), LEFT)
    if form == "sizes":
        qtbot.waitUntil(lambda: view.curve.errors is not None)
    QTest.mouseClick(view.as_table, LEFT)
    assert view.stack.currentWidget() is view.numbers
    assert view.numbers.model_.rowCount() == (3 if form == "cells" else 25)
    first = view.numbers.model_.numbers[0, 0]
    assert first == (engine(session).arrays[0].error[0, 0] if form == "cells" else view.curve.errors.central[0])
    view.numbers.setFocus()
    QTest.keyClick(view.numbers, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    verdict, head, line = QGuiApplication.clipboard().text().splitlines()[:3]
    assert verdict == view.words.text()
    assert head.split("\t")[1] == ("neuron 1" if form == "cells" else "central")
    assert float(line.split("\t")[1]) == first


# ---- the window


def test_the_action_shows_it_and_hidden_it_asks_for_nothing(qtbot: QtBot, window: MainWindow) -> None:
    window.docks["weights"].hide()
    window.panels["network"].setFocus()
    QTest.keyClick(window, Key.Key_G)
    QApplication.processEvents()
    weights = window.panels["weights"]
    assert isinstance(weights, WeightsPanel)
    assert weights.isVisible()
    assert weights.kinds.key == "check"
    view = wait(qtbot, weights.check_view)
    qtbot.waitUntil(lambda: not window.session.trainer.questions.open)
    window.session.trainer.step_batch()
    qtbot.waitUntil(lambda: window.session.trainer.progress.step == 1)
    assert not window.session.trainer.questions.open, "no check but those that are asked for"
    assert not any("LayerNumbers" in type(p).__name__ for p in weights.probes())
    assert view.checking.stale


def test_a_long_check_can_be_cancelled_and_training_goes_on(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.document.open_sample("digits8x8")
    session.document.edit("long", edits.set_training, epochs=1_000_000)
    view = window.panels["weights"]._checked_view()
    session.trainer.finish()
    qtbot.waitUntil(lambda: session.trainer.progress.step > 5)
    window.panels["weights"].show_kind("check")
    wait(qtbot, view)
    assert session.trainer.state == "training"
    known = view.checking.answer
    view.checking.ask(CheckOptions(CENTRAL, 1e-5, limit=1_000_000))
    qtbot.waitUntil(lambda: view.bar.busy or not view.checking.busy)
    if view.bar.busy:
        assert view.bar.button.text() == "Cancel"
        QTest.mouseClick(view.bar.button, LEFT)
        qtbot.waitUntil(lambda: not view.checking.busy)
        assert view.checking.answer is known or view.checking.answer.check.options.method == CENTRAL
    assert view.bar.button.text() == "Check"
    before = session.trainer.progress.step
    qtbot.waitUntil(lambda: session.trainer.progress.step > before)
