"""The data panel, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bpgui.data.readers import read_file
from bpgui.project import edits
from bpgui.project.samples import SAMPLES
from bpgui.session.session import Session
from bpgui.ui.panels.data import DataPanel
from bpgui.ui.widgets.column_row import ColumnRow

CSV = "a,b,c,d,e,f,g,h,label\n" + "\n".join(
    ",".join(str((i * k) % 17 + 0.5) for k in range(1, 9)) + f",{'yes' if i % 3 else 'no'}" for i in range(40)
)


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[DataPanel]:
    made = DataPanel(session)
    made.resize(320, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def table(session: Session, tmp_path: Path) -> Session:
    path = tmp_path / "wide.csv"
    path.write_text(CSV)
    session.document.use_reading(read_file(path))
    return session


def row(panel: DataPanel, name: str) -> ColumnRow:
    return next(r for r in panel.columns.rows if r.name.text() == name)


def choose(qtbot: QtBot, box: object, key: str) -> None:
    """Choose by keyboard: as a person does with the list closed."""
    box.setFocus()  # type: ignore[attr-defined]
    target = box.findData(key)  # type: ignore[attr-defined]
    qtbot.keyClick(box, Qt.Key.Key_Home)
    for _ in range(target):
        qtbot.keyClick(box, Qt.Key.Key_Down)


def test_the_sample_says_what_it_is_and_teaches(panel: DataPanel) -> None:
    assert panel.name.text() == "XOR"
    assert panel.counts.text() == "4 rows · 2 features · target: y"
    assert panel.teaches.text() == SAMPLES["xor"].teaches
    assert [r.name.text() for r in panel.columns.rows] == ["y", "x1", "x2"]
    assert not panel.sample_fields.isVisible()


def test_samples_are_chosen_and_their_points_changed(qtbot: QtBot, panel: DataPanel, session: Session) -> None:
    choose(qtbot, panel.samples, "moons")
    assert session.document.spec.data.origin.name == "moons"
    points = panel.sample_fields.controls["rows"]
    points.lineEdit().selectAll()
    qtbot.keyClicks(points, "200")
    qtbot.keyClick(points, Qt.Key.Key_Return)
    assert session.document.table.rows == 200
    assert "200 rows" in panel.counts.text()
    noise = panel.sample_fields.controls["noise"]
    before = session.document.spec.data.table
    qtbot.keyClick(noise, Qt.Key.Key_Up)
    assert session.document.spec.data.table != before
    session.document.undo_stack.undo()
    assert session.document.table.rows == 1000, "points changed one after the other are one edit"


def test_the_split_is_shown_and_typed(qtbot: QtBot, panel: DataPanel, session: Session) -> None:
    session.document.open_sample("moons")
    assert panel.split.train.text() == "train 600"
    box = panel.split.boxes["test"]
    box.lineEdit().selectAll()
    qtbot.keyClicks(box, "30")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    split = session.document.spec.data.split
    assert (split.train, split.validation, split.test) == (0.5, 0.2, 0.3)
    assert panel.split.train.text() == "train 500"
    assert panel.split.bar.fractions() == (0.5, 0.2, 0.3)


def test_an_impossible_split_is_put_back(qtbot: QtBot, panel: DataPanel, session: Session) -> None:
    session.document.open_sample("moons")
    refused: list[str] = []
    session.document.refused.connect(refused.append)
    for name in ("validation", "test"):
        box = panel.split.boxes[name]
        box.lineEdit().selectAll()
        qtbot.keyClicks(box, "90")
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert refused
    assert sum(panel.split.bar.fractions()) == pytest.approx(1.0)
    assert panel.split.boxes["test"].value() == round(session.document.spec.data.split.test * 100, 4)


def test_the_split_is_dragged_as_one_edit(qtbot: QtBot, panel: DataPanel, session: Session) -> None:
    session.document.open_sample("moons")
    count = session.document.undo_stack.count()
    bar = panel.split.bar
    start = QPoint(round(1 + 0.6 * (bar.width() - 2)), 10)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        qtbot.mouseMove(bar, start - QPoint(step * bar.width() // 20, 0))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start - QPoint(5 * bar.width() // 20, 0))
    assert session.document.spec.data.split.train < 0.5
    assert session.document.undo_stack.count() == count + 1


def test_a_file_shows_six_columns_and_the_target(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    names = [r.name.text() for r in panel.columns.rows]
    assert names == ["label", "a", "b", "c", "d", "e"]
    assert panel.columns.more.text() == "3 more"
    qtbot.mouseClick(panel.columns.more, Qt.MouseButton.LeftButton)
    assert len(panel.columns.rows) == 9
    qtbot.mouseClick(panel.columns.more, Qt.MouseButton.LeftButton)
    assert len(panel.columns.rows) == 6
    assert "delimiter" in panel.teaches.text()
    assert panel.columns.standardise.isChecked()


def test_one_click_makes_another_column_the_target(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    qtbot.mouseClick(row(panel, "b").target, Qt.MouseButton.LeftButton)
    spec = table.document.spec
    assert spec.data.target.name == "b"
    assert row(panel, "b").target.isChecked()
    assert [r.name.text() for r in panel.columns.rows] == ["b", "a", "c", "d", "e", "label"]
    assert "target: b" in panel.counts.text()
    assert not row(panel, "label").target.isChecked()
    assert row(panel, "label").role.text() == "feature"
    assert spec.training.loss == "mse", "the loss follows the target's kind"


def test_a_target_chosen_by_key_keeps_the_focus(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    row(panel, "c").target.setFocus()
    qtbot.keyClick(row(panel, "c").target, Qt.Key.Key_Space)
    assert table.document.spec.data.target.name == "c"
    assert row(panel, "c").target.hasFocus()


def give_role(qtbot: QtBot, panel: DataPanel, name: str, word: str) -> None:
    """Choose a role in the menu of a column's row."""
    button = row(panel, name).role
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = button.menu()
    assert menu.isVisible()
    action = next(a for a in menu.actions() if a.text() == word)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()
    assert not menu.isVisible()


