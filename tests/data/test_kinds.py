"""Ordinals, dates, categories with gaps, and numeric targets in every scaling."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.data.dates import date_text, days_of
from bpgui.data.encoding import Dataset, encode
from bpgui.data.errors import DataError
from bpgui.data.orders import known_order, proposed_order
from bpgui.data.scaling import logarithm
from bpgui.data.spec import Column, DataSpec, FileOrigin, Scaling, Split
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn


def of(column: AnyColumn, split: Split | None = None, **uses: Any) -> Dataset:
    table = Table([column, NumberColumn("y", np.arange(float(column.rows)))])
    columns = (Column(name=column.name, role="feature", **uses), Column(name="y", role="target", kind="number"))
    spec = DataSpec(table="", origin=FileOrigin(name="t"), columns=columns, split=split or Split())
    return encode(table, spec, one_hot=False, seed=1)


def day(text: str) -> float:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1)) / timedelta(days=1)


# ---- ordinals


def test_an_ordinal_is_its_place() -> None:
    words = TextColumn.of("size", ["low", "high", "medium", "high"])
    data = of(words, kind="ordinal", levels=("low", "medium", "high"))
    np.testing.assert_array_equal(data.x, [[0], [2], [1], [2]])
    assert data.feature_names == ("size",)
    assert data.encoder.row_values(data.x[2]) == ("medium",)
    assert data.encoder.encode_values(("high",)).tolist() == [[2.0]]
    with pytest.raises(DataError, match="'giant' is none of the categories"):
        data.encoder.encode_values(("giant",))


def test_without_an_order_the_proposed_one_of_the_training_rows_is_taken() -> None:
    data = of(TextColumn.of("size", ["XL", "S", "M", "XL"]), kind="ordinal", scaling="minmax")
    assert data.encoder.inputs[0].levels == ("S", "M", "XL")
    np.testing.assert_array_equal(data.x, [[1.0], [0.0], [0.5], [1.0]])


def test_numbers_can_be_ordinals() -> None:
    data = of(NumberColumn("grade", np.array([10.0, 1.0, 100.0, 10.0])), kind="ordinal")
    np.testing.assert_array_equal(data.x, [[1], [0], [2], [1]])


def test_an_unknown_word_is_as_missing() -> None:
    words = TextColumn.of("size", ["low", "huge", "high", None, "low"])
    dropped = of(words, kind="ordinal", levels=("low", "high"))
    assert dropped.rows.tolist() == [0, 2, 4]
    assert "2 of 5 rows are left out: a value is missing or infinite (size 2)." in dropped.notes
    filled = of(words, kind="ordinal", levels=("low", "high"), missing="median")
    np.testing.assert_array_equal(filled.x, [[0], [0], [1], [0], [0]])
    assert any("'huge'" in note and "counts as missing" in note for note in filled.notes)
    flagged = of(words, kind="ordinal", levels=("low", "high"), missing="category")
    np.testing.assert_array_equal(flagged.x[:, 1], [0, 1, 0, 1, 0])


def test_a_word_that_no_training_row_has_costs_its_row() -> None:
    words = ["a", "b"] * 20
    plain = of(TextColumn.of("t", words), Split(train=0.5, test=0.5), kind="ordinal")
    strange = int(plain.rows[plain.test[3]])
    words[strange] = "zzz"
    data = of(TextColumn.of("t", words), Split(train=0.5, test=0.5), kind="ordinal")
    assert data.encoder == plain.encoder
    assert strange not in data.rows
    assert any("'zzz' has no place in the order of 't'" in note for note in data.notes)


@pytest.mark.parametrize(
    ("levels", "order"),
    [
        (("high", "low", "medium"), ("low", "medium", "high")),
        (("High", "LOW", "Mid"), ("LOW", "Mid", "High")),
        (("large", "medium", "small"), ("small", "medium", "large")),
        (("L", "M", "S", "XL", "XS", "XXL"), ("XS", "S", "M", "L", "XL", "XXL")),
        (("Fri", "Mon", "Wed"), ("Mon", "Wed", "Fri")),
        (("always", "never", "often", "sometimes"), ("never", "sometimes", "often", "always")),
        (("very_poor", "good", "fair"), ("very_poor", "fair", "good")),
        (("18-25", "5-17", "26+", "<5"), ("5-17", "<5", "18-25", "26+")),
        (("b", "a"), ("b", "a")),
        (("low", "medium", "purple"), ("low", "medium", "purple")),
        (("low", "lo", "high"), ("low", "lo", "high")),
    ],
)
def test_proposed_orders(levels: tuple[str, ...], order: tuple[str, ...]) -> None:
    assert proposed_order(levels) == order


def test_rounds_and_pairs_are_no_order_to_be_proposed_as_ordinals() -> None:
    assert known_order(("Mon", "Tue", "Wed")) == ()
    assert known_order(("low", "high")) == ()
    assert known_order(("low", "high", "medium")) == ("low", "medium", "high")


# ---- dates

DAYS = [day(text) for text in ("2024-01-01", "2024-02-29", "2023-07-04", "1969-12-31")]


def test_dates_are_days_and_places_in_year_and_week() -> None:
    data = of(NumberColumn("sold", np.array(DAYS), "date"), kind="date", scaling="standard")
    assert data.feature_names == (
        "sold (days)", "sold (year sin)", "sold (year cos)", "sold (week sin)", "sold (week cos)",
    )  # fmt: skip
    np.testing.assert_allclose(data.x[:, 0], (np.array(DAYS) - np.mean(DAYS)) / np.std(DAYS))
    turn = 2.0 * np.pi * np.array(DAYS) / 365.2425
    np.testing.assert_allclose(data.x[:, 1:3], np.stack([np.sin(turn), np.cos(turn)], axis=1), atol=1e-10)
    np.testing.assert_allclose(data.encoder.raw_inputs(data.x)[:, 0], DAYS)
    assert data.encoder.row_values(data.x[1])[0] == pytest.approx(DAYS[1])
    np.testing.assert_allclose(data.encoder.encode_values(("2024-02-29",)), data.x[1:2], atol=1e-12)
    with pytest.raises(DataError, match="sold: a date as in 2024-03-05 is needed"):
        data.encoder.encode_values(("yesterday",))


def test_the_same_day_of_the_week_lies_at_the_same_place() -> None:
    mondays = np.array([day("2024-01-01") + 7 * week for week in range(5)])
    week = of(NumberColumn("d", mondays, "date"), kind="date").x[:, 3:5]
    np.testing.assert_allclose(week, np.repeat(week[:1], 5, axis=0), atol=1e-9)


def test_a_time_of_day_has_inputs_of_its_own() -> None:
    data = of(NumberColumn("t", np.array([*DAYS[:3], day("2024-05-05T18:00")]), "date"), kind="date")
    assert data.feature_names[-2:] == ("t (day sin)", "t (day cos)")
    np.testing.assert_allclose(data.x[:, -2:], [[0, 1], [0, 1], [0, 1], [-1, 0]], atol=1e-9)


def test_a_missing_date_is_filled() -> None:
    values = np.array([*DAYS, np.nan])
    data = of(NumberColumn("d", values, "date"), kind="date", missing="median", scaling="minmax")
    median = float(np.median(DAYS))
    np.testing.assert_allclose(data.x[4], data.encoder.encode_values((median,))[0])
    assert data.notes == (f"Missing values are filled in: d 1, the median {date_text(median)}.",)
    flagged = of(NumberColumn("d", values, "date"), kind="date", missing="category")
    assert flagged.feature_names[-1] == "d missing"
    assert flagged.encoder.row_values(flagged.x[4]) == ("",)


@given(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 30)).map(lambda d: d.replace(microsecond=0)))
def test_dates_as_text_and_back(moment: datetime) -> None:
    days = (moment - datetime(1970, 1, 1)) / timedelta(days=1)
    text = date_text(days)
    assert datetime.fromisoformat(text) == moment
    assert days_of(text) == days


def test_what_is_no_date() -> None:
    assert date_text(1e9) == "1000000000.0"
    assert date_text(float("nan")) == "nan"
    assert days_of("soon") is None
    assert days_of("2024-01-01T00:00:00+02:00") is None


# ---- categories with gaps


def test_a_missing_category_is_one_of_its_own_or_the_most_frequent() -> None:
    column = TextColumn.of("c", ["a", None, "b", "b", None])
    own = of(column, kind="category", missing="category")
    assert own.feature_names == ("c=a", "c=b", "c=missing")
    np.testing.assert_array_equal(own.x[:, 2], [0, 1, 0, 0, 1])
    assert own.encoder.row_values(own.x[1]) == ("missing",)
    assert own.encoder.encode_values(("",)).tolist() == [[0.0, 0.0, 1.0]]
    frequent = of(column, kind="category", missing="frequent")
    np.testing.assert_array_equal(frequent.x[[1, 4]], [[0, 1], [0, 1]])
    assert frequent.notes == ("Missing values are filled in: c 2, the most frequent, b.",)
    assert own.notes == ("Missing values are filled in: c 2, a category of their own.",)


def test_the_own_category_has_a_name_that_no_other_has() -> None:
    data = of(TextColumn.of("c", ["missing", None, "b", "b"]), kind="category", missing="category")
    assert data.encoder.inputs[0].levels == ("b", "missing", "missing value")
    np.testing.assert_array_equal(data.x[1], [0, 0, 1])


def test_numbers_as_categories_miss_infinity_too() -> None:
    values = np.array([1.0, np.inf, 2.0, np.nan, 2.0])
    data = of(NumberColumn("n", values), kind="category", missing="category")
    np.testing.assert_array_equal(data.x, [[1, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 1], [0, 1, 0]])


def test_rows_that_can_be_predicted() -> None:
    table = Table([TextColumn.of("c", ["a", None, "z", "b"]), NumberColumn("y", np.arange(4.0))])
    for missing, good in (("drop", [True, False, True, True]), ("category", [True] * 4), ("frequent", [True] * 4)):
        encoder = of(TextColumn.of("c", ["a", "b", "b"]), kind="category", missing=missing).encoder
        assert encoder.usable_rows(table).tolist() == good
        expected = [0.0, 1.0] if missing == "frequent" else [0.0, 0.0]
        assert encoder.features(table)[1].tolist() == expected
        assert encoder.features(table)[2].tolist() == [0.0, 0.0]


# ---- what is refused


@pytest.mark.parametrize(
    ("column", "uses", "message"),
    [
        (TextColumn.of("t", ["a"] * 4), {"kind": "text"}, "'t' holds free text, which is no input yet"),
        (TextColumn.of("t", ["a"] * 4), {"kind": "date"}, "'t' holds text and cannot be taken as a date"),
        (NumberColumn("i", np.zeros((4, 2, 2))), {"kind": "ordinal"}, "'i' holds images"),
        (NumberColumn("i", np.zeros((4, 2, 2))), {"kind": "number", "missing": "category"}, "cannot be filled in"),
        (TextColumn.of("t", [None] * 4), {"kind": "category", "missing": "frequent"}, "has no value in any training"),
    ],
)
def test_what_a_column_cannot_be_used_as(column: AnyColumn, uses: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        of(column, **uses)


@pytest.mark.parametrize("kind", ["ordinal", "date"])
def test_what_a_target_cannot_be(kind: Any) -> None:
    table = Table([NumberColumn("x", np.arange(4.0)), NumberColumn("y", np.arange(4.0))])
    columns = (Column(name="x", role="feature", kind="number"), Column(name="y", role="target", kind=kind))
    spec = DataSpec(table="", origin=FileOrigin(name="t"), columns=columns)
    with pytest.raises(DataError, match="Take it as a number or as classes"):
        encode(table, spec, one_hot=False, seed=0)


# ---- numeric targets


@pytest.mark.parametrize("scaling", ["none", "standard", "minmax", "robust", "log"])
def test_a_scaled_target_comes_back_in_the_files_units(scaling: Scaling) -> None:
    values = np.array([1.0, 30.0, -500.0, 7.5, 0.0])
    table = Table([NumberColumn("x", np.arange(5.0)), NumberColumn("y", values)])
    columns = (
        Column(name="x", role="feature", kind="number"),
        Column(name="y", role="target", kind="number", scaling=scaling),
    )
    data = encode(table, DataSpec(table="", origin=FileOrigin(name="t"), columns=columns), one_hot=False, seed=0)
    np.testing.assert_allclose(data.encoder.decode(data.y).values, values, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(data.encoder.target.in_units(data.y)[:, 0], values, rtol=1e-12, atol=1e-12)
    if scaling == "log":
        logs = logarithm(values)
        np.testing.assert_allclose(data.y[:, 0], (logs - logs.mean()) / logs.std())
    if scaling == "minmax":
        assert (data.y.min(), data.y.max()) == (0.0, 1.0)
