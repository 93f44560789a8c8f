"""The window: docks from PANELS around the network, menus and toolbar from ACTIONS, files from drops."""

from __future__ import annotations

import logging
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from bpgui.project.spec import ProjectSpec
from bpgui.session.guard import guarded
from bpgui.session.session import Session
from bpgui.ui import settings
from bpgui.ui import theme as themes
from bpgui.ui.actions import ACTIONS, make_actions, refresh_icons, show_enabled
from bpgui.ui.commands import Commands, has_diverged
from bpgui.ui.dropping import Dropped, dropped_of, welcome
from bpgui.ui.help import Help
from bpgui.ui.icons import app_icon
from bpgui.ui.layouts import CORNERS, LAYOUTS, LOW_WINDOW, adapt_to_height, arrange, open_below
from bpgui.ui.menus import build_menus
from bpgui.ui.opening import Opening
from bpgui.ui.panels import PANELS
from bpgui.ui.panels.base import Panel
from bpgui.ui.projector import Projector
from bpgui.ui.single_keys import SingleKeys
from bpgui.ui.status import StatusBar
from bpgui.ui.submenus import SUBMENUS, refill
from bpgui.ui.texts import tr_label
from bpgui.ui.toolbar import TrainBar
from bpgui.ui.widgets.centre import Centre
from bpgui.ui.widgets.dock import PanelDock
from bpgui.ui.widgets.drop_hint import DropHint
from bpgui.ui.widgets.notice import Notice
from bpgui.ui.window_size import usual_size

if TYPE_CHECKING:
    from bpgui.ui.files import Files

log = logging.getLogger("bpgui")
AFTER_DIVERGENCE = ("go_back", "explain_divergence", "health")  # what is offered then


