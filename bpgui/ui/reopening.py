"""What becomes of the project when data has been read: the first time, or the same files in another way.

Then what a person has said about the columns stays where it still fits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec.structs import replace as with_fields

from bpgui.data.errors import DataError
from bpgui.data.readers import Reading
from bpgui.data.spec import Column
from bpgui.data.table import AnyColumn, Table, TextColumn
from bpgui.project import build
from bpgui.project.checks import check
from bpgui.project.edits import IllegalEdit, use_table
from bpgui.project.proposal import propose
from bpgui.project.spec import ProjectSpec
from bpgui.session.document import Document


@dataclass(frozen=True)
class Prepared:
    """The project that a reading makes of another one, `base`."""

    base: ProjectSpec
    spec: ProjectSpec


def prepare(spec: ProjectSpec, before: Table, again: bool, reading: Reading) -> Prepared | None:
    """Work out in another thread what the window will ask for at once, and what is kept: the encoded rows, findings.

    None where the data cannot be used so, which is said when it is.
    """
    try:
        after = (
            _with_reading(spec, before, reading)
            if again
            else propose(reading.table, reading.origin, base=spec, seed=spec.seed)
        )
        build.dataset(after, reading.table)
        check(after, reading.table)
    except (DataError, IllegalEdit, MemoryError):
        return None
    return Prepared(spec, after)


def use_new(document: Document, reading: Reading, prepared: Prepared | None) -> None:
    """Data read for the first time; what was worked out while it was read is not worked out again."""
    if prepared is None or prepared.base is not document.spec or not _made_of(prepared.spec, reading):
        document.use_reading(reading)
        return
    document.store.put(reading.table)
    document.apply(document.tr("Open data"), prepared.spec)


def _made_of(spec: ProjectSpec, reading: Reading) -> bool:
    return spec.data.table == reading.table.sha and spec.data.origin == reading.origin


def use_again(document: Document, reading: Reading) -> None:
    """The same files read otherwise, as an edit that can be undone."""
    if reading.table.sha == document.spec.data.table:
        spec = document.spec
        data = with_fields(spec.data, origin=reading.origin)
        document.apply(document.tr("Change reading"), with_fields(spec, data=data))
        return
    document.store.put(reading.table)
    document.edit(document.tr("Change reading"), _with_reading, document.table, reading)


def _with_reading(spec: ProjectSpec, before: Table, reading: Reading) -> ProjectSpec:
    columns = kept_columns(spec, before, reading)
    if columns is None:
        return propose(reading.table, reading.origin, base=spec, seed=spec.seed)
    return use_table(spec, reading.table, reading.origin, columns, spec.data.split)


def kept_columns(spec: ProjectSpec, before: Table, reading: Reading) -> tuple[Column, ...] | None:
    """The proposal for the new table with what is set for columns of the same name and sort; None where the target,
    or the column that the split goes by, is gone.
    """
    table = reading.table
    needed = {target.name for target in spec.data.targets} | {spec.data.split.column} - {""}
    if not needed <= set(table.names):
        return None
    proposed = propose(table, reading.origin, base=spec, seed=spec.seed).data.columns
    return tuple(_kept(spec, before, column, table) for column in proposed)


def _kept(spec: ProjectSpec, before: Table, now: Column, table: Table) -> Column:
    was = next((column for column in spec.data.columns if column.name == now.name), None)
    if was is None:
        return with_fields(now, role="feature") if now.role == "target" else now
    if _sort(before.column(was.name)) == _sort(table.column(now.name)):
        return was
    return with_fields(now, role=was.role)


def _sort(column: AnyColumn) -> tuple[object, ...]:
    """What decides how a column can be used."""
    return ("text",) if isinstance(column, TextColumn) else (column.meaning, column.shape)


def without_places(reading: Reading) -> Reading:
    """For files that will not be there any more: a project with this data holds all of it."""
    return replace(reading, origin=with_fields(reading.origin, path="", paths=()))
