"""Points from a seed: what they are, and that two classes can be told apart as the samples promise."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from bpgui.data.errors import DataError
from bpgui.data.generators import GENERATORS, generate
from bpgui.data.roles import guess_columns
from bpgui.data.spec import Split
from bpgui.data.split import split_rows
from bpgui.data.table import NumberColumn, Table, TextColumn


def numbers(table: Table, name: str) -> np.ndarray:
    column = table.column(name)
    assert isinstance(column, NumberColumn)
    return column.values


def codes(table: Table, name: str) -> np.ndarray:
    column = table.column(name)
    assert isinstance(column, TextColumn)
    return column.codes


@pytest.mark.parametrize("name", GENERATORS)
def test_the_seed_makes_the_points(name: str) -> None:
    assert generate(name, 50, 0.1, 7) == generate(name, 50, 0.1, 7)
    assert generate(name, 50, 0.1, 7) != generate(name, 50, 0.1, 8)
    assert generate(name, 50, 0.1, 7).rows == (GENERATORS[name].rows or 50)


@pytest.mark.parametrize(("name", "y"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1])])
def test_truth_tables_have_four_rows_in_order(name: str, y: list[int]) -> None:
    for rows in (1, 4, 1000):
        table = generate(name, rows, 0.0, 3)
        np.testing.assert_array_equal(numbers(table, "x1"), [0, 0, 1, 1])
        np.testing.assert_array_equal(numbers(table, "x2"), [0, 1, 0, 1])
        np.testing.assert_array_equal(numbers(table, "y"), y)
    noisy = generate(name, 4, 0.1, 3)
    np.testing.assert_array_equal(numbers(noisy, "y"), y)
    assert 0 < np.abs(numbers(noisy, "x1") - [0, 0, 1, 1]).max() < 1


@pytest.mark.parametrize("name", ["circles", "moons", "spirals", "two_gaussians"])
def test_two_classes_of_equal_size(name: str) -> None:
    table = generate(name, 1000, 0.1, 0)
    assert table.names == ("x1", "x2", "class")
    assert np.bincount(codes(table, "class")).tolist() == [500, 500]
    target = guess_columns(table, scaling="none")[-1]
    assert (target.name, target.role, target.kind) == ("class", "target", "category")


def test_noise_is_the_standard_deviation_added_to_the_points() -> None:
    assert np.std(numbers(generate("sine", 20_000, 0.0, 1), "y") - numbers(generate("sine", 20_000, 0.2, 1), "y")) == (
        pytest.approx(0.2, rel=0.03)
    )
    clean, noisy = generate("spirals", 20_000, 0.0, 1), generate("spirals", 20_000, 0.3, 1)
    assert np.std(numbers(noisy, "x2") - numbers(clean, "x2")) == pytest.approx(0.3, rel=0.03)


def test_circles_have_their_radii_and_the_plane_its_slopes() -> None:
    circles = generate("circles", 100, 0.0, 2)
    radii = np.hypot(numbers(circles, "x1"), numbers(circles, "x2"))
    np.testing.assert_allclose(radii, np.where(codes(circles, "class") == 0, 1.0, 0.5))
    plane = generate("plane", 100, 0.0, 2)
    np.testing.assert_allclose(
        numbers(plane, "y"), 0.6 * numbers(plane, "x1") - 0.4 * numbers(plane, "x2") + 0.2, atol=1e-15
    )


@pytest.mark.parametrize(
    ("name", "noise", "hidden"), [("moons", 0.1, (8,)), ("circles", 0.05, (8,)), ("spirals", 0.1, (16, 16))]
)
def test_an_independent_network_tells_the_classes_apart(name: str, noise: float, hidden: tuple[int, ...]) -> None:
    table = generate(name, 1000, noise, 5)
    points = np.stack((numbers(table, "x1"), numbers(table, "x2")), axis=1)
    train, validation, _ = split_rows(table, Split(train=0.8, validation=0.2), 5)
    network = MLPClassifier(
        hidden, activation="tanh", learning_rate_init=0.03, batch_size=32, max_iter=40, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(points[train], codes(table, "class")[train])
    assert network.score(points[validation], codes(table, "class")[validation]) >= 0.98


def test_refusals() -> None:
    with pytest.raises(DataError, match="There are: xor, and"):
        generate("nonsense", 4, 0.0, 0)
    with pytest.raises(DataError, match="at least 1"):
        generate("moons", 0, 0.0, 0)
    with pytest.raises(DataError, match="0 or more"):
        generate("moons", 4, float("nan"), 0)


def test_payments() -> None:
    table = generate("fraud", 100_000, 0.0, 3)
    assert table.names == ("time", "hour", "amount", "distance", "gap", "merchant", "channel", "card", "fraud")
    assert not any(column.missing.any() for column in table.columns)
    share = codes(table, "fraud").mean()
    assert 0.0015 < share < 0.0025
    time, hour = numbers(table, "time"), numbers(table, "hour")
    assert (np.diff(time) >= 0).all()
    assert np.abs((time % 1) * 24 - hour).max() < 0.01
    assert (np.bincount(hour.astype(int), minlength=24) > 0).all()
    assert 0 < np.ptp(time) <= 60
    amount = numbers(table, "amount")
    assert amount.min() >= 0.5
    assert amount.mean() > 1.5 * np.median(amount)  # skewed
    assert np.bincount(codes(table, "merchant")).size == 12
    assert len(table.column("card").levels) == 2500  # type: ignore[union-attr]
    gaps, cards = numbers(table, "gap"), codes(table, "card")
    own = np.flatnonzero(cards == 7)
    np.testing.assert_allclose(gaps[own][1:], np.diff(time[own]) * 24, atol=0.02)


def test_payments_drift() -> None:
    """Amounts and the share paid online rise with time."""
    table = generate("fraud", 200_000, 0.0, 0)
    early, late = slice(0, 50_000), slice(150_000, None)
    amount, online = np.log(numbers(table, "amount")), codes(table, "channel") == 2
    assert amount[late].mean() > amount[early].mean() + 0.04
    assert online[late].mean() > online[early].mean() + 0.01


def test_payments_are_made_quickly() -> None:
    import time

    began = time.process_time()
    generate("fraud", 100_000, 0.0, 0)
    assert time.process_time() - began < 1.0
