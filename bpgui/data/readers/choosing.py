"""Which rows are read: all, those of a preview, or a seeded sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Setting
from bpgui.data.readers.task import SAMPLE_STREAM, Task
from bpgui.data.table import Table


def chosen_rows(rows: int, task: Task) -> NDArray[np.int64]:
    """Ascending places of the rows to read. A sample of k rows is the same on every machine."""
    wanted = task.options.rows
    if wanted is None or wanted >= rows:
        return np.arange(rows, dtype=np.int64)
    random = np.random.default_rng(np.random.SeedSequence(list(SAMPLE_STREAM)))
    return np.sort(random.permutation(rows)[:wanted].astype(np.int64))


def spread(places: NDArray[np.int64], count: int | None) -> NDArray[np.int64]:
    """At most `count` of them, as far apart as can be."""
    if count is None or len(places) <= count:
        return places
    return places[np.linspace(0, len(places) - 1, count).astype(np.int64)]


def rows_setting(task: Task) -> Setting:
    """How many rows are read."""
    value = "" if task.options.rows is None else str(task.options.rows)
    help = "A sample of so many rows, drawn always alike; empty: all rows."
    return Setting(key="rows", label="Rows", value=value, help=help)


def only_columns(table: Table, task: Task) -> Table:
    """The columns that the options name, in the order of the table. Raises DataError where one is not there."""
    wanted = task.options.columns
    if wanted is None:
        return table
    lacking = [name for name in wanted if name not in table.names]
    if lacking:
        raise DataError(
            f"{task.name} has no column {', '.join(lacking)}; its columns are {', '.join(table.names[:20])}."
        )
    return Table([column for column in table.columns if column.name in wanted])
