"""Runs with everything on, and going on with them in another process:

    python going_on.py whole PRECISION     a run from the start to its end
    python going_on.py resume FILE          the run of a project file, to its end

Each prints the fingerprint of what came out.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.samples import open_sample
from bpgui.project.spec import Activation, BatchNorm, Dense, Dropout, NetworkSpec, ProjectSpec
from bpgui.project.storage import Project, load_project, save_project
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.run import Run

LAYERS = (
    BatchNorm(id="n0", momentum=0.3), Dense(id="d1", units=6, activation="silu", freeze_biases=True),
    Dropout(id="p1", rate=0.3), Dense(id="d2", units=5, activation="identity", bias=False), BatchNorm(id="n2"),
    Activation(id="a2", activation="tanh"), Dropout(id="p2", rate=0.2),
    Dense(id="d3", units="auto", activation="sigmoid"),
)  # fmt: skip
EVERYTHING = {
    "optimizer": "adam", "learning_rate": 0.03, "batch_size": 7, "epochs": 14, "l1": 1e-4, "l2": 1e-3,
    "schedule": "plateau", "plateau_patience": 1, "plateau_factor": 0.5, "plateau_threshold": 0.1,
    "class_weights": "given", "class_weight_values": (0.7, 1.9), "clip": "norm", "clip_at": 0.8, "patience": 40,
}  # fmt: skip


def project(precision: str = "float64", **training: object) -> tuple[ProjectSpec, Table]:
    """Moons; every kind of layer, Adam, a plateau's schedule, class weights, penalties, clipping and patience."""
    spec, table = open_sample("moons", rows=75)
    settings = {**EVERYTHING, "precision": precision, **training}
    return replace(spec, network=NetworkSpec(layers=LAYERS), training=replace(spec.training, **settings)), table


def drive(driver: Driver, until: int | None = None) -> Driver:
    """To its end, or up to a step."""
    with quiet_numerics():
        while driver.stop_reason is None and (until is None or driver.step_count < until):
            driver.step()
    return driver


def fingerprint(driver: Driver) -> str:
    """Of every number that the run has come to: weights, statistics, moments, memories, history, losses, reason."""
    state = driver.take_state()
    arrays = {**state.arrays, **driver.history.to_arrays()}
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    digest.update(repr(numbers_of(state)).encode())
    digest.update(repr((driver.stop_reason, driver.stop_detail, driver.final_losses())).encode())
    return f"{state.step} steps {digest.hexdigest()}"


def numbers_of(state: object) -> list[tuple[str, object]]:
    """What a state holds beside its arrays."""
    return sorted((name, value) for name, value in vars(state).items() if name != "arrays")


def save(path: Path, driver: Driver, table: Table) -> None:
    run = Run(driver.spec, 1)
    run.history = driver.history
    run.take_down(driver)
    save_project(path, Project(driver.spec, {table.sha: table}, (run.to_stored(),), run.id))


def resume(path: Path) -> Driver:
    """The run of a project file, as it stands."""
    saved = load_project(path)
    run = Run.from_stored(saved.runs[0])
    return run.driver(build.dataset(run.spec, saved.tables[run.spec.data.table]))


def in_another_process(*arguments: object, seed: int = 0) -> str:
    """What this script prints; `seed` is that of Python's hashes."""
    places = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    found = subprocess.run(
        [sys.executable, __file__, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": places},
    )  # fmt: skip
    return found.stdout.strip()


def main(what: str, where: str) -> None:
    if what == "whole":
        spec, table = project(where)
        driver = Driver(spec, build.dataset(spec, table))
    else:
        driver = resume(Path(where))
    print(fingerprint(drive(driver)))


if __name__ == "__main__":
    main(*sys.argv[1:])
