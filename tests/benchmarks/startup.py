"""Start: `python tests/benchmarks/startup.py [--pairs 9] [--packed dist/bpgui/bpgui] [--json]`.

From the start of the process to the first paint of the window (its tools, the network, the places of its panels),
against a floor in the same run, which imports numpy, PySide6's widgets and pyqtgraph and paints an empty window; and to
the paint of the complete window. In turns, medians; the first pair warms the disk's cache.
With --packed, a packed program's `--self-test` too; its floor is the same.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BAR = 1.3  # times the floor
FLOOR = """
import numpy, pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
"""
OURS = """
import gc
gc.disable()  # as the program does until its window is there
from bpgui.app import build_window, make_application
application = make_application()
window = build_window(remember=False, staged=True)
"""
FLOOR_PAINTED = """
window.show()
window.repaint()
application.processEvents()
print(seconds())
os._exit(0)
"""
OURS_PAINTED = """
def complete():
    window.repaint()
    print(seconds(), flush=True)
    os._exit(0)

window.opening.painted.connect(lambda: print(seconds()))
window.opening.finished.connect(complete)
window.show()
application.exec()
"""
CLOCK = """
import os

def seconds():
    with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
        ticks = float(stat.read().rsplit(")", 1)[1].split()[19])
    with open("/proc/uptime", encoding="ascii") as uptime:
        return float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")

window.resize(1440, 900)
"""


def environment(folder: str) -> dict[str, str]:
    named = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    shown = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # Compiled modules are kept in the folder: an installed program finds them compiled.
    return {**kept, **named, **shown, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": folder}


def started(code: str, folder: str) -> list[float]:
    """Seconds from the start of the process to the first paint, and to the paint of the complete window."""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(folder), capture_output=True, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def packed(program: str, folder: str) -> float:
    done = subprocess.run(
        [program, "--self-test", "--seconds", "0.2"],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    return float(json.loads(done.stdout.splitlines()[-1])["start_ms"]) / 1000


def measure(pairs: int, program: str | None) -> dict[str, Any]:
    floor, ours, complete, bundle = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(pairs + 1):
            floor.append(started(FLOOR + CLOCK + FLOOR_PAINTED, folder)[0])
            first, whole = started(OURS + CLOCK + OURS_PAINTED, folder)
            ours.append(first)
            complete.append(whole)
            if program:
                bundle.append(packed(program, folder))
    result: dict[str, Any] = {
        "floor s": round(statistics.median(floor[1:]), 3),
        "window s": round(statistics.median(ours[1:]), 3),
        "window / floor": round(statistics.median(o / f for o, f in zip(ours[1:], floor[1:], strict=True)), 2),
        "bar": BAR,
        "complete s": round(statistics.median(complete[1:]), 3),
    }
    if program:
        result["packed s"] = round(statistics.median(bundle[1:]), 3)
        ratios = [b / f for b, f in zip(bundle[1:], floor[1:], strict=True)]
        result["packed / floor"] = round(statistics.median(ratios), 2)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--packed", metavar="PROGRAM", help="a packed program, for its start as well")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(options.pairs, options.packed)
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:16}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
