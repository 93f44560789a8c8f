"""Parquet through DuckDB, once the footer has said that the table fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.duck import connect
from bpgui.data.readers.large import size_question
from bpgui.data.readers.npy.arrays import columns_of
from bpgui.data.readers.options import ColumnFound, Parsed, Question
from bpgui.data.readers.records.parquet_types import Field, fields_of, numbers_from
from bpgui.data.readers.selecting import (
    COLUMN_LIMIT,
    COPIES,
    found,
    missing_setting,
    refuse_too_large,
    remarks,
    table_settings,
    with_precision,
)  # fmt: skip
from bpgui.data.readers.tabular.retyping import settled, types_of
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.text.numbers import quoted
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
MAX_VALUES = 1 << 33  # rows × columns; no file of a person's has so many, a bomb says so in a few bytes
_LEAST = 12
_FOOTER_LIMIT = 256 << 20
_FETCHED = 16
_VALUE = 8  # bytes


def recognise(head: bytes, path: Path) -> bool:
    return head[:4] in (MAGIC, ENCRYPTED)


def read(task: Task) -> tuple[Table, Parsed]:
    """The table of a Parquet file. Raises DataError."""
    _check_ends(task.path)
    path = _plain_name(task)
    connection = connect(task.folder, task.memory, [path])
    try:
        return _File(task, path, connection).read()
    finally:
        task.watch(None)
        connection.close()


def _check_ends(path: Path) -> None:
    """Raises DataError unless the file begins and ends as Parquet does and its footer fits into it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(0, size - 8))
        tail = file.read()
    if head == ENCRYPTED or tail[-4:] == ENCRYPTED:
        raise DataError(f"{path.name} is encrypted Parquet. Save it without encryption and open that.")
    if size < _LEAST or tail[-4:] != MAGIC:
        raise DataError(
            f"{path.name} begins as Parquet, but its end is missing ({size:,} bytes are there). It was cut off while "
            "being copied or written; copy it again."
        )
    footer = int.from_bytes(tail[:4], "little")
    if footer > min(size - _LEAST, _FOOTER_LIMIT):
        raise DataError(f"{path.name} is damaged: its footer claims {footer:,} bytes, the file has {size:,}.")


def _plain_name(task: Task) -> Path:
    """The file under a name without *, ? and [, which DuckDB would take for a pattern of names."""
    if not set(str(task.path)) & set("*?["):
        return task.path.absolute()
    target = task.folder / "named.parquet"
    try:
        target.symlink_to(task.path.absolute())
    except OSError:  # a file system or a system without links
        import shutil

        shutil.copyfile(task.path, target)
    return target


