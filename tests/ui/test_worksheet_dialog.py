"""The worksheet dialog by clicks and keys: what it shows, saves and opens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import click

from bpgui.runs.worksheet.problem import Problem, draw
from bpgui.runs.worksheet.sheet import make_worksheet
from bpgui.ui.dialogs.worksheet import WorksheetDialog
from bpgui.ui.main_window import MainWindow


@pytest.fixture
def dialog(qtbot: QtBot, window: MainWindow) -> WorksheetDialog:
    window.actions_by_key["worksheet"].trigger()
    found = window.findChild(WorksheetDialog)
    assert isinstance(found, WorksheetDialog)
    return found


def save(qtbot: QtBot, dialog: WorksheetDialog, button: str, path: Path) -> None:
    click(qtbot, dialog, button)
    chooser = next(c for c in dialog.findChildren(QFileDialog) if c.isVisible())
    chooser.fileSelected.emit(str(path))
    chooser.close()


def test_another_number_another_sheet(qtbot: QtBot, dialog: WorksheetDialog) -> None:
    first = dialog.preview.toPlainText()
    assert "Key to number 1" in first
    click(qtbot, dialog, "Another")
    assert dialog.controls["seed"].value() == 2
    assert "Key to number 2" in dialog.preview.toPlainText()
    qtbot.mouseClick(dialog.key, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.key.height() // 2))
    assert "Key" not in dialog.preview.toPlainText()


def test_settings_by_keys(qtbot: QtBot, dialog: WorksheetDialog) -> None:
    hidden = dialog.controls["hidden"]
    hidden.setFocus()
    hidden.selectAll()
    QTest.keyClicks(hidden, "3")
    QTest.keyClick(hidden, Qt.Key.Key_Return)
    assert "h3" in dialog.preview.toPlainText()
    outputs = dialog.controls["outputs"]
    outputs.setFocus()
    QTest.keyClick(outputs, Qt.Key.Key_Up)
    assert dialog.sheet.problem.outputs == 2
    loss = dialog.controls["loss"]
    loss.setFocus()
    QTest.keyClick(loss, Qt.Key.Key_End)
    assert dialog.sheet.problem == Problem(hidden=3, outputs=1, loss="bce")
    assert "one output" in dialog.said.text()


def test_it_is_saved_as_pdf_and_html(qtbot: QtBot, dialog: WorksheetDialog, tmp_path: Path) -> None:
    save(qtbot, dialog, "Save as PDF…", tmp_path / "sheet.pdf")
    data = (tmp_path / "sheet.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") >= 3
    save(qtbot, dialog, "Save as HTML…", tmp_path / "sheet.html")
    text = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "data:image/svg+xml;base64," in text
    assert make_worksheet(Problem()).sections[0].lines[0].text in text
    save(qtbot, dialog, "Save as HTML…", tmp_path / "nowhere" / "sheet.html")
    assert dialog.said.text().startswith("✕")
    assert "nowhere" in dialog.said.text()


def test_its_network_opens_in_the_window_and_undo_goes_back(
    qtbot: QtBot, window: MainWindow, dialog: WorksheetDialog
) -> None:
    before = window.session.document.spec
    click(qtbot, dialog, "Open its network")
    spec = window.session.document.spec
    np.testing.assert_array_equal(spec.network.layers[0].weights, draw(Problem()).weights[0])
    assert window.session.trainer.state == "ready"
    window.activateWindow()
    window.actions_by_key["undo"].trigger()
    assert window.session.document.spec == before
