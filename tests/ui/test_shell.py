"""The window as a whole: menus, toolbar, keys, layout, theme, files, drops, closing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
    QTabBar,
)
from pytestqt.qtbot import QtBot
from window_driver import click, controls, dialogs, dispose, place, says

from bpgui.app import build_window
from bpgui.project import edits
from bpgui.ui import following, settings
from bpgui.ui.actions import ACTIONS
from bpgui.ui.commands import Commands
from bpgui.ui.layouts import LAYOUTS
from bpgui.ui.main_window import MainWindow
from bpgui.ui.menus import MENUS
from bpgui.ui.panels import PANELS

CSV = "width;height;kind\n" + "\n".join(f"{i},5;{i % 7};{'big' if i > 30 else 'small'}" for i in range(60))


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
    keys += list(window.single_keys.keys.values())
    assert len(keys) == len(set(keys))


def test_panels_are_docks_that_come_back(qtbot: QtBot, window: MainWindow) -> None:
    assert set(window.docks) == {k for k, e in PANELS.items() if e.area != "centre"}
    for key, dock in window.docks.items():
        action = dock.toggleViewAction()
        assert dock.isVisible() == (key not in LAYOUTS["watch"].closed)
        dock.show()
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
    for fold in window.panels["model"].folds.values():  # type: ignore[attr-defined]
        fold.set_open(True)
    window.notice.say("Something happened.", links=[window.actions_by_key["reset"]])
    QApplication.processEvents()
    missing = [f"{type(w).__name__} {w.objectName()!r} in {place(w)}" for w in controls(window) if not says(w)]
    assert missing == []


# ---- training


def test_train_button_and_keys_drive_the_trainer(qtbot: QtBot, window: MainWindow) -> None:
    trainer, bar = window.session.trainer, window.toolbar
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
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
    box = window.panels["data"].columns.rows[1].target  # type: ignore[attr-defined]
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert window.session.trainer.state == "ready"
    assert window.session.document.spec.data.target.name == "x1"


def test_the_end_of_a_run_says_why(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: window.session.trainer.state == "ended")
    assert window.toolbar.pill.text() == "DONE"
    assert window.toolbar.rate.text() == "all epochs done"
    assert window.toolbar.bar.value() == 1000


def test_divergence_is_explained_with_a_way_out(qtbot: QtBot, window: MainWindow) -> None:
    document, trainer = window.session.document, window.session.trainer
    document.open_sample("plane")
    document.edit("x", edits.set_training, learning_rate=1e9)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    assert window.toolbar.pill.text() == "DIVERGED"
    assert window.notice.isVisible()
    assert "learning rate" in window.notice.text.text()
    assert window.actions_by_key["go_back"].isEnabled()
    document.edit("x", edits.set_training, learning_rate=1.0)
    assert window.notice.isVisible(), "the run still cannot go on"
    run = trainer.run
    assert window.notice.links[0].text() == "Go back and divide the learning rate by 10 →"
    qtbot.mouseClick(window.notice.links[0], Qt.MouseButton.LeftButton)
    assert document.spec.training.learning_rate == 0.1
    assert trainer.run is run
    assert trainer.state in ("paused", "ready")
    assert not window.notice.isVisible()
    assert not window.actions_by_key["go_back"].isEnabled()
    assert window.toolbar.train.text() == "Train"
    step = trainer.progress.step
    window.actions_by_key["step_epoch"].trigger()
    qtbot.waitUntil(lambda: trainer.progress.step > step)


@pytest.mark.parametrize(
    ("settings", "word", "sentence"),
    [
        ({"target_metric": "accuracy", "target_value": 0.1}, "metric reached", "Train goes on past it"),
        ({"patience": 1, "min_delta": 100.0}, "patience ended", "weights of its best"),
        ({"max_seconds": 0.01, "epochs": 10_000_000}, "time is up", "as much again"),
    ],
)
def test_every_rule_that_ends_a_run_says_so(
    qtbot: QtBot, window: MainWindow, settings: dict[str, object], word: str, sentence: str
) -> None:
    trainer = window.session.trainer
    window.session.document.edit("x", edits.set_training, **settings)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    assert window.toolbar.pill.text() == "DONE"
    assert window.toolbar.rate.text() == word
    assert sentence in window.toolbar.pill.toolTip()
    assert not window.notice.isVisible()
    window.actions_by_key["train"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "training")
    trainer.pause()


def test_train_begins_again_where_a_run_cannot_go_on(qtbot: QtBot, window: MainWindow) -> None:
    document, trainer, bar = window.session.document, window.session.trainer, window.toolbar
    document.open_sample("plane")
    document.edit("x", edits.set_training, learning_rate=1e9)
    window.actions_by_key["finish"].trigger()
    qtbot.waitUntil(lambda: trainer.state == "ended")
    ended = trainer.run
    assert bar.train.text() == "Restart"
    assert bar.train.accessibleName() == "Reset and train"
    assert "first weights" in bar.train.toolTip()
    assert "Reset and train" in window.actions_by_key["train"].text().replace("&", "")
    document.edit("x", edits.set_training, learning_rate=0.01)
    assert bar.train.text() == "Restart"
    qtbot.mouseClick(bar.train, Qt.MouseButton.LeftButton)
    assert trainer.state == "training"
    assert trainer.run is not ended
    assert not window.notice.isVisible()
    assert bar.train.text() == "Pause"
    qtbot.waitUntil(lambda: trainer.progress.epoch > 0)
    trainer.pause()
    assert bar.train.text() == "Train"
    trainer.show_run(ended.id)
    assert bar.train.text() == "Restart"
    assert window.notice.isVisible()


def test_a_block_is_named_and_mended_beside_the_button(qtbot: QtBot, window: MainWindow) -> None:
    document = window.session.document
    document.edit("x", edits.set_loss, "cce")
    assert window.session.trainer.state == "blocked"
    assert not window.toolbar.train.isEnabled()
    assert window.toolbar.pill.text() == "BLOCKED"
    text = document.findings[0].text
    assert window.toolbar.blocked.text() == "✕ " + text.split(". ")[0].rstrip(".")
    assert text in window.toolbar.blocked.toolTip()
    assert window.toolbar.blocked.accessibleName() == window.toolbar.blocked.toolTip()
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


def test_an_edit_goes_over_the_actions_once_at_most(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several signals tell of one edit."""
    calls: list[dict[str, bool]] = []
    monkeypatch.setattr(following, "show_enabled", lambda actions, conditions: calls.append(conditions))
    document = window.session.document
    assert not document.undo_stack.canUndo()
    document.edit("Change units", edits.set_layer, "d1", units=5)
    assert [now["can_undo"] for now in calls] == [True]
    document.edit("Change units", edits.set_layer, "d1", units=6)
    document.edit("Change the rate", edits.set_training, learning_rate=0.5)
    assert len(calls) == 1
    window.actions_by_key["step_batch"].trigger()
    assert calls[-1]["can_reset"]


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
    qtbot.waitUntil(lambda: output.height() >= window.docks["loss"].height())  # its picture is worth the room
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: output not in window.tabifiedDockWidgets(weights))


