"""Reading a few lines in this process: the function that the child calls, without the child."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpgui.data.readers.options import Question, ReadingOptions
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from bpgui.data.table import NumberColumn, Table

Columns = dict[str, list[float | str | None]]


@dataclass
class Read:
    table: Table
    details: dict[str, str]
    notes: tuple[str, ...]
    questions: dict[str, Question]

    @property
    def columns(self) -> Columns:
        """Names and values; None where one is missing."""
        return values_of(self.table)


def values_of(table: Table) -> Columns:
    """Names and values; None where one is missing."""
    found: Columns = {}
    for column in table.columns:
        if isinstance(column, NumberColumn):
            found[column.name] = [None if np.isnan(value) else value for value in column.values.tolist()]
        else:
            found[column.name] = list(column.texts())
    return found


def read(folder: Path, content: str | bytes, options: ReadingOptions = ReadingOptions()) -> Read:  # noqa: B008
    """The content as the file t.csv, read."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    path = folder / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    table, parsed = csv_reader.read(Task((path,), path.parent, options, work))
    return Read(table, dict(parsed.details), parsed.notes, {question.key: question for question in parsed.questions})
