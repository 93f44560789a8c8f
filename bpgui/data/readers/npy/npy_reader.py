"""Arrays of numpy: NPY, and NPZ archives of them. Pickled objects are never opened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers import zip_guard
from bpgui.data.readers.choosing import chosen_rows, only_columns
from bpgui.data.readers.joining import PART, stacked
from bpgui.data.readers.labels import part_column, text_column
from bpgui.data.readers.large import size_question
from bpgui.data.readers.npy.arrays import (
    class_column,
    columns_of,
    is_tall,
    one_hot_classes,
    tall_columns,
    width_of,
)
from bpgui.data.readers.npy.npy_header import HEADER_LIMIT, MAGIC, Header, parse_header
from bpgui.data.readers.npy.npz_layout import TOGETHER, Layout, find_layout
from bpgui.data.readers.options import Choice, Parsed, Question, ReadingOptions, Setting
from bpgui.data.readers.selecting import found, missing_setting, refuse_too_large, remarks, table_settings
from bpgui.data.readers.tabular.retyping import settled, types_of
from bpgui.data.readers.task import Task
from bpgui.data.readers.text.names import column_names
from bpgui.data.readers.zip_guard import GuardedZip
from bpgui.data.reading_options import ColumnType
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

Array = NDArray[Any]
_HEAD = HEADER_LIMIT + 12
_LEAST_PICTURE = 64  # values in a row that may be the pixels of a square picture


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
        self._wanted = 1.0
        self._read_before = 0.0

    def read(self) -> tuple[Table, Parsed]:
        sheet = self._chosen()
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
            details=self._details(sheet),
            notes=tuple(self._notes),
            questions=tuple(self._questions),
            settings=(
                *self._sheet_setting(sheet),
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

    def _chosen(self) -> str:
        """The array that is read, or TOGETHER; asks where several are possible. Raises DataError."""
        names = list(self._headers)
        if len(names) == 1:
            return names[0]
        wanted = self._options.sheet
        if wanted is not None and (wanted in names or (wanted == TOGETHER and self._layout is not None)):
            return wanted
        if wanted is not None:
            raise DataError(f"{self._name} has no array {wanted!r}. It has {', '.join(names[:20])}.")
        largest = max(names, key=lambda name: self._headers[name].count)
        best = TOGETHER if self._layout is not None else largest
        if self._layout is None or self._layout.columns:
            order = [best, *(name for name in names if name != best)]
            choices = tuple(Choice(self._words(name), replace(self._options, sheet=name)) for name in order)
            text = f"{self._name} holds {len(names)} arrays. Which of them is the table?"
            self._questions.append(Question(key="sheet", text=text, choices=choices))
        return best

    def _words(self, name: str) -> str:
        if name == TOGETHER and self._layout is not None:
            return self._layout.words
        header = self._headers[name]
        shape = " × ".join(f"{size:,}" for size in header.shape)
        words = f"{shape} {'rows of fields' if header.dtype.names else header.dtype.name}"
        return f"{name}: {words}" if name else words

    def _sheet_setting(self, sheet: str) -> tuple[Setting, ...]:
        if self._archive is None or len(self._headers) < 2:
            return ()
        names = ([TOGETHER] if self._layout is not None else []) + list(self._headers)
        return (
            Setting(
                key="sheet",
                label="Array",
                value=sheet,
                choices=tuple((name, self._words(name)) for name in names),
                help="Which array of the archive the table is made of.",
            ),
        )

    def _details(self, sheet: str) -> tuple[tuple[str, str], ...]:
        return (("arrays" if sheet == TOGETHER else "array", self._words(sheet)),)

    def _single(self, sheet: str) -> list[AnyColumn]:
        header = self._headers[sheet]
        if not header.shape:
            raise DataError(f"{self._place(sheet)} is a single value. An array with rows of values was expected.")
        self._rows = header.shape[0]
        self._check([sheet])
        self._ask_about_pictures(sheet, header)
        pictures = len(header.shape) > 2 and header.dtype.names is None
        if self._is_tall(sheet):
            return tall_columns("x", self._values(sheet), chosen_rows(self._rows, self._task), self._task)
        return columns_of(self._place(sheet), "image" if pictures else "x", self._load(sheet), self._options)

    def _is_tall(self, name: str) -> bool:
        return self._archive is None and self._task.preview is None and is_tall(self._values(name), self._options)

    def _together(self, layout: Layout) -> list[AnyColumn]:
        self._check(layout.names)
        for left in self._headers.keys() - set(layout.names) - set(_EXPLAINING):
            self._notes.append(f"{self._name}: the array {left} does not belong to the others and was left out.")
        self._notes.sort()
        if layout.columns:
            self._rows = self._headers[layout.columns[0]].shape[0]
            return [c for name in layout.columns for c in self._columns(name, name)]
        return self._parts(layout)

    def _parts(self, layout: Layout) -> list[AnyColumn]:
        self._rows = sum(self._headers[x].shape[0] for _, x, _ in layout.pairs)
        before = 0
        for _, x, y in layout.pairs:
            for name in (x, y or x):
                self._before[name] = (before, self._rows)
            before += self._headers[x].shape[0]
        tables = []
        for _, x, y in layout.pairs:
            self._ask_about_pictures(x, self._headers[x])
            inputs = self._columns(x, "x")
            pictures = isinstance(inputs[0], NumberColumn) and inputs[0].meaning == "image"
            tables.append(inputs + ([] if y is None else self._target(y, pictures, {c.name for c in inputs})))
        widths = {tuple(column.name for column in table) for table in tables}
        if len(widths) > 1:
            raise DataError(f"{self._name}: the targets of its parts have different shapes. Save them alike.")
        columns = [_below_each_other(list(same)) for same in zip(*tables, strict=True)]
        if len(layout.pairs) > 1:
            parts = [p for (p, _, _), table in zip(layout.pairs, tables, strict=True) for p in [p] * table[0].rows]
            columns.append(part_column(parts) if set(parts) <= {"train", "validation", "test"} else
                           TextColumn.of(PART, parts))  # fmt: skip
        return columns

    def _columns(self, name: str, label: str) -> list[AnyColumn]:
        pictures = len(self._headers[name].shape) > 2
        columns = columns_of(self._place(name), "image" if pictures and label == "x" else label, self._load(name),
                             self._options)  # fmt: skip
        names = self._texts("feature_names")
        if label == "x" and len(names) == len(columns) > 1:
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

    def _check(self, names: list[str] | tuple[str, ...]) -> None:
        """Raises DataError where the arrays would not fit."""
        rows = max(self._headers[name].shape[0] for name in names)
        width = sum(width_of(self._headers[name].dtype, self._headers[name].shape) for name in names)
        flat = sum(width_of(h.dtype, h.shape) if len(h.shape) < 3 else 1 for h in map(self._headers.__getitem__, names))
        if flat > width:
            flat = width
        value = max(1 if h.dtype == np.uint8 else 8 for h in map(self._headers.__getitem__, names))
        extra = sum(self._headers[name].size for name in names) if self._archive is not None else 0
        options = self._options if self._task.preview is None else replace(self._options, rows=self._task.preview)
        refuse_too_large(self._name, rows, flat, options, None)
        if self._archive is None and is_tall(self._values(names[0]), options):
            self._ask_about_size(rows, width)
            return  # it goes through a file, or only its first rows are looked at
        refuse_too_large(self._name, rows, width, replace(options, columns=options.columns or ("",) * width),
                         self._task.memory, value, extra)  # fmt: skip
        self._wanted = max(1.0, float(sum(self._headers[name].size for name in names)))

    def _ask_about_size(self, rows: int, width: int) -> None:
        """A table that goes through a file piece by piece may be larger than memory; the best answer is taken."""
        columns = len(self._options.columns or ()) or width
        size = size_question(self._name, rows, columns, self._options, self._task.memory, self._task.folder)
        if size is not None:
            self._questions.append(size)
        if size is not None and self._task.preview is None:
            self._options = size.choices[size.best].options
            self._task = with_fields(self._task, options=self._options)

    def _ask_about_pictures(self, name: str, header: Header) -> None:
        """Rows of bytes may be the pixels of square pictures."""
        side = math.isqrt(header.shape[1]) if len(header.shape) == 2 else 0
        if header.dtype != np.uint8 or side * side != header.shape[1] or header.shape[1] < _LEAST_PICTURE:
            return
        if any(question.key == "size" for question in self._questions):
            return
        columns = Choice(f"{header.shape[1]:,} columns of numbers", replace(self._options, size=None))
        pictures = Choice(f"pictures of {side} × {side} pixels", replace(self._options, size=(side, side)))
        text = f"{self._place(name)}: each row has {header.shape[1]:,} bytes. Are they the pixels of a picture?"
        best = 1 if self._options.size == (side, side) else 0
        self._questions.append(Question(key="size", text=text, choices=(columns, pictures), best=best))

    def _place(self, name: str) -> str:
        return f"{self._name}, array {name}" if name else self._name

    def _load(self, name: str) -> Array:
        """The rows that are wanted: the first ones for a preview, else a sample, else all. Raises DataError."""
        header = self._headers[name]
        values = self._values(name)
        if self._task.preview is not None:
            return values[: self._task.preview]
        if self._options.rows is None:
            return values
        before, total = self._before.get(name, (0, header.shape[0]))
        places = chosen_rows(total, self._task) - before
        return values[places[(places >= 0) & (places < header.shape[0])]]

    def _values(self, name: str) -> Array:
        header = self._headers[name]
        if self._archive is None:
            order = "F" if header.fortran else "C"
            return np.memmap(self._task.path, header.dtype, "r", header.offset, header.shape, order)  # type: ignore[call-overload,no-any-return]
        size = header.size
        if self._task.preview is not None and not header.fortran:
            size = min(size, self._task.preview * (size // header.shape[0]))
        return self._unpacked(name, header, size)

    def _unpacked(self, name: str, header: Header, size: int) -> Array:
        """From the archive, the first `size` bytes of values."""
        assert self._archive is not None
        buffer = np.empty(size, dtype=np.uint8)
        filled, skip = 0, header.offset
        for part in self._archive.chunks(f"{name}.npy"):
            piece = np.frombuffer(part, dtype=np.uint8)[skip:]
            skip = max(0, skip - len(part))
            piece = piece[: size - filled]
            buffer[filled : filled + piece.size] = piece
            filled += piece.size
            self._task.progress(min(1.0, (self._read_before + filled) / self._wanted))
            if filled == size:
                break
        self._read_before += filled
        flat = buffer.view(header.dtype)
        if header.fortran:
            return flat.reshape(header.shape[::-1]).T
        return flat.reshape(-1, *header.shape[1:])


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
