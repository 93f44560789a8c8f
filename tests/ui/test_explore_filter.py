"""The filter line of the table and the order of its rows: what is understood, what is said where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.ui.explore.cells import MISSING, cell_text, date_text
from bpgui.ui.explore.filtering import FilterError, parse_filter
from bpgui.ui.explore.ordering import sort_keys, sorted_rows

TABLE = Table(
    [
        NumberColumn("amount", np.array([5.0, 150.0, np.nan, 100.0, -3.5])),
        TextColumn.of("species", ["Adelie", "Gentoo", None, "Chinstrap", "adelie x"]),
        NumberColumn("day", np.array([0.0, 19783.25, 19783.0, 19784.0, np.nan]), "date"),
        NumberColumn("body mass and size", np.arange(5.0)),
        NumberColumn("picture", np.zeros((5, 2, 2, 1)), "image"),
    ]
)
PARTS = np.array([0, 0, 1, 2, 3], dtype=np.int8)


def listed(line: str) -> list[int]:
    found = parse_filter(line, TABLE, PARTS)
    assert found is not None
    return np.flatnonzero(found.mask()).tolist()


@pytest.mark.parametrize(
    ("line", "rows"),
    [
        ("amount > 100", [1]),
        ("amount>=100", [1, 3]),
        ("Amount ≤ 5", [0, 4]),
        ("amount = 1,5e2", [1]),
        ("amount != 100", [0, 1, 2, 4]),
        ("amount < −3", [4]),
        ("species = adelie", [0]),
        ("species ~ adelie", [0, 4]),
        ("species != Gentoo", [0, 2, 3, 4]),
        ("species is missing", [2]),
        ("amount is not missing", [0, 1, 3, 4]),
        ("day = 2024-03-01", [1, 2]),
        ("day > 2024-03-01", [3]),
        ("day >= 2024-03-01 06:00", [1, 3]),
        ('"body mass and size" > 3 or row = 1', [0, 4]),
        ("part = test", [3]),
        ("part = left out", [4]),
        ("part != train and amount is missing", [2]),
        ("row <= 2 and amount > 10 or part = val", [1, 2]),
        ("entoo", [1]),
        ("100", [3]),
        ("'>'", []),
    ],
)
def test_lines_that_are_understood(line: str, rows: list[int]) -> None:
    assert listed(line) == rows


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("weight > 3", "No column is called 'weight'. There are: amount, species"),
        ("amount > many", "amount holds numbers: write one after >"),
        ("amount >", "A value is wanted after >"),
        ("amount > 1,000", "1,000 can be read in two ways: write 1000 or 1.000"),
        ("species = Emu", "species is never 'Emu'"),
        ("species > Gentoo", "species holds text: compare it by = or !="),
        ("day > yesterday", "day holds dates: write one as 2024-03-01"),
        ("picture = 3", "picture holds pictures or sounds"),
        ("part = t", "A part is train, validation, test or left out"),
        ("amount > 1 and", "A condition is wanted on both sides of 'and'"),
        ("body mass and size > 3", "No column is called 'size'"),
        ("or amount > 1", "A condition is wanted on both sides of 'or'"),
    ],
)
def test_lines_that_are_not_say_what_is_wanted(line: str, said: str) -> None:
    with pytest.raises(FilterError) as error:
        parse_filter(line, TABLE, PARTS)
    assert str(error.value).startswith(said)


@given(st.text(max_size=40))
def test_any_line_is_a_filter_or_a_sentence(line: str) -> None:
    try:
        found = parse_filter(line, TABLE, PARTS)
    except FilterError as error:
        said = str(error)
    else:
        said = "."
        assert (found is None) == (not line.strip())
        assert found is None or found.mask().shape == (5,)
    assert said.endswith(".")


@given(st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=1, max_size=30), st.booleans())
def test_rows_are_sorted_stably_with_missing_ones_last(values: list[int | None], descending: bool) -> None:
    column = NumberColumn("n", np.array([np.nan if v is None else float(v) for v in values]))
    rows = sorted_rows(np.arange(len(values)), sort_keys(column), descending=descending)
    there = [(v, i) for i, v in enumerate(values) if v is not None]
    expected = [i for _, i in sorted(there, key=lambda pair: (-pair[0] if descending else pair[0], pair[1]))]
    assert rows.tolist() == [*expected, *(i for i, v in enumerate(values) if v is None)]


def test_texts_are_sorted_as_people_do() -> None:
    column = TextColumn.of("t", ["b", "B", "a", None, "C"])
    rows = sorted_rows(np.arange(5), sort_keys(column), descending=False)
    assert [column.texts()[row] for row in rows] == ["a", "B", "b", "C", None]


def test_cells_say_what_stands_there() -> None:
    assert [cell_text(column, 2) for column in TABLE.columns[:3]] == [MISSING, MISSING, "2024-03-01"]
    assert cell_text(TABLE.column("day"), 1) == "2024-03-01 06:00"
    assert cell_text(TABLE.column("amount"), 4) == "−3.5"
    assert cell_text(TABLE.column("picture"), 0) == "2 × 2 × 1"
    assert date_text(-1.0) == "1969-12-31"
    assert date_text(1e12) == "1000000000000"
