"""The seal of the test part, by clicks."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from window_driver import click, dialogs

from bpgui.ui.dialogs.test_look import TestLookDialog
from bpgui.ui.main_window import MainWindow
from bpgui.ui.panels.data import DataPanel


def test_the_test_part_opens_only_on_purpose(qtbot: QtBot, window: MainWindow) -> None:
    panel = window.panels["data"]
    assert isinstance(panel, DataPanel)
    document, trainer = window.session.document, window.session.trainer
    document.open_sample("two_gaussians")
    assert panel.split.sealed.text() == "Test sealed · looked at 0 times"
    closed = panel.split.lock.pixmap().toImage()
    assert not panel.split.look.isEnabled(), "nothing is trained"
    trainer.step_epoch()
    qtbot.waitUntil(lambda: panel.split.look.isEnabled())
    qtbot.mouseClick(panel.split.look, Qt.MouseButton.LeftButton)
    [question] = dialogs(window)
    click(qtbot, question, "Leave it sealed")
    assert document.looks == 0
    qtbot.mouseClick(panel.split.look, Qt.MouseButton.LeftButton)
    [question] = dialogs(window)
    click(qtbot, question, "Look")
    assert document.looks == 1
    assert panel.split.sealed.text() == "Test opened · looked at once"
    assert panel.split.lock.pixmap().toImage() != closed
    [found] = [d for d in dialogs(window) if isinstance(d, TestLookDialog)]
    said = [label.text() for label in found.findChildren(QLabel)]
    assert "Loss" in said
    assert all(button.icon().isNull() for button in found.findChildren(QPushButton)), "none of the style's own"
    assert "Accuracy" in said
    assert any(text.startswith(f"{len(document.dataset.test)} test rows") for text in said)
    document.open_sample("xor")
    assert not panel.split.seal.isVisible(), "no test rows"
