"""Counting cells that match a pattern: as one at a time, whatever stands in them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bpgui.data.readers.text.cell_pattern import CellPattern
from bpgui.data.readers.text.dress import _PLAIN
from bpgui.data.readers.text.numbers import formats_for

PATTERNS = [*(CellPattern(format.pattern) for format in formats_for(";", None, None)), _PLAIN]
CELLS = some.one_of(
    some.sampled_from(["1", "-2.5", "1.234", "1,234.5", "12,34,567", "1 000", "1'000", "inf", "1e5", ".5", "5.", "٣"]),
    some.text(alphabet="0123456789.,-+eE' \n\r\x85\u2028x", max_size=8),
)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:40])
@given(cells=some.lists(CELLS, max_size=12))
def test_whole_columns_are_counted_as_cell_by_cell(pattern: CellPattern, cells: list[str]) -> None:
    alone = [re.fullmatch(pattern.pattern, cell, re.ASCII | pattern._flags) is not None for cell in cells]
    assert pattern.count(cells) == sum(alone)
    assert [pattern.matches(cell) for cell in cells] == alone
    assert pattern.count(fitting := [cell for cell, fits in zip(cells, alone, strict=True) if fits]) == len(fitting)
