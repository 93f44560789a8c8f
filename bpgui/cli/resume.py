"""`bpgui train PROJECT --resume`: a project's run goes on where it was put down, as with the window's Train."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from bpgui.cli import settings
from bpgui.cli.predict import driver_of, load_runs, read_run
from bpgui.cli.source import PROJECT_SUFFIX, prepare, with_options
from bpgui.cli.words import Usage, warn
from bpgui.data.table import Table
from bpgui.project.spec import LIVE_FIELDS, Decision, ProjectSpec, structure
from bpgui.project.storage import StorageError
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run
from bpgui.runs.stopping import RESUMABLE, number

# Options that say what becomes of a run, not what it is.
_ABOUT = ("command", "source", "resume", "find_rate", "save", "json", "test", "threshold", "costs")
# The options of the live fields; clipping has one for each kind.
LIVE = (*(name for name in LIVE_FIELDS if name not in ("clip_at", "target_value")), "clip_norm", "clip_value")


def resume(options: Namespace) -> tuple[Run, Driver, Table, Decision]:
    """The project's run in motion, with the options as interventions. Raises Usage, DataError, StorageError."""
    _refuse_another_run(options)
    path = Path(options.source)
    run, table, spec = _shown_run(path)
    spec = with_options(spec, table, options)
    driver = driver_of(path, run, prepare(spec, table))
    _go_on(driver, spec, options)
    warn((f"run {run.number} goes on after {driver.training.epoch:,} epochs",))
    driver.decide(spec.decision)
    return run, driver, table, spec.decision


def _refuse_another_run(options: Namespace) -> None:
    """Raises Usage for a source that has no runs, and for an option that a run cannot take while it goes."""
    if Path(options.source).suffix != PROJECT_SUFFIX:
        raise Usage(f"--resume: only a project ({PROJECT_SUFFIX}) has a run to go on with, not {options.source}.")
    for name, value in vars(options).items():
        if value not in (None, []) and name not in (*_ABOUT, *LIVE):
            option = settings.flag(f"no_{name}" if value is False else name)
            raise Usage(
                f"{option} cannot change while a run goes on. Leave it out, or train anew without --resume. "
                f"With --resume there are {', '.join(map(settings.flag, LIVE))}."
            )


def _shown_run(path: Path) -> tuple[Run, Table, ProjectSpec]:
    """The run that a project shows, its table, and the project as it is now. Raises StorageError."""
    project = load_runs(path)
    stored = next((run for run in project.runs if run.id == project.current), None)
    if stored is None:
        raise StorageError(f"{path} shows no trained run to go on with. Train it without --resume.")
    run, table = read_run(path, project, stored)
    if structure(run.spec) != structure(project.spec):
        raise StorageError(
            f"{path} has been changed since run {run.number} was trained, which cannot go on so. "
            "Train it without --resume."
        )
    if run.stop_reason not in (None, *RESUMABLE):
        raise StorageError(
            f"{path}: run {run.number} cannot go on: it {run.stop_reason}. {run.stop_detail} "
            "Train it without --resume, or open it in the window and choose Go back."
        )
    return run, table, project.spec


def _go_on(driver: Driver, spec: ProjectSpec, options: Namespace) -> None:
    """Take over the live fields of `spec`, and leave an end behind. Raises Usage for an option that forbids that."""
    driver.follow(spec)
    for name in driver.extension():
        if name in options:
            raise Usage(
                f"{settings.flag(name)}: the run has come to its end with that already "
                f"(epoch {driver.training.epoch:,}). Give another value, or leave it out."
            )
    limit = driver.live["max_seconds"]
    if "max_seconds" in options and limit is not None and driver.seconds >= number(limit):
        raise Usage(f"--max-seconds: the run has trained for {driver.seconds:.3g} s already. Give more, or none.")
    driver.extend()
