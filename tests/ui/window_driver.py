"""Driving a whole window in tests: making it, finding its dialogs, clicking, dropping, asking what controls say."""

from __future__ import annotations

import warnings

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
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
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from bpgui.ui.dialogs.import_view import ImportView
from bpgui.ui.main_window import MainWindow


def dispose(window: MainWindow) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.close()
    window._leaving = True
    window.close()
    window.deleteLater()
    window.session.deleteLater()  # nobody owns it; in a program it is there to the end


def dialogs(window: MainWindow) -> list[QDialog]:
    QApplication.processEvents()
    return [d for d in window.findChildren(QDialog) if d.isVisible()]


def click(qtbot: QtBot, dialog: QDialog, label: str) -> None:
    buttons = [b for b in dialog.findChildren(QPushButton) if b.text().replace("&", "") == label]
    assert buttons, [b.text() for b in dialog.findChildren(QPushButton)]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def drop(window: MainWindow, *urls: QUrl, onto: QWidget | None = None, text: str = "") -> bool:
    """Drag files or a text over the window, or over `onto`, and let go; says whether they were taken."""
    mime = QMimeData()
    if urls:
        mime.setUrls(list(urls))
    if text:
        mime.setText(text)
    target = onto or window
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    with warnings.catch_warnings():
        # Later versions of Qt deprecate making these events by hand, which a test has to do.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter = QDragEnterEvent(QPointF(50, 50).toPoint(), copy, mime, left, none)
        leave_or_drop = QDropEvent(QPointF(50, 50), copy, mime, left, none)
    QApplication.sendEvent(target, enter)
    if not enter.isAccepted():
        QApplication.sendEvent(target, QDragLeaveEvent())
        return False
    assert onto or window._drop_hint.isVisible()
    QApplication.sendEvent(target, leave_or_drop)
    assert not window._drop_hint.isVisible()
    return True


def import_view(qtbot: QtBot, window: MainWindow) -> ImportView:
    """The view of the data that was dropped or opened, once it is there."""
    qtbot.waitUntil(lambda: window.files.view is not None and window.files.view.isVisible(), timeout=20_000)
    view = window.files.view
    assert view is not None
    return view


def accept_import(qtbot: QtBot, window: MainWindow) -> None:
    """Take the data as it was read, with the key Enter, and wait until it is the project's."""
    view = import_view(qtbot, window)
    qtbot.waitUntil(lambda: view.foot.use.isEnabled(), timeout=20_000)
    with qtbot.waitSignal(window.files.opened, timeout=20_000):
        qtbot.keyClick(view.focusWidget() or view, Qt.Key.Key_Return)
    QApplication.processEvents()


def controls(window: QWidget) -> list[QWidget]:
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


def says(widget: QWidget) -> bool:
    if isinstance(widget, QGraphicsView):
        # A picture with tooltips of its own for what is under the cursor.
        return bool(widget.accessibleName() and widget.accessibleDescription())
    return bool(widget.accessibleName().strip()) and len(widget.toolTip().strip()) > 8


def place(widget: QWidget) -> str:
    return " < ".join(type(p).__name__ for p in _ancestors(widget)[:4])
