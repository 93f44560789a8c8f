"""The middle of the window: several panels in one place, each named in a row of words that brings it in front."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QWidget

from bpgui.ui.panels import PanelEntry
from bpgui.ui.panels.base import Panel
from bpgui.ui.widgets.controls import describe


class Centre(QStackedWidget):
    """`shown(key)` says which panel came in front, `wanted` that one is to be shown which is not there yet."""

    shown = Signal(str)
    wanted = Signal()

    def __init__(self, entries: dict[str, PanelEntry], parent: QWidget) -> None:
        super().__init__(parent)
        self._entries = entries
        self._panels: dict[str, Panel] = {}
        self.tabs: dict[str, dict[str, QToolButton]] = {}

    def add(self, key: str, panel: Panel) -> None:
        """Put in the panel of one of the entries; the first one is in front."""
        panel.setProperty("central", True)
        self._panels[key] = panel
        self.addWidget(panel)
        self.tabs[key] = self._add_tabs(key)

    def show_panel(self, key: str) -> None:
        """Bring a panel in front; raises KeyError."""
        if key in self._entries and key not in self._panels:
            self.wanted.emit()
        if self.currentWidget() is not self._panels[key]:
            self.setCurrentWidget(self._panels[key])
            # Not on a button: Space goes on meaning training.
            self._panels[key].setFocus()
            self.shown.emit(key)

    def _add_tabs(self, own: str) -> dict[str, QToolButton]:
        """The names of all panels in the header of one, in place of its title."""
        header = self._panels[own].header
        header.title.hide()
        row = QWidget(header)
        line = QHBoxLayout(row)
        line.setContentsMargins(8, 0, 0, 0)
        line.setSpacing(4)
        group = QButtonGroup(row)
        buttons = {}
        for key, entry in self._entries.items():
            button = QToolButton(row)
            button.setText(header.tr(entry.title).upper())
            button.setProperty("tab", True)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setChecked(key == own)
            describe(button, header.tr(entry.title), header.tr(entry.help))
            group.addButton(button)
            button.clicked.connect(partial(self._on_clicked, own, key))
            line.addWidget(button)
            buttons[key] = button
        header.lead(row)
        return buttons

    def _on_clicked(self, own: str, key: str, _checked: bool = False) -> None:
        # The word of the panel itself stays the chosen one, for when it is in front again.
        self.tabs[own][own].setChecked(True)
        self.show_panel(key)
