"""The backward pass: where a delta comes from, and a gradient from the deltas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.explain import functions, losses
from bpgui.engine.explain.context import Context
from bpgui.engine.explain.forwards import COUPLED
from bpgui.engine.explain.node import Node, Term, function, leaf, product, term, total, wide
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.explain.references import (
    ClipFactor,
    Delta,
    Gradient,
    GradientNorm,
    Mask,
    Output,
    Parameter,
    Share,
    Slope,
    Statistic,
    Weight,
)
from bpgui.engine.explain.words import symbol
from bpgui.engine.trace import INPUT, LayerTrace


def delta(about: Context, asked: Delta) -> Node:
    """One row's, or the sum over the batch. Raises ValueError for the input, which nobody asks a gradient of."""
    trace, p, j = about.trace, asked.layer, asked.unit
    if p == INPUT:
        raise ValueError("the backward pass ends at the first layer")
    sign = _sign(about, p, j)
    who = about.words.neuron(trace, p, j)
    if asked.row is None:
        values = about.delta(p)[:, j]
        label = f"{_name(about, p)} {who}, summed over the batch"
        branches = wide(values, lambda row: about.tell(Delta(p, row, j)))
        return total(label, f"Σ {sign}", f"Σ {sign}", None, branches, asked)
    label = f"{_name(about, p)} {who}, {about.words.row(trace, asked.row)}"
    if trace.layers[p].delta is None:
        return _behind(about, asked, label, sign)
    value = float(about.delta(p)[asked.row, j])
    if p == trace.judged:
        slope = losses.slope(about, asked.row, j)
        weight = Weight(asked.row)
        parts = [about.branch(about.tell(weight).value, weight), term(slope)]
        return product(label, sign, f"weight · {slope.symbol}", value, parts, asked)
    after = trace.layers[p + 1]
    make = {"dense": _through_dense, "activation": _through_activation, "dropout": _through_dropout,
            "batchnorm": _through_norm}[after.kind]  # fmt: skip
    return make(about, asked, after, label, sign, value)


def _sign(about: Context, layer: int, unit: int) -> str:
    return f"δ({unit + 1})" if about.letter(layer) == "z" else f"∂L/∂{about.symbol(layer, unit)}"


def _name(about: Context, layer: int) -> str:
    """A delta is the derivative by z alone."""
    return "delta of" if about.letter(layer) == "z" else "gradient by the output of"


def _behind(about: Context, asked: Delta, label: str, sign: str) -> Node:
    """Of an output that is one function with its loss: the backward pass begins in front of it."""
    assert asked.row is not None
    before = Delta(asked.layer - 1, asked.row, asked.unit)
    found = about.tell(before)
    note = f"Nothing is worked out here: {losses.JOINT[about.trace.loss_name][0].lower()}" + (
        losses.JOINT[about.trace.loss_name][1:]
    )
    return replace(found, label=label, note=note, reference=before)


