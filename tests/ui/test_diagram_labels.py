"""Names of features made short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.ui.diagram.labels import short_names, without_stem

IRIS = ["sepal_length", "sepal_width", "petal_length", "petal_width"]


def fits(letters: int) -> object:
    return lambda text: len(text) <= letters


@pytest.mark.parametrize(
    ("names", "letters", "expected"),
    [
        (IRIS, 12, IRIS),
        (IRIS, 9, ["sepal_le…", "sepal_wi…", "petal_le…", "petal_wi…"]),
        (IRIS, 7, ["sep_len", "sep_wid", "pet_len", "pet_wid"]),
        (IRIS, 3, ["s_l", "s_w", "p_l", "p_w"]),
        (["mean radius", "mean area"], 8, ["mean ra…", "mean ar…"]),
        (["average_speed_of_wind", "average_speed_of_rain"], 6, ["…wind", "…rain"]),
        (["x1", "x2"], 1, ["", ""]),
        (["hour", "kind=book", "kind=music", "x=12345"], 6, ["hour", "ki=boo", "ki=mus", "x=123…"]),
        (["[0,0]", "[27,24]", "[27,25]"], 5, ["[0,0]", "…,24]", "…,25]"]),
        (["temperature", "x"], 6, ["tempe…", "x"]),
    ],
)
def test_names_are_cut_so_that_they_differ(names: list[str], letters: int, expected: list[str]) -> None:
    assert short_names(names, fits(letters)) == expected


@given(st.lists(st.text("ab_ ", min_size=1, max_size=12), min_size=1, max_size=8), st.integers(0, 14))
def test_whatever_the_names_they_fit(names: list[str], letters: int) -> None:
    shown = short_names(names, fits(letters))
    assert len(shown) == len(names)
    assert all(len(text) <= letters for text in shown)


def test_pixels_lose_the_name_of_their_column() -> None:
    assert without_stem(["image[0,0]", "image[0,1]"]) == ["[0,0]", "[0,1]"]
    assert without_stem(["image[0,0]", "age"]) == ["[0,0]", "age"]
    assert without_stem(["a[0]", "b[0]"]) == ["a[0]", "b[0]"], "else they would be the same"
    assert without_stem(["image[0,0]"]) == ["[0,0]"]
    assert without_stem([]) == []
