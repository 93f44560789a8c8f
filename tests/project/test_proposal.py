"""What is proposed for a table learns something as it stands."""

from __future__ import annotations

import numpy as np
import pytest
from project_fixtures import FILE, mixed_table

from bpgui.data.spec import SampleOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.project import build, edits
from bpgui.project.checks import check
from bpgui.project.proposal import (
    adapt_output,
    class_count,
    propose,
    propose_epochs,
    propose_split,
    propose_training,
)
from bpgui.project.samples import open_sample
from bpgui.project.validation import check_spec
from bpgui.runs.driver import Driver
from bpgui.runs.scores import scores


def test_files_are_standardised_and_samples_are_not() -> None:
    table = mixed_table()
    assert [c.scaling for c in propose(table, FILE).data.columns if c.kind == "number"] == ["standard"] * 4
    sample = propose(table, SampleOrigin(name="x"))
    assert {c.scaling for c in sample.data.columns} == {"none"}


@pytest.mark.parametrize(
    ("rows", "split"),
    [
        (29, Split(train=1.0)),
        (30, Split(train=0.6, validation=0.2, test=0.2)),
        (2000, Split(train=0.7, validation=0.1, test=0.2)),
    ],
)
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
    assert class_count(spec.data, table) == 3  # a missing x is filled in
    spec = edits.set_column(spec, table, "x", missing="drop")
    assert class_count(spec.data, table) == 2
    assert adapt_output(spec, table).training.loss == "bce"


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


def _digits(rows: int, columns: bool) -> Table:
    """Handwritten digits, 8 x 8, as an image or as 64 columns."""
    sample = open_sample("digits8x8")[1]
    image = next(c for c in sample.columns if isinstance(c, NumberColumn) and c.shape).values[:rows]
    label = next(c for c in sample.columns if isinstance(c, TextColumn))
    classes = TextColumn.of("class", label.texts()[:rows])
    if columns:
        flat = image.reshape(rows, 64)
        return Table([*(NumberColumn(f"p{i}", flat[:, i]) for i in range(64)), classes])
    return Table([NumberColumn("image", (image * 15).astype(np.uint8), "image"), classes])


@pytest.mark.parametrize("columns", [False, True])
def test_pictures_get_a_larger_network_that_learns_them(columns: bool) -> None:
    table = _digits(900, columns)
    spec = propose(table, FILE, base=open_sample("xor")[0])  # four neurons would not do
    assert [(layer.id, getattr(layer, "units", None)) for layer in spec.network.layers] == [
        ("d1", 128), ("p1", None), ("d2", 64), ("d3", "auto"),
    ]  # fmt: skip
    assert {c.scaling for c in spec.data.features} == {"minmax"}
    data = build.dataset(spec, table)
    driver = Driver(spec, data)
    for _ in driver.steps():
        pass
    assert scores(driver.training.network, data, "test")["accuracy"] > 0.93


def test_large_tables_are_kept_in_single_precision() -> None:
    few, many = propose_training(4000, 784, True), propose_training(60_000, 784, True)
    assert (few.precision, many.precision) == ("float64", "float32")
    assert (few.l2, many.l2) == (0.001, 0.0)
    assert propose_training(500, 784, False).patience == 0


@pytest.mark.parametrize(("rows", "patience"), [(36, 300), (70, 100), (340, 30), (10_000, 30)])
def test_patience_lasts_some_hundred_steps(rows: int, patience: int) -> None:
    assert propose_training(rows, 4, True).patience == patience
    assert propose_training(rows, 4, False).patience == 0
