"""Text files read in part: a preview, some of the columns, a sample of the rows; and what can be set about them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from bpgui.data.errors import DataError
from bpgui.data.readers import read_files
from bpgui.data.readers.options import Parsed, ReadingOptions, with_setting
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from bpgui.data.table import NumberColumn, Table, TextColumn

ROWS = 40_000


def _read(path: Path, options: ReadingOptions = ReadingOptions(), preview: int | None = None) -> tuple[Table, Parsed]:  # noqa: B008
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    return csv_reader.read(Task((path,), path.parent, options, work, preview=preview))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 000 rows: their number, words and dates in turn; 1.8 MB, more than is looked at first."""
    path = tmp_path_factory.mktemp("large") / "large.csv"
    lines = (
        f"{row},{'red' if row % 2 else 'blue'},2024-01-{1 + row % 28:02},{row / 8},{'x' * 12}\n" for row in range(ROWS)
    )
    path.write_text("id,colour,day,value,filler\n" + "".join(lines), encoding="utf-8")
    return path


def test_a_preview_is_the_beginning_and_estimates_the_rest(large: Path) -> None:
    table, parsed = _read(large, preview=50)
    assert table.rows == 50
    whole, _ = _read(large)
    assert table.names == whole.names
    for column in table.columns:
        full = whole.column(column.name)
        if isinstance(column, TextColumn) and isinstance(full, TextColumn):
            assert column.texts() == full.texts()[:50]
        elif isinstance(column, NumberColumn) and isinstance(full, NumberColumn):
            assert np.array_equal(column.values, full.values[:50])
            assert column.meaning == full.meaning
    assert parsed.rows is not None
    assert abs(parsed.rows - ROWS) < 0.05 * ROWS


