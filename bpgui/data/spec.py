"""The part of a project that says which data is used, and how: frozen, saved as it stands."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Role = Literal["feature", "target", "ignore", "weight"]
Kind = Literal["number", "category"]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]


class SampleOrigin(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="from", tag="sample"
):
    """Points made by a generator or a table that ships with the program.

    `seed` is the points' own, so that a new seed for the weights keeps the points in place.
    """

    name: str
    rows: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    noise: Annotated[float, Meta(ge=0.0)] = 0.0
    seed: Annotated[int, Meta(ge=0)] = 0


class FileOrigin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="from", tag="file"):
    """A file of the user's: `path` is where it lay, `reading` how it was read (delimiter, decimal mark, ...)."""

    name: str
    path: str = ""
    reading: tuple[tuple[str, str], ...] = ()


Origin = SampleOrigin | FileOrigin


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one column of the table is used for.

    A "weight" says how much each row counts in the loss. `kind` "category" turns values into classes; `standardise`
    subtracts the mean and divides by the standard deviation of the training rows (numbers only; a numeric target too).
    """

    name: str
    role: Role
    kind: Kind
    standardise: bool = False


class Split(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fractions of the rows in each part; they add up to 1."""

    train: Fraction = 1.0
    validation: Fraction = 0.0
    test: Fraction = 0.0


class DataSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`table` is the SHA-256 of the table's bytes (see `Table.sha`); `columns` are in the table's order."""

    table: str
    origin: Origin
    columns: tuple[Column, ...]
    split: Split = Split()

    @property
    def features(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.role == "feature")

    @property
    def target(self) -> Column | None:
        """The target column, or None while none is chosen."""
        return next((c for c in self.columns if c.role == "target"), None)

    @property
    def weight(self) -> Column | None:
        """The column that says how much each row counts, or None: all the same."""
        return next((c for c in self.columns if c.role == "weight"), None)
