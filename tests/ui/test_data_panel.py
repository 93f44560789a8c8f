"""The data panel, by clicks and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from badge_hand import links_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from bpgui.data.readers import read_file
from bpgui.project import edits
from bpgui.project.samples import SAMPLES
from bpgui.session.session import Session
from bpgui.ui.dialogs.level_order import LevelOrderDialog
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


@pytest.mark.parametrize(("sample", "kind"), [("digits8x8", "image"), ("spoken_digits", "sound")])
def test_pictures_and_sounds_are_called_so(
    qtbot: QtBot, panel: DataPanel, session: Session, sample: str, kind: str
) -> None:
    session.document.open_sample(sample)
    qtbot.waitUntil(lambda: row(panel, kind).kind.text() == kind)


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
    assert panel.columns.scaling.value() == "standard"


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


def pick(qtbot: QtBot, panel: DataPanel, name: str, word: str, *, of: str = "role", within: str = "") -> None:
    """Choose a word in the menu of a column's role or kind, or in a menu within it."""
    button = getattr(row(panel, name), of)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = button.menu()
    assert menu.isVisible()
    if within:
        outer = next(a for a in menu.actions() if a.text() == within)
        menu.setActiveAction(outer)
        inner = outer.menu()
        assert isinstance(inner, QMenu)
        inner.popup(menu.mapToGlobal(QPoint(20, 20)))
    shown = inner if within else menu
    action = next(a for a in shown.actions() if a.text() == word)
    assert action.toolTip()
    qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.actionGeometry(action).center())
    QApplication.processEvents()
    assert not menu.isVisible()


def give_role(qtbot: QtBot, panel: DataPanel, name: str, word: str) -> None:
    pick(qtbot, panel, name, word)


def words_of(panel: DataPanel, name: str, of: str = "kind") -> dict[str, bool]:
    """The words in a menu of the column's row, and whether each can be chosen."""
    menu = getattr(row(panel, name), of).menu()
    menu.aboutToShow.emit()
    return {action.text(): action.isEnabled() for action in menu.actions()}


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
    assert "Also a target" not in words_of(panel, "c", "role")


