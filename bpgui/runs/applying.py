"""A trained network applied to rows it has never seen: a file with the same columns, in any order."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from functools import cached_property
from io import StringIO
from types import MappingProxyType

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bpgui.data.categories import texts_of
from bpgui.data.encoder import Encoder
from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.readers.labels import FILE
from bpgui.data.readers.recordings.sound_reader import options_of
from bpgui.data.readers.text.dates import ORDERS
from bpgui.data.reading_options import ColumnType, ReadingOptions
from bpgui.data.spec import FileOrigin, Origin
from bpgui.data.table import AnyColumn, NumberColumn, Table, TextColumn
from bpgui.data.targets import Decoded, TargetEncoding
from bpgui.engine.activations import Array
from bpgui.engine.network import Network

CHUNK = 4096  # rows that are encoded at a time; a new file may be larger than memory
PIECE = 1024  # rows that are written at a time
_SHOWN = 5
# A spreadsheet takes text that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = list[str]
Progress = Callable[[float], None]
NOTHING: Mapping[str, str] = MappingProxyType({})


def _unheard(share: float) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Applied:
    """`outputs` (n, outputs) of the rows `usable` (rows,) of `table`, which `decoded` says in the data's words.

    `seen` is the table with the names that the network knows its columns by. `probable`: whether the outputs are
    probabilities. `notes` are sentences about what was missing or new.
    """

    table: Table
    seen: Table
    encoder: Encoder
    usable: NDArray[np.bool_]
    outputs: Array
    decoded: Decoded
    probable: bool
    notes: tuple[str, ...]

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(rows,) where each row's outputs are; -1 for a row without a prediction."""
        return np.where(self.usable, np.cumsum(self.usable) - 1, -1)


def options_for_new(origin: Origin, trained_on: Table) -> ReadingOptions:
    """How files with new rows are to be read, so that their columns are what they were in training.

    Delimiter, encoding and the like may differ from file to file and are found out anew.
    """
    given = origin.options if isinstance(origin, FileOrigin) else ReadingOptions()
    types = tuple((column.name, type) for column in trained_on.columns if (type := column_type(column)) is not None)
    said = dict(origin.reading).get("dates", "") if isinstance(origin, FileOrigin) else ""
    proven = next((order for order, words in ORDERS.items() if words == said), None)
    options = ReadingOptions(types=types, missing=given.missing, dates=given.dates or proven)
    for column in trained_on.columns:
        if isinstance(column, NumberColumn) and column.meaning == "image":
            height, width, channels = column.shape
            colour = "grey" if channels == 1 else "rgb"
            options = replace(options, size=(height, width), colour=colour, labels="none")
        if isinstance(column, NumberColumn) and column.meaning == "sound":
            reading = origin.reading if isinstance(origin, FileOrigin) else ()
            options = options_of(reading, replace(options, labels="none"))
    return options


def column_type(column: AnyColumn) -> ColumnType | None:
    """What a reader may be told to take the column as; None for images and sounds."""
    if isinstance(column, TextColumn):
        return "text"
    return "date" if column.meaning == "date" else "number" if not column.shape else None


def renamed(table: Table, taken: Mapping[str, str]) -> Table:
    """The same columns, those that stand for one of the network's under its name; `taken`: network's -> file's name."""
    names = {theirs: ours for ours, theirs in taken.items()}
    return Table([replaced(column, name=names.get(column.name, column.name)) for column in table.columns])


