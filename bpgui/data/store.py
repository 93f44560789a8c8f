"""Tables by their hash: an undo step or a run keeps a name of 64 letters, not a copy."""

from __future__ import annotations

from collections.abc import Set

from bpgui.data.table import Table


class DataStore:
    """Content-addressed, in memory; the same table put twice is kept once."""

    def __init__(self) -> None:
        self._tables: dict[str, Table] = {}

    def put(self, table: Table) -> str:
        """Keep the table; its SHA-256."""
        return self._tables.setdefault(table.sha, table).sha

    def get(self, sha: str) -> Table:
        """The table with that hash; raises KeyError."""
        return self._tables[sha]

    def keep(self, only: Set[str]) -> None:
        """Forget every table that is not among `only`."""
        self._tables = {sha: table for sha, table in self._tables.items() if sha in only}

    def __len__(self) -> int:
        return len(self._tables)