def test_a_column_of_numbers_weighs_rows(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    give_role(qtbot, panel, "b", "Row weight")
    assert row(panel, "b").role.text() == "weight"
    assert "weights: b" in panel.counts.text()
    assert table.document.dataset is not None
    assert table.document.dataset.weights is not None
    give_role(qtbot, panel, "d", "Row weight")
    assert row(panel, "b").role.text() == "feature", "one at most"
    assert list(words_of(panel, "d")) == ["Number"], "weights are numbers"
    assert not words_of(panel, "label", "role")["Row weight"], "texts are none"
    scale_all(qtbot, panel, "none")
    scaled = {c.name for c in table.document.spec.data.columns if c.scaling == "standard"}
    assert scaled <= {"d"}, "weights are taken as they are"


def scale_all(qtbot: QtBot, panel: DataPanel, key: str) -> None:
    choose(qtbot, panel.columns.scaling, key)


def test_a_kind_is_chosen_in_a_menu_and_undone(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    qtbot.mouseClick(row(panel, "a").kind, Qt.MouseButton.LeftButton)
    assert table.document.spec.data.columns[0].kind == "number", "a click alone changes nothing"
    row(panel, "a").kind.menu().close()
    pick(qtbot, panel, "a", "Category", of="kind")
    assert table.document.spec.data.columns[0].kind == "category"
    assert row(panel, "a").kind.text() == "17 classes"
    table.document.undo_stack.undo()
    assert row(panel, "a").kind.text() == "number"
    assert list(words_of(panel, "label")) == ["Category"], "classes as a target, nothing else"


def test_scaling_and_filling_of_one_column(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    assert not row(panel, "a").how.isVisible(), "what is usual is not said"
    pick(qtbot, panel, "a", "robust", of="kind", within="Scaling")
    assert table.document.spec.data.columns[0].scaling == "robust"
    assert row(panel, "a").how.text() == "robust"
    pick(qtbot, panel, "a", "median", of="kind", within="Missing values")
    assert table.document.spec.data.columns[0].missing == "median"
    assert row(panel, "a").how.text() == "robust · missing: median"
    assert panel.columns.scaling.value() is None, "columns differ"


def test_numbers_in_an_order_of_ones_own(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    pick(qtbot, panel, "a", "Ordinal", of="kind")
    levels = table.document.spec.data.columns[0].levels
    assert len(levels) == 17
    pick(qtbot, panel, "a", "Order of levels…", of="kind")
    [dialog] = panel.findChildren(LevelOrderDialog)
    dialog.list.setCurrentRow(0)
    qtbot.mouseClick(dialog.down, Qt.MouseButton.LeftButton)
    dialog.accept()
    assert table.document.spec.data.columns[0].levels == (levels[1], levels[0], *levels[2:])


def test_two_targets(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    give_role(qtbot, panel, "a", "Target")
    give_role(qtbot, panel, "b", "Also a target")
    assert [c.name for c in table.document.spec.data.targets] == ["a", "b"]
    assert "targets: a, b" in panel.counts.text()
    assert row(panel, "a").target.isChecked()
    assert row(panel, "b").target.isChecked()
    qtbot.mouseClick(row(panel, "b").target, Qt.MouseButton.LeftButton)
    assert [c.name for c in table.document.spec.data.targets] == ["b"], "one of several becomes the only one"


def test_rows_are_split_in_groups(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    assert not panel.split.column.isVisible()
    choose(qtbot, panel.split.method, "grouped")
    split = table.document.spec.data.split
    assert split.method == "grouped"
    assert panel.split.column.isVisible()
    assert panel.split.column.value() == split.column
    other = "b" if split.column != "b" else "c"
    choose(qtbot, panel.split.column, other)
    assert table.document.spec.data.split.column == other
    assert row(panel, other).role.text() == "split"
    choose(qtbot, panel.split.method, "stratified")
    assert table.document.spec.data.split.column == ""
    give_role(qtbot, panel, "c", "Says the split")
    assert (table.document.spec.data.split.method, table.document.spec.data.split.column) == ("grouped", "c")
    give_role(qtbot, panel, "c", "Feature")
    assert table.document.spec.data.split.method == "random"
    assert row(panel, "c").role.text() == "feature"


def test_a_way_to_split_that_does_not_fit_is_refused(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    refused: list[str] = []
    table.document.refused.connect(refused.append)
    box = panel.split.method
    box.setCurrentIndex(box.findData("column"))
    box.edited.emit("column")
    assert len(refused) == 1
    assert box.value() == "random", "the box shows what holds"


def test_columns_are_found_by_name(qtbot: QtBot, panel: DataPanel, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    names = [f"m{i}" for i in range(20)]
    lines = [",".join(str((i * k) % 23 + 0.25) for k in range(1, 21)) for i in range(30)]
    path.write_text("\n".join([",".join(names), *lines]))
    session.document.use_reading(read_file(path))
    assert panel.columns.filter.isVisible()
    qtbot.keyClicks(panel.columns.filter, "m1")
    assert [r.name.text() for r in panel.columns.rows] == ["m19", "m1", *(f"m1{i}" for i in range(9))]
    panel.columns.filter.clear()
    assert len(panel.columns.rows) == 6


def test_scaling_all_numbers_is_one_edit(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    count = table.document.undo_stack.count()
    panel.columns.scaling.setFocus()
    qtbot.keyClick(panel.columns.scaling, Qt.Key.Key_Down)
    assert all(c.scaling == "minmax" for c in table.document.spec.data.features)
    assert table.document.undo_stack.count() == count + 1
    table.document.undo_stack.undo()
    assert panel.columns.scaling.value() == "standard"


def test_the_data_itself_is_asked_of_the_window(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    with qtbot.waitSignal(panel.explore_requested):
        qtbot.mouseClick(panel.look, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.open_reading_requested):
        qtbot.mouseClick(panel.reading, Qt.MouseButton.LeftButton)
    table.document.open_sample("iris")
    assert not panel.reading.isVisible(), "samples are no files"


def test_findings_about_data_stand_in_the_panel(qtbot: QtBot, panel: DataPanel, table: Session) -> None:
    give_role(qtbot, panel, "label", "Ignored")
    assert panel.badge.isVisible()
    assert table.document.blocked
    [predict] = links_of(qtbot, panel.badge)
    assert predict.accessibleName() == "Predict label"
    qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not table.document.blocked
    assert all(finding.severity != "error" for finding in table.document.findings)
    assert panel.badge.findings == tuple(f for f in table.document.findings if f.where.startswith(("data", "column:")))


def test_notes_of_the_data_are_shown(panel: DataPanel, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,label\n" + "\n".join(f"{'' if i == 3 else i},5,{'x' if i % 2 else 'y'}" for i in range(30)))
    session.document.use_reading(read_file(path))
    assert session.document.dataset is not None
    assert panel.notes.isVisible()
    assert panel.notes.text() == "\n".join(session.document.dataset.notes)


def test_columns_of_names_are_ignored_and_it_is_said(panel: DataPanel, session: Session, tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    lines = [f"note {i:02} on it,{i}.5,{'x' if i % 2 else 'y'}" for i in range(1, 30)]
    path.write_text("\n".join(["day,a,label", *lines]))
    session.document.use_reading(read_file(path))
    assert row(panel, "day").role.text() == "ignored"
    assert "every row has its own" in row(panel, "day").name.toolTip()
    assert "Not used: day: (nearly) every row has a text of its own." in panel.notes.text()
    session.document.edit("x", edits.set_column, session.document.table, "day", role="feature")
    assert "Not used" not in panel.notes.text()


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
