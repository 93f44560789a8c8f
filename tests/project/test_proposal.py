"""What is proposed for a table learns something as it stands."""

from __future__ import annotations

import numpy as np
import pytest
from project_fixtures import FILE, mixed_table

from bpgui.data.spec import SampleOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import build
from bpgui.project.checks import check
from bpgui.project.proposal import class_count, propose, propose_epochs, propose_split
from bpgui.project.samples import open_sample
from bpgui.project.validation import check_spec
from bpgui.runs.driver import Driver


def test_files_are_standardised_and_samples_are_not() -> None:
    table = mixed_table()
    assert [c.standardise for c in propose(table, FILE).data.columns if c.kind == "number"] == [True] * 4
    sample = propose(table, SampleOrigin(name="x"))
    assert not any(c.standardise for c in sample.data.columns)


@pytest.mark.parametrize(("rows", "split"), [(29, Split(train=1.0)), (30, Split(train=0.6, validation=0.2, test=0.2))])
def test_small_tables_are_not_split(rows: int, split: Split) -> None:
    assert propose_split(rows) == split


@pytest.mark.parametrize(
    ("rows", "batch"), [(4, 0), (63, 0), (90, 32), (600, 32), (6000, 32), (10**5, 32), (10**6, 32)]
)
def test_epochs_are_enough_and_not_too_many(rows: int, batch: int) -> None:
    epochs = propose_epochs(rows, batch)
    steps = epochs * -(-rows // (batch or rows))
    assert steps >= 2000
    assert epochs * rows <= 4e6
    assert len(str(epochs).rstrip("0")) <= 2


def test_the_hidden_layers_of_the_base_stay() -> None:
    base = open_sample("spirals")[0]
    spec = propose(mixed_table(), FILE, base=base, seed=7)
    assert spec.network.layers[:-1] == base.network.layers[:-1]
    assert (spec.network.output.activation, spec.training.loss, spec.seed) == ("identity", "mse", 7)
    check_spec(spec)


def test_classes_are_counted_in_rows_that_can_be_used() -> None:
    x = np.arange(6.0)
    x[5] = np.nan
    table = Table((NumberColumn("x", x), TextColumn.of("label", ["a", "b", "a", "b", None, "c"])))
    spec = propose(table, FILE)
    assert class_count(spec.data, table) == 2
    assert spec.training.loss == "bce"


def _three_blobs() -> Table:
    rng = np.random.default_rng(0)
    label = np.arange(150) % 3
    points = np.array([[0.0, 0.0], [400.0, 0.0], [0.0, 400.0]])[label] + rng.normal(0.0, 60.0, (150, 2))
    texts = [("north", "south", "west")[i] for i in label]
    return Table((NumberColumn("x", points[:, 0]), NumberColumn("y", points[:, 1]), TextColumn.of("class", texts)))


def _line() -> Table:
    x = np.linspace(0.0, 1000.0, 80)
    return Table((NumberColumn("x", x), NumberColumn("price", 3.0 * x + 500.0)))


@pytest.mark.parametrize(("table", "loss"), [(_three_blobs(), 0.2), (_line(), 0.01), (open_sample("xor")[1], 0.05)])
def test_a_proposal_learns_without_being_touched(table: Table, loss: float) -> None:
    spec = propose(table, FILE)
    assert check(spec, table) == ()
    driver = Driver(spec, build.dataset(spec, table))
    for _ in driver.steps():
        pass
    assert driver.final_losses()[0] < loss
