"""What is to be predicted, as the network's outputs: fitted on the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from bpgui.data.categories import category_codes, one_hot_rows
from bpgui.data.errors import DataError
from bpgui.data.scaling import scaled, unscaled
from bpgui.data.split import Rows
from bpgui.data.table import AnyColumn, Floats, TextColumn

TargetKind = Literal["binary", "classes", "number", "numbers", "labels"]
BETWEEN = " · "


@dataclass(frozen=True, eq=False)
class Decoded:
    """Outputs in the file's words: `labels` and `codes` (n,) of a class target, or `values` (n,) of a number.

    The label of an output that is no number is "", its code -1. Of several targets `parts` has one each, and nothing
    else is set.
    """

    labels: tuple[str, ...] | None
    values: Floats | None
    codes: NDArray[np.int64] | None
    parts: tuple[Decoded, ...] = ()

    @property
    def each(self) -> tuple[Decoded, ...]:
        """One for each target column."""
        return self.parts or (self,)

    def words(self, digits: int = 6) -> tuple[str, ...]:
        """(n,) the label or the number of each row; those of several targets side by side."""
        columns = [_words(part, digits) for part in self.each]
        return tuple(map(BETWEEN.join, zip(*columns, strict=True)))


def _words(part: Decoded, digits: int) -> tuple[str, ...]:
    if part.labels is not None:
        return part.labels
    assert part.values is not None
    return tuple(f"{value:.{digits}g}" for value in part.values.tolist())


class TargetEncoding(msgspec.Struct, frozen=True, kw_only=True):
    """The target: a number (value - center) / scale, two classes in one column (the second is 1), or a column a class.

    A column holds 1 for its class and `negative` for every other: 0, or −1 where a loss wants signs. Several targets
    are all "numbers", or all "labels" of two classes each; `parts` has the encoding of each, side by side.
    `cut` is where somebody chose to begin the second of two classes; nothing that learns looks at it.
    """

    name: str
    kind: TargetKind
    classes: tuple[str, ...] = ()
    center: float = 0.0
    scale: float = 1.0
    log: bool = False
    one_hot: bool = False
    negative: float = 0.0
    parts: tuple[TargetEncoding, ...] = ()
    cut: float | None = None

    @property
    def each(self) -> tuple[TargetEncoding, ...]:
        """The encoding of each target column."""
        return self.parts or (self,)

    @property
    def names(self) -> tuple[str, ...]:
        """The target columns."""
        return tuple(part.name for part in self.each)

    @property
    def numeric(self) -> bool:
        """Whether numbers are predicted, and not classes."""
        return self.kind in ("number", "numbers")

    @property
    def middle(self) -> float:
        """Midway between the two values of y, which tells the classes of targets."""
        return (1.0 + self.negative) / 2.0

    @property
    def threshold(self) -> float:
        """From which on an output stands for the second class: the middle, unless another was chosen."""
        return self.middle if self.cut is None else self.cut

    @property
    def decidable(self) -> bool:
        """Whether one threshold decides between the classes: there are two, of one target."""
        return not self.parts and len(self.classes) == 2

    @property
    def width(self) -> int:
        """Columns of y."""
        if self.parts:
            return len(self.parts)
        return len(self.classes) if self.one_hot else 1

    @property
    def output_names(self) -> tuple[str, ...]:
        if self.parts:
            return tuple(name for part in self.parts for name in part.output_names)
        if self.one_hot:
            return self.classes
        return (self.name,) if self.kind == "number" else (f"{self.name}={self.classes[1]}",)

    def codes(self, column: AnyColumn, rows: Rows) -> NDArray[np.int64]:
        """(len(rows),) the class of each row, -1 where it is missing or unknown."""
        return category_codes(column, self.classes, rows)

    def encoded(self, column: AnyColumn, rows: Rows) -> Floats:
        """(len(rows), width) of one target column; NaN where there is no known target.

        Raises DataError for text where a number is due.
        """
        if self.kind == "number":
            if isinstance(column, TextColumn):
                raise DataError(f"Column {self.name!r} holds text where numbers were expected.")
            values = np.asarray(column.values[rows], np.float64)
            return scaled(values, self.center, self.scale, self.log).reshape(-1, 1)
        codes = self.codes(column, rows)
        result = one_hot_rows(codes, self.width) if self.one_hot else codes.astype(np.float64).reshape(-1, 1)
        if self.negative:
            result = np.where(result > 0.0, 1.0, self.negative)
        result[codes < 0] = np.nan
        return result

    def decode(self, outputs: NDArray[Any]) -> Decoded:
        """`outputs` (n, width): the class by argmax or threshold, the number in the file's units."""
        numbers = np.asarray(outputs, dtype=np.float64)
        if self.parts:
            each = (part.decode(numbers[:, [place]]) for place, part in enumerate(self.parts))
            return Decoded(None, None, None, tuple(each))
        if self.kind == "number":
            return Decoded(None, unscaled(numbers[:, 0], self.center, self.scale, self.log), None)
        if self.one_hot and self.cut is None:
            codes = np.argmax(numbers, axis=1)
        else:
            codes = (numbers[:, -1] >= self.threshold).astype(np.int64)
        codes = np.where(np.isnan(numbers).any(axis=1), -1, codes).astype(np.int64)
        names = (*self.classes, "")
        return Decoded(tuple(names[code] for code in codes.tolist()), None, codes)

    def of_targets(self, y: NDArray[Any]) -> Decoded:
        """The same for values of y, which no threshold was chosen for."""
        return self.decode(y) if self.cut is None else msgspec.structs.replace(self, cut=None).decode(y)

    def in_units(self, outputs: NDArray[Any]) -> NDArray[Any]:
        """Outputs (n, width) of numbers in the file's units; those of classes as they are."""
        if not self.numeric:
            return outputs
        found = [part.values for part in self.decode(outputs).each]
        return np.stack([values for values in found if values is not None], axis=1)
