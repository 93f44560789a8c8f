"""Columns of a text file by way of a table of DuckDB's own, which goes to the disk where memory ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.csv_columns import Columns, Evidence, Undated, with_nan
from bpgui.data.readers.text.csv_file import CsvFile
from bpgui.data.readers.text.dates import DateForm
from bpgui.data.table import TextColumn

FETCHED = 64  # columns at a time
BATCH = 4 << 20  # bytes of columns at a time; few, since memory that was just used is quicker to have than other
TILE = 256 << 20  # bytes of one column at a time
_VALUE = 8


class LargeColumns(Columns):
    """A few columns at a time out of a table t, each to be kept before the next comes."""

    def __init__(self, task: Task, file: CsvFile, rows: str, which: Sequence[int], flags: Mapping[str, str]) -> None:
        """`rows` is SQL that gives the columns `which`, `flags` are tests of a row. Raises DataError."""
        self._task, self._file = task, file
        shown = [*(f"c{index}" for index in which), *(f"{test} AS {name}" for name, test in flags.items())]
        order = "ORDER BY n" if file.limit is not None else ""
        file.query("DROP TABLE IF EXISTS t")
        file.query(f"CREATE TEMP TABLE t AS SELECT {', '.join(shown)} FROM {rows} {order}")
        looked = "count(*), coalesce(bool_or(odd), false), coalesce(bool_or(misleading), false)"
        self.rows, self.odd, self.misleading = file.query(f"SELECT {looked} FROM t").fetchone()
        tile = TILE if task.memory is None else min(TILE, task.memory // 16)
        self._block = max(1, tile // _VALUE)

    def with_gaps(self, indices: Sequence[int]) -> set[int]:
        counted = ", ".join(f"count(*) - count(c{index})" for index in indices)
        counts = self._file.query(f"SELECT {counted} FROM t").fetchone()
        return {index for index, count in zip(indices, counts, strict=True) if count}

    def numbers(self, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        many = max(1, min(FETCHED, min(self._block, BATCH // _VALUE) // max(1, self.rows)))
        for start in range(0, len(indices), many):
            batch = indices[start : start + many]
            if self.rows > self._block:
                yield batch[0], self._filled(f"c{batch[0]}", "float64", np.nan)
                continue
            fetched = self._file.arrays(f"SELECT {', '.join(f'c{index}' for index in batch)} FROM t")
            for index in batch:
                yield index, with_nan(fetched.pop(f"c{index}"))

    def _filled(self, sql: str, dtype: str, nothing: float) -> NDArray[Any]:
        """(rows,) of one column that is too large to be fetched at once."""
        space = self._task.space((self.rows,), dtype)
        for start in range(0, self.rows, self._block):
            part = self._part(start, self._block)
            space.add(np.ma.filled(self._file.arrays(f"SELECT {sql} AS v FROM t{part}")["v"], nothing))
        return space.done()

    def _part(self, start: int, block: int) -> str:
        return "" if self.rows <= block else f" WHERE rowid >= {start} AND rowid < {start + block}"

    def days(self, index: int, form: DateForm, tokens: set[str]) -> tuple[NDArray[np.float64], Evidence]:
        space = self._task.space((self.rows,), "float64")
        undated = Undated(form, tokens)
        block = max(1, self._block // 8)  # texts take more than numbers do
        for start in range(0, self.rows, block):
            part = f"SELECT c{index} AS c, {form.sql(f'c{index}')} AS d, rowid - {start} AS place FROM t"
            dated = f"({part}{self._part(start, block)})"
            fetched = self._file.arrays(f"SELECT d FROM {dated}")
            values = np.ma.filled(np.ma.asarray(fetched["d"], dtype=np.float64), np.nan)
            if np.isnan(values).any():
                undated.fill(values, *self._rest(dated), start)
            space.add(values)
        return space.done(), undated.evidence()

    def _rest(self, dated: str) -> tuple[list[int], list[str]]:
        """The places and texts of the cells that DuckDB could not read as dates."""
        rest = self._file.arrays(f"SELECT place, c FROM {dated} WHERE d IS NULL AND c IS NOT NULL ORDER BY place")
        return np.ma.getdata(rest["place"]).tolist(), np.ma.getdata(rest["c"]).tolist()

    def texts(self, index: int, name: str) -> TextColumn:
        """Codes by way of a DuckDB enum; no row passes through Python."""
        distinct = f"SELECT DISTINCT c{index} FROM t WHERE c{index} IS NOT NULL ORDER BY 1"
        try:
            texts = tuple(str(level) for level in self._file.arrays(distinct)[f"c{index}"])
            if not texts:
                return TextColumn(name, np.full(self.rows, -1, dtype=np.int32), ())
            self._file.query(f"CREATE OR REPLACE TYPE levels AS ENUM ({distinct})")
            sql = f"enum_code(c{index}::levels)::INTEGER"
            if self.rows > self._block:
                return TextColumn(name, self._filled(sql, "int32", -1), texts)
            codes = self._file.arrays(f"SELECT {sql} AS code FROM t")["code"]
            return TextColumn(name, np.ma.filled(np.ma.asarray(codes, dtype=np.int32), -1), texts)
        except MemoryError as error:
            raise DataError(
                f"Column {name} of {self._task.name} holds so many different texts that they do not fit into memory. "
                "Leave the column out (columns), or read a sample of the rows."
            ) from error
