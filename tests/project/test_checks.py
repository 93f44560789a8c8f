"""Every check has a project that it objects to and one that it leaves alone; every fix fixes its finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from check_cases import (
    Case,
    all_ignored,
    binary,
    changed,
    colors,
    constant_columns,
    constant_number,
    frozen,
    given,
    many_numbers_as_classes,
    many_texts,
    no_validation,
    nothing_but_missing,
    number,
    one_class,
    one_row_to_learn_from,
    output,
    pair,
    trained,
    typed,
    unscaled,
    without_validation,
)  # fmt: skip
from leak_cases import (
    absent_class,
    apart,
    coarse,
    copied_target,
    counted_rows,
    late_class,
    leaky_column,
    lone_copy,
    repeated_rows,
    spread_patients,
)
from msgspec.structs import replace
from project_fixtures import mixed_project, with_column, with_training

from bpgui.data import inspection
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.project import build, edits
from bpgui.project.checks import CHECKS, check
from bpgui.project.samples import open_sample
from bpgui.project.validation import check_spec

BAD: list[tuple[str, str, str, Case]] = [
    ("no_target", "error", "data", changed(number, lambda s: with_column(s, "y", role="ignore"))),
    ("no_features", "error", "data", all_ignored),
    ("constant_target", "error", "column:label", one_class),
    ("constant_target", "warning", "column:y", constant_number),
    ("several_targets", "error", "data", changed(number, lambda s: with_column(s, "color", role="target"))),
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
    ("illegal_output", "error", "loss", changed(colors, lambda s: edits.set_loss(s, "hinge"))),
    ("loss_target", "error", "loss", changed(number, lambda s: pair(s, "hinge", "identity"))),
    ("output_range", "warning", "layer:d2", changed(number, lambda s: pair(s, "huber", "softplus"))),
    ("norm_batch", "error", "training:batch_size", trained(typed("4,batchnorm,batchnorm"), batch_size=1)),
    ("norm_batch", "error", "layer:n1", one_row_to_learn_from),
    ("all_frozen", "error", "layer:d2", frozen(True)),
    ("dropout_rate", "warning", "layer:p1", typed("4,dropout:0")),
    ("dropout_rate", "warning", "layer:p1", typed("4,dropout:0.95")),
    ("lone_dropout", "warning", "layer:p1", typed("1:tanh,dropout:0.2,4")),
    ("class_weights", "warning", "training:class_weights", trained(class_weights="balanced")),
    ("class_weights", "error", "training:class_weights", trained(
        colors, class_weights="given", class_weight_values=(1.0, 2.0))),
    ("class_weights", "error", "training:class_weights", trained(
        binary, class_weights="given", class_weight_values=(2.0, 0.0))),
    ("learning_rate", "warning", "training:learning_rate", trained(learning_rate=1e9)),
    ("learning_rate", "warning", "training:learning_rate", trained(learning_rate=1e9, optimizer="momentum")),
    ("learning_rate", "warning", "training:learning_rate", trained(learning_rate=11.0, optimizer="rmsprop")),
    ("learning_rate_off", "warning", "training:learning_rate", trained(learning_rate=1e-6)),
    ("learning_rate_off", "warning", "training:learning_rate", trained(colors, learning_rate=9.0)),
    ("constant_columns", "warning", "column:f0", constant_columns(1)),
    ("constant_columns", "warning", "column:f0", constant_columns(9)),
    ("watches_training", "warning", "data", without_validation(patience=3)),
    ("watches_training", "warning", "data", without_validation(schedule="plateau", target_metric="f1", patience=1)),
    ("target_metric", "warning", "training:target_metric", trained(target_metric="accuracy")),
    ("target_metric", "warning", "training:target_metric", trained(colors, target_metric="rmse")),
    ("gives_away", "warning", "column:leak", leaky_column),
    ("gives_away", "warning", "column:copy", copied_target),
    ("id_like", "warning", "column:count", counted_rows),
    ("parted_groups", "warning", "column:patient", spread_patients),
    ("duplicates", "warning", "data", repeated_rows),
    ("missing_classes", "warning", "data", absent_class),
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
    ("loss_target", changed(binary, lambda s: pair(s, "hinge", "tanh"))),
    ("loss_target", changed(colors, lambda s: pair(s, "hinge", "identity"))),
    ("norm_batch", trained(typed("4,batchnorm"), batch_size=2)),
    ("norm_batch", trained(typed("4,batchnorm"), batch_size=0)),
    ("all_frozen", frozen(False)),
    ("all_frozen", changed(frozen(True), lambda s: edits.insert_layer(s, 1, "batchnorm"))),
    ("dropout_rate", typed("4,dropout:0.9")),
    ("lone_dropout", typed("1,dropout:0")),
    ("class_weights", trained(colors, class_weights="given", class_weight_values=(1.0, 0.1, 3.0))),
    ("class_weights", trained(colors, class_weights="balanced")),
    ("learning_rate", trained(learning_rate=10.0)),
    ("learning_rate", trained(learning_rate=1000.0, optimizer="sgd")),
    ("learning_rate_off", trained(learning_rate=1e-4, epochs=1_000_000)),  # slow, but it gets there
    ("learning_rate_off", trained(typed("4000,4000"), learning_rate=1e-6)),  # too large to try
    ("constant_columns", constant_columns(0, also=2)),
    ("watches_training", trained(patience=3, schedule="plateau")),
    ("target_metric", trained(target_metric="mae")),
    ("target_metric", trained(colors, target_metric="mcc")),
    ("unscaled", changed(unscaled(1e4), lambda s: with_column(s, "a", role="weight"))),
    ("gives_away", lone_copy),
    ("duplicates", coarse),
    ("parted_groups", apart),
    ("many_levels", apart),
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


NO_FIX = {"unusable_data"}


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


def test_a_column_that_is_all_there_is_cannot_be_left_out() -> None:
    finding = next(iter(CHECKS["constant_columns"](*constant_columns(2, also=0)())))
    assert finding.fixes == ()


def test_looks_at_the_data_are_not_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that leaves the data alone asks no question twice; one of the columns asks anew."""
    spec, table = leaky_column()
    check(spec, table)
    taken = []
    for name in ("find_duplicates", "give_aways", "id_like", "parted_groups", "class_balance"):
        found = getattr(inspection, name)

        def look(*given: object, found: Callable[..., object] = found, name: str = name) -> object:
            taken.append(name)
            return found(*given)

        look.__name__ = name
        monkeypatch.setattr(inspection, name, look)
    check(edits.set_training(spec, epochs=7), table)
    assert taken == []
    check(edits.set_column(spec, table, "a", role="ignore"), table)
    assert "find_duplicates" in taken


