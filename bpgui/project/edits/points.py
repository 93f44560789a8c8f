"""Edits of a set of points in the plane: some added, some taken out. They go with a table that the caller keeps."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from bpgui.data.categories import category_codes, label_of
from bpgui.data.errors import DataError
from bpgui.data.painting import near, with_rows, without_rows
from bpgui.data.spec import DataSpec, FileOrigin, Origin
from bpgui.data.table import AnyColumn, Floats, NumberColumn, Table, TextColumn
from bpgui.project.edits.data import use_table
from bpgui.project.edits.legality import IllegalEdit
from bpgui.project.spec import ProjectSpec

EDITED = ("edited", "by hand")
# These ways draw the parts anew from any rows; the others ask each row for something that a new point has not.
_WAYS = ("random", "stratified", "alike")


def paintable(data: DataSpec) -> bool:
    """Whether the data is a set of points in the plane with a class each."""
    numbers = [c for c in data.features if c.kind == "number"]
    target = data.target
    one_class = target is not None and target.kind == "category" and len(data.targets) == 1
    return one_class and len(data.features) == len(numbers) == 2 and data.split.method in _WAYS


def add_points(data: DataSpec, table: Table, points: Floats, label: str) -> Table:
    """`table` with `points` (n, 2) of a class more. Raises IllegalEdit."""
    first, second = _axes(data)
    target = data.target
    assert target is not None
    values: dict[str, Floats | str | float] = {first: points[:, 0], second: points[:, 1], target.name: label}
    if data.weight is not None:
        values[data.weight.name] = 1.0
    try:
        return with_rows(table, values)
    except (DataError, ValueError) as error:
        raise IllegalEdit(str(error)) from error


def erase_points(data: DataSpec, table: Table, centres: Floats, radii: tuple[float, float]) -> Table:
    """`table` without the points about `centres` (k, 2). The same table where there are none. Raises IllegalEdit."""
    x, y = (table.column(name) for name in _axes(data))
    assert isinstance(x, NumberColumn)
    assert isinstance(y, NumberColumn)
    gone = near(np.asarray(x.values, np.float64), np.asarray(y.values, np.float64), centres, radii)
    if not gone.any():
        return table
    target = data.target
    assert target is not None
    column = table.column(target.name)
    levels = _levels(column)
    before, after = (np.bincount(category_codes(column, levels, rows) + 1, minlength=len(levels) + 1)
                     for rows in (np.arange(table.rows), np.flatnonzero(~gone)))  # fmt: skip
    lost = [name for name, had, has in zip(levels, before[1:], after[1:], strict=True) if had and not has]
    if lost:
        raise IllegalEdit(f"No point of class {lost[0]} would be left; leave at least one of each class.")
    return without_rows(table, gone)


def use_points(spec: ProjectSpec, table: Table) -> ProjectSpec:
    """The same project with the points of `table`; what they came from is said to be edited. Raises IllegalEdit."""
    return use_table(spec, table, _edited(spec.data.origin), spec.data.columns, spec.data.split)


def _edited(origin: Origin) -> Origin:
    """No longer what a generator or a file would give, so neither is asked for it again."""
    if isinstance(origin, FileOrigin):
        said = tuple(line for line in origin.reading if line != EDITED)
        return replace(origin, path="", paths=(), reading=(*said, EDITED))
    return FileOrigin(name=origin.name, reading=(EDITED,))


def _axes(data: DataSpec) -> tuple[str, str]:
    if not paintable(data):
        raise IllegalEdit(
            "Points can be painted where two columns of numbers tell one target of classes, and the split is at random "
            "or by class."
        )
    first, second = data.features
    return first.name, second.name


def _levels(column: AnyColumn) -> tuple[str, ...]:
    if isinstance(column, TextColumn):
        return column.levels
    found = np.unique(column.values[np.isfinite(column.values)])
    return tuple(label_of(value) for value in found.tolist())
