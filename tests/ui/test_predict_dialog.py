"""New data predicted in the window: columns, questions, answers, scores, what is kept of them, what cannot be done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from import_hand import choose
from predict_hand import HEAD, column, opened, predicted, rows, said, titles, train, train_on, written
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot
from window_driver import controls, dialogs, drop, place, says

from bpgui.data.readers import Reading, read_files
from bpgui.ui.dialogs import predict_table
from bpgui.ui.dialogs.predict_dialog import PredictDialog
from bpgui.ui.dialogs.predict_job import Job
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.output import OutputPanel


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read_files([written(tmp_path_factory.mktemp("known") / "known.csv", rows(120, 1))])


@pytest.fixture
def trained(qtbot: QtBot, window: MainWindow, known: Reading) -> MainWindow:
    train(qtbot, window, known)
    return window


# ---- when


def test_it_can_be_asked_for_only_when_something_was_learnt(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    action = window.actions_by_key["predict"]
    assert not action.isEnabled()
    assert action.toolTip() == "Nothing has been trained yet: train, then new data can be predicted."
    train_on(qtbot, window, written(tmp_path / "known.csv", rows(60, 1)))
    assert action.isEnabled()
    assert action.toolTip() == "Apply the trained network to the rows of another file."
    window.session.trainer.reset()
    assert not action.isEnabled()


def test_the_predictions_offer_it_and_take_a_file_that_is_dropped(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    output = trained.panels["output"]
    assert isinstance(output, OutputPanel)
    output.show_view("predictions")
    view = output.view
    assert view is not None
    button = view.widget.new_data  # type: ignore[attr-defined]
    assert button.isVisible()
    assert button.isEnabled()
    assert says(button)
    path = written(tmp_path / "new.csv", rows(9, 2))
    before = trained.session.document.spec
    assert drop(trained, QUrl.fromLocalFile(str(path)), onto=view.widget)
    qtbot.waitUntil(lambda: bool(trained.findChildren(PredictDialog)))
    [dialog] = trained.findChildren(PredictDialog)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    assert dialog.heading.text() == "new.csv"
    assert trained.session.document.spec == before
    dialog.close()
    trained.session.trainer.reset()
    assert not button.isEnabled()
    drop(trained, QUrl.fromLocalFile(str(path)), onto=view.widget)
    QApplication.processEvents()
    assert not [d for d in dialogs(trained) if isinstance(d, PredictDialog)]


# ---- answers


def test_every_row_has_its_prediction_with_probabilities(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    lines = [(kind, zip_, size, town, "x") for size, town, zip_, kind in rows(30, 2)]
    path = written(tmp_path / "new.tsv", lines, ("kind", "zip", "size", "town", "colour"), "\t")
    dialog = predicted(qtbot, trained, path)
    assert titles(dialog) == ["kind", "kind in the file", "right?", "P(no)", "P(yes)", "zip", "size", "town", "colour"]
    answers, actual = column(dialog, "kind"), column(dialog, "kind in the file")
    assert set(answers) == {"no", "yes"}
    for answer, yes, no in zip(answers, column(dialog, "P(yes)"), column(dialog, "P(no)"), strict=True):
        assert answer == ("yes" if float(yes) >= 0.5 else "no")
        assert float(yes) + float(no) == pytest.approx(1.0, abs=2e-4)
    right = ["✓ right" if a == b else "✗ wrong" for a, b in zip(answers, actual, strict=True)]
    assert column(dialog, "right?") == right
    assert column(dialog, "zip") == [line[1] for line in lines], "codes keep their zeros"
    share = sum(word == "✓ right" for word in right) / 30
    assert f"{share:.4f}"[:6] in said(dialog)
    assert "it is a test" in said(dialog)
    assert "Not used by the network: colour." in said(dialog)
    assert "Threshold: yes from 0.5 on (the middle)." in said(dialog)


def test_rows_without_a_prediction_say_why_and_can_be_listed(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    lines = [row[:3] for row in rows(12, 3)]
    lines[4] = ("", "north", "007")
    lines[7] = ("1.5", "moon", "007")
    dialog = predicted(qtbot, trained, written(tmp_path / "new.csv", lines, HEAD[:3]))
    assert dialog.outcome is not None
    assert dialog.answers.counted.text() == "11 predictions for 12 rows"
    model = dialog.answers.table.rows
    assert model.index(4, 0).data() == "–"
    assert "No value in size." in str(model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole))
    assert "town: 1 row has a category that no training row had ('moon')" in said(dialog)
    assert "size: 1 row without a usable value." in said(dialog)
    assert "in the file" not in said(dialog), "nothing to compare with"
    choose(qtbot, dialog.answers.which, "Without a prediction (1)")
    dialog.answers.which.activated.emit(dialog.answers.which.currentIndex())
    assert model.rowCount() == 1
    assert model.headerData(0, Qt.Orientation.Vertical) == "5"
    assert dialog.answers.counted.text() == "1 of 12 rows"


def test_a_click_on_a_head_sorts_by_probability_rows_without_one_last(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    lines = [row[:3] for row in rows(40, 4)]
    lines[0] = ("", "north", "007")
    dialog = predicted(qtbot, trained, written(tmp_path / "new.csv", lines, HEAD[:3]))
    header = dialog.answers.table.horizontalHeader()
    place = titles(dialog).index("P(yes)")
    for descending in (True, False):
        header.sectionClicked.emit(place)
        shown = column(dialog, "P(yes)")
        assert shown[-1] == "–"
        numbers = [float(text) for text in shown[:-1]]
        assert numbers == sorted(numbers, reverse=descending)
    header.sectionClicked.emit(place)
    assert column(dialog, "P(yes)")[0] == "–", "as they stand in the file"


def test_the_projects_own_rows_are_predicted_but_not_scored(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    dialog = predicted(qtbot, trained, written(tmp_path / "again.csv", rows(120, 1)))
    assert dialog.outcome is not None
    assert "No score: all of these rows are in the project's own data" in said(dialog)
    assert "Accuracy" not in said(dialog)
    assert "right?" not in titles(dialog)
    assert trained.session.document.looks == 0


def test_more_rows_are_laid_out_when_the_end_comes_in_sight(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict_table, "LINES", 100)
    dialog = predicted(qtbot, trained, written(tmp_path / "new.csv", rows(250, 5)))
    table = dialog.answers.table
    assert table.rows.rowCount() == 100
    table.scrollToBottom()
    qtbot.waitUntil(lambda: table.rows.rowCount() >= 200)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: table.rows.rowCount() == 250)
    assert dialog.answers.counted.text() == "250 predictions for 250 rows"


# ---- columns that are missing


def test_a_missing_column_is_taken_from_another_one_without_editing_the_file(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    lines = rows(25, 6)
    straight = predicted(qtbot, trained, written(tmp_path / "right.csv", lines))
    wanted = column(straight, "P(yes)")
    straight.close()
    path = written(tmp_path / "other.csv", lines, ("Size", "town", "code", "kind"))
    dialog = predicted(qtbot, trained, path)
    assert dialog.outcome is None
    assert dialog.pages.currentWidget() is dialog.columns
    assert "other.csv lacks 2 columns" in dialog.columns.title.text()
    boxes = dialog.columns.boxes
    assert boxes["size"].value() == "Size", "the likely one is chosen already"
    assert not boxes["zip"].value()
    assert not dialog.columns.use.isEnabled()
    assert "zip" in dialog.columns.problem.text()
    assert dialog.focusWidget() is boxes["zip"]
    choose(qtbot, boxes["zip"], "Size")
    boxes["zip"].activated.emit(boxes["zip"].currentIndex())
    assert "Size is chosen twice" in dialog.columns.problem.text()
    assert not dialog.columns.use.isEnabled()
    choose(qtbot, boxes["zip"], "code")
    boxes["zip"].activated.emit(boxes["zip"].currentIndex())
    qtbot.mouseClick(dialog.columns.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    assert column(dialog, "P(yes)") == wanted, "007 under another name is read as the text that it is"
    assert "code" in titles(dialog)
    assert "zip: taken from the column 'code'." in said(dialog)
    assert path.read_text().startswith("Size,town,code,kind\n")


def test_nothing_that_could_stand_for_a_column_is_said(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    dialog = predicted(qtbot, trained, written(tmp_path / "short.csv", [("1.5", "north")], ("size", "town")))
    assert dialog.pages.currentWidget() is dialog.start
    assert "short.csv has no column for zip" in dialog.notice.text.text()
    assert dialog.notice.isVisible()


def test_a_question_about_the_file_is_asked_and_answered(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    lines = [(f"{i % 9}.{i:03d}", f"{i % 7}.5", "x" if i % 2 else "y") for i in range(40)]
    train_on(qtbot, window, written(tmp_path / "known.csv", lines, ("a", "b", "label")))
    new = [("1.234", "2.345"), ("2.345", "3.456"), ("9.111", "3.222")]
    dialog = predicted(qtbot, window, written(tmp_path / "new.csv", new, ("a", "b"), ";"))
    assert dialog.outcome is not None, "the better guess first"
    [card] = dialog.questions.cards
    assert column(dialog, "a")[0] == "1.234"
    other = next(button for button in card.findChildren(QRadioButton) if not button.isChecked())
    other.click()
    qtbot.waitUntil(lambda: dialog.outcome is not None and column(dialog, "a")[0] == "1234", timeout=20_000)
    assert dialog.questions.cards, "the answer can still be changed"


# ---- what goes wrong


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", "", "empty.csv"),
        ("gaps.csv", "size,town,zip\n,north,007\n,south,012\n", "No row can be predicted: size holds no usable value"),
        ("p.bpgui", "no project", "is a project"),
    ],
)
def test_what_cannot_be_predicted_is_said_in_a_sentence(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    dialog = predicted(qtbot, trained, path)
    assert dialog.outcome is None
    assert dialog.notice.isVisible()
    assert sentence in dialog.notice.text.text()
    assert name in dialog.notice.text.text()
    assert "Traceback" not in dialog.notice.text.text()
    dialog.take([written(tmp_path / "good.csv", rows(5, 1))])
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    assert not dialog.notice.isVisible()


def test_it_stops_at_once_and_escape_stops_before_it_closes(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    dialog = predicted(qtbot, trained, written(tmp_path / "new.csv", rows(8, 2)))
    assert dialog.outcome is not None
    stopped: list[bool] = []

    def endless(progress: object) -> None:
        try:
            while True:
                progress(0.5)  # type: ignore[operator]
        finally:
            stopped.append(True)

    dialog._begin(Job(endless, dialog), "…")
    assert not dialog.foot.save.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert not dialog.busy
    assert dialog.foot.text.text() == "Stopped."
    assert dialog.foot.save.isEnabled()
    assert dialog.answers.outcome is not None, "what was there stays"
    qtbot.waitUntil(lambda: bool(stopped))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# ---- how it is used


def test_every_control_says_what_it_is_on_every_page(qtbot: QtBot, trained: MainWindow, tmp_path: Path) -> None:
    def silent(dialog: PredictDialog) -> list[str]:
        found = [c for c in controls(dialog) if c.isVisible() and not says(c)]
        return [f"{type(c).__name__} < {place(c)}" for c in found]

    dialog = opened(trained)
    assert dialog.focusWidget() is dialog.start.choose
    assert silent(dialog) == []
    lines = [row[:3] for row in rows(9, 1)]
    lines[0] = ("", "north", "007")
    dialog.take([written(tmp_path / "other.csv", lines, ("Size", "town", "zip"))])
    qtbot.waitUntil(lambda: not dialog.busy, timeout=20_000)
    assert silent(dialog) == []
    qtbot.keyClick(dialog.columns.use, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    assert silent(dialog) == []
    assert dialog.focusWidget() is dialog.answers.table
    for theme in ("light", "dark"):
        trained.theme.choose(theme, keep=False)
        assert not dialog.grab().isNull()


def test_files_are_dropped_on_the_dialog_and_nothing_else_changes(
    qtbot: QtBot, trained: MainWindow, tmp_path: Path
) -> None:
    before = trained.session.document.spec
    dialog = opened(trained)
    paths = [written(tmp_path / f"{i}.csv", rows(7, i)) for i in range(2)]
    assert drop(trained, *(QUrl.fromLocalFile(str(path)) for path in paths), onto=dialog)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    assert dialog.answers.counted.text() == "14 predictions for 14 rows"
    assert dialog.heading.text() == "0.csv and 1 more"
    assert drop(trained, onto=dialog, text="no file at all")
    qtbot.waitUntil(partial(dialog.notice.isVisible))
    assert trained.session.document.spec == before
