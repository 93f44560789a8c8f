"""Checks of the loss against the output's activation and against the target."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpgui.data.encoding import Dataset
from bpgui.data.roles import possible_kinds
from bpgui.data.spec import Column
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES, REDUCTIONS
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.edits import set_column, set_layer, set_training
from bpgui.project.proposal import adapt_output
from bpgui.project.spec import ProjectSpec

# Where an output can lie; an activation that is not here has no such limits.
RANGES: dict[str, tuple[float, float]] = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
}
_SLACK = 1e-9
_PROBABILITIES = "The loss reads the outputs as probabilities; other numbers make it meaningless."
# Why a loss needs its outputs.
_READS = {
    "bce": _PROBABILITIES,
    "cce": _PROBABILITIES,
    "hinge": "The loss reads the sign of an output as yes or no, and its size as how sure that is.",
}
_MEASURES = {
    "cce": "It measures how sure the network is of the right class; a number has none.",
    "hinge": "It measures how far an output lies on the right side, yes or no; a number has no sides.",
}


def illegal_output(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """The loss works with the output's activation only; ways out on both sides."""
    loss, output = LOSSES[spec.training.loss], spec.network.output
    legal = LEGAL_OUTPUTS[loss.name]
    if output.activation in legal:
        return
    fixes = [Fix(f"Use {_name(key)} as output", partial(_set_output, activation=key)) for key in legal]
    fixes += [
        Fix(f"Use {LOSSES[key].label.lower()}", partial(set_training, loss=key))
        for key, others in LEGAL_OUTPUTS.items()
        if output.activation in others and _loss_fits(spec, table, key)
    ][:1]
    yield Finding(
        "illegal_output",
        "error",
        "loss",
        f"{loss.label} cannot be used with the output {_name(output.activation)}; "
        f"it needs {' or '.join(map(_name, legal))}.",
        _READS[loss.name],
        tuple(fixes),
    )


def _name(activation: str) -> str:
    return ACTIVATIONS[activation].label


def _set_output(spec: ProjectSpec, activation: str) -> ProjectSpec:
    return set_layer(spec, spec.network.output.id, activation=activation)


def _loss_fits(spec: ProjectSpec, table: Table, loss: str) -> bool:
    """Whether offering that loss would not raise the next error at once."""
    return not any(True for _ in loss_target(set_training(spec, loss=loss), table))


def loss_target(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Cross-entropies and hinge need classes; the binary one is at home with two of them."""
    target, loss = spec.data.target, LOSSES[spec.training.loss]
    data = dataset_of(spec, table)
    if target is None or data is None or loss.task != "classes":
        return
    if target.kind == "number" and loss.name != "bce":
        yield Finding(
            "loss_target",
            "error",
            "loss",
            f"{loss.label} needs classes, but the target {target.name} is a number.",
            _MEASURES[loss.name],
            _as_number_or_classes(table, target),
        )
    elif loss.name == "bce" and data.outputs > 1 and data.target_kind == "classes":
        yield Finding(
            "loss_target",
            "warning",
            "loss",
            f"{loss.label} judges each of the {data.outputs} classes of {target.name} on its own.",
            "The outputs then need not add up to 1; categorical cross-entropy with softmax is made for one of several.",
            (Fix("Use categorical cross-entropy and softmax", partial(adapt_output, table=table)),),
        )


def _as_number_or_classes(table: Table, target: Column) -> tuple[Fix, ...]:
    fixes = [Fix("Use mean squared error and a linear output", partial(adapt_output, table=table))]
    if "category" in possible_kinds(table.column(target.name)):
        change = partial(set_column, table=table, name=target.name, kind="category")
        fixes.append(Fix(f"Take {target.name} as classes", change))
    return tuple(fixes)


def label_range(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Numbers as labels of the binary cross-entropy, some of them beyond 0 and 1."""
    target, data = spec.data.target, dataset_of(spec, table)
    if target is None or data is None or target.kind != "number" or spec.training.loss != "bce":
        return
    if _within(data, 0.0, 1.0):
        return
    yield Finding(
        "label_range",
        "error",
        "loss",
        f"{LOSSES['bce'].label} needs classes, but the target {target.name} is a number from {data.y.min():.3g} to "
        f"{data.y.max():.3g}.",
        "It takes a number as the probability of yes; beyond 0 and 1 the loss has no least value.",
        _as_number_or_classes(table, target),
        (f"column:{target.name}",),
    )


def reduction(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    loss = LOSSES[spec.training.loss]
    if spec.training.reduction in loss.reductions:
        return
    label = REDUCTIONS[spec.training.reduction]
    yield Finding(
        "reduction",
        "error",
        "loss",
        f"{loss.label} has no reduction “{label}”.",
        "Half a sum is the textbook's form of the squared error, whose ½ cancels the square's 2.",
        (
            Fix("Use the mean", partial(set_training, reduction="mean")),
            Fix("Use mean squared error", partial(set_training, loss="mse")),
        ),
    )


def output_range(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A number that the output's activation cannot reach."""
    target, output = spec.data.target, spec.network.output
    data = dataset_of(spec, table)
    if target is None or data is None or target.kind != "number" or output.activation not in RANGES:
        return
    low, high = RANGES[output.activation]
    if spec.training.loss not in ("mse", "mae", "huber") or _within(data, low, high):
        return
    scaled = "standardised " if target.scaling != "none" else ""
    yield Finding(
        "output_range",
        "warning",
        f"layer:{output.id}",
        f"The {scaled}target {target.name} goes from {data.y.min():.3g} to {data.y.max():.3g}, "
        f"which the output {_name(output.activation)} cannot reach.",
        "A linear output (identity) can give any number.",
        (Fix("Use a linear output", partial(_set_output, activation="identity")),),
    )


def relu_output(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """ReLU at the end of a regression whose targets it could reach."""
    target, output = spec.data.target, spec.network.output
    if target is None or target.kind != "number" or output.activation != "relu":
        return
    if spec.training.loss not in ("mse", "mae", "huber") or any(True for _ in output_range(spec, table)):
        return
    yield Finding(
        "relu_output",
        "warning",
        f"layer:{output.id}",
        f"The number {target.name} is predicted by ReLU.",
        "Rows whose sum falls below 0 are given 0 and no gradient: they are not learnt from any more, and if it is all "
        "of them, training stands still.",
        (
            Fix("Use a linear output", partial(_set_output, activation="identity")),
            Fix("Use softplus, which stays above 0", partial(_set_output, activation="softplus")),
        ),
    )


def _within(data: Dataset, low: float, high: float) -> bool:
    return bool(data.y.min() >= low - _SLACK and data.y.max() <= high + _SLACK)