def _through_dense(about: Context, asked: Delta, after: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, i, p = asked.row, asked.unit, asked.layer
    assert row is not None
    W = about.trace.array(about.trace.before, p + 1, "W")[i].astype(np.float64)
    deltas = about.delta(p + 1)[row].astype(np.float64)

    def make(k: int) -> Node:
        weight, later = Parameter(p + 1, "W", (i, k)), Delta(p + 1, row, k)
        sign = f"{symbol(weight)} · δ({k + 1})"
        parts = [about.branch(W[k], weight), about.branch(deltas[k], later)]
        return product(f"back from {about.words.neuron(about.trace, p + 1, k)}", sign, sign, None, parts, weight)

    return total(label, sign, "Σₖ wᵢₖ δₖ", value, wide(W * deltas, make), asked)


def _through_activation(about: Context, asked: Delta, after: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    later = about.delta(p + 1)[row]
    if after.name != "softmax":
        slope = about.tell(Slope(p + 1, row, j))
        parts = [about.branch(later[j], Delta(p + 1, row, j)), term(slope)]
        return product(label, sign, "∂L/∂a · a′(z)", value, parts, asked)
    slopes = [about.tell(Slope(p + 1, row, j, by)) for by in range(len(later))]
    branches = [
        term(_times(about, Delta(p + 1, row, by), float(later[by]), slope)) for by, slope in enumerate(slopes)
    ]  # fmt: skip
    return total(label, sign, "Σₖ ∂L/∂aₖ · ∂aₖ/∂zⱼ", value, branches, asked)


def _times(about: Context, later: Delta, value: float, slope: Node) -> Node:
    sign = f"∂L/∂a({later.unit + 1}) · {slope.symbol}"
    label = f"through {about.words.neuron(about.trace, later.layer, later.unit)}"
    return product(label, sign, sign, None, [about.branch(value, later), term(slope)])


def slope(about: Context, asked: Slope) -> Node:
    """a′(z), which the engine does not keep: it multiplies by it at once."""
    trace, p, row, j = about.trace, asked.layer, asked.row, asked.unit
    layer = trace.layers[p]
    a_branch = about.branch(layer.out[row, j], Output(p, row, j))
    if layer.name == "softmax":
        return _softmax_slope(about, asked, layer, a_branch)
    z, a = float(layer.x[row, j]), float(layer.out[row, j])
    worked, written = functions.slope(layer.name, z, a)
    formula = ACTIVATIONS[layer.name].derivative.partition("= ")[2]
    label = f"slope of {layer.name} at {about.words.neuron(trace, p, j)}, {about.words.row(trace, row)}"
    parts = [about.branch(z, Output(p - 1, row, j)), a_branch]
    note = "At the kink itself: the smaller of the slopes on both sides." if z in ACTIVATIONS[layer.name].kinks else ""
    scale = max(1.0, abs(worked)) * max(1.0, abs(z)) if layer.name not in ("relu", "leaky_relu", "identity") else None
    return function(label, "a′(z)", formula, None, worked, written, parts, asked, note, scale=scale)


def _softmax_slope(about: Context, asked: Slope, layer: LayerTrace, a_branch: Term) -> Node:
    p, row, j = asked.layer, asked.row, asked.unit
    by = j if asked.by is None else asked.by
    own, other = float(layer.out[row, by]), float(layer.out[row, j])
    worked = own * ((1.0 if by == j else 0.0) - other)
    written = f"{factor(own)} · (1 − {factor(other)})" if by == j else f"−{factor(own)} · {factor(other)}"
    parts = [about.branch(own, Output(p, row, by))] + ([a_branch] if by != j else [])
    label = f"slope of {about.words.neuron(about.trace, p, by)} by its z number {j + 1}"
    sign = f"∂a({by + 1})/∂z({j + 1})"
    formula = "aⱼ (1 − aⱼ)" if by == j else "−aₖ aⱼ"
    return function(label, sign, formula, None, worked, written, parts, asked, scale=own * (1.0 + other))


def _through_dropout(about: Context, asked: Delta, after: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    parts = [
        about.branch(about.delta(p + 1)[row, j], Delta(p + 1, row, j)),
        about.branch(after.mask[row, j], Mask(p + 1, row, j)),
    ]  # fmt: skip
    return product(label, sign, "∂L/∂a · mask", value, parts, asked)


def _through_norm(about: Context, asked: Delta, after: LayerTrace, label: str, sign: str, value: float) -> Node:
    row, j, p = asked.row, asked.unit, asked.layer
    assert row is not None
    gamma, scale = Parameter(p + 1, "gamma", (j,)), Statistic(p + 1, "scale", j)
    minus = leaf("−1 / rows", "−1 / rows", -1.0 / len(about.trace.rows))
    sums = {name: Gradient(Parameter(p + 1, name, (j,)), "data") for name in ("gamma", "beta")}
    values = {name: about.number(about.trace.data_gradient, asked.parameter) for name, asked in sums.items()}
    of_mean = product(
        "through the batch's mean", "−Σ ∂L/∂a / rows", "−Σ ∂L/∂a / rows", None,
        [term(minus), about.branch(values["beta"], sums["beta"])],
    )  # fmt: skip
    of_spread = product(
        "through the batch's spread", "−norm(x) Σ ∂L/∂a norm(x) / rows", "−norm(x) · Σ ∂L/∂a norm(x) / rows", None,
        [
            term(minus), about.branch(after.normal[row, j], Statistic(p + 1, "normal", j, row)),
            about.branch(values["gamma"], sums["gamma"]),
        ],
    )  # fmt: skip
    own = about.branch(about.delta(p + 1)[row, j], Delta(p + 1, row, j))
    inner = total(
        "its own way, and through the batch", "ways", "its own + through the mean + through the spread", None,
        [own, term(of_mean), term(of_spread)],
    )  # fmt: skip
    parts = [
        about.branch(about.number(about.trace.before, gamma), gamma), about.branch(after.scale[j], scale), term(inner),
    ]  # fmt: skip
    formula = "γ / √(σ² + ε) · (∂L/∂a − (Σ ∂L/∂a + norm(x) Σ ∂L/∂a norm(x)) / rows)"
    return product(label, sign, formula, value, parts, asked, COUPLED)


def gradient(about: Context, asked: Gradient) -> Node:
    """Root of the gradient tree: the engine's number before or after penalties and clipping."""
    return {"data": _data, "whole": _whole, "used": _used}[asked.stage](about, asked)


def _label(about: Context, asked: Gradient) -> str:
    stage = {"data": " of the data loss", "whole": "", "used": ""}[asked.stage]
    return f"gradient{stage} by the {about.words.parameter(about.trace, asked.parameter)}"


def _data(about: Context, asked: Gradient) -> Node:
    trace, parameter = about.trace, asked.parameter
    p, name, j = parameter.layer, parameter.name, parameter.index[-1]
    deltas = about.delta(p)[:, j].astype(np.float64)
    factors = _factors(about, parameter)
    values = deltas if factors is None else factors * deltas
    branches = wide(values, lambda row: about.tell(Share(parameter, row)))
    formula = {
        "W": "Σ rows: aᵢ δⱼ", "b": "Σ rows: δⱼ", "gamma": "Σ rows: norm(x) ∂L/∂a", "beta": "Σ rows: ∂L/∂a",
    }[name]  # fmt: skip
    value = about.number(trace.data_gradient, parameter)
    note = COUPLED if trace.coupled else ""
    return total(_label(about, asked), f"∂L/∂{symbol(parameter)}", formula, value, branches, asked, note)


def _factors(about: Context, parameter: Parameter) -> np.ndarray | None:
    """(rows,) what each row's delta is multiplied with; None for 1."""
    layer = about.trace.layers[parameter.layer]
    if parameter.name == "W":
        return layer.x[:, parameter.index[0]].astype(np.float64)
    if parameter.name == "gamma":
        return layer.normal[:, parameter.index[0]].astype(np.float64)
    return None


def share(about: Context, asked: Share) -> Node:
    """A row's share of a gradient: the term that the matrix product sums, signed."""
    trace, parameter, row = about.trace, asked.parameter, asked.row
    p, j = parameter.layer, parameter.index[-1]
    d = about.branch(about.delta(p)[row, j], Delta(p, row, j))
    factors = _factors(about, parameter)
    label = f"share of {about.words.row(trace, row)}"
    if factors is None:
        return replace(about.tell(Delta(p, row, j)), label=label)
    if parameter.name == "W":
        other = about.branch(factors[row], Output(p - 1, row, parameter.index[0]))
        sign = f"{about.symbol(p - 1, parameter.index[0])} · {_sign(about, p, j)}"
    else:
        other = about.branch(factors[row], Statistic(p, "normal", j, row))
        sign = f"norm(x) · {_sign(about, p, j)}"
    return product(label, sign, sign, None, [other, d], asked)


def _whole(about: Context, asked: Gradient) -> Node:
    trace, parameter = about.trace, asked.parameter
    data = Gradient(parameter, "data")
    if parameter.name != "W" or not (trace.l1 or trace.l2):
        return replace(about.tell(data), reference=asked)
    w = about.number(trace.before, parameter)
    parts = [about.branch(about.number(trace.data_gradient, parameter), data)]
    formula = "∂ data loss"
    if trace.l2:
        pieces = [term(leaf("L2", "λ₂", trace.l2)), about.branch(w, parameter)]
        parts.append(term(product("pull of L2", "λ₂ w", "λ₂ w", None, pieces)))
        formula += " + λ₂ w"
    if trace.l1:
        worked = trace.l1 * float(np.sign(w))
        written = f"{text(trace.l1)} · sign({text(w)})"
        parts.append(term(function("pull of L1", "λ₁ sign w", "λ₁ sign w", None, worked, written,
                                   [about.branch(w, parameter)])))  # fmt: skip
        formula += " + λ₁ sign w"
    value = about.number(trace.gradient, parameter)
    return total(_label(about, asked), f"∂L/∂{symbol(parameter)}", formula, value, parts, asked)


def _used(about: Context, asked: Gradient) -> Node:
    trace, parameter = about.trace, asked.parameter
    whole = Gradient(parameter, "whole")
    found = about.tell(whole)
    if trace.clip == "none" or not trace.taken:
        return replace(found, reference=asked)
    if about.frozen(parameter):
        return replace(found, reference=asked, note="Frozen: neither clipped nor used.")
    label, value = f"{_label(about, asked)}, clipped", about.number(trace.clipped, parameter)
    sign, whole_sign = f"g of {symbol(parameter)}", f"∂L/∂{symbol(parameter)}"
    g, c = found.value, trace.clip_at
    if trace.clip == "norm":
        if trace.clip_factor >= 1.0:
            note = f"Not clipped: the whole gradient's norm, {text(trace.gradient_norm)}, is not above {text(c)}."
            return replace(found, reference=asked, note=note)
        parts = [about.branch(trace.clip_factor, ClipFactor()), about.branch(g, whole)]
        return product(label, sign, f"min(1, c / ‖g‖) · {whole_sign}", value, parts, asked)
    if abs(g) <= c:
        return replace(found, reference=asked, note=f"Not clipped: its size is not above {text(c)}.")
    written = f"min(max({text(g)}, −{text(c)}), {text(c)})"
    worked = min(max(g, -c), c)
    formula = f"min(max({whole_sign}, −c), c)"
    return function(label, sign, formula, value, worked, written, [about.branch(g, whole)], asked)


def clip_factor(about: Context, asked: ClipFactor) -> Node:
    trace = about.trace
    norm, c = trace.gradient_norm, trace.clip_at
    if trace.clip != "norm":
        return leaf("factor of clipping by norm", "1", 1.0, asked, "This run does not clip by the norm.")
    worked = min(1.0, c / (norm + 1e-6))
    written = f"min(1, {text(c)} / ({text(norm)} + {text(1e-6)}))"
    parts = [about.branch(norm, GradientNorm())]
    label, formula = "what clipping multiplies every gradient with", "min(1, c / (‖g‖ + 10⁻⁶))"
    return function(label, "min(1, c / ‖g‖)", formula, trace.clip_factor, worked, written, parts, asked)


def gradient_norm(about: Context, asked: GradientNorm) -> Node:
    trace = about.trace
    trained = [np.arange(slot.part.start, slot.part.stop) for slot in trace.slots if not slot.frozen]
    flat = np.concatenate(trained) if trained else np.zeros(0, np.int64)
    g = trace.gradient[flat].astype(np.float64)

    def make(k: int) -> Node:
        parameter = about.parameter_at(int(flat[k]))
        part = about.branch(g[k], Gradient(parameter, "whole"))
        label, sign = about.words.parameter(trace, parameter), f"(∂L/∂{symbol(parameter)})²"
        return product(f"square of the gradient by the {label}", sign, sign, None, [part, part])

    squares = total("sum of all squares", "Σ g²", "Σ g²", None, wide(g * g, make))
    worked, written = float(np.sqrt(squares.worked)), f"√{factor(squares.worked)}"
    label, parts = "norm of the gradient, over all trained parameters", [term(squares)]
    return function(label, "‖g‖", "√ Σ g²", trace.gradient_norm, worked, written, parts, asked)
