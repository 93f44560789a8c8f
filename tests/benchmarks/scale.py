"""Scale: `python tests/benchmarks/scale.py [table] [steps] [networks] [--steps N] [--json]`; all three without a name.

table     a CSV file of 60 000 x 784 whole numbers and ten classes: seconds from the command to the first loss, and to
          each stage before it; peak memory of the program and of the process that reads.
steps     one run of 10^7 steps: microseconds a step and resident memory at each tenth of the way, rows of the history.
networks  100 layers, 4 096 units, and both: seconds a step, or the sentence they are refused with.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from bpgui.cli.layers import with_hidden
from bpgui.project import build, edits, memory
from bpgui.project.checks import check
from bpgui.project.samples import open_sample
from bpgui.runs.driver import Driver, quiet_numerics

ROWS, COLUMNS, CLASSES = 60_000, 784, 10
NETWORKS = {
    "100 layers of 16": ",".join(["16:tanh"] * 100),
    "one layer of 4 096": "4096:relu",
    "4 layers of 4 096": ",".join(["4096:relu"] * 4),
    "100 layers of 4 096": ",".join(["4096:relu"] * 100),
}
# Run in a process of its own: the stages of `bpgui train`, each with the seconds since the start and its peak memory.
STAGES = """
import json, resource, sys, time
began = time.perf_counter()
def stage(name):
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([name, time.perf_counter() - began, own / 1e3]), flush=True)
from bpgui.cli.window import parse
from bpgui.cli.source import open_source, with_options
from bpgui.cli.source import prepare
from bpgui.runs.driver import Driver
options = parse(["train", sys.argv[1], "--layers", "128:relu", "--batch-size", "64", "--precision", "float32"])
stage("program loaded")
spec, table = open_source(options.source)
stage("file read, roles proposed")
spec = with_options(spec, table, options)
data = prepare(spec, table)
del table
stage("checked and encoded")
driver = Driver(spec, data)
driver.step()
stage("first loss")
for _ in range(driver.training.batches - 1):
    driver.step()
stage("first epoch")
"""


def write_table(path: Path) -> None:
    """Ten classes of noisy pictures of bytes, a fifth of the points bright, as handwritten digits have."""
    rng = np.random.default_rng(0)
    pictures = (rng.random((CLASSES, COLUMNS)) < 0.2) * rng.integers(1, 256, (CLASSES, COLUMNS))
    with path.open("w", encoding="ascii") as file:
        file.write(",".join([*(f"p{i}" for i in range(COLUMNS)), "label"]) + "\n")
        for _ in range(ROWS // 1000):
            labels = rng.integers(0, CLASSES, 1000)
            chosen = pictures[labels]
            noisy = np.clip(chosen + (chosen > 0) * rng.integers(-99, 100, chosen.shape), 0, 255)
            for row, label in zip(noisy.tolist(), labels.tolist(), strict=True):
                file.write(",".join(map(str, row)) + f",{label}\n")


def measure_table() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pictures.csv")
        write_table(path)
        size = path.stat().st_size / 1e6
        command = [sys.executable, "-c", STAGES, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
    stages = [json.loads(line) for line in done.stdout.splitlines()]
    rows = [{"what": name, "seconds": round(at, 2), "peak MB": round(peak)} for name, at, peak in stages]
    return [*rows, {"what": f"the file has {size:.0f} MB; largest process", "peak MB": round(child)}]


def measure_steps(count: int) -> list[dict[str, Any]]:
    spec, table = open_sample("moons", rows=20)
    spec = edits.set_training(spec, optimizer="sgd", batch_size=4, epochs=100_000_000)
    driver = Driver(spec, build.dataset(spec, table))
    rows = []
    with quiet_numerics():
        for tenth in range(1, 11):
            began = time.process_time()
            for _ in range(count // 10):
                driver.step()
            spent = time.process_time() - began
            rows.append(
                {
                    "steps": tenth * count // 10, "µs a step": round(spent / (count // 10) * 1e6, 2),
                    "resident MB": round(resident() / 1e6, 1), "epochs kept": len(driver.history.epochs),
                    "batches kept": len(driver.history.batches),
                }
            )  # fmt: skip
    return rows


def measure_networks() -> list[dict[str, Any]]:
    rows = []
    for name, layers in NETWORKS.items():
        spec, table = open_sample("digits8x8")
        spec = edits.set_training(replace(spec, network=with_hidden(spec.network, layers)), precision="float32")
        data = build.dataset(spec, table)
        need = memory.needed(spec, data)
        row: dict[str, Any] = {"what": name, "weights": need.parameters, "foreseen MB": round(need.total / 1e6)}
        errors = [finding.text for finding in check(spec, table) if finding.severity == "error"]
        rows.append(row | ({"refused": errors[0]} if errors else trained(spec, data)))
    return rows


def trained(spec: Any, data: Any) -> dict[str, Any]:
    """Seconds until a run stands, and of one step."""
    before = resident()
    began = time.perf_counter()
    driver = Driver(spec, data)
    built = time.perf_counter() - began
    driver.step()
    began = time.perf_counter()
    for _ in range(3):
        driver.step()
    step = (time.perf_counter() - began) / 3
    grown = (resident() - before) / 1e6
    return {"to build s": round(built, 2), "a step s": round(step, 4), "taken MB": round(grown), "loss": driver.loss}


def resident() -> int:
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="table, steps, networks")
    parser.add_argument("--steps", type=int, default=10_000_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measures = {"table": measure_table, "steps": lambda: measure_steps(options.steps), "networks": measure_networks}
    unknown = set(options.what) - set(measures)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(measures)}")
    for name in options.what or measures:
        rows = measures[name]()
        if options.json:
            print(json.dumps({name: rows}), flush=True)
            continue
        print(f"\n{name}")
        for row in rows:
            print("  " + "   ".join(f"{key} {value}" if key != "what" else str(value) for key, value in row.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
