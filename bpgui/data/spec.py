"""The part of a project that says which data is used, and how: frozen, saved as it stands."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bpgui.data.reading_options import ReadingOptions

Role = Literal["feature", "target", "ignore", "weight", "split"]
Kind = Literal["number", "category", "ordinal", "date", "text"]
Scaling = Literal["none", "standard", "minmax", "robust", "log"]
Missing = Literal["drop", "mean", "median", "frequent", "category"]
SplitMethod = Literal["random", "stratified", "alike", "grouped", "time", "column"]
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
    """A file of the user's, a folder or several files (`path` and the further `paths`): where they lay.

    `reading` says in words how it was read (delimiter, decimal mark, ...), `options` what was settled about that: with
    them the same files give the same table.
    """

    name: str
    path: str = ""
    reading: tuple[tuple[str, str], ...] = ()
    options: ReadingOptions = ReadingOptions()
    paths: tuple[str, ...] = ()


Origin = SampleOrigin | FileOrigin


class Column(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one column of the table is used for, and how it becomes numbers.

    Roles: a "weight" says how much each row counts in the loss, a "split" which part it belongs to or what must not be
    parted. `kind` "category" turns values into classes, "ordinal" into their place in `levels`, "date" into days and
    where they lie in the year and the week; "text" is not used. `scaling` is that of numbers, fitted on the training
    rows (a numeric target's too): "standard" less the mean, by the standard deviation; "minmax" to 0..1; "robust" less
    the median, by the distance of the quartiles; "log" sign(x) log(1 + |x|), then standard. `missing` is what stands
    for a missing feature: nothing (the row is left out), a number or the most frequent value of the training rows, or
    a category of its own.
    """

    name: str
    role: Role
    kind: Kind
    scaling: Scaling = "none"
    missing: Missing = "drop"
    levels: tuple[str, ...] = ()


class Split(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fractions of the rows in each part; they add up to 1.

    `method`: "random"; "stratified", the classes in equal shares; "alike", rows that are the same in every feature stay
    together; "grouped", rows with the same value in `column` do; "time", the earliest by `column` are learnt from, the
    latest test; "column", it names each row's part.
    """

    train: Fraction = 1.0
    validation: Fraction = 0.0
    test: Fraction = 0.0
    method: SplitMethod = "random"
    column: str = ""


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
    def targets(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.role == "target")

    @property
    def target(self) -> Column | None:
        """The target column, the first where there are several, or None while none is chosen."""
        return next(iter(self.targets), None)

    @property
    def weight(self) -> Column | None:
        """The column that says how much each row counts, or None: all the same."""
        return next((c for c in self.columns if c.role == "weight"), None)
