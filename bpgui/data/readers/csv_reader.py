"""CSV and TSV through DuckDB. Runs in the child process; DuckDB is imported only here, when it is called."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.readers.encodings import Source, open_text
from bpgui.data.readers.numbers import MISSING, MISSING_NUMBER, quoted
from bpgui.data.readers.options import Parsed, ReadingOptions, check_options
from bpgui.data.readers.sniff import DELIMITERS, Layout, Sample, find_layout
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Progress = Callable[[float | None], None]
SAMPLE_BYTES = 1 << 20
COLUMN_LIMIT = 10_000
FETCHED = 64
EXACT = 2.0**53  # whole numbers beyond lose digits in float64
_TEXT_TOKENS = ", ".join(quoted(token) for token in MISSING)
_NUMBER_TOKENS = ", ".join(quoted(token) for token in MISSING_NUMBER)


def read_csv(
    path: Path,
    options: ReadingOptions,
    folder: Path,
    progress: Progress,
    memory: int | None = None,
    watch: Callable[[DuckDBPyConnection | None], None] = lambda connection: None,
) -> tuple[Table, Parsed]:
    """The table of a text file, and what was found on the way. Raises DataError.

    `folder` takes temporary files. `progress` hears of the first look at the bytes; `watch` is given DuckDB's
    connection while a query runs, so that another thread can ask it how far it is.
    """
    check_options(options)
    source = open_text(path, path.name, options, folder, lambda done: progress(None if done is None else 0.3 * done))
    layout = find_layout(path.name, _sample(source), options)
    if layout.delimiter == " ":
        source = _single_spaces(source, folder)
    source = _plain_name(source, folder)
    if len(layout.names) > COLUMN_LIMIT:
        raise DataError(f"{path.name} has {len(layout.names):,} columns; at most {COLUMN_LIMIT:,} can be read.")
    _refuse_too_large(path, source, layout, memory)
    reader = _Reader(path.name, source, layout, options.fill_short_rows, folder, memory, watch)
    try:
        table, notes = reader.read()
    finally:
        reader.close()
    details: tuple[tuple[str, str], ...] = (
        ("encoding", source.label),
        ("delimiter", DELIMITERS.get(layout.delimiter, layout.delimiter) if len(layout.names) > 1 else "none"),
        ("decimal mark", "point" if layout.format.decimal == "." else "comma"),
        ("first row", "names" if layout.header else "values"),
    )
    if layout.format.thousands:
        details += (("thousands", layout.format.label),)
    return table, Parsed(details=details, notes=tuple(notes), questions=(*source.questions, *layout.questions))


def _sample(source: Source) -> Sample:
    with source.path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
        whole = not file.read(1)
    text = data.decode("utf-8", errors="ignore" if not whole else "strict")
    return Sample.of(text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n"), whole)


def _single_spaces(source: Source, folder: Path) -> Source:
    """A copy with one space between values where there were several, and none at the ends of lines."""
    target = folder / "spaces.csv"
    with source.path.open(encoding="utf-8") as file, target.open("w", encoding="utf-8", newline="") as out:
        for line in file:
            out.write((re.sub(" +", " ", line.strip()) if '"' not in line else line.strip(" \n")) + "\n")
    return Source(target, source.encoding, source.questions)


def _plain_name(source: Source, folder: Path) -> Source:
    """The same file under a name without *, ? and [, which DuckDB would take for a pattern of names."""
    if not set(str(source.path)) & set("*?["):
        return source
    target = folder / "named.csv"
    try:
        target.symlink_to(source.path.absolute())
    except OSError:  # a file system or a system without links
        shutil.copyfile(source.path, target)
    return Source(target, source.encoding, source.questions)


def _refuse_too_large(path: Path, source: Source, layout: Layout, memory: int | None) -> None:
    """Raises DataError at once for a table that cannot fit, by the bytes of the rows in the sample."""
    if memory is None:
        return
    with source.path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
    rows = source.path.stat().st_size / max(1.0, len(data) / max(1, data.count(b"\n")))
    needed = rows * len(layout.names) * 8 * 3  # DuckDB's copy, the arrays, the bytes that are sent
    if needed > memory:
        raise DataError(
            f"{path.name} has about {rows:,.0f} rows and {len(layout.names):,} columns; reading it takes about "
            f"{needed / 1e9:.1f} GB of memory, {memory / 1e9:.1f} GB may be used. Open a part of the file."
        )


class _Reader:
    """One file in one DuckDB connection that reaches neither the network nor an extension."""

    def __init__(
        self,
        name: str,
        source: Source,
        layout: Layout,
        fill: bool,
        folder: Path,
        memory: int | None,
        watch: Callable[[DuckDBPyConnection | None], None],
    ) -> None:
        import duckdb

        self._error = duckdb.Error
        self._name, self._source, self._layout, self._fill, self._watch = name, source, layout, fill, watch
        config: dict[str, Any] = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "temp_directory": str(folder / "spill"),
        }
        if memory is not None:
            config["memory_limit"] = f"{max(128, int(memory * 0.6) >> 20)}MiB"
        self._connection = duckdb.connect(config=config)
        self._connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        self._numeric = set(layout.numeric)
        self._notes: list[str] = list(layout.notes)

    def close(self) -> None:
        self._watch(None)
        self._connection.close()

    def read(self) -> tuple[Table, list[str]]:
        """The table and notes. Columns in which an odd text turns up late are read again, as text. Raises DataError."""
        for index, row, cell in self._layout.odd:
            self._notes.append(self._odd_note(index, row, cell, None))
        self._load()
        if self._to_text(self._odd_columns()):
            self._load()
        if not self._one("SELECT count(*) FROM t"):
            raise DataError(f"{self._name} has a row of names and no rows of values. Add rows below the names.")
        numbers = self._numbers()
        columns = [numbers[i] if i in numbers else self._texts(i) for i in range(len(self._layout.names))]
        for column in columns:
            self._notes += _remarks(column)
        return Table(self._without_empty_last(columns)), self._notes

    def _query(self, sql: str) -> Any:
        self._watch(self._connection)
        try:
            return self._connection.execute(sql)
        except self._error as error:
            raise DataError(self._failure(error)) from error
        finally:
            self._watch(None)

    def _one(self, sql: str) -> Any:
        return self._query(sql).fetchone()[0]

    def _failure(self, error: Exception) -> str:
        text = str(error)
        if type(error).__name__ == "OutOfMemoryException":
            return f"{self._name} needs more memory than may be used. Open a part of the file, or close other programs."
        line = re.search(r"Line: (\d+)", text)
        place = f", line {int(line[1]):,}" if line else ""
        reason = text.split("\n", 1)[0].strip()
        return f"{self._name}{place}: it cannot be read as a table ({reason}). Save it as CSV again and open that."

    def _scan(self) -> str:
        layout = self._layout
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(layout.names)))
        return (
            f"read_csv({quoted(str(self._source.path))}, auto_detect=false, columns={{{columns}}}, "
            f"delim={quoted(layout.delimiter)}, quote='\"', escape='\"', header={str(layout.header).lower()}, "
            f"skip={layout.skip}, null_padding={str(self._fill).lower()}, store_rejects=true, rejects_limit=1000, "
            f"compression='none', hive_partitioning=false, parallel={str(not self._fill).lower()})"
        )

    def _load(self) -> None:
        """Fill the table t: numbers as DOUBLE, text trimmed and NULL where missing. Raises DataError for bad rows."""
        self._query("DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans")
        shown = ", ".join(f"{self._expression(index)} AS c{index}" for index in range(len(self._layout.names)))
        self._query(f"CREATE TEMP TABLE t AS SELECT {shown} FROM {self._scan()}")
        rejected = self._query(
            "SELECT line, line_byte_position, error_type, error_message, csv_line FROM reject_errors "
            "ORDER BY line LIMIT 1"
        ).fetchone()
        if rejected is not None:
            raise DataError(self._rejection(*rejected))

    def _expression(self, index: int) -> str:
        cell = f"c{index}"
        if index in self._numeric:
            return self._layout.format.sql(cell)
        return f"CASE WHEN trim({cell}) NOT IN ({_TEXT_TOKENS}) THEN trim({cell}) END"

    def _rejection(self, line: int, byte: int, kind: str, message: str, text: str) -> str:
        count = self._one("SELECT count(DISTINCT line) FROM reject_errors")
        place = f"{self._name}, line {self._line_at(byte, line):,}"
        more = f" ({count - 1:,} more line{'s' if count > 2 else ''} like it)" if count > 1 else ""
        numbers = [int(number) for number in re.findall(r"\d+", message)]
        if kind in ("MISSING COLUMNS", "TOO MANY COLUMNS") and len(numbers) >= 2:
            remedy = "Give every row a value for every column"
            if kind == "TOO MANY COLUMNS":
                remedy = f"Put quotes around values that hold a {DELIMITERS.get(self._layout.delimiter, 'delimiter')}"
            values = "1 value was" if numbers[1] == 1 else f"{numbers[1]:,} values were"
            return f"{place}: {values} found where {numbers[0]:,} were expected{more}. {remedy}."
        if kind == "UNQUOTED VALUE":
            return (
                f"{place}: a quote is opened and not closed as it should be: “{_first_line(text)}”. Close it, or write "
                'a quote inside a quoted value twice ("").'
            )
        if kind == "LINE SIZE OVER MAXIMUM":
            return f"{place}: the line is longer than 2,000,000 bytes. Is a quote left open, or is this no table?"
        return f"{place}: {message.strip()} Save the file as CSV again and open that."

    def _line_at(self, byte: int | None, line: int) -> int:
        """The line of the file at a byte: records with line ends inside quotes have several lines."""
        if byte is None:
            return line
        number, left = 1, byte
        with self._source.path.open("rb") as file:
            while left > 0 and (chunk := file.read(min(left, 1 << 22))):
                number += chunk.count(b"\n") or chunk.count(b"\r")
                left -= len(chunk)
        return number

    def _odd_columns(self) -> dict[int, tuple[int, str, int]]:
        """Numeric columns that hold another text after all: {column: (first row from 1, its cell, how many)}."""
        if not self._numeric:
            return {}
        numeric = sorted(self._numeric)
        counts = ", ".join(f"count(*) - count(c{index})" for index in numeric)
        absent = self._query(f"SELECT {counts} FROM t").fetchone()
        suspects = [index for index, count in zip(numeric, absent, strict=True) if count]
        if not suspects:
            return {}
        tests = {index: self._odd_test(index) for index in suspects}
        counts = ", ".join(f"count(*) FILTER ({tests[index]})" for index in suspects)
        found = self._query(f"SELECT {counts} FROM {self._scan()}").fetchone()
        odd = {}
        for index, count in zip(suspects, found, strict=True):
            if count:
                row, cell = self._query(
                    f"SELECT n, c{index} FROM (SELECT row_number() OVER () AS n, c{index} FROM {self._scan()}) "
                    f"WHERE {tests[index]} ORDER BY n LIMIT 1"
                ).fetchone()
                odd[index] = (int(row), str(cell), int(count))
        return odd

    def _odd_test(self, index: int) -> str:
        cell = f"c{index}"
        return f"({self._layout.format.sql(cell)}) IS NULL AND trim({cell}) NOT IN ({_NUMBER_TOKENS})"

    def _to_text(self, odd: dict[int, tuple[int, str, int]]) -> bool:
        for index, (row, cell, count) in odd.items():
            self._numeric.discard(index)
            self._notes.append(self._odd_note(index, row, cell, count))
        return bool(odd)

    def _odd_note(self, index: int, row: int, cell: str, count: int | None) -> str:
        more = f" ({count:,} such values)" if count is not None and count > 1 else ""
        shown = cell if len(cell) <= 40 else cell[:39] + "…"
        return (
            f"Row {row:,}, column {self._layout.names[index]}: {shown!r} is not a number{more}, so the column is text."
        )

    def _numbers(self) -> dict[int, AnyColumn]:
        """The numeric columns, fetched a few dozen at a time."""
        columns: dict[int, AnyColumn] = {}
        wanted = sorted(self._numeric)
        for start in range(0, len(wanted), FETCHED):
            batch = wanted[start : start + FETCHED]
            fetched = self._query(f"SELECT {', '.join(f'c{index}' for index in batch)} FROM t").fetchnumpy()
            for index in batch:
                values = np.ma.filled(np.ma.asarray(fetched.pop(f"c{index}"), dtype=np.float64), np.nan)
                columns[index] = NumberColumn(self._layout.names[index], values)
        return columns

    def _texts(self, index: int) -> TextColumn:
        """Codes by way of a DuckDB enum, levels sorted by code point; no row passes through Python."""
        name = self._layout.names[index]
        levels = self._query(f"SELECT DISTINCT c{index} FROM t WHERE c{index} IS NOT NULL ORDER BY 1").fetchnumpy()
        texts = tuple(str(level) for level in levels[f"c{index}"])
        if not texts:
            rows = self._one("SELECT count(*) FROM t")
            return TextColumn(name, np.full(rows, -1, dtype=np.int32), ())
        self._query(
            f"CREATE OR REPLACE TYPE levels AS ENUM "
            f"(SELECT DISTINCT c{index} FROM t WHERE c{index} IS NOT NULL ORDER BY 1)"
        )
        fetched = self._query(f"SELECT enum_code(c{index}::levels)::INTEGER AS code FROM t").fetchnumpy()["code"]
        return TextColumn(name, np.ma.filled(np.ma.asarray(fetched, dtype=np.int32), -1), texts)

    def _without_empty_last(self, columns: list[AnyColumn]) -> list[AnyColumn]:
        """A delimiter at the end of every line makes a last column without name and values: it is none."""
        last = columns[-1]
        generated = last.name in (f"column {len(columns)}", f"x{len(columns)}")
        if len(columns) > 1 and generated and bool(last.missing.all()):
            about = rf"Column ({len(columns)}|{re.escape(last.name)})(:| has no name)"
            self._notes = [note for note in self._notes if not re.match(about, note)]
            self._notes.append("Every line ends with a delimiter; the empty column after it is left out.")
            return columns[:-1]
        return columns


def _first_line(text: str, length: int = 40) -> str:
    """The beginning of a record that may go over many lines."""
    line = (text.strip().splitlines() or [""])[0]
    return line if line == text.strip() and len(line) <= length else line[:length].rstrip() + "…"


def _remarks(column: AnyColumn) -> list[str]:
    """Notes about values that are missing, infinite or too long."""
    notes = []
    missing = int(column.missing.sum())
    if missing:
        notes.append(f"Column {column.name}: {missing:,} of {column.rows:,} values are missing.")
    if isinstance(column, NumberColumn):
        infinite = int(np.isinf(column.values).sum())
        if infinite:
            notes.append(f"Column {column.name}: {infinite:,} values are infinite or too large for a number.")
        finite = column.values[np.isfinite(column.values)]
        if bool((np.abs(finite) > EXACT).any()) and not (finite % 1).any():
            notes.append(
                f"Column {column.name}: whole numbers beyond 9,007,199,254,740,992 (2^53) may lose their last digits."
            )
    return notes
