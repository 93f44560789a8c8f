"""The buttons of dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from bpgui.ui.widgets.controls import describe


def dialog_button(
    text: str, sentence: str, parent: QWidget, slot: Callable[..., Any] | None = None, *, main: bool = False
) -> QPushButton:
    """Named by its text, explained by a sentence; `main` is the one that the dialog is there for.

    Return presses it only while it has the keyboard, unless it is made the dialog's default.
    """
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    if main:
        button.setProperty("train", True)
    describe(button, text.replace("&", "").rstrip("…"), sentence)
    if slot is not None:
        button.clicked.connect(slot)
    return button
