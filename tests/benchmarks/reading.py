"""Reading: `python tests/benchmarks/reading.py [--rows 300000] [--columns 30] [--json]`.

A CSV file of numbers, one of numbers and words and dates: seconds that DuckDB's own `read_csv` takes to make a table,
and this program's reader takes to make one; then the same through the child process, and a preview of its first rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from bpgui.data.readers import read_files
from bpgui.data.readers.options import ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader

REPEATS = 3


def write_numbers(path: Path, rows: int, columns: int) -> None:
    names = ", ".join(f"round(random() * 1000, 4) AS c{index}" for index in range(columns))
    duckdb.connect().execute(f"COPY (SELECT {names} FROM range({rows})) TO '{path}' (HEADER)")


def write_mixed(path: Path, rows: int, columns: int) -> None:
    shown = ["DATE '2020-01-01' + (i % 1000)::INTEGER AS day", "['red', 'green', 'blue'][1 + i % 3] AS colour"]
    value = "CASE WHEN random() < 0.01 THEN NULL ELSE round(random() * 1000, 3) END"
    shown += [f"{value} AS c{i}" for i in range(columns - 2)]
    duckdb.connect().execute(f"COPY (SELECT {', '.join(shown)} FROM range({rows}) t(i)) TO '{path}' (HEADER)")


FILES: dict[str, Callable[[Path, int, int], None]] = {"numbers": write_numbers, "mixed": write_mixed}


def fastest(action: Callable[[], Any]) -> float:
    """Seconds of the fastest of a few runs."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def by_duckdb(path: Path) -> None:
    """A table in memory, and its columns as arrays, as ours has them."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_csv('{path}')")
        columns = connection.execute("SELECT * FROM t").fetchnumpy()
    assert all(len(column) for column in columns.values())


def by_us(path: Path, preview: int | None = None) -> None:
    with tempfile.TemporaryDirectory() as work:
        csv_reader.read(Task((path,), path.parent, ReadingOptions(), Path(work), preview=preview))


def measure(name: str, rows: int, columns: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.csv")
        FILES[name](path, rows, columns)
        times = {
            "DuckDB s": fastest(lambda: by_duckdb(path)),
            "reader s": fastest(lambda: by_us(path)),
            "child s": fastest(lambda: read_files((path,))),
            "preview s": fastest(lambda: by_us(path, preview=200)),
            "preview by child s": fastest(lambda: read_files((path,), preview=200)),
        }
        size = path.stat().st_size
    row: dict[str, Any] = {"what": f"{name}: {rows:,} x {columns}", "MB": round(size / 1e6, 1)}
    row |= {key: round(value, 3) for key, value in times.items()}
    return row | {"reader / DuckDB": round(times["reader s"] / times["DuckDB s"], 2)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--columns", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for name in FILES:
        row = measure(name, options.rows, options.columns)
        line = "   ".join(f"{key} {value}" for key, value in row.items())
        print(json.dumps(row) if options.json else line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
