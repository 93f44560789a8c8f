"""The one frozen value that a project is: network, training, data, seed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bpgui.data.spec import DataSpec

Units = Annotated[int, Meta(ge=1, le=100_000)]
Reduction = Literal["mean", "sum", "half_sum"]
Precision = Literal["float64", "float32"]
ClassWeights = Literal["equal", "balanced", "given"]
Positive = Annotated[float, Meta(gt=0.0)]
NotNegative = Annotated[float, Meta(ge=0.0)]
Share = Annotated[float, Meta(ge=0.0, lt=1.0)]
Factor = Annotated[float, Meta(gt=0.0, le=1.0)]
Count = Annotated[int, Meta(ge=1, le=100_000_000)]


class Dense(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="dense"):
    """z = x W + b, then the activation. `units` "auto" (the output layer) follows the target.

    `initializer` "auto" is He for the ReLU family and Xavier otherwise; "given" takes the numbers typed in:
    `weights` (in, out) and `biases` (out,). `scale` is the width of "uniform" (±scale), "normal" (std), the number of
    "constant". Frozen weights or biases stay as they start.
    """

    id: str
    units: Units | Literal["auto"] = 4
    activation: str = "tanh"
    bias: bool = True
    initializer: str = "auto"
    scale: Annotated[float, Meta(gt=0.0)] = 0.5
    weights: tuple[tuple[float, ...], ...] = ()
    biases: tuple[float, ...] = ()
    freeze_weights: bool = False
    freeze_biases: bool = False


class Activation(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="activation"
):
    """An activation as a layer of its own; the field on Dense is its shorthand."""

    id: str
    activation: str = "relu"


class Dropout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="dropout"):
    """In training, switches off a share `rate` of the numbers, anew in each step."""

    id: str
    rate: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.2


class BatchNorm(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="batchnorm"
):
    """Normalises each neuron over the batch, then scales and shifts it by learnt numbers."""

    id: str
    momentum: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.1
    epsilon: Annotated[float, Meta(gt=0.0)] = 1e-5


Layer = Dense | Activation | Dropout | BatchNorm


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

    What belongs to one loss, optimizer, schedule or clipping is named by that entry's field records and read by no
    other. `class_weights` "given" takes `class_weight_values` in the order of the classes. Training ends after
    `epochs`, at `target_loss`, once `target_metric` reaches `target_value`, after `max_seconds` of training, or after
    `patience` epochs (0: never) without the watched loss falling by more than `min_delta`; then the best weights come
    back. `threads` are the BLAS threads: part of the run, since they move bits.
    """

    loss: str = "bce"
    reduction: Reduction = "mean"
    huber_delta: Positive = 1.0
    optimizer: str = "adam"
    learning_rate: Positive = 0.03
    momentum: Share = 0.9
    beta_1: Share = 0.9
    beta_2: Share = 0.999
    epsilon: Positive = 1e-8
    alpha: Share = 0.99
    weight_decay: NotNegative = 0.01
    schedule: str = "constant"
    step_epochs: Count = 30
    step_factor: Factor = 0.1
    decay: Factor = 0.95
    cosine_epochs: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    floor: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    warmup_steps: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 100
    warmup_start: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.1
    plateau_factor: Factor = 0.1
    plateau_patience: Annotated[int, Meta(ge=0, le=100_000_000)] = 10
    plateau_threshold: Share = 1e-4
    l1: NotNegative = 0.0
    l2: NotNegative = 0.0
    clip: str = "none"
    clip_at: Positive = 1.0
    class_weights: ClassWeights = "equal"
    class_weight_values: tuple[NotNegative, ...] = ()
    batch_size: Annotated[int, Meta(ge=0)] = 32
    shuffle: bool = True
    epochs: Count = 500
    target_loss: NotNegative | None = None
    target_metric: str = ""
    target_value: float = 0.0
    patience: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    min_delta: NotNegative = 0.0
    max_seconds: Positive | None = None
    precision: Precision = "float64"
    threads: Annotated[int, Meta(ge=1, le=1024)] = 1


class Costs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a row costs that is of the second class and `miss`ed, what a false `alarm` costs, what a `hit` gains."""

    miss: NotNegative = 1.0
    alarm: NotNegative = 1.0
    hit: NotNegative = 0.0


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From which output on a row counts as the second of two classes, and the costs that this is weighed by.

    `threshold` None is the middle: 0.5 for probabilities, 0 for hinge's signs. It is no part of a run: what is learnt
    never depends on it, only what is made of the outputs.
    """

    threshold: float | None = None
    costs: Costs = Costs()


class ProjectSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a run is a function of, but the interventions made while it ran; and the decision made after."""

    network: NetworkSpec
    training: TrainingSpec
    data: DataSpec
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0
    decision: Decision = Decision()


# Edits of these leave a run what it is: they are interventions on it, not the start of another.
LIVE_FIELDS = (
    "learning_rate", "epochs", "target_loss", "l1", "l2", "clip", "clip_at",
    "patience", "min_delta", "max_seconds", "target_metric", "target_value",
)  # fmt: skip
_NEUTRAL = {name: getattr(TrainingSpec(), name) for name in LIVE_FIELDS}


def structure(spec: ProjectSpec) -> ProjectSpec:
    """The specification without live fields and decision: two projects with the same structure can share a run."""
    training = msgspec.structs.replace(spec.training, **_NEUTRAL)
    return msgspec.structs.replace(spec, training=training, decision=Decision())


def apart_from_rate(spec: ProjectSpec) -> ProjectSpec:
    """The specification without its learning rate and what ends a run: what it learns at other rates depends on it."""
    kept = {name: getattr(spec.training, name) for name in ("l1", "l2", "clip", "clip_at")}
    neutral = structure(spec)
    return msgspec.structs.replace(neutral, training=msgspec.structs.replace(neutral.training, **kept))
