"""How smooth the window is while it trains flat out: the self-test over several networks, each against the bars.

    python tests/benchmarks/window.py [SECONDS]

Lateness is that of a 5 ms heartbeat in the window's event loop; frames are complete ones a second, of 30 asked for.
`share` is the steps as a share of the same network's without a window, measured in turns in the same process; the bars
are 16 ms, 28.5 frames and 70 %. `alone` is the same reckoned from processor time in the steps, for a machine that
others use too; `time` is the worker's share of the time in steps. Then, in ms a frame: steps, probes, waiting for a
grant, waiting at the gate (both overlap with the next), and the window's own part.

What costs is the window's part, since the worker stands still for it: Python and Qt share one lock, and a contended
frame takes three times as long. A grant costs 0.1 ms, the lock inside a slice 2 to 3 %. So frames were made cheaper
(pictures kept of what stands still, running numbers ten times a second, nothing painted that looks the same), and
probes (the curve of a long run thinned where it grew: 1.2 to 0.1 ms; a slow probe has 4 % of the time). On two quiet
cores moons went from 76 to 92 % of the time in steps, 784-128-10 to 87 %. The rest is mostly painting in Python: to go
on beside it, training would need a process or an interpreter of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from bpgui.data.spec import FileOrigin
from bpgui.data.table import NumberColumn, Table
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.project.storage import Project, save_project

SAMPLES = {
    "XOR 2-8-1": ["sample:xor"],
    "moons 2-4-2-1, batch 10": ["sample:moons", "--layers", "4:tanh,2:tanh", "--batch-size", "10"],
    "digits 64-32-10, batch 32": ["sample:digits8x8", "--layers", "32:relu", "--batch-size", "32"],
}
WIDE = "pixels 784-128-10, batch 64"
ROWS = 3000


def sample_project(words: list[str], folder: Path) -> Path:
    """A project file of that network (one epoch is trained on the way; the self-test begins anew)."""
    path = folder / "network.bpgui"
    command = [sys.executable, "-m", "bpgui", "train", *words, "--epochs", "1", "--save", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def wide_project(folder: Path) -> Path:
    """28 x 28 pixels and ten classes: each class a picture of its own under noise."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, ROWS)
    pictures = generator.random((10, 784)) < 0.2
    pixels = np.clip(pictures[labels] * 0.8 + generator.normal(0.1, 0.2, (ROWS, 784)), 0.0, 1.0)
    columns = [NumberColumn(f"p{i}", pixels[:, i]) for i in range(784)]
    table = Table((*columns, NumberColumn("label", labels.astype(np.float64))))
    spec = propose(table, FileOrigin(name="pixels.csv"))
    spec = edits.set_training(spec, batch_size=64, optimizer="adam", learning_rate=0.001, precision="float32")
    while len(spec.network.layers) > 2:
        spec = edits.remove_layer(spec, spec.network.layers[0].id)
    spec = edits.set_layer(spec, spec.network.layers[0].id, units=128, activation="relu")
    path = folder / "pixels.bpgui"
    save_project(path, Project(spec, {table.sha: table}))
    return path


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "5"
    heads = ("p50", "p99", "max", "frames", "share", "alone", "time")
    print(f"{'network':28}" + "".join(f"{head:>7}" for head in heads) + "  ms a frame")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for network in (*SAMPLES, WIDE):
            path = sample_project(SAMPLES[network], folder) if network in SAMPLES else wide_project(folder)
            command = [sys.executable, "-m", "bpgui", "--self-test", "--seconds", seconds, "--train", str(path)]
            r = json.loads(subprocess.run(command, check=False, capture_output=True, text=True).stdout)
            missed = [bar for bar, told in r["bars"].items() if not told["met"]]
            parts = " ".join(f"{part} {spent:.1f}" for part, spent in r["frame_ms"].items())
            times = (r["lateness_ms_p50"], r["lateness_ms_p99"], r["lateness_ms_max"], r["frames_per_s"])
            shares = (r["steps_share"], r["steps_share_undisturbed"], r["time_share"])
            figures = "".join(f"{time:7.1f}" for time in times) + "".join(f"{share:7.0%}" for share in shares)
            told = [*(f"missed: {bar}" for bar in missed), *r["errors"][:2]]
            print(f"{network:28}{figures}  {parts}  {'; '.join(told)}")


if __name__ == "__main__":
    main()
