"""Checks of what layers are worth one upon the other: layers that add nothing, and a gradient that fades on its way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from bpgui.data.table import Table
from bpgui.project import build
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.edits import remove_layer, set_activation, set_layer
from bpgui.project.names import layer_name
from bpgui.project.spec import Activation, BatchNorm, Dense, ProjectSpec

MANY_SIGMOIDS = 4  # hidden layers


def linear_layers(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Hidden layers without an activation: with the next one they are a single linear layer.

    A layer narrower than what is before and after it is left alone: it is a bottleneck, and does keep something back.
    """
    data = dataset_of(spec, table)
    if data is None:
        return
    shapes = build.layer_shapes(spec, data.features, data.outputs)
    dense = [shape for shape in shapes if shape.kind == "dense"]
    for shape, after in pairwise(dense):
        between = spec.network.layers[spec.network.index(shape.id) : spec.network.index(after.id)]
        bent = any(isinstance(x, (Dense, Activation)) and x.activation != "identity" for x in between)
        if bent or shape.units < min(shape.inputs, after.units):
            continue
        yield Finding(
            "linear_layers",
            "warning",
            f"layer:{shape.id}",
            f"{layer_name(spec, shape.id)} has no activation: together with {layer_name(spec, after.id)} it can do no "
            "more than one layer.",
            "Sums of sums are sums again; it is the bend of an activation between them that makes depth worth having.",
            (
                Fix("Use tanh", partial(set_layer, id=shape.id, activation="tanh")),
                Fix("Use ReLU", partial(set_layer, id=shape.id, activation="relu")),
                Fix("Take it out", partial(remove_layer, id=shape.id)),
            ),
        )


def vanishing_depth(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Sigmoid upon sigmoid: each takes three quarters of the gradient, or more."""
    layers = spec.network.layers[:-1]
    active = [layer for layer in layers if isinstance(layer, (Dense, Activation))]
    sigmoids = [layer.id for layer in active if layer.activation == "sigmoid"]
    if len(sigmoids) < MANY_SIGMOIDS or any(isinstance(layer, BatchNorm) for layer in layers):
        return
    yield Finding(
        "vanishing_depth",
        "warning",
        f"layer:{sigmoids[0]}",
        f"{len(sigmoids)} hidden layers are sigmoid, one upon the other.",
        "The derivative of sigmoid is at most a quarter, so at most "
        f"1/{4 ** len(sigmoids):,} of the gradient is left for the first of them: it hardly learns.",
        (
            Fix("Use ReLU in them", partial(set_activation, ids=tuple(sigmoids), name="relu")),
            Fix("Use tanh in them", partial(set_activation, ids=tuple(sigmoids), name="tanh")),
        ),
    )
