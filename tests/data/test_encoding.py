"""Encoding: against scikit-learn on the training rows, nothing learned from other rows, the same bits again."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from bpgui.data.encoding import Dataset, encode
from bpgui.data.errors import DataError
from bpgui.data.fitting import mean_and_scale
from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn

N = 200


def make_table(seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    return Table(
        [
            NumberColumn("a", rng.normal(5, 3, N)),
            TextColumn.of("colour", rng.choice(["red", "green", "blue"], N).tolist()),
            NumberColumn("size", rng.integers(1, 4, N).astype(float)),
            NumberColumn("image", rng.uniform(0, 16, (N, 2, 2, 1))),
            TextColumn.of("class", rng.choice(["u", "v", "w"], N).tolist()),
            NumberColumn("price", rng.normal(100, 20, N)),
        ]
    )


def column(name: str, role: str, kind: str, scaling: str = "none") -> Column:
    return msgspec.convert({"name": name, "role": role, "kind": kind, "scaling": scaling}, Column)


def make_spec(*columns: Column, split: Split | None = None) -> DataSpec:
    split = split or Split(train=0.6, validation=0.2, test=0.2)
    return DataSpec(table="", origin=FileOrigin(name="t.csv"), columns=columns, split=split)


MIXED = make_spec(
    column("a", "feature", "number", "standard"),
    column("colour", "feature", "category"),
    column("size", "feature", "category"),
    column("image", "feature", "number"),
    column("class", "target", "category"),
    column("price", "ignore", "number"),
)


def mixed(table: Table, seed: int = 3) -> Dataset:
    return encode(table, MIXED, one_hot=False, seed=seed)


def numbers(table: Table, name: str) -> np.ndarray:
    found = table.column(name)
    assert isinstance(found, NumberColumn)
    return found.values


def test_as_scikit_learn_fitted_on_the_training_rows() -> None:
    table = make_table()
    data = mixed(table)
    train = data.rows[data.train]
    a = numbers(table, "a").reshape(-1, 1)
    np.testing.assert_allclose(data.x[:, :1], StandardScaler().fit(a[train]).transform(a), rtol=1e-12)
    colour = table.column("colour")
    assert isinstance(colour, TextColumn)
    words = np.array(colour.texts()).reshape(-1, 1)
    np.testing.assert_array_equal(data.x[:, 1:4], OneHotEncoder(sparse_output=False).fit(words[train]).transform(words))
    sizes = numbers(table, "size").reshape(-1, 1)
    np.testing.assert_array_equal(data.x[:, 4:7], OneHotEncoder(sparse_output=False).fit(sizes[train]).transform(sizes))
    np.testing.assert_array_equal(data.x[:, 7:], numbers(table, "image").reshape(N, 4))
    assert data.feature_names == (
        "a", "colour=blue", "colour=green", "colour=red", "size=1", "size=2", "size=3",
        "image[0,0]", "image[0,1]", "image[1,0]", "image[1,1]",
    )  # fmt: skip
    assert (data.features, data.outputs, data.target_kind, data.classes) == (11, 3, "classes", ("u", "v", "w"))
    assert data.output_names == ("u", "v", "w")
    assert data.feature_shape == (11,)


def test_parts_are_disjoint_and_complete() -> None:
    data = mixed(make_table())
    assert [data.part(name).size for name in ("train", "validation", "test")] == [120, 40, 40]
    np.testing.assert_array_equal(np.sort(np.concatenate((data.train, data.validation, data.test))), np.arange(N))


def test_a_changed_validation_or_test_row_changes_no_statistic() -> None:
    table = make_table()
    before = mixed(table)
    outside = before.rows[np.concatenate((before.validation, before.test))]
    a, size, image = (numbers(table, name).copy() for name in ("a", "size", "image"))
    a[outside] = 1e9
    size[outside] = 77
    image[outside[::2]] = np.nan
    colour = [None if row in outside[:5] else "violet" if row in outside else "red" for row in range(N)]
    original = table.column("colour")
    assert isinstance(original, TextColumn)
    texts = [
        new if row in outside else old for row, (new, old) in enumerate(zip(colour, original.texts(), strict=True))
    ]
    changed = Table(
        [
            NumberColumn("a", a), TextColumn.of("colour", texts), NumberColumn("size", size),
            NumberColumn("image", image), table.column("class"), table.column("price"),
        ]
    )  # fmt: skip
    after = mixed(changed)
    assert after.encoder == before.encoder
    np.testing.assert_array_equal(after.rows[after.train], before.rows[before.train])
    np.testing.assert_array_equal(after.x[after.train], before.x[before.train])
    assert any("'violet'" in note and "counts as none" in note for note in after.notes)


def test_same_arguments_same_bits_and_another_seed_another_split() -> None:
    one, two, other = mixed(make_table()), mixed(make_table()), mixed(make_table(), seed=4)
    for name in ("x", "y", "rows", "train", "validation", "test"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
        assert not getattr(one, name).flags.writeable
    assert one.x.flags.c_contiguous
    assert one.train.tobytes() != other.train.tobytes()


def test_float32() -> None:
    data = encode(make_table(), MIXED, one_hot=False, seed=3, dtype="float32")
    assert (data.x.dtype, data.y.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(data.x, mixed(make_table()).x.astype(np.float32))
    huge = Table([NumberColumn("a", np.array([1.0, 1e300])), NumberColumn("b", np.array([1.0, 2.0]))])
    spec = make_spec(column("a", "feature", "number"), column("b", "target", "number"), split=Split())
    with pytest.raises(DataError, match="Row 2, a: the value is too large for float32"):
        encode(huge, spec, one_hot=False, seed=0, dtype="float32")


def two_columns(target: NumberColumn | TextColumn, scaling: str = "none", one_hot: bool = False) -> Dataset:
    kind = "category" if isinstance(target, TextColumn) or scaling == "none" else "number"
    table = Table([NumberColumn("x", np.arange(target.rows, dtype=float)), target])
    spec = make_spec(column("x", "feature", "number"), column(target.name, "target", kind, scaling), split=Split())
    return encode(table, spec, one_hot=one_hot, seed=0)


def test_two_classes_in_one_column_or_in_two() -> None:
    target = TextColumn.of("t", ["yes", "no", "yes"])
    one = two_columns(target)
    assert (one.target_kind, one.classes, one.output_names) == ("binary", ("no", "yes"), ("t=yes",))
    np.testing.assert_array_equal(one.y, [[1], [0], [1]])
    assert one.encoder.decode(np.array([[0.5], [0.49], [np.nan]])).labels == ("yes", "no", "")
    two = two_columns(target, one_hot=True)
    np.testing.assert_array_equal(two.y, [[0, 1], [1, 0], [0, 1]])
    assert two.encoder.decode(np.array([[0.2, 0.7], [0.9, 0.1], [np.nan, 1.0]])).labels == ("yes", "no", "")


def test_number_classes_stand_in_the_order_of_numbers() -> None:
    data = two_columns(NumberColumn("t", np.array([10.0, 2.0, 0.5, 10.0])))
    assert data.classes == ("0.5", "2", "10")
    np.testing.assert_array_equal(np.argmax(data.y, axis=1), [2, 1, 0, 2])


def test_a_standardised_number_comes_back_in_the_files_units() -> None:
    values = np.array([10.0, 30.0, 50.0])
    data = two_columns(NumberColumn("t", values), scaling="standard")
    assert data.y.mean() == pytest.approx(0)
    assert data.y.std() == pytest.approx(1)
    decoded = data.encoder.decode(data.y)
    assert decoded.labels is None
    np.testing.assert_allclose(decoded.values, values)


def test_values_typed_in_and_back() -> None:
    table = make_table()
    data = mixed(table)
    for row in range(5):
        values = data.encoder.row_values(data.x[row])
        assert values[1] == table.column("colour").texts()[row]  # type: ignore[union-attr]
        np.testing.assert_allclose(data.encoder.encode_values(values), data.x[row : row + 1], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(data.encoder.raw_inputs(data.x)[:, 0], numbers(table, "a")[data.rows], rtol=1e-12)
    with pytest.raises(DataError, match="'pink' is none of the categories"):
        data.encoder.encode_values((1.0, "pink", "1", 0, 0, 0, 0))
    with pytest.raises(DataError, match="a: a number is needed"):
        data.encoder.encode_values(("x", "red", "1", 0, 0, 0, 0))
    with pytest.raises(DataError, match="2 values were given, 7 are needed"):
        data.encoder.encode_values((1.0, "red"))


def test_another_table_through_the_same_encoder() -> None:
    data = mixed(make_table())
    other = make_table(9)
    np.testing.assert_array_equal(data.encoder.features(make_table()), data.x)
    np.testing.assert_array_equal(data.encoder.target_values(make_table()), data.y)
    words = ["violet", None, *other.column("colour").texts()[2:]]  # type: ignore[union-attr]
    changed = Table([c if c.name != "colour" else TextColumn.of("colour", words) for c in other.columns])
    assert data.encoder.usable_rows(changed).tolist() == [True, False] + [True] * (N - 2)
    assert data.encoder.unknown(changed) == (("colour", 1, ("violet",)),)
    with pytest.raises(DataError, match="no column 'colour'"):
        data.encoder.features(Table([c for c in other.columns if c.name != "colour"]))
    with pytest.raises(DataError, match="holds text where numbers"):
        data.encoder.features(Table([c if c.name != "a" else TextColumn.of("a", ["1"] * N) for c in other.columns]))


def test_rows_with_a_missing_used_value_are_left_out_and_noted() -> None:
    table = Table(
        [
            NumberColumn("x", np.array([1.0, np.nan, 3.0, np.inf, 5.0])),
            NumberColumn("unused", np.full(5, np.nan)),
            TextColumn.of("t", ["a", "b", None, "b", "b"]),
        ]
    )
    spec = make_spec(
        column("x", "feature", "number"), column("unused", "ignore", "number"), column("t", "target", "category"),
        split=Split(),
    )  # fmt: skip
    data = encode(table, spec, one_hot=False, seed=0)
    assert data.rows.tolist() == [0, 4]
    assert data.notes == ("3 of 5 rows are left out: a value is missing or infinite (x 2, t 1).",)


def test_a_class_that_no_training_row_has_is_left_out_and_noted() -> None:
    n = 40
    base = make_spec(
        column("x", "feature", "number"), column("t", "target", "category"), split=Split(train=0.5, validation=0.5)
    )
    x = NumberColumn("x", np.arange(n, dtype=float))
    plain = encode(Table([x, TextColumn.of("t", ["a", "b"] * (n // 2))]), base, one_hot=False, seed=1)
    rare = int(plain.rows[plain.validation[0]])
    texts = ["rare" if row == rare else ("a", "b")[row % 2] for row in range(n)]
    data = encode(Table([x, TextColumn.of("t", texts)]), base, one_hot=False, seed=1)
    assert data.classes == ("a", "b")
    assert rare not in data.rows
    assert data.validation.size == plain.validation.size - 1
    np.testing.assert_array_equal(data.rows[data.train], plain.rows[plain.train])
    assert "1 validation or test row is left out" in data.notes[0]


def test_constant_column_has_scale_one_and_is_known_as_constant() -> None:
    table = Table([NumberColumn("flat", np.full(4, 0.1)), NumberColumn("t", np.arange(4.0))])
    spec = make_spec(column("flat", "feature", "number", "standard"), column("t", "target", "number"), split=Split())
    data = encode(table, spec, one_hot=False, seed=0)
    assert data.encoder.inputs[0].scale == 1.0
    np.testing.assert_allclose(data.x, 0, atol=1e-15)
    assert data.notes == ()
    assert [column.constant for column in data.encoder.inputs] == [True]


@pytest.mark.parametrize("unit", [1e-300, 1e-12, 1.0, 1e12, 1e300])
def test_mean_and_scale_at_any_size(unit: float) -> None:
    values = np.array([1.0, 2.0, 3.0, 7.0]) * unit
    mean, scale, constant = mean_and_scale(values)
    assert (mean / unit, scale / unit, constant) == (pytest.approx(3.25), pytest.approx(np.std([1, 2, 3, 7])), False)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([column("a", "feature", "number")], "No column is the target"),
        ([column("a", "target", "number")], "No column is a feature"),
        ([column("b", "feature", "number"), column("a", "target", "number")], "no column 'b'. It has: a, t, i"),
        ([column("t", "feature", "number"), column("a", "target", "number")], "'t' holds text"),
        ([column("a", "feature", "number"), column("i", "target", "number")], "'i' holds images"),
        ([column("a", "feature", "number"), column("t", "target", "category")], "at least two classes are needed"),
    ],
)
def test_what_cannot_be_learned_from_is_said(columns: list[Column], message: str) -> None:
    table = Table(
        [NumberColumn("a", np.arange(3.0)), TextColumn.of("t", ["u"] * 3), NumberColumn("i", np.zeros((3, 2)))]
    )
    with pytest.raises(DataError, match=message):
        encode(table, make_spec(*columns, split=Split()), one_hot=False, seed=0)


def test_no_rows_no_training_rows_only_missing_values() -> None:
    spec = make_spec(column("a", "feature", "number"), column("b", "target", "number"), split=Split())
    empty = Table([NumberColumn("a", np.zeros(0)), NumberColumn("b", np.zeros(0))])
    with pytest.raises(DataError, match="no rows"):
        encode(empty, spec, one_hot=False, seed=0)
    missing = Table([NumberColumn("a", np.full(3, np.nan)), NumberColumn("b", np.zeros(3))])
    with pytest.raises(DataError, match="Every row has a missing"):
        encode(missing, spec, one_hot=False, seed=0)
    fine = Table([NumberColumn("a", np.zeros(3)), NumberColumn("b", np.zeros(3))])
    none = msgspec.structs.replace(spec, split=Split(train=0.0, validation=1.0))
    with pytest.raises(DataError, match="0% of 3 rows are for training"):
        encode(fine, none, one_hot=False, seed=0)


def test_too_many_categories() -> None:
    table = Table([TextColumn.of("name", [str(i) for i in range(1001)]), NumberColumn("b", np.zeros(1001))])
    spec = make_spec(column("name", "feature", "category"), column("b", "target", "number"), split=Split())
    with pytest.raises(DataError, match="'name' has 1,001 different values"):
        encode(table, spec, one_hot=False, seed=0)


def test_rows_that_weigh_nothing_are_left_out_of_every_part() -> None:
    weights = np.arange(40.0) % 4
    table = Table([NumberColumn("x", np.arange(40.0)), NumberColumn("w", weights), NumberColumn("t", np.arange(40.0))])
    columns = (column("x", "feature", "number"), column("w", "weight", "number"), column("t", "target", "number"))
    data = encode(table, make_spec(*columns, split=Split(train=0.5, validation=0.5)), one_hot=False, seed=0)
    assert data.weights is not None
    assert (data.weights > 0.0).all()
    np.testing.assert_array_equal(data.rows, np.nonzero(weights)[0])
    np.testing.assert_array_equal(data.weights, weights[data.rows])
    assert data.notes == ("10 rows are left out: they weigh 0 in 'w'.",)
    assert data.encoder.inputs[0].minimum == min(data.rows[data.train])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_many_columns_are_encoded_as_each_alone(dtype: str) -> None:
    rng = np.random.default_rng(1)
    wide = [NumberColumn(f"n{i}", rng.normal(i, 2.0, 30)) for i in range(150)]
    texts = [TextColumn.of(f"t{i}", rng.choice(list("abc"), 30).tolist()) for i in range(20)]
    image = NumberColumn("image", rng.random((30, 9, 9)))
    columns = [wide[0], texts[0], image, *wide[1:], *texts[1:], NumberColumn("y", np.arange(30.0))]
    roles = [
        column(c.name, "target" if c.name == "y" else "feature", "category" if c.name[0] == "t" else "number",
               "standard" if c.name[0] == "n" else "none")
        for c in columns
    ]  # fmt: skip
    table = Table(columns)
    data = encode(table, make_spec(*roles, split=Split()), one_hot=False, seed=0, dtype=dtype)
    alone = [fitted.encoded(table.column(fitted.name), data.rows) for fitted in data.encoder.inputs]
    assert data.x.flags.c_contiguous
    np.testing.assert_array_equal(data.x, np.concatenate(alone, axis=1).astype(dtype))


def test_rows_whose_weight_vanishes_in_single_precision_are_left_out() -> None:
    weights = np.array([1e-50, 1.0, 1e-60, 2.0])
    table = Table([NumberColumn("x", np.arange(4.0)), NumberColumn("w", weights), NumberColumn("t", np.arange(4.0))])
    columns = (column("x", "feature", "number"), column("w", "weight", "number"), column("t", "target", "number"))
    spec = make_spec(*columns)
    data = encode(table, spec, one_hot=False, seed=0, dtype="float32")
    np.testing.assert_array_equal(data.rows, [1, 3])
    assert len(encode(table, spec, one_hot=False, seed=0).rows) == 4
