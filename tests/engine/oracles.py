"""Independent ways to a gradient, and networks to try them on."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.layers import Activation, Dense, Layer
from bpgui.engine.losses import LOSSES
from bpgui.engine.network import Network

STEP = 1e-30


def make_network(sizes, hidden, output, loss, reduction="mean", *, bias=True, seed=0, dtype=np.float64):
    """sizes (features, units..., outputs) with every hidden layer activated by `hidden`; weights of moderate size."""
    layers: list[Layer] = []
    for index, (inputs, units) in enumerate(pairwise(sizes)):
        name = output if index == len(sizes) - 2 else hidden
        layers.append(Dense(f"d{index}", inputs, units, bias))
        if name != "identity":
            layers.append(Activation(f"d{index}", units, name))
    network = Network(layers, loss, reduction, dtype)
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
    return x, generator.normal(0.0, 1.0, (rows, outputs)).astype(dtype)


def scratch(name, z):
    """What an activation's functions work with beside their own arrays."""
    return tuple(np.zeros_like(z) for _ in range(ACTIVATIONS[name].scratch))


def complex_step(network, x, y):
    """∂L/∂parameters by Im L(p + ih) / h, with no cancellation (Squire and Trapp 1998)."""
    twin = Network(
        [
            Dense(layer.id, layer.inputs, layer.units, layer.bias)
            if isinstance(layer, Dense)
            else Activation(layer.id, layer.units, layer.name)
            for layer in network.layers
        ],
        network.loss.name, network.reduction, np.complex128,
    )  # fmt: skip
    twin.parameters[:] = network.parameters
    x, y = x.astype(np.complex128), y.astype(np.complex128)
    gradient = np.empty(twin.parameters.size)
    for index in range(gradient.size):
        twin.parameters[index] += 1j * STEP
        gradient[index] = twin.loss_of(twin.forward(x), y).imag / STEP
        twin.parameters[index] = twin.parameters[index].real
    return gradient


def legal_cases():
    """(loss, output, reduction) over the tables."""
    from bpgui.engine.losses import LEGAL_OUTPUTS

    return [
        (loss, output, reduction)
        for loss, outputs in LEGAL_OUTPUTS.items()
        for output in outputs
        for reduction in LOSSES[loss].reductions
    ]
