"""What the learning-rate finder suggests, on cases that its rule was not chosen on: `python suggested_rates.py`.

Of each case the loss that so many steps at the suggested rate reach is set beside the best of 25 rates from 1e-4 to
100: the share of the fall to that loss which is left undone. Another seed makes other tables.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator

import numpy as np
from msgspec.structs import replace

from bpgui.data.encoding import Dataset
from bpgui.data.spec import FileOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.rate_finder import RateSearch, find_rate, finished
from bpgui.project import build
from bpgui.project.edits import set_seed, set_target, set_training
from bpgui.project.layer_list import with_hidden
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.runs.driver import quiet_numerics
from bpgui.runs.threads import set_blas_threads

FILE = FileOrigin(name="made.csv", path="made.csv")
LAYERS = ("5:tanh", "10:relu", "4:sigmoid,4:sigmoid", "12:silu", "6:elu", "7:softplus", "8:tanh,4:relu")
RATES = [*(float(f"{digit}e{power}") for power in range(-4, 2) for digit in (1, 2, 3, 5)), 100.0]
STARTS = 4  # first weights that a tiny table is tried from
TAUGHT = 1e-3  # a case in which no rate brings the loss down by that share says nothing

Made = tuple[np.ndarray, np.ndarray]
Maker = Callable[[np.random.Generator], Made]


def _bits(count: int) -> np.ndarray:
    return np.array([[(row >> bit) & 1 for bit in range(count)] for row in range(2**count)], float)


def _saddle(rng: np.random.Generator) -> Made:
    x = rng.normal(size=(260, 6))
    return x, x[:, 0] * x[:, 1] + 0.5 * x[:, 2] + rng.normal(0.0, 0.2, 260)


def _product(rng: np.random.Generator) -> Made:
    x = rng.uniform(0.0, 1.0, (40, 3))
    return x, x[:, 0] * x[:, 1] - x[:, 2]


def _swirl(rng: np.random.Generator) -> Made:
    turn, arm = rng.uniform(0.0, 9.0, 220), rng.integers(0, 2, 220)
    angle = turn / 2.0 + np.pi * arm
    x = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (turn + 1.0)[:, None]
    return x + rng.normal(0.0, 0.3, x.shape), _named(arm)


def _four(rng: np.random.Generator) -> Made:
    x = rng.normal(size=(300, 8))
    return x, _named((x[:, 0] > 0) * 2 + (x[:, 1] * x[:, 2] > 0))


def _named(classes: np.ndarray) -> np.ndarray:
    return np.array([f"c{int(c)}" for c in classes])


def _wave(rng: np.random.Generator) -> Made:
    x = np.sort(rng.uniform(-1.0, 1.0, (12, 1)), axis=0)
    return x, np.sin(4.0 * x[:, 0])


# Tables that are learnt whole, from several first weights, and such that are learnt by batches of 16 as well.
TINY: dict[str, Maker] = {
    "xnor": lambda rng: (_bits(2), _named(_bits(2).sum(axis=1) % 2 == 0)),
    "symmetry": lambda rng: (_bits(4), _named((_bits(4) == _bits(4)[:, ::-1]).all(axis=1))),
    "count": lambda rng: (_bits(4), _bits(4).sum(axis=1)),
    "wave": _wave, "product": _product,
}  # fmt: skip
LARGER: dict[str, Maker] = {"swirl": _swirl, "saddle": _saddle, "four": _four}


def cases(seed: int) -> Iterator[tuple[str, ProjectSpec, Table]]:
    """(name, project, table) of every table by two networks and all optimizers, of tiny ones from several starts."""
    number = 0
    for name, make in (TINY | LARGER).items():
        x, y = make(np.random.default_rng(seed))
        target = TextColumn.of("t", y.tolist()) if y.dtype.kind == "U" else NumberColumn("t", y.astype(float))
        table = Table((*(NumberColumn(f"x{k}", column) for k, column in enumerate(x.T)), target))
        proposed = set_target(propose(table, FILE, seed=seed), table, "t")
        if name in TINY:
            proposed = replace(proposed, data=replace(proposed.data, split=Split(train=1.0, validation=0.0)))
        for batch_size in (0, 0 if name in TINY else 16):
            spec = replace(proposed, network=with_hidden(proposed.network, LAYERS[number % len(LAYERS)]))
            spec = set_training(spec, batch_size=batch_size, patience=0)
            number += 1
            for start in range(STARTS if name in TINY else 1):
                for optimizer in OPTIMIZERS:
                    yield name, set_seed(set_training(spec, optimizer=optimizer), seed + start), table


def undone(spec: ProjectSpec, data: Dataset, found: RateSearch, steps: int) -> float:
    """The share of the fall to the best rate's loss that the suggestion leaves; NaN where there is nothing to learn."""
    assert found.suggestion is not None
    tried = {rate: reached(spec, data, rate, steps) for rate in {*RATES, found.suggestion}}
    first, best = reached(spec, data, 1e-300, 1), min(tried.values())
    if first - best < TAUGHT * first:
        return math.nan
    return min(1.0, (tried[found.suggestion] - best) / (first - best))


def reached(spec: ProjectSpec, data: Dataset, rate: float, steps: int) -> float:
    """The loss of the training rows; infinite after a divergence."""
    training = build.training(set_training(spec, learning_rate=rate), data)
    for _ in range(steps):
        training.step()
        if training.diverged:
            return math.inf
    loss = training.network.evaluate(data.x, data.y, training.feed.weights, data.train)
    return loss if math.isfinite(loss) else math.inf


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=301)
    parser.add_argument("--steps", type=int, default=1500)
    chosen = parser.parse_args()
    set_blas_threads(1)
    left: dict[str, list[float]] = {}
    for name, spec, table in cases(chosen.seed):
        data = build.dataset(spec, table)
        with quiet_numerics():
            found = finished(find_rate(build.training(spec, data)))
            share = math.nan if found.suggestion is None else undone(spec, data, found, chosen.steps)
        left.setdefault(name, []).append(share)
    left["all"] = [share for shares in left.values() for share in shares]
    print(f"{'table':10} {'cases':>5} {'mean':>7} {'worst':>7}  left undone; cases without a suggestion are left out")
    for name, shares in left.items():
        known = [share for share in shares if not math.isnan(share)]
        print(f"{name:10} {len(known):5} {np.mean(known):7.2%} {max(known):7.2%}")


if __name__ == "__main__":
    main()
