"""Small windows that list things, and the one that lists the keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpgui.ui.diagram.keys import LAYER_KEYS
from bpgui.ui.diagram.number_cursor import NUMBER_KEYS
from bpgui.ui.explain.keys import WALK_KEYS
from bpgui.ui.menus import MENUS
from bpgui.ui.texts import tr_label
from bpgui.ui.widgets.controls import describe


class ListDialog(QDialog):
    """A title, a column to fill, a Close button; one at a time, over the window."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(12)
        heading = QLabel(title, self)
        heading.setProperty("heading", True)
        outer.addWidget(heading)
        self.column = QVBoxLayout()
        self.column.setSpacing(8)
        outer.addLayout(self.column, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        describe(close, self.tr("Close"), self.tr("Close this list."))
        buttons.rejected.connect(self.reject)
        outer.addWidget(buttons)


def shortcuts_dialog(actions: dict[str, QAction], keys: dict[str, str], parent: QWidget) -> ListDialog:
    """All keys, by menu, then those of diagram and explained step; `keys` are those that depend on the focus."""
    dialog = ListDialog(parent.tr("Keyboard shortcuts"), parent)
    body = QWidget(dialog)
    body.setObjectName("scrolled")
    grid = QGridLayout(body)
    grid.setContentsMargins(0, 0, 12, 0)
    grid.setHorizontalSpacing(24)
    for title, names in MENUS:
        rows = [(a, keys.get(n) or native(a)) for n in names if (a := actions.get(n)) and (keys.get(n) or native(a))]
        if not rows:
            continue
        _add_keys(grid, tr_label(title).replace("&", ""), [(key, action.statusTip()) for action, key in rows])
    layers = [(entry.names(), tr_label(entry.help)) for entry in LAYER_KEYS]
    _add_keys(grid, parent.tr("Layers and diagram"), layers)
    numbers = [(entry.names(), tr_label(entry.help)) for entry in NUMBER_KEYS]
    _add_keys(grid, parent.tr("Neurons and edges of the diagram"), numbers)
    walk = [(entry.names(), tr_label(entry.help)) for entry in WALK_KEYS]
    _add_keys(grid, parent.tr("The explained step, while it has the keyboard"), walk)
    grid.setColumnStretch(1, 1)
    area = QScrollArea(dialog)
    area.setWidgetResizable(True)
    area.setWidget(body)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    describe(area, parent.tr("Keys"), parent.tr("All keys, by menu, then those of the diagram."))
    dialog.column.addWidget(area)
    dialog.resize(560, 560)
    return dialog


def _add_keys(grid: QGridLayout, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """A section of the list: its title, then a line for each (key, sentence)."""
    body = grid.parentWidget()
    section = QLabel(title.upper(), body)
    section.setProperty("section", True)
    grid.addWidget(section, grid.rowCount(), 0, 1, 2)
    for key, sentence in rows:
        line = grid.rowCount()
        grid.addWidget(QLabel(key, body), line, 0, Qt.AlignmentFlag.AlignTop)
        text = QLabel(sentence, body)
        text.setProperty("muted", True)
        text.setWordWrap(True)
        grid.addWidget(text, line, 1, Qt.AlignmentFlag.AlignTop)


def native(action: QAction) -> str:
    """The key of an action as this desktop writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
