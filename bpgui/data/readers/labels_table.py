"""A table that lies among files and names them: it gives each its class, and further columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.readers.labels import CLASS, CLASS_LIMIT, FILE, PART, relative
from bpgui.data.readers.task import Task
from bpgui.data.readers.text import csv_reader
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.roles import TARGET_NAMES
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn

SUFFIXES = (".csv", ".tsv", ".tab", ".txt")
_SIZE_LIMIT = 64 << 20
_COUNT_LIMIT = 20
_LOOKED_AT = 1 << 20
_NUMBER_CLASSES = 100
_NAMES = (*TARGET_NAMES, "breed", "digit", "letter", "emotion", "word", "kind", "type", "group")


@dataclass(frozen=True)
class NamesTable:
    """Of each file its class, None where there is none, and the rows of the other columns, missing where not named."""

    path: Path
    classes: tuple[str | None, ...] | None
    columns: tuple[AnyColumn, ...]
    note: str

    def columns_of(self, kept: Sequence[int]) -> list[AnyColumn]:
        """The other columns for the files with these places."""
        return [_rows(column, np.array(kept, dtype=np.int64)) for column in self.columns]


def find_table(files: Sequence[Path], candidates: Sequence[Path], task: Task, name: str) -> NamesTable | None:
    """The first of the candidates with a column that names most of the files, or most of whose rows name one.

    `name` is the column that the files become, whose name is taken. What is no such table is no table of names.
    """
    known = _keys([relative(path, task.root) for path in files])
    for number, path in enumerate(candidates[:_COUNT_LIMIT]):
        if path.suffix.lower() not in SUFFIXES or not _mentions(path, files):
            continue
        folder = task.folder / f"names{number}"
        folder.mkdir(exist_ok=True)
        alone = replace(
            task, paths=(path,), root=path.parent, options=ReadingOptions(), folder=folder, preview=None,
            progress=lambda fraction: None, keep=lambda column: column,
        )  # fmt: skip
        try:
            table, _ = csv_reader.read(alone)
        except DataError:
            continue
        found = _matched(table, known, len(files))
        if found is not None:
            return _names_table(path, table, *found, name)
    return None


def _mentions(path: Path, files: Sequence[Path]) -> bool:
    """Whether the beginning of the table holds names of files: nothing else is worth opening."""
    if path.stat().st_size > _SIZE_LIMIT:
        return False
    with path.open("rb") as file:
        begin = file.read(_LOOKED_AT).replace(b"\0", b"")  # UTF-16 of plain letters, too
    words = set(re.split(rb"[^\w.\-() ]+", begin))
    found = {word.strip().split(b".")[0] for word in words}
    step = max(1, len(files) // 2000)
    return any(
        stem.encode() in found or stem.lstrip("0").encode() in found
        for stem in (path.name.split(".")[0].strip() for path in files[::step])
    )


def _keys(files: Sequence[PurePath]) -> dict[str, int]:
    """What a table may call a file; a name that two of them have is left out."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for place, file in enumerate(files):
        whole = file.as_posix()
        stem = file.stem
        names = {whole, file.with_suffix("").as_posix(), file.name, stem, str(int(stem)) if stem.isdecimal() else stem}
        for key in names:
            if key in found:
                twice.add(key)
            found[key] = place
    return {key: place for key, place in found.items() if key not in twice}


def _matched(table: Table, known: dict[str, int], files: int) -> tuple[str, NDArray[np.int64]] | None:
    """The column that names the files, and for each file the row that names it, -1 for none."""
    best: tuple[int, str, NDArray[np.int64]] | None = None
    for column in table.columns:
        rows = np.full(files, -1, dtype=np.int64)
        for row, text in enumerate(_texts(column)):
            place = None if text is None else _place(text, known)
            if place is not None and rows[place] < 0:
                rows[place] = row
        count = int((rows >= 0).sum())
        if best is None or count > best[0]:
            best = count, column.name, rows
    if best is None or best[0] < 2 or 2 * best[0] < min(files, table.rows):
        return None
    return best[1], best[2]


def _place(text: str, known: dict[str, int]) -> int | None:
    path = text.strip().replace("\\", "/").removeprefix("./")
    while path not in known and "/" in path:
        path = path.partition("/")[2]
    return known.get(path)


def _texts(column: AnyColumn) -> list[str | None]:
    if isinstance(column, TextColumn):
        return column.texts()
    if column.shape or column.meaning != "number":
        return []
    return [str(int(value)) if np.isfinite(value) and value % 1 == 0 else None for value in column.values.tolist()]


def _names_table(path: Path, table: Table, named: str, rows: NDArray[np.int64], name: str) -> NamesTable:
    label = _label(table, named, rows)
    classes = None
    if label is not None:
        texts = _texts(table.column(label))
        classes = tuple(texts[row] if row >= 0 else None for row in rows.tolist())
    taken = {name, FILE, PART, CLASS}
    columns = []
    for column in table.columns:
        if column.name not in (named, label):
            columns.append(_called(_rows(column, rows), taken))
            taken.add(columns[-1].name)
    found = int((rows >= 0).sum())
    note = f"{path.name} names {found:,} of {len(rows):,} files in its column {named}"
    note += f"; the class is its column {label}." if label is not None else "; no column of it looks like a class."
    return NamesTable(path, classes, tuple(columns), note)


def _label(table: Table, named: str, rows: NDArray[np.int64]) -> str | None:
    """The column with a name that says so, else the first text with few different values."""
    others = [column for column in table.columns if column.name != named and not column.shape]
    by_name = {column.name.strip().lower(): column for column in reversed(others)}
    asked = [by_name[name] for name in _NAMES if name in by_name] + [c for c in others if isinstance(c, TextColumn)]
    return next((column.name for column in asked if _are_classes(_rows(column, rows[rows >= 0]))), None)


def _are_classes(column: AnyColumn) -> bool:
    texts = _texts(column)
    different = set(texts) - {None}
    if isinstance(column, TextColumn):
        return 2 <= len(different) <= min(CLASS_LIMIT, max(2, len(texts) // 2))
    whole = not any(text is None for text, gone in zip(texts, column.missing.tolist(), strict=True) if not gone)
    return bool(texts) and whole and 2 <= len(different) <= min(_NUMBER_CLASSES, max(2, len(texts) // 2))


def _rows(column: AnyColumn, rows: NDArray[np.int64]) -> AnyColumn:
    """The rows with these places, missing where a place is negative."""
    gone = rows < 0
    if isinstance(column, TextColumn):
        if not len(column.codes):
            return column
        return TextColumn(column.name, np.where(gone, -1, column.codes[rows]).astype(np.int32), column.levels)
    values = column.values[rows]
    if gone.any():
        values = values.astype(np.float64 if values.dtype == np.uint8 else values.dtype)
        values[gone] = np.nan
    return NumberColumn(column.name, values, column.meaning)


def _called(column: AnyColumn, taken: set[str]) -> AnyColumn:
    """The column, under another name where its own is taken."""
    name, count = column.name, 2
    while name in taken:
        name, count = f"{column.name} ({count})", count + 1
    if isinstance(column, TextColumn):
        return TextColumn(name, column.codes, column.levels)
    return NumberColumn(name, column.values, column.meaning)
