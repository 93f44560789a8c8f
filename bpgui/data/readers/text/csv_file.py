"""A text file as rows in DuckDB: how it is scanned, which of its rows are wanted, and which are refused."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.choosing import chosen_rows
from bpgui.data.readers.duck import connect
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.csv_failures import failure, footer_of, rejection
from bpgui.data.readers.text.encodings import Source
from bpgui.data.readers.text.layout import Layout
from bpgui.data.readers.text.numbers import quoted


class CsvFile:
    """One text file in one connection, its cells c0, c1, ... as texts. `limit`: so many rows only, drawn at random."""

    def __init__(self, task: Task, source: Source, layout: Layout) -> None:
        import duckdb

        self._error = duckdb.Error
        self._task, self._source, self._layout = task, source, layout
        self._connection = connect(task.folder, task.memory, (source.path,))
        self.limit: int | None = None
        self.notes: list[str] = []

    def close(self) -> None:
        self._task.watch(None)
        self._connection.close()

    def query(self, sql: str) -> Any:
        """What DuckDB answers. Raises DataError."""
        return self._watched(lambda: self._connection.execute(sql))

    def arrays(self, sql: str) -> dict[str, NDArray[Any]]:
        """(rows,) of each column of the answer, masked where there are gaps. Raises DataError, MemoryError."""
        found: dict[str, NDArray[Any]] = self._watched(lambda: self._connection.execute(sql).fetchnumpy())
        return found

    def _watched(self, action: Any) -> Any:
        self._task.watch(self._connection)
        try:
            return action()
        except self._error as error:
            raise DataError(failure(self._task.name, error)) from error
        finally:
            self._task.watch(None)

    def one(self, sql: str) -> Any:
        """The only value of the answer."""
        return self.query(sql).fetchone()[0]

    def scan(self) -> str:
        """SQL for all rows as they stand in the file."""
        layout, dialect = self._layout, self._layout.dialect
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(layout.width))
        fill = self._task.options.fill_short_rows
        scan = (
            f"read_csv({quoted(str(self._source.path.absolute()))}, auto_detect=false, columns={{{columns}}}, "
            f"delim={quoted(dialect.delimiter)}, quote={quoted(dialect.quote)}, escape={quoted(dialect.escape)}, "
            f"header=false, skip={layout.passed}, null_padding={str(fill).lower()}, store_rejects=true, "
            f"rejects_limit=1000, compression='none', hive_partitioning=false, parallel={str(not fill).lower()})"
        )
        if layout.width == 1:  # blank lines would be rows
            scan = f"(SELECT * FROM {scan} WHERE c0 IS NOT NULL)"
        return scan

    def numbered(self) -> str:
        """SQL for the rows that are read, with their number n from 1 in the file."""
        numbered = f"(SELECT *, row_number() OVER () AS n FROM {self.scan()})"
        return numbered if self.limit is None else f"(SELECT * FROM {numbered} SEMI JOIN picked USING (n))"

    def choose_rows(self) -> None:
        """A sample of rows, where one is wanted, as a table of their numbers."""
        wanted = self._task.options.rows
        if wanted is None or self._task.preview is not None:
            return
        count = self.one(f"SELECT count(*) FROM {self.scan()}")
        if wanted >= count:
            return
        picked = chosen_rows(count, self._task) + 1
        self.query("CREATE TEMP TABLE picked (n BIGINT)")
        self._connection.execute("INSERT INTO picked SELECT unnest(?::BIGINT[])", [picked]) if len(picked) else None
        self.limit = wanted
        self.notes.append(f"{wanted:,} of {count:,} rows were taken, drawn at random and always alike.")

    def forget_rejected(self) -> None:
        """Before the rows are read again."""
        self.query("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")

    def refuse_rejected(self) -> None:
        """Raises DataError for rows of another length and the like, but for lines of text below the table."""
        rejected = self.query(
            "SELECT line, line_byte_position, error_type, error_message, csv_line FROM reject_errors "
            "ORDER BY line LIMIT 1"
        ).fetchone()
        if rejected is None:
            return
        count = int(self.one("SELECT count(DISTINCT line) FROM reject_errors"))
        footer = footer_of(self._source.path, rejected[1], rejected[2], count)
        if footer is None:
            raise DataError(rejection(self._task.name, self._source.path, self._layout.dialect, count, *rejected))
        self.notes = [note for note in self.notes if "below the table" not in note]
        self.notes.append(footer)
