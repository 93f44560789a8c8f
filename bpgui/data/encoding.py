"""From a table to arrays: which rows are used, what is fitted on the training rows, what is worth a note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import Encoder, TargetKind
from bpgui.data.errors import DataError
from bpgui.data.fitting import fit_input, fit_target
from bpgui.data.spec import Column, DataSpec
from bpgui.data.split import Rows, split_rows
from bpgui.data.table import AnyColumn, Table, TextColumn

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Arrays ready for the engine, read-only.

    `x` (n, features), `y` (n, outputs), `weights` (n,) of the rows or None; `rows` (n,) the rows of the table that
    they come from; `train`, `validation`, `test` are sorted indices into `x`. `notes` are sentences for a person.
    """

    x: Array
    y: Array
    rows: Rows
    train: Rows
    validation: Rows
    test: Rows
    encoder: Encoder
    notes: tuple[str, ...]
    weights: Array | None = None

    @property
    def features(self) -> int:
        return int(self.x.shape[1])

    @property
    def outputs(self) -> int:
        return int(self.y.shape[1])

    @property
    def feature_names(self) -> tuple[str, ...]:
        """One name for each column of `x`: "x1", "species=setosa", "image[0,3]"."""
        return self.encoder.feature_names

    @property
    def output_names(self) -> tuple[str, ...]:
        """One name for each column of `y`."""
        return self.encoder.target.output_names

    @property
    def target_kind(self) -> TargetKind:
        return self.encoder.target.kind

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes in the order of the outputs; empty for a number."""
        return self.encoder.target.classes

    @property
    def feature_shape(self) -> tuple[int, ...]:
        """The shape of one row: a lone image keeps its own, everything else is flat."""
        return self.encoder.feature_shape

    def part(self, name: str) -> Rows:
        """Indices of "train", "validation" or "test"; raises KeyError."""
        return {"train": self.train, "validation": self.validation, "test": self.test}[name]


def encode(
    table: Table, spec: DataSpec, *, one_hot: bool, seed: int, dtype: str = "float64", negative: float = 0.0
) -> Dataset:
    """The arrays of the table under that specification: a function of its arguments, to the bit.

    All rows are split first, then those with a missing or infinite used value, and those that weigh 0, are left out of
    their part: no validation or test row can move a statistic, and no batch weighs nothing. Means, deviations,
    categories and classes come from the training rows.
    Raises DataError when there is nothing to learn from.
    """
    target = spec.target
    if target is None:
        raise DataError("No column is the target. Choose the column that is to be predicted.")
    features = spec.features
    if not features:
        raise DataError("No column is a feature. Choose at least one column to predict from.")
    weight = () if spec.weight is None else (spec.weight,)
    columns = {column.name: _column(table, column) for column in (*features, *weight, target)}
    usable, notes = _usable(table, (*features, *weight), target)
    parts = [rows[usable[rows]] for rows in split_rows(table.rows, spec.split, seed)]
    if not parts[0].size:
        raise DataError(_nothing_left(table, spec, usable))
    for column in weight:
        parts, remarks = _that_count(columns[column.name], parts, dtype)
        notes += remarks

    inputs = [fit_input(column, columns[column.name], parts[0]) for column in features]
    target_encoding, remarks = fit_target(target, columns[target.name], parts[0], one_hot, negative)
    encoder = Encoder(inputs=tuple(inputs), target=target_encoding)
    notes += remarks
    for column, fitted in zip(features, inputs, strict=True):
        notes += _unseen_features(fitted.name, fitted.unknown(columns[column.name], np.concatenate(parts)))
    parts, remarks = _without_unseen_classes(encoder, columns[target.name], parts)
    made = _assemble(table, encoder, parts, (*notes, *remarks), dtype)
    return replace(made, weights=_row_weights(columns[weight[0].name], made, dtype)) if weight else made


def _that_count(column: AnyColumn, parts: list[Rows], dtype: str) -> tuple[list[Rows], list[str]]:
    """The rows that weigh more than 0, as a normal number of that type.

    Raises DataError for negative weights, and where no training row counts.
    """
    assert not isinstance(column, TextColumn)
    for rows in parts:
        bad = rows[column.values[rows] < 0.0]
        if bad.size:
            raise DataError(
                f"Row {int(bad[0]) + 1:,}, {column.name}: a weight is 0 or more. Choose another column for the weights."
            )
    kept = [rows[column.values[rows] >= np.finfo(dtype).tiny] for rows in parts]
    if not kept[0].size:
        raise DataError(f"Column {column.name!r} weighs every training row 0: there is nothing to learn from.")
    dropped = sum(rows.size for rows in parts) - sum(rows.size for rows in kept)
    return kept, [f"{dropped:,} rows are left out: they weigh 0 in {column.name!r}."] if dropped else []


def _row_weights(column: AnyColumn, data: Dataset, dtype: str) -> Array:
    """(n,) as they stand in the table."""
    assert not isinstance(column, TextColumn)
    result = _cast(column.values[data.rows][:, None], dtype, (column.name,), data.rows)[:, 0]
    result.flags.writeable = False
    return result


def _column(table: Table, column: Column) -> AnyColumn:
    if column.name not in table.names:
        listed = ", ".join(table.names)
        raise DataError(f"The table has no column {column.name!r}. It has: {listed}.")
    found = table.column(column.name)
    if isinstance(found, TextColumn) and column.kind == "number":
        raise DataError(f"Column {column.name!r} holds text and cannot be taken as a number. Take it as a category.")
    if column.role == "weight" and (isinstance(found, TextColumn) or found.shape):
        raise DataError(f"Column {column.name!r} cannot weigh rows: a weight is one number a row.")
    if found.shape and (column.kind == "category" or column.role == "target"):
        raise DataError(f"Column {column.name!r} holds images; it can only be a feature, as numbers.")
    return found


def finite_rows(column: AnyColumn) -> NDArray[np.bool_]:
    """(rows,) True where the value is there and finite."""
    if isinstance(column, TextColumn):
        return ~column.missing
    finite = np.isfinite(column.values).reshape(column.rows, prod(column.shape))
    return np.asarray(finite.all(axis=1), dtype=np.bool_)


def _usable(table: Table, features: tuple[Column, ...], target: Column) -> tuple[NDArray[np.bool_], list[str]]:
    usable = np.ones(table.rows, dtype=bool)
    causes = []
    for column in (*features, target):
        finite = finite_rows(table.column(column.name))
        if not finite.all():
            causes.append(f"{column.name} {int((~finite).sum()):,}")
            usable &= finite
    dropped = int((~usable).sum())
    if not dropped:
        return usable, []
    listed = ", ".join(causes[:6]) + (", …" if len(causes) > 6 else "")
    return usable, [f"{dropped:,} of {table.rows:,} rows are left out: a value is missing or infinite ({listed})."]


def _nothing_left(table: Table, spec: DataSpec, usable: NDArray[np.bool_]) -> str:
    if not table.rows:
        return "The table has no rows."
    if not usable.any():
        return "Every row has a missing or infinite value in a used column. Leave out the columns that miss values."
    return (
        f"No row is left to learn from: {spec.split.train:.0%} of {table.rows:,} rows are for training. "
        "Give training a larger part."
    )


def _unseen_features(name: str, unknown: tuple[int, tuple[str, ...]]) -> list[str]:
    count, texts = unknown
    if not count:
        return []
    listed = ", ".join(repr(text) for text in texts[:3]) + (", …" if len(texts) > 3 else "")
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return [f"Column {name!r}: {rows} a category that no training row has ({listed}); it counts as none."]


def _without_unseen_classes(encoder: Encoder, column: AnyColumn, parts: list[Rows]) -> tuple[list[Rows], list[str]]:
    target = encoder.target
    if target.kind == "number":
        return parts, []
    kept = [rows[target.codes(column, rows) >= 0] for rows in parts]
    dropped = sum(rows.size for rows in parts) - sum(rows.size for rows in kept)
    if not dropped:
        return parts, []
    rows = "1 validation or test row is" if dropped == 1 else f"{dropped:,} validation or test rows are"
    return kept, [f"{rows} left out: their class in {target.name!r} stands in no training row."]


def _assemble(table: Table, encoder: Encoder, parts: list[Rows], notes: tuple[str, ...], dtype: str) -> Dataset:
    rows = np.sort(np.concatenate(parts))
    x = _cast(encoder.features_of(table, rows, dtype), dtype, encoder.feature_names, rows)
    y = _cast(encoder.targets_of(table, rows), dtype, encoder.target.output_names, rows)
    indices = [np.searchsorted(rows, part).astype(np.int64) for part in parts]
    for array in (rows, *indices):
        array.flags.writeable = False
    return Dataset(x, y, rows, indices[0], indices[1], indices[2], encoder, notes)


def _cast(values: Array, dtype: str, names: tuple[str, ...], rows: Rows) -> Array:
    with np.errstate(over="ignore"):
        result = np.ascontiguousarray(values, dtype=dtype)
    if not np.isfinite(result).all():
        row, place = (int(index[0]) for index in np.nonzero(~np.isfinite(result)))
        raise DataError(
            f"Row {int(rows[row]) + 1:,}, {names[place]}: the value is too large for {dtype}. "
            "Leave the column out or bring it to smaller units."
        )
    result.flags.writeable = False
    return result
