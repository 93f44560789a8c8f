"""Backpropagation, one step at a time: the walk through a step, and where every number of it comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from bpgui.engine.explain import Node
from bpgui.session.explaining.spots import CurvePoint, spot_of
from bpgui.session.guard import guarded
from bpgui.ui.explain.cards import AboutCard, CheckCard, OutcomeCard, StaleCard
from bpgui.ui.explain.keys import WALK_KEYS
from bpgui.ui.explain.phase_bar import PhaseBar
from bpgui.ui.explain.row_bar import RowBar
from bpgui.ui.explain.terms_view import TermsView
from bpgui.ui.explain.trail_bar import TrailBar
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import group
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.controls import describe

if TYPE_CHECKING:
    from bpgui.session.explaining.pages import Page
    from bpgui.session.session import Session


class ExplainPanel(Panel):
    """Shows the session's walk; nothing is worked out while it is hidden. Its keys stand in WALK_KEYS."""

    key = "explain"
    title = "Backpropagation, one step at a time"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.walk = session.walk
        self._page: Page | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.setContentsMargins(12, 2, 12, 10)
        self._build_header()
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self._idle())
        self.stack.addWidget(self._working())
        self.body.addWidget(self.stack, 1)
        self._build_keys()
        self.walk.changed.connect(self._on_changed)
        self._show_header()

    # ---- making

    def _build_header(self) -> None:
        self.begin = QPushButton(self.tr("take one step apart"), self.header)
        self.begin.setProperty("link", True)
        self.begin.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        sentence = self.tr("Walk through the next step of training, number by number; the run stays as it is.")
        describe(self.begin, self.tr("Take one step apart"), sentence)
        self.copy_button = QToolButton(self.header)
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setProperty("quiet", True)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.copy_button, self.tr("Copy the explanation"),
                 self.tr("Put the explanation on the clipboard as text. (Ctrl+C)"))  # fmt: skip
        self.copy_button.clicked.connect(self.copy)
        self.header.add(self.begin)
        self.header.add(self.copy_button)

    def _idle(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        self.hint = QLabel(page)
        self.hint.setText(self.tr(
            "Click an edge, a neuron, a weight or a point of the loss curve to see where its number comes from; "
            "or take one step apart and walk through it."
        ))  # fmt: skip
        self.hint.setProperty("muted", True)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.hint)
        return page

    def _working(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.phases = PhaseBar(self.walk, page)
        self.trail, self.rows = TrailBar(self.walk, page), RowBar(self.walk, page)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.trail, 1)
        line.addWidget(self.rows)
        self.terms = TermsView(self.walk.row_of, page)
        self.terms.chosen.connect(self.walk.ask_node)
        self.terms.pointed.connect(self._on_pointed)
        self.check, self.about = CheckCard(page), AboutCard(page)
        self.outcome, self.stale = OutcomeCard(self.walk, page), StaleCard(self.walk, page)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for card in (self.check, self.about, self.outcome, self.stale):
            foot.addWidget(card, 1)
        column.addWidget(self.phases)
        column.addLayout(line)
        column.addWidget(self.terms, 1)
        column.addLayout(foot)
        return page

    def _build_keys(self) -> None:
        for entry in WALK_KEYS:
            act = getattr(self, entry.act)
            for key in entry.keys:
                self._shortcut(QKeySequence(key), act if entry.argument is None else partial(act, entry.argument))
        self._shortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.copy)

    def _shortcut(self, keys: QKeySequence, act: Callable[[], object]) -> None:
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def take_actions(self, actions: dict[str, QAction]) -> None:
        self.begin.clicked.connect(actions["explain_step"].trigger)
        self.begin.setEnabled(actions["explain_step"].isEnabled())
        actions["explain_step"].enabledChanged.connect(self.begin.setEnabled)

    # ---- what a person does

    def go(self, stations: int) -> None:
        """So many stations on; what plays stops."""
        self.phases.stop()
        self.walk.go(stations)

    def go_to(self, phase: str) -> None:
        """The first station of a phase."""
        self.phases.stop()
        self.walk.go_to_phase(phase)

    def step_row(self, rows: int) -> None:
        self.rows.step(rows)

    @Slot()
    def toggle_whole(self) -> None:
        self.rows.toggle_whole()

    @Slot()
    def toggle_play(self) -> None:
        self.phases.toggle_play()

    @Slot()
    def go_back(self) -> None:
        self.trail.go_back()

    @Slot()
    def copy(self) -> None:
        """The explanation as text, onto the clipboard."""
        QGuiApplication.clipboard().setText(self.walk.text())

    @Slot(object)
    def _on_pointed(self, node: Node | None) -> None:
        trace = self.walk.trace
        self.walk.point(spot_of(trace, node.reference) if node is not None and trace is not None else None)
        self.about.show_node(self.walk, node if node is not None else self._number())
        self.check.show_node(self.walk, node if node is not None else self._number(recorded=True))

    # ---- showing

    def _number(self, *, recorded: bool = False) -> Node | None:
        """The page's first number, or the first that the engine has too."""
        page = self.walk.page
        if page is None or not len(page):
            return None
        nodes = (self.walk.explained(page, number) for number in range(min(len(page), 4) if recorded else 1))
        return next((node for node in nodes if node.recorded or not recorded), self.walk.explained(page, 0))

    @Slot()
    def _on_changed(self) -> None:
        self._show_header()
        if self.isVisible():
            self.refresh()

    def _show_header(self) -> None:
        trace = self.walk.trace
        self.begin.setVisible(trace is None)
        self.copy_button.setVisible(trace is not None)
        if trace is None:
            self.set_note(self.tr("Click an edge or a number, or"), self.tr("click a number, or"), "")
            return
        step = self.tr("step {0}").format(group(trace.step))
        note = self.tr("{0} · epoch {1}").format(step, group(trace.epoch + 1))
        if trace.real:
            self.set_note(note, step, "")
            return
        rows = self.tr("{0} of {1} rows").format(group(len(trace.rows)), group(self.walk.rows_in_batch))
        self.set_note(f"{note} · {rows}", f"{step} · {rows}", rows, "")

    def refresh(self) -> None:
        """Show the walk as it is now."""
        walk = self.walk
        self.stack.setCurrentIndex(1 if walk.trace is not None else 0)
        if walk.trace is None:
            self.phases.stop()
            self._page = None
            return
        for bar in (self.phases, self.rows, self.trail):
            bar.refresh()
        self._show_numbers()
        self._show_foot()

    def _show_numbers(self) -> None:
        page = self.walk.page
        if page is None or page is self._page:
            return
        self._page = page
        makers = [partial(self.walk.explained, page, number) for number in range(len(page))]
        self.terms.show_numbers(makers, opened=bool(page.nodes) or page.spot is not None)
        self._on_pointed(None)

    def _show_foot(self) -> None:
        walk = self.walk
        ends = walk.at_end and len(walk.trail) == 1
        curve = walk.page is not None and isinstance(walk.page.spot, CurvePoint)  # of no step
        stale = walk.stale and not curve
        self.check.setVisible(not (ends or stale or curve))
        self.stale.setVisible(stale)
        self.outcome.setVisible(ends and not stale)
        self.about.setVisible(not (ends or stale))
        self.outcome.refresh()
        self.stale.refresh()

    def refresh_theme(self, theme: Theme) -> None:
        for bar in (self.phases, self.rows, self.trail):
            bar.refresh_theme()
        self.terms.viewport().update()

    @guarded
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.walk.watch(True)
        self.refresh()

    @guarded
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.phases.stop()
        self.walk.watch(False)
