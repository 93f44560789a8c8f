"""Guesses about columns, and the line that describes one."""

from __future__ import annotations

import numpy as np
import pytest

from bpgui.data.roles import (
    describe,
    guess_columns,
    guess_split,
    left_out,
    possible_kinds,
    possible_missing,
    possible_scalings,
)
from bpgui.data.spec import Split
from bpgui.data.table import NumberColumn, Table, TextColumn


def number(name: str, *values: float) -> NumberColumn:
    return NumberColumn(name, np.array(values, dtype=float))


def guesses(table: Table) -> dict[str, tuple[str, str, str]]:
    return {c.name: (c.role, c.kind, c.scaling) for c in guess_columns(table, scaling="standard")}


@pytest.mark.parametrize("name", ["target", "Label", "CLASS", "y", "Species", "Outcome"])
def test_a_telling_name_is_the_target(name: str) -> None:
    table = Table([number("a", 1, 2.5), TextColumn.of(name, ["u", "v"]), number("b", 3, 4.5)])
    assert guesses(table) == {
        "a": ("feature", "number", "standard"),
        name: ("target", "category", "none"),
        "b": ("feature", "number", "standard"),
    }


def test_else_the_last_column_that_can_be_one() -> None:
    names = TextColumn.of("remark", [f"person {i}" for i in range(60)])
    table = Table([number("a", *range(60)), number("price", *np.linspace(1.5, 3, 60)), names])
    assert guesses(table) == {
        "a": ("feature", "number", "standard"),
        "price": ("target", "number", "standard"),
        "remark": ("ignore", "text", "none"),
    }


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 1, 0], "category"),
        ([-1, 1, 1, -1], "category"),
        ([0, 1, 2, 0, 1, 2], "category"),
        ([1, 2, 3, 1, 2, 3], "category"),
        ([0.5, 1, 1, 0.5], "number"),
        ([3, 4, 5, 3, 4, 5], "number"),
        ([1, 2, 3, 4], "number"),
        (list(range(25)) * 4, "number"),
        ([1, 1, 1, 1], "number"),
    ],
)
def test_whole_numbers_that_look_like_classes(values: list[float], kind: str) -> None:
    assert guesses(Table([number("a", *values), number("b", *values)]))["b"][:2] == ("target", kind)


def test_row_numbers_and_mostly_missing_columns_are_left_out() -> None:
    nan = float("nan")
    table = Table(
        [number("Id", 1, 2, 3, 4), number("gap", nan, nan, nan, 1), number("x", 1, 3, 2, 9), number("z", 1, 2, 2, 7)]
    )
    roles = {name: guess[0] for name, guess in guesses(table).items()}
    assert roles == {"Id": "ignore", "gap": "ignore", "x": "feature", "z": "target"}


@pytest.mark.parametrize(
    ("values", "role", "line"),
    [
        (
            [f"2024-01-{day:02}" for day in range(1, 13)],
            "ignore",
            "12 different texts, every row has its own: 2024-01-01, ",
        ),
        ([*(f"p{i}" for i in range(20)), "p0"], "ignore", "20 different texts, nearly every row has its own: p0, "),
        (["mon", "tue", "wed"] * 4, "feature", "3 classes: mon, tue, wed"),
        (list("abcd"), "feature", "4 classes: a, b, c, d"),
    ],
)
def test_texts_that_differ_in_every_row_are_left_out(values: list[str], role: str, line: str) -> None:
    column = TextColumn.of("when", values)
    table = Table([column, number("x", *range(len(values))), number("y", *np.linspace(0.5, 2, len(values)))])
    assert guesses(table)["when"][0] == role
    assert describe(column).startswith(line)


def test_texts_that_differ_in_every_row_are_no_target() -> None:
    names = TextColumn.of("who", [f"person {i}" for i in range(12)])
    assert guesses(Table([number("x", *range(12)), number("z", *range(12)), names]))["z"][0] == "target"


def test_images_are_features_never_the_target() -> None:
    table = Table([TextColumn.of("word", ["a", "b"]), NumberColumn("image", np.zeros((2, 8, 8, 1)))])
    assert guesses(table) == {"word": ("target", "category", "none"), "image": ("feature", "number", "standard")}
    assert possible_kinds(table.column("image")) == ("number",)


