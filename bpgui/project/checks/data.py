"""Checks of the columns, the split and the batches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from weakref import WeakKeyDictionary

import numpy as np
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.listing import listed
from bpgui.data.roles import FEATURE_LEVELS, guess_missing, guess_target, levels_of, possible_kinds
from bpgui.data.spec import Column
from bpgui.data.table import AnyColumn, NumberColumn, Table
from bpgui.project import build
from bpgui.project.checks.finding import Finding, Fix, dataset_of, places_of
from bpgui.project.checks.targets import several_targets
from bpgui.project.checks.training import watchers
from bpgui.project.edits import set_column, set_split, set_target, set_training
from bpgui.project.proposal import class_count
from bpgui.project.spec import ProjectSpec

LARGE_VALUE = 20.0
SMALL_VALUE = 0.01
ROWS_FOR_VALIDATION = 100
MOST_TRIED = 1_000_000  # values of a table: more would hold up the window
_known_largest: WeakKeyDictionary[NumberColumn, float] = WeakKeyDictionary()
_known_levels: WeakKeyDictionary[AnyColumn, int] = WeakKeyDictionary()


def no_target(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    if spec.data.target is not None:
        return
    name = guess_target(table)
    fixes = () if name is None else (Fix(f"Predict {name}", partial(set_target, table=table, name=name)),)
    yield Finding(
        "no_target",
        "error",
        "data",
        "No column is the target.",
        "The network learns to predict the target from the other columns.",
        fixes,
    )


def no_features(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    if spec.data.features:
        return
    fixes = (Fix("Use all other columns", _use_all),) if _use_all(spec) != spec else ()
    yield Finding(
        "no_features",
        "error",
        "data",
        "No column is a feature.",
        "The network needs at least one column to predict the target from.",
        fixes,
    )


def _use_all(spec: ProjectSpec) -> ProjectSpec:
    idle = {c.name for c in spec.data.columns if c.role == "ignore" and c.kind != "text"}
    columns = tuple(replace(c, role="feature") if c.name in idle else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))


def constant_target(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    target = spec.data.target
    if target is None or target.name not in table.names or class_count(spec.data, table) != 1:
        return
    others = [c.name for c in spec.data.features if levels_of_name(table, c.name) > 1]
    fixes = (Fix(f"Predict {others[-1]} instead", partial(set_target, table=table, name=others[-1])),) if others else ()
    yield Finding(
        "constant_target",
        "error" if target.kind == "category" else "warning",
        f"column:{target.name}",
        f"The target {target.name} has the same value in every row that can be used.",
        "There is nothing to tell apart, so there is nothing to learn.",
        fixes,
    )


def levels_of_name(table: Table, name: str) -> int:
    """Different values of that column, counted once; 0 where the table has none or where it holds images."""
    if name not in table.names or table.column(name).shape:
        return 0
    column = table.column(name)
    if column not in _known_levels:
        _known_levels[column] = levels_of(column)
    return _known_levels[column]


def unusable_data(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """What encoding says, where no other check has said it."""
    if any(True for other in (no_target, no_features, constant_target, several_targets) for _ in other(spec, table)):
        return
    try:
        build.dataset(spec, table)
    except DataError as error:
        fixes = tuple(fix for fix in _ways_to_use_it(spec, table) if _usable(fix.change(spec), table))
        yield Finding("unusable_data", "error", "data", str(error), "The network cannot be given this data.", fixes)


def _ways_to_use_it(spec: ProjectSpec, table: Table) -> Iterator[Fix]:
    """What may help, each as small as it can be; whether it does is tried."""
    if table.rows * len(table.columns) > MOST_TRIED:
        return
    features = [column for column in spec.data.features if column.name in table.names]
    empty = [column.name for column in features if table.column(column.name).missing.all()]
    if empty:
        yield Fix("Leave out what has no value", partial(_ignore, names=empty))
    filled = _fill(spec, table, empty)
    if filled != _ignore(spec, empty):
        yield Fix("Fill in what is missing", partial(_fill, table=table, without=empty))
    if spec.data.weight is not None:
        yield Fix("Let all rows count the same", partial(_ignore, names=[spec.data.weight.name]))
    if spec.data.split.method != "random":
        yield Fix("Split at random", partial(set_split, table=table, method="random"))


def _usable(spec: ProjectSpec, table: Table) -> bool:
    try:
        build.dataset(spec, table)
    except DataError:
        return False
    return bool(spec.data.features)


def _fill(spec: ProjectSpec, table: Table, without: list[str]) -> ProjectSpec:
    """What usually stands for a missing value of a feature, in place of leaving its rows out."""

    def filled(column: Column) -> Column:
        if column.role != "feature" or column.missing != "drop" or column.name not in table.names:
            return column
        return replace(column, missing=guess_missing(table.column(column.name), column.kind))

    kept = _ignore(spec, without)
    return replace(kept, data=replace(kept.data, columns=tuple(map(filled, kept.data.columns))))


def unscaled(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    names = [c.name for c in spec.data.columns if _is_unscaled(c, table)]
    if not names:
        return
    shown = listed(names, 4)
    yield Finding(
        "unscaled",
        "warning",
        f"column:{names[0]}",
        f"Values far from 1 and not standardised: {shown}.",
        "Large inputs drive the neurons into their flat ends and tiny ones are hardly seen; learning is then slow.",
        (Fix("Standardise", partial(_standardise, names=tuple(names))),),
        places_of(names[1:]),
    )


def _is_unscaled(column: Column, table: Table) -> bool:
    if column.role not in ("feature", "target") or column.kind != "number" or column.scaling != "none":
        return False
    if column.name not in table.names:
        return False
    values = table.column(column.name)
    if not isinstance(values, NumberColumn):
        return False
    largest = _largest(values)
    return largest > LARGE_VALUE or 0.0 < largest < SMALL_VALUE


def _largest(column: NumberColumn) -> float:
    """The largest size of a finite value, 0 where there is none; looked for once a column."""
    found = _known_largest.get(column)
    if found is None:
        finite = column.values[np.isfinite(column.values)]
        found = _known_largest[column] = float(np.abs(finite).max(initial=0.0))
    return found


def _standardise(spec: ProjectSpec, names: tuple[str, ...]) -> ProjectSpec:
    columns = tuple(replace(c, scaling="standard") if c.name in names else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))


def constant_columns(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Features with one value in all rows that are learnt from."""
    data = dataset_of(spec, table)
    if data is None:
        return
    names = [column.name for column in data.encoder.inputs if column.constant]
    if not names:
        return
    shown = listed(names, 4)
    fixes = [Fix("Leave it out" if len(names) == 1 else f"Leave all {len(names)} out", partial(_ignore, names=names))]
    yield Finding(
        "constant_columns",
        "warning",
        f"column:{names[0]}",
        f"The same in every row that is learnt from: {shown}."
        if len(names) <= 4
        else f"{len(names):,} columns are the same in every row that is learnt from: {shown}.",
        "What never changes tells nothing about the target.",
        tuple(fixes) if len(names) < len(spec.data.features) else (),
        places_of(names[1:]),
    )


