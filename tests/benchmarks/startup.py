"""Start: `python tests/benchmarks/startup.py [--pairs 9] [--packed dist/bpgui/bpgui] [--json]`.

From the start of the process to the first paint of the window (its tools, the network, the places of its panels), as
`bpgui` without a word starts, against a floor in the same run, which imports numpy, PySide6's widgets and pyqtgraph and
paints an empty window; and to the paint of the complete window. In turns, medians of seconds, of processor time (which
other work on the machine moves less) and of their ratios; the first turn warms the disk's cache.
With --packed, the same of a packed program; its floor is the same one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BAR = 1.3  # times the floor
PACKED_SECONDS = 1.0  # warm
CLOCK = """
import os, time

def say():
    # Seconds since the process began, and the processor's part of them in all its threads.
    with open("/proc/self/stat", encoding="ascii", errors="replace") as stat:
        ticks = float(stat.read().rsplit(")", 1)[1].split()[19])
    with open("/proc/uptime", encoding="ascii") as uptime:
        age = float(uptime.read().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
    print(age, time.process_time(), flush=True)
"""
FLOOR = """
import numpy, pyqtgraph
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
window.repaint()
application.processEvents()
say()
os._exit(0)
"""
OURS = """
import gc
gc.disable()  # as the program does before it imports Qt
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from bpgui.__main__ import main
from bpgui.ui.opening import Opening

wait_for_paint = Opening.wait_for_paint

def complete(opening):
    opening.parent().repaint()
    say()
    QTimer.singleShot(0, QApplication.quit)

def tell(opening):
    opening.painted.connect(say)
    opening.finished.connect(lambda: complete(opening))
    wait_for_paint(opening)

Opening.wait_for_paint = tell
main([])
"""
Looks = list[tuple[float, float]]  # (seconds, processor seconds) at the first paint, and when the window was complete


def environment(folder: str) -> dict[str, str]:
    """That of a person who starts the program for the first time, with compiled modules at hand."""
    named = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
    shown = {} if os.environ.get("DISPLAY") else {"QT_QPA_PLATFORM": "offscreen"}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    places = {"XDG_RUNTIME_DIR": folder, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": folder}
    return {**kept, **named, **shown, **places}


def started(command: list[str], folder: str) -> Looks:
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:2])} ended with {done.returncode}:\n{done.stderr}")
    lines = (line.split() for line in done.stdout.splitlines())
    return [(float(seconds), float(processor)) for seconds, processor in lines]


def measure(pairs: int, program: str | None) -> dict[str, float]:
    floors: list[Looks] = []
    starts: dict[str, list[Looks]] = {"window": []} | ({"packed": []} if program else {})
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "start.py")
        script.write_text(CLOCK + OURS, encoding="utf-8")
        commands = {"window": [sys.executable, str(script)], "packed": [str(program), "--run-script", str(script)]}
        for _ in range(pairs + 1):
            floors.append(started([sys.executable, "-c", CLOCK + FLOOR], folder))
            for name, looks in starts.items():
                looks.append(started(commands[name], folder))
    floor = median(look[0][0] for look in floors[1:])
    result = {"floor s": floor, "most / floor": BAR, "most packed s": PACKED_SECONDS}
    for name, looks in starts.items():
        result[f"{name} s"] = median(look[0][0] for look in looks[1:])
        for kind, place in (("", 0), (" processor", 1)):
            pairs_of = zip(looks[1:], floors[1:], strict=True)
            result[f"{name} / floor{kind}"] = median(ours[0][place] / floor[0][place] for ours, floor in pairs_of)
        result[f"{name} complete s"] = median(look[1][0] for look in looks[1:])
    return result


def median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 3)


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
        print(f"load of the machine: {os.getloadavg()[0]:.1f}")
        for name, value in result.items():
            print(f"{name:26}{value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
