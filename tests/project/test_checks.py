"""Every check has a project that it objects to and one that it leaves alone; every fix fixes its finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from project_fixtures import FILE, mixed_project, mixed_table, with_column, with_training

from bpgui.data.spec import Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.project import build, edits
from bpgui.project.checks import CHECKS, check
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import check_spec

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
        return with_column(spec, "a", standardise=False), other

    return made


def no_validation() -> tuple[ProjectSpec, Table]:
    spec, table = mixed_project(rows=120)
    return edits.set_split(spec, 1.0, 0.0, 0.0), table


def given(weights: tuple[int, int], biases: int) -> Case:
    def made() -> tuple[ProjectSpec, Table]:
        spec, table = open_sample("xor")
        rows, units = weights
        return (
            edits.set_layer(spec, "d1", initializer="given", weights=[[0.1] * units] * rows, biases=[0.2] * biases),
            table,
        )

    return made


BAD: list[tuple[str, str, str, Case]] = [
    ("no_target", "error", "data", changed(number, lambda s: with_column(s, "y", role="ignore"))),
    ("no_features", "error", "data", all_ignored),
    ("constant_target", "error", "column:label", one_class),
    ("constant_target", "warning", "column:y", constant_number),
    ("unusable_data", "error", "data", nothing_but_missing),
    ("illegal_output", "error", "loss", changed(binary, lambda s: output(s, activation="tanh"))),
    ("illegal_output", "error", "loss", changed(colors, lambda s: output(s, activation="sigmoid"))),
    ("illegal_output", "error", "loss", changed(colors, lambda s: output(s, activation="identity"))),
    ("loss_target", "error", "loss", changed(number, lambda s: pair(s, "cce", "softmax"))),
    ("loss_target", "error", "loss", changed(number, lambda s: pair(s, "bce", "sigmoid"))),
    ("loss_target", "warning", "loss", changed(colors, lambda s: pair(s, "bce", "sigmoid"))),
    ("reduction", "error", "loss", changed(binary, lambda s: with_training(s, reduction="half_sum"))),
    ("output_range", "warning", "layer:d2", changed(number, lambda s: output(s, activation="sigmoid"))),
    ("output_range", "warning", "layer:d2", changed(number, lambda s: output(s, activation="relu"))),
    ("output_units", "error", "layer:d2", changed(colors, lambda s: output(s, units=2))),
    ("output_units", "error", "layer:d2", changed(number, lambda s: output(s, units=3))),
    ("single_softmax", "error", "layer:d2", changed(binary, lambda s: pair(s, "mse", "softmax"))),
    ("single_softmax", "warning", "layer:d1", changed(binary, lambda s: edits.set_layer(
        s, "d1", units=1, activation="softmax"))),
    ("given_weights", "error", "layer:d1", given((2, 7), 0)),
    ("given_weights", "error", "layer:d1", given((3, 8), 8)),
    ("given_weights", "error", "layer:d1", given((2, 8), 7)),
    ("given_weights", "error", "layer:d1", given((0, 0), 0)),
    ("zero_weights", "warning", "layer:d1", changed(number, lambda s: edits.set_layer(s, "d1", initializer="zeros"))),
    ("too_large", "error", "layer:d2", changed(number, lambda s: edits.insert_layer(
        edits.set_layer(s, "d1", units=100_000), 1, units=100_000))),
    ("unscaled", "warning", "column:a", unscaled(1e4)),
    ("unscaled", "warning", "column:a", unscaled(1e-4)),
    ("many_levels", "warning", "column:name", many_texts),
    ("many_levels", "warning", "column:y", many_numbers_as_classes),
    ("batch_size", "warning", "training:batch_size", changed(number, lambda s: edits.set_training(s, batch_size=37))),
    ("no_validation", "warning", "data", no_validation),
]  # fmt: skip

GOOD: list[tuple[str, Case]] = [
    *((key, number) for key in CHECKS),
    *((key, binary) for key in CHECKS),
    *((key, colors) for key in CHECKS),
    ("loss_target", changed(binary, lambda s: with_column(s, "binary", kind="number"))),  # bce on numbers 0 and 1
    ("loss_target", changed(binary, lambda s: pair(s, "cce", "softmax"))),
    ("output_units", changed(colors, lambda s: output(s, units=3))),
    ("single_softmax", changed(binary, lambda s: pair(s, "cce", "softmax"))),
    ("given_weights", given((2, 8), 8)),
    ("given_weights", given((2, 8), 0)),
    ("batch_size", changed(number, lambda s: edits.set_training(s, batch_size=36))),
    ("reduction", lambda: open_sample("xor_textbook")),
    ("zero_weights", changed(number, lambda s: output(s, initializer="zeros"))),
]


def test_every_check_has_a_bad_and_a_good_project() -> None:
    assert {key for key, *_ in BAD} == set(CHECKS)
    assert {key for key, _ in GOOD} == set(CHECKS)


@pytest.mark.parametrize(("key", "severity", "where", "case"), BAD, ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_wrong_is_found_and_every_fix_works(key: str, severity: str, where: str, case: Case) -> None:
    spec, table = case()
    found = list(CHECKS[key](spec, table))
    assert [(f.key, f.severity) for f in found] == [(key, severity)]
    finding = found[0]
    assert finding.where == (where if key != "too_large" else "layer:d3")
    assert finding.text.endswith(".")
    assert finding.why.endswith(".")
    assert finding in check(spec, table)
    for fix in finding.fixes:
        fixed = fix.change(spec)
        check_spec(fixed)
        assert list(CHECKS[key](fixed, table)) == [], fix.label
        if severity == "warning":
            assert not [f for f in check(fixed, table) if f.severity == "error"], fix.label


@pytest.mark.parametrize(("key", "case"), GOOD)
def test_what_is_right_is_left_alone(key: str, case: Case) -> None:
    assert list(CHECKS[key](*case())) == []


NO_FIX = {"unusable_data", "too_large"}


def test_nearly_everything_can_be_fixed_by_a_click() -> None:
    for key, _, _, case in BAD:
        finding = next(iter(CHECKS[key](*case())))
        assert bool(finding.fixes) == (key not in NO_FIX) or key == "constant_target"
        assert finding.fix_label == (finding.fixes[0].label if finding.fixes else "")
        assert (finding.fix is None) == (not finding.fixes)


@pytest.mark.parametrize("case", [number, binary, colors])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_pair_is_legal_or_refused_with_a_way_out(case: Case, loss: str, activation: str) -> None:
    """Activation × loss × target: where no error is found the run begins; else clicking first fixes leads there."""
    spec, table = case()
    spec = pair(spec, loss, activation)
    errors = [f for f in check(spec, table) if f.severity == "error"]
    assert (activation in LEGAL_OUTPUTS[loss]) or errors
    for _ in range(3):
        errors = [f for f in check(spec, table) if f.severity == "error"]
        if not errors:
            break
        assert errors[0].fix is not None
        spec = errors[0].fix(spec)
    assert errors == []
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(build.training(spec, build.dataset(spec, table)).step())


def test_errors_come_first() -> None:
    spec, table = number()
    spec = edits.set_layer(output(spec, units=3), "d1", initializer="zeros")
    assert [f.severity for f in check(spec, table)] == ["error", "warning"]


def test_both_ways_out_are_offered() -> None:
    spec, table = binary()
    finding = next(iter(CHECKS["illegal_output"](output(spec, activation="identity"), table)))
    assert [fix.label for fix in finding.fixes] == ["Use Sigmoid as output", "Use mean squared error"]