def test_no_empty_tab_bar_stays_where_panels_shared_one(qtbot: QtBot, window: MainWindow) -> None:
    weights, output = window.docks["weights"], window.docks["output"]
    for _ in range(2):
        window.resize(1280, 720)
        qtbot.waitUntil(lambda: output in window.tabifiedDockWidgets(weights))
        qtbot.waitUntil(lambda: shown_bars(window) == [["Loss", "Health"], ["Weights", "Output"]])
        window.resize(1440, 900)
        qtbot.waitUntil(lambda: output not in window.tabifiedDockWidgets(weights))
        qtbot.waitUntil(lambda: shown_bars(window) == [["Loss", "Health"]])


def shown_bars(window: MainWindow) -> list[list[str]]:
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    return sorted([bar.tabText(place) for place in range(bar.count())] for bar in bars)


def test_a_window_that_was_left_high_has_its_tabs_on_a_lower_screen(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1440, 900)
    QApplication.processEvents()
    window.close()
    lower = build_window(remember=False)
    lower.resize(1280, 720)
    settings.set_window_state(lower.saveGeometry(), None)
    dispose(lower)
    second = build_window()
    try:
        second.show()
        qtbot.waitExposed(second)
        assert second.height() == 720
        assert second.docks["output"] in second.tabifiedDockWidgets(second.docks["weights"])
    finally:
        dispose(second)


def test_panels_that_were_parted_in_a_low_window_stay_so(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1280, 720)
    weights, output = window.docks["weights"], window.docks["output"]
    qtbot.waitUntil(lambda: output in window.tabifiedDockWidgets(weights))
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, output)
    window.close()
    second = build_window()
    try:
        second.show()
        assert second.docks["output"] not in second.tabifiedDockWidgets(second.docks["weights"])
    finally:
        dispose(second)


def test_help_windows_open(qtbot: QtBot, window: MainWindow) -> None:
    for key in ("shortcuts", "about"):
        window.actions_by_key[key].trigger()
        [dialog] = dialogs(window)
        assert all(says(w) for w in controls(dialog))
        click(qtbot, dialog, "Close")
