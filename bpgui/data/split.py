"""Which rows are learned from, which are looked at while learning, which are kept for the end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.spec import Split, SplitMethod
from bpgui.data.splitting.sizes import PARTS, Parts, Rows, cut, part_sizes, stream
from bpgui.data.table import AnyColumn, Table

__all__ = ["BY_COLUMN", "METHODS", "PARTS", "Parts", "Rows", "part_sizes", "split_rows"]

_Columns = tuple[AnyColumn, ...]
# Each method is imported when it is first used: a start has no need of most of them.


def _random(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    return cut(stream(seed).permutation(table.rows).astype(np.int64), part_sizes(table.rows, split))


def _stratified(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    from bpgui.data.splitting.strata import stratified

    return stratified(target, split, seed)


def _alike(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    from bpgui.data.splitting.groups import alike

    return alike(features, split, seed, table.rows)


def _grouped(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    from bpgui.data.splitting.groups import grouped

    return grouped(_column(table, split), split, seed)


def _by_time(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    from bpgui.data.splitting.times import by_time

    return by_time(_column(table, split), split)


def _by_column(table: Table, split: Split, seed: int, target: AnyColumn | None, features: _Columns) -> Parts:
    from bpgui.data.splitting.words import by_column

    return by_column(_column(table, split), split, seed)


METHODS: dict[SplitMethod, Callable[[Table, Split, int, AnyColumn | None, _Columns], Parts]] = {
    "random": _random,
    "stratified": _stratified,
    "alike": _alike,
    "grouped": _grouped,
    "time": _by_time,
    "column": _by_column,
}
# What the column is for, where the method needs one.
BY_COLUMN: dict[SplitMethod, str] = {
    "grouped": "says which rows belong together",
    "time": "says when each row was",
    "column": "says which part each row belongs to",
}


def split_rows(
    table: Table, split: Split, seed: int, target: AnyColumn | None = None, features: _Columns = ()
) -> Parts:
    """(train, validation, test): sorted int64 row numbers of the table, each row in exactly one part.

    Everything drawn comes from `SeedSequence([seed, 1, 0])`, so that the same seed makes the same parts; `target` is
    what a stratified split goes by, `features` what one goes by that keeps equal rows together.
    Raises DataError where the split does not fit the table.
    """
    part_sizes(table.rows, split)  # fractions that do not add up are said whatever the method
    return METHODS[split.method](table, split, seed, target, features)


def _column(table: Table, split: Split) -> AnyColumn:
    purpose = BY_COLUMN[split.method]
    if not split.column:
        raise DataError(f"Choose the column that {purpose}, or split at random.")
    if split.column not in table.names:
        raise DataError(f"The table has no column {split.column!r} that {purpose}. Choose another, or split at random.")
    return table.column(split.column)
