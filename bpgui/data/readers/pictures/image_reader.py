"""A folder of images, or several of them, as one table: pixels of one size, the class and the name of each file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.listing import other_files, some_of
from bpgui.data.readers.choosing import chosen_rows, only_columns, rows_setting, spread
from bpgui.data.readers.labels import CLASS, FILE, Labels, find_labels, relative, text_column
from bpgui.data.readers.labels_table import NamesTable, find_table
from bpgui.data.readers.large import bytes_question
from bpgui.data.readers.options import ColumnFound, Parsed, Setting
from bpgui.data.readers.pictures.image_file import SUFFIXES, BadImage, Colour, is_coloured, kind_of, quiet, read_picture
from bpgui.data.readers.pictures.image_size import brought_to, proposed
from bpgui.data.readers.task import Task
from bpgui.data.table import AnyColumn, NumberColumn, Table
from bpgui.data.table_folder import Space

IMAGE = "image"
SHOWN = 5
CHANNELS: dict[Colour, int] = {"grey": 1, "rgb": 3}


def recognise(head: bytes, path: Path) -> bool:
    """By the first bytes, whatever the file is called."""
    return kind_of(head) is not None


def read(task: Task) -> tuple[Table, Parsed]:
    """`image` (rows, height, width, channels) bytes, `class`, columns of a table of names, `file`, `part`.

    Files that cannot be read are left out and named. Raises DataError where none can be read, and for a single image
    unless `options.size` says that its size is known.
    """
    with quiet():
        return _read(task)


def image_values(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """(height, width, channels): one image as `read` makes it for a column of that shape. Raises DataError."""
    height, width, channels = shape
    colour: Colour = "grey" if channels == 1 else "rgb"
    try:
        with quiet():
            return brought_to(read_picture(path, (height, width)).image, (height, width), colour)
    except BadImage as error:
        raise DataError(f"{path.name} {error}.") from error


def _read(task: Task) -> tuple[Table, Parsed]:
    images = [path for path in task.paths if _is_image(path)]
    taken = set(images)
    others = [path for path in task.paths if path not in taken]
    if not images:
        raise DataError(f"{task.name} holds no images. PNG, JPEG, BMP, GIF, TIFF or WebP was expected.")
    options = task.options
    if len(images) == 1 and options.size is None:
        raise DataError(
            f"{images[0].name} is one image; a data set needs several. Open a folder of images, with those of each "
            "class in a folder of its own, or several images whose names begin with their class."
        )
    names = find_table(images, others, task, IMAGE) if options.labels in (None, "table") else None
    labels = find_labels(images, task.root, options, names.classes if names else None)
    size, colour = _size_and_colour(images, task)
    what = f"images of {size[0]} × {size[1]} pixels"
    row_bytes = size[0] * size[1] * CHANNELS[colour]
    task, asked = bytes_question(what, len(images), row_bytes, task, ", or a smaller size, or grey")
    rows = spread(chosen_rows(len(images), task), task.preview).tolist()
    pixels = _Pixels.of([images[row] for row in rows], size, colour, task)
    kept = [rows[place] for place in pixels.kept]
    columns = _columns(task, images, labels, names, pixels, kept)
    table = only_columns(Table(columns), task)
    unused = [path for path in others if names is None or path != names.path]
    about = _about(labels, names) if task.options.labels != "none" else ()  # wanted so
    notes = (*pixels.notes(len(rows), task), *labels.notes, *about, *other_files(unused, SHOWN))
    return table, Parsed(
        details=_details(size, colour, labels, names),
        notes=notes,
        questions=(*asked, *labels.questions),
        settings=(*_settings(size, colour), labels.setting, rows_setting(task)),
        columns=tuple(_column_found(column, size, colour) for column in table.columns),
        rows=min(len(images), options.rows or len(images)) if task.preview is not None else len(kept),
    )


def _is_image(path: Path) -> bool:
    if path.suffix.lower() in SUFFIXES:
        return True
    with path.open("rb") as file:
        return kind_of(file.read(32)) is not None


def _size_and_colour(images: Sequence[Path], task: Task) -> tuple[tuple[int, int], Colour]:
    size, colour = task.options.size, task.options.colour
    if size is None or colour is None:
        found = proposed(images)
        size, colour = size or found[0], colour or found[1]
    return size, colour


def _columns(
    task: Task,
    images: Sequence[Path],
    labels: Labels,
    names: NamesTable | None,
    pixels: _Pixels,
    kept: Sequence[int],
) -> list[AnyColumn]:
    columns: list[AnyColumn] = [task.keep(NumberColumn(IMAGE, pixels.space.done(), "image"))]
    own: dict[str, AnyColumn] = {column.name: column for column in labels.columns(kept)}
    if CLASS in own:
        columns.append(own.pop(CLASS))
    if names is not None:
        columns += names.columns_of(kept)
    columns.append(text_column(FILE, [relative(images[row], task.root).as_posix() for row in kept]))
    return [*columns, *own.values()]


@dataclass
class _Pixels:
    """What became of the images: `kept` are the places of those that could be read, in the order of `space`."""

    space: Space
    size: tuple[int, int]
    kept: list[int] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)

    @classmethod
    def of(cls, paths: Sequence[Path], size: tuple[int, int], colour: Colour, task: Task) -> _Pixels:
        """All of them read. Raises DataError where none can be."""
        found = cls(task.space((len(paths), *size, CHANNELS[colour]), "uint8"), size)
        watched = colour == "grey" and task.options.colour is None
        for place, path in enumerate(paths):
            found._add(place, path, task.root, colour, watched)
            task.progress((place + 1) / len(paths))
        if not found.kept:
            raise DataError(found._none_read(len(paths), task))
        return found

    def _add(self, place: int, path: Path, root: Path, colour: Colour, watched: bool) -> None:
        try:
            picture = read_picture(path, self.size)
            self.space.add(brought_to(picture.image, self.size, colour)[np.newaxis])
        except BadImage as error:
            self.bad.append(f"{relative(path, root).as_posix()} {error}")
            return
        self.kept.append(place)
        self.sizes[picture.size] += 1
        self.done.update(picture.done)
        if watched and is_coloured(picture.image):
            self.done["colour"] += 1

    def _none_read(self, count: int, task: Task) -> str:
        if count == 1:
            return f"{self.bad[0]}. A PNG, JPEG, BMP, GIF, TIFF or WebP image was expected."
        return f"{task.name}: none of its {count:,} images can be read: {_some(self.bad)}."

    def notes(self, count: int, task: Task) -> list[str]:
        """Sentences about what was left out and what was done to the images."""
        found = []
        if self.bad:
            what = some_of(len(self.bad), count, "images could not be read and", "was", "were")
            found.append(f"{what} left out: {_some(self.bad)}.")
        other = sum(number for size, number in self.sizes.items() if size != self.size)
        if other:
            found.append(self._resized(other))
        return found + [text.format(number) for key, text in _DONE.items() if (number := self.done[key])]

    def _resized(self, other: int) -> str:
        high, wide = self.size
        small, large = min(self.sizes, key=_area), max(self.sizes, key=_area)
        sizes = f"{small[0]} × {small[1]}" + (f" to {large[0]} × {large[1]}" if large != small else "")
        what = some_of(other, len(self.kept), "images", "was", "were")
        return (
            f"{what} brought to {high} × {wide} pixels (height × width; they have "
            f"{sizes}). They keep their shape; what is left over has the colour of their edge."
        )


_DONE = {
    "alpha": "Transparent parts were put over white (in {:,} of the images).",
    "blank": "Of one colour once transparent parts are white: {:,} of the images. Save them over another background.",
    "16 bit": "Brought from more than 8 bits a pixel to 8: {:,} of the images.",
    "several": "Files that hold more than one picture, of which the first was taken: {:,}.",
    "colour": "Turned from colour to grey, as others have no colour: {:,} of the images. Choose colour to keep it.",
}


def _area(size: tuple[int, int]) -> tuple[int, tuple[int, int]]:
    return size[0] * size[1], size


def _some(texts: Sequence[str]) -> str:
    more = f"; and {len(texts) - SHOWN:,} more" if len(texts) > SHOWN else ""
    return "; ".join(texts[:SHOWN]) + more


def _about(labels: Labels, names: NamesTable | None) -> tuple[str, ...]:
    found = (names.note,) if names is not None else ()
    if labels.source == "none" and labels.classes == () and not found:
        return (
            "The images have no class: none is in the names of their folders or files. Put those of each class in a "
            "folder of its own, begin the names of the files with it, or add a CSV file with their names and classes.",
        )
    return found


def _details(
    size: tuple[int, int], colour: Colour, labels: Labels, names: NamesTable | None
) -> tuple[tuple[str, str], ...]:
    source = labels.setting
    label = dict(source.choices).get(source.value, source.value)
    label = f"{names.path.name}" if names is not None and source.value == "table" else label
    return (("size", f"{size[0]} × {size[1]}"), ("colour", colour), ("class from", label))


def _settings(size: tuple[int, int], colour: Colour) -> tuple[Setting, ...]:
    return (
        Setting(
            key="size",
            label="Size (height × width)",
            value=f"{size[0]}x{size[1]}",
            help="All images are brought to this size in pixels; they keep their shape.",
        ),
        Setting(
            key="colour",
            label="Colour",
            value=colour,
            choices=(("grey", "grey (1 channel)"), ("rgb", "colour (3 channels)")),
            help="Grey has one number for each pixel, colour has three.",
        ),
    )


def _column_found(column: AnyColumn, size: tuple[int, int], colour: Colour) -> ColumnFound:
    if isinstance(column, NumberColumn):
        note = f"{size[0]} × {size[1]} pixels, {colour}." if column.meaning == "image" else ""
        return ColumnFound(name=column.name, type=column.meaning, missing=int(column.missing.sum()), note=note)
    note = f"{len(column.levels):,} different." if column.name != FILE else ""
    return ColumnFound(name=column.name, type="text", types=("text",), missing=int(column.missing.sum()), note=note)
