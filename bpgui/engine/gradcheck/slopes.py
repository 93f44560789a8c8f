"""Slopes of the loss by its parameters, by moving them a little: many at once, from the layer that they belong to.

The forward pass is the engine's own. What comes before the layer of a parameter does not change; behind it, so many
moved copies of the batch lie one below the other, and go through each layer in one call.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import Array
from bpgui.engine.batches import Rows
from bpgui.engine.layers import Activation, BatchNorm, Dense, Dropout, Kept, Layer
from bpgui.engine.losses import divisor
from bpgui.engine.network import Network
from bpgui.engine.trace import Slot

_ELEMENTS = 20_000  # numbers in all the copies' layers together: a few milliseconds
Flags = NDArray[np.bool_]


class Slopes:
    """Of data loss and penalties, at the network's parameters, which must be float64 or complex128.

    x (rows, features), y (rows, outputs), weights (rows,) or None, masks (rows, units) by position.
    """

    def __init__(
        self, network: Network, x: Array, y: Array, weights: Array | None, masks: dict[int, Array],
        l1: float, l2: float,
    ) -> None:  # fmt: skip
        self.network, self.rows = network, len(x)
        dtype = network.dtype
        self.x, self.y = x.astype(dtype), y.astype(dtype)
        self.weights = np.ones(len(x)) if weights is None else weights.astype(np.float64)
        self.masks, self.l1, self.l2 = masks, l1, l2
        self.parts = divisor(network.loss, network.reduction, float(self.weights.sum()), y.shape[1])
        self.judged = len(network.layers) - network.from_logits
        space = network.workspace(len(x))
        for position, mask in masks.items():
            space.kept[position][0][...] = mask
        network.forward(self.x)
        self.outs = [out.copy() for out in space.outs]

    def at_once(self, layer: int) -> int:
        """How many parameters of that layer are best moved together."""
        units = sum(one.units for one in self.network.layers[layer : self.judged])
        return max(1, _ELEMENTS // (self.rows * units))

    def complex_step(self, slot: Slot, places: Rows, h: float) -> tuple[Array, Flags]:
        """(n,) slopes by the parameters at those places of the array's flat form, and whether each is at a kink."""
        losses, corners = self._moved(slot, places, 1j * h)
        touched = np.zeros(len(places), bool)
        for corner in corners:
            touched |= ((corner.real == 0.0) & (corner.imag != 0.0)).any(axis=1)
        slopes = losses.imag / h
        w = self._values(slot)[places].real
        return slopes + self._penalty_slope(slot, w), touched | self._penalty_kink(slot, w, 0.0)

    def central(self, slot: Slot, places: Rows, epsilon: float) -> tuple[Array, Flags]:
        """The same by central differences; a kink that lies between both ends is found."""
        up, above = self._moved(slot, places, epsilon)
        down, below = self._moved(slot, places, -epsilon)
        crossed = np.zeros(len(places), bool)
        for one, other in zip(above, below, strict=True):
            crossed |= (np.sign(one) != np.sign(other)).any(axis=1)
        w = self._values(slot)[places]
        penalties = (self._penalty(slot, w + epsilon) - self._penalty(slot, w - epsilon)) / (2.0 * epsilon)
        return (up - down) / (2.0 * epsilon) + penalties, crossed | self._penalty_kink(slot, w, epsilon)

    def _values(self, slot: Slot) -> Array:
        return self.network.parameters[slot.part]

    def _penalty(self, slot: Slot, w: Array) -> Array:
        if slot.name != "W":
            return np.zeros(len(w))
        found: Array = self.l1 * np.abs(w) + self.l2 / 2.0 * w * w
        return found

    def _penalty_slope(self, slot: Slot, w: Array) -> Array:
        """Im penalty(w + ih) / h, which for these two is no more than this."""
        h = 1e-30
        moved = w + 1j * h
        if slot.name != "W":
            return np.zeros(len(w))
        found: Array = (self.l1 * np.sign(w) * moved + self.l2 / 2.0 * moved * moved).imag / h
        return found

    def _penalty_kink(self, slot: Slot, w: Array, epsilon: float) -> Flags:
        if slot.name != "W" or not self.l1:
            return np.zeros(len(w), bool)
        found: Flags = np.abs(w) <= epsilon
        return found

    def _moved(self, slot: Slot, places: Rows, by: complex) -> tuple[Array, list[Array]]:
        """(n,) data losses, each with one parameter moved, and what passes through 0 at a kink, each (n, numbers)."""
        layer, before = self.network.layers[slot.layer], self.x if slot.layer == 0 else self.outs[slot.layer - 1]
        copies = np.repeat(self.outs[slot.layer][None], len(places), axis=0)
        if isinstance(layer, Dense):
            self._move_dense(layer, slot, places, by, before, copies)
        else:
            self._move_any(layer, slot, places, by, before, copies)
        return self._onwards(copies.reshape(-1, layer.units), slot.layer + 1, len(places))

    def _move_dense(
        self, layer: Dense, slot: Slot, places: Rows, by: complex, before: Array, copies: Array
    ) -> None:  # fmt: skip
        """A weight or bias moves one unit: a Dense of just these units, each with its own parameter moved."""
        index = np.unravel_index(places, slot.shape)
        units, numbers = index[-1], np.arange(len(places))
        narrow = Dense(layer.id, layer.inputs, len(places), layer.bias)
        W = layer.W[:, units]
        b = None if layer.b is None else layer.b[units]
        if slot.name == "W":
            W[index[0], numbers] += by
        elif b is not None:
            b += by
        mine = (W,) if b is None else (W, b)
        narrow.bind(mine, mine, ())
        out = np.empty((self.rows, len(places)), self.network.dtype)
        narrow.forward(before, out, narrow.kept(self.rows, self.network.dtype))
        copies[numbers, :, units] = out.T

    def _move_any(
        self, layer: Layer, slot: Slot, places: Rows, by: complex, before: Array, copies: Array
    ) -> None:  # fmt: skip
        values, kept = self._values(slot), self._kept(slot.layer, 1)
        for place, copy in zip(places, copies, strict=True):
            value = values[place]
            values[place] = value + by
            layer.forward(before, copy, kept)
            values[place] = value

    def _kept(self, position: int, copies: int) -> Kept:
        layer = self.network.layers[position]
        kept = layer.kept(copies * self.rows, self.network.dtype)
        if isinstance(layer, Dropout):
            kept[0][...] = np.tile(self.masks[position], (copies, 1))
        return kept

    def _onwards(self, values: Array, start: int, copies: int) -> tuple[Array, list[Array]]:
        network, corners = self.network, []
        for position in range(start, self.judged):
            layer = network.layers[position]
            if isinstance(layer, Activation):
                corners += [(values - kink).reshape(copies, -1) for kink in layer.function.kinks]
            out = np.empty((len(values), layer.units), network.dtype)
            if isinstance(layer, BatchNorm):
                kept = self._kept(position, 1)
                for first in range(0, len(values), self.rows):
                    layer.forward(values[first : first + self.rows], out[first : first + self.rows], kept)
            else:
                layer.forward(values, out, self._kept(position, copies))
            values = out
        y = np.tile(self.y, (copies, 1))
        if network.loss.corner is not None:
            corners.append(network.loss.corner(values, y).reshape(copies, -1))
        terms = np.empty_like(values)
        scratch = tuple(np.empty_like(values) for _ in range(network.loss.scratch))
        network.loss.terms(values, y, terms, scratch, network.options)
        sums = terms.reshape(copies, self.rows, -1).sum(axis=2)
        return sums @ self.weights.astype(network.dtype) / self.parts, corners