def apply(
    network: Network,
    data: Dataset,
    table: Table,
    taken: Mapping[str, str] = NOTHING,
    progress: Progress = _unheard,
) -> Applied:
    """The network's outputs for every row of `table` that has all it needs. Raises DataError for columns that misfit.

    Columns are found by their names, or by those that `taken` gives for the network's; those it does not use, and the
    target, need not be there. `progress` hears 0..1 now and then; what it raises ends the work.
    """
    encoder = data.encoder
    seen = renamed(table, taken) if taken else table
    check_columns(encoder, seen)
    usable = encoder.usable_rows(seen)
    if seen.rows and not usable.any():
        raise DataError(_nothing_usable(encoder, seen))
    rows = np.flatnonzero(usable)
    outputs = np.empty((len(rows), data.outputs), data.x.dtype)
    for start in range(0, len(rows), CHUNK):
        progress(start / len(rows))
        x = encoder.features_of(seen, rows[start : start + CHUNK], data.x.dtype.name)
        finite = np.isfinite(x).all(axis=1)
        if not finite.all():  # too large for the precision of the network
            usable[rows[start : start + CHUNK][~finite]] = False
            x[~finite] = 0.0
        outputs[start : start + CHUNK] = network.predict(x)
    outputs = outputs[usable[rows]]
    probable = network.from_logits and not encoder.target.numeric
    notes = (*_taken_notes(taken), *_notes(encoder, seen, usable))
    return Applied(table, seen, encoder, usable, outputs, encoder.decode(outputs), probable, notes)


def missing_columns(encoder: Encoder, names: Iterable[str]) -> tuple[tuple[str, str | None], ...]:
    """The columns that the network needs and that are not among `names`, each with the one that may be meant.

    A name is not proposed twice, nor one that the network knows by itself.
    """
    there = tuple(names)
    known = {column.name for column in encoder.inputs} | set(encoder.target.names)
    free = [name for name in there if name not in known]
    found: list[tuple[str, str | None]] = []
    for column in encoder.inputs:
        if column.name not in there:
            likely = _alike(column.name, free)
            free = [name for name in free if name != likely]
            found.append((column.name, likely))
    return tuple(found)


def check_columns(encoder: Encoder, table: Table) -> None:
    """Raises DataError that names every missing column, with names that are nearly the same, and every other misfit."""
    missing = [column.name for column in encoder.inputs if column.name not in table.names]
    if missing:
        wanted = ", ".join(_with_likeness(name, table.names) for name in missing[:_SHOWN])
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise DataError(
            f"The data has no column {wanted}{more}, which the network was trained on. "
            f"It has: {', '.join(table.names)}. Rename the columns, or add them."
        )
    encoder.features_of(table, np.arange(min(1, table.rows)))


def _nothing_usable(encoder: Encoder, table: Table) -> str:
    rows = np.arange(table.rows)
    empty = [c.name for c in encoder.inputs if not c.fills and c.missing(table.column(c.name), rows).all()]
    cause = f"{', '.join(empty[:_SHOWN])} holds no usable value" if empty else "each row misses a value"
    return f"No row can be predicted: {cause}. Fill the values in, or train with a way of filling missing values."


def _with_likeness(name: str, names: Iterable[str]) -> str:
    alike = _alike(name, names)
    return repr(name) if alike is None else f"{name!r} (perhaps {alike!r} is meant)"


def _alike(name: str, names: Iterable[str]) -> str | None:
    """The name that is most like it; "Petal_Length " is "petal length"."""
    by_letters = {_letters(other): other for other in names}
    alike = difflib.get_close_matches(_letters(name), by_letters, 1, 0.75)
    return by_letters[alike[0]] if alike else None


