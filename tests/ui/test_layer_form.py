"""The settings of one layer, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from model_hand import choose, shown, type_into
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from bpgui.engine.layers import LAYERS
from bpgui.project import build, edits
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout
from bpgui.session.session import Session
from bpgui.ui.dialogs.numbers_editor import NumbersEditor
from bpgui.ui.panels.model import ModelPanel


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[ModelPanel]:
    with shown(qtbot, session) as made:
        yield made


def test_no_layer_shows_the_chooser_only(panel: ModelPanel) -> None:
    assert panel.layer.chooser.isVisible()
    assert not any(row.isVisible() for row in panel.layer.rows.values())


def test_a_layer_is_chosen_here_and_elsewhere(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    choose(qtbot, panel.layer.chooser, "d2")
    assert session.selection.layer == "d2"
    session.selection.select_layer("d1")
    assert panel.layer.chooser.currentText() == "Dense 1"
    assert panel.layer.controls["units"].value() == 8


def test_layer_settings_reach_the_project(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    session.selection.select_layer("d1")
    form = panel.layer
    type_into(qtbot, form.controls["units"], "3")
    choose(qtbot, form.controls["activation"], "relu")
    qtbot.mouseClick(form.controls["bias"], Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    choose(qtbot, form.controls["initializer"], "normal")
    assert form.rows["scale"].isVisible()
    type_into(qtbot, form.controls["scale"], "0.1")
    layer = session.document.spec.network.layer("d1")
    assert layer == Dense(id="d1", units=3, activation="relu", bias=False, initializer="normal", scale=0.1)


def test_the_output_follows_the_target_unless_pinned(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    session.selection.select_layer("d2")
    box = panel.layer.controls["units"]
    assert box.lineEdit().text() == "1, by the target"
    type_into(qtbot, box, "2")
    assert session.document.spec.network.output.units == 2
    assert panel.layer.chosen.badge.isVisible(), "two outputs do not fit the target"
    type_into(qtbot, box, "")
    assert session.document.spec.network.output.units == "auto"


def test_first_weights_are_typed_in(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    document = session.document
    session.selection.select_layer("d1")
    choose_given(panel)
    [editor] = panel.window().findChildren(NumbersEditor)
    assert (editor.table.rowCount(), editor.table.columnCount()) == (3, 8)
    dataset = document.dataset
    assert dataset is not None
    first = build.network(document.spec, dataset.features, dataset.outputs).dense[0]
    editor.table.item(0, 0).setText("0,5")
    editor.table.item(2, 7).setText("oops")
    assert "bias" in editor._problem.text()
    assert not editor._buttons.buttons()[0].isEnabled()
    editor.table.item(2, 7).setText("-1")
    editor.accept()
    layer = document.spec.network.layer("d1")
    assert isinstance(layer, Dense)
    assert layer.initializer == "given"
    assert layer.weights[0][0] == 0.5
    assert layer.biases == (0.0,) * 7 + (-1.0,)
    np.testing.assert_array_equal(np.array(layer.weights)[1], first.W[1], "untouched numbers keep all their digits")
    assert panel.layer.numbers.isVisible()


def choose_given(panel: ModelPanel) -> None:
    box = panel.layer.controls["initializer"]
    box.setCurrentIndex(box.findData("given"))
    box.activated.emit(box.currentIndex())


def test_cancelled_numbers_change_nothing(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    session.selection.select_layer("d1")
    before = session.document.spec
    choose_given(panel)
    [editor] = panel.window().findChildren(NumbersEditor)
    editor.reject()
    assert session.document.spec == before
    assert panel.layer.controls["initializer"].value() == "auto"


@pytest.mark.parametrize(
    ("kind", "id", "names"),
    [
        ("activation", "a1", {"activation"}),
        ("dropout", "p1", {"rate"}),
        ("batchnorm", "n1", {"momentum", "epsilon"}),
        ("dense", "d3", {"units", "activation", "bias", "initializer", "freeze_weights", "freeze_biases"}),
    ],
)
def test_a_layer_has_the_settings_of_its_kind_only(
    panel: ModelPanel, session: Session, kind: str, id: str, names: set[str]
) -> None:
    session.document.edit("x", edits.insert_layer, 1, kind)
    session.selection.select_layer(id)
    assert {name for name, row in panel.layer.rows.items() if row.isVisible()} == names
    assert panel.layer.chooser.currentText() == f"{LAYERS[kind].label} {2 if kind == 'dense' else 1}"


def test_settings_of_every_kind_reach_the_project(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    form, document = panel.layer, session.document
    for kind in ("dropout", "batchnorm", "activation"):
        document.edit("x", edits.insert_layer, 1, kind)
    session.selection.select_layer("p1")
    type_into(qtbot, form.controls["rate"], "0.35")
    session.selection.select_layer("n1")
    type_into(qtbot, form.controls["momentum"], "0.3")
    type_into(qtbot, form.controls["epsilon"], "1e-3")
    session.selection.select_layer("d1")
    for name in ("freeze_weights", "freeze_biases"):
        qtbot.mouseClick(form.controls[name], Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    dense, activation, norm, dropout, _ = document.spec.network.layers
    assert activation == Activation(id="a1")
    assert (norm, dropout) == (BatchNorm(id="n1", momentum=0.3, epsilon=1e-3), Dropout(id="p1", rate=0.35))
    assert isinstance(dense, Dense)
    assert (dense.freeze_weights, dense.freeze_biases) == (True, True)
    qtbot.mouseClick(form.controls["bias"], Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    assert not form.rows["freeze_biases"].isVisible(), "there are none"


@pytest.mark.parametrize("name", ["constant", "lecun_normal"])
def test_every_start_is_offered(qtbot: QtBot, panel: ModelPanel, session: Session, name: str) -> None:
    session.selection.select_layer("d1")
    choose(qtbot, panel.layer.controls["initializer"], name)
    assert session.document.spec.network.layer("d1") == Dense(id="d1", units=8, activation="tanh", initializer=name)
    assert panel.layer.rows["scale"].isVisible() == (name == "constant")
