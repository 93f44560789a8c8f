"""The mistakes themselves: where each can be made, and how a right backward pass is turned into the wrong one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.layers import Activation, BatchNorm, Dense, Kept, Layer
from bpgui.engine.network import Network

WHOLE = -1  # the position of a bug that is in no layer
Backward = Callable[[Array, Array, Array, Any, Kept], None]
_UNBENT = ("identity", "relu", "leaky_relu")  # f′(a) is f′(z)


@dataclass(frozen=True)
class Site:
    """The layer that goes wrong, its right backward pass, and what came into the layer before it (None: data did)."""

    layer: Layer
    backward: Backward
    z: Array | None


Wrap = Callable[[Site], Backward]


# Where they can be made


def _gone_back(network: Network, position: int) -> bool:
    """Whether a gradient goes on below that layer, to parameters."""
    below = network.layers[:position] if position > 0 else ()
    return any(layer.parameter_shapes() for layer in below)


def activation(network: Network, position: int, rows: int) -> bool:
    layer = network.layers[position] if position != WHOLE else None
    return isinstance(layer, Activation) and layer.name != "identity" and _gone_back(network, position)


def bent(network: Network, position: int, rows: int) -> bool:
    layer = network.layers[position]
    return (
        activation(network, position, rows)
        and isinstance(layer, Activation)
        and layer.name not in (*_UNBENT, "softmax")
    )


def dense(network: Network, position: int, rows: int) -> bool:
    return position != WHOLE and isinstance(network.layers[position], Dense)


def dense_below(network: Network, position: int, rows: int) -> bool:
    return dense(network, position, rows) and _gone_back(network, position)


def square(network: Network, position: int, rows: int) -> bool:
    layer = network.layers[position]
    return dense_below(network, position, rows) and layer.inputs == layer.units and layer.units > 1


def biased(network: Network, position: int, rows: int) -> bool:
    layer = network.layers[position]
    return position != WHOLE and isinstance(layer, Dense) and layer.b is not None


def biased_rows(network: Network, position: int, rows: int) -> bool:
    return rows > 1 and biased(network, position, rows)


def dense_of_rows(network: Network, position: int, rows: int) -> bool:
    return rows > 1 and dense(network, position, rows)


def after_activation(network: Network, position: int, rows: int) -> bool:
    before = network.layers[position - 1] if position > 1 else None
    bent = isinstance(before, Activation) and before.name != "identity"
    return bent and dense(network, position, rows)


def kind(kind: type) -> Callable[[Network, int, int], bool]:
    def fits(network: Network, position: int, rows: int) -> bool:
        here = position != WHOLE and isinstance(network.layers[position], kind)
        return here and _gone_back(network, position)

    return fits


def whole(network: Network, position: int, rows: int) -> bool:
    return position == WHOLE


def meant(network: Network, position: int, rows: int) -> bool:
    return position == WHOLE and rows > 1 and network.reduction == "mean"


def squared(network: Network, position: int, rows: int) -> bool:
    return position == WHOLE and network.loss.name == "mse" and network.reduction != "half_sum"


def sigmoid_twice(network: Network, position: int, rows: int) -> bool:
    return position == WHOLE and network.from_logits and network.loss.logits_of == "sigmoid"


# How they are made


def instead(spoilt: Callable[[Site, Array, Array, Array, Kept], None]) -> Wrap:
    """`spoilt(site, out, d_out, d_x, kept)` writes ∂L/∂x; the gradients of parameters stay right."""

    def wrap(site: Site) -> Backward:
        def wrong(x: Array, out: Array, d_out: Array, d_x: Any, kept: Kept) -> None:
            handed = d_out.copy()  # ∂L/∂x may be written over it
            site.backward(x, out, d_out, d_x, kept)
            if d_x is not None:
                spoilt(site, out, handed, d_x, kept)

        return wrong

    return wrap


def after(spoil: Callable[[Any, Array, Array, Array | None], None]) -> Wrap:
    """After the right backward pass of a Dense, `spoil(layer, x, delta, z)` spoils the gradients of its parameters."""

    def wrap(site: Site) -> Backward:
        def wrong(x: Array, out: Array, d_out: Array, d_x: Any, kept: Kept) -> None:
            site.backward(x, out, d_out, d_x, kept)
            spoil(site.layer, x, d_out, site.z)

        return wrong

    return wrap


def before(spoil: Callable[[Array, Array], None]) -> Wrap:
    """Before the backward pass, `spoil(delta, out)` spoils what the loss hands down."""

    def wrap(site: Site) -> Backward:
        def wrong(x: Array, out: Array, d_out: Array, d_x: Any, kept: Kept) -> None:
            spoil(d_out, out)
            site.backward(x, out, d_out, d_x, kept)

        return wrong

    return wrap


def passed_on(site: Site, out: Array, d_out: Array, d_x: Array, kept: Kept) -> None:
    np.copyto(d_x, d_out)


def turned(site: Site, out: Array, d_out: Array, d_x: Array, kept: Kept) -> None:
    np.negative(d_x, d_x)


def slope_at_a(site: Site) -> Backward:
    def wrong(x: Array, out: Array, d_out: Array, d_x: Any, kept: Kept) -> None:
        assert isinstance(site.layer, Activation)
        again = np.empty_like(out)
        site.layer.function.forward(out, again, kept)
        site.backward(out, again, d_out, d_x, kept)

    return wrong


def not_transposed(site: Site, out: Array, d_out: Array, d_x: Array, kept: Kept) -> None:
    assert isinstance(site.layer, Dense)
    d_out.dot(site.layer.W, d_x)


def statistics_fixed(site: Site, out: Array, d_out: Array, d_x: Array, kept: Kept) -> None:
    assert isinstance(site.layer, BatchNorm)
    np.multiply(d_out, kept[5] * site.layer.gamma, d_x)


def z_for_a(layer: Dense, x: Array, delta: Array, z: Array | None) -> None:
    assert z is not None
    z.T.dot(delta, layer.dW)


def last_row_alone(layer: Dense, x: Array, delta: Array, z: Array | None) -> None:
    np.outer(x[-1], delta[-1], layer.dW)


def mean_twice(layer: Dense, x: Array, delta: Array, z: Array | None) -> None:
    layer.dW /= len(x)


def bias_forgotten(layer: Dense, x: Array, delta: Array, z: Array | None) -> None:
    assert layer.db is not None
    layer.db[...] = 0.0


def bias_of_one_row(layer: Dense, x: Array, delta: Array, z: Array | None) -> None:
    assert layer.db is not None
    layer.db[...] = delta[0]


def opposite(delta: Array, out: Array) -> None:
    np.negative(delta, delta)


def halved(delta: Array, out: Array) -> None:
    delta *= 0.5


def summed(delta: Array, out: Array) -> None:
    delta *= len(delta)


def slope_again(delta: Array, logits: Array) -> None:
    a = 1.0 / (1.0 + np.exp(-logits))
    delta *= a * (1.0 - a)
