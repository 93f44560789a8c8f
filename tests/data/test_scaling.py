"""Scalings and fillings against scikit-learn, on the training rows; large columns piece by piece."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from bpgui.data import scaling
from bpgui.data.encoding import Dataset, encode
from bpgui.data.errors import DataError
from bpgui.data.scaling import fit_scale, limits, moments, pieces_of, quantiles, scaled, unscaled
from bpgui.data.spec import Column, DataSpec, FileOrigin, Missing, Scaling, Split
from bpgui.data.table import AnyColumn, NumberColumn, Table

N = 120
SCALINGS: tuple[Scaling, ...] = ("none", "standard", "minmax", "robust", "log")


def of(column: AnyColumn, part: str = "", **uses: Any) -> tuple[Dataset, np.ndarray]:
    """The encoded data of one feature beside a target that counts, and the rows of the table for training."""
    table = Table([column, NumberColumn("y", np.arange(float(column.rows)))])
    used = Column(name=column.name, role="feature", **({"kind": "number"} | uses))
    spec = DataSpec(
        table="",
        origin=FileOrigin(name="t"),
        columns=(used, Column(name="y", role="target", kind="number")),
        split=Split(train=0.7, test=0.3),
    )
    data = encode(table, spec, one_hot=False, seed=1)
    return data, data.rows[data.train]


def numbers(seed: int = 0, gaps: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(3.0, 1.0, N), 1) * rng.choice([-1.0, 1.0], N)
    values[rng.choice(N, gaps, replace=False)] = np.nan
    return values


def log(values: np.ndarray) -> np.ndarray:
    return np.copysign(np.log1p(np.abs(values)), values)


@pytest.mark.parametrize("dtype", ["float64", "float32", "uint8"])
@pytest.mark.parametrize(
    ("name", "oracle"),
    [("standard", StandardScaler()), ("minmax", MinMaxScaler()), ("robust", RobustScaler()), ("log", StandardScaler())],
)
def test_as_scikit_learn_on_the_training_rows(name: Scaling, oracle: Any, dtype: str) -> None:
    raw = numbers() if dtype != "uint8" else np.abs(numbers()).astype(np.uint8)
    values = raw.astype(dtype).astype(np.float64)[:, None]
    data, train = of(NumberColumn("x", raw.astype(dtype)), scaling=name)
    seen = log(values) if name == "log" else values
    np.testing.assert_allclose(data.x, oracle.fit(seen[train]).transform(seen)[data.rows], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(data.encoder.raw_inputs(data.x), values[data.rows], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("missing", ["mean", "median", "frequent"])
@pytest.mark.parametrize("name", SCALINGS)
def test_filled_as_scikit_learn_does(missing: Missing, name: Scaling) -> None:
    values = numbers(2, gaps=20)[:, None]
    data, train = of(NumberColumn("x", values[:, 0]), scaling=name, missing=missing)
    strategy = {"frequent": "most_frequent"}.get(missing, missing)
    filled = SimpleImputer(strategy=strategy).fit(values[train]).transform(values)
    fitted = data.encoder.inputs[0]
    assert fitted.fill == pytest.approx(filled[np.isnan(values)][0])
    np.testing.assert_allclose(
        data.x, scaled(filled, fitted.center, fitted.scale, fitted.log)[data.rows], rtol=1e-12, atol=1e-14
    )
    assert len(data.rows) == N
    assert data.notes[0].startswith("Missing values are filled in: x 20, the ")


def test_statistics_are_those_of_the_values_that_are_there() -> None:
    values = numbers(3, gaps=30)
    data, train = of(NumberColumn("x", values), scaling="standard", missing="median")
    there = values[train][~np.isnan(values[train])]
    fitted = data.encoder.inputs[0]
    assert (fitted.center, fitted.scale) == (pytest.approx(there.mean()), pytest.approx(there.std()))


def test_a_missing_number_may_have_an_input_of_its_own() -> None:
    values = numbers(4, gaps=25)
    values[5] = np.inf
    data, _ = of(NumberColumn("x", values), scaling="standard", missing="category")
    gone = ~np.isfinite(values)[data.rows]
    assert data.feature_names == ("x", "x missing")
    np.testing.assert_array_equal(data.x[:, 1], gone)
    np.testing.assert_allclose(data.x[gone, 0], 0.0, atol=1e-12)
    assert data.encoder.encode_values(("",)).tolist() == data.x[np.flatnonzero(gone)[0]][None].tolist()
    assert data.encoder.row_values(data.x[np.flatnonzero(gone)[0]]) == ("",)
    assert not data.encoder.inputs[0].constant


def test_no_input_for_what_no_training_row_shows() -> None:
    values = numbers(5)
    _, train = of(NumberColumn("x", values))
    values[np.setdiff1d(np.arange(N), train)[:3]] = np.nan
    data, _ = of(NumberColumn("x", values), scaling="standard", missing="category")
    assert data.feature_names == ("x",)
    assert len(data.rows) == N
    assert "x 3, the mean." in data.notes[0]


def test_a_column_without_any_value_to_learn_from_is_refused() -> None:
    with pytest.raises(DataError, match=r"'x' has no value in any training row.*Leave the column out"):
        of(NumberColumn("x", np.full(N, np.nan)), missing="mean")


@pytest.mark.parametrize("name", SCALINGS)
@pytest.mark.parametrize("value", [0.0, -3.7, 1e-12, 1e12])
def test_a_constant_has_the_scale_one(name: Scaling, value: float) -> None:
    data, _ = of(NumberColumn("x", np.full(N, value)), scaling=name)
    assert data.encoder.inputs[0].scale == 1.0
    assert data.encoder.inputs[0].constant
    if name != "none":
        np.testing.assert_allclose(data.x, 0.0, atol=1e-12)


def test_quartiles_that_coincide_have_the_scale_one() -> None:
    values = np.where(np.arange(N) % 10 == 0, 5.0, 2.0)
    data, _ = of(NumberColumn("x", values), scaling="robust")
    assert (data.encoder.inputs[0].center, data.encoder.inputs[0].scale) == (2.0, 1.0)


finite = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6, width=32))


@given(finite, st.sampled_from(SCALINGS))
def test_what_was_scaled_comes_back(values: np.ndarray, name: Scaling) -> None:
    fitted = fit_scale(lambda: iter((values,)), name)
    there = scaled(values, fitted.center, fitted.scale, fitted.log)
    back = unscaled(there, fitted.center, fitted.scale, fitted.log)
    np.testing.assert_allclose(back, values, rtol=1e-9, atol=1e-9 * (1.0 + np.abs(values).max()))


@given(finite, st.integers(1, 7))
def test_piece_by_piece_is_the_same(values: np.ndarray, size: int) -> None:
    def pieces() -> Any:
        return iter(np.array_split(values, range(size, len(values), size)))

    whole = moments(lambda: iter((values,)))
    assert moments(pieces)[:2] == (pytest.approx(whole[0], abs=1e-6), pytest.approx(whole[1], rel=1e-6, abs=1e-6))
    shares = (0.0, 0.25, 0.5, 0.9, 1.0)
    np.testing.assert_allclose(quantiles(pieces, shares), np.quantile(values, shares), rtol=1e-9, atol=1e-6)
    assert limits(pieces) == (values.min(), values.max())


@pytest.mark.parametrize("name", SCALINGS)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_images_have_one_scale_for_all_elements(name: Scaling, dtype: str) -> None:
    raw = np.random.default_rng(0).integers(0, 256, (N, 5, 4, 3)).astype(dtype)
    data, train = of(NumberColumn("image", raw, "image"), scaling=name)
    seen = raw.astype(np.float64)
    seen = log(seen) if name == "log" else seen
    used = seen[train]
    quartiles = np.quantile(used, (0.25, 0.5, 0.75))
    center, scale = {
        "none": (0.0, 1.0),
        "minmax": (used.min(), used.max() - used.min()),
        "robust": (quartiles[1], quartiles[2] - quartiles[0]),
    }.get(name, (used.mean(), used.std()))
    np.testing.assert_allclose(data.x, ((seen - center) / scale).reshape(N, -1)[data.rows], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", SCALINGS)
def test_a_large_image_column_never_stands_as_float64(name: Scaling, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaling, "ELEMENTS", 1 << 16)
    monkeypatch.setattr("bpgui.data.encoder._ELEMENTS", 1 << 16)
    column = NumberColumn(
        "image", np.random.default_rng(0).integers(0, 256, (3000, 28, 28, 1), dtype=np.uint8), "image"
    )
    table = Table([column, NumberColumn("y", np.arange(3000.0))])
    uses = (
        Column(name="image", role="feature", kind="number", scaling=name),
        Column(name="y", role="target", kind="number"),
    )
    spec = DataSpec(table="", origin=FileOrigin(name="t"), columns=uses, split=Split(train=0.8, test=0.2))
    tracemalloc.start()
    data = encode(table, spec, one_hot=False, seed=0, dtype="float32")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    elements = column.values.size
    assert data.x.nbytes == 4 * elements
    assert most < 4 * elements + 2 * elements + 5_000_000  # the result, one answer for each element, some pieces


def test_pieces_begin_anew_and_leave_out_what_is_missing() -> None:
    values = np.array([1.0, np.nan, 3.0, np.inf, 5.0])
    pieces = pieces_of(values, np.arange(5))
    assert [list(piece) for piece in pieces()] == [list(piece) for piece in pieces()] == [[1.0, 3.0, 5.0]]
