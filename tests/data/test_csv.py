"""Awkward CSV files that have one right reading, or two and then a question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from tests.data.reading import Columns, read

AB: Columns = {"a": [1.0, 3.0], "b": [2.0, 4.0]}
UMLAUTS: Columns = {"Stadt": ["Zürich", "Köln"], "n": [1.0, 2.0]}
UMLAUT_TEXT = "Stadt,n\nZürich,1\nKöln,2\n"

CLEAR: dict[str, tuple[str | bytes, Columns]] = {
    "comma": ("a,b\n1,2\n3,4\n", AB),
    "semicolon": ("a;b\n1;2\n3;4\n", AB),
    "tab": ("a\tb\n1\t2\n3\t4\n", AB),
    "bar": ("a|b\n1|2\n3|4\n", AB),
    "space": ("a b\n1 2\n3 4\n", AB),
    "aligned by spaces": ("a    b\n1    2\n3    4  \n", AB),
    "line ends of Windows": ("a,b\r\n1,2\r\n3,4\r\n", AB),
    "line ends of old Macs": ("a,b\r1,2\r3,4\r", AB),
    "mixed line ends": ("a,b\r\n1,2\n3,4\r\n", AB),
    "no line end at the end": ("a,b\n1,2\n3,4", AB),
    "blank lines": ("\n\na,b\n\n1,2\n\n3,4\n\n\n", AB),
    "UTF-8 with a mark": (b"\xef\xbb\xbfa,b\n1,2\n3,4\n", AB),
    "mark and mixed line ends": (b"\xef\xbb\xbfa,b\r\n1,2\n3,4\n", AB),
    "UTF-16 little": (b"\xff\xfe" + UMLAUT_TEXT.encode("utf-16-le"), UMLAUTS),
    "UTF-16 big": (b"\xfe\xff" + UMLAUT_TEXT.encode("utf-16-be"), UMLAUTS),
    "UTF-16 without a mark": (UMLAUT_TEXT.encode("utf-16-le"), UMLAUTS),
    "UTF-16 big without a mark": (UMLAUT_TEXT.encode("utf-16-be"), UMLAUTS),
    "UTF-8": (UMLAUT_TEXT, UMLAUTS),
    "sep= as Excel writes it": ("sep=;\r\na;b\r\n1;2\r\n3;4\r\n", AB),
    "comments first": ("# made by a machine\n# on a Monday\na,b\n1,2\n3,4\n", AB),
    "names in a comment": ("# a b\n1.0 2.0\n3.0 4.0\n", AB),
    "no names": ("1.5,2\n3,4\n", {"x1": [1.5, 3.0], "x2": [2.0, 4.0]}),
    "no names, text last": ("5.1,3.5,setosa\n4.9,3,setosa\n", {
        "x1": [5.1, 4.9], "x2": [3.5, 3.0], "x3": ["setosa", "setosa"],
    }),
    "decimal comma": ("a;b\n1,5;2,5\n3,5;4\n", {"a": [1.5, 3.5], "b": [2.5, 4.0]}),
    "decimal comma, no names": ("1,5;2,5\n3,5;4\n", {"x1": [1.5, 3.5], "x2": [2.5, 4.0]}),
    "decimal comma, tab": ("a\tb\n1,5\t2\n3,5\t4\n", {"a": [1.5, 3.5], "b": [2.0, 4.0]}),
    "decimal comma in quotes": ('a,b\n"1,5",2\n"3,25",4\n', {"a": [1.5, 3.25], "b": [2.0, 4.0]}),
    "decimal comma, one column": ("a\n1,5\n2,5\n", {"a": [1.5, 2.5]}),
    "point in a semicolon file": ("a;b\n1.5;x\n2.25;y\n", {"a": [1.5, 2.25], "b": ["x", "y"]}),
    "another column proves the point": ("a;b\n1.234;0.5\n2.345;0.7\n", {"a": [1.234, 2.345], "b": [0.5, 0.7]}),
    "thousands and decimal comma": ("a;b\n1.234,5;x\n5.678;y\n", {"a": [1234.5, 5678.0], "b": ["x", "y"]}),
    "thousands twice": ("a;b\n1.234.567;x\n5;y\n", {"a": [1234567.0, 5.0], "b": ["x", "y"]}),
    "thousands apart by apostrophes": ("a;b\n1'234;2\n5'678.5;3\n", {"a": [1234.0, 5678.5], "b": [2.0, 3.0]}),
    "thousands apart by spaces": ("a;b\n1 234,5;2\n5 678;3\n", {"a": [1234.5, 5678.0], "b": [2.0, 3.0]}),
    "newline in quotes": ('a,b\n"x\ny",1\nz,2\n', {"a": ["x\ny", "z"], "b": [1.0, 2.0]}),
    "newline in quotes, Windows": ('a,b\r\n"x\ny",1\r\nz,2\r\n', {"a": ["x\ny", "z"], "b": [1.0, 2.0]}),
    "newline in a name": ('"a\nq",b\n1,2\n3,4\n', {"a q": [1.0, 3.0], "b": [2.0, 4.0]}),
    "delimiter and quotes in quotes": ('a,b\n"x, ""y""",1\nz,2\n', {"a": ['x, "y"', "z"], "b": [1.0, 2.0]}),
    "space before a quote": ('a,b\n1, "x,y"\n2, z\n', {"a": [1.0, 2.0], "b": ["x,y", "z"]}),
    "missing values": ("a,b\n1,x\nNA,\n?,N/A\n-,y\n,null\n2.5,z\n", {
        "a": [1.0, None, None, None, None, 2.5], "b": ["x", None, None, "y", None, "z"],
    }),
    "a dash may be a class": ("a,b\n1,+\n2,-\n", {"a": [1.0, 2.0], "b": ["+", "-"]}),
    "a column without values": ("a,b\n1,\n2,\n", {"a": [1.0, 2.0], "b": [None, None]}),
    "exponents and signs": ("a,b\n1e3,+.5\n-2E-1,7.\n", {"a": [1000.0, -0.2], "b": [0.5, 7.0]}),
    "underscores make no number": ("a,b\n1_000,1\n2_000,2\n", {"a": ["1_000", "2_000"], "b": [1.0, 2.0]}),
    "dates are days since 1970": ("a,b\n2020-01-02,1\n2020-01-03,2\n", {"a": [18263.0, 18264.0], "b": [1.0, 2.0]}),
    "German dates": ("a;b\n12.10.2020;1\n13.10.2020;2\n", {"a": [18547.0, 18548.0], "b": [1.0, 2.0]}),
    "truth values are text": ("a,b\ntrue,1\nfalse,2\n", {"a": ["true", "false"], "b": [1.0, 2.0]}),
    "one column": ("a\n1\n2\n", {"a": [1.0, 2.0]}),
    "one number": ("5", {"x1": [5.0]}),
    "one row and names": ("a,b\n1,x\n", {"a": [1.0], "b": ["x"]}),
    "a delimiter at the end of every line": ("a,b,\n1,2,\n3,4,\n", AB),
    "a delimiter at the end of every row": ("a,b\n1,2,\n3,4,\n", AB),
    "names twice, no name": ("a,a,,a (2)\n1,2,3,4\n", {
        "a": [1.0], "a (3)": [2.0], "column 3": [3.0], "a (2)": [4.0],
    }),
    "markup and letters from right to left": ("<b>a</b>,\u05d0\u05d1\n1,2\n3,4\n", {
        "<b>a</b>": [1.0, 3.0], "\u05d0\u05d1": [2.0, 4.0],
    }),
    "spaces around values": ("a , b\n 1 ,x \n 3 , y\n", {"a": [1.0, 3.0], "b": ["x", "y"]}),
    "a name of 10,000 letters": ("a" * 10_000 + ",b\n1,2\n", {"a" * 99 + "…": [1.0], "b": [2.0]}),
}  # fmt: skip


