"""`bpgui train`: the same run as in the window, to the bit."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from bpgui.cli.bar import Bar
from bpgui.cli.decision import decide
from bpgui.cli.health import health, lines
from bpgui.cli.proposed import about, not_used
from bpgui.cli.rate import check_alone, print_rate
from bpgui.cli.resume import resume
from bpgui.cli.source import PROJECT_SUFFIX, open_project, open_source, prepare, with_options
from bpgui.cli.words import Usage, warn
from bpgui.data.spec import FileOrigin
from bpgui.data.table import Table
from bpgui.project.spec import Decision, ProjectSpec
from bpgui.project.storage import Project, StorageError, save_project
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.probes import Predictions
from bpgui.runs.run import Run
from bpgui.runs.stopping import BY_HAND, DIVERGED, EPOCHS, METRIC, TARGET, TIME
from bpgui.runs.summary import clean, done, finite, penalised, small

_FLUSH_SECONDS = 0.1  # whoever reads along sees lines soon, at the price of ten flushes a second
_ENDS = {
    EPOCHS: "the planned epochs are done", TARGET: "the target loss was reached",
    METRIC: "the target metric was reached", TIME: "the time was up",
    BY_HAND: "stopped by hand", DIVERGED: "it diverged",
}  # fmt: skip
_BURST_SECONDS = 0.02
_flushed = 0.0


def train(options: Namespace) -> int:
    """Train as the options say; 1 where it diverged. Raises Usage, IllegalEdit, DataError, StorageError."""
    if options.find_rate:
        check_alone(options)
    if options.save:
        check_place(Path(options.save))
        if Path(options.save).suffix != PROJECT_SUFFIX:
            raise Usage(f"--save writes a project, so its name ends in {PROJECT_SUFFIX}; got {options.save}")
    run, driver, table, decision = resume(options) if options.resume else _begin(options)
    if options.find_rate:
        return print_rate(driver, json=options.json)
    kept = table if options.save else None
    del table  # of a large file it is twice the memory of what is trained on
    before = driver.step_count
    seconds = drive(driver, json=options.json)
    if options.test and not len(driver.data.test):
        warn(("There are no test rows: the split has no test part.",))
    with quiet_numerics():
        decision = decide(driver, decision, options)
        line = {**done(driver, seconds, test=options.test), **health(driver)}
    line["steps_per_second"] = (driver.step_count - before) / seconds if seconds > 0 else None
    looks = _looks(options, driver) if kept is not None else {}
    if options.test and len(driver.data.test) and looks:
        line["test_looks"] = looks[driver.spec.data.table]
    if options.json:
        _print_json(line)
    else:
        _print_result(driver, line, driver.spec)
    if kept is not None:
        _save(Path(options.save), run, driver, kept, options.source, looks, decision)
    if driver.stop_reason == DIVERGED:
        print(f"bpgui: {driver.stop_detail}", file=sys.stderr)
        return 1
    return 0


def _begin(options: Namespace) -> tuple[None, Driver, Table, Decision]:
    """A run from its start; it gets its number when it is saved."""
    points = {"rows": options.rows, "noise": options.noise, "seed": options.seed}
    spec, table = open_source((options.source, *options.more), options.read, **points)
    spec = with_options(spec, table, options)
    proposed = isinstance(spec.data.origin, FileOrigin) and Path(options.source).suffix != PROJECT_SUFFIX
    warn(not_used(spec.data, table) if proposed else ())
    data = prepare(spec, table)
    warn(about(spec.data, data) if proposed else ())
    return None, Driver(spec, data), table, spec.decision


def drive(driver: Driver, *, json: bool) -> float:
    """Seconds that the training took."""
    bar = Bar()
    outputs = driver.training.watch_outputs() if json and small(driver.data) else None
    began = time.perf_counter()
    epoch = driver.training.epoch
    with quiet_numerics(), interrupts() as interrupted:
        for _ in _bursts(driver, each_epoch=json):
            if json and driver.training.epoch != epoch:
                epoch = driver.training.epoch
                _print_json(_epoch_line(driver, outputs))
            bar.show(driver.progress)
            if interrupted():
                driver.intervene("stop", BY_HAND)
    seconds = time.perf_counter() - began
    bar.show(driver.progress, last=True)
    return seconds


def _bursts(driver: Driver, *, each_epoch: bool) -> Iterator[None]:
    """Steps for a moment at a time, or to an epoch's end; their time is charged to the run, which may have a limit."""
    clock, training = time.perf_counter, driver.training
    while driver.stop_reason is None:
        epoch, began = training.epoch, clock()
        end = began + _BURST_SECONDS
        while driver.step():
            if clock() >= end or (each_epoch and training.epoch != epoch):
                break
        driver.charge(clock() - began)
        yield


