"""`bpgui predict`: trained weights on new rows."""

from __future__ import annotations

import math
import sys
from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from bpgui.cli.data import read_source, with_settings
from bpgui.cli.source import (
    PROJECT_SUFFIX,
    SAMPLE_PREFIX,
    open_project,
    open_source,
)
from bpgui.cli.words import Usage, warn
from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.atomic import write_atomically
from bpgui.project.storage import Project, StorageError, StoredRun
from bpgui.runs.applied_facts import Judgement, outcome_of, weights_of
from bpgui.runs.applying import csv_text, options_for_new
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run


def predict(options: Namespace) -> int:
    """Write row, prediction and outputs of every row, say the score. Raises Usage, DataError, StorageError."""
    if options.output:
        spare(Path(options.output), options.project, *options.data)
    run, trained_on = load_trained(Path(options.project))
    driver = driver_of(Path(options.project), run, build.dataset(run.spec, trained_on))
    data = driver.data  # read by the threshold that was chosen
    table = _new_rows(options, run, trained_on)
    try:
        outcome = outcome_of(weights_of(driver), table)
    except DataError as error:
        raise DataError(f"{options.data[0]}: {error}") from error
    applied = outcome.applied
    warn(applied.notes)
    warn(_score(outcome.judgement))
    if data.encoder.target.cut is not None:
        warn((f"{data.classes[1]} is predicted from {data.encoder.target.threshold:g} on, as the project says.",))
    text = csv_text(applied, options.with_data)
    if options.output:
        write_atomically(Path(options.output), text.encode("utf-8"))
        warn((f"{int(applied.usable.sum()):,} predictions were written to {options.output}.",))
    else:
        sys.stdout.write(text)
    return 0


def _score(judgement: Judgement | None) -> tuple[str, ...]:
    """How right the predictions are where the file holds the target, or why that is not said."""
    if judgement is None:
        return ()
    if judgement.refused:
        return (judgement.refused,)
    rows = "1 row" if judgement.rows == 1 else f"{judgement.rows:,} rows"
    found = (f"{name} {value:.6g}" if math.isfinite(value) else f"{name} unknown" for name, value in judgement.metrics)
    return (f"Score of {rows}: {', '.join(found)}.",)


def _new_rows(options: Namespace, run: Run, trained_on: Table) -> Table:
    """The rows of a file, read as the ones that were trained on; of a sample or a project, their table."""
    first = options.data[0]
    if first.startswith(SAMPLE_PREFIX) or Path(first).suffix == PROJECT_SUFFIX:
        return open_source(first)[1]
    alike = options_for_new(run.spec.data.origin, trained_on)
    return read_source(options.data, with_settings(alike, options.read)).table


def spare(out: Path, *sources: str) -> None:
    """Raises Usage where writing to `out` would cost a project or what was just read."""
    if out.suffix == PROJECT_SUFFIX:
        raise Usage(f"{out}: {PROJECT_SUFFIX} is for projects. Give another name.")
    for source in sources:
        if out.exists() and Path(source).exists() and out.samefile(source):
            raise Usage(f"{out} is read here and would be lost. Give another name to write to.")


def load_trained(path: Path) -> tuple[Run, Table]:
    """The shown run of a project, else its last one, and the table it was trained on. Raises StorageError."""
    project = load_runs(path)
    shown = [run for run in project.runs if run.id == project.current]
    run, table = read_run(path, project, (shown or project.runs)[-1])
    run.spec = replace(run.spec, decision=run.present_beside(project.spec).decision)
    return run, table


def load_runs(path: Path) -> Project:
    """A project with a run at least; what could not be read is said. Raises StorageError."""
    project = open_project(path)
    if not project.runs:
        raise StorageError(f"{path} holds no trained run. Train it, save it, and try again.")
    return project


def read_run(path: Path, project: Project, stored: StoredRun) -> tuple[Run, Table]:
    """One of its runs and the table that it was trained on. Raises StorageError."""
    try:
        run = Run.from_stored(stored)
    except ValueError as error:
        raise StorageError(f"{path}: the trained run cannot be read: {error}") from error
    table = project.tables.get(run.spec.data.table)
    if table is None:
        raise StorageError(f"{path}: the table that run {run.number} was trained on cannot be read.")
    return run, table


def driver_of(path: Path, run: Run, data: Dataset) -> Driver:
    """The run in motion. Raises StorageError where what was saved does not fit its own specification."""
    try:
        return run.driver(data)
    except ValueError as error:
        raise StorageError(
            f"{path}: run {run.number} cannot be taken up: {error}. Train the project anew, or open another copy of it."
        ) from error
