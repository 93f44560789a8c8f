"""Edits of what the data is used for: roles, kinds, scalings, another table under the same network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.fitting import levels_in, refuse_mixed
from bpgui.data.legality import TARGET_KINDS
from bpgui.data.orders import proposed_order
from bpgui.data.roles import guess_columns, guess_uses, possible_kinds, possible_missing, possible_scalings
from bpgui.data.spec import Column, FileOrigin, Kind, Missing, Origin, Role, Scaling, Split
from bpgui.data.split import Rows
from bpgui.data.table import Table
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.proposal import adapt_output, propose_split
from bpgui.project.spec import ProjectSpec

_KIND_WORDS: dict[Kind, str] = {
    "number": "numbers", "category": "classes", "ordinal": "words in an order", "date": "dates", "text": "free text",
}  # fmt: skip


def set_target(spec: ProjectSpec, table: Table, name: str) -> ProjectSpec:
    """Another target, the only one; former ones become features. Loss and output layer follow the new one's kind."""
    column = _column(spec, name)
    if spec.data.targets == (column,):
        return spec
    return _as_target(spec, table, _fitting(table, replace(column, role="target", kind=_target_kind(table, column))))


def add_target(spec: ProjectSpec, table: Table, name: str) -> ProjectSpec:
    """One more target beside those that there are; taken as they are, as numbers or as two classes.

    Loss and output layer follow. Raises IllegalEdit where it cannot be predicted together with the others.
    """
    column = _column(spec, name)
    if column.role == "target":
        return spec
    if spec.data.target is None:
        return set_target(spec, table, name)
    kind = spec.data.target.kind
    if kind not in possible_kinds(table.column(name), "target"):
        raise IllegalEdit(f"{name} cannot be predicted with {spec.data.target.name}: it cannot be {_KIND_WORDS[kind]}.")
    column = _fitting(table, replace(column, role="target", kind=kind, scaling=spec.data.target.scaling))
    targets = (*spec.data.targets, column)
    if kind == "category":
        for each in targets:
            _check_two_classes(table, each)
    columns = tuple(column if c.name == name else c for c in spec.data.columns)
    changed = _with_columns(spec, columns)
    # Any loss of one number is one of several; that of one class of many is not one of several yes and no.
    return legal(adapt_output(changed, table)) if spec.training.loss == "cce" else changed


def _check_two_classes(table: Table, column: Column) -> None:
    try:
        classes = levels_in(column.name, table.column(column.name), _all_rows(table))
    except DataError as error:
        raise IllegalEdit(str(error)) from error
    if len(classes) != 2:
        raise IllegalEdit(
            f"{column.name} has {len(classes)} classes: only columns of two classes, or numbers, can be predicted "
            "together. Predict it alone."
        )


def set_column(
    spec: ProjectSpec,
    table: Table,
    name: str,
    *,
    role: Role | None = None,
    kind: Kind | None = None,
    scaling: Scaling | None = None,
    missing: Missing | None = None,
    levels: Sequence[str] | None = None,
) -> ProjectSpec:
    """Change what a column is used for; a change of a target's kind adapts loss and output layer.

    The role "target" makes it the only target (`add_target` keeps the others). Another column of weights makes a
    feature of the former one; one that was the target leaves none. `levels` is the order of an ordinal. What does not
    go with a new role or kind falls back to what does; what is asked for and does not go raises IllegalEdit.
    """
    column = _column(spec, name)
    was = column
    if role is not None:
        column = _with_role(table, column, role, kind)
    if kind is not None:
        column = _with_kind(spec, table, column, kind)
    column = _fitting(table, column)
    if scaling is not None:
        column = replaced(column, scaling=scaling)
        if scaling not in possible_scalings(column.kind):
            raise IllegalEdit(f"{name} holds {_KIND_WORDS[column.kind]}; only numbers can be scaled.")
    if missing is not None:
        column = replaced(column, missing=missing)
        _check_missing(table, column)
    if levels is not None:
        column = _with_levels(table, column, levels)
    if column.role == "target" and was.role != "target":
        return _as_target(spec, table, column)
    if column.role == "target" and was.kind != column.kind:
        return _with_target_kind(spec, table, column)
    columns = (column if c.name == name else c for c in spec.data.columns)
    if column.role == "weight":
        columns = (replace(c, role="feature") if c.role == "weight" and c.name != name else c for c in columns)
    changed = _with_columns(spec, tuple(columns))
    left = changed.data.target
    if was.role != "target" or column.role == "target" or left is None or left.kind == was.kind:
        return changed
    return legal(adapt_output(changed, table))


def _with_role(table: Table, column: Column, role: Role, kind: Kind | None) -> Column:
    was = column.role
    column = replaced(column, role=role)
    if role == "target" and was != "target" and kind is None:
        return replace(column, kind=_target_kind(table, column))
    if role == "weight":
        return _as_weight(table, column)
    if role == "feature" and column.kind == "text" and kind is None:
        return replace(column, kind="category")
    return column


def _fitting(table: Table, column: Column) -> Column:
    """`column` without a scaling, a filling or an order that its role and kind have no use for."""
    if column.name not in table.names:
        return column
    if column.scaling not in possible_scalings(column.kind):
        column = replace(column, scaling="none")
    if column.missing not in possible_missing(table.column(column.name), column.kind, "feature"):
        column = replace(column, missing="drop")
    if column.kind != "ordinal" and column.levels:
        column = replace(column, levels=())
    if column.kind == "ordinal" and not column.levels:
        column = replace(column, levels=_order(table, column.name))
    return replace(column, role="ignore") if column.kind == "text" and column.role != "split" else column


