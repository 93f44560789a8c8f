"""Tables that are larger than the memory that may be used: what can be done about it, with sizes, as a question."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from dataclasses import replace as with_fields
from math import ceil
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from bpgui.data.errors import DataError
from bpgui.data.readers.options import Choice, Question, ReadingOptions
from bpgui.data.readers.selecting import refuse_too_large
from bpgui.data.readers.task import Task

Kept = Literal["float64", "float32", "uint8"]
_NUMBER: dict[str, int] = {"float64": 8, "float32": 4, "uint8": 1}
_DISK = 3  # times the table: what DuckDB lays aside, the table, and what a network is given of it
_DISK_OF_BYTES = 9  # a network is given a number of eight bytes for each
_ROUND = 2  # digits of a number of rows


def size_question(
    name: str,
    rows: float,
    columns: int,
    options: ReadingOptions,
    memory: int | None,
    folder: Path,
    kept: Kept = "float64",
) -> Question | None:
    """What to do about about so many rows of so many columns; None where they fit, or where it was settled.

    Unless a precision is named, numbers are `kept` so. To name one or a number of rows is to settle it. `folder` lies
    on the disk that would be used. Raises DataError where neither memory nor disk has room for what was settled.
    """
    value = _NUMBER[options.precision or kept]
    count = min(rows, options.rows or rows)
    what = f"{{:,.0f}} rows and {columns:,} columns"
    everything = replace(options, rows=ceil(rows)) if kept == "uint8" else replace(options, precision=kept)
    least, disk = columns * _NUMBER[kept], _DISK if kept != "uint8" else _DISK_OF_BYTES
    large = _Large(name, columns * value, least, disk, options, everything, folder, ", or fewer columns (columns)")
    question = large.question(count, memory, what.format(count), "about " + what.format(rounded(rows)))
    if question is None or memory is None:
        return None
    size = count * columns * value
    if kept == "float64" and (size / 2 <= memory or large.on_disk(size)):
        label = f"all rows in single precision: {_gigabytes(size / 2)}" + ("" if size / 2 <= memory else ", in a file")
        choice = Choice(label, replace(options, precision="float32"))
        question = replace(question, choices=(*question.choices, choice))
    return replace(question, text=question.text + " Fewer columns need less.")


def table_question(name: str, rows: int, columns: int, task: Task) -> tuple[Task, tuple[Question, ...]]:
    """The same once the rows were counted: the task with the best answer, and what is to be asked.

    Raises DataError where not even one column fits, and as `size_question` does.
    """
    refuse_too_large(name, rows, columns, task.options, None)
    if task.preview is None:
        refuse_too_large(name, rows, 1, task.options, task.memory)
    wanted = len(task.options.columns or ()) or columns
    question = size_question(name, rows, wanted, task.options, task.memory, task.folder)
    if question is None:
        return task, ()
    if task.preview is None:
        task = with_fields(task, options=question.choices[question.best].options)
    return task, (question,)


def bytes_question(
    what: str, rows: int, row_bytes: int, task: Task, less: str = ""
) -> tuple[Task, tuple[Question, ...]]:
    """The same for rows of bytes, such as images (`what`): the task with the best answer, and what is to be asked.

    `less` is what else would need less. Raises DataError as `size_question` does.
    """
    kept = min(rows, task.options.rows or rows)
    everything = replace(task.options, precision="float64")  # bytes they are all the same
    large = _Large(task.name, row_bytes, row_bytes, _DISK_OF_BYTES, task.options, everything, task.folder, less)
    question = large.question(kept, task.memory, f"{kept:,} {what}", f"{rows:,} {what}")
    if question is None:
        return task, ()
    if task.preview is None:
        task = with_fields(task, options=question.choices[question.best].options)
    return task, (question,)


@dataclass(frozen=True)
class _Large:
    """A row has `row` bytes, and `least` in a sample; `disk` times the table is needed to lay it aside.

    `everything` are the options by which all of it is read.
    """

    name: str
    row: int
    least: int
    disk: int
    options: ReadingOptions
    everything: ReadingOptions
    folder: Path
    less: str

    def on_disk(self, size: float) -> bool:
        return size * self.disk <= self._room()

    def _room(self) -> int:
        return shutil.disk_usage(self.folder).free

    def question(self, rows: float, memory: int | None, exactly: str, about: str) -> Question | None:
        """All in a file, or a sample; None where all fit, or where it was settled. Raises DataError."""
        size, options = rows * self.row, self.options
        if memory is None or size <= memory:
            return None
        few = _short(memory / self.least)
        if options.precision is not None or options.rows is not None:
            if not self.on_disk(size):
                raise DataError(
                    f"{self.name}: {exactly} take {_gigabytes(size)}; there are {_gigabytes(memory)} of memory to use, "
                    f"and {_gigabytes(self._room())} free on the disk at {self.folder.parent}, where "
                    f"{_gigabytes(size * self.disk)} are needed. Read a sample of at most {few:,} rows (rows)"
                    f"{self.less}."
                )
            return None
        choices = [Choice(f"a sample of {few:,} rows: {_gigabytes(few * self.least)}", replace(options, rows=few))]
        if self.on_disk(size):
            label = f"all rows, kept in a file: {_gigabytes(size)}, slower than memory"
            choices.insert(0, Choice(label, self.everything))
        text = f"{self.name} has {about}: {_gigabytes(size)}, and {_gigabytes(memory)} of memory may be used."
        return Question(key="size", text=f"{text} What should be read?", choices=tuple(choices))


def rounded(count: float) -> int:
    """Three digits, for an estimate."""
    digits: int = 10 ** max(0, len(str(int(count))) - 3)
    return round(count / digits) * digits


def _short(count: float) -> int:
    """A round number, not above it."""
    digits = len(str(int(count)))
    unit: int = 10 ** max(0, digits - _ROUND)
    return max(1, int(count) // unit * unit)


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
