"""Several tables of one kind as one, below each other: parts of the data where the names of the files say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from msgspec.structs import replace as with_fields

from bpgui.data.errors import DataError
from bpgui.data.readers.agreeing import agreed, questions_of, types_of, words_about_text
from bpgui.data.readers.options import Parsed
from bpgui.data.readers.tabular.cells import DATE, NUMBER, shown
from bpgui.data.readers.task import Task
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

PART = "part"
FILE = "file"
_PARTS = {
    "train": "train", "training": "train", "tr": "train", "fit": "train", "learn": "train",
    "validation": "validation", "val": "validation", "valid": "validation", "dev": "validation", "eval": "validation",
    "test": "test", "testing": "test", "t10k": "test", "holdout": "test",
}  # fmt: skip

Read = Callable[[Task], tuple[Table, Parsed]]


def part_of(name: str) -> str | None:
    """ "train", "validation" or "test" where a word in a name of a file or folder says so."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((_PARTS[word] for word in words if word in _PARTS), None)


def read_joined(read: Read, task: Task) -> tuple[Table, Parsed]:
    """Every file read by itself, all with the same options, and as they agree on. Raises DataError where they cannot.

    What one file leaves open and another proves is read again as that one has it; so is a column that is text in one.
    """
    tables, parsed = _each(read, task, "first")
    _refuse_other_columns(tables, task.paths)
    notes = words_about_text(tables, task)
    options, before = agreed(tables, parsed, task.options), parsed
    if options != task.options:
        tables, parsed = _each(read, replace(task, options=options), "again")
        _refuse_other_columns(tables, task.paths)
    table = joined(tables, task.paths)
    for path, found in zip(task.paths, parsed, strict=True):
        notes += [f"{path.name}: {note}" for note in found.notes]
    questions, said = questions_of(parsed, before, task)
    counts = [found.rows for found in parsed]
    rows = None if any(count is None for count in counts) else sum(count or 0 for count in counts)
    columns = types_of(table, parsed)
    made = with_fields(parsed[0], notes=(*notes, *said), questions=questions, columns=columns, rows=rows)
    return table, made


def _each(read: Read, task: Task, turn: str) -> tuple[list[Table], list[Parsed]]:
    tables, parsed = [], []
    for index, path in enumerate(task.paths):
        folder = task.folder / turn / str(index)
        folder.mkdir(parents=True)
        share = replace(
            task,
            paths=(path,),
            folder=folder,
            progress=lambda done, i=index: _of_all(task, i, done),  # type: ignore[misc]
        )
        table, found = read(share)
        tables.append(table)
        parsed.append(found)
    return tables, parsed


def _of_all(task: Task, index: int, done: float | None) -> None:
    task.progress(None if done is None else (index + done) / len(task.paths))


def _refuse_other_columns(tables: list[Table], paths: tuple[Path, ...]) -> None:
    """Raises DataError where a table has other columns than the first."""
    first = tables[0]
    for table, path in zip(tables[1:], paths[1:], strict=True):
        lacking = [name for name in first.names if name not in table.names]
        more = [name for name in table.names if name not in first.names]
        if not lacking and not more:
            continue
        words = [f"lacks {', '.join(lacking[:5])}"] if lacking else []
        words += [f"has {', '.join(more[:5])} besides"] if more else []
        raise DataError(
            f"{path.name} {' and '.join(words)}, compared with {paths[0].name}. Tables that are opened together "
            f"need the same columns; {_remedy((paths[0], path), (more, lacking))}."
        )


def _remedy(pair: tuple[Path, Path], lacking: tuple[list[str], list[str]]) -> str:
    """What to do with two tables: one that is to be predicted lacks the target."""
    for mine, other, lacks, has in (
        (pair[0], pair[1], lacking[0], lacking[1]),
        (pair[1], pair[0], lacking[1], lacking[0]),
    ):
        if part_of(mine.stem) == "test" and lacks and not has:
            return f"open {other.name} alone, and let the trained network predict {mine.name}"
    return "open them one by one"


def joined(tables: list[Table], paths: tuple[Path, ...]) -> Table:
    """One below the other, with a last column that says the part (where every name does) or the file.

    Columns may stand in another order. Raises DataError for columns that cannot stand below each other.
    """
    first = tables[0]
    columns = [stacked([table.column(name) for table in tables]) for name in first.names]
    parts = [part_of(path.stem) for path in paths]
    said = all(parts) and len(set(parts)) > 1
    texts = [part or "" for part in parts] if said else [path.name for path in paths]
    name = _free(PART if said else FILE, first.names)
    marks = [text for table, text in zip(tables, texts, strict=True) for text in [text] * table.rows]
    return Table([*columns, TextColumn.of(name, marks)])


def _free(name: str, taken: tuple[str, ...]) -> str:
    while name in taken:
        name += "_"
    return name


def stacked(columns: list[AnyColumn]) -> AnyColumn:
    """Columns of one name one below the other; text where one of them is. Raises DataError for unequal shapes.

    One without any values says nothing about what the others are.
    """
    numbers = [column for column in columns if isinstance(column, NumberColumn)]
    if len(numbers) == len(columns):
        if len({column.shape for column in numbers}) > 1:
            raise DataError(f"Column {columns[0].name!r} has images or arrays of different sizes in the files.")
        meanings = {c.meaning for c in numbers if c.shape or not c.missing.all()} or {numbers[0].meaning}
        if len(meanings) == 1:
            return NumberColumn(columns[0].name, np.concatenate([c.values for c in numbers]), meanings.pop())
    texts = [text for column in columns for text in _texts(column)]
    return TextColumn.of(columns[0].name, texts)


def _texts(column: AnyColumn) -> list[str | None]:
    if isinstance(column, TextColumn):
        return column.texts()
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images or arrays in one file and text in another.")
    kind = DATE if column.meaning == "date" else NUMBER
    return [None if value != value else shown(kind, value) for value in column.values.astype(np.float64).tolist()]
