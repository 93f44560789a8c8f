"""JSON and JSON lines: the table is found in every usual form, and what is wrong is said with its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpgui.data.readers.records import json_reader
from bpgui.data.table import NumberColumn
from tests.data.table_files import Read, put, read, read_or_refused, refusal

TWO = {"a": [1, 2], "b": ["x", "y"]}


def made(folder: Path, content: str | bytes, **options: Any) -> Read:
    return read(json_reader.read, put(folder, "t.json", content), **options)


FORMS: dict[str, tuple[str | bytes, dict[str, list[Any]]]] = {
    "records": ('[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]', TWO),
    "records over several lines": ('[\n {"a": 1, "b": "x"},\n {"a": 2, "b": "y"}\n]\n', TWO),
    "lines": ('{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n', TWO),
    "lines without an end": ('{"a": 1, "b": "x"}\r\n\r\n{"a": 2, "b": "y"}', TWO),
    "records without a comma": ('{\n"a": 1, "b": "x"}\n{"a": 2,\n"b": "y"}', TWO),
    "columns": ('{"a": [1, 2], "b": ["x", "y"]}', TWO),
    "split": ('{"columns": ["a", "b"], "index": [0, 1], "data": [[1, "x"], [2, "y"]]}', TWO),
    "a record for each column": ('{"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}', TWO),
    "a record for each row": ('{"0": {"a": 1, "b": "x"}, "1": {"a": 2, "b": "y"}}', TWO),
    "a record for each named row": ('{"p": {"a": 1, "b": "x"}, "q": {"a": 2, "b": "y"}}', TWO),
    "rows with names": ('[["a", "b"], [1, "x"], [2, "y"]]', TWO),
    "rows": ("[[1, 2], [3, 4.5]]", {"x1": [1, 3], "x2": [2, 4.5]}),
    "rows on lines": ('["a", "b"]\n[1, "x"]\n[2, "y"]\n', TWO),
    "values": ("[1, 2.5, null]", {"x1": [1, 2.5]}),
    "data within": ('{"status": "ok", "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}', TWO),
    "data deep within": ('{"d": {"e": {"f": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}}, "n": 2}', TWO),
    "pandas with a schema": ('{"schema": {"fields": [{}]}, "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}', TWO),
    "features on a map": (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"n": 1}},'
        ' {"type": "Feature", "properties": {"n": 2}}]}', {"type": ["Feature"] * 2, "properties.n": [1, 2]},
    ),
    "one record": ('{"a": 1, "b": "x"}', {"a": [1], "b": ["x"]}),
    "a byte order mark": ('\ufeff[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]', TWO),
    "UTF-16": ('[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'.encode("utf-16"), TWO),
    "UTF-16 without a mark": ('[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'.encode("utf-16-be"), TWO),
    "names that come late": ('[{"a": 1}, {"b": "y", "a": 2}]', {"a": [1, 2], "b": [None, "y"]}),
    "names that go": ('[{"a": 1, "b": "x"}, {"a": 2}]', {"a": [1, 2], "b": ["x", None]}),
    "records in records": ('[{"a": {"b": 1, "c": {"d": "x"}}}]', {"a.b": [1], "a.c.d": ["x"]}),
    "lists of equal length": ('[{"v": [1, 2]}, {"v": [3, 4.5]}]', {"v.1": [1, 3], "v.2": [2, 4.5]}),
    "a list that is missing": ('[{"v": [1, 2]}, {"v": null}]', {"v.1": [1, None], "v.2": [2, None]}),
    "yes and no": ('[{"a": true}, {"a": false}, {"a": null}]', {"a": ["true", "false", None]}),
    "numbers in texts": ('[{"a": "1.5"}, {"a": "-"}, {"a": "2"}]', {"a": [1.5, None, 2]}),
    "decimal commas in texts": ('[{"a": "1,5"}, {"a": "2,25"}]', {"a": [1.5, 2.25]}),
    "dates in texts": ('[{"a": "2024-01-02"}, {"a": "1970-01-02T12:00:00Z"}]', {"a": [19724, 1.5]}),
    "codes with zeros": ('[{"a": "007"}, {"a": "123"}]', {"a": ["007", "123"]}),
    "mixed": ('[{"a": 1}, {"a": 2}, {"a": "oops"}]', {"a": ["1", "2", "oops"]}),
    "NaN": ('[{"a": NaN, "b": 1}, {"a": 1, "b": -Infinity}]', {"a": [None, 1], "b": [1, -np.inf]}),
    "huge": ('[{"a": 1e999, "b": 123456789012345678901}]', {"a": [np.inf], "b": [1.2345678901234568e20]}),
    "5,000 digits": (f'[{{"a": {"9" * 5000}}}]', {"a": [np.inf]}),
    "half a character": ('[{"a": "\\ud83d"}, {"a": "\\ud83d\\ude00"}]', {"a": ["\ufffd", "\U0001f600"]}),
    "an escaped tab in a text": ('[{"a": "x\ty"}]', {"a": ["x\ty"]}),
    "odd names": ('[{"": 1, " ": 2, "<b>x</b>": 3}]', {"column 1": [1], "column 2": [2], "<b>x</b>": [3]}),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMS)
def test_the_table_is_found(case: str, tmp_path: Path) -> None:
    content, expected = FORMS[case]
    path = put(tmp_path, "t.json", content)
    assert json_reader.recognise(path.read_bytes()[: 1 << 16], path)
    found = read(json_reader.read, path).columns
    assert found == expected


def test_pictures_in_lists_become_images(tmp_path: Path) -> None:
    column = made(tmp_path, json.dumps([{"img": [[0, 255], [7, 8]], "y": n} for n in range(3)])).table.column("img")
    assert isinstance(column, NumberColumn)
    assert (column.meaning, column.shape, column.values.dtype) == ("image", (2, 2, 1), np.uint8)


def test_lists_that_fit_no_column_are_named_and_left_out(tmp_path: Path) -> None:
    found = made(tmp_path, '[{"a": 1, "t": ["x", "y"], "v": [1]}, {"a": 2, "t": [], "v": [1, 2]}]')
    assert list(found.columns) == ["a"]
    assert "Column t holds" in found.notes
    assert "Column v holds lists of different lengths" in found.notes


def test_of_several_tables_the_largest_is_taken_and_asked_about(tmp_path: Path) -> None:
    content = '{"few": [{"a": 1}], "many": [{"b": 1}, {"b": 2}]}'
    found = made(tmp_path, content)
    assert found.columns == {"b": [1, 2]}
    assert [choice.options.sheet for choice in found.questions["sheet"].choices] == ["many", "few"]
    settled = made(tmp_path, content, sheet="few")
    assert settled.columns == {"a": [1]}
    assert settled.questions == {}
    assert settled.settings["sheet"].value == "few"


def test_rows_and_columns_of_records_are_asked_about(tmp_path: Path) -> None:
    content = '{"a": {"p": 1, "q": 2}, "b": {"p": 3, "q": 4}}'
    choices = made(tmp_path, content).questions["sheet"].choices
    tables = [made(tmp_path, content, sheet=choice.options.sheet).columns for choice in choices]
    assert {"a": [1, 2], "b": [3, 4]} in tables
    assert {"p": [1, 3], "q": [2, 4]} in tables


def test_a_number_far_outside_is_asked_about(tmp_path: Path) -> None:
    content = '[{"a": 9999}, {"a": 1}, {"a": 2}, {"a": 3}]'
    found = made(tmp_path, content)
    assert found.columns["a"][0] is None
    kept = found.questions["missing"].choices[1].options
    assert made(tmp_path, content, missing=kept.missing).columns["a"][0] == 9999


def test_types_words_and_precision_can_be_settled(tmp_path: Path) -> None:
    content = '[{"a": "007", "b": 5, "c": "u"}, {"a": "12", "b": 6, "c": "x"}]'
    found = made(tmp_path, content, types=(("a", "number"), ("b", "text")), missing=("x",), precision="float32")
    assert found.columns == {"a": [7, 12], "b": ["5", "6"], "c": ["u", None]}
    assert found.table.column("a").values.dtype == np.float32  # type: ignore[union-attr]
    assert found.found["c"].missing == 1


def test_a_sample_is_seeded_and_keeps_its_order(tmp_path: Path) -> None:
    content = json.dumps([{"a": n, "b": n} for n in range(500)])
    found = made(tmp_path, content, rows=20, columns=("b",))
    assert found.table == made(tmp_path, content, rows=20, columns=("b",)).table
    assert found.columns["b"] == sorted(found.columns["b"])
    assert found.parsed.rows == 500


def test_a_preview_reads_the_beginning_and_reckons_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "PREVIEW_BYTES", 2000)
    for content in (json.dumps([{"a": 1000 + n} for n in range(2000)], indent=0),
                    "\n".join(f'{{"a": {1000 + n}}}' for n in range(2000))):  # fmt: skip
        found = made(tmp_path, content, preview=10)
        assert found.columns["a"] == list(range(1000, 1010))
        assert found.parsed.rows == pytest.approx(2000, rel=0.3)
    whole = made(tmp_path, json.dumps({"a": list(range(2000))}), preview=10)  # a single record: needs all of it
    assert whole.columns["a"] == list(range(10))


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "white space": (" \n ", "only white space"),
    "an empty list": ("[]", "empty list"),
    "empty records": ("[{}, {}]", "records are empty"),
    "an empty record": ("{}", "holds no table"),
    "an open list": ('[{"a": 1}', "cut off"),
    "cut in a record": ('[{"a": 1}, {"a":', "line 1, character 17: a value was expected"),
    "cut in a text": ('[{"a": "x', "opened here and not closed"),
    "a cut line": ('{"a": 1}\n{"a": 2}\n{"a"', "line 3, character 5: a colon"),
    "a comma too many": ('[{"a": 1,}]', "a name in double quotes"),
    "a comma missing": ('[{"a": 1}\n{"a": 2}]', "line 2, character 1: a comma or ]"),
    "single quotes": ("[{'a': 1}]", "a name in double quotes"),
    "words after the list": ('[{"a": 1}] and more', "the end of the file"),
    "a name that stands twice": ('[{"a": 1, "b": 2},\n {"a": 1, "a": 2}]', "line 2.*'a' stands twice"),
    "deep lists": ("[" * 200_000, "too deeply"),
    "deep records": ('[{"a":' * 100_000, "too deeply"),
    "bad escape": ('[{"a": "\\q"}]', "behind a backslash"),
    "bad bytes": (b'[{"a": "\xff\xfe"}]', "byte 8: this is no character of UTF-8"),
    "half of UTF-16": ('[{"a": 1}]'.encode("utf-16")[:-1], "no character of UTF-16"),
    "a number among records": ('[{"a": 1}, 5]', "item 2: 5 was found"),
    "a list among records": ('[{"a": 1}, [5]]', "item 2"),
    "a record among rows": ('[[1, 2], {"a": 5}]', "item 2"),
    "a short row of data": ('{"columns": ["a", "b"], "data": [[1, 2], [3]]}', "row 2 of the data: 1 values were"),
    "a long row of data": ('{"columns": ["a"], "data": [[1, 2]]}', "one for each of the 1 columns"),
    "no rows of data": ('{"columns": ["a", "b"], "data": []}', "no rows of values"),
    "a name for each record": (json.dumps([{f"n{i}": 1} for i in range(1500)]), "1,500 different names"),
    "11,000 names": (json.dumps([{f"n{i}": 1 for i in range(11_000)}]), "11,000 different names"),
    "only texts in lists": ('[{"t": ["x"]}]', "none of its columns"),
    "a zero byte": ('[{"a": 1},\0]', "a value was expected"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_the_message_says_where_and_what(case: str, tmp_path: Path) -> None:
    content, message = REFUSED[case]
    text = refusal(json_reader.read, put(tmp_path, "t.json", content))
    assert re.search(message, text, re.DOTALL), text


def test_options_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "t.json", '{"x": [{"a": 1}], "y": [{"b": 1}, {"b": 2}]}')
    assert "has no table 'z'. It has" in refusal(json_reader.read, path, sheet="z")
    assert "has no column q" in refusal(json_reader.read, path, columns=("q",))
    assert "no encoding called 'klingon'" in refusal(json_reader.read, path, encoding="klingon")


@pytest.mark.parametrize("content", ["[section]\nkey = 1\n", "[a],[b]\n[1],[2]\n", "{x}\n", "a,b\n1,2\n", "[1];[2]\n"])
def test_text_that_only_begins_like_json_is_left_to_others(content: str, tmp_path: Path) -> None:
    assert not json_reader.recognise(content.encode(), put(tmp_path, "t.txt", content))


def test_changes_anywhere_never_do_harm(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    data = json.dumps([{"a": 1.5, "b": "xé", "c": [1, 2], "d": {"e": None}} for _ in range(4)]).encode()
    for _ in range(200):
        changed = bytearray(data)
        for place in random.integers(0, len(data), size=2):
            changed[place] = random.integers(0, 256)
        read_or_refused(json_reader.read, put(tmp_path, "t.json", bytes(changed)))
    for cut in range(1, len(data), 7):
        assert not read_or_refused(json_reader.read, put(tmp_path, "t.json", data[:cut]))
