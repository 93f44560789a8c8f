"""What is drawn of the data: histograms as numpy's, samples by a seed, the missing map as counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data import inspection
from bpgui.data.table import NumberColumn, Table, TextColumn

# ---- missing values


@settings(max_examples=50)
@given(st.integers(1, 450), st.integers(1, 70), st.integers(0, 1000))
def test_the_missing_map(rows: int, columns: int, seed: int) -> None:
    gone = np.random.default_rng(seed).uniform(size=(rows, columns)) < 0.3
    table = Table([NumberColumn(f"c{j}", np.where(gone[:, j], np.nan, 1.0)) for j in range(columns)])
    found = inspection.missing_map(table)
    assert found.shares.shape == (min(rows, 200), min(columns, 60))
    assert found.counts.tolist() == gone.sum(axis=0).tolist()
    for i in range(found.shares.shape[0]):
        for j in range(found.shares.shape[1]):
            band = slice(found.row_edges[i], found.row_edges[i + 1])
            field = slice(found.column_edges[j], found.column_edges[j + 1])
            assert found.shares[i, j] == pytest.approx(gone[band, field].mean())
    assert (found.row_edges[0], found.row_edges[-1]) == (0, rows)


# ---- pictures


def test_histograms_are_numpys() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=3000)
    values[:7] = np.nan
    values[7] = np.inf
    classes = rng.integers(-1, 3, 3000)
    found = inspection.histogram(NumberColumn("x", values), classes, 3)
    assert (found.counts.shape, found.missing, found.labels) == ((40, 3), 8, ())
    finite = np.isfinite(values)
    for code in range(3):
        expected, edges = np.histogram(
            values[finite & (classes == code)], 40, (values[finite].min(), values[finite].max())
        )
        assert found.counts[:, code].tolist() == expected.tolist()
        np.testing.assert_array_equal(found.edges, edges)


def test_whole_numbers_have_a_bin_each() -> None:
    found = inspection.histogram(NumberColumn("x", np.array([1, 1, 3, 4], np.uint8)))
    assert found.edges.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert found.counts[:, 0].tolist() == [2, 0, 1, 1]


@pytest.mark.parametrize("values", [[], [np.nan], [2.5, 2.5], [-1e308, 1e308], [5e-324, 1e-323]])
def test_odd_histograms(values: list[float]) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = inspection.histogram(NumberColumn("x", np.array(values)))
    assert found.counts.sum() == np.isfinite(values).sum()
    assert np.isfinite(found.edges).all()
    assert (np.diff(found.edges) >= 0).all()


def test_texts_most_frequent_first() -> None:
    texts = [f"t{i}" for i in range(30) for _ in range(i)] + [None, None]
    found = inspection.histogram(TextColumn.of("t", texts))
    assert found.labels == tuple(f"t{i}" for i in range(29, 9, -1))
    assert found.counts[:, 0].tolist() == list(range(29, 9, -1))
    assert (found.others, found.missing, found.edges.size) == (sum(range(10)), 2, 0)
    few = inspection.histogram(TextColumn.of("t", texts), rows=np.array([0, 1, 2, len(texts) - 1]))
    assert (few.labels, few.counts[:, 0].tolist(), few.missing) == (("t2", "t1"), [2, 1], 1)


def test_images_have_no_histogram() -> None:
    image = NumberColumn("i", np.zeros((2, 3, 3, 1), np.uint8), "image")
    with pytest.raises(ValueError, match="no histogram"):
        inspection.histogram(image)
    with pytest.raises(ValueError, match="not one number"):
        inspection.scatter(image, image)


def test_scatter_is_a_seeded_sample() -> None:
    x = np.arange(20_000.0)
    x[:100] = np.nan
    first, second = NumberColumn("x", x), NumberColumn("y", np.arange(20_000.0) * 2)
    found = inspection.scatter(first, second, seed=3)
    assert (found.x.size, found.total) == (5000, 19_900)
    np.testing.assert_array_equal(found.x, x[found.rows])
    np.testing.assert_array_equal(found.y, 2.0 * found.rows)
    np.testing.assert_array_equal(found.rows, inspection.scatter(first, second, seed=3).rows)
    assert not np.array_equal(found.rows, inspection.scatter(first, second, seed=4).rows)


def test_samples_of_each_class() -> None:
    label = TextColumn.of("label", ["a"] * 30 + ["b"] * 4 + [None] * 3)
    found = dict(inspection.class_samples(label, 10, 1))
    assert set(found) == {"a", "b"}
    assert (len(set(found["a"].tolist())), found["b"].tolist()) == (10, [30, 31, 32, 33])
    assert found["a"].max() < 30
