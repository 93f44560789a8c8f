"""The JSON of project files: one form only, and nothing that Python's parser lets pass."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpgui.project.strict_json import BadJson, dump, parse

plain = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**200), 2**200),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)),
    max_leaves=20,
)


@given(plain)
def test_round_trip(value: object) -> None:
    data = dump(value)
    assert parse(data) == value
    assert dump(parse(data)) == data


def test_what_json_cannot_hold() -> None:
    assert parse(dump({"a": [math.nan, math.inf, (1, -math.inf)]})) == {"a": [None, None, [1, None]]}
    for value in ({"a": object()}, {"a": "\ud800"}, b"bytes"):
        with pytest.raises(BadJson):
            dump(value)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1, column 2"),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"[-Infinity]", "-Infinity is not a number"),
        (b"[1e999]", "1e999 is too large"),
        (b"[" + b"9" * 5000 + b"]", "4300"),
        (b'["\\ud800"]', "half a character"),
        (b'{"\\udfff": 1}', "half a character"),
        (b'["\xff"]', "byte 2 is not UTF-8"),
        (b"[" * 65, "more than 64 brackets"),
        (b'{"a":' * 100_000, "more than 64 brackets"),
        (b"[1] 2", "line 1, column 5"),
        (b"\x00\x00", "line 1"),
    ],
)
def test_bad_json_is_refused_in_words(data: bytes, text: str) -> None:
    with pytest.raises(BadJson) as error:
        parse(data)
    assert text in str(error.value)


def test_brackets_inside_texts_are_no_depth() -> None:
    assert parse(b'["' + b"[" * 1000 + b'\\"[[["]') == ["[" * 1000 + '"[[[']


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except BadJson:
        return
