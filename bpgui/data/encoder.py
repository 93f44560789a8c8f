"""The fitted translation between a table's values and the numbers a network takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.inputs import InputColumn, Value
from bpgui.data.room import room_for
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, Table
from bpgui.data.targets import Decoded, TargetEncoding, TargetKind

__all__ = ["Decoded", "Encoder", "InputColumn", "TargetEncoding", "TargetKind", "Value"]

_TOGETHER = 64
_ELEMENTS = 1 << 20  # so many numbers are encoded at a time


class Encoder(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """All feature columns and the target, fitted. Equal when every statistic is equal."""

    inputs: tuple[InputColumn, ...]
    target: TargetEncoding

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(name for column in self.inputs for name in column.names)

    @property
    def width(self) -> int:
        """Features in all."""
        return sum(column.width for column in self.inputs)

    @property
    def feature_shape(self) -> tuple[int, ...]:
        lone = self.inputs[0] if len(self.inputs) == 1 else None
        return lone.shape if lone is not None and lone.shape else (self.width,)

    def features_of(self, table: Table, rows: Rows, dtype: str = "float64") -> NDArray[Any]:
        """(len(rows), features) of those rows. Raises DataError for a column that is not there or of another sort.

        Too large numbers are infinite. Columns are written some at a time: one by one they would miss the cache; and
        not too many rows of a wide one, which need not stand in memory twice.
        """
        result = room_for((len(rows), self.width), dtype)
        place = 0
        with np.errstate(over="ignore"):
            for group in _together(self.inputs):
                found = [(column, self._find(table, column.name)) for column in group]
                width = sum(column.width for column in group)
                count = max(1, _ELEMENTS // max(width, 1))
                for start in range(0, max(1, len(rows)), count):
                    some = rows[start : start + count]
                    blocks = [column.encoded(values, some) for column, values in found]
                    block = blocks[0] if len(blocks) == 1 else np.concatenate([b.T for b in blocks]).T
                    result[start : start + count, place : place + width] = block
                place += width
        return result

    def targets_of(self, table: Table, rows: Rows) -> Floats:
        """(len(rows), outputs) of those rows."""
        each = [part.encoded(self._find(table, part.name), rows) for part in self.target.each]
        return each[0] if len(each) == 1 else np.concatenate(each, axis=1)

    def features(self, table: Table, dtype: str = "float64") -> NDArray[Any]:
        """(rows, features) of a table: NaN for a missing number that nothing stands for. Raises DataError."""
        return self.features_of(table, np.arange(table.rows), dtype)

    def target_values(self, table: Table, dtype: str = "float64") -> NDArray[Any]:
        """(rows, outputs) of a whole table, NaN where there is no known target."""
        return np.ascontiguousarray(self.targets_of(table, np.arange(table.rows)), dtype=dtype)

    def usable_rows(self, table: Table) -> NDArray[np.bool_]:
        """(rows,) True where nothing is missing that nothing stands for: the rows that can be predicted."""
        rows = np.arange(table.rows)
        good = np.ones(table.rows, dtype=np.bool_)
        for column in self.inputs:
            if not column.fills:
                good &= ~column.missing(self._find(table, column.name), rows)
        return good

    def unknown(self, table: Table) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        """Columns with categories that no training row had: name, rows, texts. They count as none of the known."""
        rows = np.arange(table.rows)
        found = ((column.name, *column.unknown(self._find(table, column.name), rows)) for column in self.inputs)
        return tuple(entry for entry in found if entry[1])

    def encode_values(self, values: Sequence[Value], dtype: str = "float64") -> NDArray[Any]:
        """(1, features) from one row typed in.

        One number or text for each input column in order, "" for a missing one; an image column takes a number for
        each element. Raises DataError.
        """
        needed = sum(column.entries for column in self.inputs)
        if len(values) != needed:
            raise DataError(f"{len(values)} values were given, {needed} are needed.")
        rest = list(values)
        blocks: list[Floats] = []
        for column in self.inputs:
            mine, rest = rest[: column.entries], rest[column.entries :]
            blocks.append(column.typed_in(tuple(mine)))
        return np.ascontiguousarray(np.concatenate(blocks).reshape(1, -1), dtype=dtype)

    def row_values(self, x: NDArray[Any]) -> tuple[Value, ...]:
        """The inverse of `encode_values` for one row (features,) of `x`; a category that is all zeros is "".

        Dates come as days since 1970; a missing value that is known as such is "".
        """
        row = np.asarray(x, dtype=np.float64).reshape(-1)
        return tuple(value for column, part in self._parts() for value in column.values_of(row[part]))

    def raw_inputs(self, x: NDArray[Any]) -> Floats:
        """(n, features) in the file's units: scaling undone; places of ordinals, and days since 1970, are numbers."""
        raw = np.array(x, dtype=np.float64)
        for column, part in self._parts():
            if column.kind != "category":
                numbers = slice(part.start, part.start + column.entries)
                raw[:, numbers] = column.raw(raw[:, numbers])
        return raw

    def decode(self, outputs: NDArray[Any]) -> Decoded:
        """The outputs (n, outputs) of a network in the file's words."""
        return self.target.decode(outputs)

    def _parts(self) -> list[tuple[InputColumn, slice]]:
        start, parts = 0, []
        for column in self.inputs:
            parts.append((column, slice(start, start + column.width)))
            start += column.width
        return parts

    def _find(self, table: Table, name: str) -> AnyColumn:
        if name not in table.names:
            raise DataError(f"The table has no column {name!r}. It has: {', '.join(table.names)}.")
        return table.column(name)


def _together(columns: Sequence[InputColumn]) -> Iterator[list[InputColumn]]:
    """Neighbours with some `_TOGETHER` features between them."""
    group: list[InputColumn] = []
    for column in columns:
        if group and sum(other.width for other in group) + column.width > _TOGETHER:
            yield group
            group = []
        group.append(column)
    yield group
