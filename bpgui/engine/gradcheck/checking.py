"""Going through a network's parameters, a few milliseconds at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows
from bpgui.engine.gradcheck.bugs import Planted
from bpgui.engine.gradcheck.results import CENTRAL, CheckedArray, CheckOptions, GradientCheck, relative_error
from bpgui.engine.gradcheck.slopes import Flags, Slopes
from bpgui.engine.network import Network
from bpgui.engine.regularizers import Penalty
from bpgui.engine.rehearsal import slots_of
from bpgui.engine.trace import Slot
from bpgui.engine.training import Training

_LEAST = 16  # of each array, however small its share in the sample
_NUMBERS, _FEWEST = 16_000_000, 32  # numbers in all moved copies together, about a second's; rows however many that are

Checking = Generator[float, None, GradientCheck]


def check_gradient(training: Training, options: CheckOptions | None = None) -> Checking:
    """The gradient of the next step's loss and penalties, before clipping, against the loss's own slopes.

    A generator: what it looks at is copied at its first `next`, the training may go on while it works. It yields the
    share done, every few milliseconds, and returns a GradientCheck. Nothing of the training is changed.
    """
    asked = options or CheckOptions()
    with np.errstate(all="ignore"):
        look = Look(training, asked)
    done = 0
    for slot, places in look.work():
        with np.errstate(all="ignore"):
            look.check(slot, places)
        done += len(places)
        yield done / look.wanted
    with np.errstate(all="ignore"):
        return look.result()


def finished(checking: Checking) -> GradientCheck:
    """Run it to its end."""
    while True:
        try:
            next(checking)
        except StopIteration as end:
            found: GradientCheck = end.value
            return found


class Look:
    """A copy of all that the gradient of the next step depends on."""

    def __init__(self, training: Training, options: CheckOptions) -> None:
        network = training.network
        self.options, self.step = options, training.step_count + 1
        batch = training.batch_rows()
        self.slots = slots_of(network)
        self.drawn = _draw(self.slots, options)
        chosen = batch[: options.rows or self._affordable(network)]
        x, y, weights = training.feed.look(chosen)
        masks = _masks(training, len(batch), len(chosen))
        double = network.twin(np.float64)
        self.loss = _backward(double, x, y, weights, masks, training.l1, training.l2, options.planted)
        self.analytic = double.gradients
        probe = double if options.method == CENTRAL else network.twin(np.complex128)
        self.slopes = Slopes(probe, x, y, weights, masks, training.l1, training.l2)
        self.ids = [layer.id for layer in network.layers]
        self.numeric = np.full(self.analytic.size, np.nan)
        self.kinks = np.zeros(self.analytic.size, bool)
        self.wanted = max(1, sum(map(len, self.drawn)))
        self.rows, self.batch_rows = len(chosen), len(batch)
        self.single = network.dtype == np.float32

    def _affordable(self, network: Network) -> int:
        behind = np.cumsum([layer.units for layer in network.layers][::-1])[::-1]
        drawn = zip(self.slots, self.drawn, strict=True)
        numbers = sum(len(places) * int(behind[slot.layer]) for slot, places in drawn)
        return max(_FEWEST, _NUMBERS // max(1, numbers))

    def work(self) -> Iterator[tuple[Slot, Rows]]:
        """Places of one array at a time, as many as are best taken together."""
        for slot, places in zip(self.slots, self.drawn, strict=True):
            count = self.slopes.at_once(slot.layer)
            for start in range(0, len(places), count):
                yield slot, places[start : start + count]

    def check(self, slot: Slot, places: Rows) -> None:
        measure = self.slopes.central if self.options.method == CENTRAL else self.slopes.complex_step
        slopes, kinks = measure(slot, places, self.options.step)
        self.numeric[slot.part][places] = slopes
        self.kinks[slot.part][places] = kinks

    def result(self) -> GradientCheck:
        drawn = ~np.isnan(self.numeric) | self._asked()
        whole = _largest(self.analytic, self.numeric, drawn)
        arrays = tuple(self._array(slot, drawn[slot.part], whole) for slot in self.slots)
        return GradientCheck(self.step, self.options, self.rows, self.batch_rows, arrays, tuple(self._notes(arrays)))

    def _asked(self) -> Flags:
        """(parameters,) whether it was drawn; its slope may have come out as no number."""
        found = np.zeros(self.numeric.size, bool)
        for slot, places in zip(self.slots, self.drawn, strict=True):
            found[slot.part][places] = True
        return found

    def _array(self, slot: Slot, drawn: Flags, whole: float) -> CheckedArray:
        analytic, numeric = self.analytic[slot.part], self.numeric[slot.part]
        largest = _largest(analytic, numeric, drawn)
        error = np.full(len(drawn), np.nan)
        error[drawn] = relative_error(analytic[drawn], numeric[drawn], largest, whole, self.options, self.loss)
        parts = (np.where(drawn, analytic, np.nan), numeric, error, self.kinks[slot.part])
        return CheckedArray(slot.layer, self.ids[slot.layer], slot.name, *(part.reshape(slot.shape) for part in parts))

    def _notes(self, arrays: tuple[CheckedArray, ...]) -> Iterator[str]:
        total, checked = self.analytic.size, sum(part.checked for part in arrays)
        if self.single:
            yield "The run counts with 32 bits; a copy with 64 bits is checked."
        if checked < total:
            yield f"{checked:,} of {total:,} parameters are checked, drawn by seed {self.options.seed}."
        if self.rows < self.batch_rows:
            yield f"The gradient is that of the first {self.rows:,} of the batch's {self.batch_rows:,} rows."
        kinks = int(np.count_nonzero(self.kinks))
        if kinks:
            have = "lies" if kinks == 1 else "lie"
            yield f"{kinks:,} {have} at a kink, where the loss has no slope to compare with."


def _masks(training: Training, batch: int, rows: int) -> dict[int, Array]:
    """Dropout's masks of the next step, of its first rows."""
    twin = training.network.twin()
    training.lend_masks(twin, batch)
    kept = twin.workspace(batch).kept
    return {position: kept[position][0][:rows].astype(np.float64) for position, _ in twin.dropouts}


