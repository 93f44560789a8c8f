"""Whether arrays fit into memory, and which go through a file instead, piece by piece; asked before any is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as with_fields

import numpy as np
from msgspec.structs import replace

from bpgui.data.readers.large import Kept, bytes_question, size_question
from bpgui.data.readers.npy.arrays import numbers, width_of
from bpgui.data.readers.npy.npy_header import Header
from bpgui.data.readers.npy.npz_layout import Layout
from bpgui.data.readers.npy.tall import is_tall
from bpgui.data.readers.options import Question, ReadingOptions
from bpgui.data.readers.selecting import refuse_too_large
from bpgui.data.readers.task import Task


class Room:
    """For the arrays of one file; `unpacked`: they come out of an archive.

    After `check`, `large` names those that go into their columns piece by piece, `questions` is what is to be asked,
    and `task` has the best answer in its options.
    """

    def __init__(self, task: Task, headers: Mapping[str, Header], layout: Layout | None, *, unpacked: bool) -> None:
        self.task = task
        self.questions: list[Question] = []
        self.large: set[str] = set()
        self._headers, self._layout, self._unpacked = headers, layout, unpacked
        self._name = task.path.name

    def check(self, names: Sequence[str], rows: int) -> None:
        """For the arrays of those names, `rows` of the table in all. Raises DataError where they would not fit."""
        task = self.task
        options = task.options if task.preview is None else replace(task.options, rows=task.preview)
        tall = {name for name in names if is_tall(self._headers[name], task.options)}
        below = [x for _, x, _ in self._layout.pairs if x in names] if self._layout is not None else []
        tall.update(below if tall.intersection(below) else ())  # into the same columns
        if tall:  # they go through a file, or only their first rows are looked at
            self._ask_about_size([name for name in names if name in tall], rows)
        self.large = tall if task.preview is None else set()
        self._refuse_wide(names, rows, options)
        rest = [name for name in names if name not in tall]
        if rest:
            self._refuse_large(rest, options)

    def _refuse_wide(self, names: Sequence[str], rows: int, options: ReadingOptions) -> None:
        """Raises DataError for more columns than can be."""
        headers = [self._headers[name] for name in names]
        width = sum(width_of(header.dtype, header.shape) if len(header.shape) < 3 else 1 for header in headers)
        refuse_too_large(self._name, rows, width, options, None)

    def _refuse_large(self, names: Sequence[str], options: ReadingOptions) -> None:
        """Raises DataError for arrays that are brought into memory and do not fit there."""
        headers = [self._headers[name] for name in names]
        rows = max(header.shape[0] for header in headers)
        width = sum(width_of(header.dtype, header.shape) for header in headers)
        value = max(1 if header.dtype == np.uint8 else 8 for header in headers)
        extra = sum(header.size for header in headers) if self._unpacked else 0
        refuse_too_large(self._name, rows, width, replace(options, columns=options.columns or ("",) * width),
                         self.task.memory, value, extra)  # fmt: skip

    def _ask_about_size(self, names: Sequence[str], rows: int) -> None:
        """What goes through a file piece by piece may be larger than memory; the best answer is taken."""
        header = self._headers[names[0]]
        beside = self._layout.columns if self._layout is not None else ()
        width = sum(width_of(self._headers[name].dtype, self._headers[name].shape) for name in (beside or names[:1]))
        if header.dtype == np.uint8 and len(header.shape) > 2:
            what = f"images of {' × '.join(map(str, header.shape[1:]))} values"
            self.task, asked = bytes_question(what, rows, width, self.task)
            self.questions += asked
            return
        options = self.task.options
        columns = len(options.columns or ()) or width
        kept: Kept = numbers(np.empty(0, header.dtype)).dtype.name  # type: ignore[assignment]
        size = size_question(self._name, rows, columns, options, self.task.memory, self.task.folder, kept)
        self.questions += [size] if size else []
        if size is not None and self.task.preview is None:
            self.task = with_fields(self.task, options=size.choices[size.best].options)
