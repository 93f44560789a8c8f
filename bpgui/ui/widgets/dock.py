"""A dock whose title bar is the panel's own header."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QPushButton

from bpgui.ui.icons import icon
from bpgui.ui.panels import PanelEntry
from bpgui.ui.panels.base import Panel
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe


class PanelDock(QDockWidget):
    """Movable, floatable, closable; `toggleViewAction` brings it back."""

    def __init__(self, entry: PanelEntry, panel: Panel, window: QMainWindow) -> None:
        super().__init__(panel.tr(entry.title), window)
        self.setObjectName(f"dock-{entry.key}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.setAccessibleName(panel.tr(entry.title))
        self._close = QPushButton(panel.header)
        self._close.setProperty("quiet", True)
        self._close.setFixedSize(24, 24)
        self._close.setIconSize(QSize(12, 12))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        sentence = panel.tr("Hide this panel; the View menu brings it back. Drag the title to move it.")
        describe(self._close, panel.tr("Hide {0}").format(entry.title), sentence)
        self._close.clicked.connect(self.close)
        panel.header.add(self._close)
        panel.header.setToolTip(panel.tr(entry.help))
        self.setTitleBarWidget(panel.header)
        self.setWidget(panel)
        action = self.toggleViewAction()
        action.setStatusTip(panel.tr(entry.help))
        action.setToolTip(panel.tr(entry.help))
        self.refresh_theme()

    def refresh_theme(self) -> None:
        self._close.setIcon(icon("close", theme().muted))
