"""The fitted translation between a table's values and the numbers a network takes and gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.errors import DataError
from bpgui.data.spec import Kind
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, Table, TextColumn

TargetKind = Literal["binary", "classes", "number"]
Value = float | str
_TOGETHER = 64


def label_of(number: float) -> str:
    """The name of a number taken as a class: 1.0 is "1", 0.5 is "0.5"."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def category_codes(column: AnyColumn, levels: tuple[str, ...], rows: Rows) -> NDArray[np.int64]:
    """(len(rows),) position of each row's value in `levels`; -1 = missing or not among them."""
    index = {level: code for code, level in enumerate(levels)}
    if isinstance(column, TextColumn):
        lookup = np.array([*(index.get(level, -1) for level in column.levels), -1], dtype=np.int64)
        return lookup[column.codes[rows]]
    if column.shape:
        raise DataError(f"Column {column.name!r} holds images; they cannot be categories.")
    values, inverse = np.unique(column.values[rows], return_inverse=True)
    labels = [index.get(label_of(value), -1) if np.isfinite(value) else -1 for value in values.tolist()]
    return np.array([*labels, -1], dtype=np.int64)[inverse]


class InputColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One feature column: a number becomes (value - mean) / scale, an element a feature; a category a feature a level.

    `width` is its number of features; `minimum` and `maximum` are those of the raw training values.
    """

    name: str
    kind: Kind
    mean: float = 0.0
    scale: float = 1.0
    levels: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    width: int = 1
    minimum: float = 0.0
    maximum: float = 0.0

    @property
    def constant(self) -> bool:
        """Whether it is the same in every training row."""
        return len(self.levels) == 1 if self.kind == "category" else self.minimum == self.maximum

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each of its features."""
        if self.kind == "category":
            return tuple(f"{self.name}={level}" for level in self.levels)
        if not self.shape:
            return (self.name,)
        shape = self.shape[:-1] if len(self.shape) > 1 and self.shape[-1] == 1 else self.shape
        return tuple(f"{self.name}[{','.join(map(str, place))}]" for place in product(*map(range, shape)))

    def encoded(self, column: AnyColumn, rows: Rows) -> Floats:
        """(len(rows), width). A missing or unknown category is all zeros, a missing number NaN. Raises DataError."""
        if self.kind == "category":
            return one_hot_rows(category_codes(column, self.levels, rows), self.width)
        if isinstance(column, TextColumn):
            raise DataError(f"Column {self.name!r} holds text where numbers were expected.")
        if column.shape != self.shape:
            raise DataError(f"Column {self.name!r} has the shape {column.shape} where {self.shape} was expected.")
        return (column.values[rows].reshape(len(rows), self.width) - self.mean) / self.scale

    def unknown(self, column: AnyColumn, rows: Rows) -> tuple[int, tuple[str, ...]]:
        """How many of those rows have a category that is not among the levels, and which ones these are."""
        if self.kind != "category":
            return 0, ()
        bad = rows[category_codes(column, self.levels, rows) < 0]
        return len(bad), tuple(sorted({text for text in texts_of(column, bad) if text}))


def texts_of(column: AnyColumn, rows: Rows) -> list[str]:
    """The values of those rows as text, "" where one is missing."""
    if isinstance(column, TextColumn):
        return [column.levels[code] if code >= 0 else "" for code in column.codes[rows].tolist()]
    values = column.values[rows].reshape(len(rows), prod(column.shape))
    return [" ".join("" if value != value else label_or_repr(value) for value in row) for row in values.tolist()]


def label_or_repr(value: float) -> str:
    return label_of(value) if np.isfinite(value) else repr(value)


def one_hot_rows(codes: NDArray[np.int64], width: int) -> Floats:
    """(n, width): 1 at each row's code, all zeros where it is -1."""
    result = np.zeros((len(codes), width))
    known = np.nonzero(codes >= 0)[0]
    result[known, codes[known]] = 1.0
    return result


@dataclass(frozen=True, eq=False)
class Decoded:
    """Outputs in the file's words: `labels` and `codes` (n,) of a class target, or `values` (n,) of a number.

    The label of an output that is no number is "", its code -1.
    """

    labels: tuple[str, ...] | None
    values: Floats | None
    codes: NDArray[np.int64] | None


