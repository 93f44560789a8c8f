"""What the samples are: data, a network that learns it, and one sentence on what it teaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bpgui.data.generators import generate
from bpgui.data.shipped import shipped
from bpgui.data.spec import Column, Kind, Missing, Role, Scaling, Split
from bpgui.data.table import Table
from bpgui.engine.fields import Field
from bpgui.project.spec import Dense, Layer, TrainingSpec
from bpgui.resources import resource

_THIRDS = Split(train=0.6, validation=0.2, test=0.2)
_CLASSES = Split(train=0.6, validation=0.2, test=0.2, method="stratified")
_ALL = Split(train=1.0)
_ROWS = Field("rows", "Points", 1000, "How many points are made.", minimum=10, maximum=100_000)

Make = Callable[[int, float, int], Table]


@dataclass(frozen=True)
class Sample:
    """One sample. `make(rows, noise, seed)` gives its table, whose last column is the target.

    The other columns are numbers and features, with that `scaling`, unless `columns` has one of that name. `fields`
    are the settings that a person may change (none for fixed tables).
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
    scaling: Scaling = "none"
    target_scaling: Scaling = "none"
    columns: tuple[Column, ...] = ()

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


def _column(name: str, role: Role = "feature", scaling: Scaling = "none", missing: Missing = "drop") -> Column:
    return Column(name=name, role=role, kind="number", scaling=scaling, missing=missing)


def _category(name: str, role: Role = "feature", missing: Missing = "drop") -> Column:
    return Column(name=name, role=role, kind="category", missing=missing)


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
        scaling="standard",
    ),
    Sample(
        name="penguins",
        label="Penguins",
        teaches="Texts and gaps: each word becomes an input of its own, and something stands for what is missing.",
        make=_shipped("penguins"),
        target="category",
        layers=_dense(8, output="softmax"),
        training=TrainingSpec(loss="cce", optimizer="adam", learning_rate=0.01, batch_size=32, epochs=60),
        split=_CLASSES,
        columns=(
            _category("island"),
            *(
                _column(name, scaling="standard", missing="mean")
                for name in ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")
            ),
            _category("sex", missing="category"),
            _column("year", "ignore"),
        ),
    ),
    Sample(
        name="wine",
        label="Wine",
        teaches="Thirteen measures in different units: scaled to the same size, they tell three growers apart.",
        make=_shipped("wine"),
        target="category",
        layers=_dense(8, output="softmax"),
        training=TrainingSpec(loss="cce", optimizer="adam", learning_rate=0.01, batch_size=16, epochs=60),
        split=Split(train=0.6, validation=0.4, method="stratified"),
        scaling="standard",
    ),
    Sample(
        name="breast_cancer",
        label="Breast cancer",
        teaches="Two kinds of mistakes do not weigh the same: look at recall, and at which cells were missed.",
        make=_shipped("breast_cancer"),
        target="category",
        layers=_dense(8),
        training=TrainingSpec(loss="bce", optimizer="adam", learning_rate=0.005, l2=0.03, batch_size=32, epochs=40),
        split=Split(train=0.6, validation=0.4, method="stratified"),
        scaling="standard",
    ),
    Sample(
        name="diabetes",
        label="Diabetes",
        teaches="Half of it is chance: more neurons fit the training rows better, and new rows worse.",
        make=_shipped("diabetes"),
        target="number",
        layers=_dense(4, output="identity"),
        training=TrainingSpec(loss="mse", optimizer="adam", learning_rate=0.005, l2=0.02, batch_size=32, epochs=60),
        scaling="standard",
        target_scaling="standard",
    ),
    Sample(
        name="spoken_digits",
        label="Spoken digits",
        teaches="Words as pictures of sound: the voices that judge the network are none of those it has learnt from.",
        make=_shipped("spoken_digits"),
        target="category",
        layers=_dense(32, activation="relu", output="softmax"),
        training=TrainingSpec(loss="cce", optimizer="adam", learning_rate=0.002, batch_size=32, epochs=30),
        split=Split(train=0.6, validation=0.2, test=0.2, method="grouped", column="speaker"),
        scaling="minmax",
        columns=(_category("speaker", "split"),),
    ),
    Sample(
        name="fraud",
        label="Card fraud",
        teaches="Two payments in a thousand are fraud: always saying no is right 99.8 % of the time, and finds none.",
        make=_generated("fraud"),
        target="category",
        layers=_dense(32, 16, activation="silu"),
        training=TrainingSpec(
            loss="bce", optimizer="adam", learning_rate=0.005, schedule="cosine", batch_size=256, epochs=20
        ),
        split=Split(train=0.6, validation=0.2, test=0.2, method="time", column="time"),
        fields=(Field("rows", "Payments", 100_000, "How many payments are made.", 10_000, 1_000_000),),
        columns=(
            Column(name="time", role="split", kind="date"),
            _column("hour", scaling="standard"),
            *(_column(name, scaling="log") for name in ("amount", "distance", "gap")),
            _category("merchant"),
            _category("channel"),
            _category("card", "ignore"),
        ),
    ),
)

SAMPLES: dict[str, Sample] = {sample.name: sample for sample in _SAMPLES}
