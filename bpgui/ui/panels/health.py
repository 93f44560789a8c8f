"""How the run is doing, layer by layer, and what to do where it does badly."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from bpgui.engine.vitals import SIGNS
from bpgui.project.checks import Finding
from bpgui.runs.health.bands import VITAL_SIGNS
from bpgui.runs.health.probes import Health, HealthAnswer
from bpgui.runs.moments import Moments
from bpgui.session.guard import guarded
from bpgui.ui.live.described import INTERVAL
from bpgui.ui.live.health_look import COLUMNS, HealthLook
from bpgui.ui.live.health_view import HealthView
from bpgui.ui.live.list_model import Column
from bpgui.ui.live.list_table import ListTable
from bpgui.ui.live.text_switch import WordButton
from bpgui.ui.panels.base import Panel
from bpgui.ui.texts import count_text, tr_label
from bpgui.ui.theme import Theme
from bpgui.ui.widgets.warning_card import WarningCard
from bpgui.ui.widgets.warning_cards import WarningCards

if TYPE_CHECKING:
    from bpgui.runs.answers import Frame
    from bpgui.session.session import Session

RATE = "training:learning_rate"
NUMBERS = ("gradient", "update", "dead", "saturated", "weights")  # of the table, in order
RUNS = 8  # whose moments that were seen are kept


class HealthPanel(Panel):
    """What the warnings say stands on top, with the ways out; below it a row a layer, or the same as a table."""

    key = "health"
    title = "Health"

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._seen: dict[str, Moments[HealthAnswer]] = {}
        self._said_at = -INTERVAL
        self._actions: dict[str, QAction] = {}  # after a divergence, by a short name
        self._find_rate: QAction | None = None
        self.findings: tuple[Finding, ...] = ()
        self.inner, self.column = self.scrolled(6)
        self.warnings = WarningCards(self.inner)
        self.column.addWidget(self.warnings)
        self.view = HealthView()
        self.view.layer_chosen.connect(self._on_layer_chosen)
        self.table: ListTable | None = None  # made when first wanted
        self.pages = QStackedWidget(self.inner)
        self.pages.addWidget(self.view)
        self.column.addWidget(self.pages, 1)
        help = self.tr("The same as a table of numbers and words, to be read and copied.")
        self.as_table = WordButton(self.tr("table"), help, self.tr("Health as a table"), self.header)
        self.as_table.toggled.connect(self._on_table)
        self.header.add(self.as_table)
        session.document.changed.connect(self._on_changed)
        session.trainer.run_changed.connect(self._on_run_changed)
        self._tell()

    def _columns(self) -> list[Column]:
        numbers = [Column(tr_label(VITAL_SIGNS[key].word), tr_label(VITAL_SIGNS[key].help)) for key in NUMBERS]
        place = Column("#", self.tr("Where the layer stands, counted from the input."))
        name = Column(self.tr("layer"), self.tr("The layer."), words=True)
        return [place, name, Column(self.tr("state"), self.tr("What is low or high of it."), words=True), *numbers]

    def take_actions(self, actions: dict[str, QAction]) -> None:
        self._actions = {
            self.tr("Go back, a tenth of the rate"): actions["go_back"],
            self.tr("Take that step apart"): actions["explain_divergence"],
        }
        self._find_rate = actions["find_rate"]

    def probes(self) -> tuple[Any, ...]:
        return (Health(),)

    def show_frame(self, frame: Frame) -> None:
        answer = frame.answers.get(Health())
        if answer is None:
            return
        seen = self._seen_of(frame.run_id)
        past = list(seen)[:-1] if seen.last is not None and seen.last.step == answer.step else list(seen)
        if answer.step:
            seen.add(answer)
        if not frame.settled and not self.view.due():
            return  # sooner nobody could read it
        steps = np.array([moment.step for moment in past], np.int64)
        values = np.stack([m.now for m in past]) if past else np.empty((0, len(answer.layers), len(SIGNS)))
        look = HealthLook(answer.layers, answer.names, answer.activations, *answer.with_seen(steps, values))
        self.view.set_look(look, frame.settled)
        self._make_room()
        self._fill_table()
        self._show_findings(answer.verdict.findings, frame.settled)
        self._tell()

    def _seen_of(self, run: str) -> Moments[HealthAnswer]:
        """What was seen of a run between the looks that it notes down itself; of the runs looked at last."""
        seen = self._seen.pop(run, None) or Moments()
        self._seen[run] = seen
        while len(self._seen) > RUNS:
            del self._seen[next(iter(self._seen))]
        return seen

    # ---- what is said

    def _tell(self) -> None:
        """The note in the header, and the hint while there is nothing to see."""
        if self.session.document.blocked:
            self.view.set_hint(self.tr("Training cannot start yet: see the check beside Train"))
        else:
            self.view.set_hint(self.tr("Press Train (Space): how each layer is doing shows after the first step"))
        if self.view.empty:
            self.set_note("")
            return
        look = self.view.look
        if self.findings:
            self.set_note(count_text(len(self.findings), self.tr("warning"), self.tr("warnings")))
        elif not look.unhealthy:
            self.set_note(self.tr("all layers healthy"))
        elif look.early:
            self.set_note(self.tr("too early to judge"))
        else:
            marked = count_text(len(look.unhealthy), self.tr("layer marked"), self.tr("layers marked"))
            self.set_note(self.tr("{0}, no warning").format(marked), marked)

    def _show_findings(self, findings: tuple[Finding, ...], settled: bool = True) -> None:
        """Running numbers in the sentences change once a second, so that they can be read."""
        now, same = time.monotonic(), _kinds(findings) == _kinds(self.findings)
        if findings == self.findings or (same and not settled and now - self._said_at < INTERVAL):
            return
        self.findings, self._said_at = findings, now
        if same:
            for card, finding in zip(self.cards, findings, strict=True):
                card.renew(finding)
            return
        self.warnings.set_cards([self._card(finding) for finding in findings])

    @property
    def cards(self) -> list[WarningCard]:
        """One for each of the findings, in their order."""
        return self.warnings.cards

    def _make_room(self) -> None:
        """The warnings leave the plots in sight."""
        margins = self.column.contentsMargins()
        taken = self.view.minimumSizeHint().height() + self.column.spacing() + margins.top() + margins.bottom()
        self.warnings.set_room(self.area.viewport().height() - taken)

    @guarded
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _card(self, finding: Finding) -> WarningCard:
        card = WarningCard(finding, self.inner)
        card.fix_requested.connect(self.apply_fix)
        if finding.key == "diverged":
            for text, action in self._actions.items():
                card.offer(action, text)
        elif finding.where == RATE and self._find_rate is not None:
            card.offer(self._find_rate, self.tr("Find a rate…"))
        return card

    @Slot(str)
    def _on_layer_chosen(self, id: str) -> None:
        self.session.selection.select_layer(id)

    # ---- as a table

    @Slot(bool)
    def _on_table(self, on: bool) -> None:
        if self.table is None:
            self.table = self._make_table()
            self.pages.addWidget(self.table)
        self.pages.setCurrentWidget(self.table if on else self.view)
        self._fill_table()

    def _make_table(self) -> ListTable:
        table = ListTable(
            self.tr("Health of the layers"), self.tr("The vital signs of each layer now; Ctrl+C copies them.")
        )
        table.set_columns(self._columns(), 0, Qt.SortOrder.AscendingOrder)
        table.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        table.setMinimumHeight(1)
        return table

    def _fill_table(self) -> None:
        """A row a layer with all its vital signs; what the picture does not draw is here too."""
        if self.table is None or not self.as_table.isChecked():
            return
        look, rows = self.view.look, []
        for row, name in enumerate(look.names):
            words = [look.word(row, column) for column in COLUMNS if row not in look.unhealthy or look.ill(row, column)]
            state = ", ".join(dict.fromkeys(filter(None, words)))
            numbers = [look.last(row, key) for key in NUMBERS]
            rows.append((row + 1, name, state, *("–" if math.isnan(number) else number for number in numbers)))
        self.table.set_rows(list(look.layers), rows)

    # ---- following

    def refresh_theme(self, theme: Theme) -> None:
        self.view.refresh_theme(theme)

    @Slot()
    def _on_changed(self) -> None:
        self._tell()

    @Slot()
    def _on_run_changed(self) -> None:
        """Another run: what is known of it comes with its first frame."""
        self.view.set_look(HealthLook())
        self._show_findings(())
        self._tell()


def _kinds(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(finding.key, finding.where) for finding in findings]
