"""The window as a whole: menus, toolbar, keys, layout, theme, files, drops, closing."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QGraphicsView,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bpgui.app import build_window, has_display, start_logging
from bpgui.project import edits
from bpgui.project.samples import SAMPLES
from bpgui.ui import guard, settings
from bpgui.ui.actions import ACTIONS
from bpgui.ui.commands import Commands
from bpgui.ui.errors import ErrorReporter
from bpgui.ui.files import is_project
from bpgui.ui.main_window import MainWindow
from bpgui.ui.menus import MENUS
from bpgui.ui.panels import PANELS

CSV = "width;height;kind\n" + "\n".join(f"{i},5;{i % 7};{'big' if i > 30 else 'small'}" for i in range(60))


def dispose(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window._leaving = True
    window.close()
    window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    made = build_window()
    made.show()
    qtbot.waitExposed(made)
    yield made
    dispose(made)


def dialogs(window: MainWindow) -> list[QDialog]:
    QApplication.processEvents()
    return [d for d in window.findChildren(QDialog) if d.isVisible()]


def click(qtbot: QtBot, dialog: QDialog, label: str) -> None:
    buttons = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == label]
    assert buttons, [b.text() for b in dialog.findChildren(QPushButton)]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def drop(window: MainWindow, *urls: QUrl) -> bool:
    mime = QMimeData()
    mime.setUrls(list(urls))
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), copy, mime, left, none)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        QApplication.sendEvent(window, QDragLeaveEvent())
        return False
    assert window._drop_hint.isVisible()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), copy, mime, left, none))
    assert not window._drop_hint.isVisible()
    return True


# ---- the tables


def test_actions_name_real_handlers_and_conditions(window: MainWindow) -> None:
    conditions = window.commands.conditions()
    for entry in ACTIONS.values():
        assert callable(getattr(Commands, entry.handler))
        assert not entry.enabled or entry.enabled in conditions
        assert entry.help.endswith(".")
    used = [key for _, keys in MENUS for key in keys if key in ACTIONS]
    assert sorted(used) == sorted(ACTIONS), "every action stands in exactly one menu"


def test_keys_are_unambiguous(window: MainWindow) -> None:
    keys = [a.shortcut().toString() for a in window.actions_by_key.values() if not a.shortcut().isEmpty()]
    keys += list(window.single_keys.values())
    assert len(keys) == len(set(keys))


def test_panels_are_docks_that_come_back(qtbot: QtBot, window: MainWindow) -> None:
    assert set(window.docks) == {k for k, e in PANELS.items() if e.area != "centre"}
    for dock in window.docks.values():
        action = dock.toggleViewAction()
        assert dock.isVisible()
        action.trigger()
        assert not dock.isVisible()
        action.trigger()
        assert dock.isVisible()


def test_a_folded_panel_asks_for_nothing(qtbot: QtBot, window: MainWindow) -> None:
    loss = window.panels["loss"]
    watched = window.session.trainer._watched
    assert id(loss) in watched
    fold = window.docks["loss"]._fold
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert not loss.isVisible()
    assert id(loss) not in watched
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert loss.isVisible()
    assert id(loss) in watched


@pytest.mark.parametrize("sample", ["moons", "digits8x8"])
def test_every_control_says_what_it_is(qtbot: QtBot, window: MainWindow, sample: str) -> None:
    window.session.document.open_sample(sample)
    window.session.selection.select_layer(window.session.document.spec.network.layers[0].id)
    window.panels["model"]._on_more_clicked()  # type: ignore[attr-defined]
    window.notice.say("Something happened.", link=window.actions_by_key["reset"])
    QApplication.processEvents()
    missing = [f"{type(w).__name__} {w.objectName()!r} in {_place(w)}" for w in _controls(window) if not _says(w)]
    assert missing == []


def _controls(window: QWidget) -> list[QWidget]:
    kinds = (
        QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider, QLineEdit, QAbstractItemView, QGraphicsView
    )  # fmt: skip
    inner = ("qt_spinbox_lineedit", "qt_dockwidget_closebutton", "qt_dockwidget_floatbutton", "ScrollLeftButton",
             "ScrollRightButton", "qt_menubar_ext_button", "qt_toolbar_ext_button")  # fmt: skip
    found = []
    for widget in window.findChildren(QWidget):
        parts_of = type(widget.parent()).__name__ if widget.parent() else ""
        if not isinstance(widget, kinds) or widget.objectName() in inner or "ScrollBar" in type(widget).__name__:
            continue
        if "ComboBox" in parts_of or "HeaderView" in type(widget).__name__ or "CornerButton" in type(widget).__name__:
            continue
        if any(isinstance(p, QComboBox) for p in _ancestors(widget)):
            continue
        found.append(widget)
    return found


def _ancestors(widget: QWidget) -> list[QWidget]:
    result = []
    while (parent := widget.parentWidget()) is not None:
        result.append(parent)
        widget = parent
    return result


def _says(widget: QWidget) -> bool:
    if isinstance(widget, QGraphicsView):
        # A picture with tooltips of its own for what is under the cursor.
        return bool(widget.accessibleName() and widget.accessibleDescription())
    return bool(widget.accessibleName().strip()) and len(widget.toolTip().strip()) > 8


def _place(widget: QWidget) -> str:
    return " < ".join(type(p).__name__ for p in _ancestors(widget)[:4])


# ---- training


def test_train_button_and_keys_drive_the_trainer(qtbot: QtBot, window: MainWindow) -> None:
    trainer, bar = window.session.trainer, window.toolbar
    assert trainer.state == "ready"
    assert bar.pill.text() == "READY"
    qtbot.mouseClick(bar.train, Qt.MouseButton.LeftButton)
    assert trainer.state == "training"
    assert bar.train.text() == "Pause"
    qtbot.waitUntil(lambda: trainer.progress.epoch > 2)
    window.panels["network"].setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert trainer.state == "paused"
    assert bar.train.text() == "Train"
    qtbot.waitUntil(lambda: str(trainer.progress.epoch) in bar.readout.text())
    before = trainer.driver.step_count
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: trainer.state == "paused" and trainer.progress.step == before + 1)
    window.actions_by_key["reset"].trigger()
    assert trainer.state == "ready"
    assert not window.actions_by_key["reset"].isEnabled()


def test_space_belongs_to_the_control_with_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    box = window.panels["data"].columns.standardise  # type: ignore[attr-defined]
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert window.session.trainer.state == "ready"
    assert all(c.standardise for c in window.session.document.spec.data.features)


def test_the_end_of_a_run_says_why(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended", timeout=10_000)
    assert window.toolbar.pill.text() == "DONE"
    assert window.toolbar.rate.text() == "all epochs done"
    assert window.toolbar.bar.value() == 1000


def test_divergence_is_explained_with_a_way_out(qtbot: QtBot, window: MainWindow) -> None:
    document, trainer = window.session.document, window.session.trainer
    document.open_sample("plane")
    document.edit("x", edits.set_training, learning_rate=1e9)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=10_000)
    assert window.toolbar.pill.text() == "DIVERGED"
    assert window.notice.isVisible()
    assert "learning rate" in window.notice.text.text()
    assert not window.toolbar.train.isEnabled(), "a run that diverged cannot go on"
    qtbot.mouseClick(window.notice.link, Qt.MouseButton.LeftButton)
    assert trainer.state == "ready"
    assert window.toolbar.train.isEnabled()


def test_a_block_is_named_and_mended_beside_the_button(qtbot: QtBot, window: MainWindow) -> None:
    document = window.session.document
    document.edit("x", edits.set_loss, "cce")
    assert window.session.trainer.state == "blocked"
    assert not window.toolbar.train.isEnabled()
    assert window.toolbar.pill.text() == "BLOCKED"
    assert document.findings[0].text in window.toolbar.blocked.text()
    assert window.toolbar.fix is not None
    qtbot.mouseClick(window.toolbar.fix, Qt.MouseButton.LeftButton)
    assert not document.blocked
    assert window.toolbar.train.isEnabled()


def test_findings_are_listed_with_their_fixes(qtbot: QtBot, window: MainWindow) -> None:
    document = window.session.document
    document.edit("x", edits.set_loss, "cce")
    qtbot.mouseClick(window.status.findings, Qt.MouseButton.LeftButton)
    [dialog] = dialogs(window)
    links = [b for b in dialog.findChildren(QPushButton) if b.property("link")]
    assert links
    qtbot.mouseClick(links[0], Qt.MouseButton.LeftButton)
    assert not document.blocked
    click(qtbot, dialog, "Close")


def test_speed_goes_from_steps_to_flat_out(qtbot: QtBot, window: MainWindow) -> None:
    slider, text = window.toolbar.speed, window.toolbar.speed_text
    assert text.text() == "62 epochs a second"
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert text.text() == "flat out"
    assert window.session.trainer.pace.rate is None
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert text.text() in ("one step a second", "one epoch a second")


# ---- edits


def test_undo_and_redo_name_the_edit(qtbot: QtBot, window: MainWindow) -> None:
    document = window.session.document
    undo, redo = window.actions_by_key["undo"], window.actions_by_key["redo"]
    assert not undo.isEnabled()
    before = document.spec
    document.edit("Add a layer", edits.insert_layer, 1)
    assert "Add a layer" in undo.text()
    undo.trigger()
    assert document.spec == before
    assert redo.isEnabled()
    assert "Add a layer" in redo.text()
    redo.trigger()
    assert document.spec != before


def test_refusals_are_said_in_the_status_bar(window: MainWindow) -> None:
    document = window.session.document
    assert not document.edit("x", edits.remove_layer, document.spec.network.output.id)
    assert "output layer" in window.status.currentMessage()


# ---- theme and layout


def test_theme_is_remembered(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_key["theme_light"].trigger()
    assert settings.theme_choice() == "light"
    second = build_window()
    try:
        assert second.actions_by_key["theme_light"].isChecked()
        assert not second.actions_by_key["theme_dark"].isChecked()
    finally:
        dispose(second)


def test_layout_is_remembered_and_can_be_reset(qtbot: QtBot, window: MainWindow) -> None:
    window.docks["weights"].close()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks["loss"])
    window.close()
    second = build_window()
    second.show()
    try:
        assert second.docks["weights"].isHidden()
        left = Qt.DockWidgetArea.LeftDockWidgetArea
        assert second.dockWidgetArea(second.docks["loss"]) == left
        second.actions_by_key["reset_layout"].trigger()
        assert not second.docks["weights"].isHidden()
        assert second.dockWidgetArea(second.docks["loss"]) != left
    finally:
        dispose(second)


def test_damaged_settings_do_no_harm(qtbot: QtBot) -> None:
    stored = settings.store()
    stored.setValue("window/geometry", "rubbish")
    stored.setValue("window/docks", 17)
    stored.setValue("window/theme", "purple")
    stored.setValue("files/recent", {"a": 1})
    stored.sync()
    window = build_window()
    try:
        assert settings.recent_files() == []
    finally:
        dispose(window)


def test_small_windows_share_a_tab(qtbot: QtBot, window: MainWindow) -> None:
    weights, output = window.docks["weights"], window.docks["output"]
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: output not in window.tabifiedDockWidgets(weights))
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: output in window.tabifiedDockWidgets(weights))
    assert window.size().width() == 1280, "nothing is wider than a 1280 window"
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: output not in window.tabifiedDockWidgets(weights))


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
    qtbot.waitUntil(lambda: window.session.document.spec.data.origin.name == "things.csv", timeout=20_000)
    assert window.session.document.spec.data.target.name == "kind"
    assert window.session.trainer.state == "ready"
    assert settings.recent_files() == [path]
    assert "things.csv" in window.windowTitle() or "things" in window.windowTitle()


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


def test_missing_files_folders_and_links_are_refused_in_words(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", tmp_path):
        window.files.open_path(path)
        [box] = dialogs(window)
        assert isinstance(box, QMessageBox)
        assert path.name in box.text()
        click(qtbot, box, "OK")
    drop(window, QUrl("https://example.org/data.csv"))
    assert "this computer" in window.status.currentMessage()


def test_save_and_open_bring_everything_back(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.bpgui"
    document, trainer = window.session.document, window.session.trainer
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended", timeout=10_000)
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

        from bpgui import app

        faulthandler.disable()
        if app._crash_file is not None:
            app._crash_file.close()
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


def test_help_windows_open(qtbot: QtBot, window: MainWindow) -> None:
    for key in ("shortcuts", "about"):
        window.actions_by_key[key].trigger()
        [dialog] = dialogs(window)
        assert all(_says(w) for w in _controls(dialog))
        click(qtbot, dialog, "Close")
