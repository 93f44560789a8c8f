"""Reading: `python tests/benchmarks/reading.py [--rows 300000] [--columns 30] [--json]`.

A CSV file of numbers, and one of numbers, words and dates with gaps. What a person waits for, from the drop (or from
"Use" in the import view) to the table: `read_files` in this process, with all that it decides and asks, through a
process that was started while the file was held over the window ("child"), or is started only now ("child with start").
Beside it DuckDB's own `read_csv` straight into numpy's arrays, each time in a fresh process at the same low priority,
its import left out or counted. Both begin with memory that nobody has touched yet, a quarter of DuckDB's time.
"reader" is what the child does, in this process. The bar is 1.5 times DuckDB.

300 000 x 30, on two cores that ran at less than half their usual speed and unevenly (DuckDB's own turns took 0.5 to
1.7 s). Three runs gave, fastest turns (medians): numbers 1.34 (1.43), 1.22 (1.38), 1.15 (1.22) times DuckDB, mixed 1.44
(1.34), 1.72 (1.46), 1.11 (1.56). Seven turns say little on such a machine: 20 turns of numbers gave 1.28 (1.40), 30 of
mixed 1.42 (1.46), half of the pairs 1.31 to 1.52 and 1.40 to 1.63. With DuckDB's table in between, as before,
the medians of alternating turns were 1.56 against 1.34 (mixed) and 2.22 against 1.58 (numbers).
Of the child's time two thirds are DuckDB's pass over the file, a fifth goes into finding out what the file is, a tenth
into making and writing columns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
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
from bpgui.data.reading_process import SPARE

REPEATS = 7
READY = 0.8  # seconds that the process has had before the drop
# DuckDB's own way, the quicker of the two there are: straight into arrays.
OWN = """
import os, time
os.nice(5)
{before}
import duckdb, numpy
{after}
with duckdb.connect() as connection:
    connection.execute("SET enable_progress_bar = false")
    columns = connection.execute("SELECT * FROM read_csv('{path}')").fetchnumpy()
print(time.perf_counter() - began)
"""
STARTED = "began = time.perf_counter()"


def write_numbers(path: Path, rows: int, columns: int) -> None:
    names = ", ".join(f"round(random() * 1000, 4) AS c{index}" for index in range(columns))
    duckdb.connect().execute(f"COPY (SELECT {names} FROM range({rows})) TO '{path}' (HEADER)")


def write_mixed(path: Path, rows: int, columns: int) -> None:
    shown = ["DATE '2020-01-01' + (i % 1000)::INTEGER AS day", "['red', 'green', 'blue'][1 + i % 3] AS colour"]
    value = "CASE WHEN random() < 0.01 THEN NULL ELSE round(random() * 1000, 3) END"
    shown += [f"{value} AS c{i}" for i in range(columns - 2)]
    duckdb.connect().execute(f"COPY (SELECT {', '.join(shown)} FROM range({rows}) t(i)) TO '{path}' (HEADER)")


FILES: dict[str, Callable[[Path, int, int], None]] = {"numbers": write_numbers, "mixed": write_mixed}


def timed(action: Callable[[], Any]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def by_duckdb(path: Path, imported: bool) -> float:
    """Seconds of DuckDB in a process of its own, with or without the time that its import takes."""
    code = OWN.format(path=path, before="" if imported else STARTED, after=STARTED if imported else "")
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


def by_us(path: Path, preview: int | None = None) -> None:
    with tempfile.TemporaryDirectory() as work:
        csv_reader.read(Task((path,), path.parent, ReadingOptions(), Path(work), preview=preview))


def ready() -> None:
    """As the window does it: a process waits since files were dragged over the window."""
    SPARE.prepare()
    time.sleep(READY)


def cold(path: Path) -> float:
    SPARE.dismiss()
    return timed(lambda: read_files((path,)))


def warm(path: Path, preview: int | None = None) -> float:
    ready()
    return timed(lambda: read_files((path,), preview=preview))


WAYS: dict[str, Callable[[Path], float]] = {
    "DuckDB": lambda path: by_duckdb(path, imported=True),
    "DuckDB with import": lambda path: by_duckdb(path, imported=False),
    "child": warm,
    "child with start": cold,
    "reader": lambda path: timed(lambda: by_us(path)),
    "preview": lambda path: warm(path, preview=100),
}


def measure(name: str, rows: int, columns: int) -> dict[str, Any]:
    """The ways take turns, so that what else the machine does meets all of them; the fastest turn of each counts."""
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.csv")
        FILES[name](path, rows, columns)
        size = path.stat().st_size
        for _ in range(REPEATS):
            for way, seconds in WAYS.items():
                times[way].append(seconds(path))
    best = {way: min(found) for way, found in times.items()}
    row: dict[str, Any] = {"what": f"{name}: {rows:,} x {columns}", "MB": round(size / 1e6, 1)}
    row |= {f"{way} s": round(seconds, 3) for way, seconds in best.items()}
    row["child / DuckDB"] = round(best["child"] / best["DuckDB"], 2)
    row["both with import"] = round(best["child with start"] / best["DuckDB with import"], 2)
    medians = [statistics.median(times[way]) for way in ("child", "DuckDB")]
    return row | {"medians": round(medians[0] / medians[1], 2)}


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
