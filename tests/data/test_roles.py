"""Guesses about columns, and the line that describes one."""

from __future__ import annotations

import numpy as np
import pytest

from bpgui.data.roles import describe, guess_columns, possible_kinds
from bpgui.data.table import NumberColumn, Table, TextColumn


def number(name: str, *values: float) -> NumberColumn:
    return NumberColumn(name, np.array(values, dtype=float))


def guesses(table: Table) -> dict[str, tuple[str, str, bool]]:
    return {c.name: (c.role, c.kind, c.standardise) for c in guess_columns(table, standardise=True)}


@pytest.mark.parametrize("name", ["target", "Label", "CLASS", "y", "Species", "Outcome"])
def test_a_telling_name_is_the_target(name: str) -> None:
    table = Table([number("a", 1, 2.5), TextColumn.of(name, ["u", "v"]), number("b", 3, 4.5)])
    assert guesses(table) == {
        "a": ("feature", "number", True),
        name: ("target", "category", False),
        "b": ("feature", "number", True),
    }


def test_else_the_last_column_that_can_be_one() -> None:
    names = TextColumn.of("remark", [f"person {i}" for i in range(60)])
    table = Table([number("a", *range(60)), number("price", *np.linspace(1.5, 3, 60)), names])
    assert guesses(table) == {
        "a": ("feature", "number", True),
        "price": ("target", "number", True),
        "remark": ("ignore", "category", False),
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
    assert guesses(table) == {"word": ("target", "category", False), "image": ("feature", "number", True)}
    assert possible_kinds(table.column("image")) == ("number",)


def test_no_columns_no_guess() -> None:
    assert guess_columns(Table([]), standardise=True) == ()


def test_possible_kinds() -> None:
    assert possible_kinds(TextColumn.of("t", ["a"])) == ("category",)
    assert possible_kinds(number("n", 1, 2)) == ("number", "category")
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
