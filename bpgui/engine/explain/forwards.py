"""The forward pass: where a neuron's number comes from."""

from __future__ import annotations

import math

import numpy as np

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.explain import functions
from bpgui.engine.explain.context import Context
from bpgui.engine.explain.node import Node, Terms, function, leaf, product, term, total, wide
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.explain.references import Mask, Output, Parameter, Statistic
from bpgui.engine.explain.words import symbol
from bpgui.engine.trace import INPUT, LayerTrace

COUPLED = "Batch norm: this depends on all rows of the batch."


def parameter(about: Context, asked: Parameter) -> Node:
    note = "Frozen: no step changes it." if about.frozen(asked) else ""
    label = about.words.parameter(about.trace, asked)
    return leaf(label, symbol(asked), about.number(about.trace.before, asked), asked, note)


def output(about: Context, asked: Output) -> Node:
    """One row's, or the mean of the batch."""
    if asked.row is None:
        return _mean_output(about, asked)
    trace, value = about.trace, float(about.outs(asked.layer)[asked.row, asked.unit])
    label = f"{about.words.neuron(trace, asked.layer, asked.unit)}, {about.words.row(trace, asked.row)}"
    sign = about.symbol(asked.layer, asked.unit)
    if asked.layer == INPUT:
        return leaf(label, sign, value, asked, "As the network sees it: encoded and scaled.")
    layer = trace.layers[asked.layer]
    make = {"dense": _dense, "activation": _activation, "dropout": _dropout, "batchnorm": _norm}[layer.kind]
    return make(about, asked, layer, label, sign, value)


def _mean_output(about: Context, asked: Output) -> Node:
    values, sign = about.outs(asked.layer)[:, asked.unit], about.symbol(asked.layer, asked.unit)
    label = f"{about.words.neuron(about.trace, asked.layer, asked.unit)}, mean of the batch"
    branches = wide(values, lambda row: about.tell(Output(asked.layer, row, asked.unit)))
    return _mean(label, f"mean {sign}", sign, None, branches, asked)


def _mean(label: str, sign: str, what: str, value: float | None, branches: Terms, asked: Output | Statistic) -> Node:
    whole = total("sum over the rows", f"Σ {what}", f"Σ {what}", None, branches)
    count = len(branches)
    worked, written = whole.worked / count, f"{text(whole.worked)} / {count}"
    formula, scale = f"Σ {what} / rows", whole.scale / count
    return function(label, sign, formula, value, worked, written, [term(whole)], asked, scale=scale)


