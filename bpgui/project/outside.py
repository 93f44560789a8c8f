"""Large tables are not in the project file: they are read again from where they came, or taken from the cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from bpgui.data import cache
from bpgui.data.spec import DataSpec, FileOrigin
from bpgui.data.table import Table
from bpgui.project.atomic import StorageError

LARGE_TABLE = 64 << 20


class Outside(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table by its hash. How its files are read stands in the origin of the project's data."""

    table: str


class TableElsewhere(StorageError):
    """The project needs the table `sha`, which its own file does not hold and the cache no longer has.

    Read the files of `origin` as its options say, and open the project again with the table that comes out.
    """

    def __init__(self, name: str, origin: FileOrigin, sha: str) -> None:
        super().__init__(
            f"{name} uses the data of {origin.path}, which is too large to be in it. Put that file back where it was, "
            "or open the data anew."
        )
        self.origin, self.sha = origin, sha

    def read(self, progress: Callable[[float | None], None] | None = None) -> dict[str, Table]:
        """Read the files again, here and now. Raises DataError, and StorageError where they hold another table now."""
        from bpgui.data.readers import read_files

        paths = (self.origin.path, *self.origin.paths)
        table = read_files(paths, options=self.origin.options, progress=progress).table
        self.check(table)
        return {table.sha: table}

    def check(self, table: Table) -> None:
        """Raises StorageError for another table than the project was saved with."""
        if table.sha != self.sha:
            raise StorageError(
                f"{self.origin.path} has changed since the project was saved: it now reads as another table. "
                "Put the former file back, or open the data anew."
            )


def outside(data: DataSpec, table: Table) -> Outside | None:
    """Whether a table stays where it came from: it is large, and its files are still there."""
    origin = data.origin
    if table.sha != data.table or table.nbytes <= LARGE_TABLE or not isinstance(origin, FileOrigin) or not origin.path:
        return None
    try:
        there = all(Path(path).exists() for path in (origin.path, *origin.paths))
    except (OSError, ValueError):
        return None
    return Outside(table=table.sha) if there else None


def found(entry: Outside, data: DataSpec, tables: Mapping[str, Table], name: str) -> Table:
    """That table, from those at hand or the cache. Raises TableElsewhere."""
    table = tables.get(entry.table) or cache.cached(entry.table)
    if table is not None:
        return table
    if not isinstance(data.origin, FileOrigin) or entry.table != data.table:
        raise StorageError(f"{name} does not say where its data lies. Open another copy of the file.")
    raise TableElsewhere(name, data.origin, entry.table)
