"""The update: what the optimizer made of a gradient, and what that did to the loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bpgui.engine.explain.context import Context
from bpgui.engine.explain.forwards import minus
from bpgui.engine.explain.node import Node, Term, function, leaf, product, term, total, wide
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.explain.references import (
    Change,
    Gradient,
    Loss,
    Moment,
    NewParameter,
    Parameter,
    Rate,
    Update,
)
from bpgui.engine.explain.words import symbol

_NAMES = {"velocity": "velocity", "m": "mean gradient", "v": "mean squared gradient"}
_SIGNS = {"velocity": "v", "m": "m", "v": "v"}


def rate(about: Context, asked: Rate) -> Node:
    trace = about.trace
    if trace.rate == trace.learning_rate or not trace.learning_rate:
        return leaf("learning rate", "η", trace.rate, asked)
    by = trace.rate / trace.learning_rate
    parts = [
        term(leaf("base rate", "base rate", trace.learning_rate)), term(leaf("factor of the schedule", "schedule", by)),
    ]  # fmt: skip
    return product("learning rate of this step", "η", "base rate · schedule", trace.rate, parts, asked)


def _minus_rate(about: Context) -> Term:
    return term(minus(about.tell(Rate())))


def _used(about: Context, parameter: Parameter) -> Term:
    return about.branch(about.number(about.trace.clipped, parameter), Gradient(parameter))


def update(about: Context, asked: Update) -> Node:
    """Root of the update tree: the engine's ΔW, a difference of two stored numbers, and rounded as they are."""
    trace, parameter = about.trace, asked.parameter
    who, sign = about.words.parameter(trace, parameter), f"Δ{symbol(parameter)}"
    if asked.plain:
        label = f"what plain SGD would have done to the {who}"
        return product(label, sign, "−η g", None, [_minus_rate(about), _used(about, parameter)], asked)
    label, value = f"change of the {who}", about.number(trace.change, parameter)
    if about.frozen(parameter) or not trace.taken:
        note = "Frozen: no step changes it." if trace.taken else "The step is not taken: the loss is not finite."
        return leaf(label, sign, value, asked, note)
    found = _UPDATES[trace.optimizer](about, parameter, label, sign, value)
    stored = abs(about.number(trace.before, parameter)) + abs(about.number(trace.after, parameter))
    return replace(found, scale=found.scale + stored, reference=asked)


