"""What a worksheet asks for, and the project that it stands for: drawn by a seed, with numbers for paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpgui.data.spec import Column, DataSpec, FileOrigin, Split
from bpgui.data.table import NumberColumn, Table
from bpgui.engine.activations import ACTIVATIONS, Array
from bpgui.engine.fields import Field
from bpgui.project.spec import Dense, NetworkSpec, ProjectSpec, TrainingSpec

# key: (loss, reduction, label)
LOSSES = {
    "half": ("mse", "half_sum", "half the squared error"),
    "mse": ("mse", "mean", "squared error"),
    "bce": ("bce", "mean", "binary cross-entropy"),
}
WHOLE = ("relu", "identity")  # whole numbers stay whole through these
_HIDDEN = (*WHOLE, "sigmoid", "tanh")
_DRAWS = 400  # until the numbers suit; of all networks that can be asked for fewer than one draw in ten does not

FIELDS = {
    field.name: field
    for field in (
        Field("seed", "Number", 1, "Another number gives other weights and inputs.", 0, 99_999),
        Field("inputs", "Inputs", 2, "How many inputs the network has.", 1, 4),
        Field("hidden", "Hidden neurons", 2, "How many neurons the hidden layer has.", 1, 4),
        Field("outputs", "Outputs", 1, "How many outputs the network has.", 1, 2),
        Field(
            "activation", "Activation", "sigmoid",
            "Of the hidden layer. ReLU and identity keep whole numbers: no calculator is needed.",
            choices=_HIDDEN, labels=tuple(ACTIVATIONS[name].label for name in _HIDDEN),
        ),
        Field(
            "loss", "Loss", "half", "What the step makes smaller.",
            choices=tuple(LOSSES), labels=tuple(label for _, _, label in LOSSES.values()),
        ),
        Field("digits", "Decimals", 4, "To how many decimals results are given.", 2, 8),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """The fields of FIELDS. Raises ValueError for what they do not allow."""

    seed: int = 1
    inputs: int = 2
    hidden: int = 2
    outputs: int = 1
    activation: str = "sigmoid"
    loss: str = "half"
    digits: int = 4

    def __post_init__(self) -> None:
        for name, field in FIELDS.items():
            value = getattr(self, name)
            if field.choices and value not in field.choices:
                raise ValueError(f"{field.label}: expected {', '.join(field.choices)}, found {value!r}")
            low, high = field.minimum, field.maximum
            if low is not None and high is not None and not low <= value <= high:
                raise ValueError(f"{field.label}: expected {low:g} to {high:g}, found {value}")
        if self.loss == "bce" and self.outputs != 1:
            raise ValueError("Outputs: binary cross-entropy has one here")

    @property
    def output(self) -> str:
        """The output's activation."""
        return "identity" if self.activation in WHOLE and self.loss != "bce" else "sigmoid"

    @property
    def whole(self) -> bool:
        """Whether all can be done without a calculator."""
        return self.output == "identity"

    @property
    def learning_rate(self) -> float:
        return 0.01 if self.whole else 0.5


@dataclass(frozen=True)
class Numbers:
    """x (inputs,), y (outputs,), and of both layers W (in, out) and b (out,)."""

    x: Array
    y: Array
    weights: tuple[Array, Array]
    biases: tuple[Array, Array]


def draw(problem: Problem) -> Numbers:
    """The first numbers of the seed's stream that make a good exercise: see `_suits`."""
    generator = np.random.default_rng(problem.seed)
    found = _drawn(problem, generator)
    for _ in range(_DRAWS):
        if _suits(problem, found):
            break
        found = _drawn(problem, generator)
    return found


