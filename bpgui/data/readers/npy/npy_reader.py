"""Arrays of numpy: NPY, and NPZ archives of them. Pickled objects are never opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers import zip_guard
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.joining import PART, stacked
from bpgui.data.readers.labels import part_column, text_column
from bpgui.data.readers.npy.arrays import class_column, columns_of, one_hot_classes
from bpgui.data.readers.npy.npy_header import HEADER_LIMIT, MAGIC, Header, parse_header
from bpgui.data.readers.npy.npy_questions import ArrayChoice, pictures_question
from bpgui.data.readers.npy.npy_room import Room
from bpgui.data.readers.npy.npz_layout import TOGETHER, Layout, find_layout
from bpgui.data.readers.npy.stored import StoredArrays
from bpgui.data.readers.npy.tall import tall_columns
from bpgui.data.readers.options import Parsed, Question, ReadingOptions
from bpgui.data.readers.selecting import found, missing_setting, remarks, table_settings
from bpgui.data.readers.tabular.retyping import settled, types_of
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.zip_guard import GuardedZip
from bpgui.data.reading_options import ColumnType
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

Array = NDArray[Any]
_HEAD = HEADER_LIMIT + 12


def recognise(head: bytes, path: Path) -> bool:
    """An array, or an archive of arrays."""
    return head.startswith(MAGIC) or (zip_guard.is_zip(head) and zip_guard.kind_of(path) == "arrays")


def read(task: Task) -> tuple[Table, Parsed]:
    """The array, or those of an archive that belong together, as a table. Raises DataError."""
    with task.path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(MAGIC):
        header = parse_header(task.path.name, head, task.path.stat().st_size)
        return _Arrays(task, {"": header}, None).read()
    with GuardedZip(task.path, task.path.name) as archive:
        headers, notes = _headers(archive)
        return _Arrays(task, headers, archive, notes).read()


def _headers(archive: GuardedZip) -> tuple[dict[str, Header], list[str]]:
    """Of every array in the archive, by its name, and why others cannot be read. Raises DataError where none can."""
    headers: dict[str, Header] = {}
    refused: list[str] = []
    for member in archive.names:
        if not member.endswith(".npy"):
            refused.append(f"{archive.name}: {member[:80]!a} is no array and was left out.")
            continue
        name = member.removesuffix(".npy")
        head = b""
        for part in archive.chunks(member):
            head += part
            if len(head) >= _HEAD:
                break
        try:
            headers[name] = parse_header(f"{archive.name}, array {name}", head[:_HEAD], archive.size(member))
        except DataError as error:
            refused.append(str(error))
    if not headers:
        raise DataError(refused[0] if refused else f"{archive.name} is empty. Arrays (.npy) were expected in it.")
    return headers, refused


class _Arrays:
    """One file: which arrays are wanted, their values, the table of them."""

    def __init__(
        self, task: Task, headers: Mapping[str, Header], archive: GuardedZip | None, notes: list[str] | None = None
    ) -> None:
        self._task, self._headers, self._archive = task, headers, archive
        self._options, self._name = task.options, task.path.name
        self._notes = list(notes or [])
        self._questions: list[Question] = []
        self._layout = find_layout(headers) if archive is not None else None
        self._rows = 0  # of the file
        self._before: dict[str, tuple[int, int]] = {}  # rows of other parts above an array, and rows in all
        self._types: dict[str, tuple[ColumnType, ...]] = {}
        self._said: dict[str, str] = {}
        self._stored = StoredArrays(task, headers, archive)
        self._choice = ArrayChoice(self._name, headers, self._layout, task.options)
        self._room = Room(task, headers, self._layout, unpacked=archive is not None)

    def read(self) -> tuple[Table, Parsed]:
        sheet, asked = self._choice.chosen()
        self._questions += [asked] if asked is not None else []
        if sheet == TOGETHER and self._layout is not None:
            columns = self._together(self._layout)
        else:
            columns = self._single(sheet)
        columns = self._named(columns)
        columns = self._settled(columns)
        table = only_columns(Table(columns), self._task)
        for column in table.columns:
            self._notes += remarks(column)
        parsed = Parsed(
            details=(("arrays" if sheet == TOGETHER else "array", self._choice.words(sheet)),),
            notes=tuple(self._notes),
            questions=tuple(self._questions),
            settings=(
                *self._choice.settings(sheet),
                missing_setting(self._options),
                *table_settings(self._task),
            ),
            columns=tuple(found(c, self._types[c.name], self._said.get(c.name, "")) for c in table.columns),
            rows=self._rows,
        )
        return table, parsed

    def _settled(self, columns: list[AnyColumn]) -> list[AnyColumn]:
        """With the types and the missing values that the options say."""
        made = []
        for column in columns:
            self._types[column.name] = types_of(column)
            result, note = settled(column, self._options)
            made.append(result)
            if note:
                self._said[column.name] = note
                self._notes.append(note)
        return made

    def _single(self, sheet: str) -> list[AnyColumn]:
        header = self._headers[sheet]
        if not header.shape:
            raise DataError(f"{self._place(sheet)} is a single value. An array with rows of values was expected.")
        self._rows = header.shape[0]
        self._check([sheet])
        self._ask_about_pictures(sheet, header)
        label = "image" if len(header.shape) > 2 and header.dtype.names is None else "x"
        if self._is_tall(sheet):
            return self._tall(label, [sheet])
        return columns_of(self._place(sheet), label, self._load(sheet), self._options)

    def _is_tall(self, name: str) -> bool:
        return name in self._room.large

    def _tall(self, label: str, names: Sequence[str]) -> list[AnyColumn]:
        parts = [(self._values(name), self._rows_of(name)) for name in names]
        task = self._task
        if self._archive is not None:  # to unpack them was the first half
            task = with_fields(task, progress=lambda done: self._task.progress(done and 0.5 + done / 2))
        return tall_columns(self._place(names[0]), label, parts, task)

    def _together(self, layout: Layout) -> list[AnyColumn]:
        inputs = layout.columns or tuple(x for _, x, _ in layout.pairs)
        counts = [self._headers[name].shape[0] for name in inputs]
        self._rows = counts[0] if layout.columns else sum(counts)
        self._check(layout.names)
        for left in self._headers.keys() - set(layout.names) - set(_EXPLAINING):
            self._notes.append(f"{self._name}: the array {left} does not belong to the others and was left out.")
        self._notes.sort()
        if layout.columns:
            return [c for name in layout.columns for c in self._columns(name, name)]
        return self._parts(layout)

    def _parts(self, layout: Layout) -> list[AnyColumn]:
        before = 0
        for _, x, y in layout.pairs:
            for name in (x, y or x):
                self._before[name] = (before, self._rows)
            before += self._headers[x].shape[0]
            self._ask_about_pictures(x, self._headers[x])
        names = [x for _, x, _ in layout.pairs]
        large = any(map(self._is_tall, names))
        whole = self._called(self._tall("image" if self._are_pictures(names[0]) else "x", names)) if large else []
        tables = []
        for _, x, y in layout.pairs:
            inputs = whole or self._columns(x, "x")
            pictures = isinstance(inputs[0], NumberColumn) and inputs[0].meaning == "image"
            targets = [] if y is None else self._target(y, pictures, {c.name for c in inputs})
            tables.append(targets if whole else inputs + targets)
        widths = {tuple(column.name for column in table) for table in tables}
        if len(widths) > 1:
            raise DataError(f"{self._name}: the targets of its parts have different shapes. Save them alike.")
        columns = [*whole, *(_below_each_other(list(same)) for same in zip(*tables, strict=True))]
        if len(layout.pairs) > 1:
            parts = [part for part, x, _ in layout.pairs for _ in range(self._count(x))]
            columns.append(part_column(parts) if set(parts) <= {"train", "validation", "test"} else
                           TextColumn.of(PART, parts))  # fmt: skip
        return columns

    def _are_pictures(self, name: str) -> bool:
        return len(self._headers[name].shape) > 2

    def _columns(self, name: str, label: str) -> list[AnyColumn]:
        if self._is_tall(name):
            return self._tall(label, [name])
        called = "image" if self._are_pictures(name) and label == "x" else label
        columns = columns_of(self._place(name), called, self._load(name), self._options)
        return self._called(columns) if label == "x" else columns

    def _called(self, columns: list[AnyColumn]) -> list[AnyColumn]:
        """Inputs by their own names, where the archive has them."""
        names = self._texts("feature_names")
        if len(names) == len(columns) > 1:
            return [_renamed(column, text) for column, text in zip(columns, names, strict=True)]
        return columns

    def _target(self, name: str, pictures: bool, taken: set[str]) -> list[AnyColumn]:
        array = self._load(name)
        label = "target" if "target" not in taken else "y"
        classes = one_hot_classes(array)
        if classes is not None:
            self._notes.append(f"{self._place(name)}: each row has one 1 among zeros; its place is taken as the class.")
            array = classes
        texts = self._texts("target_names")
        if texts and array.ndim == 1 and array.dtype.kind in "iuf" and set(np.unique(array)) <= set(range(len(texts))):
            return [TextColumn.of("class", [texts[int(value)] for value in array])]
        found_classes = class_column(array) if pictures else None
        return (
            [found_classes] if found_classes is not None else columns_of(self._place(name), label, array, self._options)
        )

    def _texts(self, name: str) -> list[str]:
        """The texts of an array that explains others, [] where there is none."""
        header = self._headers.get(name)
        if header is None or len(header.shape) != 1 or header.dtype.kind not in "US" or header.count > 10_000:
            return []
        column = columns_of(name, name, self._values(name), ReadingOptions())[0]
        return [text or "" for text in column.texts()] if isinstance(column, TextColumn) else []

    def _named(self, columns: list[AnyColumn]) -> list[AnyColumn]:
        """With different names that can be shown."""
        names, notes = column_names([column.name for column in columns], len(columns))
        self._notes += notes
        return [_renamed(column, name) for column, name in zip(columns, names, strict=True)]

    def _check(self, names: Sequence[str]) -> None:
        """Raises DataError where the arrays would not fit."""
        self._room.check(names, self._rows)
        self._task, self._options = self._room.task, self._room.task.options
        self._questions += self._room.questions
        self._stored.wanted = max(1, sum(self._headers[name].size for name in names))

    def _ask_about_pictures(self, name: str, header: Header) -> None:
        asked = pictures_question(self._place(name), header, self._options)
        if asked is not None and all(question.key != asked.key for question in self._questions):
            self._questions.append(asked)

    def _place(self, name: str) -> str:
        return f"{self._name}, array {name}" if name else self._name

    def _load(self, name: str) -> Array:
        """The rows that are wanted: the first ones for a preview, else a sample, else all. Raises DataError."""
        values = self._values(name)
        if self._task.preview is not None:
            return values[: self._task.preview]
        if self._options.rows is None:
            return values
        return values[self._rows_of(name)]

    def _rows_of(self, name: str) -> NDArray[np.int64]:
        """The places of the rows that are read; in a sample of several parts, those that fall to this one."""
        rows = self._headers[name].shape[0]
        before, total = self._before.get(name, (0, rows))
        places = chosen_rows(total, self._task) - before
        return places[(places >= 0) & (places < rows)]

    def _count(self, name: str) -> int:
        """How many rows of it are read."""
        if self._task.preview is not None:
            return min(self._task.preview, self._headers[name].shape[0])
        return len(self._rows_of(name))

    def _values(self, name: str) -> Array:
        return self._stored.values(name, self._is_tall(name), self._task.preview)


_EXPLAINING = ("feature_names", "target_names", "DESCR", "filename", "frame")


def _below_each_other(columns: list[AnyColumn]) -> AnyColumn:
    """Of several parts; classes 2 before 10."""
    texts = [column.texts() for column in columns if isinstance(column, TextColumn)]
    if len(texts) == len(columns):
        return text_column(columns[0].name, [text for part in texts for text in part])
    return stacked(columns)


def _renamed(column: AnyColumn, name: str) -> AnyColumn:
    if name == column.name:
        return column
    if isinstance(column, TextColumn):
        return TextColumn(name, column.codes, column.levels)
    return NumberColumn(name, column.values, column.meaning)
