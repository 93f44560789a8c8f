"""Own data before it is used: preview, questions, settings, types, columns, failures, pictures."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from import_hand import DECIMALS, THINGS, cells, choose, message, opened
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot
from window_driver import accept_import, click, controls, drop, import_view, place, says

from bpgui.data.readers import Choice, Question, Reading, ReadingOptions, read_files
from bpgui.ui.dialogs import reading
from bpgui.ui.dialogs.import_columns import ColumnsDialog
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def things(tmp_path: Path) -> Path:
    path = tmp_path / "things.csv"
    path.write_text(THINGS)
    return path


# ---- looking


def test_what_was_found_is_shown_and_nothing_changes_before_it_is_used(
    qtbot: QtBot, window: MainWindow, things: Path
) -> None:
    before = window.session.document.spec
    assert drop(window, QUrl.fromLocalFile(str(things)))
    view = import_view(qtbot, window)
    assert view.heading.text() == "things.csv"
    facts = view.facts.text()
    assert view.facts.heightForWidth(view.facts.width()) <= view.facts.height(), "all of it can be read"
    assert "60 rows" in facts
    assert "about" not in facts
    assert "3 columns" in facts
    assert "semicolon" in facts
    assert cells(view, 3) == ["3.5", "3", "small"]
    assert view.preview.table.rows.rowCount() == 60
    assert window.session.document.spec == before
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.files.view is None
    assert window.session.document.spec == before
    assert "nothing changed" in window.status.currentMessage()


def test_missing_values_are_muted_and_say_what_they_are(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,when\n1,x,2024-02-01\n,y,2024-02-29\n3,,2024-03-01\n4,x,2024-03-02\n")
    model = opened(qtbot, window, path).preview.table.rows
    assert [model.text(row, 0) for row in range(3)] == ["1", None, "3"]
    assert model.index(1, 0).data(Qt.ItemDataRole.ToolTipRole) == "missing"
    assert model.text(1, 2) == "2024-02-29"
    assert "1 value missing" in model.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_every_control_says_what_it_is(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "decimals.csv"
    path.write_text(DECIMALS)
    view = opened(qtbot, window, path)
    assert view.questions.cards
    silent = [f"{type(c).__name__} < {place(c)}" for c in controls(view) if c.isVisible() and not says(c)]
    assert not silent
    qtbot.mouseClick(view.preview.columns_button, Qt.MouseButton.LeftButton)
    [dialog] = view.findChildren(ColumnsDialog)
    assert [f"{type(c).__name__} < {place(c)}" for c in controls(dialog) if c.isVisible() and not says(c)] == []
    dialog.reject()


# ---- questions


@pytest.mark.parametrize(("text", "key", "choice", "first"), [
    (DECIMALS, "decimal", 0, 1.234), (DECIMALS, "decimal", 1, 1234.0),
    ("1,5;2,5\n" * 40, "delimiter", 0, 1.5), ("1,5;2,5\n" * 40, "delimiter", 1, 1.0),
])  # fmt: skip
def test_two_possible_readings_are_asked_about(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, text: str, key: str, choice: int, first: float
) -> None:
    path = tmp_path / "decimals.csv"
    path.write_text(text)
    before = window.session.document.spec
    view = opened(qtbot, window, path)
    [card] = view.questions.cards
    assert card.choices[0].isChecked()
    assert view.focusWidget() is card.choices[0]
    qtbot.mouseClick(card.choices[choice], Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    shown = f"{first:g}"
    qtbot.waitUntil(lambda: cells(view, 0)[0] == shown, timeout=20_000)
    assert window.session.document.spec == before, "nothing changes before the data is used"
    accept_import(qtbot, window)
    assert window.session.document.table.columns[0].values[0] == first
    options = window.session.document.spec.data.origin.options
    assert getattr(options, key) is not None, "an answer is kept, a guess that was accepted too"


def test_a_setting_answers_the_question_about_it(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "decimals.csv"
    path.write_text(DECIMALS)
    view = opened(qtbot, window, path)
    assert view.questions.cards
    choose(qtbot, view.form.controls["decimal"], "comma")
    qtbot.waitUntil(lambda: cells(view, 0)[0] == "1234", timeout=20_000)
    qtbot.waitUntil(lambda: not view.questions.cards)


# ---- settings


def test_the_preview_follows_a_setting_and_an_error_stands_in_its_place(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("a;b\n1;2\n3;4\n5;6,7\n")
    view = opened(qtbot, window, path)
    assert cells(view, 0)[0] == "1"
    choose(qtbot, view.form.controls["delimiter"], "comma")
    qtbot.waitUntil(lambda: not view.foot.use.isEnabled(), timeout=20_000)
    assert view.preview.failure.isVisible()
    assert "notes.csv" in view.preview.failure.text()
    assert view.form.controls["delimiter"].isVisible()
    choose(qtbot, view.form.controls["delimiter"], "semicolon")
    qtbot.waitUntil(lambda: view.preview.table.isVisible() and view.foot.use.isEnabled(), timeout=20_000)
    assert cells(view, 0)[0] == "1"


def test_of_many_changes_only_the_newest_is_read(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    view = opened(qtbot, window, things)
    field = view.form.controls["skip"]
    assert isinstance(field, QLineEdit)
    for key in "1", "2", "3":
        field.selectAll()
        qtbot.keyClick(field, key)
        qtbot.wait(250)  # longer than the moment that is waited for, shorter than a reading
    qtbot.waitUntil(lambda: view._preview_job is None and not view._wait.isActive(), timeout=20_000)
    assert view.reading is not None
    assert view.reading.origin.options.skip == 3
    # Only spaces and a word: nothing that could be a number of lines.
    field.selectAll()
    qtbot.keyClicks(field, "x")
    assert field.property("invalid")
    assert view._preview_job is None
    qtbot.mouseClick(view.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.choices.touched and view._preview_job is None, timeout=20_000)
    qtbot.waitUntil(lambda: cells(view, 0) == ["0.5", "0", "small"], timeout=20_000)


def test_a_column_is_taken_as_another_type(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    view = opened(qtbot, window, things)
    table = view.preview.table
    header = table.horizontalHeader()
    assert table.rows.found[1].type == "number"
    middle = QPoint(header.sectionViewportPosition(1) + 20, 20)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(action for action in menu.actions() if "text" in action.text()).trigger()
    menu.close()
    qtbot.waitUntil(lambda: table.rows.found[1].type == "text", timeout=20_000)
    accept_import(qtbot, window)
    assert window.session.document.table.column("height").levels == tuple("0123456")
    assert dict(window.session.document.spec.data.origin.options.types) == {"height": "text"}


def test_only_some_columns_are_read(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    view = opened(qtbot, window, things)
    qtbot.mouseClick(view.preview.columns_button, Qt.MouseButton.LeftButton)
    [dialog] = view.findChildren(ColumnsDialog)
    qtbot.keyClicks(dialog.filter, "HEI")
    click(qtbot, dialog, "None")
    assert dialog.count.text() == "2 of 3"
    click(qtbot, dialog, "Read these")
    qtbot.waitUntil(lambda: view.preview.names == ("width", "kind"), timeout=20_000)
    assert "2 of 3" in view.preview.columns_button.text()
    accept_import(qtbot, window)
    assert window.session.document.table.names == ("width", "kind")


def test_columns_cannot_all_be_left_out(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    view = opened(qtbot, window, things)
    qtbot.mouseClick(view.preview.columns_button, Qt.MouseButton.LeftButton)
    [dialog] = view.findChildren(ColumnsDialog)
    click(qtbot, dialog, "None")
    assert not dialog.use.isEnabled()
    dialog.list.setFocus()
    dialog.list.setCurrentIndex(dialog.list.model().index(0, 0))
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.model.chosen == ("width",)
    assert dialog.use.isEnabled()
    dialog.reject()


# ---- failures


def test_short_rows_are_filled_from_the_message(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    path.write_text("a,b,c\n1,2,3\n4,5,6\n7,8\n9,1,2\n")
    window.files.open_path(path)
    box = message(qtbot, window)
    assert "line 4" in box.informativeText()
    click(qtbot, box, "Change how it is read…")
    view = import_view(qtbot, window)
    assert "line 4" in view.preview.failure.text()
    assert not view.foot.use.isEnabled()
    choose(qtbot, view.form.controls["fill_short_rows"], "yes")
    qtbot.waitUntil(lambda: view.preview.table.isVisible(), timeout=20_000)
    accept_import(qtbot, window)
    assert np.isnan(window.session.document.table.column("c").values[2])


def test_what_fails_far_down_leaves_the_settings_to_mend_it(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "late.csv"
    rows = "".join(f"{i},{i % 13},word{i % 7}\n" for i in range(120_000))
    path.write_text(f"a,b,c\n{rows}7,8\n")
    before = window.session.document.spec
    view = opened(qtbot, window, path)
    assert "about" in view.facts.text()
    click(qtbot, view, "Use this data")
    qtbot.waitUntil(lambda: view.preview.failure.isVisible(), timeout=30_000)
    assert "120,002" in view.preview.failure.text()
    assert window.session.document.spec == before
    choose(qtbot, view.form.controls["fill_short_rows"], "yes")
    qtbot.waitUntil(lambda: view.preview.table.isVisible(), timeout=20_000)
    accept_import(qtbot, window)
    assert window.session.document.table.rows == 120_001


def test_what_is_asked_only_of_the_whole_data_is_asked_before_it_is_used(
    qtbot: QtBot, window: MainWindow, things: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = Choice("text", ReadingOptions(types=(("height", "text"),)))
    question = Question(key="late", text="What is far down?", choices=(Choice("numbers", ReadingOptions()), texts))

    def read(paths: Sequence[Path], **words: Any) -> Reading:
        found = read_files(paths, **words)
        late = words["preview"] is None and not words["options"].types
        return replace(found, questions=(question,)) if late else found

    monkeypatch.setattr(reading, "read_files", read)
    view = opened(qtbot, window, things)
    assert not view.questions.cards
    click(qtbot, view, "Use this data")
    qtbot.waitUntil(lambda: bool(view.questions.cards), timeout=20_000)
    assert "see above" in view.foot.text.text()
    [card] = view.questions.cards
    qtbot.mouseClick(card.choices[1], Qt.MouseButton.LeftButton, pos=QPoint(8, 13))
    qtbot.waitUntil(lambda: view.preview.table.rows.found[1].type == "text", timeout=20_000)
    accept_import(qtbot, window)
    assert dict(window.session.document.spec.data.origin.options.types) == {"height": "text"}


# ---- pictures


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    folder = tmp_path / "digits"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (120, 8, 6), dtype=np.uint8)
    labels = (np.arange(120) % 10).astype(np.uint8)
    (folder / "train-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, 120, 8, 6) + pixels.tobytes())
    (folder / "train-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, 120) + labels.tobytes())
    return folder


def test_a_folder_of_pictures_is_a_grid(qtbot: QtBot, window: MainWindow, digits: Path) -> None:
    assert drop(window, QUrl.fromLocalFile(str(digits)))
    view = import_view(qtbot, window)
    grid = view.preview.grid
    assert grid.isVisible()
    assert grid.model().rowCount() == 100
    picture = grid.model().index(3, 0).data(Qt.ItemDataRole.DecorationRole)
    assert max(picture.width(), picture.height()) == 84
    assert "3" in grid.model().index(3, 0).data()
    assert "8 × 6 × 1" in grid.model().index(3, 0).data(Qt.ItemDataRole.ToolTipRole)
    accept_import(qtbot, window)
    assert window.session.document.table.rows == 120
