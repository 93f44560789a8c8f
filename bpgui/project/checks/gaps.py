"""Check of missing values: how many rows they cost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from bpgui.data.encoding import Dataset
from bpgui.data.gaps import there, usable_rows
from bpgui.data.legality import possible_missing
from bpgui.data.listing import listed
from bpgui.data.spec import Column, DataSpec
from bpgui.data.table import Table
from bpgui.project.checks.finding import Finding, Fix, dataset_of, once, places_of
from bpgui.project.spec import ProjectSpec

MOST_LOST = 0.3  # of the rows, of which features alone are the cause


def lost_rows(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Many rows are left out because a feature has no value there."""
    data = dataset_of(spec, table)
    if data is None:
        return
    lost, names = once(_lost, spec, table, data)
    if lost <= MOST_LOST * table.rows:
        return
    filled = _filled(spec, table, names)
    fixes = [Fix("Fill in what is usual in the column", partial(_with, columns=filled))]
    if len(names) < len(spec.data.features):
        out = tuple(replace(c, role="ignore") if c.name in names else c for c in spec.data.columns)
        label = "Leave it out" if len(names) == 1 else f"Leave all {len(names)} out"
        fixes.append(Fix(label, partial(_with, columns=out)))
    yield Finding(
        "lost_rows",
        "warning",
        f"column:{names[0]}",
        f"{lost:,} of {table.rows:,} rows are left out because a value is missing: {listed(list(names), 4)}.",
        "What is known of those rows is lost, and the rest may be rows of a special kind.",
        tuple(fixes) if filled != spec.data.columns else tuple(fixes[1:]),
        places_of(list(names[1:])),
    )


def _lost(table: Table, spec: DataSpec, data: Dataset) -> tuple[int, tuple[str, ...]]:
    """Rows that features alone cost, and those features, the worst first."""
    needed = [column for column in spec.features if column.missing == "drop"]
    others = [column for column in spec.columns if column.role in ("weight", "target")]
    before = int(usable_rows(table, others)[0].sum())
    lost = before - int(usable_rows(table, [*needed, *others])[0].sum())
    if not lost:
        return 0, ()
    gaps = {column.name: int((~there(table.column(column.name), column)).sum()) for column in needed}
    return lost, tuple(sorted((name for name in gaps if gaps[name]), key=lambda name: -gaps[name]))


def _filled(spec: ProjectSpec, table: Table, names: tuple[str, ...]) -> tuple[Column, ...]:
    """The median for numbers, the most frequent value for everything else, where that can be."""

    def filled(column: Column) -> Column:
        if column.name not in names:
            return column
        possible = possible_missing(table.column(column.name), column.kind)
        wanted = "median" if column.kind == "number" else "frequent"
        return replace(column, missing=wanted) if wanted in possible else column

    return tuple(map(filled, spec.data.columns))


def _with(spec: ProjectSpec, columns: tuple[Column, ...]) -> ProjectSpec:
    return replace(spec, data=replace(spec.data, columns=columns))
