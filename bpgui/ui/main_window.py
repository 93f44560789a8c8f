"""The window: docks from PANELS around the network, menus and toolbar from ACTIONS, files from drops."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bpgui.project.samples import SAMPLES
from bpgui.project.spec import ProjectSpec
from bpgui.session.guard import guarded
from bpgui.session.session import Session
from bpgui.ui import run_words, settings
from bpgui.ui import theme as themes
from bpgui.ui.actions import ACTIONS, key_sequence, make_actions, refresh_icons
from bpgui.ui.commands import Commands, has_diverged
from bpgui.ui.files import Files, suggested_name
from bpgui.ui.icons import app_icon
from bpgui.ui.layouts import LAYOUTS, LOW_WINDOW, adapt_to_height, arrange
from bpgui.ui.menus import Submenu, build_menus
from bpgui.ui.panels import PANELS
from bpgui.ui.panels.base import Panel
from bpgui.ui.panels.data import DataPanel
from bpgui.ui.status import StatusBar
from bpgui.ui.texts import tr_label
from bpgui.ui.toolbar import TrainBar
from bpgui.ui.widgets.dock import PanelDock
from bpgui.ui.widgets.drop_hint import DropHint
from bpgui.ui.widgets.notice import Notice
from bpgui.ui.widgets.number_box import NumberBox

log = logging.getLogger("bpgui")
DEFAULT_SIZE = (1440, 900)
# Widgets that use these keys themselves while they have the focus.
_KEY_USERS = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QAbstractItemView, QPlainTextEdit)


class MainWindow(QMainWindow):
    """Owns the panels, the docks and the session's shutdown; what it does stands in `commands` and `files`."""

    def __init__(self, session: Session, *, remember: bool = True) -> None:
        super().__init__()
        self.session = session
        self.remember = remember
        self._leaving = False
        self._halted = False
        self._low: bool | None = None
        choice = settings.theme_choice() if remember else "dark"
        # Before there is anything to style.
        themes.apply(QApplication.instance(), wants_dark(choice))
        self.setWindowIcon(app_icon())
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setContentsMargins(8, 0, 8, 0)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.files = Files(session, self)
        self.commands = Commands(self)
        self.actions_by_key = make_actions(self, lambda name: getattr(self.commands, name))
        self.single_keys: dict[str, str] = {}
        self._shortcuts = self._take_single_keys()
        self.panels: dict[str, Panel] = {key: entry.factory(session) for key, entry in PANELS.items()}
        self._make_centre()
        self.docks = {k: PanelDock(e, self.panels[k], self) for k, e in PANELS.items() if e.area != "centre"}
        self.toolbar = TrainBar(session, self.actions_by_key, self)
        self.addToolBar(self.toolbar)
        self.status = StatusBar(session, self)
        self.setStatusBar(self.status)
        self._make_menus()
        self._drop_hint = DropHint(self)
        self._connect()
        self.choose_theme(choice, keep=False)
        self._restore_layout()
        self._show_title()
        self._show_enabled()

    # ---- making

    def _make_centre(self) -> None:
        centre = QWidget(self)
        centre.setObjectName("centre")
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.notice = Notice(centre)
        column.addWidget(self.notice)
        network = self.panels["network"]
        network.setProperty("central", True)
        column.addWidget(network, 1)
        self.setCentralWidget(centre)

    def _make_menus(self) -> None:
        submenus = {
            "samples": Submenu("Open sa&mple", self._fill_samples),
            "recent": Submenu("Open &recent", self._fill_recent_later),
            "runs": Submenu("Earlier r&uns", self._fill_runs_later),
        }
        build_menus(self, self.actions_by_key, submenus, self.panel_actions())

    def _fill_samples(self, menu: QMenu) -> None:
        for sample in SAMPLES.values():
            action = menu.addAction(tr_label(sample.label), partial(self._open_sample, sample.name))
            action.setToolTip(tr_label(sample.teaches))
            action.setStatusTip(tr_label(sample.teaches))

    def _fill_recent_later(self, menu: QMenu) -> None:
        menu.aboutToShow.connect(partial(self._fill_recent, menu))
        self._fill_recent(menu)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in settings.recent_files():
            action = menu.addAction(path.name, partial(self.files.open_path, path))
            action.setToolTip(str(path))
            action.setStatusTip(str(path))
        if menu.isEmpty():
            menu.addAction(self.tr("No files yet")).setEnabled(False)

    def _fill_runs_later(self, menu: QMenu) -> None:
        menu.aboutToShow.connect(partial(self._fill_runs, menu))
        self._fill_runs(menu)

    def _fill_runs(self, menu: QMenu) -> None:
        menu.clear()
        trainer = self.session.trainer
        for run in reversed(list(trainer.runs)):
            action = menu.addAction(run_words.run_line(run), partial(trainer.show_run, run.id))
            action.setCheckable(True)
            action.setChecked(run is trainer.run)
            action.setToolTip(self.tr("Show this run again, with its weights; its settings come back as an edit."))
        if menu.isEmpty():
            menu.addAction(self.tr("No trained runs yet")).setEnabled(False)

    def _take_single_keys(self) -> list[QShortcut]:
        """Keys without Ctrl become shortcuts of their own, which rest while a control needs the key itself."""
        shortcuts = []
        for key, entry in ACTIONS.items():
            if entry.shortcut == "Space" or len(entry.shortcut) == 1:
                action = self.actions_by_key[key]
                action.setShortcut(QKeySequence())
                action.setText(f"{action.text()}\t{entry.shortcut}")
                self.single_keys[key] = entry.shortcut
                shortcut = QShortcut(key_sequence(entry.shortcut), self)
                shortcut.activated.connect(action.trigger)
                shortcuts.append(shortcut)
        return shortcuts

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
        trainer.runs_changed.connect(self._show_enabled)
        self.toolbar.fix_requested.connect(self.commands.apply_fix)
        self.status.findings_requested.connect(self.commands.show_findings)
        for dock in self.docks.values():
            dock.dropped.connect(self.open_urls)
        data = self.panels["data"]
        assert isinstance(data, DataPanel)
        data.open_requested.connect(self.files.open)
        self.files.stored.connect(self._show_title)
        self.files.opened.connect(self.status.say)
        self.files.noted.connect(self.status.say)
        QApplication.instance().focusChanged.connect(self._on_focus_changed)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_color_scheme_changed)

    # ---- theme and layout

    def choose_theme(self, choice: str, *, keep: bool = True) -> None:
        """Draw everything in the "light", the "dark" or the "system" theme."""
        colors = themes.apply(QApplication.instance(), wants_dark(choice))
        self.actions_by_key[f"theme_{choice}"].setChecked(True)
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

    @Slot(Qt.ColorScheme)
    def _on_color_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self.actions_by_key["theme_system"].isChecked():
            self.choose_theme("system", keep=False)

    def _restore_layout(self) -> None:
        self.resize(*self._size_that_fits())
        arrange(self, self.docks, LAYOUTS["watch"], self.height(), self.width())
        state = settings.window_state() if self.remember else None
        if state is not None:
            self.restoreGeometry(state[0])
            self.restoreState(state[1])
        self._low = self.height() < LOW_WINDOW

    def _size_that_fits(self) -> tuple[int, int]:
        room = self.screen().availableGeometry() if self.screen() else None
        width, height = DEFAULT_SIZE
        return (min(width, room.width()), min(height, room.height())) if room else DEFAULT_SIZE

    def reset_layout(self) -> None:
        """All panels back in their places."""
        settings.forget_window_state()
        arrange(self, self.docks, LAYOUTS["watch"], self.height(), self.width())

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        low = self.height() < LOW_WINDOW
        if self._low is not None and low != self._low:
            self._low = low
            QTimer.singleShot(0, self, self._adapt_to_height)

    @Slot()
    def _adapt_to_height(self) -> None:
        adapt_to_height(self, self.docks, LAYOUTS["watch"], bool(self._low))

    # ---- following

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        if not self.commands.cannot_go_on():
            self.notice.hush()
        self._show_title()
        self._show_enabled()

    @Slot(bool)
    def _on_modified_changed(self, modified: bool) -> None:
        self._show_title()

    @Slot(int)
    def _on_undo_changed(self, index: int) -> None:
        stack = self.session.document.undo_stack
        for key, text in (("undo", stack.undoText()), ("redo", stack.redoText())):
            word = tr_label(ACTIONS[key].text)
            self.actions_by_key[key].setText(f"{word}: {text}" if text else word)
        self._show_enabled()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        self._show_enabled()
        self._show_title()
        self._show_way_on()

    @Slot()
    def _on_run_changed(self) -> None:
        self._show_enabled()
        self._show_way_on()

    def _show_way_on(self) -> None:
        """What Train does now, and why a run cannot go on."""
        trainer = self.session.trainer
        stuck = self.commands.cannot_go_on()
        word = self.tr("&Pause") if trainer.state == "training" else tr_label(ACTIONS["train"].text)
        word = self.tr("Reset and &train") if stuck else word
        self.actions_by_key["train"].setText(f"{word}\t{ACTIONS['train'].shortcut}")
        if stuck and trainer.driver is not None:
            remedy = "go_back" if has_diverged(trainer) else "reset"
            self.notice.say(trainer.driver.stop_detail, link=self.actions_by_key[remedy])
        elif trainer.state in ("ready", "training", "paused"):
            self.notice.hush()

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self.status.say(sentence, bad=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.notice.say(sentence)

    @Slot()
    def _show_enabled(self) -> None:
        conditions = self.commands.conditions()
        for key, entry in ACTIONS.items():
            if entry.enabled:
                self.actions_by_key[key].setEnabled(conditions[entry.enabled])
        self.toolbar.step.setEnabled(conditions["can_step"])

    @Slot()
    def _show_title(self) -> None:
        document = self.session.document
        name = document.path.name if document.path else suggested_name(self.session)
        self.setWindowTitle(f"{name}[*] — bpgui")
        self.setWindowModified(self.session.unsaved)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        free = not isinstance(now, _KEY_USERS)
        for shortcut in self._shortcuts:
            # A number has no use for Space, and says itself when it has.
            spared = isinstance(now, NumberBox) and shortcut.key() == key_sequence("Space")
            shortcut.setEnabled(free or spared)

    # ---- files

    def _open_sample(self, name: str, _checked: bool = False) -> None:
        self.session.document.open_sample(name)

    @guarded
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            names = [url.fileName() for url in event.mimeData().urls()]
            self._drop_hint.show_over(self.tr("Drop to open"), names[0])

    @guarded
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    @guarded
    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        event.acceptProposedAction()
        self.open_urls(event.mimeData().urls())

    @Slot(list)
    def open_urls(self, urls: list[QUrl]) -> None:
        """Open what was dropped, on the window or on a floating dock."""
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if paths:
            # After the drop is over, so that the other program does not wait for us.
            QTimer.singleShot(0, self, partial(self.files.open_paths, paths))
        else:
            self.status.say(self.tr("Only files on this computer can be opened; download it first."), bad=True)

    # ---- closing

    @guarded
    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()  # until training has ended: a window that fails to close must not leave a process without one
        if not self._leaving and self.files.something_to_lose():
            self.files.when_saved(self._leave, self.tr("before closing"))
            return
        if self.remember:
            settings.set_window_state(self.saveGeometry(), self.saveState())
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
        self.session.document.undo_stack.indexChanged.disconnect(self._on_undo_changed)
        QApplication.instance().focusChanged.disconnect(self._on_focus_changed)
        QApplication.styleHints().colorSchemeChanged.disconnect(self._on_color_scheme_changed)
        self.files.halt()
        if not self.session.shutdown():
            log.error("the training thread did not end in time")

    def panel_actions(self) -> list[QAction]:
        """The actions that show and hide the docks."""
        return [dock.toggleViewAction() for dock in self.docks.values()]


def wants_dark(choice: str) -> bool:
    """Whether "system", "light" or "dark" means dark colours now."""
    return themes.system_is_dark() if choice == "system" else choice == "dark"
