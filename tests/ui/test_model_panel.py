"""The model panel, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project import build, edits
from bpgui.project.fields import TRAINING_FIELDS
from bpgui.project.spec import Dense, TrainingSpec
from bpgui.session.session import Session
from bpgui.ui.dialogs.numbers_editor import NumbersEditor
from bpgui.ui.panels.model import ModelPanel
from bpgui.ui.widgets.choice_box import ChoiceBox
from bpgui.ui.widgets.number_box import NumberBox


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[ModelPanel]:
    made = ModelPanel(session)
    made.resize(320, 900)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


def type_into(qtbot: QtBot, box: object, text: str) -> None:
    assert isinstance(box, NumberBox)
    box.lineEdit().selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


def choose(qtbot: QtBot, box: object, key: str) -> None:
    assert isinstance(box, ChoiceBox)
    box.setFocus()
    start, target = box.currentIndex(), box.findData(key)
    assert target >= 0
    for _ in range(abs(target - start)):
        qtbot.keyClick(box, Qt.Key.Key_Down if target > start else Qt.Key.Key_Up)


def test_field_records_fit_the_specification() -> None:
    spec = TrainingSpec()
    for name, field in TRAINING_FIELDS.items():
        assert hasattr(spec, name)
        assert field.help.endswith(".")
        value = getattr(spec, name)
        assert value is None or isinstance(value, type(field.default))


def test_every_training_setting_has_a_control(panel: ModelPanel) -> None:
    assert set(TrainingSpec.__struct_fields__) | {"seed"} == set(panel.controls)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("learning_rate", "0.5", 0.5),
        ("learning_rate", "1e12", 1e12),
        ("learning_rate", "1e-12", 1e-12),
        ("batch_size", "2", 2),
        ("epochs", "1e3", 1000),
        ("seed", "42", 42),
    ],
)
def test_typed_settings_reach_the_project(
    qtbot: QtBot, panel: ModelPanel, session: Session, name: str, text: str, value: float
) -> None:
    type_into(qtbot, panel.controls[name], text)
    spec = session.document.spec
    assert (spec.seed if name == "seed" else getattr(spec.training, name)) == value
    session.document.undo_stack.undo()
    assert panel.controls[name].value() == (0 if name == "seed" else getattr(session.document.spec.training, name))


def test_a_typed_number_counts_when_the_focus_leaves(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    panel.activateWindow()
    box = panel.controls["learning_rate"]
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, "0.25")
    panel.controls["optimizer"].setFocus()
    assert session.document.spec.training.learning_rate == 0.25


def test_arrow_presses_are_one_edit(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    count = session.document.undo_stack.count()
    for _ in range(4):
        qtbot.keyClick(panel.controls["learning_rate"], Qt.Key.Key_Up)
    assert session.document.spec.training.learning_rate == 0.3
    assert session.document.undo_stack.count() == count + 1


def test_the_rate_can_be_changed_while_training(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    trainer = session.trainer
    session.document.edit("x", edits.set_training, epochs=1_000_000)
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 0)
    run = trainer.run
    type_into(qtbot, panel.controls["learning_rate"], "0.001")
    assert trainer.state == "training"
    assert trainer.run is run
    qtbot.waitUntil(lambda: trainer.progress.learning_rate == 0.001)
    trainer.pause()


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_an_optimizer_shows_its_own_fields_only(qtbot: QtBot, panel: ModelPanel, session: Session, name: str) -> None:
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    choose(qtbot, panel.controls["optimizer"], name)
    assert session.document.spec.training.optimizer == name
    own = {f.name for f in OPTIMIZERS[name].fields}
    every = {f.name for entry in OPTIMIZERS.values() for f in entry.fields}
    assert {n for n in every if panel.rows[n].isVisible()} == own


def test_more_settings_unfold(qtbot: QtBot, panel: ModelPanel) -> None:
    assert not panel.rows["precision"].isVisible()
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    assert panel.rows["precision"].isVisible()
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    assert not panel.rows["precision"].isVisible()


def test_the_target_loss_can_be_none(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    qtbot.mouseClick(panel.more, Qt.MouseButton.LeftButton)
    box = panel.controls["target_loss"]
    assert box.lineEdit().text() == "none"
    type_into(qtbot, box, "0.05")
    assert session.document.spec.training.target_loss == 0.05
    type_into(qtbot, box, "")
    assert session.document.spec.training.target_loss is None


def test_a_loss_that_does_not_fit_is_marked_and_mended(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    choose(qtbot, panel.controls["loss"], "cce")
    assert session.document.blocked
    row = panel.rows["loss"]
    [card] = row._cards
    assert panel.controls["loss"].property("invalid") is True
    links = card.findChildren(QPushButton)
    assert len(links) == len(session.document.findings[0].fixes)
    qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not session.document.blocked
    assert row._cards == []
    assert panel.controls["loss"].property("invalid") is False


def test_a_finding_unfolds_its_setting(panel: ModelPanel, session: Session) -> None:
    session.document.open_sample("moons")
    session.document.edit("x", edits.set_training, batch_size=100_000)
    assert panel.rows["batch_size"]._cards
    assert panel.controls["batch_size"].property("caution") is True


# ---- the layer


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
    assert panel.layer.findings.isVisible(), "two outputs do not fit the target"
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


def test_an_activation_layer_has_its_activation_only(panel: ModelPanel, session: Session) -> None:
    session.document.edit("x", edits.insert_layer, 1, "activation")
    session.selection.select_layer("a1")
    visible = {name for name, row in panel.layer.rows.items() if row.isVisible()}
    assert visible == {"activation"}