@contextmanager
def interrupts() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C was pressed, asked between two steps: a step is never left half done."""
    pressed: list[int] = []
    former = signal.signal(signal.SIGINT, lambda number, frame: pressed.append(number))
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, former)


def check_place(path: Path) -> None:
    """Before a long training: can a file be written there? Raises StorageError."""
    folder = path.absolute().parent
    if path.is_dir():
        raise StorageError(f"{path} cannot be saved: it is a folder. Give the name of a file in it.")
    if not folder.is_dir():
        raise StorageError(f"{path} cannot be saved: there is no folder {folder}. Make it, or save elsewhere.")
    if not os.access(folder, os.W_OK):
        raise StorageError(f"{path} cannot be saved: {folder} may not be written to. Save elsewhere.")


def _looks(options: Namespace, driver: Driver) -> dict[str, int]:
    """How often the test part of each table has been looked at: what the source noted down, and this time."""
    source = Path(options.source)
    looks = dict(open_project(source).test_looks) if source.suffix == PROJECT_SUFFIX and source.exists() else {}
    if options.test and len(driver.data.test):
        table = driver.spec.data.table
        looks[table] = looks.get(table, 0) + 1
    return looks


def _save(
    path: Path, run: Run | None, driver: Driver, table: Table, source: str, looks: dict[str, int], decision: Decision
) -> None:
    """The project with this run, a new one if None; saved onto its own source it keeps the other runs it had."""
    project = Project(driver.spec, {table.sha: table})
    if path.exists() and Path(source).exists() and path.samefile(source) and path.suffix == PROJECT_SUFFIX:
        project = open_project(path)
    numbers = [number for run in project.runs if isinstance(number := run.meta.get("number"), int)]
    run = run or Run(driver.spec, 1 + max(numbers, default=0))
    run.history = driver.history
    run.take_down(driver)
    runs = {kept.id: kept for kept in project.runs} | {run.id: run.to_stored()}
    tables = {**project.tables, table.sha: table}
    spec = replace(run.present_spec, decision=decision)
    save_project(path, Project(spec, tables, tuple(runs.values()), run.id, test_looks=looks))


def _epoch_line(driver: Driver, outputs: np.ndarray[Any, Any] | None) -> dict[str, Any]:
    line: dict[str, Any] = {
        "epoch": driver.training.epoch,
        "train_loss": finite(driver.train_loss),
        "val_loss": finite(driver.val_loss),
    }
    if penalised(driver):
        line["penalty"] = finite(driver.penalty)
    if driver.spec.training.schedule != "constant":
        line["learning_rate"] = driver.training.rate
    if outputs is not None:
        line["outputs"] = clean(outputs)
    return line


def _print_json(line: dict[str, Any]) -> None:
    global _flushed
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    now = time.monotonic()
    if line.get("done") or now - _flushed > _FLUSH_SECONDS:
        sys.stdout.flush()
        _flushed = now


def _print_result(driver: Driver, line: dict[str, Any], spec: ProjectSpec) -> None:
    epochs = "1 epoch" if line["epochs"] == 1 else f"{line['epochs']:,} epochs"
    print(f"Ended after {epochs} and {line['seconds']:.2f} s: {_why(line)}\n")
    judged = "validation" if len(driver.data.validation) else "training"
    losses: dict[str, float | None] = {"training": line["train_loss"]}
    if judged == "validation":
        losses[judged] = line["val_loss"]
    rows = {f"loss ({spec.training.loss})": losses}
    if "penalty" in line:
        rows["penalty"] = {"training": line["penalty"]}
    for name, value in line["metrics"].items():
        rows.setdefault(name, {})[judged] = value
    for name, value in line.get("test_metrics", {}).items():
        rows.setdefault(name, {})["test"] = value
    _print_figures(rows)
    if "test_looks" in line:
        times = "once" if line["test_looks"] == 1 else f"{line['test_looks']:,} times"
        print(f"\nTest part looked at {times}.")
    if small(driver.data):
        print()
        _print_predictions(driver)
    for said in lines(line["health"]):
        print(said)


def _why(line: dict[str, Any]) -> str:
    """Why it ended; of a divergence standard error tells."""
    reason = str(line["stop_reason"])
    if line["stop_detail"] and reason != DIVERGED:
        return str(line["stop_detail"])
    return _ENDS.get(reason, reason) + "."


def _print_figures(rows: dict[str, dict[str, float | None]]) -> None:
    """A line for each loss or metric, a column for each part that has any."""
    parts = [part for part in ("training", "validation", "test") if any(part in found for found in rows.values())]
    table = [["", *parts]]
    for name, found in rows.items():
        table.append([name, *(_show(found[part]) if part in found else "" for part in parts)])
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    for label, *cells in table:
        print("  ".join([label.ljust(widths[0]), *map(str.rjust, cells, widths[1:])]).rstrip())


def _show(value: float | None) -> str:
    return "not a number" if value is None else f"{value:.6g}"


def _print_predictions(driver: Driver) -> None:
    answer = Predictions("train", 0, 16)(driver)
    names = driver.data.feature_names
    header = ["row", *names, "target", "output", "predicted", ""]
    rows = [
        [
            str(answer.rows[i]), *(f"{v:.4g}" for v in answer.inputs[i]), answer.targets[i],
            " ".join(f"{v:.6f}" for v in answer.outputs[i]), answer.predicted[i],
            "" if answer.right is None else "right" if answer.right[i] else "wrong",
        ]
        for i in range(len(answer.rows))
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
