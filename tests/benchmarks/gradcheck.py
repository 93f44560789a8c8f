"""The gradient check: `python tests/benchmarks/gradcheck.py [--json]`.

Processor seconds for all parameters of a network (bar: 2 s for 5 000), against as many passes forwards and backwards in
the same run, which is what a check of one parameter after the other would at least take; and the longest pause between
two turns, which a window would feel (bar: 8 ms).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))
from checks import Setup

from bpgui.engine.gradcheck import check_gradient

NETWORKS = {
    "64-32-10 tanh": "dense:32 tanh dense:10 softmax",
    "48-48-32-10": "dense:48 tanh dense:48 relu dense:32 silu dense:10 softmax",
    "48-48-32-10 gelu": "dense:48 gelu dense:48 gelu dense:32 gelu dense:10 softmax",
}
ROUNDS, STEPS = 3, 200


def measure(text: str) -> dict[str, float]:
    training = Setup(text, "cce", rows=64, batch_size=32).start()[0]
    best, pause = np.inf, np.inf
    for _ in range(ROUNDS):
        began = last = time.process_time()
        pauses = []
        for _share in check_gradient(training):
            now = time.process_time()
            pauses.append(now - last)
            last = now
        best, pause = min(best, last - began), min(pause, max(pauses))
    network, x, y = training.network, training.x[:32], training.y[:32]
    began = time.process_time()
    for _ in range(STEPS):
        network.loss_and_gradients(x, y, None)
    one = (time.process_time() - began) / STEPS
    parameters = network.parameters.size
    return {
        "parameters": parameters,
        "seconds": round(best, 3),
        "of one by one": round(best / (one * parameters), 2),
        "longest pause ms": round(1000 * pause, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with threadpool_limits(1):
        result = {name: measure(text) for name, text in NETWORKS.items()}
    if options.json:
        print(json.dumps(result))
    else:
        for name, figures in result.items():
            print(name, *(f"{key} {value}" for key, value in figures.items()), sep="   ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