def test_a_preview_does_not_wait_for_a_large_file(tmp_path: Path) -> None:
    """400 MB that take no room: it would take seconds to look at every byte, and these are no text."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"1,2\n" * 300_000)
        file.truncate(400_000_000)
    _read(path, preview=50)  # whatever is loaded once
    began = time.process_time()
    table, parsed = _read(path, preview=50)
    assert time.process_time() - began < 1
    assert table.rows == 50
    assert parsed.rows is not None
    assert parsed.rows > 50_000_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_a_preview_of_another_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(("city,n\n" + "Zürich,1\n" * 200_000).encode(encoding))
    table, _ = _read(path, preview=3)
    city = table.column("city")
    assert isinstance(city, TextColumn)
    assert city.texts() == ["Zürich"] * 3


def test_a_preview_ends_between_records(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + '"x\ny",1\n' * 200_000)
    table, _ = _read(path, preview=10_000_000)
    a = table.column("a")
    assert isinstance(a, TextColumn)
    assert a.levels == ("x\ny",)


def test_a_sample_of_rows_is_the_same_each_time_and_in_order(large: Path) -> None:
    whole, _ = _read(large)
    table, parsed = _read(large, ReadingOptions(rows=500))
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([0, 4, 0])))
    places = np.sort(random.permutation(ROWS)[:500])
    for name in ("id", "day", "value"):
        mine, full = table.column(name), whole.column(name)
        assert isinstance(mine, NumberColumn)
        assert isinstance(full, NumberColumn)
        assert np.array_equal(mine.values, full.values[places])
    colour, full_colour = table.column("colour"), whole.column("colour")
    assert isinstance(colour, TextColumn)
    assert isinstance(full_colour, TextColumn)
    assert colour.texts() == [full_colour.texts()[place] for place in places]
    assert any("500 of 40,000 rows" in note for note in parsed.notes)
    assert _read(large, ReadingOptions(rows=500))[0] == table


def test_a_sample_larger_than_the_file_is_the_file(large: Path) -> None:
    assert _read(large, ReadingOptions(rows=10**9))[0] == _read(large)[0]


def test_only_these_columns_in_single_precision(large: Path) -> None:
    table, parsed = _read(large, ReadingOptions(columns=("value", "id"), precision="float32"))
    assert table.names == ("id", "value")
    value = table.column("value")
    assert isinstance(value, NumberColumn)
    assert value.values.dtype == np.float32
    assert np.array_equal(value.values, np.arange(ROWS, dtype=np.float32) / 8)
    assert [column.name for column in parsed.columns] == ["id", "value"]


def test_what_was_found_is_what_can_be_set(tmp_path: Path) -> None:
    """Reading again with every setting as it was found changes nothing, and asks nothing about what was settled."""
    path = tmp_path / "t.csv"
    path.write_text("Report\n\ntag;n;when\nx;1.234,5;31.12.2024\ny;;01.02.2025\n", encoding="utf-8")
    table, parsed = _read(path)
    found = {setting.key: setting.value for setting in parsed.settings}
    assert found["delimiter"] == ";"
    assert found["decimal"] == ","
    assert found["thousands"] == "."
    assert found["skip"] == "2"
    assert found["header"] == "yes"
    assert found["dates"] == "dmy"
    assert found["encoding"] == "utf-8"
    options = ReadingOptions()
    for setting in parsed.settings:
        options = with_setting(options, setting.key, setting.value)
        assert not setting.choices or setting.value in [value for value, _ in setting.choices], setting
        assert setting.help.endswith(".")
    again, asked = _read(path, options)
    assert again == table
    assert not asked.questions


def test_columns_are_described(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "n,share,word,code,day,odd\n" + "1,5 %,x,007,2024-12-31,1\n2,,y,008,2025-01-01,oops\n3,7 %,z,009,,3\n"
    )
    _, parsed = _read(path)
    columns = {column.name: column for column in parsed.columns}
    assert {name: column.type for name, column in columns.items()} == {
        "n": "number", "share": "number", "word": "text", "code": "text", "day": "date", "odd": "text",
    }  # fmt: skip
    assert columns["share"].missing == 1
    assert columns["share"].note == "Column share: 5 % is read as 0.05."
    assert columns["odd"].types == ("text", "number")
    assert columns["code"].types == ("text", "number")
    assert columns["day"].types == ("date", "text")
    assert "oops" in columns["odd"].note
    assert parsed.rows == 3


@pytest.mark.parametrize("type", ["number", "text", "date"])
def test_any_column_can_be_read_as_any_type(type: str, tmp_path: Path) -> None:
    """Whatever a person settles is done; what does not fit is missing and counted."""
    path = tmp_path / "t.csv"
    path.write_text("n,word,day\n1,x,2024-12-31\n2,y,2025-01-01\n")
    options = ReadingOptions(types=tuple((name, type) for name in ("n", "word", "day")))  # type: ignore[misc]
    table, parsed = _read(path, options)
    assert not parsed.questions
    assert [column.type for column in parsed.columns] == [type] * 3
    fitting = {"number": ["n"], "text": ["n", "word", "day"], "date": ["day"]}[type]
    for column in table.columns:
        assert bool(column.missing.any()) == (column.name not in fitting)
        assert bool(column.missing.all()) == (column.name not in fitting)


def test_too_large_a_table_is_read_in_full_and_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c,d\n" + "1,2,3,4\n" * 20_000)
    table, parsed = csv_reader.read(Task((path,), tmp_path, ReadingOptions(), tmp_path, memory=500_000))
    assert table.rows == 20_000
    (question,) = parsed.questions
    assert (question.key, question.best) == ("size", 0)
    assert "a sample of 15,000 rows" in question.choices[1].label


def test_through_the_child_the_same_is_read_asked_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("zip;when\n01234;01/02/2024\n98101;03/04/2024\n")
    reading = read_files((path,))
    assert {question.key for question in reading.questions} == {"codes", "dates"}
    assert [column.type for column in reading.columns] == ["text", "date"]
    options = reading.questions[1].choices[1].options
    again = read_files((path,), options=options, preview=1)
    assert again.table.rows == 1
    assert len(again.questions) == 1
    path.write_text("a,b\n1,2\n3\n")
    with pytest.raises(DataError, match=r"t.csv, line 3: 1 value was found where 2 were expected"):
        read_files((path,))
