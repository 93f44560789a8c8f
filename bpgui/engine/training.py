"""One run's mathematics: batches in a seeded order, gradient, update; a step is atomic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.engine.network import Network
from bpgui.engine.optimizers import Optimizer
from bpgui.engine.streams import SHUFFLE, stream

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class TrainingState:
    """Everything a run needs to go on with the same bits.

    `arrays`: parameters, the optimizer's moments by name, the epoch's order. `generator` is PCG64's: state and
    increment in hex, and the half of a drawn word that is still unused.
    `loss_sum` is Σ batch loss × rows since the epoch began.
    """

    arrays: dict[str, Array]
    step: int
    epoch: int
    position: int
    updates: int
    loss_sum: float
    generator: tuple[str, str, int, int]


class Training:
    """Steps a network over the training rows of (x, y), x (rows, features) and y (rows, outputs).

    `epoch` counts finished epochs, `position` rows used of the current one. `batch_size` 0 takes all rows at once. A
    batch that holds all rows keeps their order, since shuffling could only move rounding.
    """

    def __init__(
        self, network: Network, optimizer: Optimizer, x: Array, y: Array, rows: Rows,
        *, batch_size: int, shuffle: bool, seed: int, learning_rate: float,
    ) -> None:  # fmt: skip
        self.network, self.optimizer = network, optimizer
        self.x, self.y, self.rows = x, y, rows
        self.count = len(rows)
        self.batch_size = min(batch_size, self.count) if batch_size else self.count
        self.learning_rate = learning_rate
        self.step_count = self.epoch = self.position = 0
        self.loss_sum = 0.0
        self.epoch_loss = math.nan
        self._generator = stream(seed, SHUFFLE)
        self._shuffle = shuffle and self.batch_size < self.count
        self._order: Rows = rows
        self._whole = (x[rows], y[rows]) if self.batch_size == self.count else None
        self._batch_x = np.empty((self.batch_size, x.shape[1]), network.dtype)
        self._batch_y = np.empty((self.batch_size, y.shape[1]), network.dtype)
        self.finite = True  # whether all weights were at the last epoch's end
        self._finite = network.parameters.copy()
        self._outputs: Array | None = None
        if self._shuffle:
            self._order = rows[self._generator.permutation(self.count)]

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return -(-self.count // self.batch_size)

    @property
    def batch(self) -> int:
        """Batches done in the current epoch."""
        return -(-self.position // self.batch_size)

    def batch_rows(self) -> Rows:
        """Indices of the rows in the next batch."""
        return self._order[self.position : self.position + self.batch_size]

    def _next_batch(self) -> tuple[Array, Array]:
        if self._whole is not None:
            return self._whole
        chosen = self.batch_rows()
        x, y = self._batch_x[: len(chosen)], self._batch_y[: len(chosen)]
        # mode="clip" is numpy's way to write into `out` without a buffer; the indices are in range.
        np.take(self.x, chosen, axis=0, out=x, mode="clip")
        np.take(self.y, chosen, axis=0, out=y, mode="clip")
        return x, y

    def step(self) -> float:
        """One batch: forward pass, loss, backward pass, update. Returns the batch's loss before the update.

        Where the loss is not finite nothing is updated: the weights stay, and the caller stops (`restore_finite`).
        """
        x, y = self._next_batch()
        loss = float(self.network.loss_and_gradients(x, y))
        if not math.isfinite(loss):
            return loss
        if self._outputs is not None:
            self._outputs[self.batch_rows()] = self.network.workspace(len(x)).outs[-1]
        self.optimizer.update(self.learning_rate)
        self.step_count += 1
        self.position += len(x)
        self.loss_sum += loss * len(x)
        if self.position >= self.count:
            self._end_epoch()
        return loss

    def _end_epoch(self) -> None:
        self.epoch += 1
        self.epoch_loss = self.loss_sum / self.count
        self.loss_sum = 0.0
        self.position = 0
        if self._shuffle:
            self._order = self.rows[self._generator.permutation(self.count)]
        parameters = self.network.parameters
        # A finite sum is quick to have and means that all are; one that is not may only have overflowed.
        self.finite = math.isfinite(float(parameters.sum())) or bool(np.isfinite(parameters).all())
        if self.finite:
            np.copyto(self._finite, parameters)

    def watch_outputs(self) -> Array:
        """(n, outputs): from now on each step writes there what its forward pass gave for its rows; NaN before."""
        self._outputs = np.full((len(self.x), self.y.shape[1]), np.nan, self.network.dtype)
        return self._outputs

    def restore_finite(self) -> bool:
        """Put back the last finite weights where the present ones are not; says whether it had to."""
        if np.isfinite(self.network.parameters).all():
            return False
        np.copyto(self.network.parameters, self._finite)
        return True

    def take_state(self) -> TrainingState:
        """A copy of the whole state, between two steps."""
        moments = {f"moment.{name}": values.copy() for name, values in self.optimizer.moments.items()}
        whole: Any = self._generator.bit_generator.state
        words = whole["state"]
        return TrainingState(
            arrays={"parameters": self.network.parameters.copy(), "order": np.array(self._order), **moments},
            step=self.step_count, epoch=self.epoch, position=self.position,
            updates=self.optimizer.count, loss_sum=self.loss_sum,
            generator=(hex(words["state"]), hex(words["inc"]), whole["has_uint32"], whole["uinteger"]),
        )  # fmt: skip

    def put_state(self, state: TrainingState) -> None:
        """Go on from a state of the same network, data and settings. Raises ValueError where it does not fit."""
        for name, target in self._targets().items():
            source = state.arrays.get(name)
            if source is None or source.shape != target.shape or source.dtype != target.dtype:
                raise ValueError(f"the saved state has no fitting {name}")
            np.copyto(target, source)
        self._order = state.arrays["order"].astype(np.int64)
        if len(self._order) != self.count or np.any(self._order < 0) or np.any(self._order >= len(self.x)):
            raise ValueError("the saved order of rows does not fit the data")
        self.step_count, self.epoch, self.position = state.step, state.epoch, state.position
        self.optimizer.count, self.loss_sum = state.updates, state.loss_sum
        np.copyto(self._finite, self.network.parameters)
        whole: dict[str, Any] = dict(self._generator.bit_generator.state)
        word, increment, whole["has_uint32"], whole["uinteger"] = state.generator
        whole["state"] = {"state": int(word, 16), "inc": int(increment, 16)}
        self._generator.bit_generator.state = whole

    def _targets(self) -> dict[str, Array]:
        moments = {f"moment.{name}": values for name, values in self.optimizer.moments.items()}
        return {"parameters": self.network.parameters, **moments}
