"""The one frozen value that a project is: network, training, data, seed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bpgui.data.spec import DataSpec

Units = Annotated[int, Meta(ge=1, le=100_000)]
Reduction = Literal["mean", "sum", "half_sum"]
Precision = Literal["float64", "float32"]


class Dense(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="dense"):
    """z = x W + b, then the activation. `units` "auto" (the output layer) follows the target.

    `initializer` "auto" is He for the ReLU family and Xavier otherwise; "given" takes the numbers typed in:
    `weights` (in, out) and `biases` (out,). `scale` is the width of "uniform" (±scale) and "normal" (std).
    """

    id: str
    units: Units | Literal["auto"] = 4
    activation: str = "tanh"
    bias: bool = True
    initializer: str = "auto"
    scale: Annotated[float, Meta(gt=0.0)] = 0.5
    weights: tuple[tuple[float, ...], ...] = ()
    biases: tuple[float, ...] = ()


class Activation(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="activation"
):
    """An activation as a layer of its own; the field on Dense is its shorthand."""

    id: str
    activation: str = "relu"


Layer = Dense | Activation


class NetworkSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Layers in order; the last is the output, always a Dense."""

    layers: tuple[Layer, ...]

    def layer(self, id: str) -> Layer:
        """The layer with that id; raises KeyError."""
        for layer in self.layers:
            if layer.id == id:
                return layer
        raise KeyError(id)

    def index(self, id: str) -> int:
        """Its position; raises KeyError."""
        for index, layer in enumerate(self.layers):
            if layer.id == id:
                return index
        raise KeyError(id)

    @property
    def output(self) -> Dense:
        last = self.layers[-1]
        assert isinstance(last, Dense)
        return last


class TrainingSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How it learns. `batch_size` 0 is the whole training part at once.

    `momentum`, `beta_1`, `beta_2`, `epsilon`, `alpha`, `weight_decay` belong to the optimizers whose field records
    name them.
    `threads` are the BLAS threads: part of the run, since they move bits.
    """

    loss: str = "bce"
    reduction: Reduction = "mean"
    optimizer: str = "adam"
    learning_rate: Annotated[float, Meta(gt=0.0)] = 0.03
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.9
    beta_1: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.9
    beta_2: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.999
    epsilon: Annotated[float, Meta(gt=0.0)] = 1e-8
    alpha: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.99
    weight_decay: Annotated[float, Meta(ge=0.0)] = 0.01
    batch_size: Annotated[int, Meta(ge=0)] = 32
    shuffle: bool = True
    epochs: Annotated[int, Meta(ge=1, le=100_000_000)] = 500
    target_loss: Annotated[float, Meta(ge=0.0)] | None = None
    precision: Precision = "float64"
    threads: Annotated[int, Meta(ge=1, le=1024)] = 1


class ProjectSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a run is a function of, but the interventions made while it ran."""

    network: NetworkSpec
    training: TrainingSpec
    data: DataSpec
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0


# Edits of these leave a run what it is: they are interventions on it, not the start of another.
LIVE_FIELDS = ("learning_rate", "epochs", "target_loss")
_NEUTRAL = {name: getattr(TrainingSpec(), name) for name in LIVE_FIELDS}


def structure(spec: ProjectSpec) -> ProjectSpec:
    """The specification without its live fields: two projects with the same structure can share a run."""
    return msgspec.structs.replace(spec, training=msgspec.structs.replace(spec.training, **_NEUTRAL))
