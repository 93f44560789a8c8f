"""The split: every row once, sizes as asked, the same for the same seed, whatever the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.split import METHODS, part_sizes, split_rows
from bpgui.data.splitting.groups import groups_of
from bpgui.data.splitting.strata import class_sizes, strata_of
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

SEEDS = st.integers(0, 2**63 - 1)
WEIGHTS = st.lists(st.integers(0, 10), min_size=3, max_size=3).filter(any)


def fractions(weights: list[int], **fields: str) -> Split:
    train, validation, test = (weight / sum(weights) for weight in weights)
    return Split(train=train, validation=validation, test=test, **fields)  # type: ignore[arg-type]


def plain(n: int) -> Table:
    return Table((NumberColumn("x", np.arange(float(n))),))


def parted(column: AnyColumn, split: Split, seed: int = 0) -> tuple[list[int], ...]:
    return tuple(part.tolist() for part in split_rows(Table((column,)), split, seed, column))


def check_parts(parts: tuple[np.ndarray, ...], n: int) -> None:
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    for part in parts:
        assert part.dtype == np.int64
        assert (np.diff(part) > 0).all()


@settings(max_examples=200)
@given(st.integers(0, 300), WEIGHTS, SEEDS)
def test_every_row_is_in_exactly_one_part(n: int, weights: list[int], seed: int) -> None:
    split = fractions(weights)
    parts = split_rows(plain(n), split, seed)
    check_parts(parts, n)
    wanted = (split.train, split.validation, split.test)
    for part, fraction in zip(parts, wanted, strict=True):
        assert part.size == 0 or fraction > 0
        assert abs(part.size - fraction * n) < 2
        if fraction > 0 and n >= sum(f > 0 for f in wanted):
            assert part.size > 0
    for again, part in zip(split_rows(plain(n), split, seed), parts, strict=True):
        np.testing.assert_array_equal(again, part)


def test_the_rows_drawn_are_those_of_the_seeds_stream() -> None:
    """Written out, so that projects keep their rows: NumPy promises the stream of PCG64 and its permutation."""
    order = np.random.Generator(np.random.PCG64(np.random.SeedSequence([7, 1, 0]))).permutation(20)
    train, validation, test = split_rows(plain(20), Split(train=0.6, validation=0.2, test=0.2), 7)
    assert [*train, *validation, *test] == [*sorted(order[:12]), *sorted(order[12:16]), *sorted(order[16:])]
    assert train.tolist() == [0, 1, 2, 5, 6, 7, 8, 10, 14, 15, 17, 18]


def test_sizes() -> None:
    assert part_sizes(150, Split(train=0.6, validation=0.2, test=0.2)) == (90, 30, 30)
    assert part_sizes(4, Split()) == (4, 0, 0)
    assert part_sizes(3, Split(train=0.98, validation=0.01, test=0.01)) == (1, 1, 1)
    assert part_sizes(1, Split(train=0.2, validation=0.4, test=0.4)) == (1, 0, 0)


def test_another_seed_makes_other_parts() -> None:
    column = NumberColumn("x", np.arange(100.0) % 10)
    table = Table((column, TextColumn.of("part", ["train"] * 100)))
    for method, name in (("random", ""), ("stratified", ""), ("alike", ""), ("grouped", "x"), ("column", "part")):
        split = Split(train=0.5, validation=0.5, method=method, column=name)  # type: ignore[arg-type]
        first, second = (split_rows(table, split, seed, column, (column,))[0] for seed in (0, 1))
        assert not np.array_equal(first, second), method


@pytest.mark.parametrize("method", METHODS)
def test_fractions_must_add_up(method: str) -> None:
    column = TextColumn.of("x", ["train", "test"] * 5)
    with pytest.raises(DataError, match=r"add up to 0\.9"):
        parted(column, Split(train=0.5, validation=0.4, method=method, column="x"))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["grouped", "time", "column"])
def test_a_column_is_needed(method: str) -> None:
    with pytest.raises(DataError, match="Choose the column that says"):
        split_rows(plain(5), Split(method=method), 0)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="no column 'when'"):
        split_rows(plain(5), Split(method=method, column="when"), 0)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", METHODS)
def test_no_rows(method: str) -> None:
    column = TextColumn("x", np.empty(0, np.int32), ())
    split = Split(train=0.6, validation=0.2, test=0.2, method=method, column="x")  # type: ignore[arg-type]
    assert parted(column, split) == ([], [], [])


@pytest.mark.parametrize("method", ["stratified", "grouped", "time", "column"])
def test_images_do_not_say_how_to_split(method: str) -> None:
    images = NumberColumn("image", np.zeros((4, 2, 2, 1), np.uint8), "image")
    with pytest.raises(DataError, match=r"image|Choose a target"):
        parted(images, Split(method=method, column="image"))  # type: ignore[arg-type]


# ---- equal rows


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), max_size=80), WEIGHTS, SEEDS)
def test_equal_rows_stay_together(rows: list[tuple[int, str | None]], weights: list[int], seed: int) -> None:
    numbers = NumberColumn("n", np.array([n for n, _ in rows], dtype=np.float64))
    texts = TextColumn.of("t", [text for _, text in rows])
    split = fractions(weights, method="alike")
    parts = split_rows(Table((numbers, texts)), split, seed, None, (numbers, texts))
    check_parts(parts, len(rows))
    seen = [{rows[row] for row in part.tolist()} for part in parts]
    assert len(set(rows)) == sum(map(len, seen)), "no part has a row of another"
    wanted = (split.train, split.validation, split.test)
    for part, fraction in zip(parts, wanted, strict=True):
        assert part.size == 0 or fraction > 0
        assert part.size > 0 or fraction == 0 or len(set(rows)) < sum(f > 0 for f in wanted)


def test_without_twins_the_sizes_are_those_asked_for() -> None:
    column = NumberColumn("x", np.arange(100.0))
    split = Split(train=0.6, validation=0.2, test=0.2, method="alike")
    assert [part.size for part in split_rows(Table((column,)), split, 0, None, (column,))] == [60, 20, 20]


# ---- stratified


@settings(max_examples=300)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=12), WEIGHTS, SEEDS)
def test_classes_are_in_equal_shares(sizes: list[int], weights: list[int], seed: int) -> None:
    codes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    column = TextColumn("c", codes.astype(np.int32), tuple(map(str, range(len(sizes)))))
    split = fractions(weights, method="stratified")
    table = Table((column,))
    parts = split_rows(table, split, seed, column)
    check_parts(parts, len(codes))
    assert tuple(part.size for part in parts) == part_sizes(len(codes), split)
    wanted = np.array((split.train, split.validation, split.test))
    assume((np.abs(np.array(part_sizes(len(codes), split)) - wanted * len(codes)) < 1).all())
    for code, size in enumerate(sizes):
        counts = np.array([(codes[part] == code).sum() for part in parts])
        assert (np.abs(counts - wanted * size) < 1 + 1e-9).all(), (code, size, counts)


def test_a_part_that_would_be_empty_still_gets_a_row_of_some_class() -> None:
    sizes = class_sizes(np.array([1, 1, 1]), Split(train=0.98, validation=0.01, test=0.01))
    assert sizes.sum(axis=0).tolist() == [1, 1, 1]
    assert sizes.sum(axis=1).tolist() == [1, 1, 1]


def test_a_rare_class_stays_with_the_training_rows() -> None:
    """What is rounded away is taken from the classes that feel it least."""
    sizes = class_sizes(np.array([1, 507, 211]), Split(train=0.6, validation=0.2, test=0.2))
    assert sizes[0].tolist() == [1, 0, 0]


def test_a_number_is_stratified_by_tenths() -> None:
    values = np.random.default_rng(0).normal(size=1000)
    column = NumberColumn("y", values)
    parts = split_rows(Table((column,)), Split(train=0.6, validation=0.2, test=0.2, method="stratified"), 3, column)
    edges = np.quantile(values, np.linspace(0, 1, 11)[1:-1])
    for part, share in zip(parts, (60, 20, 20), strict=True):
        assert np.bincount(np.searchsorted(edges, values[part])).tolist() == [share] * 10


def test_strata_of_numbers() -> None:
    few = NumberColumn("y", np.array([3.0, 1.0, np.nan, 3.0, np.inf] * 10))
    assert strata_of(few)[:5].tolist() == [1, 0, 3, 1, 2]
    tied = strata_of(NumberColumn("y", np.concatenate((np.zeros(50), np.arange(50.0)))))
    assert len(set(tied[:51].tolist())) == 1  # equal values are never in two strata
    assert tied.max() < 10
    texts = TextColumn.of("c", ["b", None, "a"])
    assert strata_of(texts).tolist() == [1, 2, 0]


def test_stratified_needs_a_target() -> None:
    with pytest.raises(DataError, match="Choose a target"):
        split_rows(plain(9), Split(method="stratified"), 0)


# ---- grouped


@settings(max_examples=300)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), WEIGHTS, SEEDS)
def test_no_group_is_parted(sizes: list[int], weights: list[int], seed: int) -> None:
    codes = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    column = NumberColumn("g", codes.astype(np.float64))
    split = fractions(weights, method="grouped", column="g")
    parts = split_rows(Table((column,)), split, seed)
    check_parts(parts, len(codes))
    owners = [set(codes[part].tolist()) for part in parts]
    assert sum(map(len, owners)) == len(sizes)
    wanted = np.array((split.train, split.validation, split.test))
    for owner, fraction in zip(owners, wanted, strict=True):
        assert not owner or fraction > 0
        if fraction > 0 and len(sizes) >= int((wanted > 0).sum()):
            assert owner
    target = np.array(part_sizes(len(codes), split))
    over = np.array([part.size for part in parts]) - target
    for giver, taker in ((0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)):
        if target[taker] == 0 or len(owners[giver]) < 2:
            continue
        for group in owners[giver]:  # no group could go elsewhere and bring the sizes nearer
            after = over.copy()
            after[giver] -= sizes[group]
            after[taker] += sizes[group]
            assert (after**2).sum() >= (over**2).sum()


def test_groups_fit_as_well_as_they_can() -> None:
    column = NumberColumn("g", np.repeat(np.arange(3.0), (20, 30, 50)))
    for seed in range(20):
        parts = parted(column, Split(train=0.5, validation=0.3, test=0.2, method="grouped", column="g"), seed)
        assert tuple(map(len, parts)) == (50, 30, 20)


def test_a_row_without_a_group_is_one_of_its_own() -> None:
    groups, sizes = groups_of(TextColumn.of("g", ["a", None, "a", None, "b"]))
    assert groups.tolist() == [0, 2, 0, 3, 1]
    assert sizes.tolist() == [2, 1, 1, 1]


def test_many_groups_are_quick_and_near() -> None:
    rng = np.random.default_rng(1)
    column = NumberColumn("card", rng.integers(0, 60_000, 300_000).astype(np.float64))
    split = Split(train=0.6, validation=0.2, test=0.2, method="grouped", column="card")
    assert [len(part) for part in parted(column, split)] == [180_000, 60_000, 60_000]


# ---- time


@settings(max_examples=200)
@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=80), WEIGHTS)
def test_the_past_is_learnt_from(days: list[int | None], weights: list[int]) -> None:
    split = fractions(weights, method="time", column="t")
    values = np.array([np.nan if day is None else float(day) for day in days])
    column = NumberColumn("t", values, "date")
    used = [part for part, weight in enumerate(weights) if weight]
    known = values[~np.isnan(values)]
    if len(set(known.tolist())) < len(used):
        with pytest.raises(DataError, match="not enough"):
            split_rows(Table((column,)), split, 0)
        return
    parts = split_rows(Table((column,)), split, 0)
    check_parts(parts, len(days))
    found = [values[parts[part]][~np.isnan(values[parts[part]])] for part in used]
    for earlier, later in pairwise(found):
        assert earlier.max() < later.min()
    assert set(np.flatnonzero(np.isnan(values))) <= set(parts[used[0]].tolist())


def test_different_times_give_exact_sizes() -> None:
    column = NumberColumn("t", np.arange(20.0)[::-1])
    parts = parted(column, Split(train=0.6, validation=0.2, test=0.2, method="time", column="t"))
    assert parts == (list(range(8, 20)), list(range(4, 8)), list(range(4)))


def test_texts_are_put_in_the_order_of_time() -> None:
    split = Split(train=0.5, validation=0.25, test=0.25, method="time", column="t")
    dates = TextColumn.of("t", ["2024-03-01 12:30", "2023-12-31T23:59:59.5Z", "2024-02", "2024-01-01"])
    assert parted(dates, split) == ([1, 3], [2], [0])
    numbers = TextColumn.of("t", ["10", "9", "100", "11"])
    assert parted(numbers, split) == ([0, 1], [3], [2])
    with pytest.raises(DataError, match=r"'3\.1\.2024', whose order in time cannot be known"):
        parted(TextColumn.of("t", ["3.1.2024", "2024-01-01"]), split)


# ---- column


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["Train", "VAL", "dev", "test", "holdout "]), min_size=1, max_size=60), WEIGHTS, SEEDS)
def test_the_column_says_the_part(words: list[str], weights: list[int], seed: int) -> None:
    column = TextColumn.of("part", words)
    split = fractions(weights, method="column", column="part")
    table = Table((column,))
    said = {"Train": 0, "VAL": 1, "dev": 1, "test": 2, "holdout ": 2}
    expected = np.array([said[word] for word in words])
    if not (expected == 0).any():
        with pytest.raises(DataError, match="no row that it is for training"):
            split_rows(table, split, seed)
        return
    parts = split_rows(table, split, seed)
    check_parts(parts, len(words))
    assert set(parts[2].tolist()) == set(np.flatnonzero(expected == 2).tolist())
    train, validation, _ = weights
    if (expected == 1).any():
        assert set(parts[1].tolist()) == set(np.flatnonzero(expected == 1).tolist())
        return
    rows = int((expected == 0).sum())
    drawn = parts[1].size
    assert abs(drawn - rows * validation / max(train + validation, 1)) <= 1
    assert drawn < rows
    assert (drawn > 0) == (validation > 0 and rows > 1)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (NumberColumn("split", np.array([0.0, 1.0, 2.0])), ([0], [1], [2])),
        (NumberColumn("group", np.array([0.0, 1.0, 0.0])), ([0, 2], [], [1])),
        (NumberColumn("is_train", np.array([0.0, 1.0, 0.0])), ([1], [], [0, 2])),
        (NumberColumn("is_valid", np.array([0.0, 1.0, 0.0])), ([0, 2], [1], [])),
        (TextColumn.of("is_test", ["True", "False", "False"]), ([1, 2], [], [0])),
        (TextColumn.of("train", ["yes", "no", "yes"]), ([0, 2], [], [1])),
    ],
    ids=["0, 1, 2", "0, 1", "is_train", "is_valid", "is_test", "train"],
)
def test_numbers_and_answers_say_the_part(column: AnyColumn, expected: tuple[list[int], ...]) -> None:
    assert parted(column, Split(method="column", column=column.name)) == expected


def test_words_of_no_part_are_named() -> None:
    split = Split(method="column", column="part")
    with pytest.raises(DataError, match=r"says 'maybe', 'true', which is the name of no part"):
        parted(TextColumn.of("part", ["train", "maybe", "true"]), split)
    with pytest.raises(DataError, match=r"Row 2, part: the part is missing \(and in 1 further rows\)"):
        parted(TextColumn.of("part", ["train", None, None]), split)
    with pytest.raises(DataError, match=r"says '3'"):
        parted(NumberColumn("part", np.array([0.0, 1.0, 3.0])), split)
