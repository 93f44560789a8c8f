"""Rows whose features are the same: across parts they let a network be praised for what it has seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoding import Dataset
from bpgui.data.inspection.codes import Ints, sample
from bpgui.data.row_hashes import Hashes, row_hashes
from bpgui.data.spec import DataSpec
from bpgui.data.split import PARTS
from bpgui.data.table import AnyColumn, Table

ROWS = 1_000_000  # of a larger table so many are looked at
WORDS = 60_000_000  # and of images so many values
_EXAMPLES = 20


@dataclass(frozen=True)
class Twins:
    """Two rows of the table, numbered from 0, with the same features: `first` in the part named first."""

    first: int
    first_part: str
    second: int
    second_part: str
    same_target: bool


@dataclass(frozen=True)
class Duplicates:
    """Rows with the same values in every feature, among `looked_at` used rows.

    `repeated` rows repeat one above them; `validation` and `test` rows stand among the training rows too;
    `test_in_validation` are test rows among the validation's. `contradicting` rows have a twin with another target,
    which no network can tell apart. `different` feature rows there are in all. `examples` come first from other parts.
    """

    looked_at: int
    different: int
    repeated: int
    validation: int
    test: int
    test_in_validation: int
    contradicting: int
    examples: tuple[Twins, ...]


def find_duplicates(table: Table, data: DataSpec, dataset: Dataset) -> Duplicates:
    """Compares the table's own values, not what they are encoded as; of more than a million rows, or of many images, a
    sample."""
    places = sample(np.arange(dataset.rows.size), _limit(table, data))
    rows = dataset.rows[places]
    parts = np.full(dataset.rows.size, 0, dtype=np.int8)
    for code, name in enumerate(PARTS):
        parts[dataset.part(name)] = code
    parts = parts[places]
    features = row_hashes(tuple(table.column(column.name) for column in data.features), rows)
    targets = row_hashes(tuple(table.column(column.name) for column in data.targets), rows)
    return _compared(rows, parts, features, targets)


def same_in_duplicates(table: Table, data: DataSpec, dataset: Dataset, column: AnyColumn) -> bool:
    """Whether rows with the same features always have the same value there, so that groups by it keep them together.

    Only for a column that says something: of several values, present in every repeated row, not another in every row.
    """
    places = sample(np.arange(dataset.rows.size), _limit(table, data))
    rows = dataset.rows[places]
    if column.missing[rows].any():
        return False
    features = tuple(table.column(feature.name) for feature in data.features)
    own, apart = row_hashes((column,), rows), row_hashes(features, rows)
    both = row_hashes((*features, column), rows)
    values, different = np.unique(own).size, np.unique(apart).size
    return bool(1 < values <= different and different == np.unique(both).size)


def _limit(table: Table, data: DataSpec) -> int:
    """Rows that are looked at: fewer of images, whose every value is read."""
    words = sum(max(1, prod(table.column(feature.name).shape)) for feature in data.features)
    return max(1, min(ROWS, WORDS // max(1, words)))


def _compared(rows: Ints, parts: NDArray[np.int8], features: Hashes, targets: Hashes) -> Duplicates:
    order = np.lexsort((parts, features))
    features, targets, parts, rows = features[order], targets[order], parts[order], rows[order]
    start = np.ones(rows.size, dtype=np.bool_)
    start[1:] = features[1:] != features[:-1]
    group = np.cumsum(start) - 1
    groups = int(start.sum())
    present = np.zeros((groups, 3), dtype=np.bool_)
    present[group, parts] = True
    first = np.flatnonzero(start)
    other = targets != targets[first][group]
    mixed = np.bincount(group, weights=other, minlength=groups) > 0
    return Duplicates(
        looked_at=rows.size,
        different=groups,
        repeated=rows.size - groups,
        validation=int(((parts == 1) & present[group, 0]).sum()),
        test=int(((parts == 2) & present[group, 0]).sum()),
        test_in_validation=int(((parts == 2) & present[group, 1]).sum()),
        contradicting=int(mixed[group].sum()),
        examples=_examples(rows, parts, targets, first[group], ~start),
    )


def _examples(
    rows: Ints, parts: NDArray[np.int8], targets: Hashes, leader: Ints, follows: NDArray[np.bool_]
) -> tuple[Twins, ...]:
    """Pairs of a row with the first of its group (training before the others), pairs across parts first."""
    across = np.flatnonzero(follows & (parts != parts[leader]))[:_EXAMPLES]
    within = np.flatnonzero(follows & (parts == parts[leader]))[: _EXAMPLES - across.size]
    return tuple(
        Twins(
            int(rows[leader[place]]), PARTS[parts[leader[place]]], int(rows[place]), PARTS[parts[place]],
            bool(targets[place] == targets[leader[place]]),
        )
        for place in (*across.tolist(), *within.tolist())
    )  # fmt: skip
