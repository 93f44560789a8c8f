"""What the diagram shows, column by column: the input, every layer, the loss. Pure, made from the specification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bpgui.project.spec import Dense, ProjectSpec

Kind = Literal["input", "dense", "activation", "loss"]
INPUT = "input:"  # no layer id holds a colon
LOSS = "loss:"


@dataclass(frozen=True)
class Column:
    """One block. `key` is the layer's id, or INPUT or LOSS.

    `number` counts from 1 within the kind; `units` is 0 where nobody knows yet (no usable data);
    `choice` is the activation, or the loss of the last block; `auto` says that the units follow the target;
    `names` are those of features or classes, one a unit, `standardised` the features that are not in the data's units.
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

    @property
    def layer(self) -> bool:
        return self.kind in ("dense", "activation")


def columns_of(
    spec: ProjectSpec, features: int, outputs: int, names: Sequence[str] = (), classes: Sequence[str] = ()
) -> tuple[Column, ...]:
    """Columns of a network on `features` inputs whose target needs `outputs` units (0 = unknown)."""
    scaled = tuple(c.name for c in spec.data.features if c.standardise)
    columns = [Column(INPUT, "input", units=features, names=tuple(names), standardised=scaled)]
    counts = {"dense": 0, "activation": 0}
    width = features
    layers = spec.network.layers
    for layer in layers:
        last = layer is layers[-1]
        if isinstance(layer, Dense):
            counts["dense"] += 1
            auto = layer.units == "auto"
            units = outputs if layer.units == "auto" else layer.units
            parameters = width * units + (units if layer.bias else 0)
            columns.append(
                Column(
                    layer.id, "dense", counts["dense"], units, layer.activation, layer.bias, auto, last, parameters,
                    tuple(classes) if last and len(classes) == units else (),
                )
            )  # fmt: skip
            width = units
        else:
            counts["activation"] += 1
            columns.append(Column(layer.id, "activation", counts["activation"], width, layer.activation, output=last))
    columns.append(Column(LOSS, "loss", choice=spec.training.loss))
    return tuple(columns)


def parameter_count(columns: Sequence[Column]) -> int:
    return sum(column.parameters for column in columns)


def chain(columns: Sequence[Column], most: int = 8) -> str:
    """ "2 → 8 → 1": the widths of input and Dense layers, the middle left out where there are more than `most`."""
    widths = [str(c.units or "?") for c in columns if c.kind in ("input", "dense")]
    if len(widths) > most:
        widths = [*widths[: most - 3], "…", *widths[-2:]]
    return " → ".join(widths)
