"""The loss: of the batch from its rows', of a row from its outputs, and its slope at each output."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bpgui.engine.explain import functions
from bpgui.engine.explain.context import Context
from bpgui.engine.explain.forwards import minus
from bpgui.engine.explain.node import Node, Term, function, leaf, product, term, total, wide
from bpgui.engine.explain.numbers import factor, text
from bpgui.engine.explain.references import Loss, LossTerm, Output, Parameter, RowLoss, Target, Weight
from bpgui.engine.explain.words import symbol

JOINT = {
    "bce": "Sigmoid and cross-entropy together: most of the two derivatives cancels, and a − y is left.",
    "cce": "Softmax and cross-entropy together: the targets of a row add up to 1, and a − y is left.",
}


def target(about: Context, asked: Target) -> Node:
    label = f"target of {about.words.output(asked.unit)}, {about.words.row(about.trace, asked.row)}"
    return leaf(label, f"y({asked.unit + 1})", about.trace.targets[asked.row, asked.unit], asked)


def loss(about: Context, asked: Loss) -> Node:
    trace = about.trace
    if asked.after:
        whole, penalty = trace.loss_after + trace.penalty_after, trace.penalty_after
        value = {"whole": whole, "data": trace.loss_after, "penalty": penalty}[asked.part]
        note = "The same rows with the same masks, once more, with the new parameters."
        return leaf("loss of the batch after the step", "L after", value, asked, note)
    if asked.part == "penalty":
        return _penalty(about, asked)
    if asked.part == "data" or not (trace.l1 or trace.l2):
        return _data(about, asked)
    parts = [about.branch(trace.loss, Loss("data")), about.branch(trace.penalty, Loss("penalty"))]
    value = trace.loss + trace.penalty
    return total("loss of the batch", "L", "data loss + penalty", value, parts, asked)


def _data(about: Context, asked: Loss) -> Node:
    trace = about.trace
    shares = np.array([trace.row_share(row) for row in range(len(trace.rows))])

    def make(row: int) -> Node:
        parts = [
            about.branch(shares[row], Weight(row, own=True)), about.branch(trace.row_losses[row], RowLoss(row)),
        ]  # fmt: skip
        label = f"{about.words.row(trace, row)} in the loss"
        return product(label, "weight · row loss", "weight · row loss", None, parts, RowLoss(row))

    values = shares * trace.row_losses.astype(np.float64)
    label = "loss of the batch" if not (trace.l1 or trace.l2) else "data loss of the batch"
    return total(label, "L", "Σ rows: weight · row loss", trace.loss, wide(values, make), asked)


def weight(about: Context, asked: Weight) -> Node:
    """1 / rows of an unweighted mean; w / Σ w of a weighted one; divided by the outputs too where terms are meant."""
    trace = about.trace
    own = 1.0 if trace.weights is None else float(trace.weights[asked.row])
    outputs = trace.targets.shape[1]
    whole = float(len(trace.rows)) if trace.weights is None else math.fsum(trace.weights.astype(np.float64))
    label = f"what {about.words.row(trace, asked.row)} counts in the loss"
    divided = trace.reduction == "mean"
    per_output = divided and not asked.own and trace.loss_name != "cce" and outputs > 1
    half = trace.reduction == "half_sum" and not asked.own
    worked = own / (whole * (outputs if per_output else 1)) if divided else own * (0.5 if half else 1.0)
    value = trace.row_share(asked.row) if asked.own else own / trace.parts
    formula = ("1" if trace.weights is None else "w") + (
        (" / rows" if trace.weights is None else " / Σ w") if divided else " / 2" if half else ""
    )
    below = f"({text(whole)} · {outputs})" if per_output else text(whole)
    formula += " / outputs" if per_output else ""
    written = f"{text(own)} / {below}" if divided else f"{text(own)} / 2" if half else text(own)
    return function(label, "weight", formula, value, worked, written, [], asked)


def row_loss(about: Context, asked: RowLoss) -> Node:
    trace = about.trace
    outputs, own = trace.targets.shape[1], trace.own_divisor
    nodes = [about.tell(LossTerm(asked.row, unit)) for unit in range(outputs)]
    label = f"loss of {about.words.row(trace, asked.row)} alone"
    value, parts = float(trace.row_losses[asked.row]), [term(node) for node in nodes]
    if own == 1:
        return total(label, "row loss", "Σ over the outputs", value, parts, asked)
    below = "outputs" if trace.reduction == "mean" else "2"
    whole = total("sum over the outputs", "Σ", "Σ over the outputs", None, parts)
    worked, written = whole.worked / own, f"{factor(whole.worked)} / {text(own)}"
    formula, scale = f"Σ over the outputs / {below}", whole.scale / own
    return function(label, "row loss", formula, value, worked, written, [term(whole)], asked, scale=scale)


def _seen(about: Context, row: int, unit: int) -> tuple[float, float, Term, Term]:
    """(p, y) of an output and its target, and their branches: p is what the loss looks at, z or a."""
    trace = about.trace
    p, y = float(about.outs(trace.judged)[row, unit]), float(trace.targets[row, unit])
    return p, y, about.branch(p, Output(trace.judged, row, unit)), about.branch(y, Target(row, unit))


def loss_term(about: Context, asked: LossTerm) -> Node:
    name = about.trace.loss_name
    label = f"{about.words.output(asked.unit)} in the loss of {about.words.row(about.trace, asked.row)}"
    found = TERMS[name](about, asked, label)
    return found if about.trace.targets.shape[1] == 1 else replace(found, symbol=f"term({asked.unit + 1})")


def _bce_term(about: Context, asked: LossTerm, label: str) -> Node:
    z, _, z_branch, y_branch = _seen(about, asked.row, asked.unit)
    soft = function(
        "ln(1 + eᶻ)", "ln(1 + eᶻ)", "ln(1 + eᶻ)", None, functions.softplus(z), f"ln(1 + exp({text(z)}))", [z_branch],
        scale=functions.softplus(z) + abs(z),
    )  # fmt: skip
    right = product("y z", "y z", "y z", None, [y_branch, z_branch])
    note = "From z, which stays finite where ln a would not: the same as −[y ln a + (1 − y) ln(1 − a)]."
    return total(label, "term", "ln(1 + eᶻ) − y z", None, [term(soft), term(minus(right))], asked, note)


def _cce_term(about: Context, asked: LossTerm, label: str) -> Node:
    trace = about.trace
    y_branch = _seen(about, asked.row, asked.unit)[3]
    every = about.outs(trace.judged)[asked.row].astype(np.float64)
    most = float(every.max())
    with np.errstate(all="ignore"):
        worked = most + float(np.log(np.exp(every - most).sum()))
    branches = wide(every, lambda k: about.tell(Output(trace.judged, asked.row, k)))
    whole = function(
        "ln Σ eᶻ over the outputs", "ln Σ eᶻ", "ln Σₖ eᶻᵏ", None, worked, text(worked), branches,
        scale=abs(worked) + float(np.abs(every).max()),
    )  # fmt: skip
    less = minus(about.tell(Output(trace.judged, asked.row, asked.unit)))
    inner = total("−ln a", "−ln a", "ln Σₖ eᶻᵏ − z", None, [term(whole), term(less)])
    note = "From z, which stays finite where ln a would not: the same as −y ln a."
    return product(label, "term", "y (ln Σₖ eᶻᵏ − z)", None, [y_branch, term(inner)], asked, note)


def _error(about: Context, row: int, unit: int) -> Node:
    _, _, a, _ = _seen(about, row, unit)
    return total("error", "a − y", "a − y", None, [a, term(minus(about.tell(Target(row, unit))))])


def _mse_term(about: Context, asked: LossTerm, label: str) -> Node:
    error = term(_error(about, asked.row, asked.unit))
    return product(label, "term", "(a − y)²", None, [error, error], asked)


def _mae_term(about: Context, asked: LossTerm, label: str) -> Node:
    r = _error(about, asked.row, asked.unit)
    written = f"|{text(r.worked)}|"
    return function(label, "term", "|a − y|", None, abs(r.worked), written, [term(r)], asked, scale=r.scale)


def _huber_term(about: Context, asked: LossTerm, label: str) -> Node:
    r, limit = _error(about, asked.row, asked.unit), about.trace.loss_options["huber_delta"]
    size = abs(r.worked)
    near = size <= limit
    worked = 0.5 * size * size if near else limit * (size - 0.5 * limit)
    written = f"½ · {factor(r.worked)}²" if near else f"{text(limit)} · ({text(size)} − ½ · {text(limit)})"
    formula = "½ (a − y)², as |a − y| ≤ δ" if near else "δ (|a − y| − ½ δ), as |a − y| > δ"
    scale = r.scale * (r.scale if near else limit) + limit * limit
    return function(label, "term", formula, None, worked, written, [term(r)], asked, scale=scale)


def _hinge_term(about: Context, asked: LossTerm, label: str) -> Node:
    a, y, a_branch, y_branch = _seen(about, asked.row, asked.unit)
    worked, written = max(0.0, 1.0 - y * a), f"max(0, 1 − {factor(y)} · {factor(a)})"
    parts = [y_branch, a_branch]
    return function(label, "term", "max(0, 1 − y a)", None, worked, written, parts, asked, scale=1.0 + abs(y * a))


TERMS: dict[str, Callable[[Context, LossTerm, str], Node]] = {
    "bce": _bce_term, "cce": _cce_term, "mse": _mse_term, "mae": _mae_term, "huber": _huber_term, "hinge": _hinge_term,
}  # fmt: skip


def slope(about: Context, row: int, unit: int) -> Node:
    """∂ term / ∂ what the loss looks at: z where output and loss are one function, else a."""
    trace = about.trace
    name = trace.loss_name
    if name in JOINT:
        a = about.branch(trace.layers[-1].out[row, unit], Output(len(trace.layers) - 1, row, unit))
        parts = [a, term(minus(about.tell(Target(row, unit))))]
        return total("slope of loss and output together", "∂l/∂z", "a − y", None, parts, None, JOINT[name])
    if name == "hinge":
        p, y, a_branch, y_branch = _seen(about, row, unit)
        inside = 1.0 - y * p > 0.0
        written = f"−{factor(y)}, as y a < 1" if inside else "0, as y a ≥ 1"
        worked = -y if inside else 0.0
        return function("slope of the loss", "∂l/∂a", "−y while y a < 1", None, worked, written, [y_branch, a_branch])
    r = _error(about, row, unit)
    if name == "mse":
        parts = [term(leaf("2", "2", 2.0)), term(r)]
        return product("slope of the loss", "∂l/∂a", "2 (a − y)", None, parts)
    if name == "mae":
        worked = float(np.sign(r.worked))
        return function("slope of the loss", "∂l/∂a", "sign(a − y)", None, worked, f"sign({text(r.worked)})", [term(r)])
    limit = trace.loss_options["huber_delta"]
    worked, written = min(max(r.worked, -limit), limit), f"{text(r.worked)} held between ±{text(limit)}"
    formula = "a − y, held between −δ and δ"
    return function("slope of the loss", "∂l/∂a", formula, None, worked, written, [term(r)], scale=r.scale)


def _penalty(about: Context, asked: Loss) -> Node:
    trace = about.trace
    places = [np.arange(slot.part.start, slot.part.stop) for slot in trace.slots if slot.name == "W"]
    flat = np.concatenate(places) if places else np.zeros(0, np.int64)
    w = trace.before[flat].astype(np.float64)

    def make(k: int) -> Node:
        weight: Parameter = about.parameter_at(int(flat[k]))
        worked = trace.l2 / 2.0 * w[k] ** 2 + trace.l1 * abs(w[k])
        written = " + ".join(
            ([f"½ · {text(trace.l2)} · {factor(w[k])}²"] if trace.l2 else [])
            + ([f"{text(trace.l1)} · |{text(w[k])}|"] if trace.l1 else [])
        )
        label = f"penalty on the {about.words.parameter(trace, weight)}"
        return function(label, f"penalty on {symbol(weight)}", "", None, worked, written, [about.branch(w[k], weight)])

    values = trace.l2 / 2.0 * w**2 + trace.l1 * np.abs(w)
    formula = " + ".join((["λ₂/2 Σ w²"] if trace.l2 else []) + (["λ₁ Σ |w|"] if trace.l1 else []))
    return total("penalty on the weights", "penalty", formula, trace.penalty, wide(values, make), asked)

