"""What can be asked about: each a small value that names a number of a StepTrace.

`layer` is a position in `trace.layers` (INPUT = −1: the network's input); `unit`, `row` and indices count from 0, `row`
within the batch. `row=None` is the whole batch.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A weight ("W", (i, j): from input i to unit j), a bias ("b", (j,)), a batch norm's "gamma" or "beta" (j,)."""

    layer: int
    name: str
    index: tuple[int, ...]


@dataclass(frozen=True)
class NewParameter:
    """The same after the update."""

    parameter: Parameter


@dataclass(frozen=True)
class Gradient:
    """∂L/∂ parameter. `stage`: "used" as the optimizer takes it, after clipping; "whole", of data loss and penalties;
    "data", of the data loss alone.
    """

    parameter: Parameter
    stage: str = "used"


@dataclass(frozen=True)
class Share:
    """One row's share of a data gradient: of a weight aᵢ · δⱼ."""

    parameter: Parameter
    row: int


@dataclass(frozen=True)
class Update:
    """ΔW of a parameter; `plain`: what SGD without momentum would have done."""

    parameter: Parameter
    plain: bool = False


@dataclass(frozen=True)
class Moment:
    """What the optimizer remembers of a parameter, as its textbook writes it: `name` of the moment, before or after."""

    parameter: Parameter
    name: str
    after: bool = True


@dataclass(frozen=True)
class Output:
    """What a layer gives: z of a Dense, a of an activation, x of the INPUT. `row=None`: its mean over the batch."""

    layer: int
    row: int | None
    unit: int


@dataclass(frozen=True)
class Delta:
    """∂L/∂ that output. `row=None`: its sum over the batch."""

    layer: int
    row: int | None
    unit: int


@dataclass(frozen=True)
class Slope:
    """a′ of an activation, element by element; of softmax ∂a(`by`)/∂z(`unit`)."""

    layer: int
    row: int
    unit: int
    by: int | None = None


@dataclass(frozen=True)
class Statistic:
    """Of a batch norm's unit: "mean", "variance", "scale"; with a `row` "normal", its number less the mean by the
    spread.
    """

    layer: int
    name: str
    unit: int
    row: int | None = None


@dataclass(frozen=True)
class Mask:
    """What dropout multiplies a number with."""

    layer: int
    row: int
    unit: int


@dataclass(frozen=True)
class Target:
    row: int
    unit: int


@dataclass(frozen=True)
class Weight:
    """What a row's terms are multiplied with in the batch's loss; `own`: its loss in the batch's loss."""

    row: int
    own: bool = False


@dataclass(frozen=True)
class RowLoss:
    """What the loss of that row alone would be."""

    row: int


@dataclass(frozen=True)
class LossTerm:
    """What one output adds to its row's loss, before any division."""

    row: int
    unit: int


@dataclass(frozen=True)
class Loss:
    """`part`: "whole", "data" or "penalty"; `after`: with the new parameters (no terms are kept of that)."""

    part: str = "whole"
    after: bool = False


@dataclass(frozen=True)
class Rate:
    """The learning rate of the step."""


@dataclass(frozen=True)
class ClipFactor:
    """What clipping by norm multiplies every gradient with."""


@dataclass(frozen=True)
class GradientNorm:
    """√Σ g² over all trained parameters."""


@dataclass(frozen=True)
class Change:
    """Of the loss, by the step: `predicted` to first order, else as it came."""

    predicted: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of the confusion matrix; both count from 0."""

    actual: int
    predicted: int


@dataclass(frozen=True)
class Measured:
    """A metric, by its name in METRICS: explained by `explain_metric`, as no trace holds its rows."""

    name: str


Reference = (
    Parameter | NewParameter | Gradient | Share | Update | Moment | Output | Delta | Slope | Statistic | Mask | Target
    | Weight | RowLoss | LossTerm | Loss | Rate | ClipFactor | GradientNorm | Change
    | Cell | Measured
)  # fmt: skip
