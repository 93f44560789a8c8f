"""Columns of a text file straight into arrays, in one pass over it: for tables that fit into memory with room to spare.

A table of DuckDB's own in between takes a third of the time again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.text.column_types import Plan
from bpgui.data.readers.text.csv_columns import Columns, Evidence, Undated, with_nan
from bpgui.data.readers.text.csv_file import CsvFile
from bpgui.data.readers.text.dates import DateForm
from bpgui.data.readers.text.numbers import quoted
from bpgui.data.table import TextColumn

ROOM = 1 << 30  # bytes, at most, for all columns together
_SHARE = 4  # of the memory that may be used one part
_BYTES = {"number": 10, "date": 20, "text": 100}  # of a value, with its mask and what cannot be told beforehand
_LEVELS = 1000


def fits(rows: float, plans: Sequence[Plan], memory: int | None) -> bool:
    """Whether about so many rows can be in memory at once; `memory` in bytes is what may be used, None: any."""
    room = ROOM if memory is None else min(ROOM, memory // _SHARE)
    return rows * sum(_BYTES[plan.type] for plan in plans) <= room


class StraightColumns(Columns):
    """All columns at once. `d0`, ... are dates and the codes of texts that were known, `e0`, ... the other cells."""

    def __init__(
        self,
        file: CsvFile,
        rows: str,
        plans: Mapping[int, Plan],
        known: Mapping[int, Sequence[str]],
        flags: Mapping[str, str],
    ) -> None:
        """`rows` is SQL that gives the columns, `flags` are tests of a row, `known` texts of the columns of text.

        Raises DataError, and MemoryError where there is more than was expected.
        """
        self._levels = {index: list(dict.fromkeys(texts))[:_LEVELS] for index, texts in known.items()}
        worked = {i: plan.form.sql(f"c{i}") for i, plan in plans.items() if plan.type == "date" and plan.form}
        for index, texts in self._levels.items():
            worked[index] = "NULL::INTEGER"
            if texts:
                file.query(f"CREATE OR REPLACE TYPE levels{index} AS ENUM ({', '.join(map(quoted, texts))})")
                worked[index] = f"enum_code(TRY_CAST(c{index} AS levels{index}))::INTEGER"
        numbers = [f"c{index}" for index, plan in plans.items() if plan.type == "number"]
        others = [f"d{i}, CASE WHEN d{i} IS NULL THEN c{i} END AS e{i}" for i in worked]
        tested = ", ".join(f"{test} AS {name}" for name, test in flags.items())
        made = ", ".join(["*", *(f"{sql} AS d{index}" for index, sql in worked.items())])
        shown = ", ".join([*numbers, *others, tested])
        self._arrays = file.arrays(f"SELECT {shown} FROM (SELECT {made} FROM {rows})")
        odd, misleading = self._arrays.pop("odd"), self._arrays.pop("misleading")
        self.rows, self.odd, self.misleading = len(odd), bool(odd.any()), bool(misleading.any())

    def with_gaps(self, indices: Sequence[int]) -> set[int]:
        return {index for index in indices if np.ma.getmaskarray(self._arrays[f"c{index}"]).any()}

    def numbers(self, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        for index in indices:
            yield index, with_nan(self._arrays.pop(f"c{index}"))

    def days(self, index: int, form: DateForm, tokens: set[str]) -> tuple[NDArray[np.float64], Evidence]:
        values = np.ma.filled(np.ma.asarray(self._arrays.pop(f"d{index}"), dtype=np.float64), np.nan)
        undated = Undated(form, tokens)
        undated.fill(values, *self._rest(index))
        return values, undated.evidence()

    def _rest(self, index: int) -> tuple[list[int], list[Any]]:
        """The places and texts of the cells that DuckDB did not work out."""
        cells = self._arrays.pop(f"e{index}")
        places = np.flatnonzero(~np.ma.getmaskarray(cells))
        return places.tolist(), np.ma.getdata(cells)[places].tolist()

    def texts(self, index: int, name: str) -> TextColumn:
        codes = np.ma.filled(np.ma.asarray(self._arrays.pop(f"d{index}"), dtype=np.int32), -1)
        known = {text: code for code, text in enumerate(self._levels[index])}
        places, cells = self._rest(index)
        codes[places] = [known.setdefault(cell, len(known)) for cell in cells]
        texts = list(known)
        used = np.bincount(codes[codes >= 0], minlength=len(texts))
        levels = sorted((code for code, count in enumerate(used.tolist()) if count), key=texts.__getitem__)
        places_of = np.full(len(texts) + 1, -1, dtype=np.int32)  # the last one for -1
        places_of[levels] = np.arange(len(levels), dtype=np.int32)
        return TextColumn(name, places_of[codes], tuple(texts[code] for code in levels))