def _backward(
    network: Network, x: Array, y: Array, weights: Array | None, masks: dict[int, Array], l1: float, l2: float,
    planted: Planted | None,
) -> float:  # fmt: skip
    """Fill the network's gradients, with a planted mistake or without; loss and penalty come back."""
    space = network.workspace(len(x))
    for position, mask in masks.items():
        space.kept[position][0][...] = mask
    if planted is not None:
        planted.plant(network, len(x))
    loss = float(network.loss_and_gradients(x.astype(np.float64), y.astype(np.float64), weights))
    penalties = Penalty(network.dense)
    if planted is None or not planted.without_penalty:
        penalties.add_gradient(l1, l2)
    return loss + float(penalties.value(l1, l2).real)


def _draw(slots: tuple[Slot, ...], options: CheckOptions) -> list[Rows]:
    """Places of each array: all of them, or where they are too many its share by lot, and a few of the smallest."""
    sizes = [slot.part.stop - slot.part.start for slot in slots]
    total = sum(sizes)
    if total <= options.limit:
        return [np.arange(size) for size in sizes]
    generator = np.random.default_rng(options.seed)
    found = []
    for size in sizes:
        least = min(_LEAST, max(1, options.limit // len(sizes)))
        count = min(size, max(least, options.limit * size // total))
        found.append(np.sort(generator.choice(size, count, replace=False)))
    return found


def _largest(analytic: Array, numeric: Array, drawn: Flags) -> float:
    both = np.abs(np.concatenate((analytic[drawn], numeric[drawn])))
    return float(both[np.isfinite(both)].max(initial=0.0))