def _dense(about: Context, asked: Output, layer: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    W = about.trace.array(about.trace.before, p, "W")[:, j].astype(np.float64)
    x = layer.x[row].astype(np.float64)
    values, biased = x * W, (p, "b") in {(slot.layer, slot.name) for slot in about.trace.slots}
    bias = Parameter(p, "b", (j,))
    if biased:
        values = np.append(values, about.number(about.trace.before, bias))

    def make(i: int) -> Node:
        if i == len(W):
            return about.tell(bias)
        weight, before = Parameter(p, "W", (i, j)), Output(p - 1, row, i)
        what = f"through the {about.words.parameter(about.trace, weight)}"
        sign = f"{about.symbol(p - 1, i)} · {symbol(weight)}"
        return product(what, sign, sign, None, [about.branch(x[i], before), about.branch(W[i], weight)], weight)

    letter = about.letter(p - 1)
    formula = f"Σᵢ {letter}ᵢ wᵢⱼ" + (" + bⱼ" if biased else "")
    return total(label, sign, formula, value, wide(values, make), asked)


def _activation(about: Context, asked: Output, layer: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    formula = ACTIVATIONS[layer.name].formula.partition("= ")[2]
    if layer.name == "softmax":
        return _softmax(about, asked, layer.x[row].astype(np.float64), label, sign, value, formula)
    z = float(layer.x[row, j])
    worked, written = functions.forward(layer.name, z)
    branches = [about.branch(z, Output(p - 1, row, j))]
    return function(label, sign, formula, value, worked, written, branches, asked, scale=abs(worked) + abs(z))


def _softmax(
    about: Context, asked: Output, z: np.ndarray, label: str, sign: str, value: float, formula: str
) -> Node:  # fmt: skip
    j, most = asked.unit, float(z.max())
    with np.errstate(all="ignore"):
        e = np.exp(z - most)
        whole = float(e.sum())
        worked = float(e[j]) / whole if math.isfinite(whole) else math.nan
    written = f"exp({text(z[j])} − {factor(most)}) / {text(whole)}"
    branches = wide(z, lambda k: about.tell(Output(asked.layer - 1, asked.row, k)))
    note = f"The largest z, {text(most)}, is taken off all of them first: the quotient stays, and nothing overflows."
    scale = abs(worked) * (1.0 + float(np.abs(z).max()))
    return function(label, sign, formula, value, worked, written, branches, asked, note, scale=scale)


def _dropout(about: Context, asked: Output, layer: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    parts = [
        about.branch(layer.x[row, j], Output(p - 1, row, j)), about.branch(layer.mask[row, j], Mask(p, row, j)),
    ]  # fmt: skip
    return product(label, sign, f"{about.letter(p - 1)} · mask", value, parts, asked)


def mask(about: Context, asked: Mask) -> Node:
    layer = about.trace.layers[asked.layer]
    value = float(layer.mask[asked.row, asked.unit])
    note = (
        f"Kept: divided by 1 − rate = {text(1.0 - layer.rate)}, so that the expected sum stays." if value else
        "Switched off in this step."
    )  # fmt: skip
    who = about.words.neuron(about.trace, asked.layer, asked.unit)
    return leaf(f"dropout's mask for {who}, {about.words.row(about.trace, asked.row)}", "mask", value, asked, note)


def _norm(about: Context, asked: Output, layer: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    gamma, beta = Parameter(p, "gamma", (j,)), Parameter(p, "beta", (j,))
    before = about.trace.before
    scaled = product(
        "its number over the batch, scaled", "γ · norm(x)", "γ · norm(x)", None,
        [
            about.branch(about.number(before, gamma), gamma),
            about.branch(layer.normal[row, j], Statistic(p, "normal", j, row)),
        ],
    )  # fmt: skip
    parts = [term(scaled), about.branch(about.number(before, beta), beta)]
    return total(label, sign, "γ · norm(x) + β", value, parts, asked, COUPLED)


def statistic(about: Context, asked: Statistic) -> Node:
    """What a batch norm finds in the batch."""
    layer, j, p = about.trace.layers[asked.layer], asked.unit, asked.layer
    who = about.words.neuron(about.trace, p, j)
    x = layer.x[:, j].astype(np.float64)
    mean, variance, scale = float(layer.mean[j]), float(layer.variance[j]), float(layer.scale[j])
    if asked.name == "mean":
        branches = wide(x, lambda row: about.tell(Output(p - 1, row, j)))
        return _mean(f"mean of the batch at {who}", "μ", "x", mean, branches, asked)
    if asked.name == "scale":
        worked = 1.0 / math.sqrt(variance + layer.epsilon)
        written = f"1 / √({text(variance)} + {text(layer.epsilon)})"
        parts = [about.branch(variance, Statistic(p, "variance", j))]
        label, sign = f"one over the spread at {who}", "1 / √(σ² + ε)"
        return function(label, sign, sign, scale, worked, written, parts, asked)
    if asked.name == "variance":
        squares = Terms((x - mean) ** 2, (np.abs(x) + abs(mean)) ** 2, lambda row: _square(about, asked, row))
        return _mean(f"variance of the batch at {who}", "σ²", "(x − μ)²", variance, squares, asked)
    return _normal(about, asked, layer, who)


def _off_mean(about: Context, asked: Statistic, row: int) -> Node:
    layer, j, p = about.trace.layers[asked.layer], asked.unit, asked.layer
    parts = [
        about.branch(layer.x[row, j], Output(p - 1, row, j)),
        term(minus(about.tell(Statistic(p, "mean", j)))),
    ]
    return total("less the batch's mean", "x − μ", "x − μ", None, parts)


def _square(about: Context, asked: Statistic, row: int) -> Node:
    off = term(_off_mean(about, asked, row))
    return product(f"square, {about.words.row(about.trace, row)}", "(x − μ)²", "(x − μ)²", None, [off, off])


def _normal(about: Context, asked: Statistic, layer: LayerTrace, who: str) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    parts = [term(_off_mean(about, asked, row)), about.branch(layer.scale[j], Statistic(p, "scale", j))]
    label = f"{who} over the batch, {about.words.row(about.trace, row)}"
    return product(label, "norm(x)", "(x − μ) / √(σ² + ε)", layer.normal[row, j], parts, asked, COUPLED)


def minus(node: Node) -> Node:
    """A number to be taken off."""
    sign, parts = f"−{node.symbol}", [term(node)]
    return function(f"less {node.label}", sign, "", None, -node.value, "", parts, node.reference, scale=node.magnitude)
