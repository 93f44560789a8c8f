"""The window: docks from PANELS around the network, menus and toolbar from ACTIONS, files from drops."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from bpgui.session.guard import guarded
from bpgui.session.session import Session
from bpgui.ui import settings
from bpgui.ui.actions import make_actions, refresh_icons
from bpgui.ui.arrangement import Arrangement
from bpgui.ui.commands import Commands
from bpgui.ui.dropping import Dropped, dropped_of, welcome
from bpgui.ui.following import Following
from bpgui.ui.help import Help
from bpgui.ui.icons import app_icon
from bpgui.ui.layouts import CORNERS, LAYOUTS
from bpgui.ui.menus import build_menus
from bpgui.ui.opening import Opening
from bpgui.ui.panels import PANELS
from bpgui.ui.panels.base import Panel
from bpgui.ui.projector import Projector
from bpgui.ui.single_keys import SingleKeys
from bpgui.ui.status import StatusBar
from bpgui.ui.submenus import SUBMENUS, refill
from bpgui.ui.theme import theme
from bpgui.ui.theme_choice import ThemeChoice
from bpgui.ui.toolbar import TrainBar
from bpgui.ui.widgets.centre import Centre
from bpgui.ui.widgets.dock import PanelDock
from bpgui.ui.widgets.drop_hint import DropHint
from bpgui.ui.widgets.notice import Notice

if TYPE_CHECKING:
    from bpgui.ui.files import Files

log = logging.getLogger("bpgui")


class MainWindow(QMainWindow):
    """Owns the panels, the docks and the session's shutdown; what it does stands in `commands` and `files`, what it
    says of the session in `following`, where things stand in `arrangement`.
    """

    def __init__(
        self, session: Session, *, remember: bool = True, staged: bool = False, projector: bool = False
    ) -> None:  # fmt: skip
        """`staged`: only what meets the eye first is made at once, the rest after the first paint (`opening`).

        `projector`: drawn for a class from the start, whatever is remembered.
        """
        super().__init__()
        self.session = session
        self.remember = remember
        self._leaving = False
        self._halted = False
        self.projector = Projector(self, on=projector or (remember and settings.is_for_projector()))
        self.theme = ThemeChoice(self)
        self.arrangement = Arrangement(self, self.projector.layout("watch"))
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        for corner, side in CORNERS:
            self.setCorner(corner, side)
        self.setContentsMargins(8, 0, 8, 0)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.commands = Commands(self)
        self.help = Help(self)
        self.actions_by_key = make_actions(self, lambda name: getattr(self.commands, name))
        self.single_keys = SingleKeys(self.actions_by_key, self)
        self.panels: dict[str, Panel] = {}
        self._make_centre()
        folded = LAYOUTS[self.arrangement.key].folded
        docked = {key: entry for key, entry in PANELS.items() if entry.area != "centre"}
        self.docks = {key: PanelDock(entry, self, folded=key in folded) for key, entry in docked.items()}
        self.toolbar = TrainBar(session, self.actions_by_key, self)
        self.addToolBar(self.toolbar)
        self.status = StatusBar(session, self)
        self.setStatusBar(self.status)
        self.submenus = build_menus(self, self.actions_by_key, self.panel_actions())
        self._drop_hint = DropHint(self)
        self.following = Following(self)
        self._connect()
        rest = [partial(self._add_panel, key) for key in PANELS if key != "network"]
        self.opening = Opening(self, [session.trainer.begin, *rest, self._complete])
        self._add_panel("network")
        self.panels["network"].setFocus()
        self.theme.begin()
        self.arrangement.restore_size()
        self.arrangement.restore()
        self.following.show_title()
        self.following.show_enabled()
        self.centre.wanted.connect(self.opening.complete)
        if staged:
            self.opening.wait_for_paint()
        else:
            self.opening.complete()

    # ---- making

    def _make_centre(self) -> None:
        centre = QWidget(self)
        centre.setObjectName("centre")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.notice = Notice(centre)
        column.addWidget(self.notice)
        self.centre = Centre({key: entry for key, entry in PANELS.items() if entry.area == "centre"}, centre)
        column.addWidget(self.centre, 1)
        self.setCentralWidget(centre)

    def _add_panel(self, key: str) -> None:
        """Make a panel; those of docks are put in all at once, in `_complete`."""
        panel = self.panels[key] = PANELS[key].factory(self.session)
        panel.explain(PANELS[key])
        if key in self.docks:
            panel.setParent(self)
        else:
            self.centre.add(key, panel)
        panel.take_actions(self.actions_by_key)
        panel.take_theme(theme())

    def _complete(self) -> None:
        """What needs all panels."""
        from bpgui.ui.learn.lessons import Lessons
        from bpgui.ui.panels.data import DataPanel

        self.session.walk.opened.connect(self.show_explanation)
        self.session.walk.changed.connect(self.following.follow_enabled)
        for key, dock in self.docks.items():
            dock.fill(self.panels[key])
        for panel in self.panels.values():
            panel.complete()
        data = self.panels["data"]
        assert isinstance(data, DataPanel)
        data.open_requested.connect(self.files.open)
        data.explore_requested.connect(self.commands.explore)
        data.open_reading_requested.connect(self.files.reopen_reading)
        self.lessons = Lessons(self)
        refresh_icons(self.actions_by_key)
        fields: list[QLineEdit] = list(self.findChildren(QLineEdit))
        for field in fields:
            field.setAcceptDrops(False)  # a file dropped there is for the window
        for key, menu in self.submenus.items():
            refill(self, SUBMENUS[key], menu)
        self.arrangement.restore()  # once more: panels ask for more room than their empty places

    def _connect(self) -> None:
        self.toolbar.fix_requested.connect(self.commands.apply_fix)
        self.status.findings_requested.connect(self.commands.show_findings)
        for dock in self.docks.values():
            dock.dropped.connect(self.take)

    # ---- showing

    def show_panel(self, key: str) -> None:
        """Bring a panel in sight: shown, unfolded, in front of those that it shares its place with."""
        self.opening.complete()
        if key in self.docks:
            self.docks[key].bring_up()
        else:
            self.centre.show_panel(key)

    @Slot()
    def show_explanation(self) -> None:
        """Something was asked: the panel that answers it opens."""
        self.opening.complete()
        self.arrangement.open_explanation()

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrangement.follow_height()

    # ---- files

    @cached_property
    def files(self) -> Files:
        """Opens and saves. Made when first asked for: all readers come with it."""
        from bpgui.ui.files import Files

        files = Files(self.session, self)
        files.stored.connect(self.following.show_title)
        files.opened.connect(self.status.say)
        files.noted.connect(self.status.say)
        return files

    def open_sample(self, name: str, _checked: bool = False) -> None:
        self.session.document.open_sample(name)

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if welcome(event):
            self._drop_hint.show_for(event.mimeData())

    @guarded
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        event.acceptProposedAction()
        self.take(dropped_of(event.mimeData()))

    @Slot(object)
    def take(self, things: Dropped) -> None:
        """Open what was dropped, on the window or on a floating dock."""
        # After the drop is over, so that the other program does not wait for us.
        QTimer.singleShot(0, self, partial(self.files.take, things))

    # ---- closing

    @guarded
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # until training has ended: a window that fails to close must not leave a process without one
        if (field := self.focusWidget()) is not None:
            field.clearFocus()  # what is being typed counts, while it can
        self.files.project_left.emit()
        if not self._leaving and self.files.something_to_lose():
            self.files.when_saved(self._leave, self.tr("before closing"))
            return
        self.arrangement.keep()
        self.halt()
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def halt(self) -> None:
        """End reading and training; within 2 seconds."""
        if self._halted:
            return
        self._halted = True
        self.opening.stop()
        self.following.stop()
        self.single_keys.stop()
        self.help.stop()
        self.theme.stop()
        if "files" in vars(self):
            self.files.halt()
        if not self.session.shutdown():
            log.error("the training thread did not end in time")

    def panel_actions(self) -> list[QAction]:
        """The actions that show and hide the docks."""
        return [dock.toggleViewAction() for dock in self.docks.values()]
