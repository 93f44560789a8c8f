"""The bars of the samples over all seeds: `python tests/benchmarks/sample_bars.py [NAME ...] [--seeds N]`."""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import dataclass

import numpy as np

from bpgui.project import build
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.runs.driver import Driver, quiet_numerics

# Seeds that a sample is tried with, and what it must reach: all seeds for a table learnt whole, else the median.
BARS: dict[str, tuple[int, float]] = {
    "xor": (100, 1.0),
    "and": (20, 1.0),
    "circles": (20, 0.97),
    "moons": (20, 0.97),
    "spirals": (20, 0.97),
    "two_gaussians": (20, 0.85),
    "sine": (20, 0.9),
    "plane": (20, 0.9),
    "iris": (20, 0.95),
    "digits8x8": (20, 0.95),
    "penguins": (20, 0.97),
    "wine": (20, 0.97),
    "breast_cancer": (20, 0.97),
    "diabetes": (20, 0.45),  # scikit-learn's LinearRegression has 0.49 on the same rows
    "spoken_digits": (5, 0.95),
    "fraud": (5, 0.65),  # `fraud.py` beside this file compares it with scikit-learn
}
WHOLE = ("xor", "and")


@dataclass(frozen=True)
class Result:
    """`score`: the share of right rows of the validation part (of training where there is none), R² for numbers.

    For fraud it is the area under precision and recall: nearly every row is right without any learning.
    """

    score: float
    loss: float
    seconds: float
    stop_reason: str


def run(name: str, seed: int) -> Result:
    """The sample with its defaults, points and weights made from `seed`, trained to its end."""
    spec, table = open_sample(name, seed=seed)
    data = build.dataset(spec, table)
    driver = Driver(spec, data)
    start = time.perf_counter()
    with quiet_numerics():
        for _ in driver.steps():
            pass
    seconds = time.perf_counter() - start
    part = data.validation if len(data.validation) else data.train
    outputs = driver.training.network.predict(data.x[part])
    score = score_of(outputs, data.y[part], data.target_kind)
    if name == "fraud":
        score = average_precision(outputs[:, 0], data.y[part][:, 0])
    return Result(score, driver.final_losses()[0], seconds, str(driver.stop_reason))


def score_of(outputs: np.ndarray, y: np.ndarray, kind: str) -> float:
    """Accuracy of classes, R² of a number."""
    if kind == "number":
        return float(1.0 - np.square(y - outputs).sum() / np.square(y - y.mean()).sum())
    if y.shape[1] > 1:
        return float((outputs.argmax(axis=1) == y.argmax(axis=1)).mean())
    return float(((outputs >= 0.5) == (y >= 0.5)).mean())


def average_precision(outputs: np.ndarray, y: np.ndarray) -> float:
    """Σ (Rₙ − Rₙ₋₁) Pₙ over the different outputs, as scikit-learn's average_precision_score."""
    order = np.argsort(-outputs, kind="stable")
    found = np.cumsum(y[order])
    last = np.append(np.diff(outputs[order]) != 0, True)
    recall, precision = found[last] / found[-1], found[last] / (np.flatnonzero(last) + 1)
    return float((np.diff(recall, prepend=0.0) * precision).sum())


def passes(name: str, scores: list[float]) -> bool:
    """Whether those scores meet the sample's bar."""
    bar = BARS[name][1]
    return min(scores) >= bar if name in WHOLE else statistics.median(scores) >= bar


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BARS, []])
    parser.add_argument("--seeds", type=int)
    chosen = parser.parse_args()
    failed = 0
    print(f"{'sample':14} {'seeds':>5} {'bar':>5} {'min':>7} {'median':>7} {'max':>7} {'loss':>9} {'seconds':>8}")
    for name in chosen.names or BARS:
        seeds, bar = BARS[name]
        results = [run(name, seed) for seed in range(chosen.seeds or seeds)]
        scores = [result.score for result in results]
        good = passes(name, scores)
        failed += not good
        print(
            f"{SAMPLES[name].name:14} {len(results):5} {bar:5.2f} {min(scores):7.4f} {statistics.median(scores):7.4f} "
            f"{max(scores):7.4f} {max(result.loss for result in results):9.2g} "
            f"{statistics.mean(result.seconds for result in results):8.2f} {'ok' if good else 'FAILED'}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
