"""One table in every format that can hold it is the same table, to the bit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from bpgui.data.readers.npy import npy_reader
from bpgui.data.readers.records import json_reader, parquet_reader
from bpgui.data.readers.text import csv_reader
from bpgui.data.readers.workbooks import sheet_reader
from tests.data.table_files import Reader, npy, ods, ods_row, put, read, workbook, xlsx

NAMES = ("length", "kind", "day", "count")
ROWS: list[tuple[Any, ...]] = [
    (1.5, "cat", dt.date(2024, 1, 2), 7),
    (None, "dog", dt.date(2024, 2, 29), -3),
    (0.1, None, dt.date(1969, 12, 31), 12345678),
    (1e-9, "Ärger, “so”", None, 0),
]


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, dt.date) else cell


def _csv() -> bytes:
    lines = [",".join(f'"{_plain(cell)}"' if cell is not None else "" for cell in row) for row in ROWS]
    return "\n".join([",".join(NAMES), *lines]).encode()


def _records() -> list[dict[str, Any]]:
    return [dict(zip(NAMES, map(_plain, row), strict=True)) for row in ROWS]


def _ods() -> bytes:
    rows = [[f"day {cell}" if isinstance(cell, dt.date) else cell for cell in row] for row in ROWS]
    return ods(S=ods_row(*NAMES) + "".join(ods_row(*row) for row in rows))


def _parquet(folder: Path) -> bytes:
    lines = json.dumps(_records())
    path = put(folder, "made.json", lines)
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM read_json('{path}')) TO '{folder}/made.parquet' (FORMAT parquet)")
    return (folder / "made.parquet").read_bytes()


def _fields() -> bytes:
    rows = [(np.nan if a is None else a, b or "", c or "NaT", d) for a, b, c, d in ROWS]
    types = [("length", "f8"), ("kind", "U20"), ("day", "M8[D]"), ("count", "i8")]
    return npy(np.array(rows, dtype=types))


FORMATS: dict[str, tuple[Reader, Callable[[Path], bytes]]] = {
    "CSV": (csv_reader.read, lambda folder: _csv()),
    "XLSX": (sheet_reader.read, lambda folder: xlsx(workbook(S=[NAMES, *ROWS]))),
    "ODS": (sheet_reader.read, lambda folder: _ods()),
    "JSON": (json_reader.read, lambda folder: json.dumps(_records()).encode()),
    "JSON lines": (json_reader.read, lambda folder: "\n".join(map(json.dumps, _records())).encode()),
    "columns": (json_reader.read, lambda folder: json.dumps({n: [r[n] for r in _records()] for n in NAMES}).encode()),
    "Parquet": (parquet_reader.read, _parquet),
    "NPY": (npy_reader.read, lambda folder: _fields()),
}


@pytest.mark.parametrize("name", FORMATS)
def test_the_format_makes_no_difference(name: str, tmp_path: Path) -> None:
    reader, make = FORMATS[name]
    first = read(json_reader.read, put(tmp_path, "first", json.dumps(_records())))
    assert first.columns["day"] == [19724, 19782, -1, None]
    assert first.columns["kind"] == ["cat", "dog", None, "Ärger, “so”"]
    found = read(reader, put(tmp_path, "same", make(tmp_path)))
    assert found.columns == first.columns
    assert found.meanings == first.meanings
    assert found.table == first.table
    sampled = read(reader, put(tmp_path, "same", make(tmp_path)), rows=2)
    assert sampled.table == read(json_reader.read, put(tmp_path, "first", json.dumps(_records())), rows=2).table