def _sgd(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    return product(label, sign, "−η g", value, [_minus_rate(about), _used(about, parameter)])


def _momentum(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    return product(label, sign, "−η v", value, [_minus_rate(about), _moment(about, parameter, "velocity")])


def _nesterov(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    mu = term(leaf("momentum", "μ", about.trace.options["momentum"]))
    ahead = product("the velocity, kept", "μ v", "μ v", None, [mu, _moment(about, parameter, "velocity")])
    parts = [_used(about, parameter), term(ahead)]
    looked = total("gradient, looked ahead", "g + μ v", "g + μ v", None, parts)
    return product(label, sign, "−η (g + μ v)", value, [_minus_rate(about), term(looked)])


def _by_spread(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    g, v = _used(about, parameter), _moment(about, parameter, "v")
    return _ratio(about, label, sign, value, g, v, "g", "v")


def _ratio(
    about: Context, label: str, sign: str, value: float | None, above: Term, below: Term, top: str, bottom: str
) -> Node:  # fmt: skip
    epsilon = about.trace.options["epsilon"]
    worked = above.value / (math.sqrt(max(below.value, 0.0)) + epsilon)
    written = f"{text(above.value)} / (√{factor(below.value)} + {text(epsilon)})"
    formula = f"{top} / (√{bottom} + ε)"
    direction = function("gradient by its usual size", "direction", formula, None, worked, written, [above, below])
    return product(label, sign, f"−η {formula}", value, [_minus_rate(about), term(direction)])


def _adam(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    m = term(_corrected(about, parameter, "m", "beta_1", "β₁"))
    v = term(_corrected(about, parameter, "v", "beta_2", "β₂"))
    return _ratio(about, label, sign, value, m, v, "m*", "v*")


def _corrected(about: Context, parameter: Parameter, name: str, option: str, beta: str) -> Node:
    count, moment = about.trace.count, _moment(about, parameter, name)
    left = 1.0 - about.trace.options[option] ** count
    written = f"{text(moment.value)} / (1 − {text(about.trace.options[option])}^{count})"
    note = "The moments begin at 0, and are too small for it at first: the division makes up for that."
    return function(
        f"{_NAMES[name]}, corrected", f"{name}*", f"{name} / (1 − {beta}^t)", None, moment.value / left, written,
        [moment], None, note if count < 100 else "",
    )  # fmt: skip


def _adamw(about: Context, parameter: Parameter, label: str, sign: str, value: float | None) -> Node:
    trace = about.trace
    decay = product(
        "weight decay", "−η λ w", "−η λ w", None,
        [
            _minus_rate(about), term(leaf("weight decay", "λ", trace.options["weight_decay"])),
            about.branch(about.number(trace.before, parameter), parameter),
        ],
    )  # fmt: skip
    step = _adam(about, parameter, "Adam's step", "Adam's step", None)
    return total(label, sign, "−η λ w − η m* / (√v* + ε)", value, [term(decay), term(step)])


_UPDATES: dict[str, Callable[[Context, Parameter, str, str, float | None], Node]] = {
    "sgd": _sgd, "momentum": _momentum, "nesterov": _nesterov, "rmsprop": _by_spread, "adagrad": _by_spread,
    "adam": _adam, "adamw": _adamw,
}  # fmt: skip


def told(optimizer: str) -> bool:
    """Whether there is a tree for that entry of OPTIMIZERS."""
    return optimizer in _UPDATES


def _unit(about: Context, name: str) -> float:
    """What the engine's moment is multiplied with to be the textbook's: the engine leaves out factors 1 − β."""
    options, optimizer = about.trace.options, about.trace.optimizer
    if optimizer in ("adam", "adamw"):
        return 1.0 - options["beta_1" if name == "m" else "beta_2"]
    return 1.0 - options["alpha"] if optimizer == "rmsprop" else 1.0


def _stored(about: Context, asked: Moment) -> float:
    moments = about.trace.moments_after if asked.after else about.trace.moments_before
    return about.number(moments[asked.name], asked.parameter) * _unit(about, asked.name)


def _moment(about: Context, parameter: Parameter, name: str) -> Term:
    asked = Moment(parameter, name)
    return about.branch(_stored(about, asked), asked)


def moment(about: Context, asked: Moment) -> Node:
    """A moment as the textbook has it. Raises KeyError for one that this optimizer does not keep."""
    trace, parameter, name = about.trace, asked.parameter, asked.name
    value, sign = _stored(about, asked), _SIGNS[name]
    label = f"{_NAMES[name]} of the {about.words.parameter(trace, parameter)}"
    if not asked.after:
        return leaf(f"{label}, before the step", f"{sign} before", value, asked)
    g, before = _used(about, parameter), Moment(parameter, name, after=False)
    old = about.branch(_stored(about, before), before)
    if about.frozen(parameter) or not trace.taken:
        return leaf(label, sign, value, asked)
    if name == "velocity":
        kept = product("kept of the last", "μ v", "μ v", None, [_option(about, "momentum", "μ"), old])
        return total(label, sign, "μ v + g", value, [term(kept), g], asked)
    if trace.optimizer == "adagrad":
        square = product("square of the gradient", "g²", "g²", None, [g, g])
        return total(label, sign, "v + g²", value, [old, term(square)], asked)
    option, beta = {"m": ("beta_1", "β₁"), "v": ("beta_2", "β₂")}[name]
    if trace.optimizer == "rmsprop":
        option, beta = "alpha", "α"
    kept = product("kept of the last", f"{beta} {sign}", f"{beta} {sign}", None, [_option(about, option, beta), old])
    rest = term(leaf(f"1 − {beta}", f"1 − {beta}", 1.0 - trace.options[option]))
    power = "g" if name == "m" else "g²"
    new = product("of the new gradient", f"(1 − {beta}) {power}", f"(1 − {beta}) {power}", None,
                  [rest, g] if name == "m" else [rest, g, g])  # fmt: skip
    return total(label, sign, f"{beta} {sign} + (1 − {beta}) {power}", value, [term(kept), term(new)], asked)


def _option(about: Context, name: str, sign: str) -> Term:
    return term(leaf(sign, sign, about.trace.options[name]))


def new_parameter(about: Context, asked: NewParameter) -> Node:
    trace, parameter = about.trace, asked.parameter
    change = Update(parameter)
    parts = [
        about.branch(about.number(trace.before, parameter), parameter),
        about.branch(about.number(trace.change, parameter), change),
    ]  # fmt: skip
    label, sign = f"{about.words.parameter(trace, parameter)}, after the step", symbol(parameter)
    value = about.number(trace.after, parameter)
    return total(label, f"{sign} after", f"{sign} + Δ{sign}", value, parts, asked)


def change(about: Context, asked: Change) -> Node:
    """What the step does to the loss, penalties with it: as the gradient has it, and as it came."""
    trace = about.trace
    if not asked.predicted:
        before = about.tell(Loss("whole"))
        parts = [
            about.branch(trace.loss_after + trace.penalty_after, Loss("whole", after=True)), term(minus(before)),
        ]  # fmt: skip
        label = "change of the loss by this step"
        return total(label, "ΔL", "L after − L", trace.actual_change, parts, asked)
    g, delta = trace.gradient.astype(np.float64), trace.change.astype(np.float64)

    def make(place: int) -> Node:
        parameter = about.parameter_at(place)
        sign = symbol(parameter)
        parts = [about.branch(g[place], Gradient(parameter, "whole")), about.branch(delta[place], Update(parameter))]
        label = f"by the {about.words.parameter(trace, parameter)}"
        return product(label, f"∂L/∂{sign} · Δ{sign}", f"∂L/∂{sign} · Δ{sign}", None, parts, parameter)

    note = "To first order: as if the loss were straight over the length of the step."
    label = "change of the loss that the gradient promises"
    return total(label, "g · ΔW", "Σ ∂L/∂w Δw", trace.predicted_change, wide(g * delta, make), asked, note)
