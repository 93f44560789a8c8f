"""Which rows a step looks at: batches in a seeded order, a new one each epoch."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bpgui.engine.activations import Array
from bpgui.engine.streams import SHUFFLE, GeneratorState, put_generator, stream, take_generator

Rows = NDArray[np.int64]
Batch = tuple[Array, Array, Array | None]


class Batches:
    """Batches of x (n, features), y (n, outputs) and the rows' weights (n,), over the training `rows`.

    `position` counts rows used of the current epoch. `batch_size` 0 takes all rows at once. A batch that holds all
    rows keeps their order, since shuffling could only move rounding. The last, partial batch is a batch of its own,
    except that with `join_single` a batch of one row joins the one before it. Raises ValueError for a batch size of
    one with `join_single`.
    """

    def __init__(
        self, x: Array, y: Array, weights: Array | None, rows: Rows,
        *, batch_size: int, shuffle: bool, seed: int, dtype: DTypeLike, join_single: bool = False,
    ) -> None:  # fmt: skip
        self.rows, self.count = rows, len(rows)
        self.size = min(batch_size, self.count) if batch_size else self.count
        if join_single and self.size < 2:
            raise ValueError("batch norm needs at least two rows in a batch")
        self.position = 0
        self._x, self._y, self.weights = x, y, weights
        self._most = self.size + 1 if join_single and self.size < self.count else self.size
        self._generator = stream(seed, SHUFFLE)
        self.shuffled = shuffle and self._most < self.count
        self.order: Rows = rows
        self._whole: Batch | None = self._all() if self._most >= self.count else None
        most = 0 if self._whole else self._most
        self._buffers = (
            np.empty((most, x.shape[1]), dtype), np.empty((most, y.shape[1]), dtype), np.empty(most, dtype),
        )  # fmt: skip
        self._usual = self._views(self.size)
        self.shuffle()

    def twin(self) -> Batches:
        """The same batches from here on, in buffers of its own."""
        made = copy(self)
        made._generator = deepcopy(self._generator)
        x, y, weights = self._buffers
        made._buffers = np.empty_like(x), np.empty_like(y), np.empty_like(weights)
        made._usual = made._views(made.size)
        return made

    def _all(self) -> Batch:
        if self.count == len(self._x) and bool((self.rows == np.arange(self.count)).all()):
            return self._x, self._y, self.weights
        return self._x[self.rows], self._y[self.rows], None if self.weights is None else self.weights[self.rows]

    def _views(self, size: int) -> Batch:
        x, y, weights = (buffer[:size] for buffer in self._buffers)
        return x, y, None if self.weights is None else weights

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        whole, left = divmod(self.count, self.size)
        return max(1, whole + (left > self._most - self.size))

    @property
    def batch(self) -> int:
        """Batches done in the current epoch."""
        return -(-self.position // self.size)

    def next_rows(self) -> Rows:
        """Indices of the rows in the next batch."""
        left = self.count - self.position
        return self.order[self.position : self.position + (left if left <= self._most else self.size)]

    def take(self) -> Batch:
        """The next batch, in buffers that the one after it overwrites."""
        if self._whole is not None:
            return self._whole
        chosen = self.next_rows()
        x, y, weights = batch = self._usual if len(chosen) == self.size else self._views(len(chosen))
        # "clip" is numpy's way to write into `out` without a buffer; the indices are in range.
        self._x.take(chosen, 0, x, "clip")
        self._y.take(chosen, 0, y, "clip")
        if weights is not None and self.weights is not None:
            self.weights.take(chosen, 0, weights, "clip")
        return batch

    def look(self, rows: Rows) -> Batch:
        """A copy of those rows (indices), as a batch would hold them; the next batch stays the next."""
        return self._x[rows], self._y[rows], None if self.weights is None else self.weights[rows]

    def shuffle(self) -> None:
        """A new order for the epoch that begins."""
        if self.shuffled:
            self.order = self.rows[self._generator.permutation(self.count)]

    def take_state(self) -> tuple[Rows, GeneratorState]:
        return np.array(self.order), take_generator(self._generator)

    def put_state(self, order: NDArray[Any], position: int, generator: GeneratorState) -> None:
        """Raises ValueError where the order is not one of the training rows, or the position not in it."""
        if order.dtype.kind != "i" or not np.array_equal(np.sort(order), np.sort(self.rows)):
            raise ValueError("the saved order of rows does not fit the data")
        if not 0 <= position < self.count:
            raise ValueError("the saved position in the epoch lies outside the data")
        self.order, self.position = order.astype(np.int64), position
        put_generator(self._generator, generator)
