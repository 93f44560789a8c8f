"""A run as it is kept: what it was made from, how far it came, and everything needed to go on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec.structs import replace as replace_fields

from bpgui.project.spec import LIVE_FIELDS, ProjectSpec
from bpgui.runs.answers import Progress
from bpgui.runs.driver import Driver
from bpgui.runs.history import History

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.engine.training import TrainingState
    from bpgui.project.storage import StoredRun
    from bpgui.runs.interventions import Intervention
    from bpgui.runs.post_mortem import PostMortem
    from bpgui.runs.receipt import Receipt


@dataclass
class Run:
    """One run of `spec`, as it began. `state` is None until its first step has been taken down."""

    spec: ProjectSpec
    number: int
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    interventions: tuple[Intervention, ...] = ()
    history: History = field(default_factory=History)
    state: TrainingState | None = None
    progress: Progress = field(default_factory=Progress)
    receipt: Receipt | None = None
    stop_reason: str | None = None
    stop_detail: str = ""
    seconds: float = 0.0
    post_mortem: PostMortem | None = None  # of its last divergence

    @property
    def trained(self) -> bool:
        """Whether it holds anything that was learnt."""
        return self.state is not None and self.state.step > 0

    def driver(self, data: Dataset) -> Driver:
        """Set it in motion again, or for the first time. Raises ValueError where the state does not fit the data."""
        driver = Driver(self.spec, data, self.interventions, self.state, self.history, self.seconds)
        driver.stop_reason, driver.stop_detail = self.stop_reason, self.stop_detail
        driver.post_mortem = self._fitting(data)
        return driver

    def _fitting(self, data: Dataset) -> PostMortem | None:
        """What is known of its divergence. Raises ValueError where it names a row that the data does not have."""
        culprit = self.post_mortem.culprit if self.post_mortem is not None else None
        if culprit is not None and not 0 <= culprit.row < len(data.rows):
            raise ValueError("the row that its divergence names does not lie in the data")
        return self.post_mortem

    @property
    def present_spec(self) -> ProjectSpec:
        """Its specification with the live fields as they are now, after the interventions."""
        live = {i.field: i.value for i in self.interventions if i.field in LIVE_FIELDS}
        return replace_fields(self.spec, training=replace_fields(self.spec.training, **live))

    def present_beside(self, project: ProjectSpec) -> ProjectSpec:
        """The same with the decision that was made in a project since, where it is about the same outputs."""
        present = self.present_spec
        same = (present.data.targets, present.training.loss) == (project.data.targets, project.training.loss)
        return replace_fields(present, decision=project.decision) if same else present

    def take_down(self, driver: Driver, *, steps_per_second: float = 0.0) -> None:
        """Note how far the driver came; between two steps."""
        from bpgui.runs.receipt import receipt

        self.state = driver.take_state()
        self.interventions = tuple(driver.interventions)
        self.progress = replace(driver.progress, steps_per_second=steps_per_second)
        self.stop_reason, self.stop_detail = driver.stop_reason, driver.stop_detail
        self.post_mortem = driver.post_mortem
        self.seconds = driver.seconds
        self.receipt = self.receipt or receipt(self.spec)

    def to_stored(self) -> StoredRun:
        """For the project file; only a trained run is worth it."""
        from bpgui.runs.stored import to_stored

        return to_stored(self)

    @staticmethod
    def from_stored(stored: StoredRun) -> Run:
        """The reverse. Raises ValueError, with the place, where the record is not one."""
        from bpgui.runs.stored import from_stored

        return from_stored(stored)
