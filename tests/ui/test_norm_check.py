"""The gradient check of a batch norm in the window: the errors of γ and β in cells of their own."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from bpgui.engine.gradcheck import CheckedArray, check_gradient, finished
from bpgui.engine.layers import BatchNorm
from bpgui.project.layer_list import with_hidden
from bpgui.runs.explaining import ParameterAt
from bpgui.session.selection import Asked
from bpgui.session.session import Session
from bpgui.ui.live.check_view import CheckView
from bpgui.ui.panels.weights import WeightsPanel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> WeightsPanel:
    """Batch norm of the two inputs, and of five neurons."""
    document = session.document
    document.open_sample("moons", rows=60)
    network = with_hidden(document.spec.network, "batchnorm,5:identity,batchnorm,tanh")
    document.apply("", replace(document.spec, network=network))
    made = WeightsPanel(session)
    qtbot.addWidget(made)
    made.resize(400, 340)
    made.show()
    qtbot.waitUntil(lambda: made.heatmap.layer is not None)
    return made


def click_check(qtbot: QtBot, panel: WeightsPanel) -> CheckView:
    QTest.mouseClick(panel.kinds.button("check"), LEFT)
    view = panel.check_view
    assert view is not None
    qtbot.waitUntil(lambda: view.checking.answer is not None and not view.checking.busy, timeout=20_000)
    return view


def choose(panel: WeightsPanel, text: str) -> None:
    """As a person picks a layer in the header."""
    next(action for action in panel.choice.menu().actions() if action.text() == text).trigger()


def offered(panel: WeightsPanel) -> list[str]:
    return [action.text() for action in panel.choice.menu().actions()]


def arrays_of(session: Session, id: str) -> dict[str, CheckedArray]:
    with session.trainer.parked() as driver:
        check = finished(check_gradient(driver.training))
    return {part.name: part for part in check.arrays if part.id == id}


def test_the_errors_of_gamma_and_beta_have_cells(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    assert offered(panel) == ["Dense 1", "Dense 2"]
    view = click_check(qtbot, panel)
    assert offered(panel) == ["Batch norm 1", "Dense 1", "Batch norm 2", "Dense 2"]
    choose(panel, "Batch norm 2")
    parts = arrays_of(session, panel.layer or "")
    errors = np.stack([parts["gamma"].error, parts["beta"].error])
    np.testing.assert_array_equal(view.cells.layer.W, errors)
    assert view.cells.names()[0] == ("γ", "β")
    assert len(view.cells.cell_texts()) == 10
    QTest.mouseMove(view.cells, view.cells.layout_now().rect(0, 2).center().toPoint())
    assert view.cells.readout().startswith("∂L/∂γ[3]: error ")
    assert view.cells.describe().endswith("γ of neuron 3")
    QTest.mouseClick(view.as_table, LEFT)
    np.testing.assert_array_equal(view.numbers.model_.numbers, errors)
    assert not panel.grab().isNull()


def test_a_click_on_one_asks_for_its_derivative(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    view = click_check(qtbot, panel)
    choose(panel, "Batch norm 1")
    asked: list[Asked] = []
    session.selection.explain_requested.connect(asked.append)
    QTest.mouseClick(view.cells, LEFT, pos=view.cells.layout_now().rect(1, 1).center().toPoint())
    place = ParameterAt(panel.layer or "", "beta", (1,))
    assert asked == [Asked(place)]
    assert view.cells.marked == ("beta", (1,))
    assert view.cells._marked_cell() == (1, 1)


def test_a_wrong_one_is_seen_and_the_list_of_the_worst_leads_to_it(
    qtbot: QtBot, panel: WeightsPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = BatchNorm.backward

    def wrong(self: BatchNorm, *args: object) -> None:
        right(self, *args)
        if len(self.d_beta) == 5:
            self.d_beta[3] *= 1.5

    monkeypatch.setattr(BatchNorm, "backward", wrong)
    view = click_check(qtbot, panel)
    assert view.words.text().startswith("✗ Wrong: 1 of")
    view.show_form("worst")
    QTest.mouseClick(view.worst.viewport(), LEFT, pos=view.worst.visualRect(view.worst.records.index(0, 0)).center())
    assert panel.choice.text() == "Batch norm 2"
    view.show_form("cells")
    assert np.argwhere(view.cells.layer.W > 1e-8).tolist() == [[1, 3]]


def test_a_selected_norm_is_shown_by_the_check_alone(qtbot: QtBot, panel: WeightsPanel, session: Session) -> None:
    second = [layer.id for layer in session.document.spec.network.layers][2]
    session.selection.select_layer(second)
    assert panel.choice.text() == "Dense 1"
    click_check(qtbot, panel)
    session.selection.select_layer(None)
    session.selection.select_layer(second)
    assert panel.choice.text() == "Batch norm 2"
    QTest.mouseClick(panel.kinds.button("weights"), LEFT)
    assert panel.choice.text() == "Dense 1", "its weights are those of the Dense before it"
    assert offered(panel) == ["Dense 1", "Dense 2"]
    qtbot.waitUntil(lambda: panel.heatmap.layer is not None and panel.heatmap.layer.W.shape == (2, 5))
