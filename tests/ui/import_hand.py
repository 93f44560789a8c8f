"""Driving the import view in tests: opening it, reading its cells, picking lines of its lists."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QComboBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from window_driver import import_view

from bpgui.ui.dialogs.import_view import ImportView
from bpgui.ui.main_window import MainWindow

THINGS = "width;height;kind\n" + "\n".join(f"{i},5;{i % 7};{'big' if i > 30 else 'small'}" for i in range(60))
DECIMALS = "a;b;label\n1.234;2.345;x\n2.345;3.456;y\n9.111;3.222;x\n"


def mime_of(urls: list[QUrl]) -> QMimeData:
    mime = QMimeData()
    mime.setUrls(urls)
    return mime


def opened(qtbot: QtBot, window: MainWindow, *paths: Path) -> ImportView:
    window.files.open_paths(paths)
    return import_view(qtbot, window)


def cells(view: ImportView, row: int) -> list[str]:
    model = view.preview.table.rows
    return [str(model.index(row, column).data()) for column in range(model.columnCount())]


def choose(qtbot: QtBot, box: QWidget, label: str) -> None:
    """With the keys, as a person picks a line of a list."""
    assert isinstance(box, QComboBox)
    box.setFocus()
    for _ in range(box.count()):
        if box.currentText() == label:
            return
        qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    while box.currentText() != label:
        qtbot.keyClick(box, Qt.Key.Key_Down)


def message(qtbot: QtBot, window: MainWindow) -> QMessageBox:
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)), timeout=20_000)
    [box] = window.findChildren(QMessageBox)
    assert box.informativeText()
    return box