def _letters(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").replace(".", " ").split())


def _taken_notes(taken: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{ours}: taken from the column {theirs!r}." for ours, theirs in taken.items())


def _notes(encoder: Encoder, table: Table, usable: NDArray[np.bool_]) -> tuple[str, ...]:
    notes = []
    known = {column.name for column in encoder.inputs} | set(encoder.target.names) | _files_of(table)
    new = [name for name in table.names if name not in known]
    if new:
        shown = ", ".join(new[:_SHOWN]) + (f" and {len(new) - _SHOWN} more" if len(new) > _SHOWN else "")
        notes.append(f"Not used by the network: {shown}.")
    for name, count, texts in encoder.unknown(table):
        shown = ", ".join(map(repr, texts[:_SHOWN])) + (", …" if len(texts) > _SHOWN else "")
        rows = "1 row has" if count == 1 else f"{count:,} rows have"
        notes.append(f"{name}: {rows} a category that no training row had ({shown}); it counts as none of the known.")
    left = int((~usable).sum())
    if left:
        rows = "1 row has" if left == 1 else f"{left:,} of {table.rows:,} rows have"
        notes.append(f"{rows} a missing or infinite value: no prediction there.")
    return tuple(notes)


# ---- as a table of text


def header(applied: Applied, with_data: bool = False) -> Row:
    """The names of the columns of `written`."""
    data = [column.name for column in _beside(applied.table, with_data)]
    targets = applied.encoder.target.each
    return ["row", *data, *(name for target in targets for name in _names(target, applied.probable))]


def _beside(table: Table, with_data: bool) -> list[AnyColumn]:
    """What is written beside the predictions: the file of a picture or a sound, which itself is nothing for a cell."""
    plain = [column for column in table.columns if not _is_picture(column)]
    return plain if with_data else [column for column in plain if column.name in _files_of(table)]


def _is_picture(column: AnyColumn) -> bool:
    return isinstance(column, NumberColumn) and column.meaning in ("image", "sound")


def _files_of(table: Table) -> set[str]:
    """The column that says which file a row is, where each row is a picture or a sound."""
    return {FILE} if any(map(_is_picture, table.columns)) else set()


def _names(target: TargetEncoding, probable: bool) -> Row:
    if target.kind == "number":
        return [target.name]
    word = "probability" if probable else "output"
    return [target.name, *(f"{word} ({name})" for name in _shown_classes(target, probable))]


def _shown_classes(target: TargetEncoding, probable: bool) -> tuple[str, ...]:
    """A probability for each class; an output that is none only for what it stands for."""
    return target.classes if probable or target.one_hot else target.classes[1:]


def written(applied: Applied, with_data: bool = False) -> Iterator[Row]:
    """A row of text for each row of the table: its number from 1, its file or its values, predictions, outputs.

    Numbers are written so that they come back to the bit.
    """
    places, beside = applied.places, _beside(applied.table, with_data)
    for start in range(0, len(places), CHUNK):
        rows = np.arange(start, min(start + CHUNK, len(places)))
        values = [texts_of(column, rows) for column in beside]
        numbers = [str(row + 1) for row in rows.tolist()]
        yield from map(list, zip(numbers, *values, *_predicted(applied, places[rows]), strict=True))


def _predicted(applied: Applied, places: NDArray[np.int64]) -> list[Row]:
    """The columns of what is predicted, for the rows whose outputs are there; a row without any has empty cells."""
    there = places >= 0
    found = places[there]
    columns: list[Row] = []
    at = 0
    for target, decoded in zip(applied.encoder.target.each, applied.decoded.each, strict=True):
        outputs = applied.outputs[found, at : at + target.width].astype(np.float64)
        at += target.width
        if decoded.labels is None:
            assert decoded.values is not None
            columns.append(list(map(repr, decoded.values[found].tolist())))
            continue
        if applied.probable and outputs.shape[1] == 1:
            outputs = np.concatenate((1.0 - outputs, outputs), axis=1)
        columns.append([decoded.labels[place] for place in found.tolist()])
        columns += [list(map(repr, column)) for column in outputs.T.tolist()]
    if there.all():
        return columns
    spread = np.where(there, np.cumsum(there) - 1, -1).tolist()
    return [[*map([*column, ""].__getitem__, spread)] for column in columns]


def csv_text(applied: Applied, with_data: bool = False) -> str:
    """A CSV file; no cell of it is a formula to a spreadsheet."""
    return "".join(csv_pieces(applied, with_data))


def csv_pieces(
    applied: Applied, with_data: bool = False, delimiter: str = ",", progress: Progress = _unheard
) -> Iterator[str]:
    """The same some thousand rows at a time. `progress` hears 0..1 now and then; what it raises ends the work."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(map(safe_cell, header(applied, with_data)))
    for number, row in enumerate(written(applied, with_data), start=1):
        writer.writerow(map(safe_cell, row))
        if number % PIECE == 0:
            progress(number / applied.table.rows)
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(_FORMULA):
        try:
            float(text)
        except ValueError:
            return "'" + text
    return text
