"""Networks to try, batches for them, and the engine's own complex twin."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import plain

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import Activation, BatchNorm, Dense, Dropout
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES
from bpgui.engine.network import Network

# What a gradient may differ by, layer for layer: this share of the layer's norm, and of each element. An element below
# FLOOR of its layer's largest is held to the absolute error of one of that size: it is a sum whose parts cancel, and
# rounding leaves a share of the parts. A layer whose whole gradient is below VANISHED of the network's (the bias in
# front of a batch norm, what lies before dead units) is zero but for such a rest, and held to that.
NORM, ELEMENT, FLOOR, VANISHED = 1e-12, 1e-8, 1e-5, 1e-13


def layers_of(features, text):
    """Layers from words: "dense:4 relu dropout:0.3 batchnorm dense:2:nobias softmax"; options after further colons."""
    layers, width = [], features
    for index, word in enumerate(text.split()):
        kind, *values = word.split(":")
        id = f"l{index}"
        if kind == "dense":
            units, options = int(values[0]), values[1:]
            layer = Dense(
                id, width, units, "nobias" not in options,
                freeze_weights="freeze_weights" in options, freeze_biases="freeze_biases" in options,
            )  # fmt: skip
            width = units
        elif kind == "dropout":
            layer = Dropout(id, width, float(values[0]))
        elif kind == "batchnorm":
            layer = BatchNorm(id, width, *map(float, values))
        else:
            layer = Activation(id, width, kind)
        layers.append(layer)
    return layers


def randomise(network, seed):
    """Weights that keep numbers of moderate size at any depth, and all else far from where it starts."""
    generator = np.random.default_rng(seed)
    for layer in network.layers:
        if isinstance(layer, Dense):
            layer.W[...] = generator.normal(0.0, 1.2 / np.sqrt(layer.inputs), layer.W.shape)
            if layer.b is not None:
                layer.b[...] = generator.normal(0.0, 0.4, layer.units)
        elif isinstance(layer, BatchNorm):
            layer.gamma[...] = generator.uniform(0.6, 1.4, layer.units)
            layer.beta[...] = generator.normal(0.0, 0.3, layer.units)
            layer.running_mean[...] = generator.normal(0.0, 0.5, layer.units)
            layer.running_variance[...] = generator.uniform(0.5, 2.0, layer.units)


def build(text, loss="mse", reduction="mean", *, features=3, seed=0, dtype=np.float64, **options):
    """A network from words, see `layers_of`, with `randomise`d numbers."""
    network = Network(layers_of(features, text), loss, reduction, dtype, options)
    randomise(network, seed)
    return network


def make_network(sizes, hidden, output, loss, reduction="mean", *, bias=True, seed=0, dtype=np.float64):
    """sizes (features, units..., outputs) with every hidden layer activated by `hidden`; weights of moderate size."""
    words = []
    for index, (_, units) in enumerate(pairwise(sizes)):
        words += [f"dense:{units}" + ("" if bias else ":nobias"), output if index == len(sizes) - 2 else hidden]
    network = Network(
        layers_of(sizes[0], " ".join(word for word in words if word != "identity")), loss, reduction, dtype
    )
    network.parameters[:] = np.random.default_rng(seed).normal(0.0, 0.7, network.parameters.size)
    return network


def make_batch(loss, rows, features, outputs, seed=1, dtype=np.float64):
    """x (rows, features) and y (rows, outputs) that are legal targets of the loss."""
    generator = np.random.default_rng(seed)
    x = generator.normal(0.0, 1.0, (rows, features)).astype(dtype)
    if loss == "cce":
        return x, np.eye(outputs, dtype=dtype)[generator.integers(0, outputs, rows)]
    if loss == "bce":
        return x, generator.integers(0, 2, (rows, outputs)).astype(dtype)
    if loss == "hinge":
        return x, (2.0 * generator.integers(0, 2, (rows, outputs)) - 1.0).astype(dtype)
    return x, generator.normal(0.0, 1.0, (rows, outputs)).astype(dtype)


def make_weights(rows, seed=2, dtype=np.float64):
    """Weights of rows, of different sizes."""
    return np.random.default_rng(seed).uniform(0.2, 3.0, rows).astype(dtype)


def scratch(name, z):
    """What an activation's functions work with beside their own arrays."""
    return tuple(np.zeros_like(z) for _ in range(ACTIVATIONS[name].scratch))


def put_masks(network, rows, seed=3):
    """Draw masks for the next training pass of so many rows; they come back by position."""
    found = {}
    for position, layer in network.dropouts:
        kept = network.workspace(rows).kept[position]
        layer.draw(kept, np.random.default_rng([seed, position]))
        found[position] = kept[0].copy()
    return found


def give_masks(network, rows, masks):
    """Use those masks in the next training pass of so many rows."""
    for position, mask in masks.items():
        network.workspace(rows).kept[position][0][...] = mask


def twin_of(network):
    """The same network for complex numbers, with the same parameters and running statistics."""
    twin = Network(list(_copies(network)), network.loss.name, network.reduction, np.complex128, network.options)
    twin.parameters[:] = network.parameters
    twin.running[:] = network.running
    return twin


def _copies(network):
    for layer in network.layers:
        if isinstance(layer, Dense):
            yield Dense(layer.id, layer.inputs, layer.units, layer.bias)
        elif isinstance(layer, Activation):
            yield Activation(layer.id, layer.units, layer.name)
        elif isinstance(layer, Dropout):
            yield Dropout(layer.id, layer.units, layer.rate)
        else:
            yield BatchNorm(layer.id, layer.units, layer.momentum, layer.epsilon)


def complex_step(network, x, y, weights=None, masks=None):
    """∂L/∂parameters by the engine's own forward pass in complex numbers, one parameter after the other."""
    twin = twin_of(network)
    give_masks(twin, len(x), masks or {})
    x, y = x.astype(np.complex128), y.astype(np.complex128)
    found = np.empty(twin.parameters.size)
    for index in range(found.size):
        twin.parameters[index] += 1j * plain.STEP
        found[index] = complex(twin.loss_of(twin.forward(x), y, weights)).imag / plain.STEP
        twin.parameters[index] = twin.parameters[index].real
    return found


def errors(network, found, expected, *, together=False):
    """(of norms, of elements): the worst layer's errors as shares of what they may be, see NORM; at most 1 is right.

    `together` takes the network as one layer: in networks drawn by lot a layer may have hardly any gradient.
    """
    norm = element = 0.0
    whole = np.abs(expected).max(initial=0.0)
    parts = [(found, expected)] if together else zip(cut(network, found), cut(network, expected), strict=True)
    for got, want in parts:
        largest = np.abs(want).max(initial=0.0)
        if largest <= VANISHED * whole:
            element = max(element, np.abs(got).max(initial=0.0) / (10.0 * VANISHED * whole) if got.any() else 0.0)
            continue
        norm = max(norm, np.linalg.norm(got - want) / np.linalg.norm(want) / NORM)
        element = max(element, (np.abs(got - want) / np.maximum(np.abs(want), FLOOR * largest)).max() / ELEMENT)
    return norm, element


def cut(network, flat):
    """A flat vector's part of each layer."""
    sizes = [sum(map(math.prod, layer.parameter_shapes())) for layer in network.layers]
    return np.split(flat, np.cumsum(sizes)[:-1])


def legal_cases():
    """(loss, output, reduction) over the tables."""
    return [
        (loss, output, reduction)
        for loss, outputs in LEGAL_OUTPUTS.items()
        for output in outputs
        for reduction in LOSSES[loss].reductions
    ]