def test_no_columns_no_guess() -> None:
    assert guess_columns(Table([]), scaling="standard") == ()


def test_possible_kinds() -> None:
    assert possible_kinds(TextColumn.of("t", ["a"])) == ("category", "ordinal", "text")
    assert possible_kinds(number("n", 1, 2)) == ("number", "category", "ordinal")
    assert possible_kinds(number("n", *range(101))) == ("number",)


@pytest.mark.parametrize(
    ("column", "line"),
    [
        (number("n", 0.1, 7.9, float("nan")), "number 0.1 … 7.9, 1 missing"),
        (number("n", float("nan")), "empty, 1 missing"),
        (TextColumn.of("t", ["b", "a", None]), "2 classes: a, b, 1 missing"),
        (TextColumn.of("t", list("edcba")), "5 classes: a, b, c, d, …"),
        (TextColumn.of("t", [None]), "empty, 1 missing"),
        (NumberColumn("i", np.array([[[0.0], [16.0]]])), "2 × 1 numbers 0 … 16"),
    ],
)
def test_description(column: NumberColumn | TextColumn, line: str) -> None:
    assert describe(column) == line


def pictures(meaning: str = "image", rows: int = 60, **texts: list[str]) -> Table:
    values = np.random.default_rng(0).integers(0, 256, (rows, 6, 5, 1), dtype=np.uint8)
    names = TextColumn.of("file", [f"{i}.png" for i in range(rows)])
    classes = TextColumn.of("class", ["ab"[i % 2] for i in range(rows)])
    more = [TextColumn.of(name, values) for name, values in texts.items()]
    return Table([NumberColumn(meaning, values, meaning), classes, names, *more])  # type: ignore[arg-type]


def split_of(table: Table) -> Split:
    fractions = Split(train=0.6, validation=0.2, test=0.2)
    return guess_split(table, guess_columns(table, scaling="standard"), fractions)


def test_pictures_are_learnt_from_and_names_of_files_are_not() -> None:
    assert guesses(pictures()) == {
        "image": ("feature", "number", "minmax"),
        "class": ("target", "category", "none"),
        "file": ("ignore", "text", "none"),
    }
    assert guesses(pictures("sound"))["sound"] == ("feature", "number", "standard")


def test_a_speaker_is_in_one_part_only() -> None:
    table = pictures("sound", speaker=[f"s{i % 7}" for i in range(60)])
    assert guesses(table)["speaker"][0] == "ignore"
    split = split_of(table)
    assert (split.method, split.column, split.train) == ("grouped", "speaker", 0.6)
    alone = pictures("sound", speaker=["s"] * 60)
    assert split_of(alone).method == "random"


def test_a_column_of_parts_splits_the_rows() -> None:
    rows = ["train"] * 40 + ["test"] * 20
    table = Table([number("a", *range(60)), number("y", *np.linspace(0, 1, 60)), TextColumn.of("part", rows)])
    assert guesses(table)["part"][0] == "split"
    assert guesses(table)["y"][0] == "target"
    assert split_of(table) == Split(train=0.9, validation=0.1, method="column", column="part")
    with_validation = Table([*table.columns[:2], TextColumn.of("fold", [*rows[:50], *["val"] * 10])])
    assert split_of(with_validation) == Split(train=1.0, method="column", column="fold")
    other = Table([*table.columns[:2], TextColumn.of("part", ["left", "right"] * 30)])
    assert guesses(other)["part"][0] != "split"
    only = Table([*table.columns[:2], TextColumn.of("split", ["train"] * 60)])
    assert "split" not in {role for role, _, _ in guesses(only).values()}


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("sample_weight", [0.0, 1.0, 2.5], "weight"),
        ("Sample_Weight", [1.0, 1.0, 2.0], "weight"),
        ("weight", [60.0, 70.0, 80.0], "feature"),
        ("sample_weight", [-1.0, 1.0, 2.5], "feature"),
        ("sample_weight", [1.0, float("nan"), float("inf")], "feature"),
    ],
)
def test_only_a_column_that_says_so_weighs_rows(name: str, values: list[float], role: str) -> None:
    table = Table([number(name, *values), number("a", 1, 2, 5), number("y", 0.5, 1.5, 2.5)])
    assert guesses(table)[name][0] == role