def _drawn(problem: Problem, generator: np.random.Generator) -> Numbers:
    sizes = (problem.inputs, problem.hidden, problem.outputs)
    if problem.whole:
        x = generator.integers(1, 4, sizes[0]).astype(np.float64)
        weights = [generator.choice([-2.0, -1.0, 1.0, 2.0], sizes[i : i + 2]) for i in (0, 1)]
        biases = [generator.integers(-1, 2, size).astype(np.float64) for size in sizes[1:]]
    else:
        x = generator.integers(1, 11, sizes[0]) / 10.0
        signs = [generator.choice([-0.1, 0.1], sizes[i : i + 2]) for i in (0, 1)]
        weights = [np.round(sign * generator.integers(1, 10, sign.shape), 1) for sign in signs]
        biases = [generator.integers(-5, 6, size) / 10.0 for size in sizes[1:]]
    first, second = weights
    out = _outputs(problem, x, first, biases[0]) @ second + biases[1]
    if problem.whole:
        y = out + generator.choice([-2.0, -1.0, 1.0, 2.0], problem.outputs)
    else:
        y = generator.integers(0, 2, problem.outputs).astype(np.float64)
    return Numbers(x, y, (first, second), (biases[0], biases[1]))


def _outputs(problem: Problem, x: Array, W: Array, b: Array) -> Array:
    """What the hidden layer gives."""
    function, z = ACTIVATIONS[problem.activation], (x @ W + b)[None, :]
    out = np.empty_like(z)
    function.forward(z, out, tuple(np.empty_like(z) for _ in range(function.scratch)))
    found: Array = out[0]
    return found


def _suits(problem: Problem, numbers: Numbers) -> bool:
    """No neuron at a kink, at least half of them alive, no two of them twins, and a step that goes downhill."""
    W, V = numbers.weights
    z = numbers.x @ W + numbers.biases[0]
    alive = z > 0 if problem.activation == "relu" else np.ones(len(z), bool)
    twins = len(np.unique(np.vstack((W, numbers.biases[0])), axis=1).T) < problem.hidden
    # An identity output moves by η · (squared length of its gradient) · error: more than once the error is too far.
    hidden = np.where(alive, z, 0.0)
    slope = hidden @ hidden + 1.0 + ((V * alive[:, None]) ** 2).sum(axis=0).max() * (numbers.x @ numbers.x + 1.0)
    downhill = not problem.whole or problem.learning_rate * slope < 1.0
    return bool((np.abs(z) > 1e-9).all() and 2 * alive.sum() >= len(z) and not twins and downhill)


def project(problem: Problem) -> tuple[ProjectSpec, Table]:
    """The same network as a project: one row (with binary cross-entropy also its opposite), one step a batch."""
    numbers = draw(problem)
    rows = [numbers.y, 1.0 - numbers.y] if problem.loss == "bce" else [numbers.y]
    columns = [NumberColumn(f"x{i + 1}", np.full(len(rows), value)) for i, value in enumerate(numbers.x)]
    names = ["y"] if problem.outputs == 1 else [f"y{k + 1}" for k in range(problem.outputs)]
    targets = [NumberColumn(name, np.array([row[k] for row in rows])) for k, name in enumerate(names)]
    table = Table((*columns, *targets))
    kind = "category" if problem.loss == "bce" else "number"
    data = DataSpec(
        table=table.sha,
        origin=FileOrigin(name=f"worksheet {problem.seed}"),
        columns=(
            *(Column(name=column.name, role="feature", kind="number") for column in columns),
            *(Column(name=name, role="target", kind=kind) for name in names),  # type: ignore[arg-type]
        ),
        split=Split(train=1.0),
    )
    loss, reduction, _ = LOSSES[problem.loss]
    training = TrainingSpec(
        loss=loss, reduction=reduction, optimizer="sgd", learning_rate=problem.learning_rate,  # type: ignore[arg-type]
        batch_size=1, shuffle=False, epochs=1,
    )  # fmt: skip
    layers = (
        _dense("d1", problem.hidden, problem.activation, numbers, 0), _dense("d2", "auto", problem.output, numbers, 1),
    )  # fmt: skip
    return ProjectSpec(network=NetworkSpec(layers=layers), training=training, data=data, seed=problem.seed), table


def _dense(id: str, units: int | str, activation: str, numbers: Numbers, place: int) -> Dense:
    return Dense(
        id=id, units=units, activation=activation, initializer="given",  # type: ignore[arg-type]
        weights=tuple(tuple(map(float, row)) for row in numbers.weights[place]),
        biases=tuple(map(float, numbers.biases[place])),
    )  # fmt: skip
