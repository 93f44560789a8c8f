"""Ways out of what the warnings tell of: pure edits of the project."""

from __future__ import annotations

import math
from collections.abc import Collection
from functools import partial

from msgspec.structs import replace

from bpgui.engine.initializers import AUTO
from bpgui.project.checks import Fix
from bpgui.project.edits import insert_layer, set_activation, set_layer, set_training
from bpgui.project.spec import Dense, ProjectSpec

CLIP_AT = 1.0
PATIENCE = 20
HIDDEN_UNITS = 8


def with_rate(spec: ProjectSpec, rate: float) -> Fix:
    """The learning rate, higher or lower."""
    word = "Raise" if rate > spec.training.learning_rate else "Lower"
    return Fix(f"{word} the learning rate to {rate:g}", partial(set_training, learning_rate=rate))


def slower(spec: ProjectSpec) -> Fix:
    """A tenth of the learning rate."""
    return with_rate(spec, float(f"{spec.training.learning_rate / 10.0:.6g}"))


def faster(spec: ProjectSpec) -> Fix:
    """Ten times the learning rate."""
    return with_rate(spec, float(f"{spec.training.learning_rate * 10.0:.6g}"))


def scaled_rate(spec: ProjectSpec, ratio: float, wanted: float) -> Fix:
    """Another learning rate by powers of ten, so that updates of that `ratio` come to about the one `wanted`."""
    power = round(math.log10(wanted / ratio)) if ratio > 0.0 and math.isfinite(ratio) else -1
    return with_rate(spec, float(f"{spec.training.learning_rate * 10.0 ** min(max(power, -6), 6):.6g}"))


def clipped() -> Fix:
    return Fix(f"Clip the gradient's norm at {CLIP_AT:g}", partial(set_training, clip="norm", clip_at=CLIP_AT))


def patient() -> Fix:
    return Fix(f"Stop after {PATIENCE} epochs without progress", partial(set_training, patience=PATIENCE))


def hidden_layer(spec: ProjectSpec) -> Fix:
    change = partial(insert_layer, index=len(spec.network.layers) - 1, units=HIDDEN_UNITS, activation="tanh")
    return Fix(f"Add a hidden layer of {HIDDEN_UNITS} units", change)


def activations(label: str, ids: Collection[str], name: str) -> Fix:
    return Fix(label, partial(set_activation, ids=tuple(ids), name=name))


def first_weights(spec: ProjectSpec, ids: Collection[str]) -> tuple[Fix, ...]:
    """Weights that begin as the activation asks for, of those Dense that do not: one way out, or none."""
    chosen = tuple(id for id in ids if isinstance(x := spec.network.layer(id), Dense) and x.initializer != AUTO)
    return (Fix("Choose first weights automatically", partial(_automatic, ids=chosen)),) if chosen else ()


def _automatic(spec: ProjectSpec, ids: Collection[str]) -> ProjectSpec:
    for id in ids:
        spec = set_layer(spec, id, initializer=AUTO)
    return spec


def standardised(spec: ProjectSpec) -> tuple[Fix, ...]:
    """Features brought to mean 0 and spread 1, where any is a number as it came: one way out, or none."""
    found = tuple(c.name for c in spec.data.features if c.kind == "number" and c.scaling == "none")
    return (Fix("Standardise the inputs", partial(_standardised, names=found)),) if found else ()


def _standardised(spec: ProjectSpec, names: Collection[str]) -> ProjectSpec:
    columns = tuple(replace(c, scaling="standard") if c.name in names else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))
