"""Parquet: every type as a column or named and left out, and a footer that is not believed."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from bpgui.data.readers import duck
from bpgui.data.readers.records import parquet_reader
from bpgui.data.table import NumberColumn
from tests.data.table_files import Read, put, read, refusal


def written(folder: Path, select: str, name: str = "t.parquet", options: str = "") -> Path:
    path = folder / name
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{folder}/t.tmp' (FORMAT parquet{options})")
    (folder / "t.tmp").rename(path)
    return path


def made(folder: Path, select: str, **options: Any) -> Read:
    return read(parquet_reader.read, written(folder, select), **options)


KEY = "6f9619ff-8b86-d011-b42d-00cf4fc964ff"
TYPES: dict[str, tuple[str, dict[str, list[Any]]]] = {
    "whole numbers": ("SELECT 1::TINYINT a, 2::UBIGINT b, 3::HUGEINT c", {"a": [1], "b": [2], "c": [3]}),
    "fractions": ("SELECT 0.5::DOUBLE a, 1.25::DECIMAL(10, 2) b", {"a": [0.5], "b": [1.25]}),
    "single precision": ("SELECT 'NaN'::FLOAT a UNION ALL SELECT 0.5", {"a": [None, 0.5]}),
    "infinity": ("SELECT 'inf'::DOUBLE a", {"a": [np.inf]}),
    "yes and no": ("SELECT unnest([true, false, NULL]) a", {"a": ["true", "false", None]}),
    "text": ("SELECT unnest(['b', 'a', NULL, '', ' b ']) a", {"a": ["b", "a", None, None, "b"]}),
    "dates": ("SELECT DATE '1970-01-03' a", {"a": [2]}),
    "times": ("SELECT TIMESTAMP '1970-01-02 06:00' a, TIMESTAMP_NS '1970-01-02 12:00:00' b", {"a": [1.25], "b": [1.5]}),
    "a time zone": ("SELECT TIMESTAMPTZ '1970-01-02 02:00:00+02:00' a", {"a": [1]}),
    "times without an end": ("SELECT unnest([TIMESTAMP 'infinity', TIMESTAMP '1970-01-02']) a", {"a": [None, 1]}),
    "times of day": ("SELECT TIME '06:30:00' a", {"a": [6.5]}),
    "a dictionary": ("SELECT ['x', 'y'][range % 2 + 1] a FROM range(4)", {"a": ["x", "y", "x", "y"]}),
    "records": ("SELECT {'b c': 1, 'd': {'e': 'x'}} a", {"a.b c": [1], "a.d.e": ["x"]}),
    "odd names in records": ("""SELECT {'it''s, ("odd")': 1} a""", {'a.it\'s, ("odd")': [1]}),
    "lists": ("SELECT unnest([[1, NULL], [4, 5], NULL]) a", {"a.1": [1, 4, None], "a.2": [None, 5, None]}),
    "identifiers": (f"SELECT '{KEY}'::UUID a", {"a": [KEY]}),
    "all missing": ("SELECT NULL::INT a, NULL::VARCHAR b FROM range(2)", {"a": [None, None], "b": [None, None]}),
    "an odd name": ("""SELECT 1 AS "a'b""c", 2 AS " " """, {"a'b\"c": [1], "column 2": [2]}),
}  # fmt: skip


@pytest.mark.parametrize("case", TYPES)
def test_a_type_becomes_a_column(case: str, tmp_path: Path) -> None:
    select, expected = TYPES[case]
    assert made(tmp_path, select).columns == expected


def test_dates_are_dates_and_lists_of_lists_pictures(tmp_path: Path) -> None:
    found = made(tmp_path, "SELECT DATE '2024-01-01' d, [[1.0, 2], [3, 4]] i")
    assert found.meanings == {"d": "date", "i": "image"}
    assert found.table.column("i").shape == (2, 2, 1)
    assert found.found["d"].types == ("date", "number", "text")


def test_what_fits_no_column_is_named_and_left_out(tmp_path: Path) -> None:
    select = "SELECT 1 a, 'x'::BLOB b, MAP {'k': 1} m, INTERVAL 1 MONTH i, ['x'] t, unnest([[1], [1, 2]]) l"
    found = made(tmp_path, select)
    assert list(found.columns) == ["a"]
    for name in "bmitl":
        assert f"Column {name} holds" in found.notes


def test_a_name_with_a_pattern_of_the_shell_is_one_file(tmp_path: Path) -> None:
    written(tmp_path, "SELECT 1 a", "data1.parquet")
    path = written(tmp_path, "SELECT 2 a", "data[1]*.parquet")
    assert read(parquet_reader.read, path).columns == {"a": [2]}


def test_options_choose_types_rows_and_columns(tmp_path: Path) -> None:
    select = "SELECT range a, range * 0.5 b, (range % 3)::VARCHAR c, DATE '1970-01-01' + range::INT d FROM range(1000)"
    path = written(tmp_path, select)
    types = (("a", "text"), ("c", "number"), ("d", "number"))
    found = read(parquet_reader.read, path, rows=30, types=types, precision="float32")
    assert found.table.rows == 30
    assert found.parsed.rows == 1000
    places = [int(text) for text in found.columns["a"]]
    assert places == sorted(places)
    assert found.columns["b"] == [place * 0.5 for place in places]
    assert found.columns["c"] == [place % 3 for place in places]
    assert found.columns["d"] == places
    assert found.table.column("b").values.dtype == np.float32  # type: ignore[union-attr]
    assert list(read(parquet_reader.read, path, columns=("d", "b")).columns) == ["b", "d"]
    assert read(parquet_reader.read, path, missing=("3", "1")).columns["c"][:3] == ["0", None, "2"]
    assert read(parquet_reader.read, path, missing=("3",)).columns["a"][2:5] == [2, None, 4]


def test_a_preview_reads_the_first_rows(tmp_path: Path) -> None:
    found = made(tmp_path, "SELECT range a, range::VARCHAR b FROM range(50000)", preview=3)
    assert found.columns == {"a": [0, 1, 2], "b": ["0", "1", "2"]}
    assert found.parsed.rows == 50_000


def test_rows_keep_their_order_over_many_groups(tmp_path: Path) -> None:
    path = written(tmp_path, "SELECT range a FROM range(300000)", options=", ROW_GROUP_SIZE 5000")
    column = read(parquet_reader.read, path).table.column("a")
    assert isinstance(column, NumberColumn)
    np.testing.assert_array_equal(column.values, np.arange(300_000))


# ---- refused


def test_a_table_that_cannot_fit_is_refused_by_its_footer(tmp_path: Path) -> None:
    path = written(tmp_path, "SELECT 1 a FROM range(30000000)")
    assert path.stat().st_size < 100_000
    begun = time.monotonic()
    assert "Read a sample of" in refusal(parquet_reader.read, path, memory=200_000_000)
    assert time.monotonic() - begun < 2


REFUSED: dict[str, tuple[str, str]] = {
    "no rows": ("SELECT 1 a WHERE false", "no rows of values"),
    "only bytes": ("SELECT 'x'::BLOB b", "none of its columns.*Column b holds bytes"),
    "only lists of different lengths": ("SELECT unnest([[1], [1, 2]]) l", "none of its columns"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_without_a_table_is_refused(case: str, tmp_path: Path) -> None:
    select, message = REFUSED[case]
    text = refusal(parquet_reader.read, written(tmp_path, select))
    assert re.search(message, text), text


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(share: float, tmp_path: Path) -> None:
    data = written(tmp_path, "SELECT range a, range::VARCHAR b FROM range(2000)").read_bytes()
    path = put(tmp_path, "cut.parquet", data[: int(len(data) * share)])
    assert "its end is missing" in refusal(parquet_reader.read, path)


def test_ends_that_lie_are_refused(tmp_path: Path) -> None:
    data = written(tmp_path, "SELECT range a FROM range(2000)").read_bytes()
    long = put(tmp_path, "a.parquet", data[:-8] + b"\xff\xff\xff\x7fPAR1")
    assert "footer claims 2,147,483,647 bytes" in refusal(parquet_reader.read, long)
    hidden = put(tmp_path, "b.parquet", b"PARE" + data[4:-4] + b"PARE")
    assert "encrypted" in refusal(parquet_reader.read, hidden)
    assert parquet_reader.recognise(hidden.read_bytes(), hidden)
    nothing = put(tmp_path, "c.parquet", b"PAR1" + bytes(60) + (0).to_bytes(4, "little") + b"PAR1")
    assert "is damaged" in refusal(parquet_reader.read, nothing)
    middle = put(tmp_path, "d.parquet", data[:20] + bytes(len(data) // 2) + data[20 + len(data) // 2 :])
    refusal(parquet_reader.read, middle)


MUTATIONS = """
    import sys
    from pathlib import Path
    import numpy as np
    from bpgui.data.readers.records import parquet_reader
    from tests.data.table_files import put, read_or_refused
    folder, data = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
    random, read = np.random.default_rng(2), 0
    paths = [folder / f"{number}.parquet" for number in range(300)]

    class Kept:  # one connection for some files: making it takes longer than reading them
        def __init__(self): self.connection = connect(folder, None, paths)
        def __getattr__(self, name): return getattr(self.connection, name)
        def close(self): pass

    connect = parquet_reader.connect
    parquet_reader.connect = lambda *unused: kept
    for number, path in enumerate(paths):
        if number % 20 == 0:
            kept = Kept()
        changed = bytearray(data)
        begin = 0 if number % 2 else max(0, len(data) - 700)  # half of them in the footer
        for place in random.integers(begin, len(data), size=random.integers(1, 6)):
            changed[place] = random.integers(0, 256)
        read += read_or_refused(parquet_reader.read, put(folder, path.name, bytes(changed)))
    print("read", read)
"""


def test_bytes_changed_anywhere_never_do_harm(tmp_path: Path) -> None:
    """In a process of its own, so that a crash would be seen."""
    select = "SELECT range a, range * 0.5 b, ['x', 'y'][range % 2 + 1] c, {'d': range} s, [range, 1] l FROM range(100)"
    path = written(tmp_path, select)
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MUTATIONS), str(tmp_path), str(path)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert re.fullmatch(r"read \d+", ended.stdout.strip())
    assert time.monotonic() - begun < 100


def test_the_connection_reaches_nothing_else(tmp_path: Path) -> None:
    path = written(tmp_path, "SELECT 1 a")
    other = put(tmp_path, "other.csv", "a\n1\n")
    with duck.connect(tmp_path, 1 << 30, [path]) as connection:
        assert connection.execute(f"SELECT a FROM read_parquet('{path}')").fetchall() == [(1,)]
        for sql in (f"SELECT * FROM read_csv('{other}')", f"COPY (SELECT 1) TO '{tmp_path}/new.csv'", "INSTALL httpfs",
                    "SET enable_external_access = true"):  # fmt: skip
            with pytest.raises(duckdb.Error):
                connection.execute(sql)
    assert not (tmp_path / "new.csv").exists()