def test_a_column_is_left_out_and_taken_in(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    features = len(table.document.spec.data.features)
    give_role(qtbot, panel, "c", "Ignored")
    assert row(panel, "c").role.text() == "ignored"
    assert len(table.document.spec.data.features) == features - 1
    give_role(qtbot, panel, "c", "Feature")
    assert row(panel, "c").role.text() == "feature"
    give_role(qtbot, panel, "c", "Target")
    assert table.document.spec.data.target.name == "c"
    count = table.document.undo_stack.count()
    give_role(qtbot, panel, "c", "Target")
    assert table.document.undo_stack.count() == count, "what it is already is no edit"
    assert row(panel, "c").roles["target"].isChecked()


def test_a_column_of_numbers_weighs_rows(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    give_role(qtbot, panel, "b", "Row weight")
    assert row(panel, "b").role.text() == "weight"
    assert "weights: b" in panel.counts.text()
    assert table.document.dataset is not None
    assert table.document.dataset.weights is not None
    give_role(qtbot, panel, "d", "Row weight")
    assert row(panel, "b").role.text() == "feature", "one at most"
    before = table.document.spec
    qtbot.mouseClick(row(panel, "d").kind, Qt.MouseButton.LeftButton)
    assert table.document.spec == before, "weights are numbers"
    assert not row(panel, "label").roles["weight"].isEnabled(), "texts are none"
    qtbot.mouseClick(panel.columns.standardise, Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    standardised = {c.name for c in table.document.spec.data.columns if c.standardise}
    assert standardised <= {"d"}, "weights are taken as they are"


def test_one_click_turns_numbers_into_classes(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    qtbot.mouseClick(row(panel, "a").kind, Qt.MouseButton.LeftButton)
    assert table.document.spec.data.columns[0].kind == "category"
    assert row(panel, "a").kind.text() == "17 classes"
    before = table.document.spec
    qtbot.mouseClick(row(panel, "label").kind, Qt.MouseButton.LeftButton)
    assert table.document.spec == before, "texts can only be classes"


def test_standardising_is_one_edit_for_all_numbers(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    count = table.document.undo_stack.count()
    qtbot.mouseClick(panel.columns.standardise, Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    assert not any(c.standardise for c in table.document.spec.data.columns)
    assert table.document.undo_stack.count() == count + 1
    table.document.undo_stack.undo()
    assert panel.columns.standardise.isChecked()


def test_findings_about_data_stand_in_the_panel(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    give_role(qtbot, panel, "label", "Ignored")
    assert panel.findings.isVisible()
    assert table.document.blocked
    [card] = panel.findings._cards
    from PySide6.QtWidgets import QPushButton

    qtbot.mouseClick(card.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not table.document.blocked
    assert not panel.findings.isVisible()


def test_notes_of_the_data_are_shown(panel: DataPanel, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,label\n" + "\n".join(f"{'' if i == 3 else i},5,{'x' if i % 2 else 'y'}" for i in range(30)))
    session.document.use_reading(read_file(path))
    assert session.document.dataset is not None
    assert panel.notes.isVisible()
    assert panel.notes.text() == "\n".join(session.document.dataset.notes)


def test_columns_of_names_are_ignored_and_it_is_said(panel: DataPanel, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("day,a,label\n" + "\n".join(f"2024-01-{i:02},{i}.5,{'x' if i % 2 else 'y'}" for i in range(1, 30)))
    session.document.use_reading(read_file(path))
    assert row(panel, "day").role.text() == "ignored"
    assert "every row has its own" in row(panel, "day").name.toolTip()
    assert "Ignored because (nearly) every row has a text of its own: day." in panel.notes.text()
    session.document.edit("x", edits.set_column, session.document.table, "day", role="feature")
    assert "Ignored" not in panel.notes.text()


def test_open_file_is_asked_of_the_window(qtbot: QtBot, panel: DataPanel) -> None:
    with qtbot.waitSignal(panel.open_requested):
        qtbot.mouseClick(panel.open_button, Qt.MouseButton.LeftButton)


def test_undo_shows_the_data_before(panel: DataPanel, session: Session) -> None:
    session.document.open_sample("iris")
    assert panel.name.text() == "Iris"
    session.document.undo_stack.undo()
    assert panel.name.text() == "XOR"
    session.document.edit("x", edits.set_column, session.document.table, "x1", role="ignore")
    assert row(panel, "x1").role.text() == "ignored"
