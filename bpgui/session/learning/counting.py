"""Counts EVENTS while a lesson runs: connected when it begins, disconnected when it is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, SignalInstance, Slot

from bpgui.engine.explain import Node
from bpgui.engine.gradcheck import StepErrors
from bpgui.project.lessons.changes import events_of
from bpgui.project.lessons.facts import EVENTS
from bpgui.project.spec import ProjectSpec
from bpgui.runs.explaining import CheckAnswer
from bpgui.session.explaining.spots import Bias, CurvePoint, Edge, LossBlock, MetricCell, Neuron

if TYPE_CHECKING:
    from bpgui.engine.gradcheck import GradientCheck
    from bpgui.session.desk import Reply
    from bpgui.session.session import Session

# What was asked of the walk, and the event that it is.
_ASKED: dict[type, str] = {
    Edge: "edge_clicked", Bias: "neuron_clicked", Neuron: "neuron_clicked", LossBlock: "loss_clicked",
    CurvePoint: "curve_clicked", MetricCell: "metric_clicked", Node: "number_clicked", int: "row_clicked",
}  # fmt: skip
_PHASES = {
    "Forward pass": "forward_shown", "Loss": "loss_shown", "Backward pass": "backward_shown", "Update": "update_shown",
}  # fmt: skip


class Counting(QObject):
    """`seen` counts by name; `told` is called after each event. `quiet` while the lesson itself changes things.

    `checked` is called with the result of a gradient check.
    """

    def __init__(
        self, session: Session, told: Callable[[], None], checked: Callable[[GradientCheck], None]
    ) -> None:  # fmt: skip
        super().__init__(session)
        self._session, self._told, self._checked = session, told, checked
        self.seen = dict.fromkeys(EVENTS, 0)
        self.quiet = False
        self._on = False
        self._run = ""
        self._station: object = None
        self._walking = self._taking = False

    def begin(self) -> None:
        """Listen."""
        self.clear()
        if not self._on:
            self._on = True
            for signal, slot in self._connections():
                signal.connect(slot)

    def end(self) -> None:
        """Listen no more."""
        if self._on:
            self._on = False
            for signal, slot in self._connections():
                signal.disconnect(slot)

    def clear(self) -> None:
        """A new step: nothing has been done in it."""
        self.seen.update(dict.fromkeys(EVENTS, 0))
        run = self._session.trainer.run
        self._run = run.id if run is not None else ""
        self._station = self._session.walk.station
        self._walking = self._session.walk.trace is not None

    def count(self, name: str) -> None:
        """Once more. Raises KeyError for what is no event."""
        if self._on and not self.quiet:
            self.seen[name] += 1
            self._told()

    def _connections(self) -> list[tuple[SignalInstance, Callable[..., None]]]:
        session = self._session
        return [
            (session.happened, self._on_happened),
            (session.document.changed, self._on_changed),
            (session.document.looked, self._on_looked),
            (session.trainer.state_changed, self._on_state_changed),
            (session.trainer.run_changed, self._on_run_changed),
            (session.trainer.questions.replied, self._on_replied),
            (session.selection.layer_selected, self._on_layer_selected),
            (session.selection.inputs_tried, self._on_inputs_tried),
            (session.walk.asked, self._on_asked),
            (session.walk.opened, self._on_opened),
            (session.walk.step_accepted, self._on_taken),
            (session.walk.changed, self._on_walk_changed),
        ]

    @Slot(str)
    def _on_happened(self, name: str) -> None:
        self.count(name)

    @Slot(object, object)
    def _on_changed(self, before: ProjectSpec, after: ProjectSpec) -> None:
        for name in events_of(before, after):
            self.count(name)

    @Slot(int)
    def _on_looked(self, looks: int) -> None:
        self.count("test_looked")

    @Slot(str)
    def _on_state_changed(self, state: str) -> None:
        if state == "ended":
            self.count("run_ended")

    @Slot()
    def _on_run_changed(self) -> None:
        run = self._session.trainer.run
        id = run.id if run is not None else ""
        if id != self._run:
            self._run = id
            self.count("new_run")

    @Slot(object)
    def _on_replied(self, reply: Reply) -> None:
        if isinstance(reply.answer, CheckAnswer):
            self._checked(reply.answer.check)
            self.count("check_made")
        elif isinstance(reply.answer, StepErrors):
            self.count("step_sizes_shown")

    @Slot(str)
    def _on_layer_selected(self, id: str) -> None:
        self.count("layer_selected")

    @Slot()
    def _on_inputs_tried(self) -> None:
        if self._session.selection.inputs is not None:
            self.count("input_tried")

    @Slot(object)
    def _on_asked(self, asked: object) -> None:
        self.count(_ASKED[type(asked)])

    @Slot()
    def _on_opened(self) -> None:
        self.count("step_explained")

    @Slot()
    def _on_taken(self) -> None:
        self._taking = True
        self.count("step_taken")

    @Slot()
    def _on_walk_changed(self) -> None:
        """Another station, or none any more."""
        walk = self._session.walk
        station, walking = walk.station, walk.trace is not None
        if self._walking and not walking and not self._taking:
            self.count("step_left")
        self._walking, self._taking = walking, self._taking and not walking
        if station != self._station:
            self._station = station
            if station is not None:
                self.count(_PHASES[station.phase])
