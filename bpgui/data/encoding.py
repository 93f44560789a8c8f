"""From a table to arrays: which rows are used, what is fitted on the training rows, what is worth a note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.data.encoder import Encoder, InputColumn, TargetKind
from bpgui.data.errors import DataError
from bpgui.data.fitting import fit_input, fit_targets, refuse_mixed
from bpgui.data.gaps import filled, finite_rows, usable_rows
from bpgui.data.legality import usable_as
from bpgui.data.spec import DataSpec
from bpgui.data.split import Rows, split_rows
from bpgui.data.table import AnyColumn, Table, TextColumn

__all__ = ["Dataset", "encode", "finite_rows"]

Array = NDArray[Any]
_CHECKED = 4096  # rows at a time: what lies in a file need not be in memory all at once


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
    def numeric(self) -> bool:
        """Whether one number or several are predicted, and not classes."""
        return self.encoder.target.numeric

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes in the order of the outputs; empty for numbers and for several targets."""
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

    All rows are split first, then those without a value that is needed (missing or infinite), and those that weigh 0,
    are left out of their part: no validation or test row can move a statistic, and no batch weighs nothing. All
    statistics, categories and classes come from the training rows.
    Raises DataError when there is nothing to learn from.
    """
    targets, features = spec.targets, spec.features
    if not targets:
        raise DataError("No column is the target. Choose the column that is to be predicted.")
    if not features:
        raise DataError("No column is a feature. Choose at least one column to predict from.")
    weight = () if spec.weight is None else (spec.weight,)
    columns = {column.name: usable_as(table, column) for column in (*features, *weight, *targets)}
    refuse_mixed(targets)
    usable, notes = usable_rows(table, (*features, *weight, *targets))
    known = tuple(columns[column.name] for column in features)
    parts = [rows[usable[rows]] for rows in split_rows(table, spec.split, seed, columns[targets[0].name], known)]
    if not parts[0].size:
        raise DataError(_nothing_left(table, spec, usable))
    for column in weight:
        parts, remarks = _that_count(columns[column.name], parts, dtype)
        notes += remarks

    inputs = [fit_input(column, columns[column.name], parts[0]) for column in features]
    found = tuple(columns[column.name] for column in targets)
    target_encoding, remarks = fit_targets(targets, found, parts[0], one_hot, negative)
    encoder = Encoder(inputs=tuple(inputs), target=target_encoding)
    notes += remarks
    parts, remarks = _without_unknown_places(inputs, columns, parts)
    notes += remarks
    for fitted in inputs:
        notes += _unseen_features(fitted, fitted.unknown(columns[fitted.name], np.concatenate(parts)))
    notes += filled(tuple(zip(features, inputs, strict=True)), table, np.concatenate(parts))
    parts, remarks = _without_unseen_classes(encoder, columns, parts)
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
    what = "1 row is left out: it weighs" if dropped == 1 else f"{dropped:,} rows are left out: they weigh"
    return kept, [f"{what} 0 in {column.name!r}."] if dropped else []


def _row_weights(column: AnyColumn, data: Dataset, dtype: str) -> Array:
    """(n,) as they stand in the table."""
    assert not isinstance(column, TextColumn)
    result = _cast(column.values[data.rows][:, None], dtype, (column.name,), data.rows)[:, 0]
    result.flags.writeable = False
    return result


def _nothing_left(table: Table, spec: DataSpec, usable: NDArray[np.bool_]) -> str:
    if not table.rows:
        return "The table has no rows."
    if not usable.any():
        return (
            "Every row has a missing or infinite value in a used column. "
            "Leave out the columns that miss values, or fill them in."
        )
    return (
        f"No row is left to learn from: {spec.split.train:.0%} of {table.rows:,} rows are for training. "
        "Give training a larger part."
    )


def _unseen_features(fitted: InputColumn, unknown: tuple[int, tuple[str, ...]]) -> list[str]:
    count, texts = unknown
    if not count:
        return []
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    counts = "it counts as none" if fitted.kind == "category" else "it counts as missing"
    return [f"Column {fitted.name!r}: {rows} a category that no training row has ({_listed(texts)}); {counts}."]


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(repr(text) for text in texts[:3]) + (", …" if len(texts) > 3 else "")


def _without_unknown_places(
    inputs: list[InputColumn], columns: dict[str, AnyColumn], parts: list[Rows]
) -> tuple[list[Rows], list[str]]:
    """Rows with a word that has no place among those of the training rows, where nothing stands for it."""
    notes = []
    for fitted in inputs:
        if fitted.kind != "ordinal" or fitted.fills:
            continue
        column = columns[fitted.name]
        dropped, texts = fitted.unknown(column, np.concatenate(parts))
        if dropped:
            parts = [rows[~fitted.missing(column, rows)] for rows in parts]
            many = "1 row is" if dropped == 1 else f"{dropped:,} rows are"
            notes.append(f"{many} left out: {_listed(texts)} has no place in the order of {fitted.name!r}.")
    return parts, notes


def _without_unseen_classes(
    encoder: Encoder, columns: dict[str, AnyColumn], parts: list[Rows]
) -> tuple[list[Rows], list[str]]:
    notes = []
    for target in encoder.target.each:
        if target.kind == "number":
            continue
        kept = [rows[target.codes(columns[target.name], rows) >= 0] for rows in parts]
        dropped = sum(rows.size for rows in parts) - sum(rows.size for rows in kept)
        if dropped:
            rows = "1 validation or test row is" if dropped == 1 else f"{dropped:,} validation or test rows are"
            notes.append(f"{rows} left out: their class in {target.name!r} stands in no training row.")
            parts = kept
    return parts, notes


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
    for start in range(0, len(result), _CHECKED):
        some = np.isfinite(result[start : start + _CHECKED])
        if not some.all():
            row, place = (int(index[0]) for index in np.nonzero(~some))
            raise DataError(
                f"Row {int(rows[start + row]) + 1:,}, {names[place]}: the value is too large for {dtype}. "
                "Leave the column out or bring it to smaller units."
            )
    result.flags.writeable = False
    return result