def test_missing_values_are_filled_in_unless_they_are_most() -> None:
    nan = float("nan")
    table = Table(
        [
            number("n", 1, nan, 3, 4), number("infinite", 1, float("inf"), 3, 4), number("whole", 1, 5, 3, 4),
            NumberColumn("d", np.array([1.0, 2.0, nan, 4.0]), "date"), number("few", nan, nan, nan, 4),
            TextColumn.of("c", ["a", None, "b", "a"]), TextColumn.of("o", ["low", "high", "medium", None]),
            number("y", 0.1, nan, 0.3, 0.4),
        ]
    )  # fmt: skip
    found = {c.name: (c.role, c.kind, c.missing) for c in guess_columns(table, scaling="standard")}
    assert found == {
        "n": ("feature", "number", "median"), "infinite": ("feature", "number", "median"),
        "whole": ("feature", "number", "drop"), "d": ("feature", "date", "median"), "few": ("ignore", "number", "drop"),
        "c": ("feature", "category", "category"), "o": ("feature", "ordinal", "median"),
        "y": ("target", "number", "drop"),
    }  # fmt: skip
    assert guess_columns(table)[6].levels == ("low", "medium", "high")


def test_columns_of_bytes_stay_comparable() -> None:
    rng = np.random.default_rng(0)
    columns = [NumberColumn(f"p{i}", rng.integers(0, 256, 30).astype(float)) for i in range(64)]
    label = number("label", *(i % 3 for i in range(30)))
    scalings = {c.scaling for c in guess_columns(Table([*columns, label]), scaling="standard") if c.role == "feature"}
    assert scalings == {"minmax"}
    other = NumberColumn("p0", rng.normal(size=30))
    mixed = guess_columns(Table([other, *columns[1:], label]), scaling="standard")
    assert {c.scaling for c in mixed if c.role == "feature"} == {"standard"}


def test_what_is_left_out_is_said() -> None:
    nan = float("nan")
    table = Table(
        [
            number("id", *range(12)), number("gap", *[nan] * 11, 1), TextColumn.of("who", [f"p{i}" for i in range(12)]),
            number("a", *range(5, 17)), number("y", *np.linspace(0, 1, 12)),
        ]
    )  # fmt: skip
    assert left_out(table, guess_columns(table), Split()) == (
        "Not used: id: it only counts the rows.",
        "Not used: gap: more than half is missing.",
        "Not used: who: (nearly) every row has a text of its own.",
    )


def test_what_fits_a_column() -> None:
    words, image = TextColumn.of("t", ["a"]), pictures().column("image")
    date = NumberColumn("d", np.arange(3.0), "date")
    assert possible_kinds(words, "target") == ("category",)
    assert possible_kinds(words, "weight") == ()
    assert possible_kinds(date) == ("date", "number")
    assert possible_kinds(date, "target") == ("number",)
    assert possible_scalings("ordinal") == ("none", "standard", "minmax", "robust", "log")
    assert possible_scalings("category") == possible_scalings("text") == ("none",)
    assert possible_missing(words, "category") == ("drop", "frequent", "category")
    assert possible_missing(date, "date") == ("drop", "mean", "median", "frequent", "category")
    assert possible_missing(image, "number") == possible_missing(words, "category", "target") == ("drop",)


@pytest.mark.parametrize(
    ("column", "line"),
    [
        (NumberColumn("d", np.array([0.0, 19797.0, np.nan]), "date"), "date 1970-01-01 … 2024-03-15, 1 missing"),
        (NumberColumn("i", np.zeros((2, 28, 28, 1), np.uint8), "image"), "28 × 28 grey images"),
        (NumberColumn("i", np.zeros((2, 8, 9, 3), np.uint8), "image"), "8 × 9 colour images"),
        (NumberColumn("s", np.zeros((2, 24, 32, 1), np.float32), "sound"), "sounds, 24 bands × 32 frames"),
    ],
)
def test_description_of_dates_pictures_and_sounds(column: NumberColumn, line: str) -> None:
    assert describe(column) == line
