"""Edits: what they do, what they refuse and in which words, and that no order of them breaks a project."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project_fixtures import FILE, mixed_project, mixed_table

from bpgui.data.errors import DataError
from bpgui.data.spec import SampleOrigin, Split
from bpgui.data.table import NumberColumn, Table, TextColumn
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LOSSES
from bpgui.project import build, edits
from bpgui.project.edits import IllegalEdit
from bpgui.project.proposal import propose
from bpgui.project.samples import open_sample, sample_table
from bpgui.project.spec import Dense, ProjectSpec
from bpgui.project.validation import check_spec


def ids(spec: ProjectSpec) -> list[str]:
    return [layer.id for layer in spec.network.layers]


@pytest.fixture
def xor() -> ProjectSpec:
    return open_sample("xor")[0]


def test_inserted_layers_get_the_smallest_free_id(xor: ProjectSpec) -> None:
    spec = edits.insert_layer(xor, 0, units=3, activation="relu")
    spec = edits.insert_layer(spec, 2, "activation", activation="gelu")
    assert ids(spec) == ["d3", "d1", "a1", "d2"]
    spec = edits.insert_layer(edits.remove_layer(spec, "d1"), 0)
    assert ids(spec) == ["d1", "d3", "a1", "d2"]


def test_an_activation_is_set_where_it_is(xor: ProjectSpec) -> None:
    spec = edits.insert_layer(xor, 1, units=2, activation="identity")
    spec = edits.insert_layer(spec, 2, "dropout")
    spec = edits.insert_layer(spec, 3, "activation", activation="sigmoid")
    assert ids(spec) == ["d1", "d3", "p1", "a1", "d2"]
    changed = edits.set_activation(spec, ("d1", "d3"), "relu")
    assert [changed.network.layer(id).activation for id in ("d1", "d3", "a1")] == ["relu", "identity", "relu"]
    assert edits.set_activation(spec, ("a1",), "tanh").network.layer("a1").activation == "tanh"


def test_an_edit_leaves_what_it_was_given_alone(xor: ProjectSpec) -> None:
    before = msgspec.json.encode(xor)
    edits.insert_layer(xor, 0)
    edits.set_layer(xor, "d1", units=2)
    edits.set_training(xor, epochs=3)
    assert msgspec.json.encode(xor) == before


def test_moving_puts_the_layer_where_it_was_asked(xor: ProjectSpec) -> None:
    spec = edits.insert_layer(edits.insert_layer(xor, 1), 2, "activation")
    assert ids(spec) == ["d1", "d3", "a1", "d2"]
    assert ids(edits.move_layer(spec, "d1", 2)) == ["d3", "a1", "d1", "d2"]
    assert ids(edits.move_layer(spec, "a1", 0)) == ["a1", "d1", "d3", "d2"]


def test_a_copy_follows_its_layer_and_the_outputs_copy_precedes_it(xor: ProjectSpec) -> None:
    spec = edits.duplicate_layer(xor, "d1")
    assert ids(spec) == ["d1", "d3", "d2"]
    assert spec.network.layers[1] == msgspec.structs.replace(xor.network.layers[0], id="d3")
    spec = edits.duplicate_layer(xor, "d2")
    assert ids(spec) == ["d1", "d3", "d2"]
    copy = spec.network.layer("d3")
    assert isinstance(copy, Dense)
    assert copy.units == 4
    assert spec.network.output.units == "auto"


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda s: edits.remove_layer(s, "d2"), "The output layer cannot be removed"),
        (lambda s: edits.move_layer(s, "d2", 0), "The output layer cannot be moved"),
        (lambda s: edits.move_layer(s, "d1", 1), "behind the output layer"),
        (lambda s: edits.insert_layer(s, 2), "after the output layer"),
        (lambda s: edits.insert_layer(s, -1), "after the output layer"),
        (lambda s: edits.insert_layer(s, 0, "conv"), "no kind of layer called 'conv'"),
        (lambda s: edits.insert_layer(s, 0, "activation", units=3), "units: there is no such setting"),
        (lambda s: edits.set_layer(s, "d1", units=-5), "units: expected 1 to 100000 or 'auto', got -5"),
        (lambda s: edits.set_layer(s, "d1", units=100_001), "units: expected 1 to 100000"),
        (lambda s: edits.set_layer(s, "d1", units=2.5), "units: expected 1 to 100000 or 'auto', got 2.5"),
        (lambda s: edits.set_layer(s, "d1", units="auto"), "units: only the output layer can follow the target"),
        (lambda s: edits.set_layer(s, "d1", activation="swish"), "activation: expected one of identity, "),
        (lambda s: edits.set_layer(s, "d1", initializer="magic"), "initializer: expected one of auto, "),
        (lambda s: edits.set_layer(s, "d1", scale=float("nan")), "scale: expected a number, more than 0, got nan"),
        (lambda s: edits.set_layer(s, "d1", scale=float("inf")), "scale: expected a finite number, got inf"),
        (lambda s: edits.set_layer(s, "d1", weights=[[1.0], [2.0, 3.0]]), "weights: every row"),
        (lambda s: edits.set_layer(s, "d1", weights=[[1.0, "x"]]), "weights[0][1]: expected a number, got 'x'"),
        (lambda s: edits.insert_layer(s, 0, id="d9"), "gets its id by itself"),
        (lambda s: edits.set_layer(s, "d9", units=3), "layer is not in this network any more"),
        (lambda s: edits.set_training(s, learning_rate=0.0), "learning_rate: expected a number, more than 0, got 0.0"),
        (lambda s: edits.set_training(s, momentum=1.0), "momentum: expected a number, 0 or more and less than 1"),
        (lambda s: edits.set_training(s, optimizer="lion"), "optimizer: expected one of sgd, "),
        (lambda s: edits.set_training(s, reduction="half_sum"), "reduction: bce knows mean, sum"),
        (lambda s: edits.set_training(s, precision="float16"), "precision: expected 'float32' or 'float64'"),
        (lambda s: edits.set_training(s, stamina=1), "stamina: there is no such setting"),
        (lambda s: edits.set_loss(s, "focal"), "loss: expected one of bce, "),
        (lambda s: edits.set_seed(s, -1), "seed: expected 0 to"),
        (lambda s: edits.set_seed(s, 2**63), "seed: expected 0 to"),
        (lambda s: edits.set_split(s, 0.5, 0.2, 0.2), "split: the parts must add up to 1, got 0.9"),
        (lambda s: edits.set_split(s, 0.0, 0.5, 0.5), "split.train: expected more than 0"),
        (lambda s: edits.set_split(s, 1.5, -0.5, 0.0), "train: expected 0 to 1, got 1.5"),
    ],
)
def test_refusals_say_what_was_expected(xor: ProjectSpec, edit: Any, text: str) -> None:
    with pytest.raises(IllegalEdit) as error:
        edit(xor)
    assert text in str(error.value)


def test_numbers_can_be_typed_in(xor: ProjectSpec) -> None:
    spec = edits.set_layer(xor, "d1", initializer="given", units=1, weights=[[1, 2.5]], biases=[3])
    layer = spec.network.layer("d1")
    assert isinstance(layer, Dense)
    assert layer.weights == ((1.0, 2.5),)
    assert layer.biases == (3.0,)


def test_a_loss_without_half_sums_goes_back_to_the_mean() -> None:
    spec, _ = open_sample("xor_textbook")
    assert edits.set_loss(spec, "bce").training.reduction == "mean"


@pytest.mark.parametrize(
    ("target", "loss", "activation", "kind"),
    [
        ("y", "mse", "identity", "number"),
        ("answer", "bce", "sigmoid", "category"),
        ("binary", "bce", "sigmoid", "category"),
        ("color", "cce", "softmax", "category"),
    ],
)
def test_loss_and_output_follow_the_target(target: str, loss: str, activation: str, kind: str) -> None:
    start, table = mixed_project("color" if target == "y" else "y")
    former = start.data.target
    spec = edits.set_target(start, table, target)
    assert spec.data.target is not None
    assert (spec.data.target.name, spec.data.target.kind) == (target, kind)
    assert (spec.training.loss, spec.network.output.activation, spec.network.output.units) == (loss, activation, "auto")
    assert former is not None
    assert next(c for c in spec.data.columns if c.name == former.name).role == "feature"


def test_the_targets_kind_can_be_changed() -> None:
    spec, table = mixed_project("binary")
    spec = edits.set_column(spec, table, "binary", kind="number")
    assert (spec.training.loss, spec.network.output.activation) == ("mse", "identity")
    target = spec.data.target
    assert target is not None
    assert target.scaling == "standard"
    spec = edits.set_column(spec, table, "binary", kind="category")
    assert (spec.training.loss, spec.data.target.scaling if spec.data.target else None) == ("bce", "none")


def test_what_a_column_cannot_be_is_refused() -> None:
    spec, table = mixed_project()
    with pytest.raises(IllegalEdit, match="color cannot be used as numbers"):
        edits.set_column(spec, table, "color", kind="number")
    with pytest.raises(IllegalEdit, match="only numbers can be scaled"):
        edits.set_column(spec, table, "color", scaling="standard")
    with pytest.raises(IllegalEdit, match="no column called 'nobody'"):
        edits.set_column(spec, table, "nobody", role="ignore")
    with pytest.raises(IllegalEdit, match="role: expected"):
        edits.set_column(spec, table, "a", role="boss")  # type: ignore[arg-type]


def test_a_target_can_be_given_up() -> None:
    spec, table = mixed_project()
    spec = edits.set_column(spec, table, "y", role="ignore")
    assert spec.data.target is None
    spec = edits.set_column(spec, table, "color", role="target")
    assert spec.training.loss == "cce"


def test_one_column_weighs_the_rows() -> None:
    spec, table = mixed_project()
    spec = edits.set_column(spec, table, "a", role="weight")
    spec = edits.set_column(spec, table, "binary", role="weight")
    assert spec.data.weight is not None
    assert (spec.data.weight.name, spec.data.weight.kind) == ("binary", "number")
    assert next(c.role for c in spec.data.columns if c.name == "a") == "feature"
    with pytest.raises(IllegalEdit, match="color cannot weigh rows: a weight is one number a row"):
        edits.set_column(spec, table, "color", role="weight")
    spec = edits.set_column(spec, table, "y", role="weight")
    assert spec.data.target is None


def test_another_table_keeps_hidden_layers_and_training() -> None:
    start, _ = open_sample("spirals")
    table = mixed_table()
    spec = edits.use_table(start, table, FILE)
    assert spec.network.layers[:-1] == start.network.layers[:-1]
    assert spec.training == msgspec.structs.replace(start.training, loss="mse")
    assert spec.network.output.activation == "identity"
    assert spec.data.table == table.sha
    check_spec(spec)


def test_the_same_points_made_anew_keep_what_was_chosen() -> None:
    start, _ = open_sample("moons")
    start = edits.set_layer(edits.set_loss(start, "mse"), "d2", activation="tanh")
    table, origin = sample_table("moons", rows=50, noise=0.3, seed=4)
    spec = edits.use_table(start, table, origin, split=Split(train=1.0))
    assert (spec.training, spec.network) == (start.training, start.network)
    assert spec.data.origin == SampleOrigin(name="moons", rows=50, noise=0.3, seed=4)
    assert spec.data.split == Split(train=1.0)


# ---- kinds, scalings, missing values


def uses(spec: ProjectSpec, name: str) -> tuple[Any, ...]:
    column = next(c for c in spec.data.columns if c.name == name)
    return column.role, column.kind, column.scaling, column.missing, column.levels


def test_a_column_becomes_an_ordinal_and_something_else_again() -> None:
    spec, table = mixed_project()
    spec = edits.set_column(spec, table, "color", kind="ordinal")
    assert uses(spec, "color") == ("feature", "ordinal", "standard", "drop", ("blue", "green", "red"))
    spec = edits.set_column(spec, table, "color", levels=["red", "green", "blue"], missing="mean", scaling="minmax")
    assert uses(spec, "color") == ("feature", "ordinal", "minmax", "mean", ("red", "green", "blue"))
    spec = edits.set_column(spec, table, "color", kind="category")
    assert uses(spec, "color") == ("feature", "category", "none", "drop", ())
    spec = edits.set_column(spec, table, "color", kind="text")
    assert uses(spec, "color") == ("ignore", "text", "none", "drop", ())
    spec = edits.set_column(spec, table, "color", role="feature")
    assert uses(spec, "color") == ("feature", "category", "none", "drop", ())


def test_a_date_is_scaled_and_filled() -> None:
    table = Table([NumberColumn("when", np.arange(40.0), "date"), NumberColumn("y", np.arange(40.0) % 7)])
    spec = propose(table, FILE)
    assert uses(spec, "when")[:3] == ("feature", "date", "standard")
    spec = edits.set_column(spec, table, "when", scaling="robust", missing="frequent")
    assert uses(spec, "when")[2:4] == ("robust", "frequent")
    spec = edits.set_target(spec, table, "when")
    assert uses(spec, "when")[:2] == ("target", "number")
    with pytest.raises(IllegalEdit, match="when cannot be used as classes"):
        edits.set_column(spec, table, "when", kind="category")
    with pytest.raises(IllegalEdit, match="when is the target: it can be numbers or classes, not dates"):
        edits.set_column(spec, table, "when", kind="date")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("color", {"missing": "mean"}, "color holds classes: expected drop, frequent, category for missing ones"),
        ("y", {"missing": "mean"}, "y is no feature: rows where it is missing are left out"),
        ("a", {"levels": ["1"]}, "a holds numbers; only ordinals have an order"),
        ("color", {"kind": "ordinal", "levels": ["red", "blue"]}, "the order leaves out 'green'; name every value"),
        ("color", {"kind": "ordinal", "levels": ["red", "red"]}, "a value occurs twice in the order"),
        ("color", {"kind": "date"}, "color cannot be used as dates: its values do not allow it"),
        ("color", {"kind": "text", "scaling": "log"}, "color holds free text; only numbers can be scaled"),
        ("a", {"missing": "zero"}, "missing: expected '"),
    ],
)
def test_what_does_not_go_together_is_refused(name: str, change: dict[str, Any], message: str) -> None:
    spec, table = mixed_project()
    with pytest.raises(IllegalEdit, match=message):
        edits.set_column(spec, table, name, **change)


def test_images_are_numbers_and_nothing_else() -> None:
    image = NumberColumn("image", np.zeros((40, 3, 3, 1), np.uint8), "image")
    table = Table([image, TextColumn.of("class", ["a", "b"] * 20)])
    spec = propose(table, FILE)
    for change in ({"kind": "category"}, {"kind": "ordinal"}, {"missing": "median"}, {"role": "weight"}):
        with pytest.raises(IllegalEdit):
            edits.set_column(spec, table, "image", **change)  # type: ignore[arg-type]
    assert uses(edits.set_column(spec, table, "image", scaling="standard"), "image")[2] == "standard"


# ---- any order of edits

NAMES = ("a", "b", "color", "answer", "binary", "y", "nobody")
numbers = st.one_of(st.integers(-3, 12), st.floats(-1.0, 2.0), st.sampled_from([float("nan"), float("inf"), 10**7]))
layer_ids = st.sampled_from(["d1", "d2", "d3", "a1", "d7"])
layer_changes = st.fixed_dictionaries(
    {},
    optional={
        "units": st.one_of(numbers, st.just("auto")),
        "activation": st.sampled_from([*ACTIVATIONS, "nonsense"]),
        "bias": st.booleans(),
        "initializer": st.sampled_from(["auto", "given", "zeros", "nonsense"]),
        "weights": st.lists(st.lists(numbers, max_size=2), max_size=2),
        "scale": numbers,
    },
)
training_changes = st.fixed_dictionaries(
    {},
    optional={
        "loss": st.sampled_from([*LOSSES, "nonsense"]),
        "reduction": st.sampled_from(["mean", "sum", "half_sum", "max"]),
        "optimizer": st.sampled_from(["sgd", "momentum", "adam", "x"]),
        "learning_rate": numbers,
        "momentum": numbers,
        "batch_size": numbers,
        "epochs": numbers,
        "target_loss": st.one_of(st.none(), numbers),
        "precision": st.sampled_from(["float32", "float64", "int"]),
    },
)
any_edit = st.one_of(
    st.tuples(
        st.just("insert_layer"),
        st.integers(-1, 5),
        st.sampled_from(["dense", "activation", "dropout", "batchnorm", "x"]),
    ),
    st.tuples(st.just("set_layer"), layer_ids, layer_changes),
    st.tuples(st.just("remove_layer"), layer_ids),
    st.tuples(st.just("move_layer"), layer_ids, st.integers(-1, 5)),
    st.tuples(st.just("duplicate_layer"), layer_ids),
    st.tuples(st.just("set_training"), training_changes),
    st.tuples(st.just("set_seed"), st.integers(-1, 2**64)),
    st.tuples(st.just("set_split"), st.sampled_from([0.6, 1.0, 0.0, -1.0]), numbers),
    st.tuples(st.just("set_target"), st.sampled_from(NAMES)),
    st.tuples(
        st.just("set_column"),
        st.sampled_from(NAMES),
        st.sampled_from([None, "feature", "target", "ignore", "weight", "x"]),
        st.sampled_from([None, "number", "category", "ordinal", "date", "text", "x"]),
        st.sampled_from([None, "none", "standard", "minmax", "robust", "log", "x"]),
        st.sampled_from([None, "drop", "mean", "median", "frequent", "category", "x"]),
        st.sampled_from([None, (), ("red", "green", "blue"), ("0", "1"), ("no", "yes"), ("a", "a"), 7]),
    ),
    st.tuples(st.just("add_target"), st.sampled_from(NAMES)),
)


def apply(spec: ProjectSpec, table: Table, edit: tuple[Any, ...]) -> ProjectSpec:
    name, *values = edit
    if name == "set_layer":
        return edits.set_layer(spec, values[0], **values[1])
    if name == "set_training":
        return edits.set_training(spec, **values[0])
    if name == "set_split":
        train, validation = values
        return edits.set_split(spec, train, validation, 1.0 - train - validation)
    if name in ("set_target", "add_target"):
        edit: Callable[[ProjectSpec, Table, str], ProjectSpec] = getattr(edits, name)
        return edit(spec, table, values[0])
    if name == "set_column":
        wanted = dict(zip(("role", "kind", "scaling", "missing", "levels"), values[1:], strict=True))
        return edits.set_column(spec, table, values[0], **wanted)
    result: ProjectSpec = getattr(edits, name)(spec, *values)
    return result


@given(st.lists(any_edit, min_size=200, max_size=200))
@settings(max_examples=25)
def test_no_order_of_edits_breaks_a_project(sequence: list[tuple[Any, ...]]) -> None:
    spec, table = mixed_project(rows=12)
    past = [spec]
    for edit in sequence:
        try:
            spec = apply(spec, table, edit)
        except IllegalEdit:
            continue
        check_spec(spec)
        assert msgspec.json.decode(msgspec.json.encode(spec), type=ProjectSpec) == spec
        with suppress(DataError):  # nothing else is raised by what edits allow
            build.dataset(spec, table)
        past.append(spec)
    assert past[0] == mixed_project(rows=12)[0]
