"""The samples: data, a network that learns it, and one sentence on what it teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpgui.data.errors import DataError
from bpgui.data.generators import generate
from bpgui.data.shipped import shipped
from bpgui.data.spec import Column, DataSpec, Kind, Origin, SampleOrigin, Split
from bpgui.data.table import Table
from bpgui.engine.fields import Field
from bpgui.project.spec import Dense, Layer, NetworkSpec, ProjectSpec, TrainingSpec
from bpgui.resources import resource

_THIRDS = Split(train=0.6, validation=0.2, test=0.2)
_ALL = Split(train=1.0)
_ROWS = Field("rows", "Points", 1000, "How many points are made.", minimum=10, maximum=100_000)

Make = Callable[[int, float, int], Table]


@dataclass(frozen=True)
class Sample:
    """One sample. `make(rows, noise, seed)` gives its table, whose last column is the target.

    `rows` and `noise` are the defaults; `fields` are the settings that a person may change (none for fixed tables).
    """

    name: str
    label: str
    teaches: str
    make: Make
    target: Kind
    layers: tuple[Layer, ...]
    training: TrainingSpec
    split: Split = _THIRDS
    fields: tuple[Field, ...] = ()
    standardise: bool = False

    def default(self, field: str) -> float:
        """The default of one of `fields`; 0 where the sample has no such field."""
        return next((float(f.default) for f in self.fields if f.name == field), 0.0)


def _noise(default: float, maximum: float, unit: str = "") -> Field:
    return Field("noise", "Noise", default, "Standard deviation of what is added to each point.", 0.0, maximum, unit)


def _generated(name: str) -> Make:
    def make(rows: int, noise: float, seed: int) -> Table:
        return generate(name, rows, noise, seed)

    return make


def _shipped(name: str) -> Make:
    def make(rows: int, noise: float, seed: int) -> Table:
        return shipped(name, resource("samples"))

    return make


def _dense(*units: int, activation: str = "tanh", output: str = "sigmoid") -> tuple[Layer, ...]:
    """Hidden layers of those units and an output that follows the target."""
    hidden = tuple(Dense(id=f"d{i}", units=n, activation=activation) for i, n in enumerate(units, start=1))
    return (*hidden, Dense(id=f"d{len(units) + 1}", units="auto", activation=output))


# numpy.random.seed(1), then rand(2, 2) and rand(2, 1): the numbers that the script of the teaching text starts with.
_TEXTBOOK_LAYERS: tuple[Layer, ...] = (
    Dense(
        id="d1",
        units=2,
        activation="sigmoid",
        bias=False,
        initializer="given",
        weights=((0.417022004702574, 0.7203244934421581), (0.00011437481734488664, 0.30233257263183977)),
    ),
    Dense(
        id="d2",
        units="auto",
        activation="sigmoid",
        bias=False,
        initializer="given",
        weights=((0.14675589081711304,), (0.0923385947687978,)),
    ),
)

_SAMPLES = (
    Sample(
        name="xor",
        label="XOR",
        teaches="The smallest problem that no single neuron can solve: a hidden layer is needed.",
        make=_generated("xor"),
        target="category",
        layers=_dense(8),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.03, batch_size=0, epochs=500),
        split=_ALL,
    ),
    Sample(
        name="xor_textbook",
        label="XOR, by the textbook",
        teaches="The script of the teaching text, number for number: without biases it does not quite get there.",
        make=_generated("xor"),
        target="category",
        layers=_TEXTBOOK_LAYERS,
        training=TrainingSpec(
            loss="mse",
            reduction="half_sum",
            optimizer="sgd",
            learning_rate=0.1,
            batch_size=0,
            shuffle=False,
            epochs=10_000,
        ),
        split=_ALL,
    ),
    Sample(
        name="and",
        label="AND",
        teaches="A straight line parts the classes, so a single neuron without a hidden layer is enough.",
        make=_generated("and"),
        target="category",
        layers=_dense(),
        training=TrainingSpec(loss="bce", optimizer="sgd", learning_rate=0.5, batch_size=0, epochs=500),
        split=_ALL,
    ),
    Sample(
        name="circles",
        label="Circles",
        teaches="One class lies inside the other: hidden neurons draw straight lines, and together they close a ring.",
        make=_generated("circles"),
        target="category",
        layers=_dense(6),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.03, batch_size=32, epochs=100),
        fields=(_ROWS, _noise(0.05, 0.5)),
    ),
    Sample(
        name="moons",
        label="Moons",
        teaches="Two crescents reach into each other: the border between them has to bend.",
        make=_generated("moons"),
        target="category",
        layers=_dense(8),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.05, batch_size=32, epochs=100),
        fields=(_ROWS, _noise(0.1, 0.5)),
    ),
    Sample(
        name="spirals",
        label="Spirals",
        teaches="Two arms wound into each other: hard for one hidden layer, well within reach of two.",
        make=_generated("spirals"),
        target="category",
        layers=_dense(8, 8),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.02, batch_size=32, epochs=300),
        fields=(_ROWS, _noise(0.1, 0.5)),
    ),
    Sample(
        name="two_gaussians",
        label="Two clouds",
        teaches="Where the clouds overlap nobody can be right about every point, and the output says how sure it is.",
        make=_generated("two_gaussians"),
        target="category",
        layers=_dense(4),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.03, batch_size=32, epochs=40),
        fields=(_ROWS, _noise(1.0, 5.0)),
    ),
    Sample(
        name="sine",
        label="Sine",
        teaches="A curve is put together from a few bent pieces, one for each hidden neuron.",
        make=_generated("sine"),
        target="number",
        layers=_dense(8, output="identity"),
        training=TrainingSpec(loss="mse", optimizer="adam", learning_rate=0.02, batch_size=32, epochs=200),
        fields=(Field("rows", "Points", 200, _ROWS.help, 10, 100_000), _noise(0.1, 1.0)),
    ),
    Sample(
        name="plane",
        label="Plane",
        teaches="Linear regression: one neuron without a bend finds the slope and the height of a plane.",
        make=_generated("plane"),
        target="number",
        layers=_dense(output="identity"),
        training=TrainingSpec(loss="mse", optimizer="sgd", learning_rate=0.05, batch_size=32, epochs=60),
        fields=(Field("rows", "Points", 200, _ROWS.help, 10, 100_000), _noise(0.1, 1.0)),
    ),
    Sample(
        name="iris",
        label="Iris",
        teaches="Three kinds of flowers by four lengths: one class is easy, two overlap a little.",
        make=_shipped("iris"),
        target="category",
        layers=_dense(8, output="softmax"),
        training=TrainingSpec(loss="cce", optimizer="adam", learning_rate=0.01, batch_size=16, epochs=200),
        # 150 rows: with 30 to validate one flower more or less is 3 %, so no third part here.
        split=Split(train=0.6, validation=0.4),
    ),
    Sample(
        name="digits8x8",
        label="Digits, 8 × 8",
        teaches="Handwritten digits as 64 grey values: the same network as for points, only wider.",
        make=_shipped("digits8x8"),
        target="category",
        layers=_dense(16, activation="relu", output="softmax"),
        training=TrainingSpec(loss="cce", optimizer="adam", learning_rate=0.003, batch_size=32, epochs=40),
        standardise=True,
    ),
)

SAMPLES: dict[str, Sample] = {sample.name: sample for sample in _SAMPLES}


def sample_table(
    name: str, rows: int | None = None, noise: float | None = None, seed: int = 0
) -> tuple[Table, SampleOrigin]:
    """The sample's table and where it comes from; None stands for the sample's own default.

    Raises KeyError, and DataError for rows or noise that no points can have or a shipped table that is missing.
    """
    sample = SAMPLES[name]
    rows = max(1, int(sample.default("rows"))) if rows is None else rows
    noise = sample.default("noise") if noise is None else noise
    _check_fields(sample, {"rows": rows, "noise": noise})
    table = sample.make(rows, noise, seed)
    return table, SampleOrigin(name=name, rows=table.rows, noise=float(noise), seed=seed)


def _check_fields(sample: Sample, values: dict[str, float]) -> None:
    for field in sample.fields:
        low, high, value = field.minimum or 0.0, field.maximum or 0.0, values[field.name]
        if not low <= value <= high:
            raise DataError(f"{sample.label}: {field.name}: expected {low:g} to {high:g}, got {value:g}.")


def open_sample(
    name: str, rows: int | None = None, noise: float | None = None, seed: int = 0
) -> tuple[ProjectSpec, Table]:
    """The sample as a project: its table, and a network with settings that learn it. Raises KeyError."""
    sample = SAMPLES[name]
    table, origin = sample_table(name, rows, noise, seed)
    spec = ProjectSpec(
        network=NetworkSpec(layers=sample.layers),
        training=sample.training,
        data=_data(sample, table, origin),
        seed=seed,
    )
    return spec, table


def _data(sample: Sample, table: Table, origin: Origin) -> DataSpec:
    columns = tuple(
        Column(name=name, role="feature", kind="number", standardise=sample.standardise) for name in table.names[:-1]
    )
    target = Column(name=table.names[-1], role="target", kind=sample.target)
    return DataSpec(table=table.sha, origin=origin, columns=(*columns, target), split=sample.split)
