"""The folded groups of the model panel, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from badge_hand import links_of
from model_hand import choose, shown, type_into, unfold
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.engine.metrics import METRICS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.project import edits
from bpgui.project.spec import LIVE_FIELDS
from bpgui.session.session import Session
from bpgui.ui.panels.model import ModelPanel
from bpgui.ui.widgets.training_sections import SECTIONS, TABLES, fields_of, names_of


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[ModelPanel]:
    with shown(qtbot, session) as made:
        yield made


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_an_optimizer_shows_its_own_fields_only(qtbot: QtBot, panel: ModelPanel, session: Session, name: str) -> None:
    unfold(qtbot, panel, "optimizer")
    choose(qtbot, panel.controls["optimizer"], name)
    assert session.document.spec.training.optimizer == name
    own = {f.name for f in OPTIMIZERS[name].fields}
    every = {f.name for entry in OPTIMIZERS.values() for f in entry.fields}
    assert {n for n in every if panel.rows[n].isVisible()} == own
    assert panel.folds["optimizer"].isVisible() == bool(own), "no title over nothing"


@pytest.mark.parametrize("table", [name for name in TABLES if name != "optimizer"])
def test_an_entry_of_a_table_shows_its_own_fields_only(
    qtbot: QtBot, panel: ModelPanel, session: Session, table: str
) -> None:
    for fold in panel.folds:
        unfold(qtbot, panel, fold)
    every = set(fields_of(table))
    for key, entry in TABLES[table].table.items():
        choose(qtbot, panel.controls[table], key)
        assert getattr(session.document.spec.training, table) == key
        assert {n for n in every if panel.rows[n].isVisible()} == {f.name for f in entry.fields}
        assert panel.controls[table].toolTip().startswith(entry.formula)


@pytest.mark.parametrize("key", [s.key for s in SECTIONS if s.title])
def test_a_section_unfolds(qtbot: QtBot, panel: ModelPanel, key: str) -> None:
    section = next(s for s in SECTIONS if s.key == key)
    fold = panel.folds[key]
    assert fold.button.accessibleName().startswith(f"{section.title}: ")
    assert not any(panel.rows[name].isVisible() for name in names_of(section))
    unfold(qtbot, panel, key)
    assert any(panel.rows[name].isVisible() for name in names_of(section))
    fold.button.setFocus()
    qtbot.keyClick(fold.button, Qt.Key.Key_Space)
    assert not any(panel.rows[name].isVisible() for name in names_of(section))


def test_the_target_loss_can_be_none(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    unfold(qtbot, panel, "stopping")
    box = panel.controls["target_loss"]
    assert box.lineEdit().text() == "none"
    type_into(qtbot, box, "0.05")
    assert session.document.spec.training.target_loss == 0.05
    type_into(qtbot, box, "")
    assert session.document.spec.training.target_loss is None


@pytest.mark.parametrize(
    ("fold", "name", "text", "value", "summary"),
    [
        ("regularisation", "l2", "0.001", 0.001, "L2 0.001"),
        ("regularisation", "l1", "1e-4", 1e-4, "L1 0.0001"),
        ("stopping", "patience", "20", 20, "patience 20"),
        ("stopping", "max_seconds", "90 s", 90, "90 s"),
        ("stopping", "target_loss", "0.01", 0.01, "loss ≤ 0.01"),
        ("optimizer", "beta_1", "0.8", 0.8, "β₁ 0.8"),
        ("more", "threads", "2", 2, "2 threads"),
    ],
)
def test_what_is_typed_reaches_the_project_and_the_title(
    qtbot: QtBot, panel: ModelPanel, session: Session, fold: str, name: str, text: str, value: float, summary: str
) -> None:
    before = panel.folds[fold].summary.text()
    assert before in ("none", "as usual", "after 500 epochs")
    unfold(qtbot, panel, fold)
    type_into(qtbot, panel.controls[name], text)
    assert getattr(session.document.spec.training, name) == value
    assert panel.folds[fold].summary.text() == summary
    assert panel.folds[fold].button.accessibleName().endswith(summary)
    session.document.undo_stack.undo()
    assert panel.folds[fold].summary.text() == before


@pytest.mark.parametrize("name", sorted(set(LIVE_FIELDS) - {"clip", "target_metric", "target_value"}))
def test_live_settings_leave_the_run_going(qtbot: QtBot, panel: ModelPanel, session: Session, name: str) -> None:
    trainer = session.trainer
    for fold in panel.folds:
        unfold(qtbot, panel, fold)
    session.document.edit("x", edits.set_training, epochs=1_000_000, patience=900_000, clip="norm")
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 0)
    run = trainer.run
    values = {"epochs": "900000", "max_seconds": "900", "patience": "800000", "target_loss": "0"}
    type_into(qtbot, panel.controls[name], values.get(name, "0.002"))
    assert trainer.state == "training"
    assert trainer.run is run
    driver = trainer.driver
    assert driver is not None
    assert [i.field for i in driver.interventions] == [name]
    trainer.pause()


def test_the_present_rate_stands_beside_the_schedule(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    session.document.edit("x", edits.set_training, learning_rate=0.08, schedule="step", step_epochs=1, step_factor=0.5)
    summary = panel.folds["schedule"].summary
    assert summary.text() == "steps"
    for rate in ("0.0800", "0.0400"):
        session.trainer.step_epoch()
        qtbot.waitUntil(lambda rate=rate: summary.text() == f"steps · now {rate}")
    assert panel.folds["schedule"].button.accessibleName() == "Schedule: steps", "no new name at every change"
    session.document.edit("x", edits.set_training, schedule="constant")
    assert summary.text() == "constant"


def test_only_metrics_that_fit_the_target_are_offered(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    box = panel.controls["target_metric"]

    def offered() -> set[str]:
        return {box.itemData(index) for index in range(box.count())}

    assert offered() == {"", *(m.name for m in METRICS.values() if m.task == "classes")}
    unfold(qtbot, panel, "stopping")
    assert not panel.rows["target_value"].isVisible()
    choose(qtbot, box, "f1")
    training = session.document.spec.training
    assert (training.target_metric, training.target_value) == ("f1", 0.95)
    assert panel.rows["target_value"].label.text() == "is at least"
    assert panel.folds["stopping"].summary.text() == "F1 ≥ 0.95"
    qtbot.keyClick(panel.controls["target_value"], Qt.Key.Key_Up)
    assert session.document.spec.training.target_value == 0.96
    session.document.open_sample("sine")
    assert offered() == {"", *(m.name for m in METRICS.values() if m.task == "number")}
    choose(qtbot, box, "mae")
    assert panel.rows["target_value"].label.text() == "is at most"


def test_the_least_gain_shows_with_patience_only(qtbot: QtBot, panel: ModelPanel) -> None:
    unfold(qtbot, panel, "stopping")
    assert not panel.rows["min_delta"].isVisible()
    assert panel.controls["patience"].lineEdit().text() == "never"
    type_into(qtbot, panel.controls["patience"], "5")
    assert panel.rows["min_delta"].isVisible()


def test_weights_of_classes_are_typed_by_name(qtbot: QtBot, panel: ModelPanel, session: Session) -> None:
    session.document.open_sample("iris")
    unfold(qtbot, panel, "classes")
    editor = panel.controls["class_weight_values"]
    assert not panel.rows["class_weight_values"].isVisible()
    choose(qtbot, panel.controls["class_weights"], "balanced")
    assert session.document.spec.training.class_weights == "balanced"
    choose(qtbot, panel.controls["class_weights"], "given")
    assert [box.accessibleName() for box in editor.boxes] == [
        "Weight of class setosa", "Weight of class versicolor", "Weight of class virginica"
    ]  # fmt: skip
    type_into(qtbot, editor.boxes[1], "2.5")
    assert session.document.spec.training.class_weight_values == (1.0, 2.5, 1.0)
    assert not session.document.blocked
    assert session.trainer.state == "ready"


def test_numbers_have_no_weights_of_classes(panel: ModelPanel, session: Session) -> None:
    assert panel.folds["classes"].isVisible()
    session.document.open_sample("sine")
    assert not panel.folds["classes"].isVisible()
    session.document.edit("x", edits.set_training, class_weights="balanced")
    assert panel.rows["class_weights"].isVisible(), "what a check speaks about is in sight"
    assert panel.rows["class_weights"].badge.isVisible()


def test_class_weights_of_other_classes_are_a_finding_that_unfolds(
    qtbot: QtBot, panel: ModelPanel, session: Session
) -> None:
    session.document.open_sample("iris")
    session.document.edit("x", edits.set_training, class_weights="given", class_weight_values=(1.0, 2.0))
    assert session.document.blocked
    assert panel.folds["classes"].open
    qtbot.mouseClick(panel.folds["classes"].button, Qt.MouseButton.LeftButton)
    session.document.edit("x", edits.set_training, epochs=7)
    assert not panel.folds["classes"].open, "what was folded away stays away while nothing new is found"
    qtbot.mouseClick(panel.folds["classes"].button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(links_of(qtbot, panel.rows["class_weights"].badge)[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not session.document.blocked
    assert session.document.spec.training.class_weights != "given"
