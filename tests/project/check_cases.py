"""Projects for the checks to look at, each made by a function without arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec.structs import replace
from project_fixtures import FILE, mixed_project, mixed_table, with_column

from bpgui.cli.layers import with_hidden
from bpgui.data.spec import Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import build, edits
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.spec import ProjectSpec

Case = Callable[[], tuple[ProjectSpec, Table]]


def output(spec: ProjectSpec, **changes: object) -> ProjectSpec:
    return edits.set_layer(spec, spec.network.output.id, **changes)


def pair(spec: ProjectSpec, loss: str, activation: str) -> ProjectSpec:
    return output(edits.set_loss(spec, loss), activation=activation)


def changed(case: Case, change: Callable[[ProjectSpec], ProjectSpec]) -> Case:
    def made() -> tuple[ProjectSpec, Table]:
        spec, table = case()
        return change(spec), table

    return made


def number() -> tuple[ProjectSpec, Table]:
    return mixed_project("y")


def binary() -> tuple[ProjectSpec, Table]:
    return mixed_project("binary")


def colors() -> tuple[ProjectSpec, Table]:
    return mixed_project("color")


def all_ignored() -> tuple[ProjectSpec, Table]:
    spec, table = number()
    for column in spec.data.features:
        spec = edits.set_column(spec, table, column.name, role="ignore")
    return spec, table


def one_class() -> tuple[ProjectSpec, Table]:
    table = Table((NumberColumn("x", np.arange(9.0)), TextColumn.of("label", ["a"] * 9)))
    return propose(table, FILE), table


def constant_number() -> tuple[ProjectSpec, Table]:
    table = Table((NumberColumn("x", np.arange(9.0)), NumberColumn("y", np.full(9, 0.3))))
    return propose(table, FILE), table


def nothing_but_missing() -> tuple[ProjectSpec, Table]:
    table = Table((NumberColumn("x", np.full(9, np.nan)), NumberColumn("y", np.arange(9.0) / 3)))
    spec = propose(table, FILE)
    return edits.set_column(spec, table, "x", role="feature"), table


def never_complete() -> tuple[ProjectSpec, Table]:
    """Every row lacks one of two values."""
    a, b = np.arange(40.0), np.arange(40.0)[::-1] / 2
    a[::2], b[1::2] = np.nan, np.nan
    table = Table((NumberColumn("a", a / 40), NumberColumn("b", b / 40), NumberColumn("y", np.sin(np.arange(40.0)))))
    spec = edits.set_target(propose(table, FILE), table, "y")
    for name in "ab":
        spec = edits.set_column(spec, table, name, role="feature", missing="drop")
    return spec, table


def counting_nothing() -> tuple[ProjectSpec, Table]:
    """The column of weights is 0 throughout."""
    table = Table((*mixed_table().columns, NumberColumn("w", np.zeros(mixed_table().rows))))
    spec = edits.set_target(propose(table, FILE), table, "y")
    return edits.set_column(spec, table, "w", role="weight"), table


def many_texts() -> tuple[ProjectSpec, Table]:
    names = TextColumn.of("name", [f"n{i}" for i in range(60)])
    table = Table((*mixed_table().columns, names))
    spec = edits.set_target(propose(table, FILE), table, "y")
    return edits.set_column(spec, table, "name", role="feature"), table


def many_numbers_as_classes() -> tuple[ProjectSpec, Table]:
    table = Table((NumberColumn("x", np.linspace(-1, 1, 60)), NumberColumn("y", np.arange(60.0))))
    spec = edits.set_column(propose(table, FILE), table, "y", kind="category")
    return replace(spec, data=replace(spec.data, split=Split(train=1.0))), table


def unscaled(size: float) -> Case:
    def made() -> tuple[ProjectSpec, Table]:
        spec, table = number()
        columns = tuple(
            NumberColumn("a", c.values * size) if isinstance(c, NumberColumn) and c.name == "a" else c
            for c in table.columns
        )
        other = Table(columns)
        spec = edits.use_table(spec, other, FILE, spec.data.columns)
        return with_column(spec, "a", scaling="none"), other

    return made


def no_validation() -> tuple[ProjectSpec, Table]:
    spec, table = mixed_project(rows=120)
    return edits.set_training(edits.set_split(spec, 1.0, 0.0, 0.0), patience=0), table


def given(weights: tuple[int, int], biases: int) -> Case:
    def made() -> tuple[ProjectSpec, Table]:
        spec, table = open_sample("xor")
        rows, units = weights
        return (
            edits.set_layer(spec, "d1", initializer="given", weights=[[0.1] * units] * rows, biases=[0.2] * biases),
            table,
        )

    return made


def typed(text: str, case: Case = number) -> Case:
    """With hidden layers as on the command line."""
    return changed(case, lambda s: replace(s, network=with_hidden(s.network, text)))


def trained(case: Case = number, **settings: object) -> Case:
    return changed(case, lambda s: edits.set_training(s, **settings))


def one_row_to_learn_from() -> tuple[ProjectSpec, Table]:
    spec, table = typed("4,batchnorm")()
    return replace(spec, data=replace(spec.data, split=Split(train=0.02, validation=0.98))), table


def frozen(output_too: bool) -> Case:
    def freeze(spec: ProjectSpec) -> ProjectSpec:
        spec = edits.set_layer(spec, "d1", freeze_weights=True, bias=False)
        return output(spec, freeze_weights=output_too, freeze_biases=True)

    return changed(number, freeze)


def constant_columns(count: int, also: int = 1) -> Case:
    def made() -> tuple[ProjectSpec, Table]:
        flat = [NumberColumn(f"f{i}", np.full(40, i + 0.1)) for i in range(count)]
        others = [NumberColumn(f"x{i}", np.linspace(-1.0, 1.0, 40)) for i in range(also)]
        table = Table((*flat, *others, NumberColumn("y", np.linspace(0.0, 2.0, 40))))
        return propose(table, FILE), table

    return made


def without_validation(**settings: object) -> Case:
    return changed(trained(binary, **settings), lambda s: edits.set_split(s, 1.0, 0.0, 0.0))


def positive_number() -> tuple[ProjectSpec, Table]:
    """Targets that ReLU can reach."""
    table = Table((NumberColumn("x", np.linspace(-1, 1, 40)), NumberColumn("y", np.linspace(0.25, 2.0, 40))))
    return with_column(propose(table, FILE), "y", scaling="none"), table


def dead(layer: int) -> Case:
    """ReLU layers of which the one at that place starts dead: one unit, and a seed that points it the wrong way."""

    def made() -> tuple[ProjectSpec, Table]:
        table = Table((NumberColumn("x", np.linspace(0.5, 1.5, 40)), NumberColumn("y", np.linspace(-1.0, 1.0, 40))))
        spec = with_column(propose(table, FILE), "x", scaling="none")
        spec = replace(spec, network=with_hidden(spec.network, ", ".join(["1:relu"] * layer)))
        return edits.set_seed(spec, {1: 3, 2: 0}[layer]), table

    return made


def dead_by_the_numbers_typed_in() -> tuple[ProjectSpec, Table]:
    spec, table = typed("3:identity,relu")()
    inputs = build.dataset(spec, table).features
    return edits.set_layer(spec, "d1", initializer="given", weights=[[0.0] * 3] * inputs, biases=[-1.0] * 3), table


def scaled(activation: str, size: float, layer: str = "d1") -> Case:
    """Two hidden layers, one of which starts with weights drawn with that standard deviation."""

    def change(spec: ProjectSpec) -> ProjectSpec:
        return edits.set_layer(spec, layer, activation=activation, initializer="normal", scale=size)

    return changed(typed("8:tanh,8:tanh"), change)


def gaps(share: float) -> Case:
    """That share of the rows has no value in the feature a."""

    def made() -> tuple[ProjectSpec, Table]:
        a = np.random.default_rng(1).normal(size=100)
        a[: round(100 * share)] = np.nan
        b, y = NumberColumn("b", np.linspace(-1, 1, 100)), NumberColumn("y", np.cos(np.arange(100.0)))
        table = Table((NumberColumn("a", a), b, y))
        spec = propose(table, FILE)
        return with_column(with_column(spec, "a", role="feature", missing="drop"), "b", role="feature"), table

    return made


def rare(share: float, rows: int = 400, **settings: object) -> Case:
    """Two classes, one of which so few rows have."""

    def made() -> tuple[ProjectSpec, Table]:
        rng = np.random.default_rng(2)
        few = round(rows * share)
        kinds = TextColumn.of("kind", ["rare"] * few + ["usual"] * (rows - few))
        table = Table((NumberColumn("x", rng.normal(size=rows)), kinds))
        return edits.set_training(propose(table, FILE), target_value=0.95, **settings), table

    return made


def decided(case: Case) -> Case:
    """Somebody has thought about what a miss costs."""

    def made() -> tuple[ProjectSpec, Table]:
        spec, table = case()
        return edits.set_threshold(spec, table, 0.1), table

    return made


def kinds(counts: Sequence[int]) -> Case:
    """So many rows of each class."""

    def made() -> tuple[ProjectSpec, Table]:
        names = [f"k{k}" for k, count in enumerate(counts) for _ in range(count)]
        values = np.random.default_rng(3).normal(size=len(names))
        table = Table((NumberColumn("x", values), TextColumn.of("kind", names)))
        return edits.set_target(propose(table, FILE), table, "kind"), table

    return made
