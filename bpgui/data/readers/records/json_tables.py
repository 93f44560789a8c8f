"""Where the tables are in a JSON document: lists of records, records of columns, and what pandas writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bpgui.data.readers.records.json_outline import LOOKED_AT, Outline

Shape = Literal["records", "rows", "columns", "split", "index", "nested columns", "record", "values"]
_DEPTH = 6
_LIMIT = 50
_WIDE = 20  # cells of a record that are looked at


@dataclass(frozen=True)
class Found:
    """A table at `path` ("" is the whole document), `size` its cells, about, in `rows`, about."""

    path: str
    shape: Shape
    outline: Outline
    size: int
    rows: int

    @property
    def words(self) -> str:
        return f"{self.path or 'the whole file'} ({_SHAPES[self.shape]}, about {self.size:,} values)"


_SHAPES: dict[Shape, str] = {
    "records": "records", "rows": "rows of values", "columns": "columns", "split": "columns and data",
    "index": "a record for each row", "nested columns": "a record for each column", "record": "one record",
    "values": "a list of values",
}  # fmt: skip


def find_tables(document: Outline) -> list[Found]:
    """Every table in the document, the likeliest first."""
    found = list(islice(_tables(document, "", 0), _LIMIT))
    proper = [table for table in found if table.shape not in ("record", "values")] or found
    return sorted(proper, key=lambda table: -table.size)


def _tables(value: Outline, path: str, depth: int) -> Iterator[Found]:
    own = list(_own(value, path))
    yield from own
    if depth >= _DEPTH or any(table.shape not in ("record", "values") for table in own):
        return
    for name, inner in value.known.items():
        if inner.sort in ("list", "record"):
            yield from _tables(inner, f"{path}.{name}" if path else name, depth + 1)


def _own(value: Outline, path: str) -> Iterator[Found]:
    """The ways in which this value is a table itself."""
    if value.sort == "list" and value.count:
        if value.first == {"record"}:
            yield Found(path, "records", value, value.count * value.widest, value.count)
        elif value.first == {"list"}:
            yield Found(path, "rows", value, value.count * value.widest, value.count)
        elif not value.first & {"list", "record"}:
            yield Found(path, "values", value, value.count, value.count)
    elif value.sort == "record" and value.sorts:
        yield from _of_record(value, path)


def _of_record(value: Outline, path: str) -> Iterator[Found]:
    names, data = value.known.get("columns"), value.known.get("data")
    if names and data and names.sort == data.sort == "list" and data.first <= {"list"}:
        yield Found(path, "split", value, data.count * max(1, names.count), data.count)
    elif value.sorts == {"list"} and len(value.lengths) == 1 and 0 not in value.lengths:
        if not any("record" in column.begins for column in value.known.values()):
            rows = max(value.lengths)
            yield Found(path, "columns", value, value.count * rows, rows)
    elif value.count > 1 and value.sorts == {"record"} and not value.hollow and _alike(value):
        longest = max(record.count for record in _records(value))
        columns = Found(_joined(path, "columns"), "nested columns", value, value.inner, longest)
        rows_found = Found(_joined(path, "rows"), "index", value, value.inner, value.count)
        yield from (columns, rows_found) if _names_are_columns(value) else (rows_found, columns)
    elif not value.sorts & {"list", "record"}:
        yield Found(path, "record", value, value.count, 1)


def _records(value: Outline) -> list[Outline]:
    """The first of the records in a record."""
    return list(value.known.values())[:LOOKED_AT]


def _joined(path: str, end: str) -> str:
    return f"{path} as {end}" if path else f"as {end}"


def _alike(value: Outline) -> bool:
    """Whether the records in it have mostly the same names, and values in them."""
    records = _records(value)
    first = set(records[0].known) if records else set()
    if not first:  # there was no room for them
        return False
    return all(len(first & set(record.known)) * 2 > len(first | set(record.known)) for record in records) and not any(
        cell.sort in ("list", "record") for record in records for cell in islice(record.known.values(), _WIDE)
    )


def _names_are_columns(value: Outline) -> bool:
    """{"a": {"0": 1, "1": 2}} rather than {"0": {"a": 1}}: counted are rows; else columns hold values of one type."""
    records = _records(value)
    if records[0].counted != value.counted:
        return records[0].counted
    names = list(islice(records[0].known, LOOKED_AT))
    across = sum(len(record.sorts) == 1 for record in records) / len(records)
    below = sum(len({record.known[k].sort if k in record.known else "" for record in records}) == 1 for k in names)
    share = below / len(names)
    return across > share or (across == share and records[0].count > value.count)
