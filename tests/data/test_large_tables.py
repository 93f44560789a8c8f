"""Large tables in text: rows in the order of the file, whatever the memory; asked about where they do not fit."""

from __future__ import annotations

import random
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers import ReadingOptions, large, read_file
from bpgui.data.readers.parent import Limits
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from bpgui.data.table import NumberColumn, TextColumn

ROWS = 300_000


@pytest.fixture(scope="module")
def long_parquet(long_file: Path) -> Path:
    path = long_file.with_name("long.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{long_file}')) TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def long_array(long_file: Path) -> Path:
    path = long_file.with_name("long.npy")
    np.save(path, np.random.default_rng(0).normal(size=(ROWS, 12)))
    return path


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """300 000 rows with their number, a word and ten numbers, some 25 MB: enough for several threads."""
    draw = random.Random(1)
    tails = [
        f",{draw.choice(('red', 'green', 'NA', 'blue'))}," + ",".join(f"{draw.random():.4f}" for _ in range(10))
        for _ in range(997)
    ]
    path = tmp_path_factory.mktemp("long") / "long.csv"
    head = "row,word," + ",".join(f"x{i}" for i in range(10))
    path.write_text(head + "\n" + "".join(f"{row + 0.5}{tails[row % 997]}\n" for row in range(ROWS)))
    return path


@pytest.mark.slow
def test_rows_keep_the_order_of_the_file(long_file: Path) -> None:
    table = read_file(long_file).table
    rows = table.column("row")
    assert isinstance(rows, NumberColumn)
    np.testing.assert_array_equal(rows.values, np.arange(ROWS) + 0.5)
    words = table.column("word")
    assert isinstance(words, TextColumn)
    np.testing.assert_array_equal(words.codes[:997], words.codes[997 : 2 * 997])


@pytest.mark.slow
def test_a_table_larger_than_memory_is_read_in_full_and_the_same(long_file: Path) -> None:
    free = read_file(long_file)
    tight = read_file(long_file, limits=Limits(memory=24 << 20))
    assert free.questions == ()
    (question,) = tight.questions
    assert question.key == "size"
    said = r"long.csv has about 30\d,000 rows and 12 columns: 29 MB, and 25 MB of memory may be used"
    assert re.search(said, question.text)
    assert [choice.label.split(":")[0] for choice in question.choices] == [
        "all rows, kept in a file", "a sample of 260,000 rows", "all rows in single precision",
    ]  # fmt: skip
    assert tight.table.sha == free.table.sha
    settled = read_file(long_file, options=question.choices[0].options, limits=Limits(memory=24 << 20))
    assert settled.questions == ()
    assert settled.table.sha == free.table.sha
    sample = read_file(long_file, options=question.choices[1].options, limits=Limits(memory=24 << 20))
    assert (sample.table.rows, sample.questions) == (260_000, ())
    halved = read_file(long_file, options=question.choices[2].options, limits=Limits(memory=24 << 20))
    single = halved.table.column("x0")
    assert isinstance(single, NumberColumn)
    assert single.values.dtype == np.float32


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["parquet", "npy"])
def test_other_sorts_go_through_the_same_file(sort: str, long_parquet: Path, long_array: Path) -> None:
    path = {"parquet": long_parquet, "npy": long_array}[sort]
    free, tight = read_file(path), read_file(path, limits=Limits(memory=24 << 20))
    (question,) = tight.questions
    assert (question.key, free.questions) == ("size", ())
    assert question.choices[0].label.startswith("all rows, kept in a file")
    assert (tight.table.rows, tight.table.sha) == (ROWS, free.table.sha)
    for name in tight.table.names if sort == "npy" else ():
        column = tight.table.column(name)
        assert isinstance(column, NumberColumn)
        np.testing.assert_array_equal(column.values, np.load(path)[:, int(name[1:]) - 1])
    few = read_file(path, options=replace(question.choices[1].options, rows=1000), limits=Limits(memory=24 << 20))
    assert (few.table.rows, few.questions) == (1000, ())
    assert few.table.sha == read_file(path, options=ReadingOptions(rows=1000)).table.sha
    narrow = read_file(path, options=ReadingOptions(columns=free.table.names[1:3]), limits=Limits(memory=24 << 20))
    assert (narrow.table.names, narrow.questions) == (free.table.names[1:3], ())


def test_the_preview_asks_already(long_file: Path, tmp_path: Path) -> None:
    task = Task((long_file,), long_file.parent, ReadingOptions(), tmp_path, memory=24 << 20, preview=50)
    table, parsed = csv_reader.read(task)
    assert table.rows == 50
    assert [question.key for question in parsed.questions] == ["size"]
    assert parsed.rows is not None
    assert f"has about {large.rounded(parsed.rows):,} rows" in parsed.questions[0].text, "one estimate"


def test_where_the_disk_has_no_room_a_sample_is_the_better_guess(
    long_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = large.shutil.disk_usage(tmp_path)._replace(free=50 << 20)
    monkeypatch.setattr(large.shutil, "disk_usage", lambda folder: usage)
    question = large.size_question("t.csv", 300_000, 12, ReadingOptions(), 24 << 20, tmp_path)
    assert question is not None
    assert [choice.label for choice in question.choices] == [
        "a sample of 260,000 rows: 25 MB", "all rows in single precision: 14 MB",
    ]  # fmt: skip
    settled = replace(ReadingOptions(), precision="float64")
    with pytest.raises(DataError, match=r"take 29 MB; there are 25 MB of memory to use, and 52 MB free on the disk"):
        large.size_question("t.csv", 300_000, 12, settled, 24 << 20, tmp_path)


def test_what_fits_is_not_asked_about(tmp_path: Path) -> None:
    assert large.size_question("t.csv", 1000, 10, ReadingOptions(), 80_000, tmp_path) is None
    assert large.size_question("t.csv", 1e9, 1000, ReadingOptions(), None, tmp_path) is None
    assert large.size_question("t.csv", 1e9, 10, ReadingOptions(rows=1000), 80_000, tmp_path) is None
