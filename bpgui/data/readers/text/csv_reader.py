"""CSV and TSV through DuckDB. Runs in the child process; DuckDB is imported only when a file is read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bpgui.data.errors import DataError
from bpgui.data.readers.foreign import other_format
from bpgui.data.readers.large import size_question
from bpgui.data.readers.options import Parsed, Question, ReadingOptions, check_options
from bpgui.data.readers.selecting import found, remarks, sum_note, with_precision
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.csv_settings import details_of, settings_of
from bpgui.data.readers.text.encodings import Source, open_text
from bpgui.data.readers.text.layout import Layout, find_layout
from bpgui.data.readers.text.row_count import SAMPLE_BYTES, estimated_rows
from bpgui.data.readers.text.sentinels import find_sentinels, sentinel_question, without, words_for
from bpgui.data.readers.text.sniff import Sample, is_comment, single_spaces
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

if TYPE_CHECKING:
    from bpgui.data.readers.text.csv_columns import Odd
    from bpgui.data.readers.text.csv_table import CsvTable

_MOST = 4  # bytes of a table for each byte of its file; what may not fit is weighed before every byte is looked at


def recognise(head: bytes, path: Path) -> bool:
    """Anything that is no other format may be text; `read` says what else it looks like."""
    return other_format(head) is None


def read(task: Task) -> tuple[Table, Parsed]:
    """The table of a text file, and what was found on the way. Raises DataError."""
    from bpgui.data.readers.text.csv_table import CsvTable

    check_options(task.options)
    path = task.path
    if task.preview is not None:
        path = _beginning(path, task.folder)
    elif task.memory is not None and _MOST * path.stat().st_size > task.memory:
        early = open_text(_beginning(path, task.folder), task.name, task.options, task.folder, _unheard)
        _size_question(task, find_layout(task.name, _sample(early, task.options, whole=False), task.options))
    source = open_text(path, task.name, task.options, task.folder, lambda done: task.progress(done and 0.3 * done))
    whole = path.stat().st_size == task.path.stat().st_size
    layout = find_layout(task.name, _sample(source, task.options, whole), task.options)
    size = _size_question(task, layout)
    if size is not None and task.preview is None:
        task = replace(task, options=size.choices[size.best].options)
    source = _plain_name(_plain_copy(source, layout, task.folder), task.folder)
    reader = CsvTable(task, source, layout, _wanted(task, layout))
    try:
        return _Outcome(task, source, layout, reader, size).table_and_words()
    finally:
        reader.close()


def _unheard(fraction: float | None) -> None:
    """Nobody listens."""


def _beginning(path: Path, folder: Path) -> Path:
    """The first lines of a file as a file of its own, or the file itself where it is short."""
    with path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
        if not file.read(1):
            return path
    wide = data.count(0) > len(data) // 4  # UTF-16
    end = len(data)
    for _ in range(1000):
        end = max(data.rfind(b"\n", 0, end), data.rfind(b"\r", 0, end))
        if end < 0:
            break
        if wide:
            end -= end % 2
        if data.count(b'"', 0, end) % 2 == 0:  # not within quotes
            data = data[: end + 1 + wide]
            break
    target = folder / "beginning.csv"
    target.write_bytes(data)
    return target


def _sample(source: Source, options: ReadingOptions, whole: bool = True) -> Sample:
    with source.path.open("rb") as file:
        data = file.read(SAMPLE_BYTES)
        whole = whole and not file.read(1)
    text = data.decode("utf-8", errors="ignore" if not whole else "strict")
    text = text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")
    return Sample.of(text, whole, options.skip)


def _wanted(task: Task, layout: Layout) -> list[int]:
    """The places of the columns that are read. Raises DataError for a name that is not there."""
    wanted = task.options.columns
    if wanted is None:
        return list(range(layout.width))
    lacking = [name for name in wanted if name not in layout.names]
    if lacking or not wanted:
        shown = ", ".join(layout.names[:20])
        raise DataError(f"{task.name} has no column {', '.join(lacking) or 'that is wanted'}; its columns are {shown}.")
    return [index for index, name in enumerate(layout.names) if name in wanted]


def _size_question(task: Task, layout: Layout) -> Question | None:
    """What to do about a table that is larger than memory, by the bytes of the rows in the sample."""
    columns = layout.width if task.options.columns is None else max(1, len(task.options.columns))
    rows = estimated_rows(task.path)
    return size_question(task.name, rows, columns, task.options, task.memory, task.folder)


def _plain_copy(source: Source, layout: Layout, folder: Path) -> Source:
    """A copy without comments among the rows and with one space between values, or the file itself."""
    delimiter, quote = layout.dialect.delimiter, layout.dialect.quote
    if delimiter != " " and not layout.comments:
        return source
    target = folder / "plain.csv"
    within = False
    with source.path.open(encoding="utf-8") as file, target.open("w", encoding="utf-8", newline="") as out:
        for line in file:
            begun_within, within = within, within ^ (line.count(quote) % 2 == 1)
            odd = line.count(delimiter) + 1 != layout.width or layout.width == 1
            if odd and not begun_within and layout.comments and is_comment(line):
                within = False
                out.write("\n")
                continue
            out.write(single_spaces(line) + "\n" if delimiter == " " else line)
    return replace(source, path=target)


def _plain_name(source: Source, folder: Path) -> Source:
    """The same file under a name without *, ? and [, which DuckDB would take for a pattern of names."""
    if not set(str(source.path.absolute())) & set("*?["):
        return source
    target = folder / "named.csv"
    try:
        target.symlink_to(source.path.absolute())
    except OSError:  # a file system or a system without links
        shutil.copyfile(source.path, target)
    return replace(source, path=target)


@dataclass(frozen=True)
class _Outcome:
    """What a person is told about a file that was read."""

    task: Task
    source: Source
    layout: Layout
    reader: CsvTable
    size: Question | None = None

    def table_and_words(self) -> tuple[Table, Parsed]:
        seen: dict[str, tuple[list[str], int, tuple[str, ...]]] = {}
        likely: dict[str, list[float]] = {}
        places = {index: self.layout.names[index] for index in self.reader.which}
        names = list(places.values())

        def done(column: AnyColumn) -> AnyColumn:
            """The column as the table has it, kept; what is said about it is found while it is in memory."""
            if self.task.preview is None:
                self.task.expect(names, self.reader.rows)
            column = self._without_sentinels(column, likely)
            levels = column.levels if isinstance(column, TextColumn) else ()
            seen[column.name] = (remarks(column), int(np.count_nonzero(column.missing)), levels)
            return self.task.keep(_first_rows(column, self.task.preview))

        columns = self.reader.columns(done)
        read = self.reader.rows
        notes = [*self.layout.notes, *self.reader.notes]
        if seen[columns[-1].name][1] >= read:
            columns, notes = _without_empty_last(columns, notes, self.layout.width)
        about = {name: self._notes_of(index) for index, name in places.items()}
        for column in columns:
            notes += [*about[column.name], *seen[column.name][0]]
        plans = {name: self.reader.plan(index) for index, name in places.items()}
        notes += sum_note(columns[0]) if self.task.preview is None and self.task.options.rows is None else []
        ordered = {name: likely[name] for name in self.layout.names if name in likely}
        sentinels = sentinel_question(self.task.name, ordered, self.task.options)
        words = self.reader.about_na({column.name: seen[column.name][2] for column in columns})
        questions = [*((self.size,) if self.size else ()), *self.source.questions, *self.layout.questions]
        questions += self.reader.decision.questions
        questions += [question for question in (sentinels, words) if question]
        parsed = Parsed(
            details=details_of(self.source, self.layout, self.reader.decision),
            notes=tuple(notes),
            questions=tuple(questions),
            settings=settings_of(self.task, self.source, self.layout, self.reader.decision),
            columns=tuple(found(c, plans[c.name].types, " ".join(about[c.name]), seen[c.name][1]) for c in columns),
            rows=self._rows(read),
        )
        return Table(columns), parsed

    def _rows(self, read: int) -> int:
        """Of the whole file; about as many where only its beginning was read."""
        if self.task.preview is None:
            return read
        if self.size is not None:
            return round(estimated_rows(self.task.path))  # as the question about them says
        with self.task.path.open("rb") as file:
            size = len(file.read(SAMPLE_BYTES))
        return read if size == self.task.path.stat().st_size else round(read * self.task.path.stat().st_size / size)

    def _notes_of(self, index: int) -> list[str]:
        plan, name = self.reader.plan(index), self.layout.names[index]
        odd = self.reader.odd.get(index)
        notes = [plan.note] if plan.note else []
        if odd is not None and (plan.mostly or plan.forced):
            notes.append(_odd_note(odd, name, plan.mostly or plan.type, plan.forced))
        return notes

    def _without_sentinels(self, column: AnyColumn, likely: dict[str, list[float]]) -> AnyColumn:
        """The column with numbers such as 9999 taken as missing where a person said so, or where it is `likely`."""
        likely.pop(column.name, None)
        if not isinstance(column, NumberColumn):
            return column
        values = column.values
        if column.meaning == "number":
            words = words_for(column.name, self.layout.names, self.task.options)
            values = without(values, words)
            asked = [value for value in find_sentinels(values) if not words.settled(value)]
            if asked:
                likely[column.name] = asked
                values = np.where(np.isin(values, asked), np.nan, values)
        values = with_precision(values, self.task.options)
        return column if values is column.values else NumberColumn(column.name, values, column.meaning)


def _odd_note(odd: Odd, name: str, kind: str, forced: bool) -> str:
    more = f" ({odd.count:,} such values)" if odd.count is not None and odd.count > 1 else ""
    shown = odd.cell if len(odd.cell) <= 40 else odd.cell[:39] + "…"
    what = "no date" if kind == "date" else "not a number"
    end = "and is taken as missing" if forced else "so the column is text"
    return f"Row {odd.row:,}, column {name}: {shown!r} is {what}{more}, {end}."


def _without_empty_last(columns: list[AnyColumn], notes: list[str], width: int) -> tuple[list[AnyColumn], list[str]]:
    """Without a last column that is empty: a delimiter at the end of every line makes one without a name."""
    last = columns[-1]
    about = f"Column {width} has no name; it is called {last.name}."
    if len(columns) > 1 and (about in notes or last.name == f"x{width}"):
        notes = [note for note in notes if note != about]
        notes.append("Every line ends with a delimiter; the empty column after it is left out.")
        return columns[:-1], notes
    return columns, notes


def _first_rows(column: AnyColumn, count: int | None) -> AnyColumn:
    """The column, or so many of its first rows."""
    if count is None or column.rows <= count:
        return column
    if isinstance(column, TextColumn):
        codes = column.codes[:count]
        used, places = np.unique(codes[codes >= 0], return_inverse=True)
        fresh = np.full(len(codes), -1, dtype=np.int32)
        fresh[codes >= 0] = places
        return TextColumn(column.name, fresh, tuple(column.levels[code] for code in used.tolist()))
    return NumberColumn(column.name, column.values[:count], column.meaning)
