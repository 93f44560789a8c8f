"""What a training takes is foreseen, and refused where the machine has less."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from check_cases import given, typed
from msgspec.structs import replace
from project_fixtures import FILE

from bpgui.cli.layers import with_hidden
from bpgui.data.encoding import Dataset
from bpgui.data.table import NumberColumn, Table
from bpgui.project import build, edits, memory
from bpgui.project.checks import CHECKS
from bpgui.project.checks.size import capped
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample
from bpgui.project.spec import Dense, ProjectSpec
from bpgui.runs.driver import Driver
from bpgui.runs.run import Run


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Set what the machine can give."""
    return lambda size: monkeypatch.setattr(memory, "available", lambda: size)


def test_what_is_too_large_names_both_figures_and_ways_out(machine: Callable[[int | None], None]) -> None:
    machine(10**9)
    spec, table = typed(",".join(["4096:relu"] * 100))()
    (finding,) = CHECKS["too_large"](spec, table)
    assert finding.severity == "error"
    assert finding.text.startswith("Training takes about 162.3 GB")
    assert "of memory; 1.0 GB can be had." in finding.text
    assert "1,661,390,849 weights and biases" in finding.text
    (narrower,) = finding.fixes
    assert narrower.label == "At most 256 units a layer"
    assert list(CHECKS["too_large"](narrower.change(spec), table)) == []


def test_batches_and_bits_are_ways_out_where_they_are_enough(machine: Callable[[int | None], None]) -> None:
    machine(300 * 10**6)
    table = Table((NumberColumn("x", np.linspace(-1, 1, 9000)), NumberColumn("y", np.linspace(-1, 1, 9000))))
    spec = replace(propose(table, FILE), network=with_hidden(propose(table, FILE).network, "2000"))
    spec = edits.set_training(spec, batch_size=0)
    (finding,) = CHECKS["too_large"](spec, table)
    assert finding.where == "training:batch_size"
    assert "Most of it is for batches of 6,300 rows." in finding.text
    assert [fix.label for fix in finding.fixes] == ["Batches of 256 rows", "Use 32 bits", "At most 1,024 units a layer"]
    for fix in finding.fixes:
        assert list(CHECKS["too_large"](fix.change(spec), table)) == []


def test_a_run_that_no_file_holds_is_warned_of(machine: Callable[[int | None], None]) -> None:
    spec, table = typed("10000,10000")()
    for size in (None, 10**12):
        machine(size)
        (finding,) = CHECKS["too_large"](spec, table)
        assert finding.severity == "warning"
        assert "can be trained, but not saved" in finding.text
        assert finding.fixes
    machine(None)
    assert list(CHECKS["too_large"](*typed("3000,3000")())) == []


def test_numbers_typed_in_do_not_outlive_a_narrower_layer(machine: Callable[[int | None], None]) -> None:
    spec, _ = given((2, 8), 8)()
    narrow = capped(spec, 4).network.layers[0]
    assert isinstance(narrow, Dense)
    assert (narrow.units, narrow.initializer, narrow.weights) == (4, "auto", ())
    assert capped(spec, 8) == spec


def test_the_machine_can_give_something() -> None:
    size = memory.available()
    assert size is None or size > 10**8


def trained(spec: ProjectSpec, data: Dataset) -> Run:
    driver = Driver(spec, data)
    for _ in driver.steps():
        pass
    driver.final_losses()
    run = Run(spec, 1)
    run.take_down(driver)
    return run


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("512:relu,512:relu", {}),
        ("1024:tanh", {"batch_size": 0}),
        ("512,dropout:0.2,batchnorm,512:gelu", {"optimizer": "adamw", "patience": 3, "precision": "float32"}),
        ("1500", {"optimizer": "sgd", "l2": 0.1, "clip": "norm"}),
    ],
)
def test_what_is_foreseen_is_what_is_needed(text: str, settings: dict[str, object]) -> None:
    """At least what numpy takes for two epochs and taking the run down, and not half as much again."""
    spec, table = open_sample("digits8x8")
    spec = edits.set_training(replace(spec, network=with_hidden(spec.network, text)), epochs=2, **settings)
    data = build.dataset(spec, table)
    foreseen = memory.needed(spec, data).total
    small, rows = open_sample("xor")
    small = edits.set_training(small, epochs=2, **settings)
    trained(small, build.dataset(small, rows))  # imports what is imported at first use
    gc.collect()
    tracemalloc.start()
    run = trained(spec, data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert run.state.epoch == 2
    assert peak <= foreseen <= 1.5 * peak
