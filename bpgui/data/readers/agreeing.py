"""What several tables that become one agree on: types of columns, the order of dates, and what is asked about them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec.structs import replace

from bpgui.data.readers.options import ColumnFound, Parsed, Question, ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

# What is asked about one file and its answer may be wrong for the others: said, not asked.
_ITS_OWN = {"encoding", "delimiter", "header", "sheet"}


def agreed(tables: Sequence[Table], parsed: Sequence[Parsed], options: ReadingOptions) -> ReadingOptions:
    """The options that all files are read with: what one of them leaves open is as another one proves it."""
    types = tuple((name, "text") for name in _text_somewhere(tables) if name not in dict(options.types))
    changed = replace(options, types=options.types + types) if types else options
    open = [found for found in parsed if any(question.key == "dates" for question in found.questions)]
    proven = {
        setting.value
        for found in parsed if found not in open
        for setting in found.settings if setting.key == "dates" and setting.value in ("dmy", "mdy")
    }  # fmt: skip
    if open and len(proven) == 1:
        changed = replace(changed, dates=proven.pop())
    return changed


def _text_somewhere(tables: Sequence[Table]) -> list[str]:
    """Columns that are text in one table and numbers or dates in another, or dates in one and numbers in another."""
    found = []
    for name in tables[0].names:
        kinds = {_kind(column) for table in tables if not (column := table.column(name)).missing.all()}
        if len(kinds) > 1 and all(kinds):
            found.append(name)
    return found


def _kind(column: AnyColumn) -> str:
    """Text, number or date; "" for what is no single value."""
    if isinstance(column, TextColumn):
        return "text"
    return "" if column.shape else column.meaning


def words_about_text(tables: Sequence[Table], task: Task) -> list[str]:
    """A sentence for each column that is text only because one of the files says so."""
    notes = []
    for name in _text_somewhere(tables):
        kinds = [_kind(table.column(name)) for table in tables]
        other = next((kind for kind in kinds if kind != kinds[0]), "text")
        first, second = (task.paths[kinds.index(kind)].name for kind in (kinds[0], other))
        what = {"text": "text", "number": "numbers", "date": "dates"}
        both = f"{what[kinds[0]]} in {first} and {what[other]} in {second}"
        notes.append(f"Column {name} holds {both}, so it is text in all files.")
    return notes


def questions_of(
    parsed: Sequence[Parsed], before: Sequence[Parsed], task: Task
) -> tuple[tuple[Question, ...], list[str]]:
    """What is asked, each key once, and sentences about what was taken in a file whose answer is its own.

    `before` was found before the files agreed: that a column is text in all does not answer whether it holds codes.
    """
    asked = {question.key: question for question in parsed[0].questions}
    said = []
    for path, found in zip(task.paths[1:], parsed[1:], strict=True):
        for question in found.questions:
            if question.key not in _ITS_OWN:
                asked.setdefault(question.key, question)
            elif question not in parsed[0].questions:
                taken = question.choices[question.best].label
                said.append(f"{question.text} Taken: {taken}. Open {path.name} alone to change it.")
    for question in (question for found in before for question in found.questions if question.key == "codes"):
        asked.setdefault(question.key, question)
    return tuple(asked.values()), said


def types_of(table: Table, parsed: Sequence[Parsed]) -> tuple[ColumnFound, ...]:
    """What was found about the columns of all files together."""
    known = {column.name: column for found in reversed(parsed) for column in found.columns}
    made = []
    for column in table.columns:
        before = known.get(column.name)
        kind = column.meaning if isinstance(column, NumberColumn) else "text"
        missing = int(np.count_nonzero(column.missing))
        types = before.types if before else ()
        made.append(
            ColumnFound(name=column.name, type=kind, types=types, missing=missing, note=before.note if before else "")
        )
    return tuple(made)
