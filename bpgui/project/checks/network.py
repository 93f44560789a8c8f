"""Checks of the layers: widths, first weights, size."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from bpgui.data.table import Table
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project import build
from bpgui.project.atomic import readable_size
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.edits import set_layer
from bpgui.project.proposal import adapt_output
from bpgui.project.spec import Dense, ProjectSpec

# Parameters, gradients, two moments, the last finite weights, a copy for the window and one for the file.
_COPIES = 7
MEMORY_LIMIT = 2 << 30


def _shapes(spec: ProjectSpec, table: Table) -> tuple[build.LayerShape, ...]:
    data = dataset_of(spec, table)
    return () if data is None else build.layer_shapes(spec, data.features, data.outputs)


def output_units(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    data, output = dataset_of(spec, table), spec.network.output
    if data is None or output.units in ("auto", data.outputs):
        return
    yield Finding(
        "output_units",
        "error",
        f"layer:{output.id}",
        f"The output has {output.units} units, but the target needs {data.outputs}.",
        "Each output is compared with one number of the target.",
        (Fix("Follow the target", partial(set_layer, id=output.id, units="auto")),),
    )


def single_softmax(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Softmax over one unit is always 1."""
    for shape in _shapes(spec, table):
        if shape.activation != "softmax" or shape.units != 1:
            continue
        output = shape.id == spec.network.output.id
        fix = Fix("Adapt loss and output to the target", partial(adapt_output, table=table))
        if not output:
            fix = Fix("Use tanh", partial(set_layer, id=shape.id, activation="tanh"))
        yield Finding(
            "single_softmax",
            "error" if output else "warning",
            f"layer:{shape.id}",
            "Softmax over a single unit is always 1.",
            "It divides by the sum of its units, so nothing before it can change anything.",
            (fix,),
        )


def given_weights(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Numbers typed in must have the layer's shape: W (in, out), b (out,) or none."""
    for shape in _shapes(spec, table):
        layer = spec.network.layer(shape.id)
        if not isinstance(layer, Dense) or layer.initializer != GIVEN:
            continue
        given, needed = np.shape(layer.weights), (shape.inputs, shape.units)
        problem = ""
        if given != needed:
            problem = f"the weights typed in are {_by(given)}, the layer needs {_by(needed)}"
        elif layer.bias and layer.biases and len(layer.biases) != shape.units:
            problem = f"{len(layer.biases)} biases are typed in, the layer needs {shape.units}"
        if problem:
            yield Finding(
                "given_weights",
                "error",
                f"layer:{shape.id}",
                f"Layer {shape.id}: {problem}.",
                "A weight stands between each input (row) and each unit (column).",
                (Fix("Choose first weights automatically", partial(set_layer, id=shape.id, initializer=AUTO)),),
            )


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) if np.prod(shape) else "missing"


def zero_weights(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    for layer in spec.network.layers[:-1]:
        if isinstance(layer, Dense) and layer.initializer == "zeros":
            yield Finding(
                "zero_weights",
                "warning",
                f"layer:{layer.id}",
                f"All weights of the hidden layer {layer.id} start at zero.",
                "Its units then get the same gradient and stay copies of each other for ever.",
                (Fix("Choose first weights automatically", partial(set_layer, id=layer.id, initializer=AUTO)),),
            )


def too_large(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    shapes = _shapes(spec, table)
    size = 4 if spec.training.precision == "float32" else 8
    needed = size * _COPIES * sum(shape.parameters for shape in shapes)
    if needed <= MEMORY_LIMIT:
        return
    widest = max(shapes, key=lambda shape: shape.parameters)
    yield Finding(
        "too_large",
        "error",
        f"layer:{widest.id}",
        f"This network needs about {readable_size(needed)} of memory; the limit is {readable_size(MEMORY_LIMIT)}. "
        f"Layer {widest.id} alone has {widest.parameters:,} weights.",
        "Give the layer, or the one before it, fewer units.",
    )
