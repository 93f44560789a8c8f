"""How fast a training step is, beside PyTorch, scikit-learn and the bare matrix products, and what memory it takes.

    python tests/benchmarks/engine.py [--json] [--rounds N]

One thread, processor time, float32 and float64. Each ratio is the median over rounds of a pair measured one right
after the other: the other's time for a step divided by ours. All train the same network on the same data:

- ours: Training.step: batch by index from a shuffled order, forward, loss, backward, update, the loss as a number;
- PyTorch: eager, nn.Sequential and torch.optim: batch by index from a shuffled order, zero_grad(set_to_none=True),
  forward, loss, backward, step; the loss stays a tensor. For Adam also with fused=True, which is not its default;
- scikit-learn: MLPClassifier.fit over whole epochs with its own shuffled batches of the same size, its setup included;
- products: only np.dot(..., out=...) of the shapes that forward and backward pass need. Here ours / theirs is given.

PyTorch and scikit-learn are left out where they are not installed. Steady allocation is the most that tracemalloc sees
a step take; the last lines are an MNIST-sized training's memory beyond the data's.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import argparse  # noqa: E402
import json  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
import warnings  # noqa: E402
from collections.abc import Callable  # noqa: E402
from dataclasses import dataclass  # noqa: E402
from itertools import pairwise  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from bpgui.engine.initializers import INITIALIZERS  # noqa: E402
from bpgui.engine.layers import Activation, Dense  # noqa: E402
from bpgui.engine.network import Network  # noqa: E402
from bpgui.engine.optimizers import OPTIMIZERS  # noqa: E402
from bpgui.engine.training import Training  # noqa: E402

CHUNK = 0.06  # seconds of processor time of one measurement
ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
Steps = Callable[[int], int]  # makes about so many steps and says how many


@dataclass(frozen=True)
class Case:
    """`sizes` from features to outputs; `bar`: how many times PyTorch's speed is asked for."""

    name: str
    sizes: tuple[int, ...]
    rows: int
    batch: int
    optimizer: str
    hidden: str
    bar: float
    products_bar: float | None = None

    @property
    def binary(self) -> bool:
        return self.sizes[-1] == 1

    @property
    def rate(self) -> float:
        """Adam's so small that the data is not learned by heart meanwhile: gradients of nothing have a speed too."""
        return 0.01 if self.optimizer == "sgd" else 1e-5


CASES = (
    Case("XOR 2-2-1, batch 4, SGD", (2, 2, 1), 4, 4, "sgd", "tanh", 12),
    Case("2-4-2-1, batch 10, SGD", (2, 4, 2, 1), 200, 10, "sgd", "tanh", 11),
    Case("2-8x6-1, batch 10, SGD", (2, 8, 8, 8, 8, 8, 8, 1), 200, 10, "sgd", "tanh", 7),
    Case("64-32-10, batch 32, Adam", (64, 32, 10), 1792, 32, "adam", "relu", 8),
    Case("784-128-10, batch 64, Adam", (784, 128, 10), 2560, 64, "adam", "relu", 1.8),
    Case("784-512-256-10, batch 128, Adam", (784, 512, 256, 10), 2560, 128, "adam", "relu", 1.3, 1.5),
)


def make_data(case: Case, dtype: str) -> tuple[Any, Any]:
    """x (rows, features), and the class (rows,) that a random plane gives."""
    generator = np.random.default_rng(0)
    x = generator.normal(size=(case.rows, case.sizes[0]))
    scores = x @ generator.normal(size=(case.sizes[0], case.sizes[-1]))
    if case.rows == 4:
        x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
        return x.astype(dtype), np.array([0, 1, 1, 0])
    return x.astype(dtype), (scores[:, 0] > 0.0).astype(int) if case.binary else scores.argmax(axis=1)


def targets(case: Case, classes: Any, dtype: str) -> Any:
    return classes[:, None].astype(dtype) if case.binary else np.eye(case.sizes[-1], dtype=dtype)[classes]


