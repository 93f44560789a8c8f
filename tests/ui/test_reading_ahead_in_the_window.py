"""A process that reads gets ready while files are dragged, chosen or looked at, and goes when none is to come."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import accept_import, drop, import_view

from bpgui.data.reading_process import SPARE
from bpgui.ui.main_window import MainWindow


@pytest.fixture(autouse=True)
def _none_waits() -> Iterator[None]:
    SPARE.dismiss()
    yield
    SPARE.dismiss()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text("width,kind\n" + "".join(f"{row % 7}.5,{'ab'[row % 2]}\n" for row in range(60)))
    return path


def drag_over(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(50, 50).toPoint(), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()


def test_from_the_drag_to_the_table(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    drag_over(window, table)
    dragged = SPARE.pid
    assert dragged is not None
    assert drop(window, QUrl.fromLocalFile(str(table)))
    view = import_view(qtbot, window)
    looked = SPARE.pid
    assert looked not in (None, dragged), "the first one has served; the next waits for the whole file"
    assert view.reading is not None
    accept_import(qtbot, window)
    assert window.session.document.table.rows == 60
    assert SPARE.pid is None, "nothing more is to come"


def test_a_dialog_gets_one_ready_and_a_cancelled_import_sends_it_away(
    qtbot: QtBot, window: MainWindow, table: Path
) -> None:
    window.files.open()
    assert SPARE.pid is not None
    (dialog,) = window.findChildren(QFileDialog)
    dialog.reject()
    assert drop(window, QUrl.fromLocalFile(str(table)))
    view = import_view(qtbot, window)
    assert SPARE.pid is not None
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: SPARE.pid is None)


def test_a_window_that_closes_leaves_no_process(qtbot: QtBot, window: MainWindow, table: Path) -> None:
    drag_over(window, table)
    pid = SPARE.pid
    assert pid is not None
    window._leaving = True  # nothing is to be asked about the sample that it opened with
    window.close()
    assert SPARE.pid is None
    with pytest.raises(OSError, match=r"."):
        os.kill(pid, 0)
