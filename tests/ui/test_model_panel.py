"""The model panel, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from badge_hand import links_of
from model_hand import choose, shown, type_into
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.project import edits
from bpgui.project.fields import TRAINING_FIELDS
from bpgui.project.spec import TrainingSpec
from bpgui.session.session import Session
from bpgui.ui.panels.model import ModelPanel


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[ModelPanel]:
    with shown(qtbot, session) as made:
        yield made


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


def test_a_loss_that_does_not_fit_is_marked_and_mended(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    choose(qtbot, panel.controls["loss"], "cce")
    assert session.document.blocked
    row = panel.rows["loss"]
    assert panel.controls["loss"].property("invalid") is True
    links = links_of(qtbot, row.badge)
    assert len(links) == len(session.document.findings[0].fixes)
    qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not session.document.blocked
    assert not row.badge.isVisible()
    assert panel.controls["loss"].property("invalid") is False


def test_a_finding_unfolds_its_setting(panel: ModelPanel, session: Session) -> None:
    session.document.open_sample("moons")
    session.document.edit("x", edits.set_training, batch_size=100_000)
    assert panel.rows["batch_size"].badge.isVisible()
    assert panel.controls["batch_size"].property("caution") is True


def test_the_rate_can_be_read_beside_its_sign(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    panel.resize(300, 900)  # as in a window of 1280 pixels
    session.document.edit("x", edits.set_training, optimizer="sgd", learning_rate=0.0003)
    row, box = panel.rows["learning_rate"], panel.controls["learning_rate"]
    qtbot.waitUntil(lambda: row.badge is not None and row.badge.isVisible())
    QApplication.processEvents()
    edit = box.lineEdit()
    assert edit.text() == "0.0003"
    assert edit.width() - 4 >= edit.fontMetrics().horizontalAdvance(edit.text())  # 2 on each side are the line's own
