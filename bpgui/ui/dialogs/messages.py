"""Messages and questions that never block the program: they open, and call back when answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from bpgui.ui.icons import pixmap
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

Role = QMessageBox.ButtonRole


def show_message(parent: QWidget, title: str, text: str, *, details: str = "", warning: bool = True) -> QMessageBox:
    """One sentence as the title, what to do as the text; closes by itself when answered."""
    box = _box(parent, title, text, QMessageBox.Icon.Warning if warning else QMessageBox.Icon.Information)
    if details:
        box.setDetailedText(details)
    button = box.addButton(parent.tr("OK"), Role.AcceptRole)
    describe(button, parent.tr("OK"), parent.tr("Close this message."))
    box.setDefaultButton(button)
    box.open()
    return box


def ask(
    parent: QWidget,
    title: str,
    text: str,
    choices: Sequence[tuple[str, str, QMessageBox.ButtonRole, Callable[[], None] | None]],
    *,
    default: int = 0,
) -> QMessageBox:
    """A question with a button a choice: (label, sentence, role, what to call); Escape is the reject button."""
    box = _box(parent, title, text, QMessageBox.Icon.Question)
    calls: dict[QPushButton, Callable[[], None] | None] = {}
    for index, (label, sentence, role, call) in enumerate(choices):
        button = box.addButton(label, role)
        describe(button, label, sentence)
        calls[button] = call
        if index == default:
            box.setDefaultButton(button)
        if role == Role.RejectRole:
            box.setEscapeButton(button)

    def answered(_code: int) -> None:
        call = calls.get(box.clickedButton())  # type: ignore[call-overload]
        if call is not None:
            call()

    box.finished.connect(answered)
    box.open()
    return box


def _box(parent: QWidget, title: str, text: str, picture: QMessageBox.Icon) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowModality(Qt.WindowModality.WindowModal)
    box.setWindowTitle("bpgui")
    names = {
        QMessageBox.Icon.Warning: ("warning", theme().warn),
        QMessageBox.Icon.Question: ("question", theme().accent),
    }
    name, color = names.get(picture, ("about", theme().accent))
    box.setIconPixmap(pixmap(name, 32, color))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(text)
    box.setAccessibleName(title)
    return box
