"""Opening, dropping, saving, closing, and what happens to errors."""

from __future__ import annotations

import logging
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMessageBox,
)
from pytestqt.qtbot import QtBot
from window_driver import accept_import, click, dialogs, drop, import_view

from bpgui.app import build_window
from bpgui.display import has_display
from bpgui.project import edits
from bpgui.project.samples import SAMPLES
from bpgui.session import guard
from bpgui.ui import settings
from bpgui.ui.dialogs.reading import FileReading
from bpgui.ui.errors import ErrorReporter
from bpgui.ui.files import is_project
from bpgui.ui.logs import start_logging
from bpgui.ui.main_window import MainWindow

CSV = "width;height;kind\n" + "\n".join(f"{i},5;{i % 7};{'big' if i > 30 else 'small'}" for i in range(60))


def waited(qtbot: QtBot, window: MainWindow) -> list[FileReading]:
    """What still reads, after a moment for the reader to be ended."""
    qtbot.wait(400)
    return window.findChildren(FileReading)


# ---- files


def test_samples_open_from_the_menu(window: MainWindow) -> None:
    menu = next(m for m in window.findChildren(QMenu) if m.accessibleName() == "Open sample")
    actions: list[QAction] = menu.actions()
    assert len(actions) == len(SAMPLES)
    next(a for a in actions if a.text() == SAMPLES["circles"].label).trigger()
    assert window.session.document.spec.data.origin.name == "circles"


def test_a_dropped_csv_is_read_while_the_window_lives(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text(CSV)
    assert drop(window, QUrl.fromLocalFile(str(path)))
    accept_import(qtbot, window)
    assert window.session.document.spec.data.origin.name == "things.csv"
    assert window.session.document.spec.data.target.name == "kind"
    assert window.session.trainer.state == "ready"
    assert settings.recent_files() == [path]
    assert "things.csv" in window.windowTitle() or "things" in window.windowTitle()


def test_a_file_dropped_on_a_floating_panel_is_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text(CSV)
    dock = window.docks["output"]
    dock.setFloating(True)
    assert drop(window, QUrl.fromLocalFile(str(path)), onto=dock)
    accept_import(qtbot, window)
    assert window.session.document.spec.data.origin.name == "things.csv"
    dock.setFloating(False)


def test_a_bad_file_leaves_what_was_open(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(bytes(range(256)) * 50)
    before = window.session.document.spec
    window.files.open_path(path)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=20_000)
    [box] = window.findChildren(QMessageBox)
    assert "broken.csv" in box.text()
    assert "Traceback" not in box.informativeText()
    assert box.informativeText()
    click(qtbot, box, "OK")
    assert window.session.document.spec == before


def test_missing_files_empty_folders_and_links_are_refused_in_words(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    for path in (tmp_path / "gone.csv", tmp_path):
        window.files.open_path(path)
        qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=20_000)
        [box] = window.findChildren(QMessageBox)
        assert path.name in box.text()
        assert box.informativeText()
        click(qtbot, box, "OK")
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))
    drop(window, QUrl("https://example.org/data.csv"))
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    [box] = window.findChildren(QMessageBox)
    assert "this computer" in box.text()
    click(qtbot, box, "OK")


