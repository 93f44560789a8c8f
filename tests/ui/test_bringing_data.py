"""Data that comes by dropping and pasting, anywhere in the window, and data that is read again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from import_hand import DECIMALS, THINGS, cells, message, mime_of, opened
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from window_driver import accept_import, click, dialogs, drop, import_view, place

from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.project.storage import Project, save_project
from bpgui.ui.dropping import dropped_of
from bpgui.ui.main_window import MainWindow
from bpgui.ui.widgets.number_box import NumberBox


@pytest.fixture
def things(tmp_path: Path) -> Path:
    path = tmp_path / "things.csv"
    path.write_text(THINGS)
    return path


# ---- anywhere


def test_a_file_can_be_dropped_anywhere(window: MainWindow) -> None:
    """Whatever lies under the pointer, or may lie there later, lets a file through to the window."""
    window.session.document.open_sample("digits8x8")
    window.commands.explore()
    QApplication.processEvents()
    widgets: list[QWidget] = window.findChildren(QWidget)
    assert len(widgets) > 300
    assert not sorted({f"{type(w).__name__} < {place(w)}" for w in widgets if w.acceptDrops() and not w.isWindow()})


def test_dropping_while_training_goes_on(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    trainer = window.session.trainer
    window.session.document.open_sample("moons")
    window.session.document.edit("x", edits.set_training, epochs=1_000_000)
    trainer.train()
    qtbot.waitUntil(lambda: trainer.progress.step > 5)
    assert drop(window, QUrl.fromLocalFile(str(things)))
    import_view(qtbot, window)
    step = trainer.progress.step
    qtbot.waitUntil(lambda: trainer.progress.step > step)
    accept_import(qtbot, window)
    assert window.session.document.spec.data.origin.name == "things.csv"
    assert trainer.state in ("ready", "blocked")


def test_the_project_is_proposed_beside_the_window(
    qtbot: QtBot, window: MainWindow, things: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going over a million rows once more would hold the window up."""
    asked: list[str] = []

    def spy(*args: object, **kwargs: object) -> ProjectSpec:
        asked.append(threading.current_thread().name)
        return propose(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("bpgui.session.document.propose", spy)
    monkeypatch.setattr("bpgui.ui.reopening.propose", spy)
    document = window.session.document
    base = document.spec
    assert drop(window, QUrl.fromLocalFile(str(things)))
    accept_import(qtbot, window)
    assert asked == ["bpgui-reading"]
    assert document.spec == propose(document.table, document.spec.data.origin, base=base, seed=base.seed)


def test_many_files_do_not_stop_the_window(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    urls = []
    for index in range(500):
        path = tmp_path / f"part {index}.csv"
        path.write_text("a,b\n1,2\n")
        urls.append(QUrl.fromLocalFile(str(path)))
    QApplication.processEvents()
    began = time.thread_time()  # of this thread, however busy the machine is
    assert drop(window, *urls)
    window.files.take(dropped_of(mime_of(urls)))
    assert time.thread_time() - began < 0.1
    assert window.files._first is not None
    window.files.halt()


def test_something_else_dropped_on_the_view_takes_its_place(
    qtbot: QtBot, window: MainWindow, things: Path, tmp_path: Path
) -> None:
    first = opened(qtbot, window, things)
    other = tmp_path / "other.csv"
    other.write_text(DECIMALS)
    assert drop(window, QUrl.fromLocalFile(str(other)), onto=first)
    qtbot.waitUntil(lambda: window.files.view is not first and window.files.view is not None, timeout=20_000)
    assert import_view(qtbot, window).heading.text() == "other.csv"


# ---- pasting


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QMimeData]:
    """What is put in is in the clipboard once `put` is called."""
    yield QMimeData()
    QApplication.clipboard().clear()


def paste(qtbot: QtBot, window: MainWindow, mime: QMimeData) -> None:
    QApplication.clipboard().setMimeData(mime)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()


def test_a_table_from_a_spreadsheet_is_pasted(qtbot: QtBot, window: MainWindow, clipboard: QMimeData) -> None:
    clipboard.setText("height\tkind\n" + "".join(f"{i}.5\t{'ab'[i % 2]}\n" for i in range(40)))
    clipboard.setHtml("<table><tr><td>height</td></tr></table>")
    paste(qtbot, window, clipboard)
    view = import_view(qtbot, window)
    assert view.heading.text() == "pasted table"
    assert cells(view, 1) == ["1.5", "b"]
    accept_import(qtbot, window)
    data = window.session.document.spec.data
    assert (data.origin.name, data.origin.path) == ("pasted table", ""), "its file will be gone"
    assert window.session.document.table.rows == 40
    window.actions_by_key["reading"].trigger()
    assert cells(import_view(qtbot, window), 1) == ["1.5", "b"], "in this session it can be read again"


@pytest.mark.parametrize(
    ("text", "said"),
    [("just a few words", "not a table"), ("https://example.org/iris.csv", "not on this computer"), ("  \n", "empty")],
)
def test_what_cannot_be_pasted_is_said(
    qtbot: QtBot, window: MainWindow, clipboard: QMimeData, text: str, said: str
) -> None:
    clipboard.setText(text)
    paste(qtbot, window, clipboard)
    box = message(qtbot, window)
    assert said in box.text()
    click(qtbot, box, "OK")


def test_a_picture_is_pasted_as_a_file_only(qtbot: QtBot, window: MainWindow, clipboard: QMimeData) -> None:
    picture = QImage(4, 4, QImage.Format.Format_RGB888)
    picture.fill(0)
    clipboard.setImageData(picture)
    paste(qtbot, window, clipboard)
    box = message(qtbot, window)
    assert "picture" in box.text()
    click(qtbot, box, "OK")


@pytest.mark.parametrize("as_text", [False, True])
def test_files_are_pasted(qtbot: QtBot, window: MainWindow, clipboard: QMimeData, things: Path, as_text: bool) -> None:
    if as_text:
        clipboard.setText(str(things))
    else:
        clipboard.setUrls([QUrl.fromLocalFile(str(things))])
    paste(qtbot, window, clipboard)
    assert import_view(qtbot, window).heading.text() == "things.csv"


def test_a_text_field_keeps_its_own_paste(qtbot: QtBot, window: MainWindow, clipboard: QMimeData) -> None:
    clipboard.setText("0.25")
    QApplication.clipboard().setMimeData(clipboard)
    box = next(c for c in window.panels["model"].findChildren(NumberBox) if c.isVisible())
    box.setFocus()
    line = box.lineEdit()
    line.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "0.25" in line.text()
    assert not dialogs(window)


def test_text_can_be_dropped(qtbot: QtBot, window: MainWindow) -> None:
    assert drop(window, text="a,b\n1,2\n3,4\n5,7\n")
    assert cells(import_view(qtbot, window), 1) == ["3", "4"]


# ---- again


def test_the_reading_is_changed_later_and_roles_stay(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    document = window.session.document
    assert not window.actions_by_key["reading"].isEnabled(), "a sample is made, not read"
    opened(qtbot, window, things)
    accept_import(qtbot, window)
    document.edit("x", edits.set_target, document.table, "width")
    document.edit("x", edits.set_column, document.table, "height", role="ignore")
    assert window.actions_by_key["reading"].isEnabled()
    window.actions_by_key["reading"].trigger()
    view = import_view(qtbot, window)
    field = view.form.controls["missing"]
    assert isinstance(field, QLineEdit)
    qtbot.keyClicks(field, "small")
    accept_import(qtbot, window)
    assert document.spec.data.origin.options.missing == ("small",)
    assert document.table.column("kind").levels == ("big",)
    assert document.spec.data.target.name == "width"
    assert [c.role for c in document.spec.data.columns] == ["target", "ignore", "feature"]
    document.undo_stack.undo()
    assert document.table.column("kind").levels == ("big", "small")
    window.actions_by_key["redo"].trigger()
    window.actions_by_key["reading"].trigger()
    view = import_view(qtbot, window)
    assert view.choices.base.missing == ("small",)
    assert view.again.isVisible()


def test_a_file_that_is_gone_is_said(qtbot: QtBot, window: MainWindow, things: Path) -> None:
    opened(qtbot, window, things)
    accept_import(qtbot, window)
    things.unlink()
    window.actions_by_key["reading"].trigger()
    box = message(qtbot, window)
    assert "things.csv is not there any more" in box.text()
    click(qtbot, box, "OK")


def test_large_data_of_a_project_is_read_again(
    qtbot: QtBot, window: MainWindow, things: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bpgui.data import cache
    from bpgui.project import outside

    monkeypatch.setattr(outside, "LARGE_TABLE", 10)
    monkeypatch.setattr(cache, "cached", lambda sha: None)
    opened(qtbot, window, things)
    accept_import(qtbot, window)
    document = window.session.document
    spec, path = document.spec, tmp_path / "large.bpgui"
    save_project(path, Project(spec, {document.table.sha: document.table}))
    window.session.new()
    window.files.open_path(path)
    qtbot.waitUntil(lambda: document.spec == spec, timeout=20_000)
    assert document.table.rows == 60
    window.session.new()
    things.write_text(THINGS.replace("big", "huge"))
    window.files.open_path(path)
    box = message(qtbot, window)
    assert "has changed" in box.informativeText()
    assert document.spec != spec
    click(qtbot, box, "OK")
