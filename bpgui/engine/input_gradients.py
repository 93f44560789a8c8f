"""How a neuron answers to its input: ∂a/∂x of single neurons in evaluation mode, back through every layer below.

It runs beside training and leaves its gradients alone: nothing here writes to a parameter's gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpgui.engine.activations import Array
from bpgui.engine.layers import Kept
from bpgui.engine.network import Network

Back = Callable[[Any, Array, Array, Array, Kept], Array]


def _dense(layer: Any, x: Array, out: Array, delta: Array, kept: Kept) -> Array:
    found: Array = delta @ layer.W.T
    return found


def _activation(layer: Any, x: Array, out: Array, delta: Array, kept: Kept) -> Array:
    found = np.empty_like(delta)
    layer.backward(x, out, delta, found, kept)
    return found


def _dropout(layer: Any, x: Array, out: Array, delta: Array, kept: Kept) -> Array:
    return delta


def _batchnorm(layer: Any, x: Array, out: Array, delta: Array, kept: Kept) -> Array:
    found: Array = delta * (layer.gamma / np.sqrt(layer.running_variance + layer.epsilon))
    return found


# From ∂/∂out to ∂/∂x of each kind of layer, as it is in evaluation: dropout drops nothing, batch norm knows no batch.
BACK: dict[str, Back] = {"dense": _dense, "activation": _activation, "dropout": _dropout, "batchnorm": _batchnorm}


def input_gradients(network: Network, x: Array, wanted: Mapping[str, Sequence[int]]) -> dict[str, Array]:
    """For each layer id (of the project: after its activation) ∂a/∂x (neurons, features) of those neurons at x
    (1, features). Raises KeyError for an id, IndexError for a neuron that is not there.
    """
    last = {layer.id: place for place, layer in enumerate(network.layers)}
    most = max(map(len, wanted.values()), default=0)
    if not most:
        return {id: np.empty((0, x.shape[1]), network.dtype) for id in wanted}
    space = network.forward(np.repeat(x, most, axis=0), training=False)
    found = {}
    for id, neurons in wanted.items():
        place, rows = last[id], len(neurons)
        delta = np.zeros((rows, network.layers[place].units), network.dtype)
        delta[range(rows), list(neurons)] = 1.0
        for i in range(place, -1, -1):
            before = space.outs[i - 1][:rows] if i else x
            kept = tuple(array[:rows] if array.ndim == 2 else array for array in space.kept[i])
            layer = network.layers[i]
            delta = BACK[layer.kind](layer, before, space.outs[i][:rows], delta, kept)
        found[id] = delta
    return found