def test_reading_can_be_cancelled_and_the_window_lives(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b,label\n" + "".join(f"{i},{i % 13},{i % 2}\n" for i in range(400_000)))
    before = window.session.document.spec
    beats: list[float] = []
    timer = QTimer(window)
    timer.timeout.connect(lambda: beats.append(time.monotonic()))
    timer.start(10)
    window.files.open_path(path)
    view = import_view(qtbot, window)
    click(qtbot, view, "Use this data")
    beats.clear()
    qtbot.waitUntil(lambda: len(beats) > 5)
    began = time.monotonic()
    click(qtbot, view, "Cancel")
    assert view.foot.use.isEnabled()
    assert time.monotonic() - began < 0.5
    click(qtbot, view, "Cancel")
    timer.stop()
    assert window.files.view is None
    assert window.session.document.spec == before
    assert "nothing changed" in window.status.currentMessage()
    assert not any(reading._job.thread.is_alive() for reading in waited(qtbot, window))
    assert max(b - a for a, b in pairwise(beats)) < 0.5


def test_closing_while_a_file_is_read(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b,label\n" + "".join(f"{i},{i % 13},{i % 2}\n" for i in range(400_000)))
    window.files.open_path(path)
    click(qtbot, import_view(qtbot, window), "Use this data")
    began = time.monotonic()
    assert window.close()
    assert time.monotonic() - began < 2.0


def test_closing_while_the_beginning_is_read(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "things.csv"
    path.write_text(CSV)
    window.files.open_path(path)
    began = time.monotonic()
    assert window.close()
    assert time.monotonic() - began < 2.0


def test_several_dropped_files_are_one_set_of_data(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.csv" for name in ("test", "train")]
    for path in paths:
        path.write_text(CSV)
    drop(window, *(QUrl.fromLocalFile(str(path)) for path in paths))
    accept_import(qtbot, window)
    table = window.session.document.table
    assert table.rows == 120
    assert set(table.column("part").levels) == {"train", "test"}
    assert window.status.currentMessage().startswith("Read test.csv and 1 more: 120 rows.")
    assert [Path(p) for p in window.session.document.spec.data.origin.paths] == [paths[1]]


def test_a_project_among_other_files_is_not_guessed_at(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    paths = [tmp_path / "some.csv", tmp_path / "mine.bpgui"]
    for path in paths:
        path.write_text(CSV)
    drop(window, *(QUrl.fromLocalFile(str(path)) for path in paths))
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    [box] = dialogs(window)
    assert "mine.bpgui is a project" in box.text()
    click(qtbot, box, "OK")


@pytest.mark.parametrize(("rows", "text"), [(1, "1 row."), (12_000, "12\u202f000 rows.")])
def test_rows_are_counted_in_words(qtbot: QtBot, window: MainWindow, tmp_path: Path, rows: int, text: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "".join(f"{i % 7}.5,{i}\n" for i in range(rows)))
    window.files.open_path(path)
    accept_import(qtbot, window)
    assert window.status.currentMessage().startswith(f"Read rows.csv: {text}")


def test_a_broken_project_is_refused_before_saving_is_asked(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "photo.bpgui"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    document = window.session.document
    document.edit("Add a layer", edits.insert_layer, 1)
    edited = document.spec
    assert window.files.something_to_lose()
    assert drop(window, QUrl.fromLocalFile(str(path)))
    qtbot.waitUntil(lambda: bool(dialogs(window)))
    [box] = dialogs(window)
    assert "could not be opened" in box.text()
    assert "b'" not in box.informativeText()
    assert "as data" not in box.informativeText()
    click(qtbot, box, "OK")
    assert not dialogs(window)
    assert document.spec == edited


def test_save_as_asks_where_and_adds_the_suffix(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.actions_by_key["save"].trigger()
    [dialog] = dialogs(window)
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("xor.bpgui")
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    name.selectAll()
    qtbot.keyClicks(name, str(tmp_path / "kept"))
    dialog.accept()
    qtbot.waitUntil(lambda: window.session.document.path == tmp_path / "kept.bpgui")
    assert (tmp_path / "kept.bpgui").is_file()


def test_opening_a_project_asks_about_what_is_not_saved(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "first.bpgui"
    window.files._save_to(path, None)
    document = window.session.document
    document.edit("Add a layer", edits.insert_layer, 1)
    edited = document.spec
    window.files.open_path(path)
    [box] = dialogs(window)
    click(qtbot, box, "Cancel")
    assert document.spec == edited
    window.files.open_path(path)
    [box] = dialogs(window)
    click(qtbot, box, "Save")
    assert document.spec == edited, "saved first, then opened"
    assert not document.modified


def test_save_and_open_bring_everything_back(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.bpgui"
    document, trainer = window.session.document, window.session.trainer
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    assert window.isWindowModified()
    window.files._save_to(path, None)
    assert is_project(path)
    assert window.windowTitle() == "mine.bpgui[*] — bpgui"
    assert not window.isWindowModified()
    assert not window.files.something_to_lose()
    spec, step = document.spec, trainer.progress.step
    window.session.new()
    assert trainer.progress.step == 0
    window.files.open_path(path)
    assert document.spec == spec
    assert trainer.progress.step == step
    assert document.path == path


def test_a_damaged_project_leaves_what_was_open(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "damaged.bpgui"
    path.write_bytes(b"PK\x03\x04 not really")
    before = window.session.document.spec
    window.files.open_path(path)
    [box] = dialogs(window)
    assert "damaged.bpgui" in box.text()
    assert window.session.document.spec == before
    click(qtbot, box, "OK")


def test_where_saving_fails_another_place_is_offered(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    saved: list[bool] = []
    window.files._save_to(tmp_path / "no" / "such" / "folder.bpgui", lambda: saved.append(True))
    [box] = dialogs(window)
    assert "could not be saved" in box.text()
    click(qtbot, box, "Cancel")
    assert saved == []


# ---- closing


def test_an_untouched_window_closes_at_once(qtbot: QtBot) -> None:
    window = build_window()
    window.show()
    window.session.document.open_sample("moons")
    assert window.close()
    window.deleteLater()


def test_closing_asks_when_weights_are_newer(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_key["step_epoch"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "paused")
    assert not window.close()
    [box] = dialogs(window)
    assert "weights" in box.informativeText()
    click(qtbot, box, "Cancel")
    assert window.isVisible()
    window.close()
    [box] = dialogs(window)
    click(qtbot, box, "Don't save")
    assert not window.isVisible()


def test_closing_in_training_takes_less_than_two_seconds(qtbot: QtBot, window: MainWindow) -> None:
    window.session.document.open_sample("digits8x8")
    window.session.document.edit("x", edits.set_training, epochs=1_000_000)
    window.session.trainer.finish()
    qtbot.waitUntil(lambda: window.session.trainer.progress.step > 5)
    window._leaving = True
    began = time.monotonic()
    assert window.close()
    assert time.monotonic() - began < 2.0
    assert not window.session.trainer._worker.is_alive()


# ---- errors


def test_uncaught_errors_are_logged_and_told_once(
    qtbot: QtBot, window: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    reporter = ErrorReporter(window)
    former = sys.excepthook
    reporter.install()
    try:
        with caplog.at_level(logging.ERROR, logger="bpgui"):
            for number in range(5):
                sys.excepthook(ValueError, ValueError(f"number {number}"), None)
            guard.report(KeyError("inside a paint"), "Panel.paintEvent")
        [box] = dialogs(window)
    finally:
        reporter.uninstall()
    assert sys.excepthook is former
    assert len(caplog.records) == 6
    assert isinstance(box, QMessageBox)
    assert "number 0" in box.detailedText()
    assert "Traceback" not in box.informativeText()


def test_a_broken_panel_does_not_stop_the_window(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(window.panels["loss"]), "probes", broken)
    window.docks["loss"].hide()
    window.docks["loss"].show()
    QApplication.processEvents()
    assert any("showEvent" in record.getMessage() for record in caplog.records)
    caplog.clear()


def test_the_log_goes_to_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    logger = logging.getLogger("bpgui")
    before, level = list(logger.handlers), logger.level
    path = start_logging()
    try:
        assert path is not None
        logger.error("something")
        assert "something" in path.read_text()
    finally:
        import faulthandler

        from bpgui.ui import logs

        faulthandler.disable()
        if logs._crash_file is not None:
            logs._crash_file.close()
        for handler in [h for h in logger.handlers if h not in before]:
            logger.removeHandler(handler)
            handler.close()
        logger.setLevel(level)


def test_no_display_is_seen_before_qt_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert has_display() is (sys.platform != "linux")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert has_display()
