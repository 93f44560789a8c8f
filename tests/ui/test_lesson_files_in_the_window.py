"""Lessons in files and in projects, from the command line, and the first one at the first start."""

from __future__ import annotations

from pathlib import Path

import pytest
from learn_hand import DEMONSTRATION, HEAD, demonstration, press
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from window_driver import dialogs, dispose, drop

from bpgui.app import build_window
from bpgui.project import edits, storage
from bpgui.project.lessons import shelf
from bpgui.ui import settings
from bpgui.ui.launch import Launch, Launches, launch
from bpgui.ui.learn.welcome import Welcome, offer_first_lesson
from bpgui.ui.main_window import MainWindow

OWN = HEAD.replace("title: A", "title: Of the project") + "# One\n```setup\nepochs: 7\n```\n# Two\n"


def texts(window: MainWindow) -> str:
    return " ".join(f"{d.text()} {d.informativeText()}" for d in dialogs(window))  # type: ignore[attr-defined]


def answer(qtbot: QtBot, window: MainWindow, label: str) -> None:
    """Press the button of the question that is open."""
    [button] = [b for d in dialogs(window) for b in d.findChildren(QPushButton) if b.text() == label]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


# ---- files


def test_a_lesson_is_opened_as_any_file(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "my lesson.md"
    path.write_text(DEMONSTRATION.read_text(encoding="utf-8"), encoding="utf-8")
    player = window.session.player
    assert drop(window, QUrl.fromLocalFile(str(path)))
    qtbot.waitUntil(lambda: player.lesson is not None)
    assert player.lesson is not None
    assert player.lesson.title == "A demonstration"
    press(qtbot, window, "lesson-next" if player.done else "lesson-skip")
    press(qtbot, window, "lesson-leave")
    window.files.open_paths([path])
    assert player.place == 0 or player.remembered[player.lesson.name].place == player.place


def test_a_file_with_faults_says_them_with_their_lines(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "faulty.md"
    path.write_text(HEAD + "# One\n{los}\n" + "```point\nnowhere\n```\n# Two\n" * 12, encoding="utf-8")
    window.files.open_path(path)
    assert window.session.player.lesson is None
    said = texts(window)
    assert "faulty.md cannot be played" in said
    assert "faulty.md, line 7: 'los' is not a fact or an event; did you mean loss?" in said
    assert "more; `bpgui lesson check` lists all" in said


def test_other_markdown_is_no_lesson(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n\n- one\n", encoding="utf-8")
    window.files.open_path(path)
    assert window.session.player.lesson is None
    qtbot.waitUntil(lambda: window.files.view is not None or bool(dialogs(window)), timeout=20_000)


# ---- the command line


def test_a_start_can_ask_for_a_lesson(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    launches = Launches(window)
    try:
        launches.serve(launch([], lesson=shelf.names()[0]))
        assert window.session.player.lesson is not None
        assert window.session.player.lesson.name == shelf.names()[0]
        launches.serve(launch([], lesson=str(DEMONSTRATION)))
        assert window.session.player.lesson.title == "A demonstration"
        launches.serve(Launch(lesson="nothing"))
        assert "There is no lesson 'nothing'" in texts(window)
    finally:
        launches.stop()


# ---- projects


def test_a_lesson_goes_with_a_project(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """Put in by the menu, saved, opened again: it begins, and the project stays the file's."""
    source, path = tmp_path / "own.md", tmp_path / "class.bpgui"
    source.write_text(OWN, encoding="utf-8")
    document, player = window.session.document, window.session.player
    assert not window.actions_by_key["take_lesson"].isEnabled()
    window.actions_by_key["put_lesson"].trigger()
    dialog = window.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(source))
    dialog.close()
    assert document.lesson == OWN
    assert window.isWindowModified()
    assert window.session.unsaved
    window.session.save(path)
    assert not window.session.unsaved
    assert storage.load_project(path).lesson == OWN

    window.session.new()
    assert document.lesson == ""
    window.files.open_path(path)
    assert player.lesson is not None
    assert player.lesson.title == "Of the project"
    assert (document.path, document.spec.training.epochs) == (path, 7)
    press(qtbot, window, "lesson-leave")
    assert document.path == path
    assert document.spec.training.epochs == 7, "what was done in one's own project stays"
    assert window.actions_by_key["take_lesson"].isEnabled()
    window.actions_by_key["take_lesson"].trigger()
    assert document.lesson == ""
    assert not window.actions_by_key["take_lesson"].isEnabled()


SAMPLE = HEAD.replace("title: A", "title: With a sample") + "# One\n```setup\nsample: moons\n```\n# Two\n"


@pytest.fixture
def opened(window: MainWindow, tmp_path: Path) -> Path:
    """A project of the person's own data with a lesson that sets up a sample, just opened."""
    path = tmp_path / "class.bpgui"
    document = window.session.document
    document.open_sample("iris")
    document.set_lesson(SAMPLE)
    window.session.save(path)
    window.session.new()
    window.files.open_path(path)
    assert document.spec.data.origin.name == "moons"
    return path


def test_who_opened_a_project_sees_its_name_also_where_its_lesson_sets_up_a_sample(
    qtbot: QtBot, window: MainWindow, opened: Path
) -> None:
    document = window.session.document
    assert document.path == opened
    assert "class.bpgui" in window.windowTitle()
    press(qtbot, window, "lesson-leave")
    assert document.path == opened
    window.actions_by_key["undo"].trigger()
    assert document.spec.data.origin.name == "iris"
    assert document.path == opened
    assert not document.modified


def test_data_in_a_file_is_not_overwritten_by_a_lesson_s_sample_unasked(
    qtbot: QtBot, window: MainWindow, opened: Path
) -> None:
    before = opened.read_bytes()
    window.actions_by_key["save"].trigger()
    assert opened.read_bytes() == before
    assert "class.bpgui holds other data" in texts(window)
    answer(qtbot, window, "Cancel")
    assert opened.read_bytes() == before
    window.actions_by_key["save"].trigger()
    answer(qtbot, window, "Save as…")
    dialog = window.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    assert dialog.selectedFiles() == [str(opened)]
    other = opened.with_name("other.bpgui")
    dialog.fileSelected.emit(str(other))
    dialog.close()
    assert opened.read_bytes() == before
    assert storage.load_project(other).spec.data.origin.name == "moons"
    assert window.session.document.path == other
    window.session.document.edit("", edits.set_training, epochs=41)
    window.actions_by_key["save"].trigger()
    assert storage.load_project(other).spec.training.epochs == 41, "asked once: the file now holds this data"


def test_it_is_overwritten_where_that_is_wanted(qtbot: QtBot, window: MainWindow, opened: Path) -> None:
    window.actions_by_key["save"].trigger()
    answer(qtbot, window, "Replace it")
    assert storage.load_project(opened).spec.data.origin.name == "moons"
    assert not window.session.document.modified


def test_a_file_that_holds_the_sample_is_saved_unasked(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path, document = tmp_path / "class.bpgui", window.session.document
    document.open_sample("moons")
    document.set_lesson(SAMPLE)
    window.session.save(path)
    window.session.new()
    window.files.open_path(path)
    document.edit("", edits.set_training, epochs=41)
    window.actions_by_key["save"].trigger()
    assert storage.load_project(path).spec.training.epochs == 41


def test_who_only_looked_at_it_is_not_asked_to_save(qtbot: QtBot, window: MainWindow, opened: Path) -> None:
    assert not window.files.something_to_lose()
    window.session.document.edit("", edits.set_training, epochs=41)
    assert window.files.something_to_lose()


def test_data_that_a_person_brought_is_saved_as_ever(qtbot: QtBot, window: MainWindow, opened: Path) -> None:
    """Nobody is asked about the data that the file holds, nor about what was not the lesson's doing."""
    press(qtbot, window, "lesson-leave")
    window.actions_by_key["undo"].trigger()
    window.session.document.edit("", edits.set_training, epochs=41)
    window.actions_by_key["save"].trigger()
    assert storage.load_project(opened).spec.training.epochs == 41


def test_a_lesson_that_cannot_be_played_is_not_put_in(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    source = tmp_path / "own.md"
    source.write_text(HEAD, encoding="utf-8")
    window.actions_by_key["put_lesson"].trigger()
    dialog = window.findChild(QFileDialog, "fileDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(source))
    dialog.close()
    assert window.session.document.lesson == ""
    assert "own.md cannot be played" in texts(window)


def test_opening_a_project_in_a_lesson_loses_nothing(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "other.bpgui"
    window.session.save(path)
    window.session.new()
    window.session.document.edit("", edits.set_training, epochs=41)
    window.lessons.begin(demonstration())
    window.files.open_path(path)
    assert window.session.player.lesson is None
    assert window.session.document.spec.training.epochs == 41, "one's own project is back before anything is asked"
    assert "There are edits that are not saved." in texts(window)


# ---- the first start


@pytest.fixture
def welcome(window: MainWindow) -> Welcome:
    offered = offer_first_lesson(window)
    assert offered is not None
    QApplication.processEvents()
    return offered


def test_the_first_start_offers_the_first_lesson(qtbot: QtBot, window: MainWindow, welcome: Welcome) -> None:
    assert welcome.isVisible()
    button = welcome.findChild(QPushButton, "welcome-begin")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.session.player.lesson is not None
    assert window.session.player.lesson.name == shelf.names()[0]
    assert not welcome.isVisible()
    assert offer_first_lesson(window) is None, "somebody who has begun needs no offer"


def test_it_is_declined_for_good(qtbot: QtBot, window: MainWindow, welcome: Welcome) -> None:
    button = welcome.findChild(QPushButton, "welcome-decline")
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not welcome.isVisible()
    assert offer_first_lesson(window) is None
    second = build_window()
    try:
        assert offer_first_lesson(second) is None
    finally:
        dispose(second)


def test_it_goes_with_the_first_training(qtbot: QtBot, window: MainWindow, welcome: Welcome) -> None:
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    assert not welcome.isVisible()


def test_who_has_closed_a_window_has_seen_it(window: MainWindow) -> None:
    settings.set_window_state(window.saveGeometry(), window.saveState())
    assert offer_first_lesson(window) is None


def test_a_newcomer_trains_xor_with_one_click(qtbot: QtBot, window: MainWindow, welcome: Welcome) -> None:
    """Not more than three are allowed: the first one trains what is there."""
    qtbot.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.toolbar.buttons["finish"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=30_000)
    loss = window.session.trainer.progress.train_loss
    assert loss is not None
    assert loss < 0.05