def test_duplicates_without_a_column_that_explains_them() -> None:
    spec, table = repeated_rows()
    columns = [c for c in table.columns if c.name != "file"]
    other = Table(columns)
    spec = replace(spec, data=replace(spec.data, table=other.sha, columns=spec.data.columns[1:]))
    (finding,) = CHECKS["duplicates"](spec, other)
    assert finding.fixes == ()
    assert "of 120 validation and test rows" in finding.text


def test_classes_that_no_training_row_has() -> None:
    """The last eight rows are of a class of their own, and the split goes by time, which has its reasons."""
    spec, table = late_class()
    (finding,) = CHECKS["missing_classes"](spec, table)
    assert "train lacks late" in finding.text
    assert finding.fixes == ()


def test_watched_training_rows_are_said_once() -> None:
    spec, table = mixed_project(rows=120)
    spec = edits.set_split(edits.set_training(spec, patience=5), 1.0, 0.0, 0.0)
    assert [f.key for f in check(spec, table)] == ["watches_training"]


def test_errors_come_first() -> None:
    spec, table = number()
    spec = edits.set_layer(output(spec, units=3), "d1", initializer="zeros")
    assert [f.severity for f in check(spec, table)] == ["error", "warning"]


def test_both_ways_out_are_offered() -> None:
    spec, table = binary()
    finding = next(iter(CHECKS["illegal_output"](output(spec, activation="identity"), table)))
    assert [fix.label for fix in finding.fixes] == ["Use Sigmoid as output", "Use mean squared error"]
