"""The engine's mathematics once more: formulas on fresh arrays, sharing no code with it.

A network is described by its layer objects (kind, units, rate ...); numbers come from flat vectors, laid out as the
engine's. The flat vector may carry leading axes: the complex step puts every parameter's nudge on one, and one pass
gives the whole gradient. At kinks the sub-gradient of least norm, on the real part.
"""

from __future__ import annotations

import math

import numpy as np

STEP = 1e-30


def leaky(z, slope):
    return np.where(z.real > 0.0, z, slope * z)


def absolute(z):
    return np.sign(z.real) * z


def softmax(z):
    e = np.exp(z - z.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 0.5 * (1.0 + np.tanh(0.5 * z)),
    "tanh": lambda z: 2.0 / (1.0 + np.exp(-2.0 * z)) - 1.0,
    "relu": lambda z: leaky(z, 0.0),
    "leaky_relu": lambda z: leaky(z, 0.01),
    "elu": lambda z: np.where(z.real > 0.0, z, np.exp(np.where(z.real > 0.0, 0.0, z)) - 1.0),
    "softplus": lambda z: np.log(1.0 + np.exp(z)),
    "gelu": lambda z: 0.5 * z * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z / (1.0 + np.exp(-z)),
    "softmax": softmax,
}


def cut(layers, flat):
    """The parameters of each layer, as a list of arrays (..., *shape)."""
    parts, offset = [], 0
    for layer in layers:
        mine = []
        for shape in layer.parameter_shapes():
            size = math.prod(shape)
            mine.append(flat[..., offset : offset + size].reshape(*flat.shape[:-1], *shape))
            offset += size
        parts.append(mine)
    assert offset == flat.shape[-1]
    return parts


def batch_statistics(x):
    """(mean, biased variance), each (..., 1, units)."""
    mean = x.mean(axis=-2, keepdims=True)
    return mean, ((x - mean) ** 2).mean(axis=-2, keepdims=True)


def apply(layer, parts, x, mask, statistics):
    """One layer. `statistics` (mean, variance) of a batch norm, None: the batch's own."""
    if layer.kind == "dense":
        z = x @ parts[0]
        return z + parts[1][..., None, :] if layer.bias else z
    if layer.kind == "activation":
        return ACTIVATIONS[layer.name](x)
    if layer.kind == "dropout":
        return x if mask is None else x * mask
    mean, variance = batch_statistics(x) if statistics is None else statistics
    gamma, beta = (part[..., None, :] for part in parts)
    return gamma * (x - mean) / np.sqrt(variance + layer.epsilon) + beta


def forward(layers, flat, x, masks=None, running=None):
    """The value after each layer, `x` first. `masks` by position; with `running` (flat) evaluation mode."""
    values, place = [x], 0
    for position, (layer, parts) in enumerate(zip(layers, cut(layers, flat), strict=True)):
        statistics = None
        if layer.kind == "batchnorm" and running is not None:
            statistics = running[place : place + layer.units], running[place + layer.units : place + 2 * layer.units]
            place += 2 * layer.units
        mask = None if masks is None or running is not None else masks.get(position)
        values.append(apply(layer, parts, values[-1], mask, statistics))
    return values


def terms(loss, values, y, delta):
    """What each row and output adds to the loss (..., rows, outputs). Cross-entropies look at the value before the last
    activation: the same function, without the cancellation in 1 − a."""
    z, a = values[-2:]
    if loss == "bce":
        return y * np.log(1.0 + np.exp(-z)) + (1.0 - y) * np.log(1.0 + np.exp(z))
    if loss == "cce":
        return y * (np.log(np.exp(z).sum(axis=-1, keepdims=True)) - z)
    if loss == "hinge":
        return leaky(1.0 - y * a, 0.0)
    r = a - y
    if loss == "mse":
        return r**2
    size = absolute(r)
    return size if loss == "mae" else np.where(size.real <= delta, 0.5 * r**2, delta * (size - 0.5 * delta))


def data_loss(network, values, y, weights=None):
    """Σ wᵢ lᵢ / Σ wᵢ over the batch, over the outputs too but for cce; or the sum, or half of it."""
    name = network.loss.name
    found = terms(name, values, y, network.options.get("huber_delta"))
    counts = np.ones(len(y)) if weights is None else weights
    total = (found.sum(axis=-1) * counts).sum(axis=-1)
    if network.reduction == "mean":
        return total / (counts.sum() * (1 if name == "cce" else y.shape[1]))
    return total * {"sum": 1.0, "half_sum": 0.5}[network.reduction]


def penalty(layers, flat, l1, l2):
    """λ₁ Σ |W| + λ₂ / 2 Σ W² over the weights of Dense layers alone."""
    total = 0.0
    for layer, parts in zip(layers, cut(layers, flat), strict=True):
        if layer.kind == "dense":
            W = parts[0]
            total = total + l1 * absolute(W).sum(axis=(-2, -1)) + l2 / 2.0 * (W**2).sum(axis=(-2, -1))
    return total


def objective(network, flat, x, y, weights=None, masks=None, l1=0.0, l2=0.0):
    values = forward(network.layers, flat, x, masks)
    return data_loss(network, values, y, weights) + penalty(network.layers, flat, l1, l2)


def gradient(network, flat, x, y, weights=None, masks=None, l1=0.0, l2=0.0):
    """∂ objective / ∂ flat by Im f(p + ih) / h for all parameters at once; no cancellation (Squire and Trapp 1998)."""
    nudged = flat.astype(np.complex128) + 1j * STEP * np.eye(flat.size)
    return objective(network, nudged, x, y, weights, masks, l1, l2).imag / STEP


def trained(layers, size):
    """Which parameters a step changes: not those of frozen arrays."""
    found, offset = np.ones(size, bool), 0
    for layer in layers:
        frozen = (layer.freeze_weights, layer.freeze_biases) if layer.kind == "dense" else (False, False)
        for shape, fixed in zip(layer.parameter_shapes(), frozen, strict=False):
            found[offset : offset + math.prod(shape)] = not fixed
            offset += math.prod(shape)
    return found
