"""Checks of what the first weights make of the data: measured on some of the training rows, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np
from msgspec.structs import replace

from bpgui.data.encoding import Dataset
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS, Array
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project import build
from bpgui.project.checks.data import unscaled
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.checks.network import given_weights, zero_weights
from bpgui.project.edits import set_layer, set_seed
from bpgui.project.names import layer_name
from bpgui.project.spec import BatchNorm, Dense, NetworkSpec, ProjectSpec

FEW_ROWS, ROWS = 64, 1024  # a few show that a layer lives; that it is dead is looked for in more
MOST_PARAMETERS = 250_000
FLAT = {"sigmoid": (0.01, 0.99), "tanh": (-0.98, 0.98)}  # beyond them the slope is under a 25th of the largest
MOST_FLAT = 0.5  # of a layer's numbers
FADED, GROWN = 1e-3, 1e3  # spread of a layer's outputs against that of the inputs
MOST_SEEDS = 200
_KEPT = 32

Key = tuple[NetworkSpec, int]


@dataclass(frozen=True)
class FirstOutput:
    """What comes out of one hidden layer: whether it is all 0, the `flat` share, and how much rows differ (`spread`).

    `spread` is the mean over the units of the standard deviation over the rows, by that of the inputs.
    """

    id: str
    activation: str
    rows: int
    zero: bool
    flat: float
    spread: float


_known: WeakKeyDictionary[Dataset, dict[Key, tuple[FirstOutput, ...]]] = WeakKeyDictionary()


def dead_layer(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A ReLU layer that gives nothing but 0: no gradient passes it."""
    if any(True for _ in zero_weights(spec, table)):
        return
    dead = next((found for found in _first_outputs(spec, table) if found.activation == "relu" and found.zero), None)
    if dead is None:
        return
    fixes = [Fix("Use leaky ReLU", partial(set_layer, id=dead.id, activation="leaky_relu"))]
    automatic = _automatic(spec, dead.id)
    if automatic(spec) != spec and not any(f.zero for f in _first_outputs(automatic(spec), table)):
        fixes.append(Fix("Choose first weights automatically", automatic))
    if _is_drawn(spec):
        fixes.append(Fix("Take another seed", partial(_living_seed, table=table)))
    yield Finding(
        "dead_layer",
        "warning",
        f"layer:{dead.id}",
        f"All of {layer_name(spec, dead.id)} gives 0 for each of {dead.rows:,} training rows: it starts dead.",
        "Where ReLU gives 0 its derivative is 0 too, so no gradient gets to the weights before it: they stay as they "
        "are.",
        tuple(fixes),
    )


