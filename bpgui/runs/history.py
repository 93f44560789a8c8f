"""Loss by epoch, bounded: thinned where it grows long, first points and extremes kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.runs.health.course import VitalCourse

Floats = NDArray[np.float64]
FIRST = 256


def thin(values: Floats, points: int) -> NDArray[np.int64]:
    """Indices of at most `points` entries that keep the first ones, the last, and each bucket's lowest and highest.

    NaN never is an extreme. Peak thinning, as plots do it.
    """
    count = len(values)
    if count <= points:
        return np.arange(count)
    first = min(FIRST, points // 4)
    buckets = max(1, (points - first - 1) // 2)
    size = -(-(count - first) // buckets)
    body = np.full(buckets * size, np.nan)
    body[: count - first] = values[first:]
    table = body.reshape(buckets, size)
    starts = first + np.arange(buckets) * size
    low = starts + np.where(np.isnan(table), np.inf, table).argmin(axis=1)
    high = starts + np.where(np.isnan(table), -np.inf, table).argmax(axis=1)
    kept = np.unique(np.concatenate([np.arange(first), low, high, [count - 1]]))
    return kept[kept < count].astype(np.int64)


def thin_rows(rows: Floats, points: int) -> NDArray[np.int64]:
    """Indices of at most `points` of the rows (n, columns): the extremes of every column but the first."""
    columns = _told_apart(rows)
    share = points // len(columns)
    return np.unique(np.concatenate([thin(column, share) for column in columns]))


def spread_rows(rows: Floats, points: int) -> NDArray[np.int64]:
    """Indices of at most `points` of the rows (n, columns), whose first column grows: the first ones, the last, and the
    extremes of every other column in stretches of equal length of the first.

    Rows that are thinned again and again must be thinned by where they are: by their number, the early ones, which
    have been thinned more often, would become fewer each time until none is left.
    """
    columns = _told_apart(rows)
    first = min(FIRST, points // 4)
    stretches = max(1, (points - first - 1) // (2 * len(columns)))
    place = rows[first:, 0] - rows[first, 0]
    stretch = np.minimum(place / max(place[-1], 1e-300) * stretches, stretches - 1).astype(np.int64)
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    ends = np.append(starts[1:], len(stretch)) - 1
    kept: list[NDArray[np.int64]] = [np.arange(first), np.array([len(rows) - 1])]
    for column in columns:
        values = column[first:]
        missing = np.isnan(values)
        kept.append(first + np.lexsort((np.where(missing, np.inf, values), stretch))[starts])
        kept.append(first + np.lexsort((np.where(missing, -np.inf, values), stretch))[ends])
    return np.unique(np.concatenate(kept)).astype(np.int64)


def _told_apart(rows: Floats) -> list[Floats]:
    """The columns but the first that hold anything but NaN and 0; the first where there is none."""
    return [c for c in rows[:, 1:].T if np.nan_to_num(c).any()] or [rows[:, 0]]


class Series:
    """Growing columns of floats, `(rows, columns)`, thinned beyond `capacity` rows; the first column must grow."""

    def __init__(self, columns: int, capacity: int) -> None:
        self._rows = np.empty((64, columns))
        self._capacity = capacity
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, *row: float) -> None:
        if self._count == len(self._rows):
            self._make_room()
        place = self._rows[self._count]
        for column, value in enumerate(row):  # quicker than a tuple at once
            place[column] = value
        self._count += 1

    def _make_room(self) -> None:
        if self._count >= self._capacity:
            kept = spread_rows(self._rows[: self._count], self._capacity // 2)
            self._rows[: len(kept)] = self._rows[kept]
            self._count = len(kept)
        else:
            grown = np.empty((min(2 * len(self._rows), self._capacity), self._rows.shape[1]))
            grown[: self._count] = self._rows[: self._count]
            self._rows = grown

    def view(self) -> Floats:
        """(rows, columns), not a copy."""
        return self._rows[: self._count]


class History:
    """`epochs`: epoch, train loss, validation loss (NaN: there is none), penalty. `batches`: fractional epoch, loss.

    `vitals` is the course of the layers' vital signs.
    """

    def __init__(self) -> None:
        self.epochs = Series(4, 32_768)
        self.batches = Series(2, 8_192)
        self.vitals = VitalCourse()

    def to_arrays(self) -> dict[str, Floats]:
        """For the project file."""
        series = {"history.epochs": self.epochs.view().copy(), "history.batches": self.batches.view().copy()}
        return {**series, **self.vitals.to_arrays()}

    @staticmethod
    def from_arrays(arrays: dict[str, NDArray[np.floating]]) -> History:
        """The reverse; raises ValueError where shapes do not fit."""
        history = History()
        for series, key, columns in ((history.epochs, "history.epochs", 4), (history.batches, "history.batches", 2)):
            rows = arrays.get(key, np.empty((0, columns)))
            if key == "history.epochs" and rows.ndim == 2 and rows.shape[1] == 3:  # from before there were penalties
                rows = np.column_stack([rows, np.zeros(len(rows))])
            if rows.ndim != 2 or rows.shape[1] != columns or rows.dtype.kind != "f":
                raise ValueError(f"{key}: expected {columns} columns of numbers, found {rows.dtype} {rows.shape}")
            if not (np.diff(rows[:, 0]) >= 0.0).all() or not np.isfinite(rows[:, 0]).all():
                raise ValueError(f"{key}: the epochs are not in order")
            for row in rows.tolist():
                series.append(*row)
        history.vitals = VitalCourse.from_arrays(arrays)
        return history
