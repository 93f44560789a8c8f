"""Runs exported scripts in this process and compares what they find with the run itself."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from bpgui.data.spec import Column, DataSpec, SampleOrigin, Split
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.project import build
from bpgui.project.exporters import EXPORTERS, Exported
from bpgui.project.spec import Dense, Layer, NetworkSpec, ProjectSpec, TrainingSpec
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.exporting import recorded_driver
from bpgui.runs.receipt import weights_sha256

Act = Callable[[Driver], None]
WITH_VALIDATION = Split(train=0.7, validation=0.3)


def numbers_table(rows: int, features: int, classes: int = 0, seed: int = 0) -> Table:
    """Columns f1, f2, ..., then y: a number, or the name of one of so many classes; and w, weights of the rows."""
    generator = np.random.default_rng(seed)
    x = generator.normal(1.0, 2.0, (rows, features))
    columns: list[AnyColumn] = [NumberColumn(f"f{i + 1}", x[:, i]) for i in range(features)]
    raw = np.sin(x[:, 0]) + 0.3 * x[:, -1]
    if classes:
        ranks = np.argsort(np.argsort(raw)) * classes // rows
        columns.append(TextColumn.of("y", [f"class {'abcdefgh'[rank]}" for rank in ranks]))
    else:
        columns.append(NumberColumn("y", raw))
    columns.append(NumberColumn("w", generator.integers(1, 5, rows) / 4.0))
    return Table(columns)


def project(
    layers: Sequence[Layer] = (Dense(id="h1", units=3),), output: str = "sigmoid", *, rows: int = 23, features: int = 2,
    classes: int = 2, split: Split = WITH_VALIDATION, weighted: bool = False, seed: int = 3,
    standardise: bool = True, **training: Any,
) -> tuple[ProjectSpec, Table]:  # fmt: skip
    """A project of those layers and settings on a table of numbers."""
    table = numbers_table(rows, features, classes)
    names = [f"f{i + 1}" for i in range(features)]
    scaling = "standard" if standardise else "none"
    columns = [Column(name=name, role="feature", kind="number", scaling=scaling) for name in names]
    kind, scaling = ("category", "none") if classes else ("number", "standard")
    columns.append(Column(name="y", role="target", kind=kind, scaling=scaling))
    columns.append(Column(name="w", role="weight" if weighted else "ignore", kind="number"))
    settings: dict[str, Any] = {"epochs": 4, "batch_size": 5, "learning_rate": 0.05, "loss": "mse"} | training
    spec = ProjectSpec(
        network=NetworkSpec(layers=(*layers, Dense(id="out", units="auto", activation=output))),
        training=TrainingSpec(**settings),
        data=DataSpec(table=table.sha, origin=SampleOrigin(name="made"), columns=tuple(columns), split=split),
        seed=seed,
    )
    return spec, table


def drive(spec: ProjectSpec, table: Table, acts: dict[int, Act] | None = None, steps: int | None = None) -> Driver:
    """Run to the end, or so many steps; `acts` are called once so many steps are done, an end notwithstanding."""
    driver = Driver(spec, build.dataset(spec, table))
    pending = dict(sorted((acts or {}).items()))
    with quiet_numerics():
        while True:
            while pending and (min(pending) <= driver.step_count):
                pending.pop(min(pending))(driver)
            if driver.stop_reason is not None or driver.step_count == steps:
                if not pending or driver.step_count == steps:
                    return driver
                if driver.stop_reason is not None:
                    pending.pop(min(pending))(driver)
                    continue
            driver.step()


def export(spec: ProjectSpec, table: Table, driver: Driver, name: str = "script.py") -> Exported:
    return EXPORTERS["numpy"].write(spec, table, recorded_driver(driver), name)


def load(text: str) -> dict[str, Any]:
    """The script's names after it was read, as in an import."""
    names: dict[str, Any] = {"__name__": "script", "__file__": "script.py"}
    threads = dict(os.environ)
    former = np.geterr()
    try:
        exec(compile(text, "script.py", "exec"), names)
    finally:
        os.environ.clear()
        os.environ.update(threads)
        np.seterr(**former)
    return names


def verified(names: dict[str, Any]) -> str:
    """What `--verify` prints. Raises SystemExit at a difference."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.errstate(all="ignore"):
        names["verify"]()
    return out.getvalue()


def check(spec: ProjectSpec, table: Table, acts: dict[int, Act] | None = None, steps: int | None = None) -> str:
    """The run and its script agree to the bit; the script's text."""
    driver = drive(spec, table, acts, steps)
    text = export(spec, table, driver).text
    agree(text, driver)
    return text


def agree(text: str, driver: Driver) -> None:
    """The script finds every loss of the run, and its last weights."""
    names = load(text)
    try:
        said = verified(names)
    except SystemExit as error:
        print(text, file=sys.stderr)
        raise AssertionError(str(error)) from error
    count = 1 + (len(driver.data.validation) > 0) + ("penalty" in names["NAMES"])
    assert said.startswith(f"{len(driver.history.epochs) * count} losses")
    assert names["sha256"]() == weights_sha256(driver.parameters)


def with_training(spec: ProjectSpec, **changes: Any) -> ProjectSpec:
    return replace(spec, training=replace(spec.training, **changes))