def _ignore(spec: ProjectSpec, names: list[str]) -> ProjectSpec:
    columns = tuple(replace(c, role="ignore") if c.name in names else c for c in spec.data.columns)
    return replace(spec, data=replace(spec.data, columns=columns))


def many_levels(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    for column in spec.data.columns:
        if column.kind != "category" or column.role not in ("feature", "target"):
            continue
        levels = levels_of_name(table, column.name)
        if levels <= FEATURE_LEVELS:
            continue
        fixes = []
        if "number" in possible_kinds(table.column(column.name)):
            fixes.append(Fix("Take it as a number", partial(set_column, table=table, name=column.name, kind="number")))
        if column.role == "feature":
            fixes.append(Fix("Leave it out", partial(set_column, table=table, name=column.name, role="ignore")))
        sort = "inputs" if column.role == "feature" else "outputs"
        yield Finding(
            "many_levels",
            "warning",
            f"column:{column.name}",
            f"{column.name} has {levels:,} different values, each of which becomes one of the network's {sort}.",
            "A column of names or numbers that hardly repeat teaches little and makes the network large.",
            tuple(fixes),
        )


def batch_size(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    data = dataset_of(spec, table)
    size = spec.training.batch_size
    if data is None or size <= len(data.train):
        return
    yield Finding(
        "batch_size",
        "warning",
        "training:batch_size",
        f"A batch of {size:,} rows is larger than the {len(data.train):,} rows to learn from.",
        "Every epoch is then a single step with all rows.",
        (Fix("Use all rows at once", partial(set_training, batch_size=0)),),
    )


def no_validation(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    data = dataset_of(spec, table)
    if data is None or len(data.validation) or len(data.rows) < ROWS_FOR_VALIDATION or watchers(spec):
        return
    yield Finding(
        "no_validation",
        "warning",
        "data",
        f"All {len(data.rows):,} rows are learnt from; none are kept back to validate with.",
        "Without rows it has not seen, nobody knows whether the network has understood or memorised.",
        (Fix("Keep two tenths back", partial(set_split, train=0.8, validation=0.2, test=0.0)),),
    )
