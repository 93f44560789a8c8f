"""What the views of the data look at: the table, what its columns are for, and which row is in which part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bpgui.data.categories import category_codes

if TYPE_CHECKING:
    from bpgui.data.encoding import Dataset
    from bpgui.data.spec import Column, DataSpec
    from bpgui.data.table import AnyColumn, Table

PARTS = ("train", "validation", "test")
LEFT_OUT = 3  # the code of a row that is in no part


@dataclass(frozen=True, eq=False)
class Source:
    """One state of the data; another state is another object. `dataset` is None while the data cannot be used."""

    table: Table
    data: DataSpec
    dataset: Dataset | None
    seed: int

    @property
    def rows(self) -> int:
        return self.table.rows

    @cached_property
    def parts(self) -> NDArray[np.int8]:
        """(rows,) 0 train, 1 validation, 2 test, 3 left out."""
        codes = np.full(self.rows, LEFT_OUT, dtype=np.int8)
        if self.dataset is not None:
            for code, name in enumerate(PARTS):
                codes[self.dataset.rows[self.dataset.part(name)]] = code
        return codes

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes of the target in the order of the outputs; none where it is a number or unknown."""
        return self.dataset.classes if self.dataset is not None else ()

    @cached_property
    def codes(self) -> NDArray[np.int64] | None:
        """(rows,) the class of each row, -1 = none; None where the target has no classes."""
        target = self.data.target
        if not self.classes or target is None:
            return None
        return category_codes(self.table.column(target.name), self.classes, np.arange(self.rows))

    @cached_property
    def class_rows(self) -> NDArray[np.int64]:
        """(classes,) the rows of each class."""
        codes = np.empty(0, dtype=np.int64) if self.codes is None else self.codes
        return np.bincount(codes[codes >= 0], minlength=len(self.classes))

    def spec_of(self, name: str) -> Column:
        """What a column is used for."""
        return next(column for column in self.data.columns if column.name == name)

    def flat_columns(self) -> tuple[AnyColumn, ...]:
        """The columns with one value a row: neither images nor sounds."""
        return tuple(column for column in self.table.columns if not column.shape)

    def pictures(self) -> tuple[AnyColumn, ...]:
        """The columns of images and sounds, and of numbers in the shape of an image."""
        return tuple(column for column in self.table.columns if len(column.shape) in (2, 3))
