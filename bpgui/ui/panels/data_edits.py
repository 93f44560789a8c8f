"""What a choice in the list of columns does to the project, as functions for `Document.edit`."""

from __future__ import annotations

from typing import cast

from bpgui.data.spec import Kind, Missing, Role, Scaling
from bpgui.data.table import Table
from bpgui.project import edits
from bpgui.project.spec import ProjectSpec
from bpgui.ui.widgets.column_list import scalable


def change_column(spec: ProjectSpec, table: Table, name: str, what: str, value: str) -> ProjectSpec:
    """One field of a column: role (also "also", a further target), kind, scaling or missing. Raises IllegalEdit."""
    if what == "role":
        return _change_role(spec, table, name, value)
    if what == "kind":
        return edits.set_column(spec, table, name, kind=cast(Kind, value))
    if what == "scaling":
        return edits.set_column(spec, table, name, scaling=cast(Scaling, value))
    return edits.set_column(spec, table, name, missing=cast(Missing, value))


def _change_role(spec: ProjectSpec, table: Table, name: str, role: str) -> ProjectSpec:
    if role == "target":
        return edits.set_target(spec, table, name)
    if role == "also":
        return edits.add_target(spec, table, name)
    if role == "split":
        return _split_by(spec, table, name)
    freed = edits.set_split(spec, method="random") if spec.data.split.column == name else spec
    return edits.set_column(freed, table, name, role=cast(Role, role))


def _split_by(spec: ProjectSpec, table: Table, name: str) -> ProjectSpec:
    """The column says each row's part where its words do, else which rows belong together."""
    said = name in edits.split_columns(spec, table, "column")
    return edits.set_split(spec, table=table, method="column" if said else "grouped", column=name)


def scale_all(spec: ProjectSpec, table: Table, scaling: Scaling) -> ProjectSpec:
    """Every column that holds numbers and is in use, scaled in the same way."""
    for column in scalable(spec.data.columns):
        spec = edits.set_column(spec, table, column.name, scaling=scaling)
    return spec


def usual_scaling(spec: ProjectSpec) -> Scaling:
    """The scaling that most numbers have, which a list of columns need not say."""
    scalings = [column.scaling for column in scalable(spec.data.columns)]
    return max(set(scalings), key=scalings.count) if scalings else "none"