class TargetEncoding(msgspec.Struct, frozen=True, kw_only=True):
    """The target: a number (value - mean) / scale, two classes in one column (the second is 1), or a column a class.

    A column holds 1 for its class and `negative` for every other: 0, or −1 where a loss wants signs.
    """

    name: str
    kind: TargetKind
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    one_hot: bool = False
    negative: float = 0.0

    @property
    def threshold(self) -> float:
        """From which on a single output stands for the second class: midway between the two targets."""
        return (1.0 + self.negative) / 2.0

    @property
    def width(self) -> int:
        """Columns of y."""
        return len(self.classes) if self.one_hot else 1

    @property
    def output_names(self) -> tuple[str, ...]:
        if self.one_hot:
            return self.classes
        return (self.name,) if self.kind == "number" else (f"{self.name}={self.classes[1]}",)

    def codes(self, column: AnyColumn, rows: Rows) -> NDArray[np.int64]:
        """(len(rows),) the class of each row, -1 where it is missing or unknown."""
        return category_codes(column, self.classes, rows)

    def encoded(self, column: AnyColumn, rows: Rows) -> Floats:
        """(len(rows), width); NaN where there is no known target. Raises DataError for text where a number is due."""
        if self.kind == "number":
            if isinstance(column, TextColumn):
                raise DataError(f"Column {self.name!r} holds text where numbers were expected.")
            return ((column.values[rows] - self.mean) / self.scale).reshape(-1, 1)
        codes = self.codes(column, rows)
        result = one_hot_rows(codes, self.width) if self.one_hot else codes.astype(np.float64).reshape(-1, 1)
        if self.negative:
            result = np.where(result > 0.0, 1.0, self.negative)
        result[codes < 0] = np.nan
        return result

    def decode(self, outputs: NDArray[Any]) -> Decoded:
        """`outputs` (n, width): the class by argmax or threshold, the number in the file's units."""
        numbers = np.asarray(outputs, dtype=np.float64)
        if self.kind == "number":
            return Decoded(None, numbers[:, 0] * self.scale + self.mean, None)
        codes = np.argmax(numbers, axis=1) if self.one_hot else (numbers[:, 0] >= self.threshold).astype(np.int64)
        codes = np.where(np.isnan(numbers).any(axis=1), -1, codes).astype(np.int64)
        names = (*self.classes, "")
        return Decoded(tuple(names[code] for code in codes.tolist()), None, codes)


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

        Too large numbers are infinite. Columns are written some at a time: one by one they would miss the cache.
        """
        result = np.empty((len(rows), self.width), dtype)
        place = 0
        with np.errstate(over="ignore"):
            for group in _together(self.inputs):
                blocks = [column.encoded(self._find(table, column.name), rows) for column in group]
                block = blocks[0] if len(blocks) == 1 else np.concatenate([b.T for b in blocks]).T
                result[:, place : place + block.shape[1]] = block
                place += block.shape[1]
        return result

    def targets_of(self, table: Table, rows: Rows) -> Floats:
        """(len(rows), outputs) of those rows."""
        return self.target.encoded(self._find(table, self.target.name), rows)

    def features(self, table: Table, dtype: str = "float64") -> NDArray[Any]:
        """(rows, features) of a table: NaN for a missing number, zeros for an unknown category. Raises DataError."""
        return self.features_of(table, np.arange(table.rows), dtype)

    def target_values(self, table: Table, dtype: str = "float64") -> NDArray[Any]:
        """(rows, outputs) of a whole table, NaN where there is no known target."""
        return np.ascontiguousarray(self.targets_of(table, np.arange(table.rows)), dtype=dtype)

    def usable_rows(self, table: Table) -> NDArray[np.bool_]:
        """(rows,) True where every feature is there, finite and known: the rows that can be predicted."""
        rows = np.arange(table.rows)
        good = np.asarray(np.isfinite(self.features_of(table, rows)).all(axis=1), dtype=np.bool_)
        for column in self.inputs:
            if column.kind == "category":
                good &= category_codes(self._find(table, column.name), column.levels, rows) >= 0
        return good

    def encode_values(self, values: Sequence[Value], dtype: str = "float64") -> NDArray[Any]:
        """(1, features) from one row typed in.

        One number or text for each input column in order; an image column takes `width` numbers. Raises DataError.
        """
        needed = sum(column.width if column.kind == "number" else 1 for column in self.inputs)
        if len(values) != needed:
            raise DataError(f"{len(values)} values were given, {needed} are needed.")
        rest = list(values)
        blocks: list[Floats] = []
        for column in self.inputs:
            count = column.width if column.kind == "number" else 1
            mine, rest = rest[:count], rest[count:]
            blocks.append(_typed_in(column, mine))
        return np.ascontiguousarray(np.concatenate(blocks).reshape(1, -1), dtype=dtype)

    def row_values(self, x: NDArray[Any]) -> tuple[Value, ...]:
        """The inverse of `encode_values` for one row (features,) of `x`; a category that is all zeros is ""."""
        row = np.asarray(x, dtype=np.float64).reshape(-1)
        values: list[Value] = []
        for column, part in self._parts():
            if column.kind == "number":
                values += (row[part] * column.scale + column.mean).tolist()
            else:
                values.append(column.levels[int(np.argmax(row[part]))] if row[part].any() else "")
        return tuple(values)

    def raw_inputs(self, x: NDArray[Any]) -> Floats:
        """(n, features) in the file's units: standardising undone; features of categories stay 0 and 1."""
        raw = np.array(x, dtype=np.float64)
        for column, part in self._parts():
            if column.kind == "number":
                raw[:, part] = raw[:, part] * column.scale + column.mean
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


def _typed_in(column: InputColumn, values: Sequence[Value]) -> Floats:
    if column.kind == "category":
        text = values[0] if isinstance(values[0], str) else label_or_repr(float(values[0]))
        if text not in column.levels:
            known = ", ".join(column.levels[:8]) + (", …" if len(column.levels) > 8 else "")
            raise DataError(f"{column.name}: {text!r} is none of the categories it was trained with ({known}).")
        return one_hot_rows(np.array([column.levels.index(text)]), column.width).reshape(-1)
    if any(isinstance(value, str) or not np.isfinite(value) for value in values):
        raise DataError(f"{column.name}: a number is needed.")
    numbers: Floats = (np.array(values, dtype=np.float64) - column.mean) / column.scale
    return numbers
