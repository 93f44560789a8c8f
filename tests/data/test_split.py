"""The split: every row once, sizes as asked, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpgui.data.errors import DataError
from bpgui.data.spec import Split
from bpgui.data.split import part_sizes, split_rows


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.lists(st.integers(0, 10), min_size=3, max_size=3), st.integers(0, 2**63 - 1))
def test_every_row_is_in_exactly_one_part(n: int, weights: list[int], seed: int) -> None:
    total = sum(weights) or 1
    train, validation, test = (w / total for w in weights) if sum(weights) else (1.0, 0.0, 0.0)
    split = Split(train=train, validation=validation, test=test)
    parts = split_rows(n, split, seed)
    np.testing.assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    wanted = (train, validation, test)
    for part, fraction in zip(parts, wanted, strict=True):
        assert part.dtype == np.int64
        assert (np.diff(part) > 0).all()
        assert part.size == 0 or fraction > 0
        assert abs(part.size - fraction * n) < 2
        if fraction > 0 and n >= sum(f > 0 for f in wanted):
            assert part.size > 0
    for again, part in zip(split_rows(n, split, seed), parts, strict=True):
        np.testing.assert_array_equal(again, part)


def test_sizes() -> None:
    assert part_sizes(150, Split(train=0.6, validation=0.2, test=0.2)) == (90, 30, 30)
    assert part_sizes(4, Split()) == (4, 0, 0)
    assert part_sizes(3, Split(train=0.98, validation=0.01, test=0.01)) == (1, 1, 1)
    assert part_sizes(1, Split(train=0.2, validation=0.4, test=0.4)) == (1, 0, 0)


def test_another_seed_makes_other_parts() -> None:
    split = Split(train=0.5, validation=0.5)
    assert not np.array_equal(split_rows(100, split, 0)[0], split_rows(100, split, 1)[0])


def test_fractions_must_add_up() -> None:
    with pytest.raises(DataError, match=r"add up to 0\.9"):
        split_rows(10, Split(train=0.5, validation=0.4), 0)
