"""The shown run as exporters take it."""

from __future__ import annotations

from bpgui.project.exporters import Recorded
from bpgui.project.spec import ProjectSpec
from bpgui.runs.exporting import recorded_driver
from bpgui.session.trainer import Trainer


def recorded(trainer: Trainer) -> tuple[ProjectSpec, Recorded] | None:
    """The project that the shown run began with, and what became of it so far; None where nothing can be trained.

    Training waits for it between two steps, and goes on.
    """
    run = trainer.run
    if run is None:
        return None
    with trainer.parked() as driver:
        if driver is None or not driver.step_count:
            return run.spec, Recorded.nothing()
        return driver.spec, recorded_driver(driver, run.receipt)
