"""`bpgui export`: a run as a file for another program."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from bpgui.cli.predict import driver_of, load_trained
from bpgui.cli.source import PROJECT_SUFFIX, open_project, open_source, prepare
from bpgui.cli.train import check_place, drive
from bpgui.cli.words import Usage, warn
from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.atomic import StorageError, printable, readable_size, write_atomically
from bpgui.project.exporters import EXPORTERS, Exported, Exporter, Recorded
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.exporting import recorded_driver, recorded_run
from bpgui.runs.stopping import DIVERGED

STANDARD_OUTPUT = "-"


def export(options: Namespace) -> int:
    """Write the file; what is not trained yet is trained first. Raises Usage, IllegalEdit, DataError, StorageError."""
    exporter = EXPORTERS[options.to]
    path = None if options.out == STANDARD_OUTPUT else _target(options.out, exporter)
    if path is not None:
        check_place(path)
        _check_script(path, exporter)
    spec, table, recorded = _run(options.source)
    exported = exporter.write(spec, table, recorded, path.name if path is not None else f"network{exporter.suffix}")
    _write(path, exported)
    if recorded.ending == DIVERGED:
        warn(("Training had diverged; the script repeats it up to there.",))
    return 0


def _target(out: str, exporter: Exporter) -> Path:
    """The file to write: a name without a suffix gets the exporter's. Raises Usage for the suffix of a project."""
    path = Path(out)
    if path.suffix == PROJECT_SUFFIX:
        raise Usage(f"{out}: {PROJECT_SUFFIX} is for projects. Give a name as in out{exporter.suffix}.")
    return path if path.suffix else path.with_name(path.name + exporter.suffix)


def _check_script(path: Path, exporter: Exporter) -> None:
    """Raises Usage for a file that is there and is no script: it may be somebody's data."""
    if path.exists() and path.suffix != exporter.suffix:
        raise Usage(f"{path} is there already and is no {exporter.suffix} file. Give another name to write to.")


def _run(source: str) -> tuple[ProjectSpec, Table, Recorded]:
    """The trained run of a project, or a run made here and now."""
    path = Path(source)
    if path.suffix == PROJECT_SUFFIX and open_project(path).runs:
        run, table = load_trained(path)
        driver_of(path, run, build.dataset(run.spec, table))  # a run that cannot be taken up cannot be repeated either
        print(f"bpgui: run {run.number}, as it stands after {run.progress.epoch} epochs", file=sys.stderr)
        return run.spec, table, recorded_run(run)
    spec, table = open_source(source)
    driver = Driver(spec, prepare(spec, table))
    drive(driver, json=False)
    return spec, table, recorded_driver(driver)


def _write(path: Path | None, exported: Exported) -> None:
    """The text, and before it what lies beside it. Raises StorageError."""
    if path is None:
        if exported.beside:
            raise StorageError("The data is too large for standard output. Give the name of a file.")
        sys.stdout.write(exported.text)
        return
    for name, data in exported.beside.items():
        write_atomically(path.with_name(name), data)
        size = readable_size(len(data))
        warn((f"The data is large ({size}): it lies in {printable(name)}, which the script reads.",))
    write_atomically(path, exported.text.encode("utf-8"))
