"""Where the tables are in a JSON document: lists of records, records of columns, and what pandas writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

Shape = Literal["records", "rows", "columns", "split", "index", "nested columns", "record", "values"]
_DEPTH = 6
_LOOKED_AT = 200
_LIMIT = 50
_COUNTER = re.compile(r"\d+")


@dataclass(frozen=True)
class Found:
    """A table at `path` ("" is the whole document), `size` its cells, about."""

    path: str
    shape: Shape
    value: Any
    size: int

    @property
    def words(self) -> str:
        return f"{self.path or 'the whole file'} ({_SHAPES[self.shape]}, about {self.size:,} values)"


_SHAPES: dict[Shape, str] = {
    "records": "records", "rows": "rows of values", "columns": "columns", "split": "columns and data",
    "index": "a record for each row", "nested columns": "a record for each column", "record": "one record",
    "values": "a list of values",
}  # fmt: skip


def find_tables(value: Any) -> list[Found]:
    """Every table in the document, the likeliest first."""
    found = list(islice(_tables(value, "", 0), _LIMIT))
    proper = [table for table in found if table.shape not in ("record", "values")] or found
    return sorted(proper, key=lambda table: -table.size)


def _tables(value: Any, path: str, depth: int) -> Iterator[Found]:
    own = list(_own(value, path))
    yield from own
    if depth >= _DEPTH or any(table.shape not in ("record", "values") for table in own):
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _tables(inner, f"{path}.{key}" if path else key, depth + 1)


def _own(value: Any, path: str) -> Iterator[Found]:
    """The ways in which this value is a table itself."""
    if isinstance(value, list) and value:
        some = value[:_LOOKED_AT]
        if all(isinstance(item, dict) for item in some):
            yield Found(path, "records", value, len(value) * max(1, max(len(item) for item in some)))
        elif all(isinstance(item, list) for item in some):
            yield Found(path, "rows", value, len(value) * max(1, max(len(item) for item in some)))
        elif not any(isinstance(item, dict | list) for item in some):
            yield Found(path, "values", value, len(value))
    elif isinstance(value, dict) and value:
        yield from _of_record(value, path)


def _of_record(value: dict[str, Any], path: str) -> Iterator[Found]:
    inner = list(value.values())
    names, data = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data[:_LOOKED_AT]):
        yield Found(path, "split", value, len(data) * max(1, len(names)))
    elif all(isinstance(column, list) for column in inner) and len({len(column) for column in inner}) == 1 and inner[0]:
        flat = not any(isinstance(cell, dict) for column in inner for cell in column[:20])
        if flat:
            yield Found(path, "columns", value, len(inner) * len(inner[0]))
    elif len(inner) > 1 and all(isinstance(record, dict) and record for record in inner) and _alike(inner):
        size = sum(len(record) for record in inner)
        columns = Found(_joined(path, "columns"), "nested columns", value, size)
        rows = Found(_joined(path, "rows"), "index", value, size)
        yield from (columns, rows) if _names_are_columns(value) else (rows, columns)
    elif not any(isinstance(cell, dict | list) for cell in inner):
        yield Found(path, "record", value, len(inner))


def _joined(path: str, end: str) -> str:
    return f"{path} as {end}" if path else f"as {end}"


def _alike(records: Sequence[dict[str, Any]]) -> bool:
    """Whether the records have mostly the same names, and values in them."""
    first = set(records[0])
    some = records[:_LOOKED_AT]
    return all(len(first & set(record)) * 2 > len(first | set(record)) for record in some) and not any(
        isinstance(cell, dict | list) for record in some for cell in islice(record.values(), 20)
    )


def _names_are_columns(value: dict[str, Any]) -> bool:
    """{"a": {"0": 1, "1": 2}} rather than {"0": {"a": 1}}: counted are rows; else columns hold values of one type."""
    outer, inner = list(value), list(next(iter(value.values())))
    counted = all(map(_COUNTER.fullmatch, inner)), all(map(_COUNTER.fullmatch, outer))
    if counted[0] != counted[1]:
        return counted[0]
    records = list(value.values())[:_LOOKED_AT]
    across = sum(len({_sort(cell) for cell in record.values()}) == 1 for record in records) / len(records)
    below = sum(len({_sort(r.get(k)) for r in records}) == 1 for k in inner[:_LOOKED_AT]) / len(inner[:_LOOKED_AT])
    return across > below or (across == below and len(inner) > len(outer))


def _sort(cell: Any) -> str:
    return "number" if isinstance(cell, int | float) and not isinstance(cell, bool) else type(cell).__name__


def rows_of(found: Found) -> tuple[list[str] | None, Iterator[Any]]:
    """Names (None: to be found) and rows: records where there are no names, else lists."""
    value = found.value
    if found.shape in ("records",):
        return None, iter(value)
    if found.shape == "rows":
        return None, iter(value)
    if found.shape == "split":
        return [str(name) for name in value["columns"]], iter(value["data"])
    if found.shape == "columns":
        return list(value), zip(*value.values(), strict=True)
    if found.shape == "index":
        return None, iter(value.values())
    if found.shape == "nested columns":
        keys = dict.fromkeys(key for column in value.values() for key in column)
        return list(value), ([column.get(key) for column in value.values()] for key in keys)
    if found.shape == "record":
        return None, iter([value])
    return None, ([cell] for cell in value)
