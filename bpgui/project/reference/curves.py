"""Curves of entries, drawn from the engine's own functions: nothing here knows a formula.

A curve is a function of one number. Where an entry looks at several (softmax, categorical cross-entropy) the others are
held, and the axis says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.layers import Dense
from bpgui.engine.losses import LOSSES
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.regularizers import Penalty
from bpgui.engine.schedules import SCHEDULES
from bpgui.project.fields import TRAINING_FIELDS

Floats = NDArray[np.float64]
EPOCHS = 100
STEPS = 60
# The valley ½ (w₁² + 25 w₂²) that optimizers are shown in, where they start, and how far each step may go.
VALLEY, START, RATE = np.array([1.0, 25.0]), np.array([1.0, 1.0]), 0.03


@dataclass(frozen=True)
class Curve:
    """`values(x)` gives an array like x for each of `names`; the second is drawn dashed.

    `low`, `high` are where it is shown; `kinks` the x at which there is no derivative; `whole`: x counts something.
    """

    x_name: str
    names: tuple[str, ...]
    low: float
    high: float
    values: Callable[[Floats], tuple[Floats, ...]]
    kinks: tuple[float, ...] = ()
    whole: bool = False
    note: str = ""

    def at(self, x: float) -> tuple[float, tuple[float, ...]]:
        """(x, values there), of the nearest whole x where it counts something."""
        place = float(round(min(max(x, self.low), self.high))) if self.whole else x
        return place, tuple(float(line[0]) for line in self.values(np.array([place])))

    def sample(self, count: int = 401) -> tuple[Floats, tuple[Floats, ...]]:
        """x and the values to be drawn; just before, at and just after each kink as well."""
        if self.whole:
            x = np.arange(self.low, self.high + 1.0)
        else:
            near = [kink + side for kink in self.kinks for side in (-1e-9, 0.0, 1e-9)]
            x = np.unique(np.concatenate([np.linspace(self.low, self.high, count), near]))
        return x, self.values(x)


def curve_of(key: str) -> Curve | None:
    """The curve of an entry, None where there is none to be drawn."""
    kind, name = key.split(".", 1)
    make = CURVES.get(kind)
    return make(name) if make is not None else None


def _activation(name: str) -> Curve:
    function = ACTIVATIONS[name]
    width = 3 if name == "softmax" else 1

    def values(x: Floats) -> tuple[Floats, ...]:
        z = np.zeros((len(x), width))
        z[:, 0] = x
        a, da, scratch = np.empty_like(z), np.zeros_like(z), _scratch(z, function.scratch)
        function.forward(z, a, scratch)
        da[:, 0] = 1.0
        function.backward(z, a, da, da, scratch)
        return a[:, 0], da[:, 0]

    note = "The other two sums are held at 0." if width > 1 else ""
    return Curve("z", ("f(z)", "f′(z)"), -5.0, 5.0, values, function.kinks, note=note)


def _loss(name: str) -> Curve:
    loss = LOSSES[name]
    logits = loss.logits_of is not None
    options = {field.name: float(field.default) for field in loss.fields}
    width = 3 if name == "cce" else 1
    target = 1.0 if loss.task == "classes" else 0.0

    def values(x: Floats) -> tuple[Floats, ...]:
        p, y = np.zeros((len(x), width)), np.zeros((len(x), width))
        p[:, 0], y[:, 0] = x, target
        terms, gradient, scratch = np.empty_like(p), np.empty_like(p), _scratch(p, loss.scratch)
        loss.terms(p, y, terms, scratch, options)
        total = terms.sum(axis=1)
        loss.gradient(p, y, gradient, scratch, options)
        return total, gradient[:, 0]

    x_name = "z" if logits else "a"
    kinks = () if loss.corner is None else (0.0 if target == 0.0 else 1.0,)
    note = f"The target is {target:g}."
    if width > 1:
        note = "z is the logit of the right class; those of the other two are held at 0."
    elif logits:
        note = "z is the logit; the target is 1. For the target 0 it is the mirror image."
    return Curve(x_name, ("L", f"∂L/∂{x_name}"), -4.0, 4.0, values, kinks, note=note)


def _optimizer(name: str) -> Curve:
    def way(key: str) -> Floats:
        entry = OPTIMIZERS[key]
        w, g = START.copy(), np.empty(2)
        optimizer = entry.make(w, g, {field.name: float(field.default) for field in entry.fields})
        losses = []
        for _ in range(STEPS + 1):
            losses.append(float(VALLEY @ (w * w)) / 2)
            g[:] = VALLEY * w
            optimizer.update(RATE)
        return np.array(losses)

    def values(x: Floats) -> tuple[Floats, ...]:
        return tuple(line[x.astype(np.intp)] for line in lines)

    names = ("L",) if name == "sgd" else ("L", "L with plain SGD")
    lines = tuple(way(key) for key in (name, "sgd")[: len(names)])
    note = f"Down the valley ½ (w₁² + 25 w₂²) from (1, 1), with a learning rate of {RATE:g}."
    return Curve("step", names, 0.0, float(STEPS), values, whole=True, note=note)


def _schedule(name: str) -> Curve:
    entry = SCHEDULES[name]
    options = {field.name: float(field.default) for field in entry.fields}
    by_step = name == "warmup"

    def values(x: Floats) -> tuple[Floats, ...]:
        schedule = entry.make(options)
        factors = []
        for count in range(int(x.max()) + 1):
            factors.append(schedule.factor(count if by_step else 0, 0 if by_step else count, EPOCHS))
            schedule.observe(max(0.5, 1.0 - count / 40))  # falls for twenty epochs, then stands
        return (np.array(factors)[x.astype(np.intp)],)

    high = 2.0 * options["warmup_steps"] if by_step else float(EPOCHS)
    note = f"Of {EPOCHS} planned epochs."
    if name == "plateau":
        note = "For a loss that falls for 20 epochs and then stands."
    elif by_step:
        note = ""
    return Curve("step" if by_step else "epoch", ("factor",), 0.0, high, values, whole=True, note=note)


def _initializer(name: str) -> Curve:
    """The share of weights in each of 41 bins, of a layer with 64 inputs and 64 units."""
    entry = INITIALIZERS[name]
    scale = next((float(field.default) for field in entry.fields), 0.0)
    many = np.concatenate([entry.fill(np.random.default_rng(seed), 64, 64, scale).ravel() for seed in range(12)])
    reach = max(float(np.abs(many).max()) * 1.25, 0.1)
    shares, edges = np.histogram(many, bins=41, range=(-reach, reach))

    def values(x: Floats) -> tuple[Floats, ...]:
        at = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(shares) - 1)
        return (shares[at] / len(many),)

    note = "How many of the weights lie where, of a layer with 64 inputs and 64 units."
    return Curve("weight", ("share",), -reach, reach, values, note=note)


def _regulariser(name: str) -> Curve:
    return _penalty(name) if name in TRAINING_FIELDS else _clipping(name)


def _penalty(name: str) -> Curve:
    strengths = {"l1": (1.0, 0.0), "l2": (0.0, 1.0)}[name]

    def values(x: Floats) -> tuple[Floats, ...]:
        found = np.empty((2, len(x)))
        layer = Dense("", 1, 1, bias=False)
        for index, weight in enumerate(x):
            W, dW = np.full((1, 1), weight), np.zeros((1, 1))
            layer.bind((W,), (dW,), ())
            penalty = Penalty([layer])
            penalty.add_gradient(*strengths)
            found[:, index] = np.real(penalty.value(*strengths)), dW[0, 0]
        return found[0], found[1]

    kinks = (0.0,) if name == "l1" else ()
    return Curve("W", ("penalty", "its pull on dW"), -2.0, 2.0, values, kinks, note="λ is 1; a single weight.")


def _clipping(name: str) -> Curve:
    entry = CLIPPINGS[name]

    def values(x: Floats) -> tuple[Floats, ...]:
        found = x.copy()
        for index in range(len(x)):
            entry.make(found[index : index + 1])(1.0)
        return (found,)

    note = "The limit is 1; a gradient of a single number." if entry.fields else ""
    return Curve("g", ("g as used",), -3.0, 3.0, values, note=note)


CURVES: dict[str, Callable[[str], Curve]] = {
    "activation": _activation, "loss": _loss, "optimizer": _optimizer, "schedule": _schedule,
    "initializer": _initializer, "regulariser": _regulariser,
}  # fmt: skip


def _scratch(like: Floats, count: int) -> tuple[Any, ...]:
    return tuple(np.empty_like(like) for _ in range(count))