class _File:
    """One file in one connection."""

    def __init__(self, task: Task, path: Path, connection: DuckDBPyConnection) -> None:
        import duckdb

        self._error = duckdb.Error
        self._task, self._options, self._name = task, task.options, task.path.name
        self._path, self._connection = path, connection
        self._notes: list[str] = []
        self._found: list[ColumnFound] = []
        self._levels: tuple[str, ...] = ()  # of the text that is being read

    def read(self) -> tuple[Table, Parsed]:
        source = quoted(str(self._path))
        rows = int(self._query(f"SELECT num_rows FROM parquet_file_metadata({source})").fetchone()[0])
        self._check_groups(source, rows)
        fields, refused = fields_of(self._query(f"DESCRIBE SELECT * FROM read_parquet({source})").fetchall())
        self._notes += [f"Column {name} holds {what}; it is left out." for name, what in refused]
        if not fields:
            raise DataError(f"{self._name}: none of its columns holds values of a table. {' '.join(self._notes[:3])}")
        names, notes = column_names([field.name for field in fields], len(fields))
        self._notes += notes
        wanted = self._wanted(names)
        limit = rows if self._task.preview is None else min(rows, self._task.preview)
        if not rows:
            raise DataError(f"{self._name} has names of columns and no rows of values. Rows were expected.")
        size = self._size(rows, limit, len(wanted))
        columns = self._columns([(names[place], fields[place]) for place in wanted], source, rows, limit)
        table = only_columns(Table(columns), self._task)
        parsed = Parsed(
            details=(("columns and rows in the file", f"{len(fields) + len(refused):,} and {rows:,}"),),
            notes=tuple(self._notes),
            questions=(size,) if size else (),
            settings=(missing_setting(self._options), *table_settings(self._task)),
            columns=tuple(column for column in self._found if column.name in table.names),
            rows=rows,
        )
        return table, parsed

    def _query(self, sql: str) -> Any:
        self._task.watch(self._connection)
        try:
            return self._connection.execute(sql)
        except self._error as error:
            raise DataError(self._failure(error)) from error
        except (RuntimeError, ValueError, UnicodeDecodeError, OverflowError) as error:
            raise DataError(self._failure(error)) from error
        finally:
            self._task.watch(None)

    def _fetched(self, sql: str) -> dict[str, Any]:
        result = self._query(sql)
        try:
            return dict(result.fetchnumpy())
        except Exception as error:  # pages are read only now
            raise DataError(self._failure(error)) from error

    def _failure(self, error: Exception) -> str:
        if type(error).__name__ == "OutOfMemoryException":
            return f"{self._name} needs more memory than may be used. Read a sample of rows (rows) or fewer columns."
        reason = str(error).replace(str(self._path), self._name).split("\n", 1)[0].strip().rstrip(".")[:200]
        return (
            f"{self._name} is damaged: it cannot be read as Parquet ({reason}). Write it again, or open another copy."
        )

    def _check_groups(self, source: str, rows: int) -> None:
        """Raises DataError where the footer contradicts itself, or speaks of more than can be."""
        groups = self._query(
            f"SELECT row_group_id, any_value(row_group_num_rows), count(*) FROM parquet_metadata({source}) GROUP BY 1"
        ).fetchall()
        counted = sum(int(group[1]) for group in groups)
        columns = max((int(group[2]) for group in groups), default=1)
        if rows < 0 or any(int(group[1]) < 0 for group in groups) or counted != rows:
            raise DataError(
                f"{self._name} is damaged: its footer says {rows:,} rows, its parts {counted:,}. Write it again."
            )
        if columns > COLUMN_LIMIT and not self._options.columns:
            raise DataError(f"{self._name} has {columns:,} columns; at most {COLUMN_LIMIT:,} can be read.")
        if rows * columns > MAX_VALUES and not (self._options.rows or self._options.columns):
            raise DataError(
                f"{self._name} has {rows:,} rows and {columns:,} columns, more values than can be held. Read a sample "
                "of rows (rows) or fewer columns (columns)."
            )

    def _wanted(self, names: tuple[str, ...]) -> list[int]:
        if self._options.columns is None:
            return list(range(len(names)))
        kept = [place for place, name in enumerate(names) if name in self._options.columns]
        return kept or list(range(len(names)))  # only_columns says which is not there

    def _size(self, rows: int, limit: int, columns: int) -> Question | None:
        """What to do about a table that is larger than memory; its best answer is taken.

        Raises DataError where even one column is.
        """
        memory, name = self._task.memory, self._name
        kept = min(limit, self._options.rows or limit)
        if memory is not None and kept * COPIES * _VALUE > memory:
            refuse_too_large(name, kept, columns, self._options, memory)
        size = size_question(name, rows, columns, self._options, memory, self._task.folder)
        if size is not None and self._task.preview is None:
            self._options = size.choices[size.best].options
            self._task = replace(self._task, options=self._options)
        return size

    def _source(self, source: str, rows: int, limit: int) -> str:
        """The rows that are wanted, in their order."""
        if self._task.preview is not None:
            return f"read_parquet({source})" + (f" LIMIT {limit}" if limit < rows else "")
        if self._options.rows is None or self._options.rows >= rows:
            return f"read_parquet({source})"
        self._query("CREATE TEMP TABLE picked (n BIGINT)")
        self._connection.execute("INSERT INTO picked SELECT unnest(?::BIGINT[])", [chosen_rows(rows, self._task)])
        scan = f"read_parquet({source}, file_row_number = true)"
        return f"(SELECT * FROM {scan} SEMI JOIN picked ON file_row_number = n ORDER BY file_row_number)"

    def _columns(self, wanted: list[tuple[str, Field]], source: str, rows: int, limit: int) -> list[AnyColumn]:
        """A few columns at a time, so that only their pages are unpacked; each is kept before the next ones come."""
        columns: list[AnyColumn] = []
        table = self._source(source, rows, limit)
        kept = min(limit, self._options.rows or limit)
        memory = self._task.memory
        many = _FETCHED if memory is None else max(1, min(_FETCHED, memory // (kept * COPIES * _VALUE)))
        for start in range(0, len(wanted), many):
            batch = wanted[start : start + many]
            shown = ", ".join(
                f"{field.sql} AS c{index}" for index, (_, field) in enumerate(batch) if field.kind != "text"
            )
            fetched = self._fetched(f"SELECT {shown} FROM {table}") if shown else {}
            for index, (name, field) in enumerate(batch):
                raw = fetched.pop(f"c{index}") if field.kind != "text" else self._coded(field, table)
                for column in self._made(name, field, raw):
                    self._notes += remarks(column)
                    columns.append(self._task.keep(column))
            self._task.progress((start + len(batch)) / len(wanted))
        if not columns:
            raise DataError(f"{self._name}: none of its columns holds values of a table. {' '.join(self._notes[:3])}")
        return columns

    def _coded(self, field: Field, table: str) -> NDArray[Any]:
        """(rows,) codes of the texts, whose levels are kept beside; no row passes through Python."""
        texts = f"(SELECT nullif(trim({field.sql}), '') AS c FROM {table})"
        levels = self._fetched(f"SELECT DISTINCT c FROM {texts} WHERE c IS NOT NULL ORDER BY 1")["c"]
        self._levels = tuple(str(level) for level in levels)
        if not self._levels:
            return np.full(int(self._query(f"SELECT count(*) FROM {texts}").fetchone()[0]), -1, dtype=np.int32)
        self._query(
            f"CREATE OR REPLACE TYPE levels AS ENUM (SELECT DISTINCT c FROM {texts} WHERE c IS NOT NULL ORDER BY 1)"
        )
        codes = self._fetched(f"SELECT enum_code(c::levels)::INTEGER AS c FROM {texts}")["c"]
        return np.ma.filled(np.ma.asarray(codes, dtype=np.int32), -1)

    def _made(self, name: str, field: Field, raw: NDArray[Any]) -> list[AnyColumn]:
        """The column; several for lists of equal length, none for lists of different lengths."""
        if field.kind == "list":
            return self._lists(name, raw)
        if field.kind == "hours":
            self._notes.append(f"Column {name} holds times of day; they are read as hours.")
        if field.kind == "text":
            made: AnyColumn = self._text(name, raw)
        else:
            values = numbers_from(raw, field.kind)
            dated = field.kind == "date"
            made = (
                NumberColumn(name, values, "date")
                if dated
                else NumberColumn(name, with_precision(values, self._options))
            )
        return [self._settled(made)]

    def _settled(self, made: AnyColumn) -> AnyColumn:
        column, note = settled(made, self._options)
        self._notes += [note] if note else []
        self._found.append(found(column, types_of(made), note))
        return column

    def _text(self, name: str, codes: NDArray[Any]) -> TextColumn:
        """With the levels that occur among these rows."""
        kept = np.unique(codes[codes >= 0])
        places = np.full(len(self._levels) + 1, -1, dtype=np.int32)
        places[kept] = np.arange(kept.size)
        return TextColumn(name, places[codes], tuple(self._levels[code] for code in kept.tolist()))

    def _lists(self, name: str, raw: NDArray[Any]) -> list[AnyColumn]:
        mask = np.ma.getmaskarray(np.ma.asarray(raw))
        data = np.ma.getdata(raw)
        lists = [None if absent or cell is None else _array(cell) for cell, absent in zip(data, mask, strict=True)]
        shapes = {array.shape for array in lists if array is not None}
        if len(shapes) != 1 or 0 in next(iter(shapes)):
            self._notes.append(f"Column {name} holds lists of different lengths; it is left out.")
            return []
        nothing = np.full(shapes.pop(), np.nan)
        whole = np.stack([nothing if array is None else array for array in lists])
        label = f"{name}." if whole.ndim == 2 else name
        made = columns_of(f"{self._name}, column {name}", label, whole, self._options)
        return [self._settled(column) for column in made]


def _array(cell: Any) -> NDArray[Any] | None:
    """The numbers of a list, of lists of lists too; an empty array where these have different lengths."""
    if isinstance(cell, np.ndarray) and cell.dtype != object:
        return np.ma.filled(np.ma.asarray(cell, dtype=np.float64), np.nan) if np.ma.isMaskedArray(cell) else cell
    try:
        array = np.array(
            [_array(inner) if isinstance(inner, list | np.ndarray) else inner for inner in cell], dtype=float
        )
    except (ValueError, TypeError):
        return np.zeros(0)
    return array
