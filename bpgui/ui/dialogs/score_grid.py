"""Numbers with their names, a line each."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpgui.ui.numbers import format_number

DIGITS = 4


def score_grid(rows: Iterable[tuple[str, float, str]], parent: QWidget, font: QFont) -> QGridLayout:
    """(name, value, sentence that explains it) a line; `font` is the numbers'."""
    grid = QGridLayout()
    for line, (name, value, sentence) in enumerate(rows):
        label = QLabel(name, parent)
        label.setProperty("muted", True)
        number = QLabel(format_number(None if math.isnan(value) else value, DIGITS), parent)  # as in the Output panel
        number.setFont(font)
        number.setAlignment(Qt.AlignmentFlag.AlignRight)
        number.setAccessibleName(f"{name}: {number.text()}")
        for widget in (label, number):
            widget.setToolTip(sentence)
        grid.addWidget(label, line, 0)
        grid.addWidget(number, line, 1)
    grid.setColumnStretch(0, 1)
    return grid