class MainWindow(QMainWindow):
    """Owns the panels, the docks and the session's shutdown; what it does stands in `commands` and `files`."""

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
        self._low: bool | None = None
        self.projector = Projector(self, on=projector or (remember and settings.is_for_projector()))
        self.layout_key = self.projector.layout("watch")
        choice = settings.theme_choice() if remember else "dark"
        # Before there is anything to style.
        themes.apply(QApplication.instance(), wants_dark(choice), projector=self.projector.on)
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
        folded = LAYOUTS[self.layout_key].folded
        docked = {key: entry for key, entry in PANELS.items() if entry.area != "centre"}
        self.docks = {key: PanelDock(entry, self, folded=key in folded) for key, entry in docked.items()}
        self.toolbar = TrainBar(session, self.actions_by_key, self)
        self.addToolBar(self.toolbar)
        self.status = StatusBar(session, self)
        self.setStatusBar(self.status)
        self.submenus = build_menus(self, self.actions_by_key, self.panel_actions())
        self._drop_hint = DropHint(self)
        self._connect()
        rest = [partial(self._add_panel, key) for key in PANELS if key != "network"]
        self.opening = Opening(self, [session.trainer.begin, *rest, self._complete])
        self._add_panel("network")
        self.panels["network"].setFocus()
        self.choose_theme(choice, keep=False)
        self._restore_size()
        self._place_docks()
        self._show_title()
        self.show_enabled()
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
        panel.take_theme(themes.theme())

    def _complete(self) -> None:
        """What needs all panels."""
        from bpgui.ui.learn.lessons import Lessons
        from bpgui.ui.panels.data import DataPanel

        self.session.walk.opened.connect(self.show_explanation)
        self.session.walk.changed.connect(self.show_enabled)
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
        self._place_docks()  # once more: panels ask for more room than their empty places

    def _connect(self) -> None:
        document, trainer = self.session.document, self.session.trainer
        document.changed.connect(self._on_changed)
        document.path_changed.connect(self._show_title)
        document.modified_changed.connect(self._on_modified_changed)
        document.refused.connect(self._on_refused)
        document.undo_stack.indexChanged.connect(self._on_undo_changed)
        trainer.state_changed.connect(self._on_state_changed)
        trainer.failed.connect(self._on_failed)
        trainer.run_changed.connect(self._on_run_changed)
        trainer.runs_changed.connect(self.show_enabled)
        trainer.runs_changed.connect(self._show_title)
        self.toolbar.fix_requested.connect(self.commands.apply_fix)
        self.status.findings_requested.connect(self.commands.show_findings)
        for dock in self.docks.values():
            dock.dropped.connect(self.take)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    # ---- theme and layout

    def choose_theme(self, choice: str, *, keep: bool = True) -> None:
        """Draw everything in the "light", the "dark" or the "system" theme."""
        colors = themes.apply(QApplication.instance(), wants_dark(choice), projector=self.projector.on)
        self.actions_by_key["projector"].setChecked(self.projector.on)
        self.actions_by_key[f"theme_{choice}"].setChecked(True)
        if self.opening.is_finished:
            refresh_icons(self.actions_by_key)
        self.toolbar.refresh_theme()
        self.status.refresh_theme()
        self.notice.refresh_theme()
        for dock in self.docks.values():
            dock.refresh_theme()
        for panel in self.panels.values():
            panel.take_theme(colors)
        if keep and self.remember:
            settings.set_theme_choice(choice)

    def theme_choice(self) -> str:
        """ "system", "light" or "dark"."""
        return next(choice for choice in settings.THEMES if self.actions_by_key[f"theme_{choice}"].isChecked())

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self.actions_by_key["theme_system"].isChecked():
            self.choose_theme("system", keep=False)

    def _restore_size(self) -> None:
        self.resize(usual_size(self.screen()))
        state = settings.window_state() if self.remember else None
        if state is not None:
            self.restoreGeometry(state[0])

    def _place_docks(self) -> None:
        arrange(self, self.docks, LAYOUTS[self.layout_key], self.height(), self.width())
        state = settings.window_state() if self.remember and not self.projector.on else None
        self._low = self.height() < LOW_WINDOW
        if state is not None and self.restoreState(state[1]) and settings.docks_are_for_low() != self._low:
            self._adapt_to_height()

    def show_layout(self, key: str) -> None:
        """All panels in their places in one of LAYOUTS."""
        settings.forget_window_state()
        self.layout_key = self.projector.layout(key)
        arrange(self, self.docks, LAYOUTS[self.layout_key], self.height(), self.width())
        if self.layout_key != key:
            open_below(self, self.docks, LAYOUTS[key], self.height())

    def show_panel(self, key: str) -> None:
        """Bring a panel in sight: shown, unfolded, in front of those that it shares its place with."""
        self.opening.complete()
        if key in self.docks:
            self.docks[key].bring_up()
        else:
            self.centre.show_panel(key)

    @Slot()
    def show_explanation(self) -> None:
        """Something was asked: the panel that answers opens below the network; all others stay where they are."""
        self.opening.complete()
        opened = self.projector.explain() or open_below(self, self.docks, LAYOUTS["explain"], self.height())
        if opened and LAYOUTS[self.layout_key].closed:  # with a lesson it stays the layout of that
            self.layout_key = self.projector.layout("explain")

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW_WINDOW
        if self._low is not None and low != self._low:
            self._low = low
            QTimer.singleShot(0, self, self._adapt_to_height)

    @Slot()
    def _adapt_to_height(self) -> None:
        adapt_to_height(self, self.docks, LAYOUTS[self.layout_key], bool(self._low))

    # ---- following

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        if not self.commands.cannot_go_on():
            self.notice.hush()
        self._show_title()
        self.show_enabled()

    @Slot(bool)
    def _on_modified_changed(self, modified: bool) -> None:
        self._show_title()

    @Slot(int)
    def _on_undo_changed(self, index: int) -> None:
        stack = self.session.document.undo_stack
        for key, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            word = tr_label(ACTIONS[key].text)
            self.actions_by_key[key].setText(f"{word}: {text}" if text else word)
        self.show_enabled()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self.show_enabled()
        self._show_title()
        self._show_way_on()

    @Slot()
    def _on_run_changed(self) -> None:
        self.show_enabled()
        self._show_way_on()

    def _show_way_on(self) -> None:
        """What Train does now, and why a run cannot go on."""
        trainer = self.session.trainer
        stuck = self.commands.cannot_go_on()
        word = self.tr("&Pause") if trainer.state == "training" else tr_label(ACTIONS["train"].text)
        word = self.tr("Reset and &train") if stuck else word
        self.actions_by_key["train"].setText(f"{word}\t{ACTIONS['train'].shortcut}")
        if stuck and trainer.driver is not None:
            remedies = AFTER_DIVERGENCE if has_diverged(trainer) else ("reset",)
            links = [self.actions_by_key[key] for key in remedies if self.actions_by_key[key].isEnabled()]
            self.notice.say(trainer.driver.stop_detail, links=links)
        elif trainer.state in ("ready", "training", "paused"):
            self.notice.hush()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self.status.say(sentence, bad=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.notice.say(sentence)

    @Slot()
    def show_enabled(self) -> None:
        """Actions as they can be used now."""
        conditions = self.commands.conditions()
        show_enabled(self.actions_by_key, conditions)
        self.toolbar.step.setEnabled(conditions["can_step"])

    @Slot()
    def _show_title(self) -> None:
        document = self.session.document
        name = document.path.name if document.path else document.suggested_name
        self.setWindowTitle(f"{name}[*] — bpgui")
        self.setWindowModified(self.session.unsaved)

    # ---- files

    @cached_property
    def files(self) -> Files:
        """Opens and saves. Made when first asked for: all readers come with it."""
        from bpgui.ui.files import Files

        files = Files(self.session, self)
        files.stored.connect(self._show_title)
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
        if self.remember:
            # The docks as they are on a desk: on a projector they stand in places of their own.
            docks = None if self.projector.on else self.saveState()
            settings.set_window_state(self.saveGeometry(), docks, low=bool(self._low))
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
        self.session.document.undo_stack.indexChanged.disconnect(self._on_undo_changed)
        self.single_keys.stop()
        self.help.stop()
        QApplication.styleHints().colorSchemeChanged.disconnect(self._on_color_scheme_changed)
        if "files" in vars(self):
            self.files.halt()
        if not self.session.shutdown():
            log.error("the training thread did not end in time")

    def panel_actions(self) -> list[QAction]:
        """The actions that show and hide the docks."""
        return [dock.toggleViewAction() for dock in self.docks.values()]


def wants_dark(choice: str) -> bool:
    """Whether "system", "light" or "dark" means dark colours now."""
    return themes.system_is_dark() if choice == "system" else choice == "dark"
