"""The hash of a table, worked out in a thread while its columns are still being read."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Sequence

from bpgui.data.table import AnyColumn, Table, head_of, pieces_of


class RunningSha:
    """Takes columns in any order; each is hashed as soon as those before it are. `names` are in the table's order."""

    def __init__(self, names: Sequence[str], rows: int) -> None:
        self._names, self._rows = tuple(names), rows
        self._coming: queue.SimpleQueue[AnyColumn | None] = queue.SimpleQueue()
        self._hashed: list[AnyColumn] = []
        self._found = hashlib.sha256()
        self._thread = threading.Thread(target=self._run, name="bpgui-sha", daemon=True)
        self._thread.start()

    def add(self, column: AnyColumn) -> None:
        """A column that is not written to any more."""
        self._coming.put(column)

    def of(self, table: Table) -> str:
        """The table's `sha`: known already where it has just these columns, else worked out. Raises DataError."""
        self.stop()
        same = len(self._hashed) == len(table.columns) == len(self._names) and table.rows == self._rows
        if same and all(mine is its for mine, its in zip(self._hashed, table.columns, strict=True)):
            return self._found.hexdigest()
        return table.sha

    def stop(self) -> None:
        """Nothing more comes. May be said again."""
        self._coming.put(None)
        self._thread.join()

    def _run(self) -> None:
        self._found.update(head_of(self._rows, len(self._names)))
        came: dict[str, AnyColumn] = {}
        for name in self._names:
            while name not in came:
                column = self._coming.get()
                if column is None:
                    return
                came[column.name] = column
            try:
                for piece in pieces_of(came[name]):
                    self._found.update(piece)
            except (ValueError, OverflowError):  # the table will say so
                return
            self._hashed.append(came[name])
