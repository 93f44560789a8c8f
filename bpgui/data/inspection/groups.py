"""Rows that belong together (of one patient, one speaker) and are in several parts all the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.spec import DataSpec
from bpgui.data.split import PARTS
from bpgui.data.splitting.groups import groups_of
from bpgui.data.table import AnyColumn, Table

GROUP_NAME = re.compile(
    r"(.*[_\s-])?(group|patient|person|participant|subject|speaker|voice|singer|animal|family|household|writer|author"
    r"|user|customer|client|device|session|recording|site|hospital)([_\s-]?(id|nr|no|number)|[_\s-](name|key))?",
    re.IGNORECASE,
)
ROWS_A_GROUP = 2.0  # on average, or it is no grouping


@dataclass(frozen=True)
class PartedGroups:
    """A column that names groups: of `groups`, so many are `parted`, with `rows` in all."""

    column: str
    groups: int
    parted: int
    rows: int


def parted_groups(table: Table, data: DataSpec, dataset: Dataset) -> tuple[PartedGroups, ...]:
    """Columns that are called like a group and whose groups stand in more than one part; the target is none."""
    targets = {column.name for column in data.targets}
    found = (_parted(table.column(c.name), dataset) for c in data.columns if c.name not in targets)
    return tuple(entry for entry in found if entry is not None)


def _parted(column: AnyColumn, dataset: Dataset) -> PartedGroups | None:
    if column.shape or not GROUP_NAME.fullmatch(column.name.strip()):
        return None
    groups, sizes = groups_of(column)
    present = ~column.missing[dataset.rows]
    groups = groups[dataset.rows]
    inside = np.zeros((sizes.size, 3), dtype=np.bool_)
    for code, name in enumerate(PARTS):
        rows = dataset.part(name)
        inside[groups[rows][present[rows]], code] = True
    occurring = int(inside.any(axis=1).sum())
    parted = inside.sum(axis=1) > 1
    if occurring < 2 or int(present.sum()) < ROWS_A_GROUP * occurring or not parted.any():
        return None
    return PartedGroups(column.name, occurring, int(parted.sum()), int((parted[groups] & present).sum()))
