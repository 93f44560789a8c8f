"""JSON and JSON lines: records, rows, columns, what pandas writes, and tables somewhere within a document."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.large import table_question
from bpgui.data.readers.options import Choice, Parsed, Question, Setting
from bpgui.data.readers.records.json_columns import batches, listed_columns, named_rows
from bpgui.data.readers.records.json_file import JsonFile
from bpgui.data.readers.records.json_outline import Outline, outline_of, walk
from bpgui.data.readers.records.json_stream import LONG, JsonText, decoded
from bpgui.data.readers.records.json_tables import Found, find_tables
from bpgui.data.readers.selecting import COLUMN_LIMIT, header_settings, table_settings, text_settings
from bpgui.data.readers.tabular.cell_store import CellStore
from bpgui.data.readers.tabular.cells import CellColumn, whole_characters
from bpgui.data.readers.tabular.grid import Grid, read_grid
from bpgui.data.readers.tabular.typed import type_columns
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.names import column_names
from bpgui.data.table import Table

PREVIEW_BYTES = 8 << 20
_EXPANSION = 8  # bytes of memory for a byte of the file: the text, and values on their way
_READ, _WALKED = 0.9, 0.45  # in the progress: where the text ends, and where a first walk through it does
_NESTING = 8
_MANY, _SPARSE = 1000, 0.02  # with more names, of which a record has so small a share, it is no table
_LINE = 1 << 20
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{\s*(?:[\"}]|$)|\[\s*(?:[\[{\"\]\d\-]|true|false|null|NaN|$))")
_BEGINS_WIDE = re.compile(r"\ufeff?\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]\d\-])")


def recognise(head: bytes, path: Path) -> bool:
    """It begins as a list or a record of JSON does."""
    if _BEGINS.match(head):
        return _not_lines_of_lists(head)
    if b"\0" not in head[:4] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    try:
        return _BEGINS_WIDE.match(decoded(path.name, head[: len(head) // 4 * 4], None)) is not None
    except DataError:
        return False


def _not_lines_of_lists(head: bytes) -> bool:
    """[1],[2] is no list but values with brackets around them, in a text file."""
    return re.match(rb"\s*\[[^\[\]{}\"\n]*\]\s*[,;\t|]", head) is None


def read(task: Task) -> tuple[Table, Parsed]:
    """The table of a JSON document, or of one value after the other (JSON lines). Raises DataError."""
    size = task.path.stat().st_size
    if task.preview is not None and size > PREVIEW_BYTES:
        with contextlib.suppress(DataError):  # cut off within the first rows, or a record, needed as a whole
            return _Document(task, PREVIEW_BYTES).read()
    if task.memory is not None and size * _EXPANSION > task.memory:
        with contextlib.closing(JsonFile(task.path, task.options.encoding, task.memory // _EXPANSION)) as text:
            return _Document(task, None, text).read()
    return _Document(task, None).read()


class _Document:
    """One file: its text, the table in it."""

    def __init__(self, task: Task, limit: int | None, text: JsonText | None = None) -> None:
        """The first `limit` bytes of it, None for all; `text` is what takes it apart where it cannot be in memory."""
        self._task, self._options, self._name = task, task.options, task.path.name
        self._share = 1.0
        if text is None:
            with task.path.open("rb") as file:
                data = file.read() if limit is None else file.read(limit).rsplit(b"\n", 1)[0]
            text = JsonText(self._name, decoded(self._name, data, task.options.encoding).removeprefix("\ufeff"))
            self._share = len(data) / max(1, task.path.stat().st_size)
        self._text = text
        self._store = CellStore(task.folder, None if task.memory is None else task.memory // _EXPANSION)
        self._questions: list[Question] = []
        self._settings: list[Setting] = []
        self._form = "records"
        self._taken = 0  # items, some of them only to see where the names are
        self._in_rows = False  # the names are in the first row, or nowhere
        self._begun = 0.0  # in the progress
        self._counted: int | None = None  # rows, where that is known before they are read

    def read(self) -> tuple[Table, Parsed]:
        grid = self._grid()
        count = len(grid.places)
        rows = self._rows_in_all(count) or count
        self._task, size = table_question(self._name, rows, len(grid.names), self._task)
        self._options = self._task.options
        kept = chosen_rows(count, self._task) if self._options.rows is not None else None
        keep = self._task.keep
        typed = type_columns(self._name, grid.names, grid.cells, self._options, kept, keep=keep)
        if not typed.columns:
            raise DataError(f"{self._name}: none of its columns holds values of a table. {' '.join(typed.notes[:3])}")
        table = only_columns(Table(typed.columns), self._task)
        notes = [*grid.notes, *typed.notes]
        if self._text.odd:
            words = " and ".join(sorted(self._text.odd))
            notes.insert(0, f"{self._name}: {words} is no proper JSON; NaN is taken as a missing value.")
        parsed = Parsed(
            details=(("form", self._form),),
            notes=tuple(notes),
            questions=(*size, *self._questions, *grid.questions, *typed.questions),
            settings=(
                *self._settings,
                *(header_settings(grid.header, grid.skip) if self._in_rows else ()),
                *text_settings(self._options, typed.decimal, typed.thousands, self._options.dates or ""),
                *table_settings(self._task),
            ),
            columns=tuple(column for column in typed.found if column.name in table.names),
            rows=self._rows_in_all(count),
        )
        return table, parsed

    def _rows_in_all(self, count: int) -> int | None:
        """Of a preview an estimate, by how far the text was read."""
        if self._task.preview is None or count < self._task.preview:
            return count
        if self._counted is not None:
            return max(count, self._counted)
        read = self._text.share * self._share
        return max(count, round(max(count, self._taken) / read)) if read > 0 else None

    def _grid(self) -> Grid:
        mark = self._text.space()
        if not mark:
            raise DataError(f"{self._name} holds only white space. A list of records was expected.")
        if self._is_lines():
            self._form = "a value on each line"
            return self._from_items(self._lines())
        if mark == "[":
            return self._from_items(self._listed())
        begin = self._text.where
        value = self._text.small() if mark == "{" else self._text.value()
        document = outline_of(value) if value is not LONG else self._walked()
        if not self._text.space():
            return self._within(document)
        if document.sort != "record":
            raise self._text.error(self._text.place, "the end of the file was expected after the value")
        self._form = "one record after the other"
        self._text.go(begin)
        return self._from_items(self._lines())

    def _walked(self) -> Outline:
        """Of a record that is larger than what stands in memory of its file."""
        made = walk(self._text, lambda done: self._task.progress(_WALKED * done))
        self._begun = _WALKED
        return made

    def _is_lines(self) -> bool:
        """Whether the first line is a whole list or record, and another follows."""
        begin, text = self._text.place, self._text.text
        end = text.find("\n", begin, begin + _LINE)
        if end < 0 or text[begin] not in "[{":
            return False
        line = JsonText(self._name, text[begin:end].rstrip())
        try:
            line.value()
        except DataError:
            return False
        return line.place == len(line.text) and text[end:].lstrip()[:1] in ("[", "{")

    def _lines(self) -> Iterator[Any]:
        count = 0
        while mark := self._text.space():
            if mark not in "[{":
                raise self._text.error(self._text.place, "another list or record was expected")
            yield self._text.value()
            count += 1
            if count % 1000 == 0:
                self._progress(self._text.share)

    def _listed(self) -> Iterator[Any]:
        yield from self._text.items(self._progress)
        if self._text.space():
            raise self._text.error(self._text.place, "the end of the file was expected after the list")

    def _progress(self, done: float) -> None:
        self._task.progress(self._begun + (_READ - self._begun) * done)

    def _from_items(self, items: Iterator[Any]) -> Grid:
        """Records, rows or single values."""
        first = next(items, None)
        if first is None:
            raise DataError(f"{self._name} holds an empty list. Records were expected in it.")
        items = chain([first], items)
        if isinstance(first, dict):
            return self._from_records(items)
        if isinstance(first, list):
            self._form = "rows of values" if self._form == "records" else self._form
            return self._from_rows(items)
        self._form = "a list of values"
        return self._from_rows([item] for item in items)

    def _within(self, document: Outline) -> Grid:
        """The table in a document that is one record."""
        tables = find_tables(document)
        if not tables:
            raise DataError(
                f"{self._name} holds no table: neither a list of records nor columns of equal length were found in it."
            )
        found = self._chosen(tables)
        self._form = found.words
        self._counted = found.rows
        outline, known = found.outline, found.outline.known
        match found.shape:
            case "records" | "rows" | "values":
                return self._from_items(outline.items(self._progress))
            case "record":
                return self._from_items(iter([outline.whole()]))
            case "index":
                return self._from_items(record for _, record in outline.pairs(self._progress))
            case "split":
                names = [str(name) for name in known["columns"].whole()]
                return self._from_columns(names, known["data"].items(self._progress))
        wanted, names = self._task.preview, list(known)
        self._refuse_many(outline.count)
        if len(known) < outline.count:
            raise DataError(f"{self._name} holds too many other lists and records beside its table. Save that alone.")
        if found.shape == "columns":
            rows = found.rows if wanted is None else min(wanted, found.rows)
            return self._named(names, listed_columns(known.values(), self._store.column, wanted, self._progress), rows)
        columns = list(known.values())
        return self._named(names, *named_rows(columns, self._store.column, wanted, self._progress))

    def _refuse_many(self, columns: int) -> None:
        if not 0 < columns <= COLUMN_LIMIT:
            raise DataError(f"{self._name} has {columns:,} columns; 1 to {COLUMN_LIMIT:,} can be read.")

    def _chosen(self, tables: list[Found]) -> Found:
        """The table that is settled, else the first; asked where there are several. Raises DataError."""
        by_path = {table.path: table for table in reversed(tables)}
        wanted = self._options.sheet
        if wanted is not None and wanted not in by_path:
            raise DataError(f"{self._name} has no table {wanted!r}. It has {', '.join(map(repr, by_path))}.")
        found = by_path[wanted] if wanted is not None else tables[0]
        if len(tables) > 1:
            pairs = tuple((table.path, table.words) for table in tables)
            help = "Which of the tables in the file is read."
            self._settings.append(Setting(key="sheet", label="Table", value=found.path, choices=pairs, help=help))
        if len(tables) > 1 and wanted is None:
            choices = tuple(Choice(table.words, replace(self._options, sheet=table.path)) for table in tables)
            text = f"{self._name} can be read as {len(tables)} tables. Which is the right one?"
            self._questions.append(Question(key="sheet", text=text, choices=choices))
        return found

    def _from_rows(self, items: Iterator[Any]) -> Grid:
        self._in_rows = True
        rows, wanted = self._only(items, list, "list"), self._task.preview
        return read_grid(self._name, rows, self._options, wanted=wanted, column=self._store.column)

    def _only(self, items: Iterator[Any], sort: type, word: str) -> Iterator[Any]:
        """Raises DataError for an item that is not like the first."""
        for index, item in enumerate(items):
            if not isinstance(item, sort):
                raise DataError(
                    f"{self._name}, item {index + 1:,}: {ascii(item)[:40]} was found, a {word} like the first expected."
                )
            self._taken = index + 1
            yield item

    def _from_records(self, items: Iterator[Any]) -> Grid:
        columns: dict[str, CellColumn] = {}
        count = filled = 0
        records = islice(self._only(items, dict, "record"), self._task.preview)
        for chunk in batches(map(_flat, records)):
            for name in dict.fromkeys(name for record in chunk for name in record):
                if name not in columns:
                    columns[name] = self._store.column(count)
            filled += sum(map(len, chunk))
            sparse = len(columns) > _MANY and filled < _SPARSE * len(columns) * (count + len(chunk))
            if len(columns) > COLUMN_LIMIT or sparse:
                raise DataError(
                    f"{self._name}: its first {count + len(chunk):,} records have {len(columns):,} different names of "
                    f"values, {filled:,} values in all. Records with the same few names were expected; is it a table?"
                )
            for name, column in columns.items():
                column.extend([record.get(name) for record in chunk])
            count += len(chunk)
        if not columns:
            raise DataError(f"{self._name}: its records are empty. Records with names and values were expected.")
        return self._named(list(columns), list(columns.values()), count)

    def _from_columns(self, names: list[str], rows: Iterator[Any]) -> Grid:
        columns = [self._store.column() for _ in names]
        count = 0
        self._refuse_many(len(names))
        for chunk in batches(islice(rows, self._task.preview)):
            for index, row in enumerate(chunk):
                if not isinstance(row, list | tuple) or len(row) != len(names):
                    found = f"{len(row)} values were" if isinstance(row, list | tuple) else "no list was"
                    raise DataError(
                        f"{self._name}, row {count + index + 1:,} of the data: {found} found, one for each of the "
                        f"{len(names)} columns was expected."
                    )
            for column, cells in zip(columns, zip(*chunk, strict=True), strict=True):
                column.extend(cells)
            count += len(chunk)
        if not count:
            raise DataError(f"{self._name} has names of columns and no rows of values. Rows were expected.")
        return self._named(names, columns, count)

    def _named(self, names: list[str], columns: list[CellColumn], count: int) -> Grid:
        whole, _ = whole_characters(tuple(names))
        called, notes = column_names(whole, len(whole))
        return Grid(called, [column.finish() for column in columns], range(count), header=1, notes=notes)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Records within the record as values of their own: {"a": {"b": 1}} as a.b."""
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    flat: dict[str, Any] = {}
    stack = [("", record, 0)]
    while stack:
        before, inner, depth = stack.pop()
        for name, value in inner.items():
            if isinstance(value, dict) and value and depth < _NESTING:
                stack.append((f"{before}{name}.", value, depth + 1))
            elif not isinstance(value, dict) or depth >= _NESTING:
                flat[before + name] = value
    return flat
