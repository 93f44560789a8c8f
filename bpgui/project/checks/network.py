"""Checks of the layers: widths, first weights, what dropout and batch norm can work with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from bpgui.data.table import Table
from bpgui.engine.initializers import AUTO, GIVEN
from bpgui.project import build
from bpgui.project.checks.finding import Finding, Fix, dataset_of
from bpgui.project.edits import remove_layer, set_layer, set_training
from bpgui.project.names import layer_name
from bpgui.project.proposal import adapt_output
from bpgui.project.spec import BatchNorm, Dense, Dropout, ProjectSpec

USUAL_BATCH = 32
LARGEST_RATE = 0.9  # of dropout


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
                f"{layer_name(spec, shape.id)}: {problem}.",
                "A weight stands between each input (row) and each unit (column).",
                (Fix("Choose first weights automatically", partial(set_layer, id=shape.id, initializer=AUTO)),),
            )


def _by(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) if np.prod(shape) else "missing"


def zero_weights(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """First weights that are all the same: nothing ever tells the units of the layer apart."""
    for layer in spec.network.layers[:-1]:
        alike = isinstance(layer, Dense) and (
            layer.initializer == "zeros" or (layer.initializer == "constant" and layer.units != 1)
        )
        if isinstance(layer, Dense) and alike:
            name = layer_name(spec, layer.id)
            yield Finding(
                "zero_weights",
                "warning",
                f"layer:{layer.id}",
                f"All weights of {name} start at zero."
                if layer.initializer == "zeros"
                else f"All weights of {name} start at the same number.",
                "Its units then get the same gradient and stay copies of each other for ever.",
                (Fix("Choose first weights automatically", partial(set_layer, id=layer.id, initializer=AUTO)),),
            )


def norm_batch(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Batch norm has no meaning for one row."""
    norms = [layer.id for layer in spec.network.layers if isinstance(layer, BatchNorm)]
    data = dataset_of(spec, table)
    if not norms or data is None:
        return
    rows = len(data.train)
    if rows > 1 and spec.training.batch_size != 1:
        return
    fixes = [Fix("Take batch norm out", _without_norms)]
    if rows > 1:
        fixes.insert(0, Fix(f"Batches of {USUAL_BATCH} rows", partial(set_training, batch_size=min(USUAL_BATCH, rows))))
    yield Finding(
        "norm_batch",
        "error",
        "training:batch_size" if rows > 1 else f"layer:{norms[0]}",
        "Batch norm cannot work with one row at a time." if rows > 1 else "Batch norm has only one row to learn from.",
        "It brings each neuron to the mean and spread of the batch, and one row has no spread.",
        tuple(fixes),
    )


def _without_norms(spec: ProjectSpec) -> ProjectSpec:
    layers = tuple(layer for layer in spec.network.layers if not isinstance(layer, BatchNorm))
    return replace(spec, network=replace(spec.network, layers=layers))


def dropout_rate(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """A rate that switches off nothing, or nearly everything."""
    for layer in spec.network.layers:
        if not isinstance(layer, Dropout) or 0.0 < layer.rate <= LARGEST_RATE:
            continue
        other = Fix("Switch off a fifth", partial(set_layer, id=layer.id, rate=0.2))
        if layer.rate == 0.0:
            text, why = "switches nothing off: its rate is 0.", "It only costs time."
            fixes: tuple[Fix, ...] = (Fix("Take it out", partial(remove_layer, id=layer.id)), other)
        else:
            text = f"switches off {layer.rate:.0%} of the numbers in each step."
            why, fixes = "So little gets through that the layers after it hardly learn.", (other,)
        text = f"{layer_name(spec, layer.id)} {text}"
        yield Finding("dropout_rate", "warning", f"layer:{layer.id}", text, why, fixes)


def lone_dropout(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    """Dropout of a single number: all of it, or nothing."""
    for shape in _shapes(spec, table):
        layer = spec.network.layer(shape.id)
        if isinstance(layer, Dropout) and shape.units == 1 and layer.rate:
            yield Finding(
                "lone_dropout",
                "warning",
                f"layer:{layer.id}",
                f"{layer_name(spec, layer.id)} has a single number to switch off.",
                "Whenever it does, nothing of the row gets through.",
                (Fix("Take it out", partial(remove_layer, id=layer.id)),),
            )


def all_frozen(spec: ProjectSpec, table: Table) -> Iterator[Finding]:
    for layer in spec.network.layers:
        if isinstance(layer, BatchNorm) or (isinstance(layer, Dense) and not _frozen(layer)):
            return
    yield Finding(
        "all_frozen",
        "error",
        f"layer:{spec.network.output.id}",
        "Every weight and bias is frozen.",
        "Nothing may change, so nothing can be learnt.",
        (
            Fix("Unfreeze the output", partial(_unfrozen, ids=(spec.network.output.id,))),
            Fix("Unfreeze all", partial(_unfrozen, ids=tuple(layer.id for layer in spec.network.layers))),
        ),
    )


def _frozen(layer: Dense) -> bool:
    return layer.freeze_weights and (layer.freeze_biases or not layer.bias)


def _unfrozen(spec: ProjectSpec, ids: tuple[str, ...]) -> ProjectSpec:
    layers = tuple(
        replace(layer, freeze_weights=False, freeze_biases=False)
        if isinstance(layer, Dense) and layer.id in ids else layer
        for layer in spec.network.layers
    )  # fmt: skip
    return replace(spec, network=replace(spec.network, layers=layers))
