"""One run's mathematics: batch, gradient, regulariser, clipping, update; a step is atomic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy, deepcopy
from dataclasses import dataclass, field
from math import isfinite

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Batches, Rows
from bpgui.engine.clipping import CLIPPINGS, Clip
from bpgui.engine.network import Network
from bpgui.engine.optimizers import twin_of
from bpgui.engine.regularizers import Penalty
from bpgui.engine.schedules import Schedule
from bpgui.engine.streams import DROPOUT, GeneratorState, put_generator, stream, take_generator
from bpgui.engine.update_rules import Optimizer

# Steps between two looks back, for epochs that are shorter.
_STRIDE = 16
# An epoch's loss of at most this times the lowest so far shows that the weights put aside before it were sound.
_SOUND = 2.0


@dataclass(frozen=True)
class TrainingState:
    """Everything a run needs to go on with the same bits.

    `arrays`: parameters, running statistics, the optimizer's moments by name, the epoch's order, the weights
    put aside, the last sound and the best ones.
    `loss_sum` and `penalty_sum` are Σ batch value × weight since the epoch began, `weight_sum` Σ weight.
    `generator` is that of the order, `masks` those of the dropout layers. Infinite losses are None.
    """

    arrays: dict[str, Array]
    step: int
    epoch: int
    position: int
    updates: int
    loss_sum: float
    generator: GeneratorState
    weight_sum: float = 0.0
    penalty_sum: float = 0.0
    sound_loss: float | None = None
    best_loss: float | None = None
    bad_epochs: int = 0
    masks: tuple[GeneratorState, ...] = ()
    schedule: Mapping[str, float | None] = field(default_factory=dict)


class Training:
    """Steps a network over the training rows of (x, y), x (rows, features) and y (rows, outputs).

    `epoch` counts finished epochs, of `epochs` planned (a schedule may ask). `learning_rate` is the base rate, `rate`
    the one of the last step; `l1`, `l2`, `clip_at` may be set between two steps, the kind of clip by `set_clip`.
    """

    def __init__(
        self, network: Network, optimizer: Optimizer, x: Array, y: Array, rows: Rows,
        *, batch_size: int, shuffle: bool, seed: int, learning_rate: float, weights: Array | None = None,
        schedule: Schedule | None = None, epochs: int = 1, l1: float = 0.0, l2: float = 0.0,
        clip: str = "none", clip_at: float = 1.0,
    ) -> None:  # fmt: skip
        self.network, self.optimizer = network, optimizer
        self.x, self.y, self.rows = x, y, rows
        self.feed = Batches(
            x, y, weights, rows, batch_size=batch_size, shuffle=shuffle, seed=seed, dtype=network.dtype,
            join_single=network.couples_rows,
        )  # fmt: skip
        self.learning_rate = self.rate = learning_rate
        self.schedule, self.epochs = schedule or Schedule({}), epochs
        self.l1, self.l2, self.clip_at = l1, l2, clip_at
        self.set_clip(clip)
        self.step_count = self.epoch = 0
        self.penalty = 0.0  # what regularisers added to the last step's loss
        self.epoch_loss = self.epoch_penalty = math.nan
        self.finite = True  # whether all weights were when it last looked back
        self.diverged = False  # whether the last step was not taken, its loss or penalty not being finite
        self._loss_sum = self._penalty_sum = self._weight_sum = 0.0
        self._zeros = np.zeros_like(network.parameters)
        self._constant = type(self.schedule) is Schedule
        self._penalties = Penalty(network.dense)
        self._dropouts = tuple(
            (position, layer, stream(seed, DROPOUT, index)) for index, (position, layer) in enumerate(network.dropouts)
        )
        self._norms = network.norms
        self._weights_count = network.reduction == "mean"
        # Weights that are put aside at ends of epochs, about _STRIDE steps apart; the last of them from which it went
        # well, in case the loss goes up and away; and the best ones where somebody asked for them.
        self._aside, self._sound, self.sound_loss = self._copies(), self._copies(), math.inf
        self._best: tuple[Array, Array] | None = None
        self.best_loss, self.bad_epochs = math.inf, 0
        self._outputs: Array | None = None

    @property
    def batches(self) -> int:
        """Batches in an epoch."""
        return self.feed.batches

    @property
    def batch(self) -> int:
        """Batches done in the current epoch."""
        return self.feed.batch

    @property
    def position(self) -> int:
        """Rows used of the current epoch."""
        return self.feed.position

    @property
    def count(self) -> int:
        """Rows in an epoch."""
        return self.feed.count

    def batch_rows(self) -> Rows:
        """Indices of the rows in the next batch."""
        return self.feed.next_rows()

    def set_clip(self, name: str) -> None:
        """Another entry of CLIPPINGS from the next step on."""
        self.clip = name
        self._clip: Clip | None = None
        if name != "none":
            self._clip = CLIPPINGS[name].make(self.network.gradients, self.network.trained)

    def step(self) -> float:
        """One batch: forward pass, loss, backward pass, update. Returns the batch's data loss before the update.

        Where loss or penalty is not finite nothing is updated: that value is returned, the weights stay, and the
        caller stops (`restore_finite`).
        """
        feed = self.feed
        x, y, weights = feed.take()
        rows = len(x)
        if self._dropouts:
            self._draw_masks(rows)
        loss: float = self.network.loss_and_gradients(x, y, weights)
        penalty = self._penalise() if self.l1 or self.l2 else 0.0
        self.penalty = penalty
        if not isfinite(loss + penalty):
            self.diverged = True
            return loss if not isfinite(loss) else penalty
        if self.step_count == 0:
            self.sound_loss = loss
        self._update()
        if self._norms or self._outputs is not None:
            self._follow(rows)
        weight: float = rows if weights is None or not self._weights_count else float(np.add.reduce(weights))
        self._loss_sum += loss * weight
        self._penalty_sum += penalty * weight
        self._weight_sum += weight
        self.step_count += 1
        feed.position += rows
        if feed.position >= feed.count:
            self._end_epoch()
        return loss

    def _draw_masks(self, rows: int) -> None:
        kept = self.network.workspace(rows).kept
        for position, layer, generator in self._dropouts:
            layer.draw(kept[position], generator)

    def lend_masks(self, twin: Network, rows: int) -> None:
        """Write the next step's masks into a twin's workspace for so many rows; the streams stay where they are."""
        kept = twin.workspace(rows).kept
        for position, layer, generator in self._dropouts:
            layer.draw(kept[position], deepcopy(generator))

    def twin(self, schedule: Schedule | None = None) -> Training:
        """The same training at the same place, in numbers and buffers of its own: nothing that it does is seen here.

        It goes on by another `schedule` where one is given; what it puts aside, and what is best, begins anew.
        """
        made = copy(self)
        made.network = network = self.network.twin()
        made.optimizer = twin_of(self.optimizer, network.parameters, network.gradients, network.trained)
        made.feed = self.feed.twin()
        made.schedule = schedule or deepcopy(self.schedule)
        made.set_clip(self.clip)
        made._constant = type(made.schedule) is Schedule
        made._penalties, made._norms = Penalty(network.dense), network.norms
        generators = [deepcopy(generator) for _, _, generator in self._dropouts]
        made._dropouts = tuple((*there, own) for there, own in zip(network.dropouts, generators, strict=True))
        made._aside, made._sound, made.sound_loss = made._copies(), made._copies(), math.inf
        made._best, made.best_loss, made.bad_epochs = None, math.inf, 0
        made._outputs = None
        return made

    def next_rate(self) -> float:
        """The rate of the next step: the base rate by the schedule's factor."""
        if self._constant:
            return self.learning_rate
        return self.learning_rate * self.schedule.factor(self.step_count, self.epoch, self.epochs)

    def _penalise(self) -> float:
        self._penalties.add_gradient(self.l1, self.l2)
        return float(self._penalties.value(self.l1, self.l2).real)

    def _update(self) -> None:
        if self._clip is not None:
            self._clip(self.clip_at)
        self.rate = rate = self.next_rate()
        self.optimizer.update(rate)

    def _follow(self, rows: int) -> None:
        space = self.network.workspace(rows)
        for position, layer in self._norms:
            layer.follow(space.kept[position], rows)
        if self._outputs is not None:
            self._outputs[self.feed.next_rows()] = self.network.finish(space)

    def _end_epoch(self) -> None:
        self.epoch += 1
        self.epoch_loss = self._loss_sum / self._weight_sum if self._weight_sum else math.nan
        self.epoch_penalty = self._penalty_sum / self._weight_sum if self._weight_sum else math.nan
        self._loss_sum = self._penalty_sum = self._weight_sum = 0.0
        self.feed.position = 0
        self.feed.shuffle()
        if self.step_count % _STRIDE < self.feed.batches:
            self._look_back()

    def _look_back(self) -> None:
        """Were the weights that were put aside sound? Put the present ones aside."""
        if self.epoch_loss <= _SOUND * self.sound_loss:
            self.sound_loss = min(self.sound_loss, self.epoch_loss)
            self._aside, self._sound = self._sound, self._aside
        self.finite = self.weights_are_finite()
        if self.finite:
            self._copy_to(self._aside)

    def weights_are_finite(self) -> bool:
        """Whether every parameter is: nothing times a number is nothing, but times an infinity or a NaN it is NaN."""
        return bool(self.network.parameters.dot(self._zeros) == 0.0)

    def observe(self, loss: float, min_delta: float | None) -> None:
        """At an epoch's end: the loss that a schedule looks at; with `min_delta`, whether it is the best so far.

        The best weights are remembered; `bad_epochs` counts the epochs since, in which it did not fall by more than
        `min_delta`.
        """
        self.schedule.observe(loss)
        if min_delta is None:
            return
        if loss < self.best_loss - min_delta:
            self.best_loss, self.bad_epochs = loss, 0
            self._best = self._best or self._copies()
            self._copy_to(self._best)
        else:
            self.bad_epochs += 1

    def watch_outputs(self) -> Array:
        """(n, outputs): from now on each step writes there what its forward pass gave for its rows; NaN before."""
        self._outputs = np.full((len(self.x), self.y.shape[1]), np.nan, self.network.dtype)
        return self._outputs

    def restore_finite(self) -> bool:
        """Put back the weights that were put aside where the present ones are not finite; says whether it had to."""
        if np.isfinite(self.network.parameters).all():
            return False
        self._restore(self._aside)
        return True

    def go_back(self) -> None:
        """To the last sound weights, with an optimizer that remembers nothing."""
        self._restore(self._sound)
        self._copy_to(self._aside)
        self.diverged, self.finite = False, True
        self.optimizer.count = 0
        for moment in self.optimizer.moments.values():
            moment[...] = 0.0

    def restore_best(self) -> bool:
        """Put back the best weights; says whether there were any."""
        if self._best is None:
            return False
        self._restore(self._best)
        self.bad_epochs = 0
        return True

    def _copies(self) -> tuple[Array, Array]:
        return self.network.parameters.copy(), self.network.running.copy()

    def _copy_to(self, kept: tuple[Array, Array]) -> None:
        np.copyto(kept[0], self.network.parameters)
        if self._norms:
            np.copyto(kept[1], self.network.running)

    def _restore(self, kept: tuple[Array, Array]) -> None:
        np.copyto(self.network.parameters, kept[0])
        np.copyto(self.network.running, kept[1])

    def take_state(self) -> TrainingState:
        """A copy of the whole state, between two steps."""
        order, generator = self.feed.take_state()
        arrays = {name: values.copy() for name, values in self._targets().items()}
        return TrainingState(
            arrays={**arrays, "order": order}, step=self.step_count, epoch=self.epoch, position=self.feed.position,
            updates=self.optimizer.count, loss_sum=self._loss_sum, generator=generator,
            weight_sum=self._weight_sum, penalty_sum=self._penalty_sum,
            sound_loss=_known(self.sound_loss), best_loss=_known(self.best_loss), bad_epochs=self.bad_epochs,
            masks=tuple(take_generator(generator) for _, _, generator in self._dropouts),
            schedule=self.schedule.take_state(),
        )  # fmt: skip

    def put_state(self, state: TrainingState) -> None:
        """Go on from a state of the same network, data and settings. Raises ValueError where it does not fit."""
        if "best.parameters" in state.arrays:
            self._best = self._copies()
        for name, target in self._targets().items():
            self._put(state, name, target)
        for name, kept in (("aside", self._aside), ("sound", self._sound)):
            if f"{name}.parameters" not in state.arrays:
                self._copy_to(kept)
        if len(state.masks) != len(self._dropouts):
            raise ValueError("the saved state has no fitting dropout masks")
        self.feed.put_state(state.arrays["order"], state.position, state.generator)
        for saved, (_, _, generator) in zip(state.masks, self._dropouts, strict=True):
            put_generator(generator, saved)
        self.schedule.put_state(state.schedule)
        self.step_count, self.epoch = state.step, state.epoch
        self.optimizer.count, self._loss_sum = state.updates, state.loss_sum
        self._penalty_sum = state.penalty_sum
        self._weight_sum = state.weight_sum or float(state.position)
        self.sound_loss = math.inf if state.sound_loss is None else state.sound_loss
        self.best_loss = math.inf if state.best_loss is None else state.best_loss
        self.bad_epochs = state.bad_epochs

    def _put(self, state: TrainingState, name: str, target: Array) -> None:
        source = state.arrays.get(name)
        if source is None and (not target.size or name.startswith(("aside.", "sound."))):
            return
        if source is None or source.shape != target.shape or source.dtype != target.dtype:
            raise ValueError(f"the saved state has no fitting {name}")
        np.copyto(target, source)

    def _targets(self) -> dict[str, Array]:
        moments = {f"moment.{name}": values for name, values in self.optimizer.moments.items()}
        kept = {"aside": self._aside, "sound": self._sound, "best": self._best}
        copies = {f"{name}.parameters": pair[0] for name, pair in kept.items() if pair is not None}
        copies |= {f"{name}.running": pair[1] for name, pair in kept.items() if pair is not None}
        return {"parameters": self.network.parameters, "running": self.network.running, **moments, **copies}


def _known(loss: float) -> float | None:
    return loss if math.isfinite(loss) else None
