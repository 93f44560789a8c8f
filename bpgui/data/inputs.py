"""One feature column and the network's inputs that it becomes, fitted."""

from __future__ import annotations

from itertools import product
from math import prod

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.categories import category_codes, label_or_repr, one_hot_rows, texts_of
from bpgui.data.dates import cycles, days_of, periods_of
from bpgui.data.errors import DataError
from bpgui.data.scaling import scaled, unscaled
from bpgui.data.spec import Kind
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, TextColumn

Value = float | str
MISSING = "missing"


class InputColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One feature column. Its inputs are, in this order:

    - number: (value - center) / scale, an element of an image each; of the logarithm where `log` is set;
    - ordinal: the place in `levels`, scaled in the same way;
    - date: the days since 1970, scaled in the same way, then sin and cos of the year, the week and, with `clock`, the
      day;
    - category: a 1 or 0 for each level;
    - with `flag`, a last one that is 1 where the value was missing.

    `fill` stands for a missing number, date or place, the level at `gap` for a missing category (-1: none of them);
    without them such a row cannot be used. `width` is the number of inputs; `minimum` and `maximum` are those of the
    training values.
    """

    name: str
    kind: Kind
    center: float = 0.0
    scale: float = 1.0
    log: bool = False
    fill: float | None = None
    flag: bool = False
    gap: int | None = None
    levels: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    width: int = 1
    clock: bool = False
    minimum: float = 0.0
    maximum: float = 0.0

    @property
    def constant(self) -> bool:
        """Whether it is the same in every training row."""
        if self.flag:
            return False
        return len(self.levels) == 1 if self.kind == "category" else self.minimum == self.maximum

    @property
    def entries(self) -> int:
        """Values that say a row's: one, or one for each element of an image."""
        return prod(self.shape)

    @property
    def fills(self) -> bool:
        """Whether a row can be used although the value is missing."""
        return self.gap is not None or self.fill is not None

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each of its inputs."""
        flag = (f"{self.name} {MISSING}",) if self.flag else ()
        if self.kind == "category":
            return tuple(f"{self.name}={level}" for level in self.levels)
        if self.kind == "date":
            waves = (f"{self.name} ({period} {wave})" for period in periods_of(self.clock) for wave in ("sin", "cos"))
            return (f"{self.name} (days)", *waves, *flag)
        if not self.shape:
            return (self.name, *flag)
        shape = self.shape[:-1] if len(self.shape) > 1 and self.shape[-1] == 1 else self.shape
        return tuple(f"{self.name}[{','.join(map(str, place))}]" for place in product(*map(range, shape)))

    def encoded(self, column: AnyColumn, rows: Rows) -> Floats:
        """(len(rows), width). An unknown category is all zeros, a missing number that nothing stands for NaN.

        Raises DataError where the column does not hold what is expected.
        """
        if self.kind == "category":
            return one_hot_rows(self.codes(column, rows), self.width)
        return self._inputs_of(self._numbers(column, rows))

    def codes(self, column: AnyColumn, rows: Rows) -> NDArray[np.int64]:
        """(len(rows),) the place of each category among the levels, -1 where it has none."""
        codes = category_codes(column, self.levels, rows)
        if self.gap is not None:
            codes[missing_at(column, rows)] = self.gap
        return codes

    def _numbers(self, column: AnyColumn, rows: Rows) -> Floats:
        """(len(rows), entries) in the file's units, NaN or infinite where nothing is there."""
        if self.kind == "ordinal":
            codes = category_codes(column, self.levels, rows).astype(np.float64)
            return np.where(codes < 0.0, np.nan, codes)[:, None]
        if isinstance(column, TextColumn):
            raise DataError(f"Column {self.name!r} holds text where {_EXPECTED[self.kind]} were expected.")
        if column.shape != self.shape:
            raise DataError(f"Column {self.name!r} has the shape {column.shape} where {self.shape} was expected.")
        return np.asarray(column.values[rows].reshape(len(rows), self.entries), np.float64)

    def _inputs_of(self, numbers: Floats) -> Floats:
        """(n, width) from (n, entries) in the file's units."""
        gaps = ~np.isfinite(numbers) if self.fill is not None else None
        if gaps is not None and self.fill is not None and gaps.any():
            numbers = np.where(gaps, self.fill, numbers)
        parts = [scaled(numbers, self.center, self.scale, self.log)]
        if self.kind == "date":
            with np.errstate(invalid="ignore"):
                parts.append(cycles(np.ascontiguousarray(numbers[:, 0]), self.clock))
        if gaps is not None and self.flag:
            parts.append(gaps.astype(np.float64))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def unknown(self, column: AnyColumn, rows: Rows) -> tuple[int, tuple[str, ...]]:
        """How many of those rows have a category or place that is not among the levels, and which ones these are."""
        if self.kind not in ("category", "ordinal"):
            return 0, ()
        bad = rows[(category_codes(column, self.levels, rows) < 0) & ~missing_at(column, rows)]
        return len(bad), tuple(sorted({text for text in texts_of(column, bad) if text}))

    def missing(self, column: AnyColumn, rows: Rows) -> NDArray[np.bool_]:
        """(len(rows),) True where there is no value, or one that only counts as missing."""
        gone = missing_at(column, rows)
        return gone | (category_codes(column, self.levels, rows) < 0) if self.kind == "ordinal" else gone

    def typed_in(self, values: tuple[Value, ...]) -> Floats:
        """(width,) from `entries` values as somebody types them; "" is a missing one. Raises DataError."""
        if values == ("",) and self.gap is not None:
            return one_hot_rows(np.array([self.gap]), self.width).reshape(-1)
        if values == ("",) and self.fill is not None:
            return self._inputs_of(np.full((1, 1), np.nan)).reshape(-1)
        if self.kind in ("category", "ordinal"):
            place = self._place_of(values[0])
            if self.kind == "category":
                return one_hot_rows(np.array([place]), self.width).reshape(-1)
            return self._inputs_of(np.full((1, 1), float(place))).reshape(-1)
        numbers = [days_of(v) if isinstance(v, str) and self.kind == "date" else v for v in values]
        if any(number is None or isinstance(number, str) or not np.isfinite(number) for number in numbers):
            needed = "a date as in 2024-03-05" if self.kind == "date" else "a number"
            raise DataError(f"{self.name}: {needed} is needed.")
        return self._inputs_of(np.array([numbers], dtype=np.float64)).reshape(-1)

    def _place_of(self, value: Value) -> int:
        text = value if isinstance(value, str) else label_or_repr(float(value))
        if text not in self.levels:
            known = ", ".join(self.levels[:8]) + (", …" if len(self.levels) > 8 else "")
            raise DataError(f"{self.name}: {text!r} is none of the categories it was trained with ({known}).")
        return self.levels.index(text)

    def values_of(self, inputs: Floats) -> list[Value]:
        """The inverse of `typed_in`: `entries` values of one row's (width,) inputs; dates as days since 1970."""
        if self.kind == "category":
            return [self.levels[int(np.argmax(inputs))] if inputs.any() else ""]
        if self.flag and inputs[-1] > 0.5:
            return [""]
        numbers = self.raw(inputs[None, : self.entries])[0]
        if self.kind == "ordinal":
            return [self.levels[int(np.clip(np.rint(numbers[0]), 0, len(self.levels) - 1))]]
        return [*numbers.tolist()]

    def raw(self, inputs: Floats) -> Floats:
        """Scaled numbers (n, entries) in the file's units again; categories as they are."""
        return inputs if self.kind == "category" else unscaled(inputs, self.center, self.scale, self.log)


_EXPECTED = {"number": "numbers", "date": "dates"}


def missing_at(column: AnyColumn, rows: Rows) -> NDArray[np.bool_]:
    """(len(rows),) True where a value of the row is missing or infinite."""
    if isinstance(column, TextColumn):
        return column.codes[rows] < 0
    if column.values.dtype == np.uint8:
        return np.zeros(len(rows), dtype=np.bool_)
    finite = np.isfinite(column.values[rows]).reshape(len(rows), prod(column.shape))
    return ~np.asarray(finite.all(axis=1), dtype=np.bool_)
