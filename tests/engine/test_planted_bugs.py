"""Would the tests notice? Each bug is put into the engine's source by itself, and the check it names must fail."""

import importlib
import warnings

import pytest
from battery import CHECKS
from bugs import BUGS
from planted import Bug, planted
from run_checks import CHECKS as RUN_CHECKS
from training_bugs import BUGS as TRAINING_BUGS

ALL = (*BUGS, *TRAINING_BUGS)


def check(name):
    """The check as it is in the program now in force."""
    module = importlib.import_module("run_checks" if name in RUN_CHECKS else "battery")
    return module.CHECKS[name]


@pytest.mark.parametrize("name", [*CHECKS, *RUN_CHECKS])
def test_the_sound_engine_passes(name):
    check(name)()


@pytest.mark.parametrize("bug", ALL, ids=lambda bug: f"{bug.what}, noticed by {bug.by}")
def test_a_planted_bug_is_noticed(bug):
    with planted(bug), warnings.catch_warnings():
        warnings.simplefilter("error")
        # Wrong numbers, or a warning about numbers: a bug that merely breaks the program would show nothing.
        with pytest.raises((AssertionError, RuntimeWarning, ArithmeticError)):
            check(bug.by)()


def test_planting_changes_the_engine_and_leaves_no_trace():
    before = importlib.import_module("bpgui.engine.activations")
    bug = Bug("no slope", "engine/activations.py", "LEAKY_SLOPE = 0.01", "LEAKY_SLOPE = 0.0", "")
    with planted(bug):
        assert importlib.import_module("bpgui.engine.activations").LEAKY_SLOPE == 0.0
    after = importlib.import_module("bpgui.engine.activations")
    assert after is before
    assert after.LEAKY_SLOPE == 0.01
    import bpgui.engine

    assert bpgui.engine.activations is before


def test_planting_nothing_fails_nothing():
    line = "EVALUATION_ROWS = 256\n"
    with planted(Bug("nothing", "engine/network.py", line, line + "\n", "")):
        for name in (*CHECKS, *RUN_CHECKS):
            check(name)()


def test_every_bug_is_another():
    assert len({bug.what for bug in ALL}) == len({(bug.file, bug.old, bug.new) for bug in ALL}) == len(ALL)
    assert {bug.by for bug in ALL} <= {*CHECKS, *RUN_CHECKS}
    for bug in ALL:
        assert bug.source() != ""


def test_a_bug_whose_place_is_gone_is_told():
    with pytest.raises(LookupError, match="0 times"):
        Bug("", "engine/losses.py", "what never stood there", "", "").source()
