"""How smooth the window is while it trains flat out: the self-test over several networks, each against its own floor.

    python tests/benchmarks/window.py [SECONDS]

Lateness is that of a 5 ms heartbeat in the window's event loop; steps are given as a share of the same network's
without a window, measured in the same process; frames as complete redraws of all panels a second, of 30 asked for.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

NETWORKS = {
    "XOR 2-8-1": ["sample:xor"],
    "moons 2-4-2-1, batch 10": ["sample:moons", "--layers", "4:tanh,2:tanh", "--batch-size", "10"],
    "digits 64-32-10, batch 32": ["sample:digits8x8", "--layers", "32:relu", "--batch-size", "32"],
}


def project(words: list[str], folder: Path) -> Path:
    """A project file of that network (one epoch is trained on the way; the self-test begins anew)."""
    path = folder / "network.bpgui"
    command = [sys.executable, "-m", "bpgui", "train", *words, "--epochs", "1", "--save", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


def main() -> None:
    seconds = sys.argv[1] if len(sys.argv) > 1 else "5"
    print(f"{'network':28} {'p50':>6} {'p99':>6} {'max':>6} {'idle p99':>8} {'frames':>7} {'ms':>5} {'share':>6} ok")
    with tempfile.TemporaryDirectory() as folder:
        for name, words in NETWORKS.items():
            source = str(project(words, Path(folder)))
            command = [sys.executable, "-m", "bpgui", "--self-test", "--seconds", seconds, "--train", source]
            line = subprocess.run(command, check=False, capture_output=True, text=True).stdout
            r = json.loads(line)
            share = r["steps_per_s"] / r["headless_steps_per_s"]
            print(
                f"{name:28} {r['lateness_ms_p50']:6.1f} {r['lateness_ms_p99']:6.1f} {r['lateness_ms_max']:6.1f}"
                f" {r['idle_lateness_ms_p99']:8.1f} {r['frames_per_s']:7.1f} {r['frame_ms_idle']:5.1f} {share:6.0%}"
                f" {'yes' if r['ok'] else 'no: ' + '; '.join(r['errors'][:2])}"
            )


if __name__ == "__main__":
    main()
