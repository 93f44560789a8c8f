"""A whole training once more, by the textbook: order of rows, masks, gradient, clipping, schedule, update, statistics.

Shares nothing with the engine but the streams' seeds, which are part of its promise.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import plain

SHUFFLE, DROPOUT = 2, 3  # purposes of random streams, see the conventions


def stream(seed, purpose, index=0):
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, purpose, index])))


def clip(g, kind, at):
    """PyTorch's clip_grad_norm_ and clip_grad_value_."""
    if kind == "norm":
        return g * min(1.0, at / (math.sqrt((g**2).sum()) + 1e-6))
    return np.clip(g, -at, at) if kind == "value" else g


def factor(name, o, step, epoch, epochs, plateau):
    if name == "step":
        return o["step_factor"] ** (epoch // o["step_epochs"])
    if name == "exponential":
        return o["decay"] ** epoch
    if name == "cosine":
        share = min(1.0, epoch / (o["cosine_epochs"] or epochs))
        return o["floor"] + (1 - o["floor"]) * 0.5 * (1 + math.cos(math.pi * share))
    if name == "warmup":
        return o["warmup_start"] + (1 - o["warmup_start"]) * min(1.0, step / o["warmup_steps"])
    return plateau.factor if name == "plateau" else 1.0


def observe(plateau, o, loss):
    """PyTorch's ReduceLROnPlateau."""
    if loss < plateau.best * (1 - o["plateau_threshold"]):
        plateau.best, plateau.bad = loss, 0
    else:
        plateau.bad += 1
    if plateau.bad > o["plateau_patience"]:
        plateau.factor, plateau.bad = plateau.factor * o["plateau_factor"], 0


def update(name, o, W, g, s, t, rate):
    """One step of the optimizer as PyTorch writes it; `s` holds its moments."""
    if name == "sgd":
        return W - rate * g
    if name in ("momentum", "nesterov"):
        s["v"] = o["momentum"] * s.get("v", 0.0) + g
        return W - rate * (s["v"] if name == "momentum" else g + o["momentum"] * s["v"])
    if name == "rmsprop":
        s["v"] = o["alpha"] * s.get("v", 0.0) + (1 - o["alpha"]) * g**2
        return W - rate * g / (np.sqrt(s["v"]) + o["epsilon"])
    if name == "adagrad":
        s["v"] = s.get("v", 0.0) + g**2
        return W - rate * g / (np.sqrt(s["v"]) + o["epsilon"])
    if name == "adamw":
        W = W * (1 - rate * o["weight_decay"])
    s["m"] = o["beta_1"] * s.get("m", 0.0) + (1 - o["beta_1"]) * g
    s["v"] = o["beta_2"] * s.get("v", 0.0) + (1 - o["beta_2"]) * g**2
    m_hat, v_hat = s["m"] / (1 - o["beta_1"] ** t), s["v"] / (1 - o["beta_2"] ** t)
    return W - rate * m_hat / (np.sqrt(v_hat) + o["epsilon"])


def batches(rows, size, order, join):
    """The rows of each batch of an epoch; with `join` a last one alone goes with the batch before it."""
    size = size or len(rows)
    found = [order[start : start + size] for start in range(0, len(order), size)]
    if join and len(found) > 1 and len(found[-1]) == 1:
        found[-2:] = [np.concatenate(found[-2:])]
    return found


class Run:
    """The engine's Training, plainly: `setup` is what it was made from, see `checks.Setup`."""

    def __init__(self, setup, network, x, y, weights, rows):
        self.setup, self.network = setup, network
        self.x, self.y, self.weights, self.rows = x, y, weights, rows
        self.network_start = network.parameters.copy()
        self.flat, self.running = self.network_start.copy(), network.running.copy()
        self.changing = plain.trained(network.layers, self.flat.size)
        self.order = stream(setup.seed, SHUFFLE)
        drops = [i for i, layer in enumerate(network.layers) if layer.kind == "dropout"]
        self.masks = {position: stream(setup.seed, DROPOUT, index) for index, position in enumerate(drops)}
        self.plateau = SimpleNamespace(factor=1.0, best=math.inf, bad=0)
        self.moments, self.count, self.epoch = {}, 0, 0
        self.losses, self.rates, self.penalties, self.epoch_losses = [], [], [], []

    def draw(self, rows):
        found = {}
        for position, generator in self.masks.items():
            layer = self.network.layers[position]
            found[position] = (generator.random((rows, layer.units)) >= layer.rate) / (1.0 - layer.rate)
        return found

    def run_epoch(self):
        setup, network = self.setup, self.network
        join = any(layer.kind == "batchnorm" for layer in network.layers)
        probe = batches(self.rows, setup.batch_size, self.rows, join)
        order = self.order.permutation(len(self.rows)) if setup.shuffle and len(probe) > 1 else slice(None)
        total = weight = 0.0
        for chosen in batches(self.rows, setup.batch_size, self.rows[order], join):
            w = None if self.weights is None else self.weights[chosen]
            loss = self.step(self.x[chosen], self.y[chosen], w)
            counts = w is not None and (network.reduction == "mean" or network.loss.name == "cce")
            share = w.sum() if counts else len(chosen)
            total, weight = total + loss * share, weight + share
        self.epoch += 1
        self.epoch_losses.append(total / weight)
        observe(self.plateau, setup.options, total / weight)

    def step(self, x, y, w):
        setup, network, flat = self.setup, self.network, self.flat
        masks = self.draw(len(x))
        values = plain.forward(network.layers, flat, x, masks)
        loss = float(plain.data_loss(network, values, y, w))
        g = plain.gradient(network, flat, x, y, w, masks, setup.l1, setup.l2)[self.changing]
        g = clip(g, setup.clip, setup.clip_at)
        rate = setup.rate * factor(
            setup.schedule, setup.options, self.count, self.epoch, setup.epochs, self.plateau
        )
        self.count += 1
        self.losses.append(loss)
        self.rates.append(rate)
        self.penalties.append(float(plain.penalty(network.layers, flat, setup.l1, setup.l2)))
        new = update(setup.optimizer, setup.options, flat[self.changing], g, self.moments, self.count, rate)
        self.flat = flat.copy()
        self.flat[self.changing] = new
        self.follow(values, len(x))
        return loss

    def follow(self, values, rows):
        place = 0
        for position, layer in enumerate(self.network.layers):
            if layer.kind == "batchnorm":
                mean, variance = plain.batch_statistics(values[position])
                for new in (mean[0], variance[0] * rows / (rows - 1)):
                    old = self.running[place : place + layer.units]
                    self.running[place : place + layer.units] = (1 - layer.momentum) * old + layer.momentum * new
                    place += layer.units
