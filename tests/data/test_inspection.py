"""What is said of the data, against plain loops over the rows; quick on a large table."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data import inspection
from bpgui.data.encoding import Dataset, encode
from bpgui.data.inspection.codes import level_codes, sample
from bpgui.data.row_hashes import row_hashes
from bpgui.data.spec import Column, DataSpec, FileOrigin, Kind, Role, Split
from bpgui.data.split import PARTS
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

THIRDS = Split(train=0.6, validation=0.2, test=0.2)


def column(name: str, role: Role = "feature", kind: Kind = "number", **more: object) -> Column:
    return Column(name=name, role=role, kind=kind, **more)  # type: ignore[arg-type]


def made(table: Table, *columns: Column, split: Split = THIRDS, seed: int = 0) -> tuple[Table, DataSpec, Dataset]:
    spec = DataSpec(table=table.sha, origin=FileOrigin(name="x"), columns=columns, split=split)
    return table, spec, encode(table, spec, one_hot=False, seed=seed)


def cells(values: AnyColumn, row: int) -> object:
    return values.texts()[row] if isinstance(values, TextColumn) else tuple(np.ravel(values.values[row]).tolist())


def part_of(data: Dataset) -> dict[int, str]:
    return {int(data.rows[place]): name for name in PARTS for place in data.part(name)}


# ---- codes and hashes


@settings(max_examples=100)
@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.0, np.nan, np.inf]), st.sampled_from("ab")), max_size=30))
def test_hashes_are_equal_where_the_rows_are(rows: list[tuple[float, str]]) -> None:
    columns = (NumberColumn("n", np.array([n for n, _ in rows], np.float64)), TextColumn.of("t", [t for _, t in rows]))
    keys = [("nan" if np.isnan(n) else n + 0.0, t) for n, t in rows]
    hashes = row_hashes(columns, np.arange(len(rows))).tolist()
    for i, first in enumerate(keys):
        for j, second in enumerate(keys):
            assert (hashes[i] == hashes[j]) == (first == second)


def test_hashes_of_images_and_of_columns_in_another_order() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 2, (50, 3, 3, 1)).astype(np.uint8)
    found = row_hashes((NumberColumn("i", pixels, "image"),), np.arange(50))
    assert len(set(found.tolist())) == len({image.tobytes() for image in pixels})
    one, two = NumberColumn("a", np.array([1.0, 2.0])), NumberColumn("b", np.array([2.0, 1.0]))
    assert len(set(row_hashes((one, two), np.arange(2)).tolist())) == 2


def test_levels_and_samples() -> None:
    codes, names = level_codes(NumberColumn("n", np.array([2.0, np.nan, 0.5, 2.0])))
    assert (codes.tolist(), names) == ([1, -1, 0, 1], ("0.5", "2"))
    codes, names = level_codes(TextColumn.of("t", ["b", None, "a"]), np.array([2, 0]))
    assert (codes.tolist(), names) == ([0, 1], ("a", "b"))
    rows = np.arange(100) * 3
    drawn = sample(rows, 10, 4)
    assert drawn.tolist() == sorted(set(drawn.tolist()) & set(rows.tolist()))
    assert drawn.size == 10
    assert sample(rows, 100) is rows


# ---- parts and balance


def unequal(rows: int = 200) -> tuple[Table, DataSpec, Dataset]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=rows)
    x[::17] = np.nan
    label = TextColumn.of("label", rng.choice(["a", "b", "c"], rows, p=[0.7, 0.25, 0.05]).tolist())
    return made(Table((NumberColumn("x", x), label)), column("x"), column("label", "target", "category"))


def test_parts_and_balance() -> None:
    table, spec, data = unequal()
    sizes = inspection.part_sizes_of(table, data)
    assert sizes.left_out == len(range(0, 200, 17))
    assert (sizes.train, sizes.validation, sizes.test) == (len(data.train), len(data.validation), len(data.test))
    (balance,) = inspection.class_balance(table, spec, data)
    texts, parts = table.column("label").texts(), part_of(data)  # type: ignore[union-attr]
    counted = Counter((part, texts[row]) for row, part in parts.items())
    for i, part in enumerate(PARTS):
        for j, name in enumerate(balance.classes):
            assert balance.counts[i, j] == counted[part, name]
    np.testing.assert_allclose(balance.shares.sum(axis=1), 1.0)
    assert balance.classes == ("a", "b", "c")


def test_a_number_has_no_balance() -> None:
    table = Table((NumberColumn("x", np.arange(50.0)), NumberColumn("y", np.arange(50.0) ** 2)))
    assert inspection.class_balance(*made(table, column("x"), column("y", "target"))) == ()


def test_classes_that_a_part_lacks() -> None:
    counts = np.array([[60, 10, 1], [20, 0, 0], [20, 3, 0]])
    balance = inspection.Balance("label", ("a", "b", "c"), counts)
    assert inspection.missing_classes(balance) == (("validation", "b"),)  # c is too rare to be due
    empty = inspection.Balance("label", ("a", "b"), np.array([[5, 5], [0, 0], [0, 0]]))
    assert inspection.missing_classes(empty) == ()


# ---- statistics


def test_statistics_are_those_of_the_training_rows() -> None:
    rng = np.random.default_rng(1)
    table = Table(
        (
            NumberColumn("n", rng.normal(5.0, 2.0, 100)),
            TextColumn.of("c", rng.choice(["red", "blue"], 100).tolist()),
            NumberColumn("y", rng.normal(size=100)),
        )
    )
    table, spec, data = made(
        table, column("n", scaling="standard"), column("c", kind="category"), column("y", "target")
    )
    number, colour = inspection.feature_statistics(spec, data)
    train = data.rows[data.train]
    values = table.column("n").values[train]  # type: ignore[union-attr]
    assert (number.name, number.kind, number.scaling, number.inputs) == ("n", "number", "standard", 1)
    assert number.center == pytest.approx(values.mean())
    assert number.scale == pytest.approx(values.std())
    assert (number.minimum, number.maximum) == (values.min(), values.max())
    assert number.rows == len(train)
    counted = Counter(table.column("c").texts()[row] for row in train)  # type: ignore[union-attr]
    assert dict(zip(colour.levels, colour.counts, strict=True)) == counted


# ---- duplicates


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 4))
def test_duplicates_as_counted_by_hand(seed: int, rows: int, values: int) -> None:
    rng = np.random.default_rng(seed)
    table = Table(
        (
            NumberColumn("a", rng.integers(0, values, rows).astype(np.float64)),
            TextColumn.of("b", rng.choice(list("pq"), rows).tolist()),
            NumberColumn("unused", rng.normal(size=rows)),
            NumberColumn("y", rng.integers(0, 3, rows).astype(np.float64)),
        )
    )
    table, spec, data = made(
        table, column("a"), column("b", kind="category"), column("unused", "ignore"), column("y", "target"), seed=seed
    )
    found = inspection.find_duplicates(table, spec, data)
    groups: dict[object, list[int]] = defaultdict(list)
    parts = part_of(data)
    for row in parts:
        groups[cells(table.column("a"), row), cells(table.column("b"), row)].append(row)
    y = table.column("y").values  # type: ignore[union-attr]
    assert (found.looked_at, found.different) == (rows, len(groups))
    assert found.repeated == rows - len(groups)
    in_parts = [{parts[row] for row in group} for group in groups.values()]

    def among(part: str, other: str) -> int:
        return sum(
            parts[row] == part for group, where in zip(groups.values(), in_parts, strict=True)
            if other in where for row in group
        )  # fmt: skip

    assert found.validation == among("validation", "train")
    assert found.test == among("test", "train")
    assert found.test_in_validation == among("test", "validation")
    assert found.contradicting == sum(len(group) for group in groups.values() if len({y[row] for row in group}) > 1)
    assert len(found.examples) == min(20, found.repeated)
    for twins in found.examples:
        assert any(twins.first in group and twins.second in group for group in groups.values())
        assert (parts[twins.first], parts[twins.second]) == (twins.first_part, twins.second_part)
        assert twins.same_target == (y[twins.first] == y[twins.second])
    across = [twins.first_part != twins.second_part for twins in found.examples]
    assert across == sorted(across, reverse=True)


# ---- columns that give the target away


def leaky(rows: int = 2000) -> tuple[Table, list[Column]]:
    """Class and number, with columns that say them and columns that do not."""
    rng = np.random.default_rng(2)
    label = rng.choice(3, rows, p=[0.6, 0.3, 0.1])
    price = rng.normal(100.0, 30.0, rows)
    columns: list[AnyColumn] = [
        NumberColumn("honest", label + rng.normal(0.0, 0.8, rows)),
        NumberColumn("coded", label * 2.5 + 1.0),
        NumberColumn("ranges", label * 10.0 + rng.uniform(0.0, 9.0, rows)),
        TextColumn.of("words", [("low", "middle", "high")[code] for code in label]),
        TextColumn.of("names", [f"n{i}" for i in range(rows)]),
        NumberColumn("price_usd", price * 1.1 + rng.normal(0.0, 10.0, rows)),
        NumberColumn("cents", price * 100.0),
        NumberColumn("noise", rng.normal(size=rows)),
        TextColumn.of("label", [("a", "b", "c")[code] for code in label]),
        NumberColumn("price", price),
    ]
    kinds: dict[str, Kind] = dict.fromkeys(("words", "names", "label"), "category")
    return Table(columns), [column(c.name, kind=kinds.get(c.name, "number")) for c in columns]


def named(columns: list[Column], target: str, other: str) -> list[Column]:
    roles: dict[str, Role] = {target: "target", other: "ignore", "names": "ignore"}
    return [column(c.name, roles.get(c.name, "feature"), c.kind) for c in columns]


def test_columns_that_say_the_class() -> None:
    table, columns = leaky()
    found = inspection.give_aways(*made(table, *named(columns, "label", "price")))
    assert {entry.column: entry.score > 0.99 for entry in found} == {"coded": True, "ranges": True, "words": True}
    assert {entry.target for entry in found} == {"label"}


def test_columns_that_say_the_number() -> None:
    table, columns = leaky()
    found = {entry.column: entry for entry in inspection.give_aways(*made(table, *named(columns, "price", "label")))}
    assert set(found) == {"cents", "price_usd"}
    assert found["cents"].score > 0.9999
    assert (found["price_usd"].named, found["cents"].named) == (True, False)
    assert 0.9 < found["price_usd"].score < 0.999  # its name raises the suspicion


def test_a_rare_class_is_not_given_away_by_saying_no() -> None:
    rng = np.random.default_rng(0)
    label = (rng.uniform(size=20_000) < 0.004).astype(np.float64)
    table = Table((NumberColumn("x", rng.normal(size=20_000)), NumberColumn("flag", label), NumberColumn("y", label)))
    roles = (column("x"), column("flag"), column("y", "target", "category"))
    assert [entry.column for entry in inspection.give_aways(*made(table, *roles))] == ["flag"]


def test_luck_in_few_rows_is_no_proof_but_a_copy_is() -> None:
    rng = np.random.default_rng(0)
    label = np.arange(150) % 3
    near = label + rng.uniform(0.0, 0.9, 150)  # tells all 150 rows apart
    table = Table((NumberColumn("near", near), NumberColumn("copy", label * 2.0), NumberColumn("y", label)))
    columns = (column("near"), column("copy"), column("y", "target", "category"))
    assert [entry.column for entry in inspection.give_aways(*made(table, *columns))] == ["copy"]


def test_few_rows_say_nothing() -> None:
    label = np.arange(40.0) % 2
    table = Table((NumberColumn("x", label), NumberColumn("y", label)))
    assert inspection.give_aways(*made(table, column("x"), column("y", "target", "category"))) == ()


def test_ids() -> None:
    rng = np.random.default_rng(0)
    table = Table(
        (
            NumberColumn("counted", np.arange(100.0) + 5),
            NumberColumn("customer_id", rng.permutation(100_000)[:100].astype(np.float64)),
            NumberColumn("amount", rng.permutation(100_000)[:100].astype(np.float64)),
            NumberColumn("x", rng.normal(size=100)),
            TextColumn.of("name", [f"n{i}" for i in range(100)]),
            TextColumn.of("kind", [f"k{i % 4}" for i in range(100)]),
            NumberColumn("y", rng.normal(size=100)),
        )
    )
    text = {"name", "kind"}
    columns = [
        column(n, "target" if n == "y" else "feature", "category" if n in text else "number") for n in table.names
    ]
    _, spec, _ = made(table, *columns)
    assert inspection.id_like(table, spec) == ("counted", "customer_id", "name")


# ---- groups


def test_groups_in_several_parts() -> None:
    rng = np.random.default_rng(0)
    patients = rng.integers(0, 30, 300)
    table = Table(
        (
            TextColumn.of("patient_id", [None if i % 50 == 0 else f"p{p}" for i, p in enumerate(patients)]),
            NumberColumn("x", rng.normal(size=300)),
            NumberColumn("y", rng.normal(size=300)),
        )
    )
    columns = (column("patient_id", "ignore", "category"), column("x"), column("y", "target"))
    table, spec, data = made(table, *columns)
    (found,) = inspection.parted_groups(table, spec, data)
    parts, texts = part_of(data), table.column("patient_id").texts()  # type: ignore[union-attr]
    where = defaultdict(set)
    for row, part in parts.items():
        if texts[row] is not None:
            where[texts[row]].add(part)
    parted = {name for name, inside in where.items() if len(inside) > 1}
    assert (found.column, found.groups, found.parted) == ("patient_id", 30, len(parted))
    assert found.rows == sum(texts[row] in parted for row in parts)
    grouped = Split(train=0.6, validation=0.2, test=0.2, method="grouped", column="patient_id")
    assert inspection.parted_groups(*made(table, *columns, split=grouped)) == ()


@pytest.mark.parametrize("name", ["speaker", "Patient ID", "user_id", "test_subject", "household-no"])
def test_names_of_groups(name: str) -> None:
    assert inspection.GROUP_NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["id", "subjective", "grouping_factor", "username", "x1", "island"])
def test_names_of_no_groups(name: str) -> None:
    assert not inspection.GROUP_NAME.fullmatch(name)


# ---- large


def test_a_large_table_is_looked_at_in_a_second() -> None:
    rng = np.random.default_rng(0)
    rows = 300_000
    numbers = [NumberColumn(f"n{i}", rng.normal(size=rows)) for i in range(26)]
    texts = [TextColumn(f"t{i}", rng.integers(0, 12, rows).astype(np.int32), tuple("abcdefghijkl")) for i in range(3)]
    label = TextColumn("label", rng.integers(0, 3, rows).astype(np.int32), ("x", "y", "z"))
    table = Table((*numbers, *texts, label))
    columns = [column(c.name) for c in numbers] + [column(c.name, kind="category") for c in texts]
    table, spec, data = made(table, *columns, column("label", "target", "category"))
    looks = {
        "duplicates": lambda: inspection.find_duplicates(table, spec, data),
        "give away": lambda: inspection.give_aways(table, spec, data),
        "ids": lambda: inspection.id_like(table, spec),
        "groups": lambda: inspection.parted_groups(table, spec, data),
        "balance": lambda: inspection.class_balance(table, spec, data),
        "statistics": lambda: inspection.feature_statistics(spec, data),
        "missing": lambda: inspection.missing_map(table),
        "histograms": lambda: [inspection.histogram(c, label.codes.astype(np.int64), 3) for c in table.columns],
        "scatter": lambda: inspection.scatter(numbers[0], numbers[1]),
    }
    took = {}
    for name, look in looks.items():
        began = time.process_time()
        look()
        took[name] = round(time.process_time() - began, 3)
    print(took)
    assert max(took.values()) < 3.0, took  # a second each on a quiet machine