def make_training(case: Case, x: Any, y: Any, dtype: str) -> Training:
    """The engine as a run uses it."""
    layers: list[Any] = []
    for index, (inputs, units) in enumerate(pairwise(case.sizes)):
        last = "sigmoid" if case.binary else "softmax"
        name = last if index == len(case.sizes) - 2 else case.hidden
        layers += [Dense(f"d{index}", inputs, units), Activation(f"d{index}", units, name)]
    network = Network(layers, "bce" if case.binary else "cce", "mean", dtype)
    generator = np.random.default_rng(1)
    for layer in network.dense:
        layer.W[...] = INITIALIZERS["xavier_uniform"].fill(generator, layer.inputs, layer.units, 0.0)
    optimizer = OPTIMIZERS[case.optimizer].make(network.parameters, network.gradients, ADAM)
    return Training(
        network, optimizer, x, y, np.arange(len(x)),
        batch_size=case.batch, shuffle=True, seed=0, learning_rate=case.rate,
    )  # fmt: skip


def ours(training: Training) -> Steps:
    def steps(count: int) -> int:
        step = training.step
        for _ in range(count):
            step()
        return count

    return steps


def torch_steps(case: Case, x: Any, classes: Any, dtype: str, **options: bool) -> Steps:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind = getattr(torch, dtype)
    activation = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[case.hidden]
    layers: list[Any] = []
    for inputs, units in pairwise(case.sizes):
        layers += [torch.nn.Linear(inputs, units, dtype=kind), activation()]
    model = torch.nn.Sequential(*layers[:-1])
    loss_of = torch.nn.BCEWithLogitsLoss() if case.binary else torch.nn.CrossEntropyLoss()
    make = torch.optim.SGD if case.optimizer == "sgd" else torch.optim.Adam
    optimizer = make(model.parameters(), lr=case.rate, **options)
    data = torch.tensor(x)
    wanted = torch.tensor(targets(case, classes, dtype) if case.binary else classes)
    whole = case.batch == case.rows

    def steps(count: int) -> int:
        done = 0
        while done < count:
            for chosen in [None] if whole else torch.randperm(case.rows).split(case.batch):
                xb, yb = (data, wanted) if whole else (data[chosen], wanted[chosen])
                optimizer.zero_grad(set_to_none=True)
                loss = loss_of(model(xb), yb)
                loss.backward()
                optimizer.step()
                done += 1
                if done == count:
                    break
        return done

    return steps


