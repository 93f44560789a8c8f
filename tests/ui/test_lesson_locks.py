"""What a lesson locks or hides holds while it runs, says why, and is free again afterwards."""

from __future__ import annotations

from learn_hand import HEAD, begin, demonstration, made, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_driver import click

from bpgui.project import edits
from bpgui.project.lessons.controls import CONTROLS
from bpgui.ui.dialogs.worksheet import WorksheetDialog
from bpgui.ui.learn.locks import ACTIONS_OF
from bpgui.ui.main_window import MainWindow

REASON = "The lesson “A demonstration” keeps this as it is."


def test_locked_controls_say_why_and_hold(qtbot: QtBot, window: MainWindow) -> None:
    loss = window.panels["model"].controls["loss"]  # type: ignore[attr-defined]
    finish = window.actions_by_key["finish"]
    before = (loss.toolTip(), finish.statusTip())
    begin(qtbot, window, demonstration())
    assert not loss.isEnabled()
    assert loss.toolTip() == REASON
    assert not finish.isEnabled()
    assert not window.toolbar.buttons["finish"].isEnabled()
    assert finish.statusTip() == REASON
    # The program itself enables and explains again and again.
    window.session.document.edit("", edits.set_training, epochs=50)
    window.session.trainer.step_batch()
    qtbot.waitUntil(lambda: window.session.trainer.state == "paused")
    loss.setEnabled(True)
    loss.setToolTip("other")
    assert not loss.isEnabled()
    assert loss.toolTip() == REASON
    assert not finish.isEnabled()
    press(qtbot, window, "lesson-leave")
    assert loss.isEnabled()
    assert finish.isEnabled()
    assert finish.statusTip() == before[1]
    assert not window.session.document.guard


def test_a_locked_setting_is_locked_in_the_diagram_too(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, demonstration())
    window.panels["network"].layer_actions.set_choice("loss:", "mse")  # type: ignore[attr-defined]
    assert window.session.document.spec.training.loss == "bce"


def test_a_worksheet_does_not_open_its_network_over_a_locked_one(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window, demonstration())
    before = window.session.document.spec
    window.actions_by_key["worksheet"].trigger()
    dialog = window.findChild(WorksheetDialog)
    assert isinstance(dialog, WorksheetDialog)
    click(qtbot, dialog, "Open its network")
    assert window.session.document.spec is before
    assert "The lesson keeps" in dialog.said.text()
    press(qtbot, window, "lesson-leave")
    click(qtbot, dialog, "Open its network")
    assert window.session.document.spec == dialog.sheet.spec


def test_hidden_panels_stay_hidden(qtbot: QtBot, window: MainWindow) -> None:
    dock = window.docks["weights"]
    begin(qtbot, window, demonstration())
    assert dock.isHidden()
    dock.show()
    assert dock.isHidden()
    assert not dock.toggleViewAction().isEnabled()
    press(qtbot, window, "lesson-leave")
    assert dock.isVisible()
    assert dock.toggleViewAction().isEnabled()


def test_hidden_settings_and_middle_panels(qtbot: QtBot, window: MainWindow) -> None:
    head = HEAD[:-4] + "hide: model.optimizer, panel.explore\nlock: panel.data, network.diagram\n---\n"
    model, data = window.panels["model"], window.panels["data"]
    begin(qtbot, window, made("# One\n```point\nmodel.loss\n```\n", head))
    assert model.rows["optimizer"].isHidden()  # type: ignore[attr-defined]
    window.session.document.edit("", edits.set_training, epochs=50)  # the panel shows its rows anew
    assert model.rows["optimizer"].isHidden()  # type: ignore[attr-defined]
    assert window.centre.tabs["network"]["explore"].isHidden()
    assert not window.actions_by_key["explore"].isEnabled()
    assert not data.samples.isEnabled()  # type: ignore[attr-defined]
    assert not window.panels["network"].view.isEnabled()  # type: ignore[attr-defined]
    press(qtbot, window, "lesson-leave")
    assert not model.rows["optimizer"].isHidden()  # type: ignore[attr-defined]
    assert not window.centre.tabs["network"]["explore"].isHidden()
    assert data.samples.isEnabled()  # type: ignore[attr-defined]


def test_what_the_program_wants_meanwhile_is_so_afterwards(qtbot: QtBot, window: MainWindow) -> None:
    head = HEAD[:-4] + "lock: toolbar.reset, toolbar.train\n---\n"
    begin(qtbot, window, made("# One\n", head))
    assert not window.toolbar.train.isEnabled()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    QApplication.processEvents()
    assert window.session.trainer.state == "ready"
    window.session.trainer.step_batch()
    qtbot.waitUntil(lambda: window.session.trainer.state == "paused")
    assert not window.actions_by_key["reset"].isEnabled()
    press(qtbot, window, "lesson-leave")
    assert window.actions_by_key["reset"].isEnabled()
    assert window.toolbar.train.isEnabled()


def test_what_is_locked_cannot_be_undone_or_done_again(qtbot: QtBot, window: MainWindow) -> None:
    document, undo, redo = window.session.document, window.actions_by_key["undo"], window.actions_by_key["redo"]
    document.edit("", edits.set_training, learning_rate=0.25)
    document.edit("", edits.set_training, learning_rate=0.5)
    undo.trigger()
    head = HEAD[:-4] + "lock: model.learning_rate\n---\n"
    begin(qtbot, window, made("# One\n", head))
    for action in (undo, redo):
        action.trigger()
        assert document.spec.training.learning_rate == 0.25
        assert "keeps this as it is: learning rate." in window.status.currentMessage()
    document.edit("", edits.set_training, epochs=50)
    undo.trigger()
    assert document.spec.training.epochs != 50, "what is free can be undone"
    redo.trigger()
    assert document.spec.training.epochs == 50
    undo.trigger()
    press(qtbot, window, "lesson-leave")
    undo.trigger()
    assert document.spec.training.learning_rate != 0.25, "after the lesson all can be undone"


def test_a_setup_that_made_what_is_locked_stays(qtbot: QtBot, window: MainWindow) -> None:
    document = window.session.document
    before = document.spec
    head = HEAD[:-4] + "lock: model.learning_rate\n---\n"
    begin(qtbot, window, made("# One\n```setup\nlearning_rate: 0.125\n```\n", head))
    window.actions_by_key["undo"].trigger()
    assert document.spec.training.learning_rate == 0.125
    press(qtbot, window, "lesson-leave")
    assert document.spec == before


def test_actions_of_controls_are_there(window: MainWindow) -> None:
    for name, keys in ACTIONS_OF.items():
        assert name in CONTROLS or name.replace("check", "*") in CONTROLS, name
        assert set(keys) <= set(window.actions_by_key)
