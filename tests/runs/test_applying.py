"""A trained network applied to new rows: columns by name, rows left out, the text that is written, scores."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers import read_files
from bpgui.data.spec import Column, FileOrigin, Split
from bpgui.data.table import AnyColumn, Meaning, NumberColumn, Table, TextColumn
from bpgui.engine.metrics import METRICS
from bpgui.project import edits
from bpgui.project.build import dataset
from bpgui.project.proposal import adapt_output, propose
from bpgui.runs.applied_facts import Weights, outcome_of, weights_of, why_not
from bpgui.runs.applying import (
    CHUNK,
    Applied,
    apply,
    csv_pieces,
    csv_text,
    missing_columns,
    options_for_new,
    renamed,
    safe_cell,
)
from bpgui.runs.driver import Driver

RNG = np.random.default_rng(4)
ROWS = 60
ORIGIN = FileOrigin(name="t.csv")


def trained(target: str = "kind", **training: object) -> Weights:
    """Of a table with a number, a category and two targets, after a few epochs."""
    table = made_table(ROWS, RNG)
    columns = (
        Column(name="size", role="feature", kind="number", scaling="standard"),
        Column(name="town", role="feature", kind="category"),
        Column(name="kind", role="target" if target == "kind" else "ignore", kind="category"),
        Column(name="price", role="target" if target == "price" else "ignore", kind="number", scaling="standard"),
    )
    spec = propose(table, ORIGIN)
    data = replace(spec.data, columns=columns, split=Split(train=0.8, validation=0.2, test=0.0))
    spec = edits.set_training(adapt_output(replace(spec, data=data), table), **training)
    driver = Driver(spec, dataset(spec, table))
    for _, _ in zip(range(40), driver.steps(), strict=False):
        pass
    return weights_of(driver)


def made_table(rows: int, rng: np.random.Generator) -> Table:
    size = rng.normal(size=rows).round(3)
    towns = [("north", "south", "west")[place] for place in rng.integers(0, 3, rows)]
    kinds = ["big" if value > 0 else "small" for value in size]
    price = NumberColumn("price", size * 3.0 + 1.0)
    return Table((NumberColumn("size", size), TextColumn.of("town", towns), TextColumn.of("kind", kinds), price))


def numbers(name: str, *values: float, meaning: Meaning = "number") -> NumberColumn:
    return NumberColumn(name, np.array(values), meaning)


def only(table: Table, *names: str) -> Table:
    return Table([table.column(name) for name in names])


def new_rows(*extra: AnyColumn) -> Table:
    return Table((TextColumn.of("town", ["north", "south", None]), numbers("size", 0.5, np.nan, 2.0), *extra))


@pytest.fixture(scope="module")
def weights() -> Weights:
    return trained()


def outcome(weights: Weights, table: Table, **taken: str) -> Applied:
    return outcome_of(weights, table, taken).applied


# ---- which columns


def test_columns_are_found_by_name_in_any_order(weights: Weights) -> None:
    table = made_table(40, np.random.default_rng(9))
    straight = outcome(weights, only(table, "size", "town"))
    turned = outcome(weights, only(table, "price", "town", "kind", "size"))
    assert straight.outputs.tobytes() == turned.outputs.tobytes()
    assert turned.notes == ("Not used by the network: price.",), "the target is not called unused"
    assert straight.notes == ()


def test_the_copied_network_says_what_the_run_says_and_stays_as_it_is() -> None:
    table = made_table(ROWS, np.random.default_rng(8))
    spec = propose(table, ORIGIN)
    spec = edits.insert_layer(edits.set_training(spec, precision="float32"), 1, "batchnorm")
    driver = Driver(spec, dataset(spec, table))
    for _, _ in zip(range(20), driver.steps(), strict=False):
        pass
    weights = weights_of(driver)
    before = driver.training.network.predict(driver.data.x)
    driver.step()
    made = weights.network()
    assert made.dtype == np.float32
    assert made.predict(driver.data.x).tobytes() == before.tobytes()
    assert driver.training.network.predict(driver.data.x).tobytes() != before.tobytes()


def test_a_missing_column_is_named_with_the_one_that_may_be_meant(weights: Weights) -> None:
    encoder = weights.data.encoder
    assert missing_columns(encoder, ("Size ", "TOWN", "kind")) == (("size", "Size "), ("town", "TOWN"))
    assert missing_columns(encoder, ("size", "place")) == (("town", None),)
    assert missing_columns(encoder, ("kind", "towns")) == (("size", None), ("town", "towns"))
    assert missing_columns(encoder, ("town", "size", "more")) == ()
    with pytest.raises(DataError, match=r"no column 'size' \(perhaps 'Size ' is meant\), 'town'"):
        apply(weights.network(), weights.data, Table((NumberColumn("Size ", np.ones(1)),)))


def test_one_column_is_not_proposed_for_two(weights: Weights) -> None:
    table = made_table(30, np.random.default_rng(1))
    columns = (*(renamed(table, {"petal_length": "size"}).columns[:1]),)
    assert columns[0].name == "petal_length"
    assert missing_columns(weights.data.encoder, ("siz", "kind")) == (("size", "siz"), ("town", None))


def test_another_column_may_stand_for_a_missing_one_and_the_file_keeps_its_names(weights: Weights) -> None:
    table = new_rows()
    theirs = renamed(table, {"Ort": "town"})
    assert theirs.names == ("Ort", "size")
    assert theirs.columns[0].codes is table.columns[0].codes  # type: ignore[union-attr]
    found = outcome(weights, theirs, town="Ort")
    assert found.outputs.tobytes() == outcome(weights, table).outputs.tobytes()
    assert found.notes[0] == "town: taken from the column 'Ort'."
    assert csv_text(found, with_data=True).splitlines()[0].startswith("row,Ort,size,kind,")


def test_a_column_of_another_sort_is_refused(weights: Weights) -> None:
    with pytest.raises(DataError, match="'size' holds text where numbers were expected"):
        apply(weights.network(), weights.data, Table((TextColumn.of("size", ["a"]), TextColumn.of("town", ["north"]))))


# ---- which rows


def test_rows_that_lack_a_value_have_no_prediction_and_say_why(weights: Weights) -> None:
    found = outcome_of(weights, new_rows())
    assert found.applied.usable.tolist() == [True, False, False]
    assert found.gaps == (("size", 1), ("town", 1))
    assert found.too_large == 0
    assert [why_not(found.applied, row) for row in range(3)] == ["", "No value in size.", "No value in town."]
    assert found.applied.notes[-1] == "2 of 3 rows have a missing or infinite value: no prediction there."
    rows = list(csv.reader(StringIO(csv_text(found.applied))))
    assert [len(row) for row in rows] == [4, 4, 4, 4]
    assert rows[2] == ["2", "", "", ""]


def test_a_number_that_is_too_large_for_the_network_is_no_input() -> None:
    weights = trained(precision="float32")
    found = outcome_of(weights, Table((numbers("size", 0.0, 1e300), TextColumn.of("town", ["north", "north"]))))
    assert found.applied.usable.tolist() == [True, False]
    assert (found.gaps, found.too_large) == ((), 1)
    assert why_not(found.applied, 1) == "A value is too large for the network's numbers."


def test_nothing_usable_says_which_column_is_empty(weights: Weights) -> None:
    table = Table((numbers("size", np.nan, np.nan), TextColumn.of("town", ["north", "south"])))
    with pytest.raises(DataError, match="No row can be predicted: size holds no usable value"):
        outcome(weights, table)


def test_categories_that_are_new_are_said_and_predicted(weights: Weights) -> None:
    table = Table((numbers("size", 0.5, 1.0), TextColumn.of("town", ["moon", "south"])))
    found = outcome(weights, table)
    assert found.usable.all()
    assert found.notes == (
        "town: 1 row has a category that no training row had ('moon'); it counts as none of the known.",
    )


# ---- what is written


def test_the_text_holds_every_number_to_the_bit_whether_in_one_or_in_pieces(weights: Weights) -> None:
    found = outcome(weights, only(made_table(CHUNK + 700, np.random.default_rng(2)), "town", "size"))
    heard: list[float] = []
    text = "".join(csv_pieces(found, with_data=True, progress=heard.append))
    assert text == csv_text(found, with_data=True)
    assert heard == sorted(heard)
    assert len(heard) == 4
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["row", "town", "size", "kind", "probability (big)", "probability (small)"]
    assert [row[0] for row in rows[1:]] == [str(number + 1) for number in range(CHUNK + 700)]
    written = np.array([float(row[5]) for row in rows[1:]])
    assert written.tobytes() == np.asarray(found.outputs[:, -1], np.float64).tobytes()
    assert [row[3] for row in rows[1:]] == list(found.decoded.labels or ())


def test_with_tabs_it_can_be_pasted(weights: Weights) -> None:
    text = "".join(csv_pieces(outcome(weights, new_rows()), delimiter="\t"))
    assert text.splitlines()[0].split("\t") == ["row", "kind", "probability (big)", "probability (small)"]


def test_no_cell_is_a_formula() -> None:
    assert [safe_cell(t) for t in ("=1+1", "-2.5", "-", "@x", "+4e3", "a=b")] == [
        "'=1+1", "-2.5", "'-", "'@x", "+4e3", "a=b"
    ]  # fmt: skip


def test_formulas_among_the_columns_of_the_file_are_made_safe(weights: Weights) -> None:
    found = outcome(weights, new_rows(TextColumn.of("=cmd", ["=2*3", None, "x"])))
    head, first = list(csv.reader(StringIO(csv_text(found, with_data=True))))[:2]
    assert head[3] == "'=cmd"
    assert first[3] == "'=2*3"


def test_the_work_ends_by_what_the_listener_raises(weights: Weights) -> None:
    class Enough(Exception):
        pass

    def listen(share: float) -> None:
        if share > 0.0:
            raise Enough

    table = only(made_table(3 * CHUNK, np.random.default_rng(3)), "size", "town")
    with pytest.raises(Enough):
        outcome_of(weights, table, progress=listen)
    with pytest.raises(Enough):
        list(csv_pieces(outcome(weights, table), progress=listen))


# ---- what it comes to


def test_counts_and_rights_are_those_of_the_rows(weights: Weights) -> None:
    table = made_table(50, np.random.default_rng(5))
    found = outcome_of(weights, table)
    labels = list(found.applied.decoded.labels or ())
    [counts] = found.counts
    assert found.left == 0
    assert counts.tolist() == [labels.count("big"), labels.count("small")]
    kinds = table.column("kind").texts()  # type: ignore[union-attr]
    assert found.right is not None
    assert found.right.tolist() == [int(a == b) for a, b in zip(labels, kinds, strict=True)]
    assert found.judgement is not None
    accuracy = dict(found.judgement.metrics)["accuracy"]
    assert accuracy == pytest.approx(found.right.mean())
    assert found.judgement.rows == 50
    assert set(dict(found.judgement.metrics)) == {name for name, m in METRICS.items() if m.task == "classes"}


def test_numbers_are_judged_in_their_own_units() -> None:
    weights = trained("price")
    table = made_table(50, np.random.default_rng(6))
    found = outcome_of(weights, table)
    values = found.applied.decoded.values
    assert values is not None
    assert found.right is None
    assert found.judgement is not None
    error = np.abs(values - table.column("price").values).mean()  # type: ignore[union-attr]
    assert dict(found.judgement.metrics)["mae"] == pytest.approx(error)


def test_without_the_target_there_is_no_judgement(weights: Weights) -> None:
    found = outcome_of(weights, new_rows())
    assert found.judgement is None
    assert found.right is None


def test_targets_that_are_not_known_are_left_out_of_the_judgement(weights: Weights) -> None:
    found = outcome_of(weights, new_rows(TextColumn.of("kind", ["huge", "big", "big"])))
    assert found.judgement is not None
    assert found.judgement.refused == "No score: no row has a prediction and a target that training knew."
    assert found.right is None
    found = outcome_of(weights, new_rows(TextColumn.of("kind", ["big", "huge", "big"])))
    assert found.right is not None
    assert found.right.tolist()[1:] == [-1, -1]
    assert found.judgement is not None
    assert found.judgement.rows == 1


def test_a_target_of_another_sort_only_costs_the_score() -> None:
    found = outcome_of(trained("price"), new_rows(TextColumn.of("price", ["dear", "cheap", "dear"])))
    assert found.judgement is not None
    assert found.judgement.refused.startswith("No score: Column 'price' holds text")
    assert found.applied.usable.sum() == 1


def test_the_projects_own_rows_are_no_test() -> None:
    weights = trained()
    rows = weights.data.rows
    size = NumberColumn("size", weights.data.encoder.raw_inputs(weights.data.x)[:, 0])
    towns = [weights.data.encoder.row_values(x)[1] for x in weights.data.x]
    kinds = weights.data.encoder.decode(weights.data.y).labels
    own = Table((size, TextColumn.of("town", map(str, towns)), TextColumn.of("kind", kinds or ())))
    assert own.rows == len(rows)
    for table, refused in ((own, True), (first_rows(own, 7), True), (doubled(own), False)):
        judgement = outcome_of(weights, table).judgement
        assert judgement is not None
        assert bool(judgement.refused) == refused
        assert bool(judgement.metrics) != refused


def first_rows(table: Table, count: int) -> Table:
    return taken_rows(table, np.arange(count))


def doubled(table: Table) -> Table:
    return taken_rows(table, np.repeat(np.arange(table.rows), 2)[: table.rows])


def taken_rows(table: Table, rows: np.ndarray) -> Table:
    columns: list[AnyColumn] = []
    for column in table.columns:
        if isinstance(column, TextColumn):
            columns.append(TextColumn(column.name, column.codes[rows], column.levels))
        else:
            columns.append(NumberColumn(column.name, column.values[rows]))
    return Table(columns)


# ---- how files are read


def test_new_files_are_read_with_the_types_of_training() -> None:
    table = Table((numbers("when", 1.0, meaning="date"), TextColumn.of("zip", ["007"]), numbers("a", 1.0)))
    options = options_for_new(ORIGIN, table)
    assert options.types == (("when", "date"), ("zip", "text"), ("a", "number"))
    pictures = Table((NumberColumn("image", np.zeros((2, 5, 7, 3), np.uint8), "image"),))
    options = options_for_new(ORIGIN, pictures)
    assert (options.size, options.colour, options.labels) == ((5, 7), "rgb", "none")


def test_new_files_are_read_with_the_order_of_dates_that_training_proved(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text("when,a\n01/31/2024,1\n02/05/2024,2\n")
    (tmp_path / "new.csv").write_text("when,a\n02/03/2024,3\n04/05/2024,4\n")
    old = read_files([tmp_path / "old.csv"])
    new = read_files([tmp_path / "new.csv"], options=options_for_new(old.origin, old.table))
    assert not new.questions
    assert isinstance(when := new.table.column("when"), NumberColumn)
    assert when.values.tolist() == [19756.0, 19818.0]  # 3 February and 5 April
