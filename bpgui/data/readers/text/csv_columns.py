"""Columns out of the table t that DuckDB has made of a text file: a few at a time, each kept before the next comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.dates import DateForm, days_of
from bpgui.data.table import TextColumn

FETCHED = 64  # columns at a time
BATCH = 4 << 20  # bytes of columns at a time; few, since memory that was just used is quicker to have than other
TILE = 256 << 20  # bytes of one column at a time
EVIDENCE = 20  # late cells of a column that are looked at
_VALUE = 8

Query = Callable[[str], Any]


@dataclass(frozen=True)
class Odd:
    """Cells that do not fit the type of a column: the first one, its row from 1, and how many (None: not counted)."""

    row: int
    cell: str
    count: int | None


@dataclass
class Evidence:
    """Cells of one column that turned up late."""

    cells: list[str] = field(default_factory=list)
    odd: Odd | None = None


class Columns:
    """The columns c0, c1, ... of the table t with so many rows."""

    def __init__(self, task: Task, query: Query, rows: int) -> None:
        self._task, self._query, self._rows = task, query, rows
        tile = TILE if task.memory is None else min(TILE, task.memory // 16)
        self._block = max(1, tile // _VALUE)

    def numbers(self, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """(rows,) each, NaN where there is none; read-only, so that a column can keep it as it is."""
        many = max(1, min(FETCHED, min(self._block, BATCH // _VALUE) // max(1, self._rows)))
        for start in range(0, len(indices), many):
            batch = indices[start : start + many]
            if self._rows > self._block:
                yield batch[0], self._filled(f"c{batch[0]}", "float64", np.nan)
                continue
            fetched = self._query(f"SELECT {', '.join(f'c{index}' for index in batch)} FROM t").fetchnumpy()
            for index in batch:
                yield index, _with_nan(fetched.pop(f"c{index}"))

    def _filled(self, sql: str, dtype: str, nothing: float) -> NDArray[Any]:
        """(rows,) of one column that is too large to be fetched at once."""
        space = self._task.space((self._rows,), dtype)
        for fetched in self._blocks(f"{sql} AS v"):
            space.add(np.ma.filled(fetched["v"], nothing))
        return space.done()

    def _blocks(self, shown: str, source: str = "t") -> Iterator[dict[str, Any]]:
        for start in range(0, self._rows, self._block):
            some = "" if self._rows <= self._block else f" WHERE rowid >= {start} AND rowid < {start + self._block}"
            yield self._query(f"SELECT {shown} FROM {source}{some}").fetchnumpy()

    def days(self, index: int, form: DateForm, tokens: set[str]) -> tuple[NDArray[np.float64], Evidence]:
        """(rows,) of a column of dates, and the cells that are none; `tokens` are words for a missing date.

        DuckDB reads what is written with all its zeros; only the rest passes through Python.
        """
        space = self._task.space((self._rows,), "float64")
        known: dict[str, float] = {}
        found = Evidence()
        first, count, start = 0, 0, 0
        # Texts take more than numbers do.
        block = max(1, self._block // 8)
        days = form.sql(f"c{index}")
        for start in range(0, self._rows, block):
            some = "" if self._rows <= block else f" WHERE rowid >= {start} AND rowid < {start + block}"
            dated = f"(SELECT c{index} AS c, {days} AS d, rowid - {start} AS place FROM t{some})"
            fetched = self._query(f"SELECT d FROM {dated}").fetchnumpy()
            values = np.ma.filled(np.ma.asarray(fetched["d"], dtype=np.float64), np.nan)
            places, texts = self._undated(dated, tokens) if np.isnan(values).any() else ([], [])
            if texts:
                values[places] = late = days_of(texts, form, known)
                for place in np.flatnonzero(np.isnan(late)).tolist():
                    text = texts[place]
                    if text is not None:
                        count += 1
                        if len(found.cells) < EVIDENCE:
                            first = first or start + places[place] + 1
                            found.cells.append(text)
            space.add(values)
        if found.cells:
            found.odd = Odd(first, found.cells[0], count)
        return space.done(), found

    def _undated(self, dated: str, tokens: set[str]) -> tuple[list[int], list[str | None]]:
        """The cells that DuckDB could not read as dates, None for words for a missing one, and their places."""
        sql = f"SELECT place, c FROM {dated} WHERE d IS NULL AND c IS NOT NULL ORDER BY place"
        rest = self._query(sql).fetchnumpy()
        cells = np.ma.getdata(rest["c"]).tolist()
        return np.ma.getdata(rest["place"]).tolist(), [None if cell in tokens else cell for cell in cells]

    def texts(self, index: int, name: str) -> TextColumn:
        """Codes by way of a DuckDB enum, levels sorted by code point; no row passes through Python.

        Raises DataError where the different texts are more than fit into memory.
        """
        distinct = f"SELECT DISTINCT c{index} FROM t WHERE c{index} IS NOT NULL ORDER BY 1"
        try:
            texts = tuple(str(level) for level in self._query(distinct).fetchnumpy()[f"c{index}"])
            if not texts:
                return TextColumn(name, np.full(self._rows, -1, dtype=np.int32), ())
            self._query(f"CREATE OR REPLACE TYPE levels AS ENUM ({distinct})")
            sql = f"enum_code(c{index}::levels)::INTEGER"
            if self._rows > self._block:
                return TextColumn(name, self._filled(sql, "int32", -1), texts)
            codes = self._query(f"SELECT {sql} AS code FROM t").fetchnumpy()["code"]
            return TextColumn(name, np.ma.filled(np.ma.asarray(codes, dtype=np.int32), -1), texts)
        except MemoryError as error:
            raise DataError(
                f"Column {name} of {self._task.name} holds so many different texts that they do not fit into memory. "
                "Leave the column out (columns), or read a sample of the rows."
            ) from error


def _with_nan(fetched: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same values, NaN where they are masked; in place, since nobody else has what DuckDB gave."""
    values = np.ma.getdata(fetched)
    mask = np.ma.getmask(fetched)
    if mask is not np.ma.nomask:
        np.copyto(values, np.nan, where=mask)
    values.flags.writeable = False
    return values
