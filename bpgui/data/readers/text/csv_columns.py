"""What the columns of a text file are once DuckDB has read it; where they lie is said by those who implement it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bpgui.data.readers.text.dates import DateForm, days_of
from bpgui.data.table import TextColumn

EVIDENCE = 20  # late cells of a column that are looked at


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


class Columns(ABC):
    """The columns c0, c1, ... in so many rows. `odd` and `misleading`: whether any row needs a second look."""

    rows: int
    odd: bool
    misleading: bool

    @abstractmethod
    def with_gaps(self, indices: Sequence[int]) -> set[int]:
        """Those of the columns of numbers that have rows without one."""

    @abstractmethod
    def numbers(self, indices: Sequence[int]) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """(rows,) each, NaN where there is none; read-only, so that a column can keep it as it is."""

    @abstractmethod
    def days(self, index: int, form: DateForm, tokens: set[str]) -> tuple[NDArray[np.float64], Evidence]:
        """(rows,) of a column of dates, and the cells that are none; `tokens` are words for a missing date.

        DuckDB reads what is written with all its zeros; only the rest passes through Python.
        """

    @abstractmethod
    def texts(self, index: int, name: str) -> TextColumn:
        """Codes and levels, these sorted by code point. Raises DataError where the levels do not fit into memory."""


class Undated:
    """The cells of a column that DuckDB could not read as dates, worked out here, and those that are none."""

    def __init__(self, form: DateForm, tokens: set[str]) -> None:
        self._form, self._tokens = form, tokens
        self._known: dict[str, float] = {}
        self._cells: list[str] = []
        self._first = self._count = 0

    def fill(self, values: NDArray[np.float64], places: Sequence[int], cells: Sequence[str], start: int = 0) -> None:
        """Put the days of the cells at their places in `values` (rows,), whose first row is `start` of the file's."""
        texts = [None if cell in self._tokens else cell for cell in cells]
        if not texts:
            return
        values[places] = late = days_of(texts, self._form, self._known)
        for place in np.flatnonzero(np.isnan(late)).tolist():
            text = texts[place]
            if text is not None:
                self._count += 1
                if len(self._cells) < EVIDENCE:
                    self._first = self._first or start + places[place] + 1
                    self._cells.append(text)

    def evidence(self) -> Evidence:
        return Evidence(self._cells, Odd(self._first, self._cells[0], self._count) if self._cells else None)


def with_nan(fetched: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same values, NaN where they are masked; in place, since nobody else has what DuckDB gave."""
    values = np.ma.getdata(fetched)
    mask = np.ma.getmask(fetched)
    if mask is not np.ma.nomask:
        np.copyto(values, np.nan, where=mask)
    values.flags.writeable = False
    return values
