"""What the diagram shows, column by column: the input, every layer, the loss. Pure, made from the specification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bpgui.project.build import LayerShape, layer_shapes
from bpgui.project.names import layer_numbers
from bpgui.project.spec import Activation, Dense, Dropout, Layer, ProjectSpec

Kind = Literal["input", "dense", "activation", "dropout", "batchnorm", "loss"]
INPUT = "input:"  # no layer id holds a colon
LOSS = "loss:"


def place_named(key: str) -> str:
    """How a finding of the checks names the block of that column."""
    return "loss" if key == LOSS else f"layer:{key}"


@dataclass(frozen=True)
class Column:
    """One block. `key` is the layer's id, or INPUT or LOSS.

    `number` counts from 1 within the kind; `units` is 0 where nobody knows yet (no usable data);
    `choice` is the activation, or the loss of the last block; `auto` says that the units follow the target;
    `names` are those of features or classes, one a unit, `standardised` the features that are not in the data's units.
    `rate` is dropout's; `frozen` holds "weights", "biases" or both; `multiply_adds` are those of a row's way through.
    """

    key: str
    kind: Kind
    number: int = 1
    units: int = 0
    choice: str = ""
    bias: bool = False
    auto: bool = False
    output: bool = False
    parameters: int = 0
    names: tuple[str, ...] = ()
    standardised: tuple[str, ...] = ()
    rate: float = 0.0
    frozen: tuple[str, ...] = ()
    multiply_adds: int = 0

    @property
    def layer(self) -> bool:
        return self.kind not in ("input", "loss")

    @property
    def has_choice(self) -> bool:
        """Whether there is an activation, or a loss, to choose."""
        return self.kind in ("dense", "activation", "loss")

    @property
    def has_number(self) -> bool:
        """Whether the block holds a number to type: units, or a rate."""
        return self.kind in ("dense", "dropout")


def columns_of(
    spec: ProjectSpec, features: int, outputs: int, names: Sequence[str] = (), classes: Sequence[str] = ()
) -> tuple[Column, ...]:
    """Columns of a network on `features` inputs whose target needs `outputs` units (0 = unknown)."""
    scaled = tuple(c.name for c in spec.data.features if c.scaling != "none")
    columns = [Column(INPUT, "input", units=features, names=tuple(names), standardised=scaled)]
    numbers, layers = layer_numbers(spec), spec.network.layers
    for layer, shape in zip(layers, layer_shapes(spec, features, outputs), strict=True):
        columns.append(_column(layer, shape, numbers[layer.id], layer is layers[-1], tuple(classes)))
    columns.append(Column(LOSS, "loss", choice=spec.training.loss))
    return tuple(columns)


def _column(layer: Layer, shape: LayerShape, number: int, last: bool, classes: tuple[str, ...]) -> Column:
    common = {
        "number": number, "units": shape.units, "parameters": shape.parameters, "multiply_adds": shape.multiply_adds,
        "output": last,
    }  # fmt: skip
    match layer:
        case Dense():
            frozen = (("weights",) if layer.freeze_weights else ()) + (
                ("biases",) if layer.freeze_biases and layer.bias else ()
            )
            return Column(
                layer.id, "dense", choice=layer.activation, bias=layer.bias, auto=layer.units == "auto", frozen=frozen,
                names=classes if last and len(classes) == shape.units else (), **common,
            )  # fmt: skip
        case Activation():
            return Column(layer.id, "activation", choice=layer.activation, **common)
        case Dropout():
            return Column(layer.id, "dropout", rate=layer.rate, **common)
        case _:
            return Column(layer.id, "batchnorm", **common)


def parameter_count(columns: Sequence[Column]) -> int:
    return sum(column.parameters for column in columns)


def chain(columns: Sequence[Column], most: int = 8) -> str:
    """ "2 → 8 → 1": the widths of input and Dense layers, the middle left out where there are more than `most`."""
    widths = [str(c.units or "?") for c in columns if c.kind in ("input", "dense")]
    if len(widths) > most:
        widths = [*widths[: most - 3], "…", *widths[-2:]]
    return " → ".join(widths)
