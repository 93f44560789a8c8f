"""Checks of what a training would take from the machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from bpgui.data.encoding import Dataset
from bpgui.data.table import Table
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project import build, memory
from bpgui.project.archive import MAX_TOTAL
from bpgui.project.atomic import readable_size
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.edits import insert_layer, set_training
from bpgui.project.names import layer_name
from bpgui.project.spec import Dense, Dropout, Layer, ProjectSpec

SMALL_BATCH = 256
_WIDEST_CAP = 65_536
MANY = 10  # weights for each number of the target
FEWER = (64, 32, 16, 8, 4)  # units
USUAL_L2 = 0.001


def too_large(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """More memory than can be had, or a state that no project file holds."""
    data = dataset_of(spec, table)
    if data is None:
        return
    need, limit = memory.needed(spec, data), memory.available()
    if limit is not None and need.total > limit:
        yield Finding(
            "too_large",
            "error",
            _where(spec, data, need),
            f"Training takes about {readable_size(need.total)} of memory; {readable_size(limit)} can be had. "
            + _blame(spec, data, need),
            "With less than it needs the machine would stand still, or end the program.",
            tuple(_ways_out(spec, data, limit)),
        )
    elif need.state > MAX_TOTAL:
        yield Finding(
            "too_large",
            "warning",
            _where(spec, data, need),
            f"A trained run of this network takes {readable_size(need.state)}, more than the "
            f"{readable_size(MAX_TOTAL)} that a project file holds: it can be trained, but not saved.",
            "The file holds the weights, the best ones and what the optimizer remembers.",
            tuple(_ways_out(spec, data, limit, state=MAX_TOTAL)),
        )


def many_parameters(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """So many weights for so few rows that they can be learnt by heart, and nothing speaks against it."""
    data = dataset_of(spec, table)
    # Where no row is judged by, as with all four rows of XOR, nothing is claimed of others.
    if data is None or not data.validation.size + data.test.size or _is_held(spec):
        return
    if not _has_many(spec, data):
        return
    shapes = build.layer_shapes(spec, data.features, data.outputs)
    parameters = sum(shape.parameters for shape in shapes)
    widest = max(shapes, key=lambda shape: shape.parameters)
    hidden = next((i for i in range(len(shapes) - 2, -1, -1) if shapes[i].kind == "dense"), None)
    fixes = [Fix("Penalise large weights (L2)", partial(set_training, l2=USUAL_L2))]
    if hidden is not None:
        fixes.append(Fix("Switch off a fifth in each step", partial(_with_dropout, id=spec.network.layers[hidden].id)))
    units = next((n for n in FEWER if not _has_many(capped(spec, n), data)), None)
    if units is not None and capped(spec, units) != spec:
        fixes.append(Fix(f"At most {units} units a layer", partial(capped, units=units)))
    yield Finding(
        "many_parameters",
        "warning",
        f"layer:{widest.id}",
        f"{parameters:,} weights and biases learn from {len(data.train):,} rows.",
        "So many can learn the rows by heart instead of what is behind them: the training loss falls, the validation "
        "loss rises.",
        tuple(fixes),
    )


def _has_many(spec: ProjectSpec, data: Dataset) -> bool:
    shapes = build.layer_shapes(spec, data.features, data.outputs)
    return sum(shape.parameters for shape in shapes) > MANY * len(data.train) * data.outputs


def _is_held(spec: ProjectSpec) -> bool:
    """Whether something keeps the weights small, or from relying on each other."""
    settings = spec.training
    decay = settings.weight_decay if settings.optimizer == "adamw" else 0.0
    dropout = any(isinstance(layer, Dropout) and layer.rate for layer in spec.network.layers)
    return bool(settings.l1 or settings.l2 or decay or dropout)


def _with_dropout(spec: ProjectSpec, id: str) -> ProjectSpec:
    return insert_layer(spec, spec.network.index(id) + 1, "dropout", rate=0.2)


def _where(spec: ProjectSpec, data: Dataset, need: memory.Need) -> str:
    if need.rows > need.weights:
        return "training:batch_size"
    return f"layer:{_widest(spec, data).id}"


def _widest(spec: ProjectSpec, data: Dataset) -> build.LayerShape:
    return max(build.layer_shapes(spec, data.features, data.outputs), key=lambda shape: shape.parameters)


def _blame(spec: ProjectSpec, data: Dataset, need: memory.Need) -> str:
    """What takes most of it."""
    if need.rows > need.weights:
        size = min(spec.training.batch_size, len(data.train)) or len(data.train)
        return f"Most of it is for batches of {size:,} rows."
    widest = _widest(spec, data)
    name = layer_name(spec, widest.id)
    return f"It has {need.parameters:,} weights and biases, {name} alone {widest.parameters:,}."


def _ways_out(spec: ProjectSpec, data: Dataset, limit: int | None, state: int = MAX_TOTAL) -> Iterator[Fix]:
    """Smaller batches, shorter numbers, narrower layers: each only where it is enough."""
    if spec.training.batch_size == 0 or spec.training.batch_size > SMALL_BATCH:
        smaller = partial(set_training, batch_size=SMALL_BATCH)
        if _fits(smaller(spec), data, limit, state):
            yield Fix(f"Batches of {SMALL_BATCH} rows", smaller)
    shorter = partial(set_training, precision="float32")
    if spec.training.precision != "float32" and _fits(shorter(spec), data, limit, state):
        yield Fix("Use 32 bits", shorter)
    units = _WIDEST_CAP
    while units and not _fits(capped(spec, units), data, limit, state):
        units //= 2
    if units and capped(spec, units) != spec:
        yield Fix(f"At most {units:,} units a layer", partial(capped, units=units))


def _fits(spec: ProjectSpec, data: Dataset, limit: int | None, state: int) -> bool:
    need = memory.needed(spec, data)
    return (limit is None or need.total <= limit) and need.state <= state


def capped(spec: ProjectSpec, units: int) -> ProjectSpec:
    """Every hidden layer with at most that many units."""
    layers = tuple(_narrowed(layer, units) for layer in spec.network.layers[:-1])
    return replace(spec, network=replace(spec.network, layers=(*layers, spec.network.output)))


def _narrowed(layer: Layer, units: int) -> Layer:
    if not isinstance(layer, Dense) or layer.units == "auto" or layer.units <= units:
        return layer
    if layer.initializer == GIVEN:
        layer = replace(layer, initializer=AUTO, weights=(), biases=())
    return replace(layer, units=units)
