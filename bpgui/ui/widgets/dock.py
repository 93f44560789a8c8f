"""A dock whose title bar is the panel's own header."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.ui.dropping import dropped_of, welcome
from bpgui.ui.icons import icon
from bpgui.ui.panels import PanelEntry
from bpgui.ui.panels.base import Panel, PanelHeader
from bpgui.ui.sizes import sized
from bpgui.ui.theme import theme
from bpgui.ui.widgets.controls import describe, restyle, small_button, whats_this
from bpgui.ui.widgets.dock_room import give_room

QWIDGETSIZE_MAX = 16_777_215
LEAST_WIDTH = 256


class PanelDock(QDockWidget):
    """Movable, floatable, closable; `toggleViewAction` brings it back. A floating one tells what is `dropped`.

    It has its title and its place before it has its panel, which `fill` puts in.
    """

    dropped = Signal(object)

    def __init__(self, entry: PanelEntry, window: QMainWindow, *, folded: bool = False) -> None:
        super().__init__(window.tr(entry.title), window)
        self._entry = entry
        self._panel: Panel | None = None
        self.setObjectName(f"dock-{entry.key}")
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self.setAccessibleName(self.tr(entry.title))
        self._fold = small_button(self)
        self._fold.setCheckable(True)
        self._fold.setChecked(folded)
        fold_help = self.tr("Fold this panel to its title, so that the others have more room.")
        describe(self._fold, self.tr("Fold {0}").format(entry.title), fold_help)
        self._fold.toggled.connect(self._on_fold_toggled)
        self._close = small_button(self)
        sentence = self.tr("Hide this panel; the View menu brings it back. Drag the title to move it.")
        describe(self._close, self.tr("Hide {0}").format(entry.title), sentence)
        self._close.clicked.connect(self.close)
        self._holder = QWidget(self)
        # Keeps the dock's width while the panel is folded away.
        sized(self._holder, lambda w: w.setMinimumWidth(LEAST_WIDTH))
        self._holder.setProperty("panel", True)  # looks like one until it is there
        self._holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        QVBoxLayout(self._holder).setContentsMargins(0, 0, 0, 0)
        self.setWidget(self._holder)
        self._take_header(PanelHeader(self.tr(entry.title), self))
        self._limit()
        self.topLevelChanged.connect(self._on_floated)
        self.visibilityChanged.connect(self._on_seen_changed)
        action = self.toggleViewAction()
        action.setStatusTip(self.tr(entry.help))
        action.setToolTip(self.tr(entry.help))

    def fill(self, panel: Panel) -> None:
        """Put the panel in; its header becomes the title bar."""
        before = self.titleBarWidget()
        self._panel = panel
        self._take_header(panel.header)
        before.deleteLater()
        self._holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        self._holder.layout().addWidget(panel)
        panel.setVisible(not self._fold.isChecked())  # in its place: nothing is made for one that is closed
        panel.room_wanted.connect(self._on_room_wanted)
        self.refresh_theme()

    def _take_header(self, header: PanelHeader) -> None:
        header.lead(self._fold)
        header.add(self._close)
        header.setToolTip(self.tr(self._entry.help))
        header.setWhatsThis(whats_this(self.tr(self._entry.title), self.tr(self._entry.help)))
        header.setProperty("folded", self.folded)
        self.setTitleBarWidget(header)

    def _limit(self) -> None:
        """A folded dock is as high as its title."""
        self.setMaximumHeight(self.titleBarWidget().sizeHint().height() if self.folded else QWIDGETSIZE_MAX)

    def refresh_theme(self) -> None:
        """The signs in the header, in the quiet colour of the theme, and its height."""
        self._limit()
        self._close.setIcon(icon("close", theme().muted))
        self._fold.setIcon(icon("chevron-right" if self._fold.isChecked() else "chevron-down", theme().muted))

    def fold(self, folded: bool = True) -> None:
        """Show the title alone, or the panel in full."""
        self._fold.setChecked(folded)

    def bring_up(self) -> None:
        """In sight: shown, unfolded, before the docks that it shares its place with."""
        self.show()
        self.fold(False)
        self.raise_()

    @property
    def folded(self) -> bool:
        return self._fold.isChecked()

    @Slot(bool)
    def _on_fold_toggled(self, folded: bool) -> None:
        if self._panel is not None:
            self._panel.setVisible(not folded)
        header = self.titleBarWidget()
        header.setProperty("folded", folded)
        restyle(header)
        self._limit()
        self.refresh_theme()
        window = self.parent()
        for other in window.tabifiedDockWidgets(self) if isinstance(window, QMainWindow) else ():
            if isinstance(other, PanelDock):
                other.fold(folded)  # those that share a place share its height

    @Slot(bool)
    def _on_seen_changed(self, seen: bool) -> None:
        """Behind another tab a dock is only moved out of sight: its panel is hidden, so that it asks for nothing."""
        if self._panel is not None:
            self._panel.setVisible(seen and not self.folded)

    @Slot(int)
    def _on_room_wanted(self, height: int) -> None:
        window = self.parent()
        if isinstance(window, QMainWindow) and self._panel is not None:
            give_room(window, self, height + self.height() - self._panel.height())

    @Slot(bool)
    def _on_floated(self, floating: bool) -> None:
        # In its place the window itself takes what is dropped, and shows that it does.
        self.setAcceptDrops(floating)

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        welcome(event)

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(dropped_of(event.mimeData()))
