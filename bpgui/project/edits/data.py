"""Edits of what the data is used for: roles, kinds, the split, another table under the same network."""

from __future__ import annotations

from msgspec.structs import replace

from bpgui.data.roles import guess_columns, possible_kinds
from bpgui.data.spec import Column, FileOrigin, Kind, Origin, Role, Split
from bpgui.data.table import Table
from bpgui.project.edits.legality import IllegalEdit, legal, replaced
from bpgui.project.proposal import adapt_output, propose_split
from bpgui.project.spec import ProjectSpec
from bpgui.project.validation import Invalid, check_split


def set_target(spec: ProjectSpec, table: Table, name: str) -> ProjectSpec:
    """Another target; the former one becomes a feature. Loss and output layer follow the new target's kind."""
    column = _column(spec, name)
    if column.role == "target":
        return spec
    return _as_target(spec, table, replace(column, kind=_target_kind(table, column)))


def set_column(
    spec: ProjectSpec,
    table: Table,
    name: str,
    *,
    role: Role | None = None,
    kind: Kind | None = None,
    standardise: bool | None = None,
) -> ProjectSpec:
    """Change what a column is used for; a change of the target's kind adapts loss and output layer.

    Another column of weights makes a feature of the former one; one that was the target leaves none.
    """
    column = _column(spec, name)
    was = column
    if role is not None:
        column = replaced(column, role=role)
        if column.role == "target" and was.role != "target" and kind is None:
            column = replace(column, kind=_target_kind(table, column))
        if column.role == "weight":
            column = _as_weight(table, column)
    if kind is not None:
        column = _with_kind(spec, table, column, kind)
    if column.kind == "category" and standardise is None:
        column = replace(column, standardise=False)
    if standardise is not None:
        column = replaced(column, standardise=standardise)
        if standardise and column.kind == "category":
            raise IllegalEdit(f"{name} holds classes; only numbers can be standardised.")
    if column.role == "target" and (was.role != "target" or was.kind != column.kind):
        return _as_target(spec, table, column)
    columns = (column if c.name == name else c for c in spec.data.columns)
    if column.role == "weight":
        columns = (replace(c, role="feature") if c.role == "weight" and c.name != name else c for c in columns)
    return _with_columns(spec, tuple(columns))


def set_split(spec: ProjectSpec, train: float, validation: float, test: float) -> ProjectSpec:
    """Fractions of the rows in each part; they must add up to 1."""
    split = replaced(spec.data.split, train=train, validation=validation, test=test)
    try:
        check_split(split.train, split.validation, split.test)
    except Invalid as error:
        raise IllegalEdit(str(error).removeprefix("data.")) from None
    return replace(spec, data=replace(spec.data, split=split))


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
        same = tuple(c.name for c in spec.data.columns) == tuple(table.names)
        columns = spec.data.columns if same else guess_columns(table, standardise=isinstance(origin, FileOrigin))
    unknown = [c.name for c in columns if c.name not in table.names]
    if unknown:
        raise IllegalEdit(f"The table has no column {', '.join(unknown)}.")
    data = replace(spec.data, table=table.sha, origin=origin, columns=columns, split=split or propose_split(table.rows))
    before = spec.data.target
    after = replace(spec, data=data)
    if before is not None and data.target == before and spec.data.columns == columns:
        return legal(after)
    return legal(adapt_output(after, table))


def _column(spec: ProjectSpec, name: str) -> Column:
    for column in spec.data.columns:
        if column.name == name:
            return column
    raise IllegalEdit(f"The data has no column called {name!r}.")


def _target_kind(table: Table, column: Column) -> Kind:
    """What the column would be taken for if it were the target of a table of its own."""
    return guess_columns(Table((table.column(column.name),)), standardise=False)[0].kind


def _as_weight(table: Table, column: Column) -> Column:
    """`column` as numbers that rows are weighed by."""
    values = table.column(column.name)
    if "number" not in possible_kinds(values) or values.shape:
        raise IllegalEdit(f"{column.name} cannot weigh rows: a weight is one number a row.")
    return replace(column, kind="number")


def _with_kind(spec: ProjectSpec, table: Table, column: Column, kind: Kind) -> Column:
    """`column` of another kind; numbers of a file are standardised again when they stop being classes."""
    if kind not in possible_kinds(table.column(column.name)):
        wanted = "numbers" if kind == "number" else "classes"
        raise IllegalEdit(f"{column.name} cannot be used as {wanted}: its values do not allow it.")
    if kind == column.kind:
        return column
    return replaced(column, kind=kind, standardise=kind == "number" and isinstance(spec.data.origin, FileOrigin))


def _as_target(spec: ProjectSpec, table: Table, target: Column) -> ProjectSpec:
    """`target` in its place as the only target; loss and output layer follow it."""
    if target.kind == "category":
        target = replace(target, standardise=False)
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
