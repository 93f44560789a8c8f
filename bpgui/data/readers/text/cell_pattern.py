"""A regular expression for cells, quick over whole columns of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property


class CellPattern:
    """Cells that match `pattern` as a whole (ASCII figures only). Compiled as soon as one is looked for."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self._flags = pattern, flags | re.ASCII

    @cached_property
    def _cell(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    @cached_property
    def _line(self) -> re.Pattern[str]:
        return re.compile(f"^(?:{self.pattern})$", self._flags | re.MULTILINE)

    @cached_property
    def _column(self) -> re.Pattern[str]:
        return re.compile(rf"(?:(?:{self.pattern})\n)*+(?:{self.pattern})", self._flags)

    def matches(self, cell: str) -> bool:
        return self._cell.fullmatch(cell) is not None

    def count(self, cells: Sequence[str]) -> int:
        """How many of the cells match; a column of nothing else costs half as much."""
        joined = "\n".join(cells)
        if joined.count("\n") != len(cells) - 1:  # cells with line ends in them
            return sum(map(self.matches, cells))
        return len(cells) if self._column.fullmatch(joined) else len(self._line.findall(joined))