def _order(table: Table, name: str) -> tuple[str, ...]:
    """The proposed order of all values that occur."""
    try:
        return proposed_order(levels_in(name, table.column(name), _all_rows(table)))
    except DataError as error:
        raise IllegalEdit(str(error)) from error


def _all_rows(table: Table) -> Rows:
    return np.arange(table.rows)


def _check_missing(table: Table, column: Column) -> None:
    possible = possible_missing(table.column(column.name), column.kind, column.role)
    if column.missing in possible:
        return
    if column.role != "feature":
        raise IllegalEdit(f"{column.name} is no feature: rows where it is missing are left out.")
    raise IllegalEdit(
        f"{column.name} holds {_KIND_WORDS[column.kind]}: expected {', '.join(possible)} for missing ones."
    )


def _with_levels(table: Table, column: Column, levels: Sequence[str]) -> Column:
    """`column` with its values in that order; each of those that occur has to be named once."""
    if column.kind != "ordinal":
        raise IllegalEdit(f"{column.name} holds {_KIND_WORDS[column.kind]}; only ordinals have an order.")
    column = replaced(column, levels=levels)
    if len(set(column.levels)) != len(column.levels):
        raise IllegalEdit(f"{column.name}: a value occurs twice in the order.")
    absent = [level for level in _order(table, column.name) if level not in column.levels]
    if absent:
        shown = ", ".join(map(repr, absent[:3])) + (", …" if len(absent) > 3 else "")
        raise IllegalEdit(f"{column.name}: the order leaves out {shown}; name every value once.")
    return column


def use_table(
    spec: ProjectSpec,
    table: Table,
    origin: Origin,
    columns: tuple[Column, ...] | None = None,
    split: Split | None = None,
) -> ProjectSpec:
    """Another table under the same hidden layers and training; loss and output layer follow its target.

    Without `columns` the roles stay where the names are the same, and are guessed anew otherwise.
    """
    if columns is None:
        columns = spec.data.columns
        if tuple(c.name for c in columns) != tuple(table.names):
            columns, way = guess_uses(table, propose_split(table.rows), scaling=_usual(origin))
            split = split or way
    unknown = [c.name for c in columns if c.name not in table.names]
    if unknown:
        raise IllegalEdit(f"The table has no column {', '.join(unknown)}.")
    data = replace(spec.data, table=table.sha, origin=origin, columns=columns, split=split or propose_split(table.rows))
    before = spec.data.target
    after = replace(spec, data=data)
    if before is not None and data.target == before and spec.data.columns == columns:
        return legal(after)
    return legal(adapt_output(after, table))


def _usual(origin: Origin) -> Scaling:
    """Numbers of files are standardised, points of samples are not."""
    return "standard" if isinstance(origin, FileOrigin) else "none"


def _column(spec: ProjectSpec, name: str) -> Column:
    for column in spec.data.columns:
        if column.name == name:
            return column
    raise IllegalEdit(f"The data has no column called {name!r}.")


def _target_kind(table: Table, column: Column) -> Kind:
    """What the column would be taken for if it were the target of a table of its own."""
    return guess_columns(Table((table.column(column.name),)))[0].kind


def _as_weight(table: Table, column: Column) -> Column:
    """`column` as numbers that rows are weighed by."""
    if not possible_kinds(table.column(column.name), "weight"):
        raise IllegalEdit(f"{column.name} cannot weigh rows: a weight is one number a row.")
    return replace(column, kind="number")


def _with_kind(spec: ProjectSpec, table: Table, column: Column, kind: Kind) -> Column:
    """`column` of another kind; numbers of a file are standardised again when they stop being classes."""
    wanted = replaced(column, kind=kind)
    if column.role == "target" and kind not in TARGET_KINDS:
        raise IllegalEdit(f"{column.name} is the target: it can be numbers or classes, not {_KIND_WORDS[kind]}.")
    if kind not in possible_kinds(table.column(column.name), column.role):
        raise IllegalEdit(f"{column.name} cannot be used as {_KIND_WORDS[kind]}: its values do not allow it.")
    if kind == column.kind:
        return column
    scalable = possible_scalings(kind) != ("none",)
    if scalable and column.scaling == "none":
        wanted = replace(wanted, scaling=_usual(spec.data.origin))
    return wanted


def _with_target_kind(spec: ProjectSpec, table: Table, target: Column) -> ProjectSpec:
    """A target of another kind: the others beside it become features where they are of the former one."""
    others = [c for c in spec.data.targets if c.name != target.name]
    try:
        refuse_mixed((target, *others))
    except DataError:
        return _as_target(spec, table, target)
    columns = tuple(target if c.name == target.name else c for c in spec.data.columns)
    return legal(adapt_output(_with_columns(spec, columns), table))


def _as_target(spec: ProjectSpec, table: Table, target: Column) -> ProjectSpec:
    """`target` in its place as the only target; loss and output layer follow it."""
    columns = []
    for column in spec.data.columns:
        if column.name == target.name:
            columns.append(replace(target, role="target"))
        elif column.role == "target":
            columns.append(replace(column, role="feature"))
        else:
            columns.append(column)
    return legal(adapt_output(_with_columns(spec, tuple(columns)), table))


def _with_columns(spec: ProjectSpec, columns: tuple[Column, ...]) -> ProjectSpec:
    return legal(replace(spec, data=replace(spec.data, columns=columns)))
