"""For each warning of HEALTH runs that go wrong in that way, as a network, its data and a seed make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from bpgui.data.table import NumberColumn, Table
from bpgui.project import build, edits
from bpgui.project.checks import Finding
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense, Layer, ProjectSpec
from bpgui.runs.driver import Driver, quiet_numerics
from bpgui.runs.health.case import case_of
from bpgui.runs.health.warnings import warnings

Made = tuple[ProjectSpec, Table]


@dataclass(frozen=True)
class Bad:
    """A run that goes wrong: `key` of HEALTH, `where` it shows.

    It goes so clearly wrong that the last bits, which another processor has otherwise, do not change what is found.
    """

    name: str
    key: str
    where: str
    make: Callable[[], Made]


def project(
    sample: str, hidden: Sequence[Layer] | None = None, rows: int | None = None, noise: float | None = None,
    **training: object,
) -> Made:  # fmt: skip
    """A sample with other hidden layers and settings."""
    spec, table = open_sample(sample, **{k: v for k, v in {"rows": rows, "noise": noise}.items() if v is not None})
    if hidden is not None:
        layers = (*hidden, spec.network.output)
        spec = replace(spec, network=replace(spec.network, layers=layers))
    return edits.set_training(spec, **training), table


def dense(count: int, units: int, activation: str, **fields: object) -> tuple[Dense, ...]:
    return tuple(Dense(id=f"h{i + 1}", units=units, activation=activation, **fields) for i in range(count))


def magnified(made: Made, factor: float) -> Made:
    """All features times a factor, and not standardised."""
    spec, table = made
    features = {c.name for c in spec.data.features}
    columns = tuple(
        NumberColumn(c.name, c.values * factor) if c.name in features else c for c in table.columns
    )  # fmt: skip
    larger = Table(columns)
    raw = tuple(replace(c, scaling="none") if c.name in features else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=raw, table=larger.sha)), larger


def dead_output(made: Made) -> Made:
    """A ReLU behind positive inputs and negative weights."""
    spec, table = made
    output = replace(spec.network.output, activation="relu", initializer="given", weights=((-1.0,),) * 8)
    return replace(spec, network=replace(spec.network, layers=(*spec.network.layers[:-1], output))), table


BAD = (
    Bad("relu_killed", "dead_units", "layer:h1", lambda: project(
        "moons", dense(1, 16, "relu"), optimizer="adam", learning_rate=2.0, epochs=30)),
    Bad("relu_output", "dead_units", "layer:d2", lambda: dead_output(project(
        "sine", dense(1, 8, "sigmoid"), optimizer="adam", learning_rate=0.03, epochs=30))),
    Bad("raw_inputs", "saturated", "layer:h1", lambda: magnified(project(
        "moons", dense(1, 8, "sigmoid"), optimizer="adam", learning_rate=0.01, epochs=30), 1e4)),
    Bad("wild_start", "saturated", "layer:h1", lambda: project(
        "moons", dense(1, 8, "tanh", initializer="normal", scale=60.0), optimizer="sgd", learning_rate=0.01,
        epochs=30)),
    Bad("driven_flat", "saturated", "layer:h1", lambda: project(
        "moons", dense(1, 8, "tanh"), optimizer="sgd", learning_rate=300.0, epochs=30)),
    Bad("undone", "not_learning", "loss", lambda: project(
        "moons", dense(1, 8, "tanh"), optimizer="sgd", learning_rate=300.0, epochs=30)),
    Bad("ten_sigmoids", "vanishing", "layer:h1", lambda: project(
        "moons", dense(10, 8, "sigmoid"), optimizer="adam", learning_rate=0.001, epochs=15)),
    Bad("wild_depth", "exploding", "", lambda: project(
        "moons", dense(8, 16, "relu", initializer="normal", scale=1.5), optimizer="sgd", learning_rate=1e-12,
        epochs=3)),
    Bad("running_away", "exploding", "", lambda: project(
        "plane", dense(1, 6, "identity"), optimizer="sgd", learning_rate=3.0, epochs=200)),
    Bad("slow", "small_updates", "training:learning_rate", lambda: project(
        "moons", optimizer="sgd", learning_rate=1e-6, epochs=20)),
    Bad("wild_rate", "large_updates", "training:learning_rate", lambda: project(
        "moons", dense(1, 8, "tanh"), optimizer="sgd", learning_rate=300.0, epochs=30)),
    Bad("straight_line", "not_learning", "loss", lambda: project(
        "circles", (), optimizer="sgd", learning_rate=0.05, epochs=30)),
    Bad("killed_at_once", "not_learning", "loss", lambda: project(
        "moons", dense(3, 8, "relu"), optimizer="adam", learning_rate=30.0, epochs=25)),
    Bad("driven_deep", "saturated", "", lambda: project(
        "moons", dense(3, 8, "sigmoid"), optimizer="adam", learning_rate=1.0, epochs=25)),
    Bad("on_its_way", "not_learning", "loss", lambda: project(
        "sine", dense(1, 8, "sigmoid"), optimizer="sgd", learning_rate=0.01, epochs=25)),
    Bad("five_sigmoids", "not_learning", "loss", lambda: project(
        "moons", dense(5, 8, "sigmoid"), optimizer="sgd", learning_rate=0.3, epochs=60)),
    Bad("six_sigmoids", "not_learning", "loss", lambda: project(
        "moons", dense(6, 8, "sigmoid"), optimizer="sgd", learning_rate=0.3, epochs=60)),
    Bad("to_and_fro", "not_learning", "loss", lambda: project(
        "sine", dense(2, 16, "tanh"), optimizer="adam", learning_rate=2.0, epochs=40)),
    Bad("by_heart", "overfitting", "loss", lambda: project(
        "moons", dense(2, 32, "tanh"), rows=60, noise=0.45, optimizer="adam", learning_rate=0.03, epochs=300)),
)  # fmt: skip


def trained(made: Made) -> Driver:
    spec, table = made
    driver = Driver(spec, build.dataset(spec, table))
    with quiet_numerics():
        for _ in driver.steps():
            pass
    return driver


def found_in(driver: Driver) -> tuple[Finding, ...]:
    return warnings(case_of(driver, *driver.history.vitals.arrays()))