@pytest.mark.parametrize("case", CLEAR)
def test_one_right_reading(case: str, tmp_path: Path) -> None:
    content, expected = CLEAR[case]
    found = read(tmp_path, content)
    assert found.columns == expected
    assert not found.questions


# Content, the key of the question, and for each choice, the best first in the table too, what it gives.
ASKED: dict[str, tuple[str | bytes, str, int, list[Columns]]] = {
    "1.234 in a semicolon file": ("a;b\n1.234;x\n5.678;y\n", "numbers", 0, [
        {"a": [1.234, 5.678], "b": ["x", "y"]}, {"a": [1234.0, 5678.0], "b": ["x", "y"]},
    ]),
    "1,234 in a semicolon file": ("a;b\n1,234;x\n5,678;y\n", "numbers", 0, [
        {"a": [1.234, 5.678], "b": ["x", "y"]}, {"a": [1234.0, 5678.0], "b": ["x", "y"]},
    ]),
    "1,234 in quotes": ('a,b\n"1,234",x1\n"5,678",y1\n', "numbers", 0, [
        {"a": [1234.0, 5678.0], "b": ["x1", "y1"]}, {"a": [1.234, 5.678], "b": ["x1", "y1"]},
    ]),
    "1,5 without names": ("1,5\n2,5\n3,7\n", "delimiter", 0, [
        {"x1": [1.0, 2.0, 3.0], "x2": [5.0, 5.0, 7.0]}, {"x1": [1.5, 2.5, 3.7]},
    ]),
    "one column whose name holds a delimiter": ("a,b\n1\n2\n", "delimiter", 0, [
        {"a,b": [1.0, 2.0]}, {"a": [1.0, 2.0], "b": [None, None]},
    ]),
    "two delimiters": ("name, first;city\nDoe, Jane;Rome\nRoe, Richard;Oslo\n", "delimiter", 0, [
        {"name, first": ["Doe, Jane", "Roe, Richard"], "city": ["Rome", "Oslo"]},
        {"name": ["Doe", "Roe"], "first;city": ["Jane;Rome", "Richard;Oslo"]},
    ]),
    "only text, names likely": ("a,b\nx,y\nz,y\n", "header", 0, [
        {"a": ["x", "z"], "b": ["y", "y"]}, {"x1": ["a", "x", "z"], "x2": ["b", "y", "y"]},
    ]),
    "only text, names unlikely": ("x,y\nz,y\nx,w\n", "header", 1, [
        {"x": ["z", "x"], "y": ["y", "w"]}, {"x1": ["x", "z", "x"], "x2": ["y", "y", "w"]},
    ]),
    "years over the columns": ("name;2019;2020\nx;1;2\ny;3;4\n", "header", 0, [
        {"name": ["x", "y"], "2019": [1.0, 3.0], "2020": [2.0, 4.0]},
        {"x1": ["name", "x", "y"], "x2": [2019.0, 1.0, 3.0], "x3": [2020.0, 2.0, 4.0]},
    ]),
    "Windows-1252": (UMLAUT_TEXT.encode("cp1252"), "encoding", 0, [
        UMLAUTS, {"Stadt": ["Zьrich", "Kцln"], "n": [1.0, 2.0]},
    ]),
    "Windows-1251": ("имя,n\nМосква,1\nКазань,2\n".encode("cp1251"), "encoding", 0, [
        {"имя": ["Москва", "Казань"], "n": [1.0, 2.0]}, {"èìÿ": ["Ìîñêâà", "Êàçàíü"], "n": [1.0, 2.0]},
    ]),
    "Shift-JIS": ("名前,n\nひらがな,1\nカタカナ,2\n".encode("shift_jis"), "encoding", 0, [
        {"名前": ["ひらがな", "カタカナ"], "n": [1.0, 2.0]},
    ]),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_two_readings_are_asked_about_and_either_can_be_had(case: str, tmp_path: Path) -> None:
    content, key, best, readings = ASKED[case]
    found = read(tmp_path, content)
    question = found.questions[key]
    assert question.best == best
    assert found.columns == readings[best]
    for choice, expected in zip(question.choices, readings, strict=False):
        again = read(tmp_path, content, choice.options)
        assert again.columns == expected
        assert key not in again.questions, "what was answered is not asked again"


def test_only_the_question_that_was_answered_goes_away(tmp_path: Path) -> None:
    content = "ü;b\nx;y\nz;w\n".encode("cp1252")
    found = read(tmp_path, content)
    assert set(found.questions) == {"encoding", "header"}
    again = read(tmp_path, content, found.questions["encoding"].choices[0].options)
    assert set(again.questions) == {"header"}
    assert not read(tmp_path, content, again.questions["header"].choices[0].options).questions


def test_what_was_found_is_told_in_words(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xef\xbb\xbfa;b\n1,5;x\n2,5;y\n")
    assert found.details == {
        "encoding": "UTF-8 with a byte order mark", "delimiter": "semicolon", "decimal mark": "comma",
        "first row": "names",
    }  # fmt: skip
    assert found.notes == ()
    assert read(tmp_path, "1.5,2\n3,4\n").notes == ("There is no row of names; the columns are called x1 to x2.",)


def test_a_delimiter_at_the_end_of_lines_is_said_once(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,y,\n1,2,0,\n3,4,1,\n")
    assert list(found.columns) == ["a", "b", "y"]
    assert found.notes == ("Every line ends with a delimiter; the empty column after it is left out.",)


def test_a_nameless_column_with_values_keeps_its_note(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,\n1,2,0\n3,4,1\n")
    assert found.notes == ("Column 3 has no name; it is called column 3.",)


def test_missing_infinite_and_long_numbers_are_noted(tmp_path: Path) -> None:
    found = read(tmp_path, "a,b,c\n-12345678901234567890,1e999,1\n1,inf,NA\n2,3,\n")
    assert found.columns["b"] == [np.inf, np.inf, 3.0]
    assert found.notes == (
        "Column a: whole numbers beyond 9,007,199,254,740,992 (2^53) may lose their last digits.",
        "Column b: 2 values are infinite or too large for a number.",
        "Column c: 2 of 3 values are missing.",
    )


@pytest.mark.parametrize("before", [5, 100_000])
def test_the_row_that_makes_a_column_text_is_named(before: int, tmp_path: Path) -> None:
    """Within the beginning that is looked at first, and far behind it."""
    found = read(tmp_path, "a,b\n" + "1,2\n" * before + "oops,3\n" + "1,2\n" * 5)
    column = found.columns["a"]
    assert column[before] == "oops"
    assert column[0] == "1"
    assert found.columns["b"][before] == 3.0
    assert found.notes == (f"Row {before + 1:,}, column a: 'oops' is not a number, so the column is text.",)


def test_a_decimal_comma_turning_up_late_is_not_silently_a_number(tmp_path: Path) -> None:
    found = read(tmp_path, "a;b\n" + "1;2\n" * 2000 + "1,5;1.5\n")
    assert found.columns["b"][-1] == 1.5
    assert found.columns["a"][-1] == "1,5"
    assert "Row 2,001, column a: '1,5' is not a number" in found.notes[0]


def test_options_overrule_what_is_detected(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b\n1,2\n", ReadingOptions(delimiter=";")).columns == {"a,b": [1.2]}
    assert read(tmp_path, "1,2\n3,4\n", ReadingOptions(header=True, delimiter=",")).columns == {"1": [3.0], "2": [4.0]}
    assert read(tmp_path, "a;b\n1.000;2\n", ReadingOptions(decimal=",", thousands=".")).columns["a"] == [1000.0]
    assert read(tmp_path, 'a,b\n"1.000,5",2\n', ReadingOptions(thousands=".")).columns["a"] == [1000.5]
    assert read(tmp_path, "a\n\xe9\n".encode("latin-1"), ReadingOptions(encoding="latin-1", header=True)).columns == {
        "a": ["é"]
    }


@pytest.mark.parametrize("name", ["a[1].csv", "a*.csv", "a?.csv", "x.csv.gz", "it's.csv", "year=2020.csv", "ü €;.csv"])
def test_any_name_of_a_file(name: str, tmp_path: Path) -> None:
    """Some of them are patterns of names to DuckDB, or the sign of an archive."""
    for other in ("a1.csv", "ab.csv"):
        (tmp_path / other).write_text("a,b\n9,9\n")
    work = tmp_path / "work"
    work.mkdir()
    try:
        (tmp_path / name).write_text("a,b\n1,2\n")
    except OSError:
        pytest.skip("no such names here")
    table, _ = csv_reader.read(Task((tmp_path / name,), tmp_path, ReadingOptions(), work))
    assert table.names == ("a", "b")
    assert table.rows == 1


def test_short_rows_are_filled_when_asked(tmp_path: Path) -> None:
    found = read(tmp_path, 'a,b,c\n"x\ny",1\nz,2,3\n', ReadingOptions(fill_short_rows=True))
    assert found.columns == {"a": ["x\ny", "z"], "b": [1.0, 2.0], "c": [None, 3.0]}


def test_a_thousand_columns(tmp_path: Path) -> None:
    names = [f"c{index}" for index in range(1000)]
    found = read(tmp_path, ",".join(names) + "\n" + (",".join("1.5" for _ in names) + "\n") * 3)
    assert found.table.names == tuple(names)
    assert found.columns["c999"] == [1.5, 1.5, 1.5]


CELL = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8) | st.floats(allow_nan=False).map(
    repr
)


@settings(max_examples=25)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_whatever_is_quoted_comes_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [("left", "right"), *rows]]
    options = ReadingOptions(header=True, delimiter=",", decimal=".", thousands="", encoding="utf-8")
    found = read(tmp_path_factory.mktemp("quoted"), "\n".join(lines) + "\n", options).columns
    assert list(found) == ["left", "right"]
    for place, column in enumerate(found.values()):
        assert len(column) == len(rows)
        for cell, value in zip((row[place] for row in rows), column, strict=True):
            if isinstance(value, str):
                assert value == cell.strip()
            elif isinstance(value, float):
                assert value == float(cell)