def sklearn_steps(case: Case, x: Any, classes: Any) -> Steps:
    from sklearn.neural_network import MLPClassifier

    each = -(-case.rows // case.batch)

    def steps(count: int) -> int:
        epochs = max(1, -(-count // each))
        model = MLPClassifier(
            case.sizes[1:-1], activation=case.hidden, solver=case.optimizer, alpha=0.0, batch_size=case.batch,
            learning_rate_init=case.rate, max_iter=epochs, tol=0.0, n_iter_no_change=10**9, random_state=0,
            momentum=0.0, nesterovs_momentum=False,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, classes)
        return epochs * each

    return steps


def product_steps(case: Case, dtype: str) -> Steps:
    generator = np.random.default_rng(0)
    products: list[tuple[Any, Any, Any]] = []
    for index, (inputs, units) in enumerate(pairwise(case.sizes)):
        x, W, delta = (
            generator.normal(size=shape).astype(dtype)
            for shape in ((case.batch, inputs), (inputs, units), (case.batch, units))
        )
        products += [(x, W, np.empty_like(delta)), (x.T, delta, np.empty_like(W))]
        if index:
            products.append((delta, W.T, np.empty_like(x)))

    def steps(count: int) -> int:
        dot = np.dot
        for _ in range(count):
            for a, b, out in products:
                dot(a, b, out=out)
        return count

    return steps


def seconds_a_step(steps: Steps, count: int) -> float:
    began = time.process_time()
    done = steps(count)
    return (time.process_time() - began) / done


def calibrated(steps: Steps) -> int:
    """How many steps fill a chunk, after warming up."""
    count = 1
    while (each := seconds_a_step(steps, count)) * count < CHUNK / 3:
        count *= 2
    return max(1, round(CHUNK / each))


def allocated(training: Training) -> int:
    """Bytes that a step within an epoch takes at its peak beyond what is there before, the most of fifty."""
    most = 0
    tracemalloc.start()
    for _ in range(50):
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        epoch = training.epoch
        training.step()
        if training.epoch == epoch or training.batches == 1:
            most = max(most, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    return most


def parts(training: Training) -> dict[str, float]:
    """Microseconds of what a step consists of, each measured alone."""
    network = training.network
    batch = training.feed.take()
    calls: dict[str, Callable[[], Any]] = {
        "batch": training.feed.take,
        "pass": lambda: network.loss_and_gradients(*batch),
        "update": lambda: training.optimizer.update(1e-9),
    }

    def repeat(call: Callable[[], Any]) -> Steps:
        def steps(count: int) -> int:
            for _ in range(count):
                call()
            return count

        return steps

    return {name: 1e6 * seconds_a_step(repeat(call), calibrated(repeat(call))) for name, call in calls.items()}


def installed(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def measure(case: Case, dtype: str, rounds: int) -> dict[str, Any]:
    x, classes = make_data(case, dtype)
    y = targets(case, classes, dtype)
    training = make_training(case, x, y, dtype)
    step = ours(training)
    others: dict[str, Steps] = {"products": product_steps(case, dtype)}
    if installed("torch"):
        others["torch"] = torch_steps(case, x, classes, dtype)
        if case.optimizer == "adam":
            others["torch_fused"] = torch_steps(case, x, classes, dtype, fused=True)
    if installed("sklearn"):
        others["sklearn"] = sklearn_steps(case, x, classes)
    count = calibrated(step)
    counts = {name: calibrated(steps) for name, steps in others.items()}
    own: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in others}
    for _ in range(rounds):
        for name, steps in others.items():
            own.append(seconds_a_step(step, count))
            ratios[name].append(seconds_a_step(steps, counts[name]) / own[-1])
    found = {name: statistics.median(values) for name, values in ratios.items()}
    return {
        "case": case.name, "dtype": dtype, "steps_per_second": 1.0 / statistics.median(own),
        "times_torch": found.get("torch"), "times_torch_fused": found.get("torch_fused"),
        "times_sklearn": found.get("sklearn"), "times_products": 1.0 / found["products"],
        "bar": case.bar, "products_bar": case.products_bar,
        "allocated": allocated(training), "microseconds": parts(training),
    }  # fmt: skip


def mnist_memory(dtype: str = "float32") -> dict[str, float]:
    """Bytes of 60 000 x 784 and its targets, and the peak beyond them of two epochs and an evaluation of all rows."""
    case = Case("", (784, 128, 10), 60_000, 4096, "adam", "relu", 0)
    tracemalloc.start()
    x = np.random.default_rng(0).random((case.rows, 784), dtype=np.float32).astype(dtype, copy=False)
    y = targets(case, np.arange(case.rows) % 10, dtype)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    training = make_training(case, x, y, dtype)
    while training.epoch < 2:
        training.step()
    training.network.evaluate(x, y)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return {"data": x.nbytes + y.nbytes, "beyond": peak, "times": 1.0 + peak / (x.nbytes + y.nbytes)}


def show(rows: list[dict[str, Any]], memory: dict[str, float]) -> None:
    def times(value: float | None) -> str:
        return f"{'-':>8}" if value is None else f"{value:8.2f}"

    for name in ("torch", "sklearn"):
        if not installed(name):
            print(f"{name} is not installed: its column is empty")
    print(
        f"{'network':32} {'type':8} {'steps/s':>9} {'PyTorch':>8} {'bar':>5} {'fused':>8} {'sklearn':>8}"
        f" {'products':>8} {'bytes':>6}   µs: batch + pass + update"
    )
    for row in rows:
        us = row["microseconds"]
        missed = row["times_torch"] is not None and row["times_torch"] < row["bar"]
        print(
            f"{row['case']:32} {row['dtype']:8} {row['steps_per_second']:9.0f} {times(row['times_torch'])}"
            f"{'<' if missed else ' '}{row['bar']:5.3g} {times(row['times_torch_fused'])} {times(row['times_sklearn'])}"
            f" {times(row['times_products'])} {row['allocated']:6}   {us['batch']:.1f} + {us['pass']:.1f}"
            f" + {us['update']:.1f}"
        )
    print(
        f"60 000 x 784, float32: data {memory['data'] / 1e6:.0f} MB, training beyond it"
        f" {memory['beyond'] / 1e6:.1f} MB, in all {memory['times']:.2f} times the data"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    rows = [measure(case, dtype, arguments.rounds) for case in CASES for dtype in ("float32", "float64")]
    memory = mnist_memory()
    if arguments.json:
        print(json.dumps({"cases": rows, "memory": memory}))
    else:
        show(rows, memory)


if __name__ == "__main__":
    main()
