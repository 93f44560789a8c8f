"""IDX, plain or gzip: the files of MNIST and its like become one table of images, classes and parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace as with_fields
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.choosing import chosen_rows, only_columns, rows_setting
from bpgui.data.readers.labels import CLASS, CLASS_LIMIT, part_column, text_column
from bpgui.data.readers.large import Kept, bytes_question, size_question
from bpgui.data.readers.options import Choice, ColumnFound, Parsed, Question, Setting
from bpgui.data.readers.pictures.idx_file import Header, looks_like_idx, read_header, read_rows, row_words, sizes
from bpgui.data.readers.pictures.idx_sets import IdxSet, paired, sets_of
from bpgui.data.readers.task import Task
from bpgui.data.table import AnyColumn, NumberColumn, Table

IMAGE = "image"
COLUMN_LIMIT = 10_000
_MAPPING_LIMIT = 1 << 16
Kind = str  # "values" or "labels" of a pair


def recognise(head: bytes, path: Path) -> bool:
    """By the magic number, also within gzip."""
    return looks_like_idx(head, path)


def read(task: Task) -> tuple[Table, Parsed]:
    """Files dropped together as one table. Raises DataError.

    `image` (rows, height, width, channels) bytes where the file holds bytes; `class` the labels as text in the order of
    their numbers; `part` where the names say train and test. Values of one or two dimensions are columns of numbers. Of
    several sets in a folder `options.sheet` names the one.
    """
    headers = [read_header(path) for path in task.paths]
    sets = sets_of(headers, task.root)
    name = _chosen_set(sets, task)
    found = paired(name, sets[name], task.root)
    task, size = _size_question(found, task)
    columns, rows, notes = _Columns(found, task).read()
    table = only_columns(Table(columns), task)
    parts = [f"{pair.part} {pair.any.rows:,}" for pair in found.pairs if pair.part]
    details: tuple[tuple[str, str], ...] = (("a row", row_words(found.pairs[0].any)),)
    details += (("parts", ", ".join(parts)),) if parts else ()
    settings = (*_set_setting(sets, name), rows_setting(task))
    return table, Parsed(
        details=details,
        notes=(*found.notes, *notes),
        questions=(*size, *_which_set(sets, name, task)),
        settings=settings,
        columns=tuple(_column_found(column) for column in table.columns),
        rows=rows,
    )


def _size_question(found: IdxSet, task: Task) -> tuple[Task, tuple[Question, ...]]:
    """Where the values are larger than memory: the task with the best answer, and the question."""
    first = found.pairs[0].any
    if len(first.dims) > 2 and first.dtype == "u1":
        return bytes_question(f"images of {sizes(first.dims[1:])} values", found.rows, first.row_bytes, task)
    width, kept = prod(first.dims[1:]), _kept_as(first, task)
    question = size_question(task.name, found.rows, width, task.options, task.memory, task.folder, kept)
    if question is not None and task.preview is None:
        task = with_fields(task, options=question.choices[question.best].options)
    return task, (question,) if question else ()


def _chosen_set(sets: dict[str, list[Header]], task: Task) -> str:
    wanted = task.options.sheet
    if wanted is None or (wanted == "" and len(sets) == 1):
        return next(iter(sets))
    if wanted not in sets:
        names = ", ".join(name or "(without a name)" for name in sets)
        raise DataError(f"{task.name}: there is no set of files called {wanted!r}; there are: {names}.")
    return wanted


def _words(name: str, headers: Sequence[Header]) -> str:
    return f"{name or headers[0].path.name} ({len(headers)} files)"


def _set_setting(sets: dict[str, list[Header]], name: str) -> tuple[Setting, ...]:
    if len(sets) == 1:
        return ()
    choices = tuple((key, _words(key, headers)) for key, headers in sets.items())
    help = "The folder holds files of several data sets; one of them is read."
    return (Setting(key="sheet", label="Data set", value=name, choices=choices, help=help),)


def _which_set(sets: dict[str, list[Header]], name: str, task: Task) -> tuple[Question, ...]:
    if len(sets) == 1 or task.options.sheet is not None:
        return ()
    choices = tuple(Choice(_words(key, headers), replace(task.options, sheet=key)) for key, headers in sets.items())
    text = f"{task.name} holds files of {len(sets)} data sets. Which one is to be read?"
    return (Question(key="sheet", text=text, choices=choices, best=list(sets).index(name)),)


def _column_found(column: AnyColumn) -> ColumnFound:
    if isinstance(column, NumberColumn):
        return ColumnFound(name=column.name, type=column.meaning, missing=int(column.missing.sum()))
    return ColumnFound(name=column.name, type="text", missing=int(column.missing.sum()))


class _Columns:
    """The rows of all parts of a set, one below the other."""

    def __init__(self, found: IdxSet, task: Task) -> None:
        self._set, self._task, self._rows = found, task, found.rows
        self._shares = self._rows_of_parts()
        self._count = sum(len(share) for share in self._shares)
        headers = [header for pair in found.pairs for header in (pair.values, pair.labels) if header is not None]
        self._total = max(1, sum(header.rows * header.row_bytes for header in headers))
        self._heard = 0
        self._notes: list[str] = []

    def _rows_of_parts(self) -> list[NDArray[np.int64]]:
        """Of each part the places of the rows to read. A preview takes the beginnings of all parts."""
        counts = [pair.any.rows for pair in self._set.pairs]
        places, start = chosen_rows(self._rows, self._task), 0
        shares = []
        for count in counts:
            share = places[np.searchsorted(places, start) : np.searchsorted(places, start + count)] - start
            if self._task.preview is not None:
                share = share[: -(-self._task.preview // len(counts))]
            shares.append(share)
            start += count
        return shares

    def read(self) -> tuple[list[AnyColumn], int, list[str]]:
        """The columns, the rows of the whole, notes."""
        rows = self._rows if self._task.options.rows is None else min(self._rows, self._task.options.rows)
        columns: list[AnyColumn] = []
        if self._set.pairs[0].values is not None:
            columns += self._value_columns(self._set.pairs[0].values)
        if self._set.pairs[0].labels is not None:
            columns += self._label_columns(np.concatenate(list(self._blocks("labels"))))
        if len(self._set.pairs) > 1:
            shares = zip(self._set.pairs, self._shares, strict=True)
            columns.append(part_column([pair.part for pair, share in shares for _ in range(len(share))]))
        return columns, rows, self._notes

    def _blocks(self, kind: Kind) -> Iterator[NDArray[Any]]:
        """(rows, ...) of all parts in the type of the file, some rows at a time. Raises DataError."""
        for pair, share in zip(self._set.pairs, self._shares, strict=True):
            header: Header = getattr(pair, kind)
            for block in read_rows(header, share, self._hear, to_end=self._task.preview is None):
                yield block.view(header.dtype).reshape(len(block), *header.dims[1:])

    def _hear(self, count: int) -> None:
        self._heard += count
        self._task.progress(min(1.0, self._heard / self._total))

    def _value_columns(self, header: Header) -> list[AnyColumn]:
        """Block by block into their columns: they may be larger than memory."""
        name = header.path.name
        if len(header.dims) < 3:
            width = prod(header.dims[1:])
            if width > COLUMN_LIMIT:
                raise DataError(f"{name} has rows of {width:,} numbers; at most {COLUMN_LIMIT:,} columns can be read.")
            spaces = [self._task.space((self._count,), _kept_as(header, self._task)) for _ in range(width)]
            for block in self._blocks("values"):
                for space, values in zip(spaces, self._numbers(block.reshape(len(block), width)).T, strict=True):
                    space.add(values)
            made = [NumberColumn(f"x{k + 1}", space.done()) for k, space in enumerate(spaces)]
            return [self._task.keep(column) for column in made]
        shape = _upright(np.empty((0, *header.dims[1:]), np.uint8), name).shape[1:]
        mirrored = "emnist" in name.lower() and shape[0] == shape[1]
        if mirrored:
            self._notes.append("EMNIST's files hold their images mirrored along the diagonal; they were set upright.")
        kept = "uint8" if header.dtype == "u1" else _kept_as(header, self._task)
        images = self._task.space((self._count, *shape), kept)
        for block in self._blocks("values"):
            upright = _upright(block, name)
            images.add(upright.transpose(0, 2, 1, 3) if mirrored else upright)
        return [self._task.keep(NumberColumn(IMAGE, images.done(), "image"))]

    def _numbers(self, values: NDArray[Any]) -> NDArray[Any]:
        kept = self._task.options.precision or ("float32" if values.dtype.str[1:] == "f4" else "float64")
        return values.astype(kept)

    def _label_columns(self, labels: NDArray[Any]) -> list[AnyColumn]:
        """`class`; with more than one label a row the others as numbers; numbers where they cannot be classes."""
        more: list[AnyColumn] = []
        if labels.ndim == 2:
            more = [NumberColumn(f"label {k + 1}", self._numbers(labels[:, k])) for k in range(1, labels.shape[1])]
            labels = labels[:, 0]
        different = np.unique(labels)
        alone = self._set.pairs[0].values is None
        if labels.dtype.kind == "f" or len(different) > CLASS_LIMIT or alone:
            return [NumberColumn("value" if alone else "label", self._numbers(labels)), *more]
        called = self._mapping()
        texts = {value: called.get(value, str(value)) for value in different.tolist()}
        if len(set(texts.values())) < len(texts):
            texts = {value: str(value) for value in texts}
        return [text_column(CLASS, [texts[value] for value in labels.tolist()]), *more]

    def _mapping(self) -> dict[int, str]:
        """What the labels are called: EMNIST brings a text file of labels and the numbers of their characters."""
        path = self._set.pairs[0].labels.path  # type: ignore[union-attr]
        stem = re.sub(r"-(train|test)-labels.*", "", path.name)
        file = path.with_name(f"{stem}-mapping.txt")
        if stem == path.name or not file.is_file() or file.stat().st_size > _MAPPING_LIMIT:
            return {}
        found: dict[int, str] = {}
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            if len(words) < 2 or not all(word.isdecimal() and int(word) < 0x110000 for word in words):
                return {}
            found[int(words[0])] = chr(int(words[1]))
        self._notes.append(f"The classes are called by their characters, as {file.name} says.")
        return found


def _kept_as(header: Header, task: Task) -> Kept:
    return task.options.precision or ("float32" if header.dtype == ">f4" else "float64")


def _upright(images: NDArray[Any], name: str) -> NDArray[Any]:
    """(rows, height, width, channels). Raises DataError for four dimensions that are no images."""
    images = images if images.ndim == 4 else images[..., None]
    if images.shape[3] in (1, 3):
        return images
    if images.shape[1] not in (1, 3):
        raise DataError(
            f"{name} holds rows of {sizes(images.shape[1:])} values; an image has 1 or 3 channels, which come first or "
            "last. Save it as NPY and open that."
        )
    return images.transpose(0, 2, 3, 1)
