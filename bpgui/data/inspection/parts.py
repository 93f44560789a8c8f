"""How many rows are in each part, and how the classes are shared out among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoding import Dataset
from bpgui.data.inspection.codes import level_codes
from bpgui.data.spec import DataSpec
from bpgui.data.split import PARTS
from bpgui.data.table import AnyColumn, Table

MOST_CLASSES = 1000


@dataclass(frozen=True)
class PartSizes:
    """Rows of the table by what becomes of them: `left_out` miss a value that is needed, or weigh nothing."""

    train: int
    validation: int
    test: int
    left_out: int


@dataclass(frozen=True, eq=False)
class Balance:
    """`counts` (3, classes) rows of each class in training, validation and test; `classes` as they are named."""

    target: str
    classes: tuple[str, ...]
    counts: NDArray[np.int64]

    @property
    def shares(self) -> NDArray[np.float64]:
        """(3, classes) of each part's rows; 0 in a part without rows."""
        result: NDArray[np.float64] = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        return result


def part_sizes_of(table: Table, dataset: Dataset) -> PartSizes:
    """The rows of each part that are used."""
    train, validation, test = (int(dataset.part(name).size) for name in PARTS)
    return PartSizes(train, validation, test, table.rows - train - validation - test)


def class_balance(table: Table, data: DataSpec, dataset: Dataset) -> tuple[Balance, ...]:
    """One for each target that has classes; those that no used row has are left out."""
    found = []
    for column in data.targets:
        if column.kind in ("category", "ordinal"):
            found.append(_balance(table.column(column.name), dataset))
    return tuple(found)


def _balance(column: AnyColumn, dataset: Dataset) -> Balance:
    codes, names = level_codes(column, dataset.rows)
    counts = np.stack([_counts(codes[dataset.part(part)], len(names)) for part in PARTS])
    occurring = np.flatnonzero(counts.sum(axis=0))[:MOST_CLASSES]
    return Balance(column.name, tuple(names[code] for code in occurring), counts[:, occurring])


def _counts(codes: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    return np.bincount(codes[codes >= 0], minlength=classes)


def unlearnt_classes(table: Table, data: DataSpec, dataset: Dataset) -> tuple[str, ...]:
    """Classes of the first target that no training row has, though a part of its size would be due one."""
    target = data.target
    if target is None or target.kind != "category" or table.column(target.name).shape:
        return ()
    codes, names = level_codes(table.column(target.name))
    counts = _counts(codes, len(names))
    learnt = set(codes[dataset.rows[dataset.train]].tolist())
    due = counts * data.split.train >= 1
    return tuple(names[code] for code in np.flatnonzero(due).tolist() if code not in learnt)


def missing_classes(balance: Balance) -> tuple[tuple[str, str], ...]:
    """(part, class) where a part has no row of a class, though its share of all rows would give it at least one."""
    rows, of_class = balance.counts.sum(axis=1), balance.counts.sum(axis=0)
    due = rows[:, None] * of_class[None, :] >= max(int(rows.sum()), 1)
    lacking = (balance.counts == 0) & due
    return tuple((PARTS[part], balance.classes[code]) for part, code in np.argwhere(lacking).tolist())