def saturated_start(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A sigmoid or tanh layer that starts in its flat ends, where other first weights would not."""
    if any(True for _ in unscaled(spec, table)):
        return
    for found in _first_outputs(spec, table):
        automatic = _automatic(spec, found.id)
        if not _is_flat(found) or not _helps(automatic, spec, table, partial(_is_flat, id=found.id)):
            continue
        yield Finding(
            "saturated_start",
            "warning",
            f"layer:{found.id}",
            f"{found.flat:.0%} of what {layer_name(spec, found.id)} gives at first lies at the flat ends of "
            f"{ACTIVATIONS[found.activation].label.lower()}.",
            "Its first weights are too large: the slope there is nearly 0, and with it every gradient.",
            (Fix("Choose first weights automatically", automatic),),
        )
        return


def _is_flat(found: FirstOutput, id: str = "") -> bool:
    """Of that layer, or of any."""
    return found.flat > MOST_FLAT and (not id or found.id == id)


def first_signal(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """First weights of an ill-fitting size: rows differ less and less, or more and more, from layer to layer."""
    if any(True for check in (unscaled, zero_weights, dead_layer) for _ in check(spec, table)):
        return
    odd = next((found for found in _first_outputs(spec, table) if _is_odd(found)), None)
    if odd is None or not _helps(_all_automatic, spec, table, _is_odd):
        return
    faded = odd.spread < FADED
    yield Finding(
        "first_signal",
        "warning",
        f"layer:{odd.id}",
        f"With the first weights the outputs of {layer_name(spec, odd.id)} differ from row to row "
        f"{odd.spread:.1g} times as much as the inputs do.",
        "So little of the rows is left that the layers after it can hardly tell them apart, and gradients fade as much."
        if faded
        else "Numbers so large lead to steps so large that training diverges at once.",
        (Fix("Choose first weights automatically", _all_automatic),),
    )


def _is_odd(found: FirstOutput) -> bool:
    return not FADED <= found.spread <= GROWN


def _helps(change: Callable[[ProjectSpec], ProjectSpec], spec: ProjectSpec, table: Table,
           wrong: Callable[[FirstOutput], bool]) -> bool:  # fmt: skip
    """Whether the change is one, and nothing is wrong after it."""
    changed = change(spec)
    return changed != spec and not any(map(wrong, _first_outputs(changed, table)))


def _is_drawn(spec: ProjectSpec) -> bool:
    """Whether another seed gives a hidden layer other first weights."""
    hidden = [layer for layer in spec.network.layers[:-1] if isinstance(layer, Dense)]
    return any(layer.initializer not in (GIVEN, "zeros", "constant") for layer in hidden)


def _living_seed(spec: ProjectSpec, table: Table) -> ProjectSpec:
    """The next seed with which no layer is dead; the one that is, where there is none near."""
    for seed in range(spec.seed + 1, spec.seed + MOST_SEEDS):
        other = set_seed(spec, seed)
        if not any(True for _ in dead_layer(other, table)):
            return other
    return spec


def _automatic(spec: ProjectSpec, id: str) -> Callable[[ProjectSpec], ProjectSpec]:
    """An edit: automatic first weights for the Dense whose sum that activation takes."""
    before = [layer.id for layer in spec.network.layers[: spec.network.index(id) + 1] if isinstance(layer, Dense)]
    return partial(set_layer, id=before[-1], initializer=AUTO) if before else _unchanged


def _unchanged(spec: ProjectSpec) -> ProjectSpec:
    return spec


def _all_automatic(spec: ProjectSpec) -> ProjectSpec:
    layers = tuple(
        replace(layer, initializer=AUTO, weights=(), biases=()) if isinstance(layer, Dense) else layer
        for layer in spec.network.layers[:-1]
    )
    return replace(spec, network=replace(spec.network, layers=(*layers, spec.network.output)))


def _first_outputs(spec: ProjectSpec, table: Table) -> tuple[FirstOutput, ...]:
    """Of the hidden layers in order; nothing for networks that are large, or that batch norm keeps in range anyway."""
    data = dataset_of(spec, table)
    if data is None or not len(data.train) or any(True for _ in given_weights(spec, table)):
        return ()
    if not _is_telling(spec):
        return ()
    known, key = _known.setdefault(data, {}), (spec.network, spec.seed)
    if key not in known:
        while len(known) >= _KEPT:
            del known[next(iter(known))]
        found = tuple(_measured(spec, data, FEW_ROWS))
        known[key] = tuple(_measured(spec, data, ROWS)) if any(layer.zero for layer in found) else found
    return known[key]


def _is_telling(spec: ProjectSpec) -> bool:
    layers = spec.network.layers
    return len(layers) > 1 and not any(isinstance(layer, BatchNorm) for layer in layers)


def _measured(spec: ProjectSpec, data: Dataset, most: int) -> Iterator[FirstOutput]:
    shapes = build.layer_shapes(spec, data.features, data.outputs)
    if sum(shape.parameters for shape in shapes) > MOST_PARAMETERS:
        return
    rows = min(most, len(data.train))
    x = data.x[data.train[np.linspace(0, len(data.train) - 1, rows).astype(np.intp)]]
    with np.errstate(all="ignore"):
        outputs = dict(build.network(spec, data.features, data.outputs).activations(x))
        unit = _spread(x)
        for shape in shapes[:-1]:
            if shape.activation:
                out = outputs[shape.id]
                spread = _spread(out) / unit if unit > 0 else 1.0
                yield FirstOutput(
                    shape.id, shape.activation, rows, not out.any(), _flat_share(shape.activation, out), spread
                )


def _spread(values: Array) -> float:
    found = float(values.std(axis=0).mean())
    return found if np.isfinite(found) else np.inf


def _flat_share(activation: str, out: Array) -> float:
    if activation not in FLAT:
        return 0.0
    low, high = FLAT[activation]
    return float(((out < low) | (out > high)).mean())
