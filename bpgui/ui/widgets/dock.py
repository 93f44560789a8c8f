"""A dock whose title bar is the panel's own header."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QPushButton, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.icons import icon
from bpgui.ui.panels import PanelEntry
from bpgui.ui.panels.base import Panel
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe

QWIDGETSIZE_MAX = 16_777_215
LEAST_WIDTH = 256


class PanelDock(QDockWidget):
    """Movable, floatable, closable; `toggleViewAction` brings it back. A floating one reports files `dropped` on it."""

    dropped = Signal(list)

    def __init__(self, entry: PanelEntry, panel: Panel, window: QMainWindow) -> None:
        super().__init__(panel.tr(entry.title), window)
        self.setObjectName(f"dock-{entry.key}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.setAccessibleName(panel.tr(entry.title))
        self._fold = _small_button(panel)
        self._fold.setCheckable(True)
        fold_help = panel.tr("Fold this panel to its title, so that the others have more room.")
        describe(self._fold, panel.tr("Fold {0}").format(entry.title), fold_help)
        self._fold.toggled.connect(self._on_fold_toggled)
        panel.header.lead(self._fold)
        self._close = _small_button(panel)
        sentence = panel.tr("Hide this panel; the View menu brings it back. Drag the title to move it.")
        describe(self._close, panel.tr("Hide {0}").format(entry.title), sentence)
        self._close.clicked.connect(self.close)
        panel.header.add(self._close)
        panel.header.setToolTip(panel.tr(entry.help))
        self.setTitleBarWidget(panel.header)
        self._panel = panel
        self.setWidget(self._holder(panel))
        self.topLevelChanged.connect(self._on_floated)
        action = self.toggleViewAction()
        action.setStatusTip(panel.tr(entry.help))
        action.setToolTip(panel.tr(entry.help))
        self.refresh_theme()

    def refresh_theme(self) -> None:
        """The signs in the header, in the quiet colour of the theme."""
        self._close.setIcon(icon("close", theme().muted))
        self._fold.setIcon(icon("chevron-right" if self._fold.isChecked() else "chevron-down", theme().muted))

    def unfold(self) -> None:
        """Show the panel in full."""
        self._fold.setChecked(False)

    @Slot(bool)
    def _on_fold_toggled(self, folded: bool) -> None:
        self._panel.setVisible(not folded)
        header = self._panel.header
        self.setMaximumHeight(header.sizeHint().height() if folded else QWIDGETSIZE_MAX)
        header.setProperty("folded", folded)
        header.style().unpolish(header)
        header.style().polish(header)
        self.refresh_theme()

    @Slot(bool)
    def _on_floated(self, floating: bool) -> None:
        # In its place the window itself takes what is dropped, and shows that it does.
        self.setAcceptDrops(floating)

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData().urls())

    def _holder(self, panel: Panel) -> QWidget:
        """Keeps the dock's width while the panel is folded away."""
        holder = QWidget(self)
        holder.setMinimumWidth(LEAST_WIDTH)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        return holder


def _small_button(panel: Panel) -> QPushButton:
    button = QPushButton(panel.header)
    button.setProperty("quiet", True)
    button.setFixedSize(24, 24)
    button.setIconSize(QSize(12, 12))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
