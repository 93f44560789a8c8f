"""Every check has a project that it objects to and one that it leaves alone; every fix fixes its finding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from check_cases import Case, binary, colors, constant_columns, number, output, pair
from check_table import BAD, GOOD
from leak_cases import late_class, leaky_column, repeated_without_a_reason
from project_fixtures import mixed_project

from bpgui.data import inspection
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.project import build, edits
from bpgui.project.checks import CHECKS, check
from bpgui.project.validation import check_spec


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
        spec = errors[0].fixes[0].change(spec)
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
    (finding,) = CHECKS["duplicates"](*repeated_without_a_reason())
    assert [fix.label for fix in finding.fixes] == ["Keep equal rows together"]
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
