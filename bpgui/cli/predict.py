"""`bpgui predict`: trained weights on new rows."""

from __future__ import annotations

import csv
import sys
from argparse import Namespace
from io import StringIO
from pathlib import Path

import numpy as np

from bpgui.cli.source import PROJECT_SUFFIX, open_source, warn
from bpgui.cli.words import Usage
from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.atomic import write_atomically
from bpgui.project.storage import Project, StorageError, StoredRun, load_project
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run

# A spreadsheet takes text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def predict(options: Namespace) -> int:
    """Write row, prediction and outputs of every row. Raises Usage, DataError, StorageError."""
    if options.output:
        spare(Path(options.output), options.project, options.data)
    run, trained_on = load_trained(Path(options.project))
    data = build.dataset(run.spec, trained_on)
    driver = driver_of(Path(options.project), run, data)
    _, table = open_source(options.data)
    try:
        text = _predictions(driver, data, table)
    except DataError as error:
        raise DataError(f"{options.data}: {error}") from error
    if options.output:
        write_atomically(Path(options.output), text.encode("utf-8"))
    else:
        sys.stdout.write(text)
    return 0


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
    return read_run(path, project, (shown or project.runs)[-1])


def load_runs(path: Path) -> Project:
    """A project with a run at least; what could not be read is said. Raises StorageError."""
    project = load_project(path)
    warn(project.notes)
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


def _predictions(driver: Driver, data: Dataset, table: Table) -> str:
    encoder = data.encoder
    missing = [column.name for column in encoder.inputs if column.name not in table.names]
    if missing:
        raise DataError(
            f"The data has no column {', '.join(map(repr, missing))}, which the network was trained on. "
            f"It has: {', '.join(table.names)}."
        )
    usable = encoder.usable_rows(table)
    if not usable.all():
        warn((f"{int((~usable).sum())} of {table.rows} rows have a missing or unknown value: no prediction there.",))
    x = encoder.features(table, data.x.dtype.name)
    outputs = driver.training.network.predict(x[usable])
    decoded = encoder.decode(outputs)
    names = decoded.labels or [repr(float(v)) for v in ([] if decoded.values is None else decoded.values)]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    show_outputs = decoded.labels is not None
    writer.writerow(["row", _cell(encoder.target.name), *(map(_cell, _headers(data)) if show_outputs else ())])
    for row, place in enumerate(np.where(usable, np.cumsum(usable) - 1, -1).tolist(), 1):
        values = [repr(float(v)) for v in outputs[place]] if show_outputs and place >= 0 else []
        writer.writerow([row, _cell(names[place]) if place >= 0 else "", *values])
    return out.getvalue()


def _headers(data: Dataset) -> list[str]:
    if data.outputs == 1:
        return [f"output ({data.classes[1]})"]
    return [f"output ({name})" for name in data.classes]


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(_FORMULA):
        try:
            float(text)
        except ValueError:
            return "'" + text
    return text
