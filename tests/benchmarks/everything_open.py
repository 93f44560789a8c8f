"""How smooth the window is with everything open: `python tests/benchmarks/everything_open.py [SECONDS] [--json]`.

A 64-32-10 network on digits trains flat out (bars: p99 of the lateness 20 ms, 27 of 30 frames a second) in the layout
"explain", with a step taken apart in its panel: once with the heat-map and the confusion matrix beside it, once with
the courses of the weights and the rows of the batch, once with the health of the layers in front of the loss, and once,
to compare, in the layout "watch". In turns, medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="bpgui-benchmark-")

import msgspec  # noqa: E402

from bpgui.app import build_window, make_application  # noqa: E402
from bpgui.project import edits  # noqa: E402
from bpgui.selftest import Measurement  # noqa: E402
from bpgui.session.collector import Collector  # noqa: E402

# name: (layout, way to look at the weights, view of the output)
WAYS = {
    "watch": ("watch", "cells", "confusion"),
    "explain": ("explain", "cells", "confusion"),
    "explain, courses, batch": ("explain", "course", "batch"),
    "explain, health": ("explain", "cells", "confusion"),
}
FIGURES = ("lateness_ms_p99", "lateness_ms_max", "frames_per_s", "frame_ms_idle", "steps_share")
ROUNDS = 3


class Smoothness(Measurement):
    """Without a look at what is painted: some of these ways show no heat-map, and the self-test sees to it."""

    def _painted_equal(self) -> bool:
        return True


def measure(name: str, seconds: float) -> dict[str, Any]:
    layout, way, view = WAYS[name]
    application = make_application()
    window = build_window(remember=False)
    session = window.session
    document = session.document
    document.open_sample("digits8x8")
    document.edit("", edits.set_layer, document.spec.network.layers[0].id, units=32)
    spec = document.spec
    endless = msgspec.structs.replace(spec.training, epochs=100_000_000, target_loss=None, batch_size=32)
    document.replace(msgspec.structs.replace(spec, training=endless), None)
    window.resize(1440, 900)
    window.arrangement.show(layout)
    window.panels["weights"].show_form(way)
    window.panels["output"].show_view(view)
    window.show()
    if "health" in name:
        window.commands.show_health()
    if layout == "explain":
        session.walk.begin()
    collector = Collector()
    collector.start()
    try:
        found = Smoothness(application, window, document.spec, document.table).run(seconds)
    finally:
        window.halt()
        collector.stop()
        window.deleteLater()
    return {key: found[key] for key in FIGURES}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seconds", nargs="?", type=float, default=6.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        for name in WAYS:
            found[name].append(measure(name, options.seconds))
    result = {
        name: {key: statistics.median(run[key] for run in runs) for key in FIGURES} for name, runs in found.items()
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, figures in result.items():
            print(f"{name:26}", *(f"{key} {value:7.2f}" for key, value in figures.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
