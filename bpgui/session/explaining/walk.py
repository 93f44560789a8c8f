"""The walk through one step: its trace, the station one is at, the row looked at, and what was asked on the way.

The trace is made on a copy: the run stays as it is. Where the run goes on, the walk is of a step that is past, and
says so (`stale`) until it is asked for the present one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from bpgui.engine.explain import Node, Parameter, RowLoss, Share, Words
from bpgui.engine.trace import Station, StepTrace
from bpgui.session.explaining import pages
from bpgui.session.explaining.flow import Flow, flow_at
from bpgui.session.explaining.pages import Page
from bpgui.session.explaining.question import NextStep, NextStepAnswer
from bpgui.session.explaining.spots import CurvePoint, MetricCell, Spot, spot_at, spot_of, station_for
from bpgui.session.shown_run import PAUSED, READY, TRAINING

if TYPE_CHECKING:
    from bpgui.runs.answers import Frame
    from bpgui.session.desk import Reply
    from bpgui.session.document import Document
    from bpgui.session.selection import Asked
    from bpgui.session.trainer import Trainer


class Walk(QObject):
    """`changed`: anything of it. `opened`: something was asked, to be seen. `pointed` lights up a Spot, or None.
    `asked` brings the Spot, the row's number or the Node that was asked for; `step_accepted`: the one explained.

    The trace comes a moment after it was asked for (`waiting`). `place` counts stations; `row` is one of the batch or
    None, all of it. `trail` begins with the station's own page; the last is the one looked at. `watched` is set by who
    shows it: a walk that nobody sees is not kept up.
    """

    changed = Signal()
    opened = Signal()
    pointed = Signal(object)
    asked = Signal(object)
    step_accepted = Signal()

    def __init__(self, document: Document, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document, self.trainer = document, trainer
        self.trace: StepTrace | None = None
        self.words = Words()
        self.place = 0
        self.row: int | None = 0
        self.trail: list[Page] = []
        self.watched = False
        self.rows_in_batch = 0
        self._of: tuple[str, object] = ("", None)  # run and specification that the trace is of
        self._number = 0  # of the question that is not answered yet
        self._then: Callable[[NextStepAnswer], None] = self._begin_with
        self._told_stale = False
        self._before: Station | None = None
        self._goes_on = False  # the step was taken: the next one is walked through when it is done
        trainer.framed.connect(self._on_framed)
        trainer.questions.replied.connect(self._on_replied)
        trainer.run_changed.connect(self._on_run_changed)
        trainer.state_changed.connect(self._on_state_changed)
        document.changed.connect(self._on_document_changed)

    # where one is

    @property
    def station(self) -> Station | None:
        return self.trace.stations[self.place] if self.trace is not None else None

    @property
    def page(self) -> Page | None:
        return self.trail[-1] if self.trail else None

    @property
    def at_end(self) -> bool:
        return self.trace is not None and self.place == len(self.trace.stations) - 1

    @property
    def step_now(self) -> int:
        """Steps that the run has taken by now."""
        driver = self.trainer.driver
        return driver.step_count if driver is not None else 0

    @property
    def stale(self) -> bool:
        """Whether the run is no longer where the trace was made, and the present step is not asked for yet."""
        return self.trace is not None and not self.waiting and self.trace.step != self.step_now + 1

    @property
    def waiting(self) -> bool:
        """Whether another step is asked for."""
        return bool(self._number)

    @property
    def can_take(self) -> bool:
        """Whether the very step that is shown can be taken."""
        trace, resting = self.trace, self.trainer.state in (READY, PAUSED)
        return trace is not None and trace.real and trace.taken and resting and not (self.stale or self.waiting)

    def flow(self) -> Flow | None:
        """What the picture of the network shows; None where nobody walks, or the picture is of a later step."""
        if self.trace is None or self.station is None or self.stale or self.waiting or not self.watched:
            return None
        return flow_at(self.trace, self.station, self.row)

    def explained(self, page: Page, number: int) -> Node:
        """One of the numbers of a page. Raises IndexError."""
        assert self.trace is not None
        return pages.node_of(self.trace, self.words, page, number)

    def row_of(self, node: Node) -> str:
        """ "row 17" where a number is that row's among those of others; else empty."""
        if self.trace is None or not isinstance(node.reference, Share | RowLoss):
            return ""
        return self.words.row(self.trace, node.reference.row)

    def text(self) -> str:
        """The page looked at in words, with its terms: the text form of panel and picture."""
        if self.page is None or self.trace is None:
            return ""
        return "\n".join([self.title(), *pages.lines_of(self.trace, self.words, self.page)])

    def title(self) -> str:
        """Which step, phase and page."""
        if self.trace is None or self.station is None:
            return ""
        return f"Step {self.trace.step:,}, {self.station.phase}: " + " › ".join(page.title for page in self.trail)

    # walking

    @Slot()
    def begin(self) -> None:
        """Take the next step apart, from its beginning; training pauses for it."""
        if self.trainer.state == TRAINING:
            self.trainer.pause()
        self._ask(NextStep(), self._begin_with)

    def _begin_with(self, answer: NextStepAnswer) -> None:
        self.place = 0
        self._show_station()
        self.opened.emit()

    @Slot()
    def renew(self) -> None:
        """The present step instead of one that is past, at the same station."""
        if self.trainer.state == TRAINING:
            self.trainer.pause()
        self._ask(NextStep(), self._renew_with)

    def go(self, stations: int) -> None:
        """So many stations on, or back."""
        if self.trace is not None:
            self.go_to(self.place + stations)

    def go_to(self, place: int) -> None:
        if self.trace is not None:
            self.place = min(max(place, 0), len(self.trace.stations) - 1)
            self._show_station()

    def go_to_phase(self, phase: str) -> None:
        """Its first station."""
        if self.trace is not None:
            self.go_to(next((k for k, s in enumerate(self.trace.stations) if s.phase == phase), self.place))

    def choose_row(self, row: int | None) -> None:
        """Look at one row of the batch, or at all."""
        if self.trace is None:
            return
        self.row = None if row is None else row % len(self.trace.rows)
        self._renew_pages()
        self.changed.emit()

    @Slot()
    def take_step(self) -> None:
        """The run takes the step that was explained; the walk goes on to the next one."""
        if self.can_take:
            self._goes_on = True
            self.trainer.step_batch()
            self.step_accepted.emit()

    @Slot()
    def leave(self) -> None:
        """Leave the step untaken."""
        self.trace, self.trail, self.place, self.row, self._number = None, [], 0, 0, 0
        self._goes_on = self._told_stale = False
        self.changed.emit()
        self.pointed.emit(None)

    # asking

    def ask(self, spot: Spot) -> None:
        """Something in the window was clicked: say where its number comes from."""
        self.asked.emit(spot)
        if isinstance(spot, CurvePoint | MetricCell) or self.trace is None or self.stale or self.waiting:
            self._ask(NextStep(spot), lambda answer: self._show_spot(spot, answer.page))
        else:
            self._show_spot(spot, None)

    @Slot(object)
    def ask_for(self, asked: Asked) -> None:
        """A parameter, or the step of a row, that was clicked somewhere in the window."""
        if asked.parameter is not None:
            self.ask(spot_at(asked.parameter))
        elif asked.row is not None:
            self.ask_row(asked.row)

    def ask_row(self, row: int) -> None:
        """The step of one row of the data: within the next batch, or of it alone where that does not take it."""
        self.asked.emit(row)
        if self.trace is None or self.stale or self.waiting or row not in self.trace.rows:
            self._ask(NextStep(row=row), lambda answer: self._show_row(row))
        else:
            self._show_row(row)

    def _show_row(self, row: int) -> None:
        assert self.trace is not None
        self.row = self.trace.rows.tolist().index(row)
        self._renew_pages()
        self.changed.emit()
        self.opened.emit()

    def _show_spot(self, spot: Spot, page: Page | None) -> None:
        page = page or self._page_of(spot)
        if page is None or self.trace is None:
            self.changed.emit()
            return
        station = station_for(self.trace, spot, self.station)
        if station in self.trace.stations:
            self.place = self.trace.stations.index(station)
        self.trail = [self._station_page(), page]
        self.changed.emit()
        self.opened.emit()

    @Slot(object)
    def ask_node(self, node: Node) -> None:
        """A number of the page was clicked: its own page; a weight's is all that is known of it."""
        if self.trace is None:
            return
        self.asked.emit(node)
        spot = spot_of(self.trace, node.reference) if isinstance(node.reference, Parameter) and not node.count else None
        if spot is not None and (self.page is None or self.page.spot != spot):
            self.ask(spot)
        elif node.count:
            self.trail.append(pages.number_page(self.trace, self.words, node))
            self.changed.emit()

    def back_to(self, depth: int) -> None:
        """Back on the trail, to its page number `depth`."""
        if 0 <= depth < len(self.trail) - 1:
            del self.trail[depth + 1 :]
            self.changed.emit()

    def point(self, spot: Spot | None) -> None:
        self.pointed.emit(spot)

    def watch(self, watched: bool) -> None:
        """Whether somebody sees the walk: another run, or an edit, ends one that nobody does."""
        self.watched = watched
        if self.trace is not None:
            self.changed.emit()

    # pages

    def _station_page(self) -> Page:
        assert self.trace is not None
        return pages.station_page(self.trace, self.words, self.trace.stations[self.place], self.row)

    def _show_station(self) -> None:
        self.trail = [self._station_page()]
        self.changed.emit()

    def _page_of(self, spot: Spot) -> Page | None:
        assert self.trace is not None
        try:
            return pages.spot_page(self.trace, self.words, spot, self.row)
        except (KeyError, IndexError, StopIteration):
            return None  # the picture is of a network that is not the run's

    def _renew_pages(self) -> None:
        """The same pages of another row or step, as far as they are there."""
        assert self.trace is not None
        trail = [self._station_page()]
        for page in self.trail[1:]:
            again: Page | None = page
            if page.spot is not None and not page.nodes:
                again = self._page_of(page.spot)
            elif page.spot is None:
                again = pages.with_row(self.trace, self.words, page, self.row)
            if again is None:
                break
            trail.append(again)
        self.trail = trail

    # the trace

    def _ask(self, question: NextStep, then: Callable[[NextStepAnswer], None]) -> None:
        """Ask for the run's next step; `then` is called when it is there."""
        if self.trainer.run is None:
            self.leave()
            return
        if self._number:
            self.trainer.questions.cancel(self._number)
        self._number, self._then = self.trainer.questions.ask(question), then

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        if reply.number != self._number:
            return
        self._number = 0
        run = self.trainer.run
        if reply.answer is None or run is None or reply.run_id != run.id:
            self.leave()
            return
        answer: NextStepAnswer = reply.answer
        self._before = self.station
        self.trace, self.words, self.rows_in_batch = answer.step.trace, answer.step.words, answer.rows_in_batch
        self._of = (run.id, self.document.spec)
        self._told_stale = False
        self.place = min(self.place, len(self.trace.stations) - 1)
        self.row = None if self.row is None else min(self.row, len(self.trace.rows) - 1)
        self._then(answer)

    def _renew_with(self, answer: NextStepAnswer) -> None:
        """The same station and pages of another step."""
        assert self.trace is not None
        before = self._before
        self.place = self.trace.stations.index(before) if before in self.trace.stations else 0
        self._renew_pages()
        self.changed.emit()

    def _show_first(self, answer: NextStepAnswer) -> None:
        self.place = 0
        self._show_station()

    # following

    @Slot(object)
    def _on_framed(self, frame: Frame) -> None:
        if self.trace is None:
            return
        if self._goes_on and frame.settled and self.trainer.state != TRAINING:
            self._goes_on = False
            self._ask(NextStep(), self._show_first)
        elif self.stale and (frame.settled or not self._told_stale):
            self._told_stale = True
            self.changed.emit()

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if self.trace is not None:
            self.changed.emit()

    @Slot()
    def _on_run_changed(self) -> None:
        """Another run: its own next step, or nothing where nobody looks."""
        if self.trace is None:
            return
        if self.watched:
            self.trail = self.trail[:1]
            self._ask(NextStep(), self._renew_with)
            self.changed.emit()
        else:
            self.leave()

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        """Another rate, another regulariser: the next step is another one."""
        run = self.trainer.run
        same = run is not None and self._of == (run.id, self.document.spec)
        if self.trace is None or same or self.stale or self.trainer.state == TRAINING:
            return
        if self.watched:
            self._ask(NextStep(), self._renew_with)
        else:
            self.leave()
