"""Checks of what makes a network look better than it is: what it knows of the rows that it is judged by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from bpgui.data import inspection
from bpgui.data.encoding import Dataset
from bpgui.data.listing import listed
from bpgui.data.spec import DataSpec
from bpgui.data.table import Table, TextColumn
from bpgui.project.checks.finding import Finding, Fix, dataset_of, once, places_of
from bpgui.project.edits import set_split
from bpgui.project.spec import ProjectSpec

LEAST_TWINS = 5  # judging rows that stand in the training part too, and at least this share of them
LEAST_SHARE = 0.01
COARSE = 10  # fewer possible rows than so many times the real ones must repeat
_LEVELS_SEEN = 2000  # rows that the different values of a number are counted in
_BY_CHANCE = ("random", "stratified", "alike")  # ways to split that look at no row's neighbours


def duplicates(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Rows that are judged by and stand among the training rows too, where that is no matter of course."""
    data = dataset_of(spec, table)
    if data is None or not data.validation.size + data.test.size:
        return
    found = once(inspection.find_duplicates, spec, table, data)
    judging = data.validation.size + data.test.size
    twins = found.validation + found.test
    if twins < max(LEAST_TWINS, LEAST_SHARE * judging) or once(_coarse, spec, table, data):
        return
    column = once(_explaining, spec, table, data)
    fixes = [] if column is None else [_kept_together(table, column)]
    fixes.append(Fix("Keep equal rows together", partial(set_split, table=table, method="alike")))
    yield Finding(
        "duplicates",
        "warning",
        "data",
        f"{twins:,} of {judging:,} validation and test rows are the same, in every feature, as a row that is learnt "
        "from.",
        "The network has seen them: it may have learnt them by heart, and looks better than it is.",
        tuple(fixes),
    )


def _coarse(table: Table, spec: DataSpec, data: Dataset) -> bool:
    """Whether the features have so few different values that rows must repeat."""
    possible = 1.0
    for feature in spec.features:
        column = table.column(feature.name)
        if column.shape:
            return False
        if isinstance(column, TextColumn):
            possible *= max(1, len(column.levels))
        else:
            some = column.values[data.rows[:_LEVELS_SEEN]]
            different = int(np.unique(some[np.isfinite(some)]).size)
            possible *= max(1, different) if different < some.size / 2 else max(1, different) * table.rows / some.size
        if possible > COARSE * table.rows:
            return False
    return True


def _explaining(table: Table, spec: DataSpec, data: Dataset) -> str | None:
    """A column with one value in rows that are the same, which can keep them together; None where there is none."""
    taken = {column.name for column in (*spec.features, *spec.targets)}
    for column in table.columns:
        if column.name in taken or column.shape or column.name == spec.split.column:
            continue
        if inspection.same_in_duplicates(table, spec, data, column):
            return column.name
    return None


def _kept_together(table: Table, column: str) -> Fix:
    change = partial(set_split, table=table, method="grouped", column=column)
    return Fix(f"Keep rows of the same {column} together", change)


def gives_away(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Columns that alone say the target; a lone feature is what there is."""
    data = dataset_of(spec, table)
    if data is None or len(spec.data.features) < 2:
        return
    found = once(inspection.give_aways, spec, table, data)
    if not found:
        return
    names = list(dict.fromkeys(entry.column for entry in found))
    targets = ", ".join(dict.fromkeys(entry.target for entry in found))
    shown = listed(names, 4)
    fixes = (Fix(_leave_out(names), partial(_ignore, names=tuple(names))),)
    yield Finding(
        "gives_away",
        "warning",
        f"column:{names[0]}",
        f"{shown} alone {'says' if len(names) == 1 else 'say'} nearly all about {targets}.",
        "A column that is known only once the target is known makes every network look perfect, and it is missing "
        "when there is something to predict.",
        fixes if len(names) < len(spec.data.features) else (),
        places_of(names[1:]),
    )


def id_like(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    data = dataset_of(spec, table)
    if data is None:
        return
    names = list(once(_ids, spec, table, data))
    if not names:
        return
    shown = listed(names, 4)
    fixes = (Fix(_leave_out(names), partial(_ignore, names=tuple(names))),)
    yield Finding(
        "id_like",
        "warning",
        f"column:{names[0]}",
        f"Another value in every row, as if it only said which row it is: {shown}.",
        "A network can learn rows by heart from it, but nothing about rows to come.",
        fixes if len(names) < len(spec.data.features) else (),
        places_of(names[1:]),
    )


def _ids(table: Table, spec: DataSpec, data: Dataset) -> tuple[str, ...]:
    return inspection.id_like(table, spec)


def _leave_out(names: list[str]) -> str:
    return "Leave it out" if len(names) == 1 else f"Leave all {len(names)} out"


def _ignore(spec: ProjectSpec, names: tuple[str, ...]) -> ProjectSpec:
    columns = tuple(replace(c, role="ignore") if c.name in names else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))


def parted_groups(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Groups that a split by chance tears apart."""
    data = dataset_of(spec, table)
    if data is None or spec.data.split.method not in _BY_CHANCE:
        return
    for found in once(inspection.parted_groups, spec, table, data):
        yield Finding(
            "parted_groups",
            "warning",
            f"column:{found.column}",
            f"{found.parted:,} of {found.groups:,} different values of {found.column} have rows in more than one part.",
            "The network may recognise whom a row comes from instead of learning what is asked, and is then judged by "
            "rows that it half knows.",
            (_kept_together(table, found.column),),
        )


def missing_classes(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Classes of the first target that a part lacks although there are rows enough."""
    data = dataset_of(spec, table)
    target = spec.data.target
    if data is None or target is None:
        return
    lacking = once(_lacking, spec, table, data)
    if not lacking:
        return
    shown = listed([f"{part} lacks {name}" for part, name in lacking], 3)
    shares = Fix("Keep the classes in equal shares", partial(set_split, table=table, method="stratified"))
    yield Finding(
        "missing_classes",
        "warning",
        "data",
        f"Not every class of {target.name} is in every part: {shown}.",
        "What a part does not have is not learnt from there, or not judged.",
        (shares,) if spec.data.split.method == "random" else (),
    )


def _lacking(table: Table, spec: DataSpec, data: Dataset) -> tuple[tuple[str, str], ...]:
    balance = inspection.class_balance(table, spec, data)[:1]
    found = inspection.missing_classes(balance[0]) if balance else ()
    return (*(("train", name) for name in inspection.unlearnt_classes(table, spec, data)), *found)
